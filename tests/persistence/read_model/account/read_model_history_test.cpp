// Role: long random histories against a plain list that shares no code with the model.
#include "tests/persistence/followed.hpp"
#include "tests/rig/seeded_random.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

namespace hongbao::persistence {
namespace {

using namespace hongbao::testing;

class ReadModelHistory : public ::testing::TestWithParam<Rows> {};
INSTANTIATE_TEST_SUITE_P(Everywhere, ReadModelHistory, ::testing::ValuesIn(everywhere));

/// What a user's statement should be, kept as plainly as possible.
struct PlainLine {
    domain::Sequence sequence;
    domain::Fen amount_fen;
    domain::Fen balance_fen;
};

class RandomHistory {
  public:
    explicit RandomHistory(std::uint64_t seed) : random_(seed) {}

    /// The next record that follows from those before.
    domain::Record next() {
        domain::Record record;
        record.sequence = ++last_;
        // Clocks may be set back: time is not always in journal order.
        record.at = story_begins + static_cast<std::int64_t>(random_.below(1'000'000));
        record.event = event();
        return record;
    }

    std::map<std::string, std::vector<PlainLine>> statements;
    std::map<std::string, std::string> names;   // as they are by now
    std::map<std::string, std::string> reasons; // of the last change of a status
    std::map<std::uint64_t, std::vector<std::string>> claims;
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

    domain::Fen balance(const std::string& user) {
        auto& lines = statements[user];
        return lines.empty() ? 0 : lines.back().balance_fen;
    }
    void move(const std::string& user, domain::Fen amount_fen) {
        const domain::Fen after_fen = balance(user) + amount_fen;
        statements[user].push_back({last_, amount_fen, after_fen});
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
                move(user, 1);
                claims[packet.id].push_back(user);
                received[user].push_back(packet.id);
                return domain::ShareOpened{{packet.id}, user, 1};
            }
        }
        if (choice < 7 && balance(user) >= 20) {
            return send(user);
        }
        if (choice == 7 && user != other && balance(user) > 0) {
            move(user, -1);
            move(other, 1);
            return domain::Transferred{user, other, 1, ""};
        }
        if (choice == 8 && balance(user) > 0) {
            move(user, -1);
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
        move(user, amount_fen);
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
        move(user, -20);
        sent[user].push_back(sent_event.packet_id.value);
        open_.push_back({sent_event.packet_id.value, user, 20, last_, {}});
        return sent_event;
    }
    domain::Event close(Open& packet) {
        const domain::PacketClosed closed{{packet.id}, packet.sender, packet.left_fen, packet.sent};
        move(packet.sender, packet.left_fen);
        std::swap(packet, open_.back());
        open_.pop_back();
        return closed;
    }

    SeededRandom random_;
    domain::Sequence last_ = 0;
    std::uint64_t users_ = 0;
    std::vector<Open> open_;
};

/// Follows cursors to the end and returns all items, oldest first.
template <typename Ask>
auto all_pages(std::uint32_t limit, const Ask& ask) {
    decltype(ask(PageRequest{}).items) items;
    PageRequest page{limit, {}};
    do {
        auto answer = ask(page);
        EXPECT_LE(answer.items.size(), limit);
        items.insert(items.end(), answer.items.begin(), answer.items.end());
        page.cursor = answer.next_cursor;
    } while (page.cursor);
    std::reverse(items.begin(), items.end());
    return items;
}

TEST_P(ReadModelHistory, AgreesWithAPlainListOverRandomHistories) {
    Followed followed(GetParam());
    RandomHistory history(20261123);
    SeededRandom random(8);
    domain::Sequence last = 0;
    while (last < 3'000) {
        std::vector<domain::Record> commit;
        for (std::uint64_t left = 1 + random.below(60); left > 0; --left) {
            commit.push_back(history.next());
        }
        last = commit.back().sequence;
        followed.add(commit);
        ASSERT_TRUE(followed.model->audit().difference_fen() == 0);
    }
    const ReadModel& model = *followed.model;
    for (const auto& [user, lines] : history.statements) {
        const auto entries = all_pages(
            7, [&, id = user](const PageRequest& page) { return model.entries(id, {}, page); });
        ASSERT_EQ(entries.size(), lines.size());
        const domain::Account account = model.account(user)->account;
        ASSERT_EQ(account.profile.username, history.names[user]);
        const auto& change = account.standing.status_change;
        ASSERT_EQ(change ? change->reason : "", history.reasons[user]);
        for (std::size_t i = 0; i < lines.size(); ++i) {
            ASSERT_EQ(entries[i].line_no, i + 1);
            ASSERT_EQ(entries[i].sequence, lines[i].sequence);
            ASSERT_EQ(entries[i].amount_fen, lines[i].amount_fen);
            ASSERT_EQ(entries[i].balance_after_fen, lines[i].balance_fen);
        }
        const auto sent = all_pages(
            3, [&, id = user](const PageRequest& page) { return model.packets_sent(id, page); });
        ASSERT_EQ(sent.size(), history.sent[user].size());
        for (std::size_t i = 0; i < sent.size(); ++i) {
            ASSERT_EQ(sent[i].packet_id.value, history.sent[user][i]);
            const auto& claims = history.claims[sent[i].packet_id.value];
            const bool own = std::find(claims.begin(), claims.end(), user) != claims.end();
            ASSERT_EQ(sent[i].own_share_fen.has_value(), own);
        }
        const auto received = all_pages(200, [&, id = user](const PageRequest& page) {
            return model.packets_received(id, page);
        });
        ASSERT_EQ(received.size(), history.received[user].size());
        for (std::size_t i = 0; i < received.size(); ++i) {
            ASSERT_EQ(received[i].packet_id.value, history.received[user][i]);
        }
    }
    ASSERT_GT(history.claims.size(), 10U);
    for (const auto& [packet, openers] : history.claims) {
        const auto claims = all_pages(
            4, [&, id = packet](const PageRequest& page) { return model.claims({id}, page); });
        ASSERT_EQ(claims.size(), openers.size());
        for (std::size_t i = 0; i < claims.size(); ++i) {
            ASSERT_EQ(claims[i].user_id, openers[i]);
            ASSERT_EQ(claims[i].username, history.names[openers[i]]);
        }
    }
}

} // namespace
} // namespace hongbao::persistence
