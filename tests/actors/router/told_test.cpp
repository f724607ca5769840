// Role: promise 1 by seed: every answer, even of a front end that asks nobody, was true by the
// synced records at some moment while the request was in the server. So no crash takes an answer
// back: crashes come at any point, and what was not synced is gone.
#include "tests/actors/told_questions.hpp"

#include <map>
#include <set>

namespace hongbao::testing {
namespace {

using namespace told;

/// Folds the synced records one by one, and notes for each question its possible answers.
class Witness {
  public:
    explicit Witness(SaleRig& rig) : rig_(rig) {
        books_.sha256 = persistence::sha256;
        catch_up();
        rig_.log.on_reply = [this](Token token) { hear(token); };
    }
    ~Witness() { rig_.log.on_reply = nullptr; }

    void ask(Question question) {
        catch_up();
        Asked asked;
        asked.question = std::move(question);
        asked.since = times_.size() - 1;
        note(asked);
        const Token token = rig_.ask(asked.question.body());
        asked_.emplace(token, std::move(asked));
    }
    void clock_moved() {
        catch_up();
        times_.push_back(rig_.clock.now());
        for (auto& [token, asked] : asked_) {
            note(asked);
        }
    }
    /// Requests on their way are gone, and their senders never hear of them.
    void crashed() { asked_.clear(); }

    void hear(Token token) {
        catch_up();
        const auto found = asked_.find(token);
        if (found == asked_.end()) {
            return;
        }
        const std::string said = rig_.said(token);
        EXPECT_TRUE(found->second.possible.contains(said))
            << said << " was told, which by the synced records was never so meanwhile";
        heard[said.substr(0, said.find(' '))] += 1;
        asked_.erase(found);
    }
    /// The answer of a front end that asks nobody.
    void look_at_board(const std::vector<std::string>& names) {
        catch_up();
        for (const auto& name : names) {
            const domain::ReserveUnits command{tickets, name, 1, UserStanding::active};
            if (rig_.engine().sold_out().is_certainly_sold_out(command, rig_.clock.now())) {
                heard["board"] += 1;
                const auto now =
                    domain::decide_reserve(books_.sales.at(tickets), command, {}, rig_.clock.now());
                const auto* rejection = std::get_if<domain::Rejection>(&now);
                EXPECT_TRUE(rejection != nullptr && *rejection == domain::Rejection::sold_out)
                    << name << " is told by the front that the sale is sold out";
            }
        }
    }
    const domain::Books& books() const { return books_; }

    std::map<std::string, std::size_t> heard;

  private:
    struct Asked {
        Question question;
        std::size_t since = 0; // in times_
        std::set<UserStanding> standings;
        std::set<std::string> possible;
    };

    void catch_up() {
        if (rig_.journal.position(0).last_sequence == books_.last_sequence) {
            return;
        }
        rig_.journal.read(0, books_.last_sequence + 1, [this](const domain::Record& record) {
            EXPECT_EQ(domain::what_is_wrong_with(books_, record), "");
            domain::apply(books_, record);
            for (auto& [token, asked] : asked_) {
                note(asked);
                if (auto words = asked.question.made(record, {books_, record.at})) {
                    asked.possible.insert(std::move(*words));
                }
            }
            return persistence::Visit::next;
        });
    }
    void note(Asked& asked) const {
        const auto account = books_.accounts.find(asked.question.user);
        asked.standings.insert(account == books_.accounts.end() ? UserStanding::missing
                               : account->second.standing.status == domain::AccountStatus::frozen
                                   ? UserStanding::frozen
                                   : UserStanding::active);
        for (std::size_t n = asked.since; n < times_.size(); ++n) {
            for (const UserStanding standing : asked.standings) {
                if (auto words = asked.question.told({books_, times_[n], standing})) {
                    asked.possible.insert(std::move(*words));
                }
            }
        }
    }

    SaleRig& rig_;
    domain::Books books_;
    std::vector<domain::InstantMs> times_{rig_.clock.now()};
    std::map<Token, Asked> asked_;
};

class Crowd {
  public:
    Crowd(std::uint64_t seed, SaleRig& rig, Witness& witness)
        : choice(seed), rig_(rig), witness_(witness) {}

    void do_something() {
        switch (choice() % 18) {
        case 0:
        case 1:
        case 2: return witness_.ask(reserving(somebody()));
        case 3:
        case 4: return witness_.ask(joining(somebody()));
        case 5:
        case 6:
        case 7: return with_order(cancelling);
        case 8: return with_order(paying);
        case 9: return with_order([](domain::OrderId order) { return reading(order); });
        case 10: return witness_.ask(opening(somebody()));
        case 11: return witness_.ask(shaking(somebody(), std::to_string(choice() % 3)));
        case 12: return witness_.ask(reading(somebody()));
        case 13:
            return witness_.ask(setting(somebody(), choice() % 3 == 0
                                                        ? domain::AccountStatus::frozen
                                                        : domain::AccountStatus::active));
        case 14:
            return witness_.ask(choice() % 2 == 0
                                    ? transferring(somebody(), somebody(), amount())
                                    : moving<domain::Deposited>(somebody(), amount(), deposit));
        case 15: return witness_.ask(moving<domain::Withdrawn>(somebody(), amount(), withdraw));
        case 16: return witness_.ask(renaming(somebody(), choice() % 2 == 0 ? "A" : "B"));
        default: return witness_.ask(reading_packet());
        }
    }

    std::mt19937_64 choice;
    const std::vector<std::string> names = users(5);

  private:
    const std::string& somebody() { return names[choice() % names.size()]; }
    domain::Fen amount() { return 1 + static_cast<domain::Fen>(choice() % 2'000); }
    template <typename Make>
    void with_order(Make make) {
        const auto& orders = witness_.books().sale_of_order;
        if (!orders.empty()) { // something may still happen to the newest
            std::vector<domain::OrderId> ids;
            for (const auto& [id, sale] : orders) {
                ids.push_back(id);
            }
            std::sort(ids.begin(), ids.end());
            const std::size_t back = 1 + choice() % std::min<std::size_t>(3, ids.size());
            witness_.ask(make(ids[ids.size() - back]));
        }
    }

    SaleRig& rig_;
    Witness& witness_;
};

TEST(Told, IsWhatTheSyncedRecordsSayUnderManySchedulesWithCrashes) {
    std::puts("schedules with seeds 1 to 200");
    std::map<std::string, std::size_t> heard;
    for (std::uint64_t seed = 1; seed <= 200; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        RigOptions options;
        options.awake_bytes_max = seed % 3 == 0 ? 1 : UINT64_MAX;
        options.commit_batch_bytes_max = seed % 2 == 0 ? 1 : 4U << 20U;
        SaleRig rig(options);
        const auto names = users(5);
        rig.begin(sale_of(1 + static_cast<std::int64_t>(seed % 2)), names);
        rig.told(deposit("shop", 1'000));
        rig.told(send(packet, "shop", 10, 3));
        rig.told(command(domain::FundCampaign{
            rain, "shop", "Rain", 30, 100, {{rig_begins, rig_begins + sale_ms, 700, 4, 9, 100}}}));
        Witness witness(rig);
        Crowd crowd(seed, rig, witness);
        for (std::size_t n = 0; n < 150; ++n) {
            crowd.do_something();
            for (std::uint64_t steps = crowd.choice() % 16; steps > 0; --steps) {
                rig.step(crowd.choice);
                witness.look_at_board(names);
            }
            if (crowd.choice() % 30 == 0) {
                rig.clock.advance(window_ms / 2);
                witness.clock_moved();
                rig.tick();
            }
            if (seed % 4 == 0 && crowd.choice() % 30 == 0) {
                witness.crashed();
                rig.restart();
            }
        }
        rig.settle_in_any_order(crowd.choice);
        rig.check_books();
        for (const auto& [said, times] : witness.heard) {
            heard[said] += times;
        }
        if (::testing::Test::HasFailure()) {
            break; // the first seed that fails is enough
        }
    }
    for (const std::string said :
         {"board", "sold_out", "already_reserved:", "order", "place", "stock_left",
          "order_final:", "account_frozen", "insufficient_funds", "share", "packet_exhausted",
          "budget_spent", "won", "trade", "u0"}) {
        EXPECT_GT(heard[said], 10U) << said << ": hardly anybody was told";
    }
}

} // namespace
} // namespace hongbao::testing
