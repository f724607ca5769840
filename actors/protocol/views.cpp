// Role: the answers to requests that made something, from the event alone: so a repeated request
// gets the same answer at any time.
#include "actors/protocol/views.hpp"

#include <utility>

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

} // namespace hongbao::actors
