// Role: what must be true of the books before a record of a sale: one overload per event, a
// sentence each, empty if all is well.
#pragma once

#include "domain/books/books.hpp"

#include <string>

namespace hongbao::domain {

std::string what_is_wrong_in_sale(const Books& books, const SaleOpened& event, InstantMs at);
std::string what_is_wrong_in_sale(const Books& books, const OrderReserved& event, InstantMs at);
std::string what_is_wrong_in_sale(const Books& books, const OrderPaid& event, InstantMs at);
std::string what_is_wrong_in_sale(const Books& books, const OrderCancelled& event, InstantMs at);
std::string what_is_wrong_in_sale(const Books& books, const OrderTimedOut& event, InstantMs at);
std::string what_is_wrong_in_sale(const Books& books, const OrderRefunded& event, InstantMs at);
std::string what_is_wrong_in_sale(const Books& books, const ExternalPaymentTaken& event,
                                  InstantMs at);
std::string what_is_wrong_in_sale(const Books& books, const SuspendedPaymentDecided& event,
                                  InstantMs at);
std::string what_is_wrong_in_sale(const Books& books, const WaitlistJoined& event, InstantMs at);
std::string what_is_wrong_in_sale(const Books& books, const WaiterPassedOver& event, InstantMs at);
std::string what_is_wrong_in_sale(const Books& books, const SaleClosed& event, InstantMs at);

} // namespace hongbao::domain
