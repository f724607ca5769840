// Role: sales and orders as they are shown, made of their rows. Owner thread: the view's.
#pragma once

#include "persistence/read_model/sale/summary.hpp"
#include "persistence/read_model/view.hpp"

#include <cstdint>

namespace hongbao::persistence {

SaleSummary summary_of(ModelView& view, const SaleRow& row);

/// The order at this place, which must be this one.
OrderRow order_at_place(ModelView& view, const OrderPlace& place, domain::OrderId order_id);

/// With the payments up to that record.
OrderSummary summary_of(ModelView& view, domain::SaleId sale_id, const OrderRow& row,
                        domain::Sequence as_of = UINT64_MAX);

} // namespace hongbao::persistence
