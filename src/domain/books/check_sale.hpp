// Role: what must be true of the books before a record about a sale: one overload per event.
#pragma once

#include "domain/books/check_account.hpp"

namespace hongbao::domain {

Complaint what_is_wrong(const Books& books, const SaleOpened& event, InstantMs at);
Complaint what_is_wrong(const Books& books, const OrderReserved& event, InstantMs at);
Complaint what_is_wrong(const Books& books, const OrderPaid& event, InstantMs at);
Complaint what_is_wrong(const Books& books, const OrderCancelled& event, InstantMs at);
Complaint what_is_wrong(const Books& books, const OrderTimedOut& event, InstantMs at);
Complaint what_is_wrong(const Books& books, const OrderRefunded& event, InstantMs at);
Complaint what_is_wrong(const Books& books, const ExternalPaymentTaken& event, InstantMs at);
Complaint what_is_wrong(const Books& books, const SuspendedPaymentDecided& event, InstantMs at);
Complaint what_is_wrong(const Books& books, const WaitlistJoined& event, InstantMs at);
Complaint what_is_wrong(const Books& books, const WaiterPassedOver& event, InstantMs at);
Complaint what_is_wrong(const Books& books, const WaitlistLeft& event, InstantMs at);
Complaint what_is_wrong(const Books& books, const SaleClosed& event, InstantMs at);

} // namespace hongbao::domain
