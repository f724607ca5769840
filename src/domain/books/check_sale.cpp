// Role: the checks of records about sales, which only a damaged journal fails.
#include "domain/books/check_sale.hpp"

namespace hongbao::domain {

namespace {

std::string name_of(SaleId sale_id) {
    return "sale " + std::to_string(sale_id.value);
}
std::string name_of(OrderId order_id) {
    return "order " + std::to_string(order_id.value);
}

/// The sale, if it can still change.
const Sale* open_sale(const Books& books, SaleId sale_id, Complaint& complaint) {
    const auto found = books.sales.find(sale_id);
    if (found == books.sales.end()) {
        complaint = name_of(sale_id) + " was never opened";
        return nullptr;
    }
    if (found->second.closed_at) {
        complaint = name_of(sale_id) + " is closed already";
        return nullptr;
    }
    return &found->second;
}

/// The order of that sale and user; a closed sale's, too.
template <typename OrderEvent>
const Order* order_of(const Books& books, const OrderEvent& event, Complaint& complaint) {
    const auto sale = books.sales.find(event.sale_id);
    const Order* const order =
        sale == books.sales.end() ? nullptr : sale->second.orders.find(event.order_id);
    if (order == nullptr) {
        complaint = name_of(event.order_id) + " was never reserved in " + name_of(event.sale_id);
        return nullptr;
    }
    if (sale->second.users.user_id(order->buyer) != event.user_id) {
        complaint = name_of(event.order_id) + " does not belong to user " + event.user_id;
        return nullptr;
    }
    return order;
}

/// The sale, if this user has an account and the sale is running.
template <typename UserEvent>
const Sale* running_sale(const Books& books, const UserEvent& event, InstantMs at,
                         Complaint& complaint) {
    complaint = needs_account(books, event.user_id);
    const Sale* const sale =
        complaint.empty() ? open_sale(books, event.sale_id, complaint) : nullptr;
    if (sale != nullptr && (!has_started(sale->terms, at) || has_ended(sale->terms, at))) {
        complaint = "the sale is not running at its time";
        return nullptr;
    }
    return sale;
}

Complaint needs_head(const Sale& sale, const UserId& user_id) {
    return sale.users.waiting() == 0 || sale.users.waiter(0) != user_id
               ? "user " + user_id + " is not at the head of the waiting list"
               : "";
}

Complaint needs_room(const Sale& sale, const UserId& user_id, std::int64_t quantity) {
    return sale.users.held_units(user_id) + quantity > sale.terms.per_user_limit
               ? "user " + user_id + " already holds as many units as the sale allows"
               : "";
}

Complaint needs_status(const Order& order, OrderStatus status, const char* word) {
    return order.status == status ? "" : name_of(order.order_id) + " is not " + word;
}

/// Whether such a payment has this outcome. Taken on trust: whether the buyer's account was frozen,
/// and the limit of credits at the time.
bool is_outcome(const ExternalPaymentTaken& event, const Sale& sale, const Order& order,
                InstantMs at) {
    const TakeExternalPayment asked{.order_id = event.order_id,
                                    .gateway_ref = event.gateway_ref,
                                    .amount_fen = event.amount_fen,
                                    .user_id = event.user_id,
                                    .buyer = UserStanding::active};
    const auto decision = decide_external_payment(sale, order, asked, at, amount_fen_max);
    const auto* const due = std::get_if<ExternalPaymentTaken>(&decision);
    return due != nullptr && !(event.is_suspended && event.pays_order()) &&
           (event.outcome == due->outcome ||
            (due->pays_order() && event.outcome == ExternalPaymentOutcome::account_frozen));
}

} // namespace

Complaint what_is_wrong(const Books& books, const SaleOpened& event, InstantMs at) {
    if (auto complaint = needs_merchant(books, event.merchant); !complaint.empty()) {
        return complaint;
    }
    if (books.sales.contains(event.sale_id)) {
        return name_of(event.sale_id) + " was opened already";
    }
    const OpenSale asked{.sale_id = event.sale_id,
                         .merchant = event.merchant,
                         .title = event.title,
                         .price_fen = event.price_fen,
                         .stock = event.stock,
                         .starts_at = event.starts_at,
                         .ends_at = event.ends_at,
                         .per_user_limit = event.per_user_limit,
                         .payment_window_s = event.payment_window_s};
    return refuse_terms(asked, at) || event.refund_period_s < 0 ? "the sale's terms are not allowed"
                                                                : "";
}

Complaint what_is_wrong(const Books& books, const OrderReserved& event, InstantMs at) {
    Complaint complaint;
    const Sale* const sale = running_sale(books, event, at, complaint);
    if (sale == nullptr) {
        return complaint;
    }
    if (books.sale_of_order.contains(event.order_id)) {
        return name_of(event.order_id) + " was reserved already";
    }
    if (event.quantity < 1 || event.quantity > sale->units_in_stock()) {
        return "the sale does not have that many units in stock";
    }
    if (complaint = needs_room(*sale, event.user_id, event.quantity); !complaint.empty()) {
        return complaint;
    }
    if (event.pay_by != at + sale->terms.payment_window_s * ms_per_s) {
        return "the order's time to pay is not that of the sale";
    }
    if (!event.is_offer) {
        return event.quantity > sale->available_units() ? "the units belong to those who wait" : "";
    }
    return event.quantity == 1 ? needs_head(*sale, event.user_id) : "an offer is of one unit";
}

Complaint what_is_wrong(const Books& books, const OrderPaid& event, InstantMs at) {
    Complaint complaint;
    const Sale* const sale = open_sale(books, event.sale_id, complaint);
    const Order* const order = sale == nullptr ? nullptr : order_of(books, event, complaint);
    if (order == nullptr) {
        return complaint;
    }
    if (complaint = needs_status(*order, OrderStatus::reserved, "reserved"); !complaint.empty()) {
        return complaint;
    }
    if (is_expired(at, order->pay_by)) {
        return name_of(event.order_id) + " was paid too late";
    }
    const OrderPaid due = terms_of_payment(*sale, *order);
    return event.amount_fen != due.amount_fen || event.quantity != due.quantity ||
                   event.reserved_at != due.reserved_at || event.pay_by != due.pay_by
               ? "the payment is not what " + name_of(event.order_id) + " costs"
               : needs_debit(books, event.user_id, event.amount_fen);
}

Complaint what_is_wrong(const Books& books, const OrderCancelled& event, InstantMs at) {
    Complaint complaint;
    const Order* const order = order_of(books, event, complaint);
    if (order == nullptr) {
        return complaint;
    }
    if (complaint = needs_status(*order, OrderStatus::reserved, "reserved"); !complaint.empty()) {
        return complaint;
    }
    return is_expired(at, order->pay_by) ? name_of(event.order_id) + " was cancelled too late" : "";
}

Complaint what_is_wrong(const Books& books, const OrderTimedOut& event, InstantMs at) {
    Complaint complaint;
    const Order* const order = order_of(books, event, complaint);
    if (order == nullptr) {
        return complaint;
    }
    if (!is_expired(at, order->pay_by)) {
        return name_of(event.order_id) + " still has time to be paid";
    }
    return needs_status(*order, OrderStatus::reserved, "reserved");
}

Complaint what_is_wrong(const Books& books, const OrderRefunded& event, InstantMs at) {
    Complaint complaint;
    const Sale* const sale = open_sale(books, event.sale_id, complaint);
    const Order* const order = sale == nullptr ? nullptr : order_of(books, event, complaint);
    if (order == nullptr) {
        return complaint;
    }
    if (event.amount_fen != amount_of(sale->terms, order->quantity)) {
        return "the refund is not what was paid for " + name_of(event.order_id);
    }
    if (is_expired(at, closes_at(sale->terms))) {
        return name_of(event.order_id) + " was refunded too late";
    }
    return needs_status(*order, OrderStatus::paid, "paid");
}

Complaint what_is_wrong(const Books& books, const ExternalPaymentTaken& event, InstantMs at) {
    Complaint complaint;
    const Order* const order = order_of(books, event, complaint);
    if (order == nullptr) {
        return complaint;
    }
    if (books.order_of_gateway_ref.contains(event.gateway_ref)) {
        return "payment " + event.gateway_ref + " was taken already";
    }
    return is_outcome(event, books.sales.at(event.sale_id), *order, at)
               ? needs_credit(books, event.user_id, event.amount_fen)
               : "the outcome of the payment does not follow from " + name_of(event.order_id);
}

Complaint what_is_wrong(const Books& books, const SuspendedPaymentDecided& event, InstantMs) {
    Complaint complaint;
    const Order* const order = order_of(books, event, complaint);
    if (order == nullptr) {
        return complaint;
    }
    const auto* const payment =
        books.sales.at(event.sale_id)
            .orders.find_external_payment(event.order_id, event.gateway_ref);
    if (payment == nullptr || payment->status != ExternalPaymentStatus::suspended) {
        return "payment " + event.gateway_ref + " is not suspended";
    }
    return event.amount_fen != payment->amount_fen
               ? "the decision is not about the amount of payment " + event.gateway_ref
               : needs_credit(books, event.user_id, event.amount_fen);
}

Complaint what_is_wrong(const Books& books, const WaitlistJoined& event, InstantMs at) {
    Complaint complaint;
    const Sale* const sale = running_sale(books, event, at, complaint);
    if (sale == nullptr) {
        return complaint;
    }
    if (sale->users.position(event.user_id) != 0) {
        return "user " + event.user_id + " is waiting already";
    }
    if (complaint = needs_room(*sale, event.user_id, 1); !complaint.empty()) {
        return complaint;
    }
    if (sale->available_units() > 0) {
        return "there are units for users who do not wait";
    }
    return event.position != 0 && event.position != sale->users.waiting() + 1
               ? "user " + event.user_id + " has another place in the waiting list"
               : "";
}

Complaint what_is_wrong(const Books& books, const WaiterPassedOver& event, InstantMs at) {
    Complaint complaint;
    const Sale* const sale = open_sale(books, event.sale_id, complaint);
    if (sale == nullptr) {
        return complaint;
    }
    if (complaint = needs_head(*sale, event.user_id); !complaint.empty()) {
        return complaint;
    }
    return offers_possible(*sale, at) == 0
               ? "there is no unit that user " + event.user_id + " could be passed over for"
               : "";
}

Complaint what_is_wrong(const Books& books, const WaitlistLeft& event, InstantMs at) {
    Complaint complaint;
    const Sale* const sale = running_sale(books, event, at, complaint);
    if (sale == nullptr) {
        return complaint;
    }
    const std::uint64_t waiter_no = sale->users.waiter_no(event.user_id);
    if (waiter_no == 0) {
        return "user " + event.user_id + " does not wait";
    }
    return event.waiter_no != waiter_no
               ? "user " + event.user_id + " has another number in the waiting list"
               : "";
}

Complaint what_is_wrong(const Books& books, const SaleClosed& event, InstantMs at) {
    Complaint complaint;
    const Sale* const sale = open_sale(books, event.sale_id, complaint);
    if (sale == nullptr) {
        return complaint;
    }
    const auto due = decide_close(*sale, at);
    if (!due) {
        return "the sale is not due to close yet";
    }
    return event.payout_fen != due->payout_fen || event.merchant != due->merchant ||
                   event.opened_sequence != due->opened_sequence
               ? "the payout is not what the sale holds"
               : "";
}

} // namespace hongbao::domain
