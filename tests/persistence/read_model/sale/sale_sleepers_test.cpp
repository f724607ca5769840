// Role: rows of a sale that do not fit together: no sale is woken from them, and no wrong answer
// given.
#include "persistence/read_model/sale/waking.hpp"
#include "tests/persistence/verified_sale_model.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <map>

namespace hongbao::persistence {
namespace {

using namespace hongbao::testing;
using domain::OrderStatus;

/// Rows and records from memory: sale 95 with two orders, the second paid by a gateway at its
/// second try, and ann and dave waiting behind a user who has left.
struct RowsInMemory {
    SaleRow row;
    std::vector<OrderRow> orders;
    std::vector<ExternalPaymentRow> payments;
    std::map<std::uint64_t, AccountNumber> waiters;
    mutable std::map<std::uint64_t, domain::Sequence> left_sequence;
    std::map<AccountNumber, std::string> users{{1, "shop"}, {2, "ann"}, {3, "bob"}, {4, "dave"}};
    std::map<domain::Sequence, domain::Record> records;

    RowsInMemory() {
        row.opened_sequence = 8;
        row.merchant = "shop";
        row.price_fen = 1'000;
        row.stock = 3;
        row.reserved_units = 2;
        row.sold_units = 1;
        row.order_count = 2;
        row.waiters_joined = 3;
        row.waiters_left = 1;
        row.closes_at = story_at(90);
        orders = {{{101}, 2, 2, OrderStatus::reserved, 1, 2, 0, 0, 0, 9},
                  {{102}, 3, 1, OrderStatus::paid, 1, 2, 2, 0, 2, 10}};
        payments = {
            {"gw-1", 1, domain::ExternalPaymentOutcome::wrong_amount, 2, 11, {}, {}, {}, {}, {}},
            {"gw-2", 1'000, domain::ExternalPaymentOutcome::order_paid, 2, 12, {}, {}, {}, {}, {}}};
        waiters = {{1, 3}, {2, 2}, {3, 4}};
        records[8] = {8, story_at(7), phones(), {}};
        records[20] = {20, story_at(90), domain::SaleClosed{{95}, "shop", 1'000, 8}, {}};
    }
    void close() {
        row.closed_sequence = 20;
        row.reserved_units = 0;
        orders[0].status = OrderStatus::timed_out;
        orders[0].ended_at = 3;
    }

    std::optional<domain::Record> record(domain::Sequence sequence) const {
        const auto found = records.find(sequence);
        return found != records.end() ? std::optional(found->second) : std::nullopt;
    }
    template <typename Of>
    std::optional<typename Of::Row> get(const typename Of::Key& key) const {
        return find(Of{}, key);
    }

  private:
    template <typename Row>
    static std::optional<Row> at(const std::vector<Row>& rows, std::uint64_t no) {
        return no <= rows.size() ? std::optional(rows[no - 1]) : std::nullopt;
    }
    std::optional<OrderRow> find(Orders, const Orders::Key& key) const {
        return at(orders, key.number);
    }
    std::optional<ExternalPaymentRow> find(ExternalPayments,
                                           const ExternalPayments::Key& key) const {
        return at(payments, key.number);
    }
    std::optional<WaiterRow> find(Waiters, const Waiters::Key& key) const {
        const auto found = waiters.find(key.number);
        return found != waiters.end()
                   ? std::optional(WaiterRow{found->second, left_sequence[key.number]})
                   : std::nullopt;
    }
    std::optional<AccountRow> find(Accounts, AccountNumber number) const {
        const auto found = users.find(number);
        AccountRow account;
        account.account.profile.user_id = found != users.end() ? found->second : "";
        return found != users.end() ? std::optional(account) : std::nullopt;
    }
};

/// The whole sale; nothing if its rows do not fit.
std::optional<SleepingSale> woken(const RowsInMemory& rows) {
    auto sleeping = sleeping_of(domain::SaleId{95}, rows.row, rows);
    const bool is_whole =
        sleeping && wake_further(*sleeping, sleeping->row_count(), rows) == Waking::whole;
    return is_whole ? std::move(sleeping) : std::nullopt;
}

TEST(SleepingSales, WakeFromRowsThatFit) {
    RowsInMemory rows;
    const auto sleeping = woken(rows);
    ASSERT_TRUE(sleeping);
    EXPECT_EQ(sleeping->sale.users.position("ann"), 1U);
    EXPECT_EQ(sleeping->sale.users.position("dave"), 2U);
    EXPECT_EQ(sleeping->sale.users.position("bob"), 0U) << "has left";
    EXPECT_EQ(sleeping->sale.users.waitlist().left_count(), 1U);
    EXPECT_EQ(sleeping->sale.orders.external_payments({102}).size(), 2U);
    rows.close();
    ASSERT_TRUE(woken(rows));
    EXPECT_EQ(woken(rows)->sale.payout_fen, 1'000);
}

TEST(SleepingSales, WakeWithWhoHasLeftBehindAnother) {
    RowsInMemory rows;
    rows.left_sequence[3] = 17;
    EXPECT_FALSE(woken(rows)) << "the sale's row knows nothing of it";
    rows.row.waiter_gaps = 1;
    const auto sleeping = woken(rows);
    ASSERT_TRUE(sleeping);
    EXPECT_EQ(sleeping->sale.users.waiting(), 1U);
    EXPECT_EQ(sleeping->sale.users.position("ann"), 1U);
    EXPECT_EQ(sleeping->sale.users.position("dave"), 0U);
    EXPECT_EQ(sleeping->sale.users.waitlist().joined_count(), 3U);
    rows.left_sequence[2] = 16;
    rows.row.waiter_gaps = 2;
    EXPECT_FALSE(woken(rows)) << "the head has left";
}

TEST(SleepingSales, DoNotWakeFromRowsThatDoNotFit) {
    struct Case {
        const char* name;
        void (*damage)(RowsInMemory&);
    };
    for (const Case& one : {
             Case{"no record that opened it", [](auto& r) { r.records.erase(8); }},
             Case{"another record", [](auto& r) { r.row.opened_sequence = 20; }},
             Case{"another sale's record",
                  [](auto& r) {
                      std::get<domain::SaleOpened>(r.records.at(8).event).sale_id = {96};
                  }},
             Case{"another merchant", [](auto& r) { r.row.merchant = "bob"; }},
             Case{"another price", [](auto& r) { r.row.price_fen = 999; }},
             Case{"another stock", [](auto& r) { r.row.stock = 4; }},
             Case{"another end", [](auto& r) { r.row.closes_at += 1; }},
             Case{"more have left than joined", [](auto& r) { r.row.waiters_left = 4; }},
             Case{"an order is missing", [](auto& r) { r.row.order_count = 3; }},
             Case{"an order of nobody", [](auto& r) { r.orders[0].account = 9; }},
             Case{"the same order twice", [](auto& r) { r.orders[1].order_id = {101}; }},
             Case{"an order of nothing", [](auto& r) { r.orders[0].quantity = 0; }},
             Case{"an order of less than nothing", [](auto& r) { r.orders[0].quantity = -1; }},
             Case{"an order of more than there is", [](auto& r) { r.orders[0].quantity = 4; }},
             Case{"an old order of more than there ever was",
                  [](auto& r) {
                      r.orders[0].quantity = 4;
                      r.orders[0].status = OrderStatus::cancelled;
                      r.orders[0].ended_at = 2;
                      r.row.reserved_units = 0;
                  }},
             Case{"more sold than there is",
                  [](auto& r) {
                      r.orders[1].quantity = 2;
                      r.row.sold_units = 2;
                  }},
             Case{"more than a user may hold", [](auto& r) { r.orders[1].account = 2; }},
             Case{"a status that there is not",
                  [](auto& r) { r.orders[0].status = static_cast<OrderStatus>(5); }},
             Case{"paid at no time", [](auto& r) { r.orders[1].paid_at = 0; }},
             Case{"reserved, but ended", [](auto& r) { r.orders[0].ended_at = 2; }},
             Case{"a payment is missing", [](auto& r) { r.payments.pop_back(); }},
             Case{"a waiter is missing", [](auto& r) { r.waiters.erase(3); }},
             Case{"nobody waits", [](auto& r) { r.waiters[2] = 9; }},
             Case{"the same waiter twice", [](auto& r) { r.waiters[3] = 2; }},
             Case{"more reserved than by orders", [](auto& r) { r.row.reserved_units = 3; }},
             Case{"fewer sold than by orders", [](auto& r) { r.row.sold_units = 0; }},
             Case{"closed by no record",
                  [](auto& r) {
                      r.close();
                      r.row.closed_sequence = 21;
                  }},
             Case{"closed by another record",
                  [](auto& r) {
                      r.close();
                      r.row.closed_sequence = 8;
                  }},
             Case{"closed by another sale's record",
                  [](auto& r) {
                      r.close();
                      std::get<domain::SaleClosed>(r.records.at(20).event).sale_id = {96};
                  }},
             Case{"closed while an order is reserved", [](auto& r) { r.row.closed_sequence = 20; }},
             Case{"closed with another payout",
                  [](auto& r) {
                      r.close();
                      std::get<domain::SaleClosed>(r.records.at(20).event).payout_fen = 1'001;
                  }},
         }) {
        RowsInMemory rows;
        one.damage(rows);
        EXPECT_FALSE(woken(rows)) << one.name;
    }
}

/// Damage in the file: asking for the row ends the process and condemns the model.
class SalesOfADamagedModelDeathTest : public VerifySalesTest {
  protected:
    std::unique_ptr<ReadModel> open_model() {
        ReadModelOptions options;
        options.path = model_path();
        options.journal_id = sample_id();
        return std::move(std::get<std::unique_ptr<ReadModel>>(ReadModel::open(options)));
    }
    using Ask = std::function<void(const ReadModel&)>;
    void expect_death(const char* table, std::span<const std::byte> key, const Ask& ask) {
        const RowBytes good = get(table, key);
        RowBytes bad = good;
        bad[0] ^= std::byte{1};
        put(table, key, bad);
        EXPECT_DEATH(ask(*open_model()), "start again: the next start builds it anew") << table;
        EXPECT_TRUE(std::filesystem::exists(ModelStore::mark_in(model_path())));
        std::filesystem::remove(ModelStore::mark_in(model_path()));
        put(table, key, good);
    }
    static void wake(const ReadModel& model) {
        auto sleeping = model.sale({96});
        static_cast<void>(model.wake_further(*sleeping, sleeping->row_count()));
    }
};

TEST_F(SalesOfADamagedModelDeathTest, NothingWrongIsTold) {
    const std::uint64_t sale = 96;
    const std::uint64_t order = 106;
    const std::uint64_t bob = 3;
    const Ask summary = [](const ReadModel& model) { model.sale_summary({96}); };
    const Ask one_order = [](const ReadModel& model) { model.order({106}); };
    const Ask orders = [](const ReadModel& model) {
        model.orders({.sale_id = {}, .user_id = "bob", .status = {}}, {}, 0);
    };
    const Ask sale_of = [](const ReadModel& model) { model.sale_of({106}); };
    const Ask order_of = [](const ReadModel& model) { model.order_of_gateway_ref("gw-3"); };
    const Ask late_order = [](const ReadModel& model) { model.order({104}); };
    expect_death("sales", key_of(sale), wake);
    expect_death("sales", key_of(sale), summary);
    expect_death("sales", key_of(sale), one_order);
    expect_death("orders", order_key({96}, 2), wake);
    expect_death("orders", order_key({96}, 2), one_order);
    expect_death("orders", order_key({96}, 2), orders);
    expect_death("order_places", key_of(order), one_order);
    expect_death("order_places", key_of(order), orders);
    expect_death("order_places", key_of(order), sale_of);
    expect_death("waiters", waiter_key({96}, 1), wake);
    expect_death("external_payments", external_payment_key({104}, 1), late_order);
    expect_death("gateway_refs", key_of(std::string_view("gw-3")), order_of);
    expect_death("accounts", key_of(bob), orders);
    expect_death("numbers", key_of(std::string_view("bob")), orders);
}

TEST_F(SalesOfADamagedModelDeathTest, APlaceThatLeadsToAnotherOrderIsNoticed) {
    const std::uint64_t order = 106;
    RowBytes bytes;
    encode(OrderPlace{{96}, 1}, order, bytes);
    put("order_places", key_of(order), bytes);
    EXPECT_DEATH(open_model()->order({106}), "start again");
    const auto paid =
        records_of({domain::OrderPaid{{96}, {106}, "bob", 1, 50, story_at(26), story_at(926)}}, 31);
    EXPECT_DEATH(open_model()->apply(std::make_shared<const Commit>(Commit{paid, {}})),
                 "start again");
    encode(OrderPlace{{96}, 3}, order, bytes);
    put("order_places", key_of(order), bytes);
    EXPECT_DEATH(open_model()->apply(std::make_shared<const Commit>(Commit{paid, {}})),
                 "start again");
}

TEST_F(SalesOfADamagedModelDeathTest, SalesThatAreNotClosedAreCountedAtAStart) {
    RawJournal(model_path()).remove("sale_ends", sale_end_key({{97}, story_at(1'200)}));
    const auto open = open_model()->open_entities();
    EXPECT_EQ(std::get<Failure>(open).sentence,
              "the read model knows the ends of 1 of 2 sales that are not closed");
}

TEST_F(SalesOfADamagedModelDeathTest, ASaleWhoseEndIsThereButNotItselfIsNoticedAtAStart) {
    const std::uint64_t sale = 97;
    RawJournal(model_path()).remove("sales", key_of(sale));
    EXPECT_TRUE(std::holds_alternative<Failure>(open_model()->open_entities()));
}

} // namespace
} // namespace hongbao::persistence
