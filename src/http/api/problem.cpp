// Role: the table of problems: code, status and title of each.
#include "http/api/problem.hpp"

#include "domain/limits.hpp"
#include "domain/values/invariant.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

namespace hongbao::http {

namespace {

constexpr std::array problem_kinds{
    ProblemKind{"invalid_json", 400, "The body is not valid JSON"},
    ProblemKind{"invalid_request", 400, "The request is malformed"},
    ProblemKind{"invalid_cursor", 400, "The cursor does not belong to this list"},
    ProblemKind{"idempotency_key_missing", 400, "This request needs an Idempotency-Key"},
    ProblemKind{"idempotency_key_invalid", 400, "The Idempotency-Key is malformed"},
    ProblemKind{"idempotency_key_reused", 422, "The Idempotency-Key was used for another request"},
    ProblemKind{"route_not_found", 404, "There is nothing at this path"},
    ProblemKind{"method_not_allowed", 405, "This path does not support this method"},
    ProblemKind{"packet_not_found", 404, "There is no such packet"},
    ProblemKind{"campaign_not_found", 404, "There is no such campaign"},
    ProblemKind{"sale_not_found", 404, "There is no such sale"},
    ProblemKind{"order_not_found", 404, "There is no such order"},
    ProblemKind{"trade_not_found", 404, "There is no such trade"},
    ProblemKind{"suspended_not_found", 404, "There is no such suspended payment"},
    ProblemKind{"already_decided", 409, "The payment has already been decided on"},
    ProblemKind{"account_not_found", 404, "There is no such account"},
    ProblemKind{"account_exists", 409, "The account exists with other fields"},
    ProblemKind{"user_id_reserved", 422, "No account can be opened under this user_id"},
    ProblemKind{"same_account", 422, "A transfer needs two different accounts"},
    ProblemKind{"packet_expired", 410, "The packet has expired"},
    ProblemKind{"origin_not_allowed", 403, "A page of another site may not send this request"},
    ProblemKind{"misdirected_request", 421, "The request is for another server"},
    ProblemKind{"unsupported_media_type", 415, "The body is not declared as JSON"},
    ProblemKind{"not_a_recipient", 403, "The packet is addressed to others"},
    ProblemKind{"wrong_passphrase", 403, "The pass phrase is wrong"},
    ProblemKind{"too_many_attempts", 429, "Too many wrong pass phrases"},
    ProblemKind{"sender_may_not_open", 403, "The sender may not open this packet"},
    ProblemKind{"account_frozen", 403, "The account is frozen"},
    ProblemKind{"packet_exhausted", 409, "All shares are gone"},
    ProblemKind{"round_not_running", 409, "No round of the campaign is running"},
    ProblemKind{"budget_spent", 409, "The campaign's budget is spent"},
    ProblemKind{"shake_limit_reached", 409, "The user has no shakes left in this round"},
    ProblemKind{"not_a_merchant", 403, "Only a merchant can fund a campaign or open a sale"},
    ProblemKind{"sale_not_started", 403, "The sale has not started"},
    ProblemKind{"sale_ended", 403, "The sale has ended"},
    ProblemKind{"quantity_too_large", 422, "The sale allows fewer units for each user"},
    ProblemKind{"already_reserved", 409, "The user holds as many units as the sale allows"},
    ProblemKind{"sold_out", 409, "The sale is sold out"},
    ProblemKind{"stock_left", 409, "Units are in stock: there is no need to wait"},
    ProblemKind{"waitlist_full", 409, "The waiting list is full"},
    ProblemKind{"order_limit_reached", 409, "The user can make no more orders in this sale"},
    ProblemKind{"too_many_external_payments", 409, "The order has too many external payments"},
    ProblemKind{"order_final", 409, "The order can no longer be changed like this"},
    ProblemKind{"payment_too_late", 409, "The time to pay the order has run out"},
    ProblemKind{"gateway_ref_reused", 422, "The gateway_ref stands for another payment"},
    ProblemKind{"reference_reused", 422, "The reference stands for another deposit"},
    ProblemKind{"invalid_sale", 422, "The terms of the sale are not valid"},
    ProblemKind{"invalid_rounds", 422, "The rounds are not valid"},
    ProblemKind{"invalid_split", 422, "The money does not split into these shares"},
    ProblemKind{"too_many_shares", 422, "The packet has more shares than allowed"},
    ProblemKind{"share_too_large", 422, "A share would be larger than allowed"},
    ProblemKind{"daily_limit_reached", 422, "The sender's limit for today is reached"},
    ProblemKind{"insufficient_funds", 409, "The balance is too small"},
    ProblemKind{"balance_too_large", 422, "The balance would be larger than allowed"},
    ProblemKind{"money_limit_reached", 422, "The system would hold more money than allowed"},
    ProblemKind{"overloaded", 503, "The server is overloaded"},
    ProblemKind{"not_ready", 503, "The server is not ready"},
    ProblemKind{"draining", 503, "The server is stopping"},
    ProblemKind{"journal_full", 507, "The journal has no room for another write"},
};

std::string detail_of(domain::Rejection rejection) {
    switch (rejection) {
    case domain::Rejection::idempotency_key_reused:
        return "An Idempotency-Key stands for one request: the same method, path and body.";
    case domain::Rejection::packet_not_found: return "No packet has this id.";
    case domain::Rejection::account_not_found: return "Open the account first: POST /v1/accounts.";
    case domain::Rejection::account_exists:
        return "An account with this user_id exists with another username, avatar_url or type.";
    case domain::Rejection::user_id_reserved:
        return "Choose another: . and .. cannot be part of a path, and in statements outside, "
               "packet, campaign, order, sale and suspended, alone or before a colon, do not mean "
               "an account.";
    case domain::Rejection::same_account: return "from and to are the same user.";
    case domain::Rejection::packet_expired:
        return "Its time is over; what was left goes back to the sender.";
    case domain::Rejection::not_a_recipient:
        return "Only the recipients that it names may open it.";
    case domain::Rejection::wrong_passphrase: return "Opening it takes the sender's pass phrase.";
    case domain::Rejection::too_many_attempts:
        return "Wait for retry_after_s seconds: until then no pass phrase of this user is checked, "
               "not even the right one.";
    case domain::Rejection::suspended_not_found:
        return "No payment was suspended under this trade_no: see GET /v1/suspended.";
    case domain::Rejection::already_decided:
        return "A suspended payment is decided on once; payment says how.";
    case domain::Rejection::sender_may_not_open: return "It was sent without sender_may_open.";
    case domain::Rejection::account_frozen: return "A frozen account can only be credited.";
    case domain::Rejection::packet_exhausted: return "Others were faster.";
    case domain::Rejection::campaign_not_found: return "No campaign has this id.";
    case domain::Rejection::round_not_running:
        return "GET the campaign: next_starts_at says when the next round begins.";
    case domain::Rejection::budget_spent: return "What is left is too little for a prize.";
    case domain::Rejection::shake_limit_reached: return "A user can shake 1,000 times in a round.";
    case domain::Rejection::not_a_merchant: return "The account's type is not merchant.";
    case domain::Rejection::sale_not_found: return "No sale has this id.";
    case domain::Rejection::trade_not_found: return "No movement of money has this number.";
    case domain::Rejection::order_not_found: return "No order has this id.";
    case domain::Rejection::gateway_ref_reused:
        return "A gateway_ref stands for one payment: the same order and amount.";
    case domain::Rejection::reference_reused:
        return "A deposit's reference stands for one deposit of its account, of one amount.";
    case domain::Rejection::sale_not_started: return "GET the sale: starts_at says when it begins.";
    case domain::Rejection::sale_ended: return "Orders can still be paid before their pay_by.";
    case domain::Rejection::quantity_too_large:
        return "GET the sale: per_user_limit says how many units one user may hold.";
    case domain::Rejection::already_reserved:
        return "GET /v1/accounts/{user_id}/orders shows the orders; cancelling one, or not paying "
               "it in time, frees its units.";
    case domain::Rejection::sold_out: return "POST /v1/sales/{id}/waitlist to wait for a unit.";
    case domain::Rejection::stock_left: return "POST /v1/sales/{id}/reservations takes one.";
    case domain::Rejection::waitlist_full:
        return "At most " + std::to_string(domain::waiters_per_sale_max) + " users can wait.";
    case domain::Rejection::order_limit_reached:
        return "A user can have " + std::to_string(domain::orders_per_user_and_sale_max) +
               " orders in a sale, including those that have ended.";
    case domain::Rejection::too_many_external_payments:
        return "An order has at most " + std::to_string(domain::external_payments_per_order_max) +
               " of them; this one was not taken. Check the gateway.";
    case domain::Rejection::order_final:
        return "A reserved order can be paid or cancelled, a paid one cancelled until its sale's "
               "closes_at.";
    case domain::Rejection::payment_too_late: return "An order has to be paid before its pay_by.";
    case domain::Rejection::invalid_sale:
        return "A sale ends after it starts, in the future and within 366 days; per_user_limit is "
               "at most the stock; price_fen times stock is at most " +
               std::to_string(domain::amount_fen_max) + ".";
    case domain::Rejection::invalid_rounds:
        return "Rounds are in order, do not overlap, begin before they end, end in the future "
               "and within 366 days; prizes are at least 1 fen, share_fen_min at most "
               "share_fen_max and at most the budget.";
    case domain::Rejection::invalid_split:
        return "equal takes share_fen, or a total_fen that divides by count; lucky takes "
               "total_fen; "
               "each share is at least 1 fen; a directed packet has at most a share per recipient; "
               "split is for lucky packets.";
    case domain::Rejection::too_many_shares:
        return "See shares_per_packet_max of the settings; line_cut on_open takes at most 1,000.";
    case domain::Rejection::share_too_large:
        return "See share_fen_max of the settings: total_fen is at most that times count, and for "
               "line_cut clearly less, since its shares spread more.";
    case domain::Rejection::daily_limit_reached: return "A day begins at 00:00 UTC+8.";
    case domain::Rejection::insufficient_funds: return "Nothing was changed.";
    case domain::Rejection::balance_too_large: return "A balance is at most 2^53 - 1 fen.";
    case domain::Rejection::money_limit_reached:
        return "See money_in_system_fen_max of the settings: withdrawals make room. Nothing was "
               "changed.";
    }
    return {};
}

} // namespace

const ProblemKind& kind_of(std::string_view code) {
    const auto* found = std::find_if(problem_kinds.begin(), problem_kinds.end(),
                                     [code](const ProblemKind& kind) { return kind.code == code; });
    domain::invariant(found != problem_kinds.end(), "every problem is in the table");
    return *found;
}

Problem problem_of(domain::Rejection rejection) {
    return Problem{domain::code_of(rejection), detail_of(rejection)};
}

Problem read_model_lags() {
    return Problem{"overloaded", "The read model lags behind the journal; try again."};
}

Problem journal_full() {
    return Problem{"journal_full",
                   "Reads still work. Archive the journal, free disk space, or raise "
                   "journal_map_bytes and start again."};
}

Problem invalid_request(std::string detail) {
    return Problem{"invalid_request", std::move(detail)};
}

namespace {

/// What a client sent may be quoted in it.
std::string quoted(const std::string& text, bool in_ascii = false) {
    return nlohmann::json(text).dump(-1, ' ', in_ascii, nlohmann::json::error_handler_t::replace);
}

/// A place is exact, and so names a client's field as it was sent, in ASCII.
void append_errors(std::string& text, const std::vector<Fault>& errors) {
    text.append(R"(,"errors":[)");
    for (const Fault& fault : errors) {
        text.append(&fault == &errors.front() ? "{" : ",{");
        text.append(fault.in == Fault::In::body ? R"("pointer":)" : R"("parameter":)");
        text.append(quoted(fault.where, true)).append(R"(,"code":")").append(fault.code);
        text.append(R"(","detail":)").append(quoted(fault.detail)).append("}");
    }
    text.append("]");
}

} // namespace

// Written by hand: in a rush on a sale nearly every answer says that it is sold out.
std::string render_problem(const Problem& problem, std::string_view request_id) {
    const ProblemKind& kind = kind_of(problem.code); // in which nothing needs to be escaped
    std::string text = R"({"type":"about:blank","title":")";
    text.append(kind.title).append(R"(","status":)").append(std::to_string(kind.status));
    text.append(R"(,"detail":)").append(quoted(problem.detail));
    text.append(R"(,"code":")").append(kind.code);
    text.append(R"(","request_id":")").append(request_id).append("\"");
    if (!problem.errors.empty()) {
        append_errors(text, problem.errors);
    }
    if (!problem.order.empty()) {
        text.append(R"(,"order":)").append(problem.order);
    }
    if (!problem.payment.empty()) {
        text.append(R"(,"payment":)").append(problem.payment);
    }
    if (problem.retry_after_s > 0) {
        text.append(R"(,"retry_after_s":)").append(std::to_string(problem.retry_after_s));
    }
    return text + "}";
}

} // namespace hongbao::http
