// Role: promise 1 by seed: whatever anybody is told, also by a front that asks nobody, was so by
// the synced records at some moment while the request was here. So no crash takes back what was
// told: one comes at any point, and what was not synced is gone.
#include "actors/packet_view.hpp"
#include "persistence/sha256.hpp"
#include "tests/actors/sale_rig.hpp"

#include <map>
#include <set>

namespace hongbao::testing {
namespace {

using Token = EngineRig::Token;
using Words = std::optional<std::string>;
using domain::OpenerStanding;

const auto rain = campaign_number(1);
const auto packet = packet_number(1);

/// What the synced records say, as of one of them and a time.
struct Moment {
    const domain::Books& books;
    domain::InstantMs now;
    OpenerStanding standing = OpenerStanding::missing; // of who asks

    const domain::Sale& sale() const { return books.sales.at(tickets); }
    const domain::Order* order(domain::OrderId id) const { return sale().orders.find(id); }

    persistence::OrderSummary summary(domain::OrderId id) const {
        const domain::Order& found = *order(id);
        persistence::OrderSummary seen;
        seen.quantity = found.quantity;
        seen.amount_fen = domain::amount_of(sale().terms, found.quantity);
        seen.status = domain::status_at(found.status, found.pay_by, now);
        return seen;
    }
    std::string refused(domain::Rejection rejection, domain::OrderId id) const {
        return std::string(domain::code_of(rejection)) + ": " + words_of(summary(id));
    }
    std::string account(const std::string& user) const {
        auto view = std::make_unique<actors::AccountView>();
        view->account = books.accounts.at(user);
        return words_of(actors::Answer{std::move(view)});
    }
    std::string packet_words(domain::PacketId id) const {
        return words_of(actors::Answer{
            std::make_unique<actors::PacketView>(actors::view_of(books.packets.at(id), now))});
    }
    std::string sale_words() const {
        auto view = std::make_unique<actors::SaleView>();
        view->summary.terms = sale().terms;
        view->summary.reserved_units = sale().reserved_units;
        view->summary.sold_units = sale().sold_units;
        view->summary.waiting = sale().users.waiting();
        view->summary.closed_at = sale().closed_at;
        view->summary.payout_fen = sale().payout_fen;
        return words_of(actors::Answer{std::move(view)});
    }
};

std::string code(domain::Rejection rejection) {
    return std::string(domain::code_of(rejection));
}
Words refused_debit(const domain::AccountStanding& standing, domain::Fen amount_fen) {
    if (standing.status == domain::AccountStatus::frozen) {
        return "account_frozen";
    }
    return standing.balance_fen < amount_fen ? Words("insufficient_funds") : Words{};
}
/// Of a decision that would be a record there are no words before that is made.
template <typename Event>
Words words_if_refused(const Event&) {
    return std::nullopt;
}
Words words_if_refused(domain::Rejection rejection) {
    return code(rejection);
}
Words words_if_refused(domain::StillWaiting waiting) {
    return "place " + std::to_string(waiting.position) + " again";
}

/// A request: how it is asked, what it would be told without a record, and what with that record.
struct Question {
    std::string user;
    std::function<Body()> body;
    std::function<Words(const Moment&)> told;
    std::function<Words(const domain::Record&, const Moment&)> made;
};

template <typename Event>
const Event* made_by(const domain::Record& record, const std::string& user) {
    const auto* event = std::get_if<Event>(&record.event);
    return event != nullptr && event->user_id == user ? event : nullptr;
}
Words nothing_made(const domain::Record&, const Moment&) {
    return std::nullopt;
}

Question reserving(const std::string& user) {
    return {user, [=] { return reserve(tickets, user); },
            [=](const Moment& at) {
                return std::visit(
                    [](const auto& it) { return words_if_refused(it); },
                    domain::decide_reserve(at.sale(), {tickets, user, 1, at.standing}, {}, at.now));
            },
            [=](const domain::Record& record, const Moment& at) {
                const auto* event = made_by<domain::OrderReserved>(record, user);
                return event == nullptr || event->is_offer ? Words{}
                                                           : words_of(at.summary(event->order_id));
            }};
}
Question joining(const std::string& user) {
    return {user, [=] { return join(tickets, user); },
            [=](const Moment& at) {
                return std::visit(
                    [](const auto& it) { return words_if_refused(it); },
                    domain::decide_join(at.sale(), {tickets, user, at.standing}, at.now));
            },
            [=](const domain::Record& record, const Moment& at) {
                return made_by<domain::WaitlistJoined>(record, user) == nullptr
                           ? Words{}
                           : "place " + std::to_string(at.sale().users.position(user));
            }};
}
Question cancelling(domain::OrderId order) {
    return {"", [=] { return cancel(order); },
            [=](const Moment& at) {
                return std::visit(
                    domain::Overloaded{
                        [&](domain::EndedAlready) { return Words(words_of(at.summary(order))); },
                        [&](domain::Rejection why) { return Words(at.refused(why, order)); },
                        [](const domain::OrderCancelled&) { return Words{}; },
                        [](const domain::OrderRefunded&) { return Words{}; },
                    },
                    domain::decide_cancel(at.sale(), *at.order(order), at.now));
            },
            [=](const domain::Record& record, const Moment& at) {
                const auto* cancelled = std::get_if<domain::OrderCancelled>(&record.event);
                const auto* refunded = std::get_if<domain::OrderRefunded>(&record.event);
                return (cancelled != nullptr && cancelled->order_id == order) ||
                               (refunded != nullptr && refunded->order_id == order)
                           ? words_of(at.summary(order))
                           : Words{};
            }};
}
Question paying(domain::OrderId order) {
    return {"", [=] { return pay(order); },
            [=](const Moment& at) {
                const domain::Order& found = *at.order(order);
                if (const auto why = domain::refuse_payment(found, at.now)) {
                    return Words(at.refused(*why, order));
                }
                const auto& buyer = at.books.accounts.at(at.sale().users.user_id(found.buyer));
                return refused_debit(buyer.standing, price_fen);
            },
            [=](const domain::Record& record, const Moment& at) {
                const auto* paid = std::get_if<domain::OrderPaid>(&record.event);
                return paid == nullptr || paid->order_id != order ? Words{}
                                                                  : words_of(at.summary(order));
            }};
}
Question reading(domain::OrderId order) {
    return {"", [=] { return sale_request(actors::ReadOrder{order}); },
            [=](const Moment& at) { return words_of(at.summary(order)); }, nothing_made};
}
Question reading(const std::string& user) {
    return {user, [=] { return read(user); }, [=](const Moment& at) { return at.account(user); },
            nothing_made};
}
Question reading_packet() {
    return {"", [] { return read(packet); },
            [](const Moment& at) { return at.packet_words(packet); }, nothing_made};
}
Question opening(const std::string& user) {
    return {user, [=] { return open(packet, user); },
            [=](const Moment& at) {
                TracedRandom luck(1);
                const auto decision = domain::decide_open(at.books.packets.at(packet),
                                                          {packet, user, std::nullopt, at.standing},
                                                          at.now, luck, persistence::sha256);
                return std::visit(domain::Overloaded{
                                      [](const domain::ShareOpened&) { return Words{}; },
                                      [](const domain::RepeatedClaim& repeated) {
                                          return Words("share " +
                                                       std::to_string(repeated.claim.amount_fen) +
                                                       " again");
                                      },
                                      [](domain::Rejection why) { return Words(code(why)); },
                                  },
                                  decision);
            },
            [=](const domain::Record& record, const Moment&) {
                const auto* opened = made_by<domain::ShareOpened>(record, user);
                return opened == nullptr ? Words{} : "share " + std::to_string(opened->amount_fen);
            }};
}
Question shaking(const std::string& user, const std::string& request_id) {
    const auto words = [](domain::Fen amount_fen, std::int32_t round) {
        return (amount_fen > 0 ? "won " + std::to_string(amount_fen) : "blank") + " in round " +
               std::to_string(round);
    };
    return {user, [=] { return shake(rain, user, request_id); },
            [=](const Moment& at) {
                TracedRandom luck(1);
                const auto& campaign = at.books.campaigns.at(rain);
                const auto decision =
                    domain::decide_shake(campaign.terms, campaign.shakes,
                                         {rain, user, request_id, at.standing}, at.now, luck);
                return std::visit(
                    domain::Overloaded{
                        [&](const domain::ShakeLuck& drawn) {
                            const auto least_fen =
                                campaign.terms.rounds.at(static_cast<std::size_t>(drawn.round - 1))
                                    .share_fen_min;
                            return campaign.remaining_fen < least_fen ? Words("budget_spent")
                                                                      : Words{};
                        },
                        [&](const domain::RepeatedShake& repeated) {
                            return Words(words(repeated.amount_fen, repeated.round) + " again");
                        },
                        [](domain::Rejection why) { return Words(code(why)); },
                    },
                    decision);
            },
            [=](const domain::Record& record, const Moment&) {
                const auto* drawn = made_by<domain::ShakeDrawn>(record, user);
                return drawn == nullptr || drawn->request_id != request_id
                           ? Words{}
                           : words(drawn->amount_fen, drawn->round);
            }};
}
Question setting(const std::string& user, domain::AccountStatus status) {
    return {user, [=] { return set_status(user, status); },
            [=](const Moment& at) {
                return at.books.accounts.at(user).standing.status == status
                           ? Words(at.account(user))
                           : Words{};
            },
            [=](const domain::Record& record, const Moment& at) {
                return made_by<domain::AccountStatusChanged>(record, user) == nullptr
                           ? Words{}
                           : at.account(user);
            }};
}
template <typename Event>
Question moving(const std::string& user, domain::Fen amount_fen,
                Body (*body)(const std::string&, domain::Fen)) {
    return {user, [=] { return body(user, amount_fen); },
            [=](const Moment& at) {
                return std::is_same_v<Event, domain::Deposited>
                           ? Words{}
                           : refused_debit(at.books.accounts.at(user).standing, amount_fen);
            },
            [=](const domain::Record& record, const Moment& at) {
                const auto* moved = made_by<Event>(record, user);
                return moved == nullptr || moved->amount_fen != amount_fen
                           ? Words{}
                           : "trade " + std::to_string(record.sequence) + ": " +
                                 std::to_string(amount_fen) + ", balance " +
                                 std::to_string(at.books.accounts.at(user).standing.balance_fen);
            }};
}

Question transferring(const std::string& from, const std::string& to, domain::Fen amount_fen) {
    return {from, [=] { return transfer(from, to, amount_fen); },
            [=](const Moment& at) {
                return from == to ? Words("same_account")
                                  : refused_debit(at.books.accounts.at(from).standing, amount_fen);
            },
            [=](const domain::Record& record, const Moment&) {
                const auto* moved = std::get_if<domain::Transferred>(&record.event);
                return moved == nullptr || moved->from != from || moved->amount_fen != amount_fen
                           ? Words{}
                           : "trade " + std::to_string(record.sequence) + ": " +
                                 std::to_string(amount_fen);
            }};
}

/// Folds what is synced, record by record, and notes of each question what it may be told.
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
    /// What was on its way is gone, and who asked for it waits for ever.
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
    /// Of the front that asks nobody.
    void look_at_board(const std::vector<std::string>& names) {
        catch_up();
        for (const auto& name : names) {
            const domain::ReserveUnits command{tickets, name, 1, OpenerStanding::active};
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
        std::set<OpenerStanding> standings;
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
        asked.standings.insert(account == books_.accounts.end() ? OpenerStanding::missing
                               : account->second.standing.status == domain::AccountStatus::frozen
                                   ? OpenerStanding::frozen
                                   : OpenerStanding::active);
        for (std::size_t n = asked.since; n < times_.size(); ++n) {
            for (const OpenerStanding standing : asked.standings) {
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
        switch (choice() % 17) {
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
        if (!orders.empty()) { // the newest are the ones that something still happens to
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
            break; // the first seed tells enough
        }
    }
    for (const std::string said :
         {"board", "sold_out", "already_reserved", "order", "place", "stock_left",
          "order_final:", "account_frozen", "insufficient_funds", "share", "packet_exhausted",
          "budget_spent", "won", "trade", "u0"}) {
        EXPECT_GT(heard[said], 10U) << said << ": hardly anybody was told";
    }
}

} // namespace
} // namespace hongbao::testing
