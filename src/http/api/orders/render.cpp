// Role: an order as JSON, what gateways have paid for it, and why it cannot be changed any more.
#include "http/api/orders/render.hpp"

#include "http/api/render.hpp"
#include "http/api/words.hpp"

#include <array>

namespace hongbao::http {

namespace {

using domain::ExternalPaymentOutcome;

/// What the sale did with the money when it came.
std::string_view outcome_of(const domain::ExternalPayment& payment) {
    if (payment.outcome == ExternalPaymentOutcome::order_paid) {
        return "order_paid";
    }
    return payment.was_suspended() ? "suspended" : "credited_to_account";
}

std::string render_payment(const domain::ExternalPayment& payment) {
    std::string text = R"({"gateway_ref":)" + Json(payment.gateway_ref).dump();
    text += R"(,"amount_fen":)" + std::to_string(payment.amount_fen);
    text += R"(,"outcome":")" + std::string(outcome_of(payment));
    text += R"(","status":")" + std::string(word_of(payment.status));
    text += R"(","reason":)" + std::string(reason_of(payment.outcome));
    text += R"(,"received_at":")" + domain::to_rfc3339(payment.at);
    return text + "\"}";
}

} // namespace

std::string_view word_of(domain::OrderStatus status) {
    return word_in(order_status_words, status);
}

std::string_view word_of(domain::ExternalPaymentStatus status) {
    constexpr std::array<std::string_view, 4> words{"credited", "suspended", "released",
                                                    "returned"};
    return words.at(static_cast<std::size_t>(status));
}

std::string_view reason_of(ExternalPaymentOutcome outcome) {
    constexpr std::array<std::string_view, 5> words{"null", R"("too_late")", R"("order_final")",
                                                    R"("wrong_amount")", R"("account_frozen")"};
    return words.at(static_cast<std::size_t>(outcome));
}

std::string render_order(const persistence::OrderSummary& order) {
    std::string text;
    text.reserve(400);
    text += R"({"id":")" + std::to_string(order.order_id.value);
    text += R"(","sale_id":")" + std::to_string(order.sale_id.value);
    text += R"(","user_id":")" + order.user_id; // holds nothing that JSON escapes
    text += R"(","quantity":)" + std::to_string(order.quantity);
    text += R"(,"amount_fen":)" + std::to_string(order.amount_fen);
    text += R"(,"status":")";
    text += word_of(order.status);
    text += R"(","reserved_at":")" + domain::to_rfc3339(order.reserved_at);
    text += R"(","pay_by":")" + domain::to_rfc3339(order.pay_by);
    text += R"(","paid_at":)" + instant_text(order.paid_at);
    text += R"(,"ended_at":)" + instant_text(order.ended_at);
    text += R"(,"external_payments":[)";
    for (const domain::ExternalPayment& payment : order.external_payments) {
        text += (text.back() == '[' ? "" : ",") + render_payment(payment);
    }
    return text + "]}";
}

std::string render_external_payment(const actors::ExternalPaymentReceipt& receipt) {
    return R"({"order":)" + render_order(receipt.order) + R"(,"payment":)" +
           render_payment(receipt.payment) + R"(,"repeat":)" +
           (receipt.repeat ? "true}" : "false}");
}

Problem problem_of(const actors::OrderRefusal& refusal) {
    const persistence::OrderSummary& order = refusal.order;
    Problem problem = problem_of(refusal.rejection);
    const auto status = word_of(order.status);
    problem.detail = "The order is " + std::string(status) + ". " + problem.detail;
    problem.order = render_order(order);
    return problem;
}

std::optional<Problem> order_refusal_in(const std::variant<actors::Answer, Problem>& outcome) {
    const auto* answer = std::get_if<actors::Answer>(&outcome);
    const auto* refusal = answer != nullptr ? answer->get_if<actors::OrderRefusal>() : nullptr;
    return refusal != nullptr ? std::optional(problem_of(*refusal)) : std::nullopt;
}

} // namespace hongbao::http
