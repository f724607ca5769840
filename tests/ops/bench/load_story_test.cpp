// Role: the story of load-data: lawful, of the length asked for, the same for the same
// seed, and with packets in every state.
#include "ops/bench/load_story.hpp"

#include "domain/books/books.hpp"
#include "domain/values/rfc3339.hpp"
#include "persistence/record/codec.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

namespace hongbao::ops {
namespace {

const domain::InstantMs ends_at = *domain::parse_rfc3339("2026-11-21T08:00:00Z");

using Bytes = std::vector<std::byte>;

Bytes told(std::uint64_t accounts, std::uint64_t records, std::uint64_t seed) {
    LoadStory story(accounts, records, seed, ends_at);
    persistence::RecordEncoder encoder;
    Bytes all;
    while (!story.has_ended()) {
        const auto bytes = encoder.encode(story.next());
        all.insert(all.end(), bytes.begin(), bytes.end());
    }
    return all;
}

TEST(LoadStory, EachRecordFollowsFromThoseBeforeItAndTheCountsAreExact) {
    for (const auto& [accounts, records] : std::vector<std::pair<std::uint64_t, std::uint64_t>>{
             {20, 30}, {20, 5'000}, {300, 20'000}, {25'000, 60'000}}) {
        LoadStory story(accounts, records, 7, ends_at);
        domain::Books books;
        domain::InstantMs before = 0;
        while (!story.has_ended()) {
            const domain::Record record = story.next();
            ASSERT_EQ(domain::what_is_wrong_with(books, record), "") << record.sequence;
            ASSERT_GE(record.at, before) << record.sequence;
            before = record.at;
            domain::apply(books, record);
        }
        EXPECT_EQ(books.last_sequence, records);
        EXPECT_EQ(books.accounts.size(), accounts);
        EXPECT_EQ(before, ends_at) << "the last record is written at the end";
    }
}

TEST(LoadStory, TheSameSeedTellsTheSameStoryAndAnotherAnother) {
    EXPECT_EQ(told(100, 3'000, 1), told(100, 3'000, 1));
    EXPECT_NE(told(100, 3'000, 1), told(100, 3'000, 2));
}

TEST(LoadStory, PacketsAreOpenExhaustedAndRefundedAndTheOpenOnesExpireAfterTheEnd) {
    LoadStory story(1'000, 30'000, 3, ends_at);
    domain::Books books;
    std::map<std::size_t, int> kinds;
    while (!story.has_ended()) {
        const domain::Record record = story.next();
        kinds[record.event.index()] += 1;
        domain::apply(books, record);
    }
    LoadTally found;
    std::int64_t largest = 0;
    for (const auto& [packet_id, packet] : books.packets) {
        found.shares += packet.claims.size();
        largest = std::max(largest, packet.terms.count);
        if (packet.exhausted()) {
            found.packets_exhausted += 1;
        } else if (packet.closed_at) {
            found.packets_refunded += 1;
        } else {
            found.packets_open += 1;
            EXPECT_GT(packet.terms.expires_at, ends_at);
        }
    }
    const LoadTally told = story.tally();
    EXPECT_EQ(found.packets_open, told.packets_open);
    EXPECT_EQ(found.packets_exhausted, told.packets_exhausted);
    EXPECT_EQ(found.packets_refunded, told.packets_refunded);
    EXPECT_EQ(found.shares, told.shares);
    EXPECT_GT(found.packets_open, 0U);
    EXPECT_GT(found.packets_exhausted, found.packets_refunded);
    EXPECT_GT(found.packets_refunded, 0U);
    EXPECT_GT(largest, 100) << "sizes are varied";
    EXPECT_EQ(kinds.size(), 7U) << "every kind of event but a change of status";
}

TEST(LoadStory, SharesAreSpreadOverAllAccountsAndSomeOpenMore) {
    LoadStory story(400, 40'000, 11, ends_at);
    std::map<domain::UserId, int> shares;
    while (!story.has_ended()) {
        const domain::Record record = story.next();
        if (const auto* share = std::get_if<domain::ShareOpened>(&record.event)) {
            shares[share->user_id] += 1;
        }
    }
    EXPECT_EQ(shares.size(), 399U) << "everybody but the merchant";
    int first = 0;
    int last = 0;
    for (std::uint64_t number = 0; number < 100; ++number) {
        first += shares[LoadStory::user_id_of(number)];
        last += shares[LoadStory::user_id_of(298 + number)];
    }
    EXPECT_GT(first, last);
}

} // namespace
} // namespace hongbao::ops
