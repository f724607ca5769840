// Role: long random histories of accounts and packets, with what the lists should say kept as
// plainly as possible: this shares no code with the model.
#pragma once

#include "tests/persistence/followed.hpp"
#include "tests/rig/seeded_random.hpp"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace hongbao::testing {

/// What a user's statement should be, kept as plainly as possible.
struct PlainLine {
    domain::Sequence sequence;
    EntryType type;
    domain::InstantMs at;
    domain::Fen amount_fen;
    domain::Fen balance_fen;
};
struct PlainClaim {
    std::string user_id;
    domain::InstantMs at;
};

/// Times of records are not quite in journal order, and clocks may be set back.
enum class Times { nearly_in_order, set_back_in_the_middle, of_any_order };

class RandomStatements {
  public:
    RandomStatements(std::uint64_t seed, Times times) : random_(seed), times_(times) {}

    /// The next record that follows from those before.
    domain::Record next() {
        domain::Record record;
        record.sequence = ++last_;
        record.at = at_ = next_time();
        record.event = event();
        return record;
    }

    std::map<std::string, std::vector<PlainLine>> statements;
    std::map<std::string, std::string> names;   // as they are by now
    std::map<std::string, std::string> reasons; // of the last change of a status
    std::map<std::uint64_t, std::vector<PlainClaim>> claims;
    std::map<std::string, std::vector<std::uint64_t>> sent;
    std::map<std::string, std::vector<std::uint64_t>> received;

  private:
    struct Open {
        std::uint64_t id;
        std::string sender;
        domain::Fen left_fen;
        domain::Sequence sent;
        std::set<std::string> openers;
    };

    domain::InstantMs next_time() {
        constexpr std::uint64_t day_ms = 86'400'000;
        if (times_ == Times::of_any_order) {
            return story_begins + static_cast<std::int64_t>(random_.below(1'000'000));
        }
        latest_ += static_cast<std::int64_t>(random_.below(2) * random_.below(40'000));
        if (times_ == Times::set_back_in_the_middle && last_ == 1'000) {
            latest_ -= static_cast<std::int64_t>(day_ms / 5);
        }
        return latest_ - static_cast<std::int64_t>(random_.below(60'001));
    }
    domain::Fen balance(const std::string& user) {
        auto& lines = statements[user];
        return lines.empty() ? 0 : lines.back().balance_fen;
    }
    void move(const std::string& user, domain::Fen amount_fen, EntryType type) {
        const domain::Fen after_fen = balance(user) + amount_fen;
        statements[user].push_back({last_, type, at_, amount_fen, after_fen});
    }
    std::string any_user() { return "u" + std::to_string(random_.below(users_)); }

    domain::Event event() {
        if (users_ < 12) {
            const std::string user = "u" + std::to_string(users_++);
            statements[user];
            names[user] = user;
            return domain::AccountOpened{user, user, "", {}};
        }
        const std::string user = any_user();
        const std::string other = any_user();
        const auto choice = random_.below(10);
        if (choice < 5 && !open_.empty()) {
            Open& packet = open_[random_.below(open_.size())];
            if (choice == 0) {
                return close(packet);
            }
            if (packet.left_fen > 1 && packet.openers.insert(user).second) {
                packet.left_fen -= 1;
                move(user, 1, EntryType::share_open);
                claims[packet.id].push_back({user, at_});
                received[user].push_back(packet.id);
                return domain::ShareOpened{{packet.id}, user, 1};
            }
        }
        if (choice < 7 && balance(user) >= 20) {
            return send(user);
        }
        if (choice == 7 && user != other && balance(user) > 0) {
            move(user, -1, EntryType::transfer);
            move(other, 1, EntryType::transfer);
            return domain::Transferred{user, other, 1, ""};
        }
        if (choice == 8 && balance(user) > 0) {
            move(user, -1, EntryType::withdrawal);
            return domain::Withdrawn{user, 1, ""};
        }
        if (choice == 9 && random_.below(2) == 0) {
            names[user] = user + " since " + std::to_string(last_);
            return domain::AccountProfileChanged{user, names[user], ""};
        }
        if (choice == 9 && random_.below(2) == 0) {
            reasons[user] = "reason " + std::to_string(last_);
            return domain::AccountStatusChanged{user, domain::AccountStatus::active, reasons[user]};
        }
        const domain::Fen amount_fen = random_.between(1, 100);
        move(user, amount_fen, EntryType::deposit);
        return domain::Deposited{user, amount_fen, ""};
    }
    domain::Event send(const std::string& user) {
        domain::PacketSent sent_event;
        sent_event.packet_id = {1'000 + last_};
        sent_event.sender = user;
        sent_event.total_fen = 20;
        sent_event.count = 20;
        sent_event.share_fen_max = 20;
        sent_event.expires_at = story_begins;
        move(user, -20, EntryType::packet_send);
        sent[user].push_back(sent_event.packet_id.value);
        open_.push_back({sent_event.packet_id.value, user, 20, last_, {}});
        return sent_event;
    }
    domain::Event close(Open& packet) {
        const domain::PacketClosed closed{{packet.id}, packet.sender, packet.left_fen, packet.sent};
        move(packet.sender, packet.left_fen, EntryType::refund);
        std::swap(packet, open_.back());
        open_.pop_back();
        return closed;
    }

    SeededRandom random_;
    const Times times_;
    domain::Sequence last_ = 0;
    domain::InstantMs latest_ = story_begins;
    domain::InstantMs at_ = 0; // of the record that is made
    std::uint64_t users_ = 0;
    std::vector<Open> open_;
};

} // namespace hongbao::testing
