// Role: a sale as JSON: its terms, and how many units are left.
#include "http/api/sales/render.hpp"

#include "domain/sale/sale.hpp"
#include "domain/values/rfc3339.hpp"
#include "http/api/render.hpp"
#include "http/api/words.hpp"

#include <algorithm>

namespace hongbao::http {

namespace {

std::string begin_of_wait(const domain::SaleId& sale_id, std::string_view user_id) {
    std::string text = R"({"sale_id":")" + std::to_string(sale_id.value);
    // It has an account, so it holds nothing that JSON escapes.
    text.append(R"(","user_id":")").append(user_id).append("\",");
    return text;
}

} // namespace

Json render(const persistence::SaleSummary& sale, domain::InstantMs now) {
    const domain::SaleOpened& terms = sale.terms;
    const bool closed = sale.closed_at.has_value();
    return Json{{"id", std::to_string(terms.sale_id.value)},
                {"merchant", terms.merchant},
                {"title", terms.title},
                {"group", text_or_null(terms.group)},
                {"status", word_in(sale_status_words, sale.status(now))},
                {"price_fen", terms.price_fen},
                {"stock", terms.stock},
                {"available", std::max<std::int64_t>(0, sale.free_units(now))},
                {"reserved", sale.reserved_units},
                {"sold", sale.sold_units},
                {"waiting", sale.waiting_at(now)},
                {"per_user_limit", terms.per_user_limit},
                {"payment_window_s", terms.payment_window_s},
                {"starts_at", domain::to_rfc3339(terms.starts_at)},
                {"ends_at", domain::to_rfc3339(terms.ends_at)},
                {"created_at", domain::to_rfc3339(sale.created_at)},
                {"closes_at", domain::to_rfc3339(domain::closes_at(terms))},
                {"closed_at", closed ? Json(domain::to_rfc3339(*sale.closed_at)) : Json()},
                {"payout_fen", closed ? Json(sale.payout_fen) : Json()},
                {"now", domain::to_rfc3339(now)}};
}

std::string render_place(const domain::SaleId& sale_id, std::string_view user_id,
                         const actors::WaitReceipt& receipt) {
    return begin_of_wait(sale_id, user_id) + R"("position":)" + std::to_string(receipt.position) +
           "}";
}

std::string render_left(const domain::SaleId& sale_id, std::string_view user_id) {
    return begin_of_wait(sale_id, user_id) + R"("left":true})";
}

std::string render_wait(const actors::WaitReceipt& receipt, const domain::JoinWaitlist& command) {
    std::string text = begin_of_wait(command.sale_id, command.user_id);
    text += R"("position":)" + std::to_string(receipt.position);
    text += R"(,"repeat":)" + std::string(receipt.repeat ? "true}" : "false}");
    return text;
}

} // namespace hongbao::http
