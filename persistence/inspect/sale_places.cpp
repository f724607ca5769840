// Role: where sales and orders should stand on lists by the journal.
#include "persistence/inspect/comparison.hpp"

namespace hongbao::persistence {

namespace {

using domain::OrderStatus;

ListPhase phase_of_sale(const SaleRow& sale) {
    return sale.closed_sequence != 0 ? 1 : 0;
}

ListPhase phase_of_order(const OrderRow& order) {
    switch (order.status) {
    case OrderStatus::reserved: return 0;
    case OrderStatus::paid: return 1;
    case OrderStatus::cancelled: return 2;
    case OrderStatus::timed_out: return 3;
    case OrderStatus::refunded: return 4;
    }
    return 5;
}

} // namespace

void look_for_places(domain::SaleId sale_id, const FoldedSale& folded,
                     ModelComparison& comparison) {
    for (const ListOwner owner :
         {ListOwner{0}, comparison.fold().accounts().number_of(folded.row.merchant)}) {
        comparison.look_for_place(
            {{List::sales, owner, phase_of_sale(folded.row)}, folded.row.opened_sequence});
    }
    if (folded.row.group != 0) {
        comparison.look_for_place(
            {{List::sales_of_group, folded.row.group, phase_of_sale(folded.row)},
             folded.row.opened_sequence});
    }
    std::uint64_t order_no = 0;
    for (const OrderRow& order : folded.orders) {
        comparison.look_for_place(
            {{List::orders_of_sale, sale_id.value, phase_of_order(order)}, ++order_no});
        comparison.look_for_place(
            {{List::orders_of_account, order.account, 0}, order.reserved_sequence});
    }
}

bool FoldedSales::has_place(const ListedKey& key, ModelComparison& comparison) const {
    const ListPart& part = key.part;
    if (part.list == List::sales || part.list == List::sales_of_group) {
        const auto id = comparison.id_made_by(&domain::SaleOpened::sale_id, key.item);
        const SaleRow sale = id ? row_of(*id) : SaleRow();
        if (sale.opened_sequence == 0 || part.phase != phase_of_sale(sale)) {
            return false;
        }
        return part.list == List::sales_of_group
                   ? part.owner == sale.group && part.owner != 0
                   : part.owner == 0 ||
                         part.owner == comparison.fold().accounts().number_of(sale.merchant);
    }
    if (part.list == List::orders_of_sale) {
        const auto sale = sales_.find(domain::SaleId{part.owner});
        return sale != sales_.end() && key.item >= 1 && key.item <= sale->second.orders.size() &&
               part.phase == phase_of_order(sale->second.orders[key.item - 1]);
    }
    if (part.list == List::orders_of_account && part.phase == 0) {
        const auto record = comparison.reader().record(key.item); // compared with the journal's
        const auto* reserved =
            record ? std::get_if<domain::OrderReserved>(&record->event) : nullptr;
        return reserved != nullptr &&
               part.owner == comparison.fold().accounts().number_of(reserved->user_id);
    }
    return false;
}

} // namespace hongbao::persistence
