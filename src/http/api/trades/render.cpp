// Role: a movement of money, in the answer to its request and when it is looked up later.
#include "http/api/trades/render.hpp"

#include "domain/values/rfc3339.hpp"
#include "http/api/render.hpp"

namespace hongbao::http {

Json render(const persistence::Trade& trade) {
    return Json{{"trade_no", std::to_string(trade.sequence)},
                {"type", word_of(trade.type)},
                {"amount_fen", trade.amount_fen},
                {"from", trade.from},
                {"to", trade.to},
                {"memo", trade.memo},
                {"packet_id", id_or_null(trade.packet_id)},
                {"campaign_id", id_or_null(trade.campaign_id)},
                {"order_id", id_or_null(trade.order_id)},
                {"sale_id", id_or_null(trade.sale_id)},
                {"at", domain::to_rfc3339(trade.at)}};
}

Json render(const actors::TradeReceipt& receipt) {
    Json json = render(receipt.trade);
    json["balance_fen"] = receipt.balance_fen;
    return json;
}

} // namespace hongbao::http
