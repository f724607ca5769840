// Role: the questions of a schedule, and the answers that the synced records allow for each.
#pragma once

#include "actors/packet/view.hpp"
#include "persistence/record/sha256.hpp"
#include "tests/actors/sale_rig.hpp"

#include <functional>
#include <optional>
#include <string>

namespace hongbao::testing::told {

using Token = EngineRig::Token;
using Words = std::optional<std::string>;
using domain::UserStanding;

inline const auto rain = campaign_number(1);
inline const auto packet = packet_number(1);

/// The state by the synced records, as of one of them and a time.
struct Moment {
    const domain::Books& books;
    domain::InstantMs now;
    UserStanding standing = UserStanding::missing; // of the user who asks

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
        actors::AccountView view;
        view.account = books.accounts.at(user);
        return words_of(actors::Answer{std::move(view)});
    }
    std::string packet_words(domain::PacketId id) const {
        return words_of(actors::Answer{actors::view_of(books.packets.at(id), now)});
    }
    std::string sale_words() const {
        actors::SaleView view;
        view.summary.terms = sale().terms;
        view.summary.reserved_units = sale().reserved_units;
        view.summary.sold_units = sale().sold_units;
        view.summary.waiting = sale().users.waiting();
        view.summary.closed_at = sale().closed_at;
        view.summary.payout_fen = sale().payout_fen;
        return words_of(actors::Answer{std::move(view)});
    }
};

inline std::string code(domain::Rejection rejection) {
    return std::string(domain::code_of(rejection));
}
inline Words refused_debit(const domain::AccountStanding& standing, domain::Fen amount_fen) {
    if (standing.status == domain::AccountStatus::frozen) {
        return "account_frozen";
    }
    return standing.balance_fen < amount_fen ? Words("insufficient_funds") : Words{};
}
/// Empty for a decision that makes a record: it may not be told before that record is made.
template <typename Event>
inline Words words_if_refused(const Moment&, const std::string&, const Event&) {
    return std::nullopt;
}
inline Words words_if_refused(const Moment& at, const std::string& user,
                              domain::Rejection rejection) {
    if (rejection != domain::Rejection::already_reserved) {
        return code(rejection);
    }
    return at.refused(rejection, domain::newest_live_order(at.sale(), user)->order_id);
}
inline Words words_if_refused(const Moment&, const std::string&, domain::StillWaiting waiting) {
    return "place " + std::to_string(waiting.position) + " again";
}

/// A request: how it is sent, its answer if no record is made, and its answer with that record.
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
inline Words nothing_made(const domain::Record&, const Moment&) {
    return std::nullopt;
}

inline Question reserving(const std::string& user) {
    return {user, [=] { return reserve(tickets, user); },
            [=](const Moment& at) {
                return std::visit(
                    [&](const auto& it) { return words_if_refused(at, user, it); },
                    domain::decide_reserve(at.sale(), {tickets, user, 1, at.standing}, {}, at.now));
            },
            [=](const domain::Record& record, const Moment& at) {
                const auto* event = made_by<domain::OrderReserved>(record, user);
                return event == nullptr || event->is_offer ? Words{}
                                                           : words_of(at.summary(event->order_id));
            }};
}
inline Question joining(const std::string& user) {
    return {user, [=] { return join(tickets, user); },
            [=](const Moment& at) {
                return std::visit(
                    [&](const auto& it) { return words_if_refused(at, user, it); },
                    domain::decide_join(at.sale(), {tickets, user, at.standing}, at.now));
            },
            [=](const domain::Record& record, const Moment& at) {
                return made_by<domain::WaitlistJoined>(record, user) == nullptr
                           ? Words{}
                           : "place " + std::to_string(at.sale().users.position(user));
            }};
}
inline Question cancelling(domain::OrderId order) {
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
inline Question paying(domain::OrderId order) {
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
inline Question reading(domain::OrderId order) {
    return {"", [=] { return sale_request(actors::ReadOrder{order}); },
            [=](const Moment& at) { return words_of(at.summary(order)); }, nothing_made};
}
inline Question reading(const std::string& user) {
    return {user, [=] { return read(user); }, [=](const Moment& at) { return at.account(user); },
            nothing_made};
}
inline Question reading_packet() {
    return {"", [] { return read(packet); },
            [](const Moment& at) { return at.packet_words(packet); }, nothing_made};
}
inline Question opening(const std::string& user) {
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
inline Question shaking(const std::string& user, const std::string& shake_key) {
    const auto words = [](domain::Fen amount_fen, std::int32_t round) {
        return (amount_fen > 0 ? "won " + std::to_string(amount_fen) : "blank") + " in round " +
               std::to_string(round);
    };
    return {user, [=] { return shake(rain, user, shake_key); },
            [=](const Moment& at) {
                TracedRandom luck(1);
                const auto& campaign = at.books.campaigns.at(rain);
                const auto decision =
                    domain::decide_shake(campaign.terms, campaign.shakes.of(user),
                                         {rain, user, shake_key, at.standing}, at.now, luck);
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
                return drawn == nullptr || drawn->shake_key != shake_key
                           ? Words{}
                           : words(drawn->amount_fen, drawn->round);
            }};
}
inline Question setting(const std::string& user, domain::AccountStatus status) {
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
inline Question renaming(const std::string& user, const std::string& username) {
    return {user, [=] { return rename(user, username); },
            [=](const Moment& at) {
                return at.books.accounts.at(user).profile.username == username
                           ? Words(at.account(user))
                           : Words{};
            },
            [=](const domain::Record& record, const Moment& at) {
                const auto* renamed = made_by<domain::AccountProfileChanged>(record, user);
                return renamed == nullptr || renamed->username != username ? Words{}
                                                                           : at.account(user);
            }};
}
template <typename Event>
inline Question moving(const std::string& user, domain::Fen amount_fen,
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

inline Question transferring(const std::string& from, const std::string& to,
                             domain::Fen amount_fen) {
    return {from, [=] { return transfer(from, to, amount_fen); },
            [=](const Moment& at) {
                return from == to ? Words("same_account")
                                  : refused_debit(at.books.accounts.at(from).standing, amount_fen);
            },
            [=](const domain::Record& record, const Moment& at) {
                const auto* moved = std::get_if<domain::Transferred>(&record.event);
                return moved == nullptr || moved->from != from || moved->amount_fen != amount_fen
                           ? Words{}
                           : "trade " + std::to_string(record.sequence) + ": " +
                                 std::to_string(amount_fen) + ", balance " +
                                 std::to_string(at.books.accounts.at(from).standing.balance_fen);
            }};
}

} // namespace hongbao::testing::told
