// Role: what a client is told of each refusal, and the JSON of a problem.
#include "http/api/problem.hpp"

#include "domain/administration/administration.hpp"
#include "domain/limits.hpp"
#include "domain/values/invariant.hpp"
#include "http/api/body/faults.hpp"
#include "http/problems/problem_kinds.hpp"

#include <array>
#include <nlohmann/json.hpp>

namespace hongbao::http {

namespace {

struct RefusedField {
    domain::Rejection rejection;
    std::string_view pointer; // into the body of every request that may be refused so
    std::string_view fault;
};

/// Rejections that are about one field, whichever request it stands in.
constexpr std::array refused_fields{
    RefusedField{domain::Rejection::user_id_reserved, "/user_id", fault_code::not_allowed},
    RefusedField{domain::Rejection::same_account, "/to", fault_code::not_allowed},
    RefusedField{domain::Rejection::reference_reused, "/reference", fault_code::duplicate},
    RefusedField{domain::Rejection::gateway_ref_reused, "/gateway_ref", fault_code::duplicate},
    RefusedField{domain::Rejection::too_many_shares, "/count", fault_code::out_of_range},
    RefusedField{domain::Rejection::quantity_too_large, "/quantity", fault_code::out_of_range},
};

/// A rejection that is in no table would end the process when a client meets it.
constexpr bool every_rejection_is_a_problem() {
    for (auto i = 0; i <= static_cast<int>(domain::Rejection::money_limit_reached); ++i) {
        const std::string_view code = domain::code_of(static_cast<domain::Rejection>(i));
        // Not by find_problem_kind: under UBSan a pointer to a kind is no constant to compare.
        if (std::ranges::none_of(problem_kinds,
                                 [&](const ProblemKind& kind) { return kind.code == code; })) {
            return false;
        }
    }
    return true;
}
static_assert(every_rejection_is_a_problem(), "its code belongs into problems.json");

std::string detail_of(domain::Rejection rejection) {
    switch (rejection) {
    case domain::Rejection::idempotency_key_reused:
        return "An Idempotency-Key stands for one request: the same method, path and body.";
    case domain::Rejection::packet_not_found: return "No packet has this id.";
    case domain::Rejection::account_not_found: return "Open the account first: POST /v1/accounts.";
    case domain::Rejection::not_waiting:
        return "GET /v1/accounts/{user_id}/orders shows whether a unit was offered meanwhile; POST "
               "/v1/sales/{id}/waitlist joins the list at its end.";
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
    case domain::Rejection::key_not_found: return "No key has this id: see GET /v1/keys.";
    case domain::Rejection::key_revoked:
        return "A revoked key stays revoked: create another with POST /v1/keys.";
    case domain::Rejection::too_many_keys:
        return "At most " + std::to_string(domain::access_keys_max) +
               " can be valid at once: revoke one, or rotate it instead.";
    case domain::Rejection::key_expired: return "Create another one: POST /v1/keys.";
    case domain::Rejection::invalid_key:
        return "expires_at lies in the future, and the secret before a rotation is valid for 30 "
               "days at most.";
    case domain::Rejection::invalid_invitation:
        return "expires_at lies in the future, and there are 1 to " +
               std::to_string(domain::invitation_guests_max) + " places.";
    case domain::Rejection::invitation_not_found: return "No invitation has this id and secret.";
    case domain::Rejection::invitation_over: return "Its time is over, or it was revoked.";
    case domain::Rejection::invitation_full: return "As many have signed up as it allows.";
    case domain::Rejection::webhook_not_found: return "No webhook has this id.";
    case domain::Rejection::too_many_webhooks:
        return "There are 100 webhooks; remove one that is not needed.";
    case domain::Rejection::too_many_invitations:
        return "At most " + std::to_string(domain::invitations_max) +
               " can be open at once: revoke one.";
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
    const ProblemKind* kind = find_problem_kind(code);
    domain::invariant(kind != nullptr, "every problem is in the table");
    return *kind;
}

Problem problem_of(domain::Rejection rejection) {
    Problem problem{domain::code_of(rejection), detail_of(rejection)};
    for (const RefusedField& field : refused_fields) {
        if (field.rejection == rejection) {
            problem.errors.push_back(
                {Fault::In::body, std::string(field.pointer), field.fault, problem.detail});
        }
    }
    return problem;
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
    std::string text = R"({"type":")";
    text.append(problem_type_prefix).append(kind.code);
    text.append(R"(","title":")")
        .append(kind.title)
        .append(R"(","status":)")
        .append(std::to_string(kind.status));
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
