// Role: a gateway's payment as an order remembers it.
#pragma once

#include "domain/event.hpp"

#include <string>

namespace hongbao::domain {

/// Money that a gateway has taken for an order, and what became of it.
struct ExternalPayment {
    std::string gateway_ref;
    Fen amount_fen = 0;
    ExternalPaymentOutcome outcome = ExternalPaymentOutcome::order_paid;
    InstantMs at = 0;
};

} // namespace hongbao::domain
