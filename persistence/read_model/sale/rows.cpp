// Role: an external payment as it stood: a later decision is taken back.
#include "persistence/read_model/sale/rows.hpp"

namespace hongbao::persistence {

domain::ExternalPayment ExternalPaymentRow::payment_as_of(domain::Sequence as_of) const {
    domain::ExternalPayment payment = this->payment();
    if (decided_sequence > as_of) {
        payment.status = domain::ExternalPaymentStatus::suspended;
        payment.decided_at = 0;
        payment.decision_reason.clear();
    }
    return payment;
}

} // namespace hongbao::persistence
