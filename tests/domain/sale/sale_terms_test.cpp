// Role: which sales can be opened, by whom, and when they start, end and close.
#include "domain/sale/sale.hpp"
#include "tests/rig/sale_stall.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace hongbao::domain {
namespace {

using namespace hongbao::testing;

constexpr InstantMs now = sample_now;

OpenSale sale_command() {
    return {.sale_id = SaleId{91},
            .merchant = "shop",
            .title = "Tea",
            .price_fen = 100,
            .stock = 3,
            .starts_at = now + 1'000,
            .ends_at = now + 2'000,
            .per_user_limit = 1,
            .payment_window_s = 60};
}

template <typename Value>
auto with(Value OpenSale::*field, Value value) {
    OpenSale command = sale_command();
    command.*field = value;
    return command;
}

OpenSale from_to(InstantMs start_ms, InstantMs end_ms) {
    OpenSale command = sale_command();
    command.starts_at = now + start_ms;
    command.ends_at = now + end_ms;
    return command;
}

OpenSale priced(Fen price_fen, std::int64_t stock) {
    OpenSale command = with(&OpenSale::price_fen, price_fen);
    command.stock = stock;
    return command;
}

TEST(SaleTerms, AreRefusedJustBeyondEachEdge) {
    constexpr auto largest = std::numeric_limits<std::int64_t>::max();
    struct Case {
        const char* name;
        OpenSale command;
        bool offered;
    };
    const Case cases[] = {
        {"as it is", sale_command(), true},
        {"for a fen", priced(1, 3), true},
        {"for nothing", priced(0, 3), false},
        {"for less than nothing", priced(-1, 3), false},
        {"one unit", priced(100, 1), true},
        {"no unit", priced(100, 0), false},
        {"fewer than none", priced(100, -1), false},
        {"as many units as may be", priced(1, sale_stock_max), true},
        {"one unit more", priced(1, sale_stock_max + 1), false},
        {"as much money as may be", priced(amount_fen_max, 1), true},
        {"a fen more", priced(amount_fen_max + 1, 1), false},
        {"as much money in many units", priced(amount_fen_max / sale_stock_max, sale_stock_max),
         true},
        {"a fen more for each", priced(amount_fen_max / sale_stock_max + 1, sale_stock_max), false},
        {"more money than can be counted", priced(largest, 2), false},
        {"all units for one user", with(&OpenSale::per_user_limit, std::int64_t{3}), true},
        {"more for one user than there is", with(&OpenSale::per_user_limit, std::int64_t{4}),
         false},
        {"none for each user", with(&OpenSale::per_user_limit, std::int64_t{0}), false},
        {"a second to pay", with(&OpenSale::payment_window_s, payment_window_s_min), true},
        {"no time to pay", with(&OpenSale::payment_window_s, std::int64_t{0}), false},
        {"three days to pay", with(&OpenSale::payment_window_s, payment_window_s_max), true},
        {"a second more to pay", with(&OpenSale::payment_window_s, payment_window_s_max + 1),
         false},
        {"a millisecond", from_to(1'000, 1'001), true},
        {"without duration", from_to(1'000, 1'000), false},
        {"ending before it starts", from_to(1'001, 1'000), false},
        {"running already", from_to(-5'000, 1), true},
        {"ending at this very moment", from_to(-5'000, 0), false},
        {"over", from_to(-5'000, -1), false},
        {"ending in a year", from_to(0, sale_life_ms_max), true},
        {"ending after more than a year", from_to(0, sale_life_ms_max + 1), false},
        {"starting in a year", from_to(sale_life_ms_max - 1, sale_life_ms_max), true},
    };
    for (const Case& one : cases) {
        const auto refusal = refuse_terms(one.command, now);
        EXPECT_EQ(!refusal, one.offered) << one.name;
        EXPECT_EQ(refusal.value_or(Rejection::invalid_sale), Rejection::invalid_sale);
    }
}

TEST(SaleTerms, HaveTheTitleAndTheGroupAskedFor) {
    const SaleOpened terms = terms_of_sale(with(&OpenSale::group, std::string("Teas")), {});
    EXPECT_EQ(terms.title, "Tea");
    EXPECT_EQ(terms.group, "Teas");
    EXPECT_EQ(terms_of_sale(sale_command(), {}).group, "");
}

TEST(SaleTerms, HoldTheRefundPeriodOfTheirTime) {
    SendLimits limits;
    limits.sale_refund_period_s = 77;
    const SaleOpened terms = terms_of_sale(sale_command(), limits);
    EXPECT_EQ(terms.sale_id, SaleId{91});
    EXPECT_EQ(terms.merchant, "shop");
    EXPECT_EQ(terms.title, "Tea");
    EXPECT_EQ(terms.price_fen, 100);
    EXPECT_EQ(terms.stock, 3);
    EXPECT_EQ(terms.starts_at, now + 1'000);
    EXPECT_EQ(terms.ends_at, now + 2'000);
    EXPECT_EQ(terms.per_user_limit, 1);
    EXPECT_EQ(terms.payment_window_s, 60);
    EXPECT_EQ(terms.refund_period_s, 77);
}

TEST(SaleTimes, StartIsIncludedAndEndIsNot) {
    const SaleOpened terms = terms_of_sale(sale_command(), {});
    struct Case {
        InstantMs at_ms;
        bool started, ended;
    };
    for (const Case& one :
         {Case{0, false, false}, Case{999, false, false}, Case{1'000, true, false},
          Case{1'001, true, false}, Case{1'999, true, false}, Case{2'000, true, true},
          Case{9'000, true, true}}) {
        EXPECT_EQ(has_started(terms, now + one.at_ms), one.started) << one.at_ms;
        EXPECT_EQ(has_ended(terms, now + one.at_ms), one.ended) << one.at_ms;
    }
}

TEST(SaleTimes, ItIsClosedWhenNeitherAPaymentNorARefundCanCome) {
    struct Case {
        std::int64_t window_s, refund_period_s;
        InstantMs after_end_ms;
    };
    for (const Case& one : {Case{60, 300, 300'000}, Case{300, 60, 300'000}, Case{60, 0, 60'000},
                            Case{60, 60, 60'000}}) {
        SaleOpened terms = sale_terms();
        terms.payment_window_s = one.window_s;
        terms.refund_period_s = one.refund_period_s;
        EXPECT_EQ(closes_at(terms), terms.ends_at + one.after_end_ms);
    }
}

TEST(SaleAmount, IsThePriceOfEachUnitWithoutOverflow) {
    SaleOpened terms = sale_terms();
    EXPECT_EQ(amount_of(terms, 1), 100);
    EXPECT_EQ(amount_of(terms, 3), 300);
    EXPECT_EQ(amount_of(terms, 0), 0);
    terms.price_fen = amount_fen_max / sale_stock_max;
    EXPECT_EQ(amount_of(terms, sale_stock_max), amount_fen_max);
}

TEST(OpenSale, IsDecidedByTheMerchantsAccount) {
    struct Case {
        const char* name;
        AccountType type;
        AccountStatus status;
        std::int64_t stock;
        const char* words;
    };
    using enum AccountType;
    using enum AccountStatus;
    const Case cases[] = {
        {"active", merchant, active, 3, "sale_opened 91 shop 3 at 100"},
        {"frozen", merchant, frozen, 3, "account_frozen"},
        {"frozen and no merchant", personal, frozen, 0, "account_frozen"},
        {"personal", personal, active, 3, "not_a_merchant"},
        {"personal with terms that cannot be", personal, active, 0, "not_a_merchant"},
        {"of the system", AccountType::system, active, 3, "not_a_merchant"},
        {"terms that cannot be", merchant, active, 0, "invalid_sale"},
    };
    for (const Case& one : cases) {
        Account account = account_with(0, one.status); // a sale costs the merchant nothing
        account.profile.type = one.type;
        const OpenSale command = with(&OpenSale::stock, one.stock);
        EXPECT_EQ(words_of(decide(&account, command, now, {})), one.words) << one.name;
    }
    EXPECT_EQ(words_of(decide(nullptr, sale_command(), now, {})), "account_not_found");
}

} // namespace
} // namespace hongbao::domain
