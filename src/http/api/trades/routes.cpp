// Role: routes that move money between accounts and the outside: deposits, withdrawals, transfers;
// and the route that looks a movement up by its number.
#include "http/api/access/own.hpp"
#include "http/api/ask.hpp"
#include "http/api/body/fields.hpp"
#include "http/api/body/request_body.hpp"
#include "http/api/paths/path_ids.hpp"
#include "http/api/render.hpp"
#include "http/api/trades/render.hpp"

namespace hongbao::http {

namespace {

Result trade_answer(const actors::TradeReceipt& receipt) {
    return Response{201, render(receipt).dump(), receipt.replayed,
                    "/v1/trades/" + std::to_string(receipt.trade.sequence)};
}

/// Reads body and key, lets `read` fill in the command and the operator's reason if there is one,
/// and asks the account.
template <typename Read>
Result trade(RouteContext& context, Read read) {
    auto body = read_keyed_body(context, KeyNeed::required);
    if (auto* problem = std::get_if<Problem>(&body)) {
        return std::move(*problem);
    }
    auto& [json, key] = std::get<KeyedBody>(body);
    Fields fields(json);
    std::string reason;
    domain::AccountCommand command = read(fields, reason);
    if (auto problem = fields.problem()) {
        return *problem;
    }
    return answered<actors::TradeReceipt>(
        ask_account(context, std::move(command), std::move(key), std::move(reason)), trade_answer);
}

Result deposit(RouteContext& context) {
    return trade(context, [&](Fields& fields, std::string&) {
        return domain::Deposit{domain::UserId(context.parameters[0]), fields.amount("amount_fen"),
                               fields.optional_text("reference", note_rule).value_or("")};
    });
}

Result withdraw(RouteContext& context) {
    return trade(context, [&](Fields& fields, std::string& reason) {
        reason = fields.optional_text("reason", note_rule).value_or("");
        return domain::Withdraw{domain::UserId(context.parameters[0]), fields.amount("amount_fen"),
                                fields.optional_text("reference", note_rule).value_or("")};
    });
}

Result transfer(RouteContext& context) {
    return trade(context, [&context](Fields& fields, std::string&) {
        return domain::Transfer{acting_user(context, fields, "from"), fields.user_id("to"),
                                fields.amount("amount_fen"),
                                fields.optional_text("memo", note_rule).value_or("")};
    });
}

Result read_trade(RouteContext& context) {
    const auto sequence = read_id(context.parameters[0]);
    if (!sequence) {
        return problem_of(domain::Rejection::trade_not_found);
    }
    return answered<persistence::Trade>(
        query_whose(context, actors::ReadTrade{*sequence}),
        [&context](const persistence::Trade& trade) -> Result {
            // A side that is no account has a name that no account can have.
            if (auto problem = find_denial_of(context, {trade.from, trade.to},
                                              domain::Rejection::trade_not_found)) {
                return std::move(*problem);
            }
            return Response{200, render(trade).dump(), false};
        });
}

} // namespace

std::span<const Route> trade_routes() {
    static constexpr std::array routes{
        Route{"POST", "/v1/accounts/{user_id}/deposits", Action::deposit, deposit},
        Route{"POST", "/v1/accounts/{user_id}/withdrawals", Action::withdraw, withdraw},
        Route{"POST", "/v1/transfers", Action::transfer, transfer},
        Route{"GET", "/v1/trades/{trade_no}", Action::read_trade, read_trade},
    };
    return routes;
}

} // namespace hongbao::http
