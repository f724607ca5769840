// Role: decide, record, and answer once settled.
#include "actors/account/account_actor.hpp"

#include "actors/packet/view.hpp"
#include "actors/protocol/views.hpp"
#include "domain/posting.hpp"
#include "domain/values/overloaded.hpp"
#include "persistence/read_model/account/movement_words.hpp"

#include <algorithm>
#include <caf/typed_event_based_actor.hpp>
#include <utility>

namespace hongbao::actors {

namespace {

/// Where an event was decided, and when this account can answer it.
enum class Decided { elsewhere, here_and_answered_at_once, here_and_answered_when_settled };

Decided decided_where(const domain::Event& event, const domain::UserId& user_id) {
    return std::visit(
        domain::Overloaded{
            domain::case_of<domain::AccountOpened, domain::AccountStatusChanged,
                            domain::AccountProfileChanged, domain::Deposited, domain::Withdrawn>(
                [](const auto&) { return Decided::here_and_answered_when_settled; }),
            [&](const domain::Transferred& transferred) {
                return transferred.from == user_id ? Decided::here_and_answered_when_settled
                                                   : Decided::elsewhere;
            },
            domain::case_of<domain::PacketSent, domain::CampaignFunded, domain::SaleOpened,
                            domain::OrderPaid>(
                [](const auto&) { return Decided::here_and_answered_at_once; }),
            domain::case_of<domain::ShareOpened, domain::PacketClosed, domain::ShakeDrawn,
                            domain::CampaignClosed, domain::OrderReserved, domain::OrderCancelled,
                            domain::OrderTimedOut, domain::OrderRefunded,
                            domain::ExternalPaymentTaken, domain::WaitlistJoined,
                            domain::WaiterPassedOver, domain::WaitlistLeft, domain::SaleClosed,
                            domain::AnswerKept, domain::SuspendedPaymentDecided,
                            domain::AdministrationEvents>(
                [](const auto&) { return Decided::elsewhere; }),
        },
        event);
}

bool debits(const domain::Event& event, const domain::UserId& user_id) {
    const auto postings = domain::postings_of(event);
    return std::any_of(postings.begin(), postings.end(), [&](const domain::Posting& posting) {
        return posting.kind == domain::LedgerAccountKind::user && posting.amount_fen < 0 &&
               posting.user_id == user_id;
    });
}

/// The answer, if the event is answered immediately: it does not depend on the settled record.
std::optional<Answer> answer_of(AccountRequest& asked, const domain::Event& event,
                                domain::InstantMs at) {
    using Answered = std::optional<Answer>;
    return std::visit(
        domain::Overloaded{
            [&](const domain::PacketSent& sent) { return Answered(view_of_sent(sent, at)); },
            [&](const domain::CampaignFunded& funded) {
                return Answered(view_of_funded(funded, at));
            },
            [&](const domain::SaleOpened& opened) { return Answered(view_of_opened(opened, at)); },
            [&](const domain::OrderPaid& paid) {
                auto& command = std::get<domain::PayOrder>(asked.command);
                return Answered(view_of_paid(paid, at, std::move(command.external_payments)));
            },
            domain::case_of<domain::AccountEvents, domain::ShareOpened, domain::PacketClosed,
                            domain::ShakeDrawn, domain::CampaignClosed, domain::OrderReserved,
                            domain::OrderCancelled, domain::OrderTimedOut, domain::OrderRefunded,
                            domain::ExternalPaymentTaken, domain::WaitlistJoined,
                            domain::WaiterPassedOver, domain::WaitlistLeft, domain::SaleClosed,
                            domain::AnswerKept, domain::SuspendedPaymentDecided,
                            domain::AdministrationEvents>([](const auto&) { return Answered(); }),
        },
        event);
}

} // namespace

AccountState::AccountState(Environment& environment, domain::UserId user_id,
                           std::unique_ptr<domain::Account>&& settled,
                           domain::Sequence last_settled)
    : environment_(environment), user_id_(std::move(user_id)), outbox_(environment) {
    if (settled) {
        settled_ = std::move(*settled);
        decided_ = settled_;
    }
    outbox_.rest_on(last_settled);
}

void AccountState::on_requests(Requests&& requests) {
    for (Request& request : requests) {
        if (!parked_.empty() || !handle(request)) {
            parked_.push_back(std::move(request));
        }
    }
    outbox_.flush();
}

/// Returns false and does nothing if the request has to wait.
bool AccountState::handle(Request& request) {
    if (std::holds_alternative<std::unique_ptr<AccountRequest>>(request.body)) {
        return decide_on(request);
    }
    if (auto* asked = std::get_if<std::unique_ptr<PreviewSend>>(&request.body)) {
        return preview((*asked)->send, request.reply_to);
    }
    domain::invariant(std::holds_alternative<ReadAccount>(request.body),
                      "an account is asked only what concerns accounts");
    // An account that is being opened does not exist until its record is synced.
    outbox_.reply(request.reply_to,
                  settled_ ? settled_view(false) : Answer{domain::Rejection::account_not_found});
    return true;
}

bool AccountState::decide_on(Request& request) {
    auto& asked = *std::get<std::unique_ptr<AccountRequest>>(request.body);
    const auto now = environment_.clock->now();
    auto decision =
        domain::decide(decided_ ? &*decided_ : nullptr, asked.command, now, environment_.limits);
    if (const auto* rejection = std::get_if<domain::Rejection>(&decision);
        rejection != nullptr && is_early(*rejection)) {
        return false;
    }
    std::visit(domain::Overloaded{
                   [&](domain::Event& event) { record_or_refuse(request, std::move(event), now); },
                   [&](domain::NothingToDo) { answer_as_it_is(request.reply_to); },
                   [&](domain::Rejection rejection) {
                       if (rejection == domain::Rejection::payment_too_late) {
                           return refuse_late(asked, request.reply_to, now);
                       }
                       outbox_.refuse(asked, request.reply_to, rejection);
                   },
               },
               decision);
    return true;
}

/// Debits under way hold their money already, while credits that precede them in the journal may
/// not have arrived. Whether there is too little money is known once none of this account's debits
/// is under way; the refusal would have waited for them too.
bool AccountState::is_early(domain::Rejection rejection) const {
    return rejection == domain::Rejection::insufficient_funds && unsettled_debits_ > 0;
}

void AccountState::take_up_parked() {
    if (parked_.empty() || unsettled_debits_ > 0) {
        return;
    }
    Requests parked = std::exchange(parked_, {});
    on_requests(std::move(parked));
}

/// The sale had agreed, but the time to pay ran out on the way here: tells the order as it is now.
void AccountState::refuse_late(AccountRequest& request, const ReplyTo& to, domain::InstantMs now) {
    auto& command = std::get<domain::PayOrder>(request.command);
    OrderRefusal refusal;
    refusal.rejection = domain::Rejection::payment_too_late;
    refusal.order = view_of_paid(command.terms, now, std::move(command.external_payments)).summary;
    refusal.order.status = domain::OrderStatus::timed_out;
    refusal.order.paid_at.reset();
    outbox_.reply(to, std::move(refusal));
    release_order(environment_, request);
}

/// Its last record made it as asked. The account right after that record is told, so never the
/// status of one moment with the balance of another.
void AccountState::answer_as_it_is(const ReplyTo& to) {
    if (waiting_.empty()) {
        outbox_.reply(to, settled_view(false));
    } else {
        waiting_.push_back({to, true});
    }
}

/// Decided like a send: a send that came next would be told the same. So the answer waits for the
/// account's last record, as the send's would.
bool AccountState::preview(const domain::SendPacket& send, const ReplyTo& to) {
    if (!decided_) {
        outbox_.reply(to, domain::Rejection::account_not_found);
        return true;
    }
    auto preview =
        domain::preview_send(*decided_, send, environment_.clock->now(), environment_.limits);
    if (preview.refusal && is_early(*preview.refusal)) {
        return false;
    }
    outbox_.reply(to, std::move(preview));
    return true;
}

/// Money from outside needs room under the bound on all money.
void AccountState::record_or_refuse(Request& request, domain::Event&& event,
                                    domain::InstantMs now) {
    const domain::Fen brought_in_fen = domain::brought_in_fen(event);
    if (brought_in_fen <= 0) {
        return record(request, std::move(event), now);
    }
    const auto refused = environment_.money.refuse_or_bring_in(brought_in_fen, [&] {
        record(request, std::move(event), now);
        outbox_.flush();
        return outbox_.last_record();
    });
    if (refused) {
        outbox_.rest_on_ticket(*refused);
        outbox_.refuse(*std::get<std::unique_ptr<AccountRequest>>(request.body), request.reply_to,
                       domain::Rejection::money_limit_reached);
    }
}

void AccountState::record(Request& request, domain::Event&& event, domain::InstantMs now) {
    auto& asked = *std::get<std::unique_ptr<AccountRequest>>(request.body);
    if (const auto* opened = std::get_if<domain::AccountOpened>(&event)) {
        decided_ = domain::opened_account(*opened, now);
    } else {
        domain::apply(*decided_, event, now);
        unsettled_debits_ += debits(event, decided_->profile.user_id) ? 1 : 0;
    }
    std::optional<Reply> reply;
    if (auto answer = answer_of(asked, event, now)) {
        reply = Reply{request.reply_to, std::move(*answer)};
    } else {
        // The answer has the settled record's trade number or balance.
        waiting_.push_back({request.reply_to});
    }
    asked.reference.is_recorded();
    RecordDraft draft{now, std::move(event), into_record(request.key)};
    draft.operation = std::move(asked.operation);
    outbox_.record(std::move(draft), std::move(reply));
}

void AccountState::on_settled(const domain::Record& record) {
    outbox_.rest_on(record.sequence);
    if (const auto* opened = std::get_if<domain::AccountOpened>(&record.event)) {
        settled_ = domain::opened_account(*opened, record.at);
        return answer_settled(record);
    }
    const auto& user_id = settled_->profile.user_id;
    domain::apply(*settled_, record.event, record.at);
    switch (decided_where(record.event, user_id)) {
    case Decided::elsewhere: domain::apply(*decided_, record.event, record.at); break;
    case Decided::here_and_answered_when_settled: answer_settled(record); break;
    case Decided::here_and_answered_at_once: break;
    }
    unsettled_debits_ -= debits(record.event, user_id) ? 1 : 0;
    take_up_parked();
}

void AccountState::on_may_sleep(std::uint64_t question) {
    // A notice for which a client waits may be on its way here. It is handled all the same: an
    // actor that was let go ends after its last message.
    const bool is_idle = outbox_.is_settled() && parked_.empty();
    caf::anon_send(environment_.routers[environment_.router_of(domain::shard_of_user(user_id_))],
                   SleepAnswer{user_id_, question, is_idle});
}

void AccountState::answer_settled(const domain::Record& record) {
    domain::invariant(answered_ < waiting_.size(), "somebody waits for each record of an account");
    outbox_.reply_settled(waiting_[answered_].to, settled_answer(record));
    while (++answered_ < waiting_.size() && waiting_[answered_].asked_for_the_same) {
        outbox_.reply_settled(waiting_[answered_].to, settled_view(false));
    }
    if (2 * answered_ >= waiting_.size()) { // a busy account always has somebody waiting
        waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(answered_));
        answered_ = 0;
    }
}

Answer AccountState::settled_answer(const domain::Record& record) const {
    return std::visit(
        domain::Overloaded{
            [&](const domain::AccountOpened&) { return settled_view(true); },
            domain::case_of<domain::Deposited, domain::Withdrawn, domain::Transferred>(
                [&](const auto&) {
                    return Answer{TradeReceipt{persistence::trade_of(record),
                                               settled_->standing.balance_fen, false}};
                }),
            domain::case_of<domain::AccountStatusChanged, domain::AccountProfileChanged>(
                [&](const auto&) { return settled_view(false); }),
            domain::case_of<domain::PacketEvents, domain::CampaignEvents, domain::SaleEvents,
                            domain::AnswerEvents, domain::AdministrationEvents>([&](const auto&) {
                domain::invariant(false, "that is not answered when settled");
                return settled_view(false);
            }),
        },
        record.event);
}

Answer AccountState::settled_view(bool created) const {
    return AccountView{*settled_, created};
}

AccountActor::behavior_type
account_actor(AccountActor::stateful_pointer<std::optional<AccountState>> self,
              Environment* environment, std::shared_ptr<Woken<AccountKind>> account) {
    abort_on_exception(self);
    self->state.emplace(*environment, std::move(account->name), std::move(account->state),
                        account->as_of);
    return {
        [self](const RequestBatch& batch) { self->state->on_requests(std::move(*batch.requests)); },
        [self](const SettledNotice& notice) { self->state->on_settled(notice.record()); },
        [self](MaySleep asked) { self->state->on_may_sleep(asked.question); },
    };
}

} // namespace hongbao::actors
