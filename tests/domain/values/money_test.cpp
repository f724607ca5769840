// Role: amounts never leave 64 bits unnoticed (promise 2).
#include "domain/values/money.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace hongbao::domain {
namespace {

constexpr Fen largest = std::numeric_limits<Fen>::max();
constexpr Fen smallest = std::numeric_limits<Fen>::min();

TEST(Money, SumsAndDifferencesAreExactUpToTheEdge) {
    struct Case {
        const char* words;
        Fen left, right, sum, difference;
    };
    const Case cases[] = {
        {"small", 7, 5, 12, 2},
        {"below zero", 5, 7, 12, -2},
        {"largest amount and balance", balance_fen_max, amount_fen_max, 9'017'199'254'740'991,
         8'997'199'254'740'991},
        {"the last that fits", largest - 1, 1, largest, largest - 2},
        {"the first that fits", smallest + 1, 0, smallest + 1, smallest + 1},
    };
    for (const Case& c : cases) {
        SCOPED_TRACE(c.words);
        EXPECT_EQ(add_fen(c.left, c.right), c.sum);
        EXPECT_EQ(subtract_fen(c.left, c.right), c.difference);
    }
}

TEST(MoneyDeathTest, ASumOrDifferenceBeyond64BitsEndsTheProcess) {
    EXPECT_DEATH(add_fen(largest, 1), "broken invariant: a sum of amounts fits 64 bits");
    EXPECT_DEATH(add_fen(smallest, -1), "broken invariant: a sum of amounts fits 64 bits");
    EXPECT_DEATH(subtract_fen(smallest, 1), "broken invariant: a difference of amounts fits");
    EXPECT_DEATH(subtract_fen(0, smallest), "broken invariant: a difference of amounts fits");
}

TEST(Money, ProductsSayWhetherTheyFit) {
    struct Case {
        const char* words;
        Fen share_fen;
        std::int64_t count;
        bool fits;
        Fen product;
    };
    const Case cases[] = {
        {"a fen each", 1, 2'000'000, true, 2'000'000},
        {"the largest share for a merchant", 20'000, 2'000'000, true, 40'000'000'000},
        {"nothing", 0, largest, true, 0},
        {"the edge itself", largest, 1, true, largest},
        {"one more than half, twice", largest / 2 + 1, 2, false, 0},
        {"largest times largest", largest, largest, false, 0},
        {"below", smallest, 2, false, 0},
    };
    for (const Case& c : cases) {
        SCOPED_TRACE(c.words);
        Fen product = 0;
        EXPECT_EQ(multiply_fen(c.share_fen, c.count, product), c.fits);
        if (c.fits) {
            EXPECT_EQ(product, c.product);
        }
    }
}

TEST(Money, TheLargestBalanceIsTheLargestIntegerADoubleHoldsExactly) {
    EXPECT_EQ(balance_fen_max, (Fen{1} << 53) - 1);
    EXPECT_LT(amount_fen_max, balance_fen_max);
}

TEST(InvariantDeathTest, ABrokenInvariantNamesTheSentenceAndThePlace) {
    invariant(true, "holds");
    EXPECT_DEATH(invariant(false, "water is dry"), "water is dry .*money_test.cpp:[0-9]+");
}

} // namespace
} // namespace hongbao::domain
