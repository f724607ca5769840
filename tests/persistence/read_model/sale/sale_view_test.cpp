// Role: rows of sales that are in three places at once: the generation being filled goes before the
// one being written, and that before the file.
#include "persistence/read_model/apply.hpp"
#include "persistence/read_model/store/dirty_pages.hpp"
#include "tests/persistence/read_model/rows/row_keys.hpp"
#include "tests/persistence/sale_story.hpp"

#include <gtest/gtest.h>

#include <memory>

namespace hongbao::persistence {
namespace {

using namespace hongbao::testing;
using Records = std::vector<domain::Record>;

/// A generation with the records between two places of the story, on top of `before`.
std::shared_ptr<Generation> generation_of(const ModelStore& store,
                                          const std::shared_ptr<const Generation>& before,
                                          const Records& records, std::size_t from,
                                          std::size_t to) {
    auto generation = std::make_shared<Generation>();
    generation->totals = before != nullptr ? before->totals : store.totals_at_open();
    if (from < to) {
        generation->first = records[from].sequence;
        generation->commits.push_back(std::make_shared<const Commit>(
            Commit{{records.data() + from, records.data() + to}, {}}));
        Applying applying(store, generation, before);
        for (std::size_t i = from; i < to; ++i) {
            applying.take(records[i]);
        }
    }
    return generation;
}

std::unique_ptr<ModelStore> open_store(const TemporaryFolder& folder) {
    return std::move(std::get<std::unique_ptr<ModelStore>>(
        ModelStore::open(folder.path() / "model", sample_id())));
}

/// Every row of the story's sales, as bytes.
std::vector<RowBytes> rows_in(ModelView& view) {
    std::vector<RowBytes> rows;
    const auto add = [&rows](const auto& row, const auto& key) {
        encode(row, key, rows.emplace_back());
    };
    for (const std::uint64_t sale_id : {95U, 96U, 97U}) {
        const auto sale = view.get<Sales>({sale_id});
        if (!sale) {
            continue;
        }
        add(*sale, sale_id);
        for (std::uint64_t no = 1; no <= sale->order_count; ++no) {
            add(view.get<Orders>({{sale_id}, no}).value(), order_key({sale_id}, no));
        }
        EXPECT_FALSE((view.get<Orders>({{sale_id}, sale->order_count + 1})));
        for (std::uint64_t no = 1; no <= sale->waiters_joined; ++no) {
            add(view.get<Waiters>({{sale_id}, no}).value(), waiter_key({sale_id}, no));
        }
        EXPECT_FALSE((view.get<Waiters>({{sale_id}, sale->waiters_joined + 1})));
    }
    for (std::uint64_t order_id = 101; order_id <= 106; ++order_id) {
        if (const auto place = view.get<OrderPlaces>({order_id})) {
            add(*place, order_id);
            const OrderRow order = view.get<Orders>({place->sale_id, place->order_no}).value();
            for (std::uint64_t no = 1; no <= order.external_payment_count; ++no) {
                const auto payment = view.get<ExternalPayments>({{order_id}, no}).value();
                add(payment, external_payment_key({order_id}, no));
                EXPECT_EQ(view.get<GatewayRefs>(payment.gateway_ref).value().order_id,
                          domain::OrderId{order_id});
            }
            EXPECT_FALSE(
                (view.get<ExternalPayments>({{order_id}, order.external_payment_count + 1})));
        }
    }
    for (const char* user : {"ann", "bob", "carol"}) {
        const auto number = view.number(user);
        if (number) {
            add(view.get<Accounts>(*number).value(), *number);
        }
    }
    return rows;
}

TEST(RowsOfSales, AreTheSameWhereverTheStoryIsCut) {
    const Records records = sale_story();
    const std::size_t end = records.size();
    const TemporaryFolder whole_folder;
    const auto empty_store = open_store(whole_folder);
    const auto whole = generation_of(*empty_store, nullptr, records, 0, end);
    ModelView whole_view(*empty_store, whole, nullptr);
    const auto expected = rows_in(whole_view);
    ASSERT_GT(expected.size(), 20U);
    for (std::size_t stored = 0; stored <= end; ++stored) {
        const TemporaryFolder folder;
        {
            const auto store = open_store(folder);
            ASSERT_EQ(store->write(*generation_of(*store, nullptr, records, 0, stored),
                                   {0, dirty_pages_max_default}),
                      0);
        }
        const auto store = open_store(folder);
        for (std::size_t frozen = stored; frozen <= end; ++frozen) {
            const auto writing = generation_of(*store, nullptr, records, stored, frozen);
            const auto filling = generation_of(*store, writing, records, frozen, end);
            ModelView view(*store, filling, writing);
            ASSERT_EQ(rows_in(view), expected)
                << "stored to record " << stored << ", being written to record " << frozen;
        }
    }
}

} // namespace
} // namespace hongbao::persistence
