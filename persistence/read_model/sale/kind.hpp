// Role: sales as a kind (kind.hpp): may be due before they close, with orders as their own rows.
#pragma once

#include "domain/books/books.hpp"
#include "persistence/read_model/kind.hpp"
#include "persistence/read_model/open_entities.hpp"
#include "persistence/read_model/sale/waking.hpp"
#include "persistence/read_model/store/reader.hpp"

#include <optional>

namespace hongbao::persistence {

template <>
struct Kind<domain::Sale> {
    using Id = domain::SaleId;
    using Events = domain::SaleEvents;
    using Rows = Sales;
    using Ends = SaleEnds;
    using Sleeping = SleepingSale;

    static constexpr const char* name = "sale";
    static constexpr const char* child_names = "orders";
    static constexpr const char* open_ones = "sales that are not closed";
    static constexpr const char* open_ones_and_ends = "sales that are not closed and ends of sales";
    static constexpr List list = List::sales;
    static constexpr auto parts = &Generation::sales;
    static constexpr auto open_count = &ModelTotals::unclosed_sale_count;
    static constexpr auto held = &HeldSums::sales_fen;
    static constexpr auto books = &domain::Books::sales;
    static constexpr auto entity = &SleepingSale::sale;
    static constexpr auto all_open = &OpenEntities::sales;

    static Id id_in(const auto& event) { return event.sale_id; }
    static domain::Fen held_fen(const SaleRow& row) { return row.escrow_fen(); }
    static std::uint64_t order_count(const SaleRow& row) { return row.order_count; }
    static domain::InstantMs due_at(const SaleRow& row) { return row.due_at(); }
    /// It may be due before it closes.
    static std::optional<OpenSale> open_at(ModelReader& reader, Id id, domain::InstantMs) {
        const auto row = reader.get<Sales>(id);
        return row ? std::optional(OpenSale{id, row->due_at()}) : std::nullopt;
    }
    static void apply(Applying& applying, const domain::Record& record);
    static void write(RowsWriter& writer, const Generation& generation);
    static void count_pages(PageEstimate& pages, const Generation& generation);
};

} // namespace hongbao::persistence
