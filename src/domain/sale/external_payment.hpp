// Role: a gateway's payment as an order remembers it.
#pragma once

#include "domain/sale/events.hpp"

#include <string>

namespace hongbao::domain {

/// Where the money is: with the order or its buyer, kept aside, or where the operator has sent it.
enum class ExternalPaymentStatus : std::uint8_t { credited, suspended, released, returned };

inline ExternalPaymentStatus status_of(const ExternalPaymentTaken& taken) {
    return taken.is_suspended ? ExternalPaymentStatus::suspended : ExternalPaymentStatus::credited;
}
inline ExternalPaymentStatus status_of(const SuspendedPaymentDecided& decided) {
    return decided.is_release() ? ExternalPaymentStatus::released : ExternalPaymentStatus::returned;
}

/// Money that a gateway has taken for an order, and what became of it.
struct ExternalPayment {
    std::string gateway_ref;
    Fen amount_fen = 0;
    ExternalPaymentOutcome outcome = ExternalPaymentOutcome::order_paid;
    InstantMs at = 0;
    ExternalPaymentStatus status = ExternalPaymentStatus::credited;
    InstantMs decided_at = 0;    // released or returned; 0: not
    std::string decision_reason; // the operator's

    bool was_suspended() const { return status != ExternalPaymentStatus::credited; }
};

/// Of money that was taken just now.
inline ExternalPayment payment_of(const ExternalPaymentTaken& taken, InstantMs at) {
    return {taken.gateway_ref, taken.amount_fen, taken.outcome, at, status_of(taken), 0, {}};
}

} // namespace hongbao::domain
