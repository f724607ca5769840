// Role: reservations, the waiting list, and whatever falls due.
#include "actors/sale/sale_actor.hpp"

#include "actors/protocol/views.hpp"

#include "domain/values/overloaded.hpp"

#include <algorithm>
#include <caf/typed_event_based_actor.hpp>
#include <iterator>
#include <limits>

namespace hongbao::actors {

namespace {

constexpr std::size_t timeouts_at_once_max = 1'000; // in one message, so that none takes long
constexpr std::size_t offers_at_once_max = 256;

Request request_of(SaleRequest&& asked, Hop hop) {
    return Request{std::make_unique<SaleRequest>(std::move(asked)), {}, hop};
}

} // namespace

SaleState::SaleState(SaleActor::pointer self, Environment& environment, domain::Sale&& sale,
                     domain::Sequence as_of, bool is_over)
    : self_(self), environment_(environment), outbox_(environment), sale_(std::move(sale)),
      is_over_(is_over),
      weight_(environment, sale_.terms.sale_id.shard(), sale_.terms.sale_id, weight_of(sale_)),
      told_due_(std::numeric_limits<domain::InstantMs>::max()) {
    outbox_.rest_on(as_of);
}

SaleState::~SaleState() {
    const auto rows = sale_.row_count();
    free_elsewhere(environment_, std::move(sale_), rows);
}

void SaleState::on_requests(Requests&& requests) {
    will_go_on_ = will_go_on_ && !requests.empty();
    begin();
    std::move(requests.begin(), requests.end(), std::back_inserter(later_));
    if (!more_is_due_) {
        outbox_.expect(later_.size());
        for (Request& request : std::exchange(later_, {})) {
            handle(std::move(request));
        }
    }
    finish();
}

void SaleState::on_settled(const domain::Record& record) {
    begin();
    const auto& paid = std::get<domain::OrderPaid>(record.event);
    outbox_.rest_on(record.sequence);
    domain::apply(sale_, paid, record.at);
    let_go_of(paid.order_id);
    finish();
}

/// Due timeouts come first, so that a unit is free again exactly when its order times out.
void SaleState::begin() {
    now_ = environment_.clock->now();
    if (is_over_) { // and stays so, even if the clock is set back: its holders are not in memory
        now_ = std::max(now_, domain::closes_at(sale_.terms));
    }
    time_out_due();
}

void SaleState::finish() {
    close_if_due();
    ask_for_offers();
    send_off();
    if (std::exchange(moves_units_, false)) {
        units_moved_at_ = outbox_.last_record();
    }
    // Only now, so that an account's record about an order comes after the order's own.
    for (Request& request : to_send_on_) {
        const std::size_t router = environment_.router_of(shard_of(request));
        caf::anon_send(environment_.routers[router], batch_of_one(std::move(request)));
    }
    to_send_on_.clear();
    tell_when_due();
    weight_.tell(weight_of(sale_));
}

/// Sends off the records of this message so far; returns the ticket of the last.
Ticket SaleState::send_off() {
    tell_whether_sold_out(); // before anybody hears of these records
    outbox_.flush();
    return outbox_.last_record();
}

void SaleState::handle(Request&& request) {
    if (is_over_ && request.found && request.found->order) {
        take_in(*request.found->order);
    }
    std::visit(domain::Overloaded{
                   [&](std::unique_ptr<SaleRequest>& asked) { handle(*asked, request); },
                   [&](std::unique_ptr<AccountRequest>&) { pay(std::move(request)); },
                   [&](TimeSale) { was_timed_ = true; },
                   case_of_others<SaleRequests>([](const auto&) {
                       domain::invariant(false, "a sale is asked what concerns sales");
                   }),
               },
               request.body);
}

void SaleState::handle(SaleRequest& asked, Request& request) {
    const ReplyTo& to = request.reply_to;
    std::visit(
        domain::Overloaded{
            [&](domain::ReserveUnits& command) { reserve(command, request); },
            [&](domain::JoinWaitlist& command) { join(command, request); },
            [&](domain::LeaveWaitlist& command) { leave(command, request); },
            [&](ReadWaiter& read) { tell(read, to); },
            [&](domain::CancelOrder& command) {
                if (!has_to_wait(command.order_id, request)) {
                    cancel(command, request);
                }
            },
            [&](ReadOrder& read) {
                if (!has_to_wait(read.order_id, request)) {
                    tell(read, to);
                }
            },
            [&](domain::TakeExternalPayment& command) { take_external(request, command); },
            [&](OfferUnit& answer) { on_offer(answer); },
            [&](PaymentOver& over) { let_go_of(over.order_id); },
            [&](domain::DecideSuspendedPayment& command) { decide_suspended(request, command); },
        },
        asked.command);
}

/// Puts the request aside if its order is held; otherwise returns false and does nothing.
bool SaleState::has_to_wait(domain::OrderId order_id, Request& request) {
    const auto held = held_.find(order_id);
    if (held == held_.end()) {
        return false;
    }
    held->second.waiting.push_back(std::move(request));
    return true;
}

// ---- taking and waiting ----

void SaleState::reserve(const domain::ReserveUnits& command, Request& request) {
    const ReplyTo& to = request.reply_to;
    auto decision = domain::decide_reserve(sale_, command, {}, now_);
    if (const auto* rejection = std::get_if<domain::Rejection>(&decision)) {
        return refuse_to_give(*rejection, command.user_id, request);
    }
    auto& reserved = std::get<domain::OrderReserved>(decision);
    reserved.order_id = environment_.ids->draw_order_in(command.sale_id.shard());
    domain::apply(sale_, reserved, now_);
    add_to_board(reserved.user_id);
    Reply reply{to, view_of(*sale_.orders.find(reserved.order_id))};
    outbox_.record(RecordDraft{now_, std::move(reserved), into_record(request.key)},
                   std::move(reply));
}

void SaleState::join(const domain::JoinWaitlist& command, Request& request) {
    const ReplyTo& to = request.reply_to;
    const auto decision = domain::decide_join(sale_, command, now_);
    std::visit(domain::Overloaded{
                   [&](const domain::WaitlistJoined& joined) {
                       domain::apply(sale_, joined, now_);
                       outbox_.record(RecordDraft{now_, joined, into_record(request.key)},
                                      Reply{to, WaitReceipt{joined.position, false}});
                   },
                   [&](const domain::StillWaiting& waiting) {
                       outbox_.reply(to, WaitReceipt{waiting.position, true});
                   },
                   [&](domain::Rejection rejection) {
                       refuse_to_give(rejection, command.user_id, request);
                   },
               },
               decision);
}

void SaleState::leave(const domain::LeaveWaitlist& command, Request& request) {
    const auto decision = domain::decide_leave(sale_, command, now_);
    if (const auto* rejection = std::get_if<domain::Rejection>(&decision)) {
        return outbox_.reply(request.reply_to, *rejection);
    }
    const auto& left = std::get<domain::WaitlistLeft>(decision);
    domain::apply(sale_, left, now_);
    outbox_.record(RecordDraft{now_, left, into_record(request.key)},
                   Reply{request.reply_to, LeftWaitlist{}});
}

void SaleState::tell(const ReadWaiter& read, const ReplyTo& to) {
    const auto found = domain::find_waiter(sale_, read.user_id, read.waiter, now_);
    std::visit(domain::Overloaded{
                   [&](domain::StillWaiting waiting) {
                       outbox_.reply(to, WaitReceipt{waiting.position, true});
                   },
                   [&](domain::Rejection rejection) { outbox_.reply(to, rejection); },
               },
               found);
}

/// Who has reserved already is shown that order. If its time is up while an account decides on its
/// payment, the request waits with all others about the order, and is decided anew.
void SaleState::refuse_to_give(domain::Rejection rejection, const domain::UserId& user_id,
                               Request& request) {
    if (rejection != domain::Rejection::already_reserved) {
        return outbox_.reply(request.reply_to, rejection);
    }
    const domain::Order* const order = domain::newest_live_order(sale_, user_id);
    domain::invariant(order != nullptr, "who holds units has an order");
    const bool is_undecided =
        domain::status_at(order->status, order->pay_by, now_) == domain::OrderStatus::timed_out;
    if (!is_undecided || !has_to_wait(order->order_id, request)) {
        refuse_order(request.reply_to, rejection, *order);
    }
}

/// Asks about the first of the waiters, as many as there are units for.
void SaleState::ask_for_offers() {
    const std::size_t possible = domain::offers_possible(sale_, now_);
    if (!asked_.empty() || possible == 0 || !environment_.writer->has_room()) {
        return;
    }
    answers_missing_ = std::min(possible, offers_at_once_max);
    for (std::size_t place = 0; place < answers_missing_; ++place) {
        const domain::UserId& user_id = sale_.users.waiter(place);
        asked_.push_back({user_id});
        to_send_on_.push_back(
            request_of({OfferUnit{sale_.terms.sale_id, user_id, place, {}}}, Hop::counterparty));
    }
}

/// The list is a queue: units are offered in its order, so only once all answers are there. Who has
/// left it meanwhile is not among its first any more, and who has left and joined again not yet.
void SaleState::on_offer(const OfferUnit& answer) {
    domain::invariant(answers_missing_ > 0 && answer.place < asked_.size(),
                      "only waiters who were asked about are answered for");
    asked_[answer.place].standing = answer.waiter;
    if (--answers_missing_ > 0) {
        return;
    }
    for (const AskedAbout& asked : std::exchange(asked_, {})) {
        if (domain::offers_possible(sale_, now_) == 0) {
            break; // the sale has ended meanwhile
        }
        if (sale_.users.waiter(0) != asked.user_id) {
            continue;
        }
        auto offer = domain::decide_offer(sale_, asked.standing, {}, now_);
        RoomClaim room = environment_.writer->claim_room(
            std::visit([](auto& event) { return domain::Event(event); }, offer));
        if (!room) {
            break; // they are asked about again once there is room
        }
        std::visit(domain::Overloaded{
                       [&](domain::OrderReserved& reserved) {
                           const domain::Shard shard = reserved.sale_id.shard();
                           reserved.order_id = environment_.ids->draw_order_in(shard);
                           domain::apply(sale_, reserved, now_);
                           add_to_board(reserved.user_id);
                           outbox_.record(
                               RecordDraft{now_, reserved, std::nullopt, std::move(room)},
                               std::nullopt);
                       },
                       [&](domain::WaiterPassedOver& passed) {
                           domain::apply(sale_, passed, now_);
                           outbox_.record(RecordDraft{now_, passed, std::nullopt, std::move(room)},
                                          std::nullopt);
                       },
                   },
                   offer);
    }
}

// ---- time ----

/// An order that is held may yet be paid: it is set aside until the account has decided.
void SaleState::time_out_due() {
    more_is_due_ = false;
    for (std::size_t count = 0;; ++count) {
        const domain::Order* const order = sale_.orders.first_due();
        if (order == nullptr) {
            return;
        }
        if (const auto held = held_.find(order->order_id);
            held != held_.end() && domain::is_expired(now_, order->pay_by)) {
            held->second.is_set_aside = true;
            sale_.orders.pop_first_due();
            continue;
        }
        const auto timed_out = domain::decide_timeout(sale_, *order, now_);
        if (!timed_out) {
            return;
        }
        if (count == timeouts_at_once_max) {
            more_is_due_ = true;
            return go_on_later();
        }
        RoomClaim room = environment_.writer->claim_room(*timed_out);
        if (!room) {
            return; // units come back late; payments are refused on time all the same
        }
        domain::apply(sale_, *timed_out, now_);
        moves_units_ = true;
        outbox_.record(RecordDraft{now_, *timed_out, std::nullopt, std::move(room)}, std::nullopt);
    }
}

/// With a message without requests, after what has come meanwhile.
void SaleState::go_on_later() {
    if (!std::exchange(will_go_on_, true)) {
        self_->send(self_, batch_of(Requests{}));
    }
}

void SaleState::close_if_due() {
    const auto closed = domain::decide_close(sale_, now_);
    RoomClaim room = closed ? environment_.writer->claim_room(*closed) : RoomClaim{};
    if (room) {
        domain::apply(sale_, *closed, now_);
        outbox_.record(RecordDraft{now_, *closed, std::nullopt, std::move(room)}, std::nullopt);
    }
}

void SaleState::tell_when_due() {
    const bool was_timed = std::exchange(was_timed_, false);
    if (sale_.closed_at) {
        return;
    }
    const domain::Order* const order = sale_.orders.first_due();
    domain::InstantMs due = domain::closes_at(sale_.terms);
    due = order == nullptr ? due : std::min(due, order->pay_by);
    if (asked_.empty() && domain::offers_possible(sale_, now_) > 0) {
        due = now_; // there was no room for an offer
    } else if (!domain::has_started(sale_.terms, now_) && sale_.users.waiting() > 0) {
        due = std::min(due, sale_.terms.starts_at); // the clock was set back
    }
    if (was_timed || due < told_due_) {
        told_due_ = due;
        const std::size_t router = environment_.router_of(sale_.terms.sale_id.shard());
        caf::anon_send(environment_.routers[router], SaleDue{sale_.terms.sale_id, due});
    }
}

void SaleState::on_may_sleep(std::uint64_t question) {
    const bool is_idle =
        outbox_.is_settled() && held_.empty() && asked_.empty() && later_.empty() && !will_go_on_;
    if (is_idle && board_) {
        board_->sold_out_until = 0;
        environment_.sold_out.remove(sale_.terms.sale_id);
        board_.reset();
    }
    const domain::SaleId sale_id = sale_.terms.sale_id;
    caf::anon_send(environment_.routers[environment_.router_of(sale_id.shard())],
                   SleepAnswer{sale_id, question, is_idle});
}

SaleActor::behavior_type sale_actor(SaleActor::stateful_pointer<std::optional<SaleState>> self,
                                    Environment* environment,
                                    std::shared_ptr<Woken<SaleKind>> sale) {
    abort_on_exception(self);
    self->state.emplace(self, *environment, std::move(*sale->state), sale->as_of, sale->is_over);
    return {
        [self](const RequestBatch& batch) { self->state->on_requests(std::move(*batch.requests)); },
        [self](const SettledNotice& notice) { self->state->on_settled(notice.record()); },
        [self](MaySleep asked) { self->state->on_may_sleep(asked.question); },
    };
}

} // namespace hongbao::actors
