// Role: decides what an account can afford and may do, and applies events to its balance.
#include "domain/account/account.hpp"

#include "domain/campaign/campaign.hpp"
#include "domain/packet/split.hpp"
#include "domain/posting.hpp"
#include "domain/sale/sale.hpp"

#include <algorithm>
#include <utility>

namespace hongbao::domain {

namespace {

/// The day that a send now counts for. It never goes back: a clock that was set back does not give
/// anyone an earlier day's limit again.
std::int64_t send_day(const AccountStanding& standing, InstantMs now) {
    return std::max(standing.send_day, business_day(now));
}

struct Decide {
    const Account* account;
    InstantMs now;
    const SendLimits& limits;

    const AccountStanding& standing() const { return account->standing; }

    AccountDecision operator()(const OpenAccount& command) const {
        if (account == nullptr) {
            if (is_reserved_user_id(command.user_id)) {
                return Rejection::user_id_reserved;
            }
            return Event{AccountOpened{command.user_id, command.username, command.avatar_url,
                                       command.account_type}};
        }
        const AccountProfile& profile = account->profile;
        const bool same = profile.username == command.username &&
                          profile.avatar_url == command.avatar_url &&
                          profile.type == command.account_type;
        return same ? AccountDecision{NothingToDo{}} : AccountDecision{Rejection::account_exists};
    }

    AccountDecision operator()(const ChangeAccountStatus& command) const {
        if (account == nullptr) {
            return Rejection::account_not_found;
        }
        if (standing().status == command.status) {
            return NothingToDo{};
        }
        return Event{AccountStatusChanged{command.user_id, command.status, command.reason}};
    }

    AccountDecision operator()(const ChangeAccountProfile& command) const {
        if (account == nullptr) {
            return Rejection::account_not_found;
        }
        const AccountProfile& profile = account->profile;
        AccountProfileChanged changed{command.user_id, command.username.value_or(profile.username),
                                      command.avatar_url.value_or(profile.avatar_url)};
        const bool same =
            changed.username == profile.username && changed.avatar_url == profile.avatar_url;
        return same ? AccountDecision{NothingToDo{}} : AccountDecision{Event{std::move(changed)}};
    }

    AccountDecision operator()(const Deposit& command) const {
        if (account == nullptr) {
            return Rejection::account_not_found;
        }
        if (command.amount_fen > balance_fen_max - standing().balance_fen) {
            return Rejection::balance_too_large;
        }
        return Event{Deposited{command.user_id, command.amount_fen, command.reference}};
    }

    AccountDecision operator()(const Withdraw& command) const {
        if (const auto refusal = refuse_debit(command.amount_fen)) {
            return *refusal;
        }
        return Event{Withdrawn{command.user_id, command.amount_fen, command.reference}};
    }

    /// The edge has made sure that the receiver exists: credits never fail.
    AccountDecision operator()(const Transfer& command) const {
        if (account == nullptr) {
            return Rejection::account_not_found;
        }
        if (command.from == command.to) {
            return Rejection::same_account;
        }
        if (const auto refusal = refuse_debit(command.amount_fen)) {
            return *refusal;
        }
        return Event{Transferred{command.from, command.to, command.amount_fen, command.memo}};
    }

    AccountDecision operator()(const SendPacket& command) const {
        if (const auto refusal = refuse_standing()) {
            return *refusal;
        }
        const auto total = total_of_split(command, account->profile.type, limits);
        if (const auto* rejection = std::get_if<Rejection>(&total)) {
            return *rejection;
        }
        const Fen total_fen = std::get<Fen>(total);
        if (exceeds_daily_limit(total_fen)) {
            return Rejection::daily_limit_reached;
        }
        if (total_fen > standing().balance_fen) {
            return Rejection::insufficient_funds;
        }
        return Event{terms_of_send(command, total_fen, now, limits)};
    }

    AccountDecision operator()(const FundCampaign& command) const {
        if (const auto refusal = refuse_merchant()) {
            return *refusal;
        }
        if (const auto refusal = refuse_rounds(command, now)) {
            return *refusal;
        }
        for (const CampaignRound& round : command.rounds) {
            if (round.share_fen_max > limits.share_fen_max) {
                return Rejection::share_too_large;
            }
        }
        if (command.budget_fen > standing().balance_fen) {
            return Rejection::insufficient_funds;
        }
        return Event{CampaignFunded{command.campaign_id, command.merchant, command.name,
                                    command.budget_fen, command.wins_per_user, command.rounds,
                                    command.picture, command.text}};
    }

    AccountDecision operator()(const OpenSale& command) const {
        if (const auto refusal = refuse_merchant()) {
            return *refusal;
        }
        if (const auto refusal = refuse_terms(command, now)) {
            return *refusal;
        }
        return Event{terms_of_sale(command, limits)};
    }

    /// The sale has agreed, and holds the order until it hears the outcome. Time may have passed on
    /// the way here, so it is checked again: a recorded payment was in time.
    AccountDecision operator()(const PayOrder& command) const {
        if (is_expired(now, command.terms.pay_by)) {
            return Rejection::payment_too_late;
        }
        if (const auto refusal = refuse_debit(command.terms.amount_fen)) {
            return *refusal;
        }
        return Event{command.terms};
    }

    std::optional<Rejection> refuse_standing() const {
        if (account == nullptr) {
            return Rejection::account_not_found;
        }
        return standing().status == AccountStatus::frozen ? std::optional(Rejection::account_frozen)
                                                          : std::nullopt;
    }

    std::optional<Rejection> refuse_merchant() const {
        if (const auto refusal = refuse_standing()) {
            return refusal;
        }
        return account->profile.type != AccountType::merchant
                   ? std::optional(Rejection::not_a_merchant)
                   : std::nullopt;
    }

    std::optional<Rejection> refuse_debit(Fen amount_fen) const {
        if (const auto refusal = refuse_standing()) {
            return refusal;
        }
        return amount_fen > standing().balance_fen ? std::optional(Rejection::insufficient_funds)
                                                   : std::nullopt;
    }

    bool exceeds_daily_limit(Fen total_fen) const {
        const DailyLimit& daily = limits.daily(account->profile.type);
        const bool same_day = standing().send_day == send_day(standing(), now);
        const std::int64_t sends = same_day ? standing().sends_on_day : 0;
        const Fen sum_fen = same_day ? standing().sent_on_day_fen : 0;
        return sends + 1 > daily.sends_max || total_fen > daily.sum_fen_max - sum_fen;
    }
};

void count_send(AccountStanding& standing, Fen total_fen, InstantMs at) {
    const std::int64_t day = send_day(standing, at);
    if (standing.send_day != day) {
        standing.send_day = day;
        standing.sends_on_day = 0;
        standing.sent_on_day_fen = 0;
    }
    standing.sends_on_day += 1;
    standing.sent_on_day_fen = add_fen(standing.sent_on_day_fen, total_fen);
}

} // namespace

AccountDecision decide(const Account* account, const AccountCommand& command, InstantMs now,
                       const SendLimits& limits) {
    return std::visit(Decide{account, now, limits}, command);
}

PacketSent terms_of_send(const SendPacket& command, Fen total_fen, InstantMs now,
                         const SendLimits& limits) {
    const bool public_lucky = command.kind == PacketKind::lucky && command.recipients.empty();
    const SplitChoice split = command.split.value_or(SplitChoice{});
    return PacketSent{
        .packet_id = command.packet_id,
        .sender = command.sender,
        .kind = command.kind,
        .total_fen = total_fen,
        .count = command.count,
        .blessing = command.blessing,
        .recipients = command.recipients,
        .passphrase_digest = command.passphrase_digest,
        .sender_may_open = command.sender_may_open.value_or(public_lucky),
        .share_fen_max = limits.share_fen_max,
        .expires_at = now + command.life_s * ms_per_s,
        .split_algorithm = split.algorithm,
        .seed = split.seed,
        .cover = command.cover,
    };
}

Account opened_account(const AccountOpened& event, InstantMs at) {
    return Account{
        AccountProfile{event.user_id, event.username, event.avatar_url, event.account_type, at},
        AccountStanding{}};
}

void apply(Account& account, const Event& event, InstantMs at) {
    AccountProfile& profile = account.profile;
    const auto* changed = std::get_if<AccountProfileChanged>(&event);
    if (changed != nullptr && changed->user_id == profile.user_id) {
        profile.username = changed->username;
        profile.avatar_url = changed->avatar_url;
    }
    apply(account.standing, profile.user_id, event, at);
}

void apply(AccountStanding& standing, const UserId& user_id, const Event& event, InstantMs at) {
    for (const Posting& posting : postings_of(event)) {
        if (posting.kind == LedgerAccountKind::user && posting.user_id == user_id) {
            standing.balance_fen = add_fen(standing.balance_fen, posting.amount_fen);
        }
    }
    invariant(standing.balance_fen >= 0, "no balance is negative");
    std::visit(Overloaded{
                   [&](const AccountStatusChanged& changed) {
                       if (changed.user_id == user_id) {
                           standing.status = changed.status;
                           standing.status_change = std::make_shared<const StatusChange>(
                               StatusChange{at, changed.reason});
                       }
                   },
                   [&](const PacketSent& sent) {
                       if (sent.sender == user_id) {
                           count_send(standing, sent.total_fen, at);
                       }
                   },
                   case_of<AccountOpened, AccountProfileChanged, Deposited, Withdrawn, Transferred,
                           ShareOpened, PacketClosed, CampaignEvents, SaleEvents, AnswerEvents,
                           AdministrationEvents>(do_nothing), // these move money at most
               },
               event);
}

} // namespace hongbao::domain
