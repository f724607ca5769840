// Tests: the busiest is found, and what was busy is forgotten.
#include "actors/environment/hot_list.hpp"

#include <gtest/gtest.h>

namespace hongbao::actors {
namespace {

std::vector<domain::Record> opens(std::uint64_t packet, std::size_t count) {
    domain::ShareOpened opened;
    opened.packet_id = domain::PacketId{packet};
    domain::Record record;
    record.event = opened;
    return {count, record};
}

TEST(HotList, TheBusiestComesFirst) {
    HotList list;
    EXPECT_TRUE(list.hottest(10, 0).empty());
    for (std::int64_t second = 0; second < 60; ++second) {
        list.count(opens(1, 5), second * 1'000);
        list.count(opens(2, 50), second * 1'000);
    }
    const auto hottest = list.hottest(10, 60'000);
    ASSERT_EQ(hottest.size(), 2U);
    EXPECT_EQ(hottest[0].id, 2U);
    EXPECT_NEAR(hottest[0].per_s, 50, 5);
    EXPECT_EQ(hottest[1].id, 1U);
    EXPECT_NEAR(hottest[1].per_s, 5, 0.5);
    EXPECT_EQ(list.hottest(1, 60'000).size(), 1U);
}

TEST(HotList, WhatWasBusyFades) {
    HotList list;
    list.count(opens(1, 100), 0);
    EXPECT_EQ(list.hottest(10, 1'000).size(), 1U);
    EXPECT_TRUE(list.hottest(10, 120'000).empty());
}

TEST(HotList, AmongThousandsTheBusiestIsStillFound) {
    HotList list;
    for (std::uint64_t round = 0; round < 20; ++round) {
        for (std::uint64_t packet = 0; packet < 5'000; ++packet) {
            list.count(opens(100 + packet, 1), 1'000);
            if (packet % 10 == 0) {
                list.count(opens(7, 1), 1'000);
            }
        }
    }
    const auto hottest = list.hottest(64, 1'000);
    // Space-Saving: whoever has more than its part of all counts is there, and never counted short.
    const auto found = std::ranges::find(hottest, 7U, &Hot::id);
    ASSERT_NE(found, hottest.end());
    EXPECT_GE(found->per_s * 10, 10'000 * 0.99);
}

TEST(HotList, TellsKindsApartAndCountsNothingElse) {
    HotList list;
    domain::ShakeDrawn drawn;
    drawn.campaign_id = domain::CampaignId{8};
    domain::OrderReserved reserved;
    reserved.sale_id = domain::SaleId{9};
    std::vector<domain::Record> records(3);
    records[0].event = drawn;
    records[1].event = reserved;
    records[2].event = domain::Deposited{};
    list.count(records, 0);
    list.count(std::span(records).first(1), 0);
    const auto hottest = list.hottest(10, 0);
    ASSERT_EQ(hottest.size(), 2U);
    EXPECT_EQ(hottest[0].kind, HotKind::campaign);
    EXPECT_EQ(hottest[1].kind, HotKind::sale);
}

} // namespace
} // namespace hongbao::actors
