// Role: a suspended payment, and its refusal with how it was decided.
#include "http/api/suspended/render.hpp"

#include "http/api/orders/render.hpp"
#include "http/api/render.hpp"

namespace hongbao::http {

std::string render_suspended(const persistence::SuspendedPayment& suspended) {
    const domain::ExternalPayment& payment = suspended.payment;
    const bool is_decided = payment.status != domain::ExternalPaymentStatus::suspended;
    std::string text = R"({"trade_no":")" + std::to_string(suspended.taken_sequence);
    text += R"(","sale_id":")" + std::to_string(suspended.sale_id.value);
    text += R"(","order_id":")" + std::to_string(suspended.order_id.value);
    text += R"(","user_id":")" + suspended.user_id;
    text += R"(","gateway_ref":)" + Json(payment.gateway_ref).dump();
    text += R"(,"amount_fen":)" + std::to_string(payment.amount_fen);
    text += R"(,"reason":)" + std::string(reason_of(payment.outcome));
    text += R"(,"status":")" + std::string(word_of(payment.status));
    text += R"(","received_at":")" + domain::to_rfc3339(payment.at);
    text += R"(","decided_at":)" +
            instant_text(is_decided ? std::optional(payment.decided_at) : std::nullopt);
    text += R"(,"decision_reason":)";
    text += is_decided ? Json(payment.decision_reason).dump() : "null";
    return text + "}";
}

Problem problem_of(const actors::SuspendedRefusal& refusal) {
    Problem problem = problem_of(refusal.rejection);
    problem.payment = render_suspended(refusal.payment);
    return problem;
}

} // namespace hongbao::http
