// Role: sales in the read model: summed up, woken, their orders shown and listed, wherever their
// rows are.
#include "persistence/record/digests.hpp"
#include "tests/persistence/followed.hpp"
#include "tests/persistence/sale_story.hpp"
#include "tests/persistence/sale_words.hpp"
#include "tests/persistence/same_record.hpp"

#include "domain/books/books.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace hongbao::persistence {
namespace {

using namespace hongbao::testing;
using hongbao::testing::words_of;

class SalesInTheReadModel : public ::testing::TestWithParam<Rows> {};
INSTANTIATE_TEST_SUITE_P(Everywhere, SalesInTheReadModel, ::testing::ValuesIn(everywhere));

std::string words_of(const SaleSummary& sale) {
    return std::to_string(sale.reserved_units) + " reserved, " + std::to_string(sale.sold_units) +
           " sold, " + std::to_string(sale.waiting) + " waiting" +
           (sale.closed_at ? ", payout " + std::to_string(sale.payout_fen) : "");
}

std::string words_of(const Entry& entry) {
    return std::to_string(static_cast<int>(entry.type)) + ": " + std::to_string(entry.amount_fen) +
           " of " + entry.counterparty + ", sale " +
           std::to_string(entry.sale_id.value_or(domain::SaleId{}).value) + ", order " +
           std::to_string(entry.order_id.value_or(domain::OrderId{}).value) + ", \"" + entry.memo +
           "\", balance " + std::to_string(entry.balance_after_fen);
}

std::vector<std::string> words_of(const std::vector<Entry>& entries) {
    std::vector<std::string> words;
    for (const Entry& entry : entries) {
        words.push_back(words_of(entry));
    }
    return words;
}

const std::vector<domain::OrderId> story_orders = {{101}, {102}, {103}, {104}, {105}, {106}};
const std::vector<domain::UserId> story_users = {"shop", "ann", "bob", "carol", "dave"};

TEST_P(SalesInTheReadModel, AreSummedUp) {
    Followed followed(GetParam());
    followed.add(sale_story());
    const ReadModel& model = *followed.model;
    EXPECT_EQ(words_of(*model.sale_summary({95})), "0 reserved, 1 sold, 0 waiting, payout 1000");
    EXPECT_EQ(words_of(*model.sale_summary({96})), "1 reserved, 1 sold, 1 waiting");
    EXPECT_EQ(words_of(*model.sale_summary({97})), "0 reserved, 0 sold, 0 waiting");
    EXPECT_FALSE(model.sale_summary({94}));
    const auto phone_sale = model.sale_summary({95});
    EXPECT_EQ(phone_sale->terms.title, "Phone 手机");
    EXPECT_EQ(phone_sale->created_at, story_at(7));
    EXPECT_EQ(phone_sale->closed_at, story_at(90));
    const Audit audit = model.audit();
    EXPECT_TRUE(audit.difference_fen() == 0);
    EXPECT_TRUE(audit.escrow_fen == 50) << "the pen that is paid";
    EXPECT_TRUE(audit.deposited_fen == 17'999) << "what gateways took came from outside";
    EXPECT_EQ(followed.model->totals().largest_id, 106U) << "orders have ids, too";
}

TEST_P(SalesInTheReadModel, MakeTheLinesOfStatements) {
    Followed followed(GetParam());
    followed.add(sale_story());
    const auto lines = [&](const char* user, std::optional<EntryType> type = {}) {
        return words_of(followed.model->entries(user, type, {}).items);
    };
    using Lines = std::vector<std::string>;
    EXPECT_EQ(lines("shop"), Lines{"10: 1000 of sale:95, sale 95, order 0, \"\", balance 1000"});
    EXPECT_EQ(lines("ann"), (Lines{"8: -50 of order:105, sale 96, order 105, \"\", balance 9950",
                                   "5: 2000 of order:101, sale 95, order 101, \"\", balance 10000",
                                   "8: -2000 of order:101, sale 95, order 101, \"\", balance 8000",
                                   "0: 10000 of outside, sale 0, order 0, \"\", balance 10000"}));
    EXPECT_EQ(lines("bob", EntryType::external_payment),
              Lines{"9: 1000 of order:104, sale 95, order 104, \"gw-3\", balance 6000"});
    EXPECT_EQ(lines("carol"),
              Lines{"9: 999 of order:103, sale 95, order 103, \"gw-1\", balance 999"})
        << "a payment that pays the order is none of the account's";
    EXPECT_EQ(lines("ann", EntryType::order_payment).size(), 2U);
    EXPECT_EQ(lines("dave"), Lines{});
}

TEST_P(SalesInTheReadModel, TellEachOrderAsItIs) {
    Followed followed(GetParam());
    domain::Books books;
    for (const domain::Record& record : sale_story()) {
        ASSERT_EQ(domain::what_is_wrong_with(books, record), "") << record.sequence;
        domain::apply(books, record);
        followed.add({record});
        for (const domain::OrderId order_id : story_orders) {
            const auto told = followed.model->order(order_id);
            const auto sale_id = books.sale_of_order.find(order_id);
            ASSERT_EQ(told.has_value(), sale_id != books.sale_of_order.end());
            ASSERT_EQ(followed.model->sale_of(order_id).has_value(), told.has_value());
            if (told) {
                const domain::Sale& sale = books.sales.at(sale_id->second);
                const domain::Order& order = *sale.orders.find(order_id);
                ASSERT_EQ(words_of(*told), words_of(sale, order))
                    << "after record " << record.sequence;
                ASSERT_EQ(told->sale_id, sale_id->second);
                ASSERT_EQ(told->amount_fen, domain::amount_of(sale.terms, order.quantity));
                ASSERT_EQ(followed.model->sale_of(order_id), sale_id->second);
            }
        }
    }
    EXPECT_EQ(followed.model->order_of_gateway_ref("gw-2"), domain::OrderId{103});
    EXPECT_EQ(followed.model->order_of_gateway_ref("gw-3"), domain::OrderId{104});
    EXPECT_FALSE(followed.model->order_of_gateway_ref("gw-4"));
    EXPECT_FALSE(followed.model->order_of_gateway_ref("")) << "no key of a row";
    EXPECT_FALSE(followed.model->order_of_gateway_ref(std::string(1'000, 'x')));
}

TEST_P(SalesInTheReadModel, ListTheOrdersOfAUserNewestFirst) {
    Followed followed(GetParam());
    followed.add(sale_story());
    const auto ids = [](const Page<OrderSummary>& page) {
        std::string words;
        for (const OrderSummary& order : page.items) {
            words += std::to_string(order.order_id.value) + " ";
        }
        return words + (page.next_cursor ? "…" : "");
    };
    const auto orders = [&](const char* user_id, const PageRequest& page = {}) {
        return *followed.model->orders({.sale_id = {}, .user_id = user_id, .status = {}}, page,
                                       story_begins);
    };
    EXPECT_EQ(ids(orders("ann")), "105 101 ");
    EXPECT_EQ(ids(orders("bob")), "106 104 102 ");
    EXPECT_EQ(ids(orders("dave")), "") << "waiting is no order";
    EXPECT_EQ(ids(orders("nobody")), "");
    const auto first = orders("bob", {2, {}});
    EXPECT_EQ(ids(first), "106 104 …");
    EXPECT_EQ(ids(orders("bob", {2, first.next_cursor})), "102 ");
    followed.add(records_of({domain::OrderReserved{{97}, {107}, "bob", 1, story_at(1'020)}}, 31));
    EXPECT_EQ(ids(orders("bob", {2, first.next_cursor})), "102 ") << "a cursor stays where it was";
    EXPECT_EQ(ids(orders("bob", {1, {}})), "107 …");
}

/// Wakes the sale in parts of at most this many rows; returns how many parts it took.
int wake(const ReadModel& model, SleepingSale& sleeping, std::uint64_t rows_max) {
    int parts = 1;
    while (!model.wake_further(sleeping, rows_max)) {
        parts += 1;
    }
    return parts;
}

TEST_P(SalesInTheReadModel, WakeAsTheyAreAfterEachRecordInPartsOfAnySize) {
    Followed followed(GetParam());
    domain::Books books;
    for (const domain::Record& record : sale_story()) {
        domain::apply(books, record);
        followed.add({record});
        for (auto& [sale_id, sale] : books.sales) {
            for (const std::uint64_t rows_max : {1U, 2U, 100U}) {
                auto sleeping = followed.model->sale(sale_id);
                ASSERT_TRUE(sleeping);
                ASSERT_EQ(sleeping->row_count(), sale.orders.size() + sale.users.waiting());
                const int parts = wake(*followed.model, *sleeping, rows_max);
                const auto rows = static_cast<int>(sleeping->row_count());
                ASSERT_EQ(parts, rows_max == 1   ? std::max(1, rows)
                                 : rows_max == 2 ? std::max(1, (rows + 1) / 2)
                                                 : 1);
                ASSERT_EQ(words_of(sleeping->sale, story_orders, story_users),
                          words_of(sale, story_orders, story_users))
                    << "sale " << sale_id.value << " after record " << record.sequence;
                ASSERT_EQ(sleeping->is_open(), !sale.closed_at);
            }
        }
    }
    EXPECT_EQ(followed.model->sale({95})->as_of, 29U);
    EXPECT_EQ(followed.model->sale({96})->as_of, 28U);
    EXPECT_FALSE(followed.model->sale({94}));
}

TEST_P(SalesInTheReadModel, WakeWhileTheirRowsMoveToTheFile) {
    Followed followed(GetParam());
    const auto records = sale_story();
    followed.add({records.begin(), records.begin() + 14});
    auto sleeping = followed.model->sale({95});
    ASSERT_FALSE(followed.model->wake_further(*sleeping, 3));
    EXPECT_EQ(sleeping->sale.orders.size(), 2U);
    EXPECT_EQ(sleeping->sale.users.position("carol"), 1U);
    for (domain::Sequence sequence = 15; sequence <= 30; ++sequence) {
        followed.add(records_of({domain::Deposited{"dave", 1, ""}}, sequence));
    }
    EXPECT_EQ(wake(*followed.model, *sleeping, 1), 2) << "dave and bob are left";
    EXPECT_EQ(sleeping->sale.users.position("dave"), 2U);
    EXPECT_EQ(sleeping->sale.users.position("bob"), 3U);
}

/// "<sale> due at <s>", in the order of ids; 0 is at once.
std::string words_of(std::vector<OpenSale> sales) {
    std::ranges::sort(sales, {}, &OpenSale::id);
    std::string words;
    for (const OpenSale& sale : sales) {
        words += std::to_string(sale.id.value) + " due at " +
                 std::to_string(sale.due_at == 0 ? 0 : (sale.due_at - story_begins) / 1'000) + "; ";
    }
    return words;
}

TEST_P(SalesInTheReadModel, AreToldAtAStartUntilTheyClose) {
    Followed followed(GetParam());
    const auto records = sale_story();
    std::size_t taken = 0;
    const auto unclosed_after = [&](std::size_t count) {
        for (; taken < count; ++taken) {
            followed.add({records[taken]});
        }
        return words_of(std::get<OpenEntities>(followed.model->open_entities()).sales);
    };
    EXPECT_EQ(unclosed_after(7), "");
    EXPECT_EQ(unclosed_after(8), "95 due at 90; ");
    EXPECT_EQ(unclosed_after(9), "95 due at 0; ") << "an order may time out";
    EXPECT_EQ(unclosed_after(22), "95 due at 0; 96 due at 4500; ");
    EXPECT_EQ(unclosed_after(24), "95 due at 0; 96 due at 4500; ");
    EXPECT_EQ(unclosed_after(26), "95 due at 90; 96 due at 4500; ");
    EXPECT_EQ(unclosed_after(30), "96 due at 0; 97 due at 1200; ");
}

TEST_P(SalesInTheReadModel, WithSomebodyWaitingAreDueAtOnce) {
    Followed followed(GetParam());
    auto records = sale_story();
    records.resize(28);
    followed.add(records);
    followed.add(records_of(
        {domain::OrderPaid{{96}, {106}, "bob", 1, 50, story_at(26), story_at(926)}}, 29));
    EXPECT_EQ(words_of(std::get<OpenEntities>(followed.model->open_entities()).sales),
              "95 due at 90; 96 due at 0; ");
}

TEST_P(SalesInTheReadModel, AreAnsweredAgainAsTheyWere) {
    Followed followed(GetParam());
    const auto records = sale_story();
    followed.add(records);
    EXPECT_TRUE(same_record(followed.model->settled_record(8)->record, records[7]));
    const auto paid = followed.model->settled_record(14);
    ASSERT_TRUE(paid);
    EXPECT_TRUE(same_record(paid->record, records[13]));
    EXPECT_EQ(paid->owner_balance_fen, 8'000) << "the balance then, not now";
    std::vector<KeyRow> keys;
    EXPECT_FALSE(followed.model->each_kept_key(
        [&](const KeyRow& row, std::int64_t) { keys.push_back(row); }));
    ASSERT_EQ(keys.size(), 2U);
    EXPECT_EQ(keys[1].digest, digest_of_key("payment-1"));
}

/// The answer does not have what happened later.
TEST_P(SalesInTheReadModel, TellOrdersAsTheyWereRightAfterARecord) {
    Followed followed(GetParam());
    const auto records = sale_story();
    followed.add(records);
    const auto at = [](std::int64_t s) { return std::to_string(story_at(s)); };
    const std::string of_101 = "order 101 of ann: 2, ";
    const std::string of_103 = "order 103 of carol: 1, ";
    const std::string first_payment = ", gw-1 999 fen (3) at " + at(16);
    const std::pair<std::size_t, std::string> cases[] = {
        {9, of_101 + "reserved " + at(8) + " " + at(18) + " 0 0"},
        {14, of_101 + "paid " + at(8) + " " + at(18) + " " + at(13) + " 0"},
        {15, "order 102 of bob: 1, cancelled " + at(9) + " " + at(19) + " 0 " + at(14)},
        {17, of_103 + "reserved " + at(15) + " " + at(25) + " 0 0" + first_payment},
        {18, of_103 + "paid " + at(15) + " " + at(25) + " " + at(17) + " 0" + first_payment +
                 ", gw-2 1000 fen (0) at " + at(17)},
        {19, of_101 + "refunded " + at(8) + " " + at(18) + " " + at(13) + " " + at(18)},
        {26, "order 104 of bob: 1, timed out " + at(20) + " " + at(30) + " 0 " + at(30) +
                 ", gw-3 1000 fen (1) at " + at(31)},
    };
    for (const auto& [sequence, words] : cases) {
        EXPECT_EQ(words_of(followed.model->order_at(records[sequence - 1])), words) << sequence;
    }
}

TEST_P(SalesInTheReadModel, LeaveAnAccountAsOfTheRecordsThatChangedIt) {
    Followed followed(GetParam());
    followed.add(sale_story());
    EXPECT_EQ(followed.model->account("dave")->as_of, 5U) << "who waited and was passed over";
    EXPECT_EQ(followed.model->account("ann")->as_of, 24U) << "the payment, not the reservation";
    EXPECT_EQ(followed.model->account("carol")->as_of, 17U) << "not the payment of the order";
    EXPECT_EQ(followed.model->account("shop")->as_of, 29U);
    EXPECT_EQ(followed.model->account("shop")->account.standing.balance_fen, 1'000);
}

TEST_P(SalesInTheReadModel, ThatSoldNothingCloseWithoutALine) {
    Followed followed(GetParam());
    auto records = sale_story();
    records.resize(8);
    auto closed = records_of({domain::SaleClosed{{95}, "shop", 0, 8}}, 9);
    closed[0].at = story_at(90);
    records.push_back(closed[0]);
    followed.add(records);
    EXPECT_EQ(words_of(*followed.model->sale_summary({95})),
              "0 reserved, 0 sold, 0 waiting, payout 0");
    EXPECT_TRUE(followed.model->entries("shop", {}, {}).items.empty());
    auto sleeping = followed.model->sale({95});
    EXPECT_EQ(sleeping->row_count(), 0U);
    EXPECT_EQ(wake(*followed.model, *sleeping, 0), 1) << "nothing is left to add";
    EXPECT_EQ(sleeping->sale.closed_at, story_at(90));
}

} // namespace
} // namespace hongbao::persistence
