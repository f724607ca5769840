// Quantiles of what histograms gained.
#include "ops/top/figures/buckets.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace hongbao::ops::top {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

TEST(Buckets, LabelSetsOfOneHistogramAreAddedUp) {
    const auto parsed = parse_metrics("t_bucket{route=\"/a\",le=\"0.1\"} 1\n"
                                      "t_bucket{route=\"/a\",le=\"+Inf\"} 3\n"
                                      "t_bucket{route=\"/b\",le=\"0.1\"} 10\n"
                                      "t_bucket{route=\"/b\",le=\"+Inf\"} 20\n"
                                      "t_bucket{route=\"/b\",le=\"soon\"} 5\n"
                                      "t_bucket{route=\"/b\"} 5\n"
                                      "t_count{route=\"/a\"} 3\n");
    const Buckets expected{{0.1, 11}, {infinity, 23}};
    EXPECT_EQ(buckets_of(std::get<Metrics>(parsed), "t"), expected);
    EXPECT_TRUE(buckets_of(std::get<Metrics>(parsed), "u").empty());
}

TEST(Buckets, WhatWasMeasuredBetweenIsTheDifference) {
    const Buckets earlier{{1, 5}, {infinity, 7}};
    const Buckets later{{1, 8}, {2, 9}, {infinity, 12}};
    const Buckets gained{{1, 3}, {2, 9}, {infinity, 5}};
    EXPECT_EQ(between(earlier, later), gained);
    EXPECT_EQ(between({}, later), later);
}

TEST(Buckets, QuantilesLieWithinTheirBucket) {
    struct Case {
        Buckets buckets;
        double q;
        double value;
        bool is_beyond;
    };
    const Case cases[]{
        {{{1, 10}, {infinity, 10}}, 0.5, 0.5, false},
        {{{1, 10}, {infinity, 10}}, 0.99, 0.99, false},
        {{{1, 5}, {2, 10}, {infinity, 10}}, 0.5, 1, false},
        {{{1, 5}, {2, 10}, {infinity, 10}}, 0.75, 1.5, false},
        {{{1, 0}, {2, 0}, {4, 8}, {infinity, 8}}, 0.25, 2.5, false},
        {{{1, 5}, {2, 5}, {4, 10}, {infinity, 10}}, 0.5, 1, false}, // an empty one between
        {{{1, 5}, {2, 5}, {4, 5}, {infinity, 10}}, 0.99, 4, true},
        {{{infinity, 10}}, 0.5, 0, true},
        {{{1, 10}, {infinity, 10}}, 1, 1, false},
        {{{1, 10}, {infinity, 10}}, 0, 0, false},
    };
    for (const Case& one : cases) {
        const auto found = quantile(one.buckets, one.q);
        ASSERT_TRUE(found) << one.q;
        EXPECT_DOUBLE_EQ(found->value, one.value) << one.q;
        EXPECT_EQ(found->is_beyond, one.is_beyond) << one.q;
    }
}

TEST(Buckets, OfNothingThereIsNoQuantile) {
    EXPECT_FALSE(quantile({}, 0.5));
    EXPECT_FALSE(quantile({{1, 0}, {infinity, 0}}, 0.5));
    EXPECT_FALSE(quantile({{1, -3}, {infinity, -3}}, 0.5));
}

} // namespace
} // namespace hongbao::ops::top
