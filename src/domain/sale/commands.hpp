// Role: what clients and gateways ask about sales, well-formed: ids, amounts and lengths were
// checked at the edge.
#pragma once

#include "domain/sale/events.hpp"
#include "domain/sale/external_payment.hpp"
#include "domain/values/user_standing.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace hongbao::domain {

struct OpenSale {
    SaleId sale_id; // drawn at the edge, unused if the sale is refused
    UserId merchant;
    std::string title;
    Fen price_fen = 0;
    std::int64_t stock = 0;
    InstantMs starts_at = 0;
    InstantMs ends_at = 0;
    std::int64_t per_user_limit = 0;
    std::int64_t payment_window_s = 0;
    std::string group{}; // empty: none
};

struct ReserveUnits {
    SaleId sale_id;
    UserId user_id;
    std::int64_t quantity = 1;
    UserStanding buyer = UserStanding::missing;
};

struct JoinWaitlist {
    SaleId sale_id;
    UserId user_id;
    UserStanding waiter = UserStanding::missing;
};

/// Asked for as the user who waits.
struct LeaveWaitlist {
    SaleId sale_id;
    UserId user_id;
    UserStanding waiter = UserStanding::missing;
};

/// From the buyer's account. The client names only the order; the sale, once it agrees, fills in
/// the rest, and holds the order for this payment until it hears the outcome.
struct PayOrder {
    OrderId order_id;
    OrderPaid terms;                                  // filled in by the sale
    std::vector<ExternalPayment> external_payments{}; // filled in, too: for the answer
};

struct CancelOrder {
    OrderId order_id;
};

/// A gateway confirms that it has taken money for an order.
struct TakeExternalPayment {
    OrderId order_id;
    std::string gateway_ref;
    Fen amount_fen = 0;
    UserId user_id; // the buyer, filled in by the sale, so that the account can be asked
    UserStanding buyer = UserStanding::missing;
};

/// The operator decides about suspended money. The client names only the record; what the record
/// says is filled in once it is looked up.
struct DecideSuspendedPayment {
    Sequence taken_sequence = 0; // of the record that suspended it
    SuspensionEnd decision = SuspensionEnd::released;
    std::string reason;
    OrderId order_id{}; // 0: not looked up yet
    std::string gateway_ref{};
};

} // namespace hongbao::domain
