// Role: the shell round one sale: decides who takes, pays for, gives back or waits for its units,
// one request after another. Owner thread: its own mailbox's. Invariant: the sale is ahead of the
// journal only by this actor's own unsynced records; what rests on those waits behind them (promise
// 1).
//
// How an order is paid from an account. Sale and account have to agree, and one record says that
// they have:
//   1. The sale finds the order reserved and in time, fills in what it costs, *holds* the order and
//      sends the request on to the buyer's account. Holding is in memory only: whatever else comes
//      for this order waits in `held_`, and it does not time out.
//   2. The account decides: enough money, not frozen, still before pay_by by its own look at the
//      clock. If so, it appends the one record OrderPaid: debit, escrow and the order's new status.
//      If not, it refuses and sends PaymentOver: no money has moved.
//   3. When the record is synced, the router tells the sale before the buyer is answered. The sale
//      applies it, lets go of the order, and takes up what has waited, which now finds it paid.
// A crash before the sync of that record leaves an order that is reserved and an account with its
// money; a crash after it leaves both changed, as both are folds of that record. There is nothing
// in between. Of payment, cancellation and timeout, the first to reach the sale's mailbox wins: a
// payment that is on its way counts as first until it is refused.
#pragma once

#include "actors/environment/environment.hpp"
#include "actors/environment/outbox.hpp"
#include "actors/environment/weight.hpp"
#include "actors/protocol/waking.hpp"
#include "domain/sale/sale.hpp"

#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

namespace hongbao::actors {

class SaleState {
  public:
    /// `as_of` is the last record that is in the sale. One that is over comes without its orders
    /// and users; an order comes with the first request about it.
    SaleState(SaleActor::pointer self, Environment& environment, domain::Sale&& sale,
              domain::Sequence as_of, bool is_over);
    ~SaleState();
    SaleState(const SaleState&) = delete;
    SaleState& operator=(const SaleState&) = delete;

    void on_requests(Requests&& requests);
    void on_settled(const domain::Record& record);
    void on_may_sleep(std::uint64_t question);

  private:
    void begin();
    void finish();
    Ticket send_off();
    void handle(Request&& request);
    void handle(SaleRequest& asked, Request& request);

    void reserve(const domain::ReserveUnits& command, Request& request);
    void join(const domain::JoinWaitlist& command, Request& request);
    void leave(const domain::LeaveWaitlist& command, Request& request);
    void tell(const ReadWaiter& read, const ReplyTo& to);
    void refuse_to_give(domain::Rejection rejection, const domain::UserId& user_id,
                        Request& request);
    void cancel(const domain::CancelOrder& command, Request& request);
    void pay(Request&& request);
    void take_external(Request& request, domain::TakeExternalPayment& command);
    void settle_external(const domain::Order& order, const domain::TakeExternalPayment& command,
                         Request& request);
    void decide_suspended(Request& request, const domain::DecideSuspendedPayment& command);
    void let_go_of(domain::OrderId order_id);

    void time_out_due();
    void go_on_later();
    void close_if_due();
    void ask_for_offers();
    void on_offer(const OfferUnit& answer);
    void tell_when_due();
    void tell_whether_sold_out();
    void make_board();
    void add_to_board(const domain::UserId& user_id);

    void take_in(const persistence::OrderSummary& summary);
    bool has_to_wait(domain::OrderId order_id, Request& request);
    void tell(const ReadOrder& read, const ReplyTo& to);
    void refuse_order(const ReplyTo& to, domain::Rejection rejection, const domain::Order& order);
    OrderView view_of(const domain::Order& order) const;
    persistence::OrderSummary summary_of(const domain::Order& order) const;

    SaleActor::pointer self_;
    Environment& environment_;
    Outbox outbox_;
    domain::Sale sale_;
    const bool is_over_;
    WeightTeller weight_;
    domain::InstantMs now_ = 0; // of the message being handled, for all of it

    /// An order that an account is asked to pay.
    struct Held {
        Requests waiting;          // for the order, as they came
        bool is_set_aside = false; // its time is up: not among those that are due
    };
    std::unordered_map<domain::OrderId, Held> held_;
    Requests later_;      // came while more orders were due than one message times out
    Requests to_send_on_; // to accounts, once this sale's own records are in the writer's queue

    /// A waiter, and whether a unit may be offered.
    struct AskedAbout {
        domain::UserId user_id;
        domain::UserStanding standing = domain::UserStanding::missing;
    };
    std::vector<AskedAbout> asked_; // the first waiters, until all have been asked about
    std::size_t answers_missing_ = 0;

    bool more_is_due_ = false;
    bool will_go_on_ = false; // a message to itself is on its way
    bool was_timed_ = false;  // the timer has come, and must be told when to come next
    domain::InstantMs told_due_;

    std::shared_ptr<SoldOutSale> board_; // shown to the front ends
    std::shared_ptr<SoldOutSale> board_in_making_;
    std::size_t users_looked_at_ = 0; // for the one in making, in the order of their places
    Ticket units_moved_at_ = 0; // of the last record that took units out of stock or put them back
    bool moves_units_ = false;  // a record of this message does
};

SaleActor::behavior_type sale_actor(SaleActor::stateful_pointer<std::optional<SaleState>> self,
                                    Environment* environment,
                                    std::shared_ptr<Woken<SaleKind>> sale);

} // namespace hongbao::actors
