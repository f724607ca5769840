// Role: grouping replies by sink.
#include "actors/protocol/reply.hpp"

#include <algorithm>
#include <iterator>

namespace hongbao::actors {

CampaignView view_of_funded(const domain::CampaignFunded& funded, domain::InstantMs at) {
    CampaignView view;
    view.summary.terms = funded;
    view.summary.created_at = at;
    return view;
}

SaleView view_of_opened(const domain::SaleOpened& opened, domain::InstantMs at) {
    SaleView view;
    view.summary.terms = opened;
    view.summary.created_at = at;
    return view;
}

OrderView view_of_paid(const domain::OrderPaid& paid, domain::InstantMs at,
                       std::vector<domain::ExternalPayment>&& external_payments) {
    OrderView view;
    view.summary = persistence::OrderSummary{.sale_id = paid.sale_id,
                                             .order_id = paid.order_id,
                                             .user_id = paid.user_id,
                                             .quantity = paid.quantity,
                                             .amount_fen = paid.amount_fen,
                                             .status = domain::OrderStatus::paid,
                                             .reserved_at = paid.reserved_at,
                                             .pay_by = paid.pay_by,
                                             .paid_at = at,
                                             .ended_at = std::nullopt,
                                             .external_payments = std::move(external_payments)};
    return view;
}

void stamp(Reply& reply, domain::Sequence as_of) {
    if (auto* view = std::get_if<std::unique_ptr<PacketView>>(&reply.answer)) {
        (*view)->as_of = (*view)->as_of == 0 ? as_of : (*view)->as_of;
    }
}

void deliver_all(std::vector<Reply>&& replies) {
    while (!replies.empty()) {
        ReplySink* sink = replies.front().to.sink;
        const auto others =
            std::stable_partition(replies.begin(), replies.end(),
                                  [sink](const Reply& reply) { return reply.to.sink == sink; });
        std::vector<Reply> rest(std::make_move_iterator(others),
                                std::make_move_iterator(replies.end()));
        replies.erase(others, replies.end());
        if (sink != nullptr) {
            sink->deliver(std::move(replies));
        }
        replies = std::move(rest);
    }
}

void deliver_one(const ReplyTo& to, Answer&& answer) {
    if (to.sink != nullptr) {
        std::vector<Reply> one;
        one.push_back(Reply{to, std::move(answer)});
        to.sink->deliver(std::move(one));
    }
}

} // namespace hongbao::actors
