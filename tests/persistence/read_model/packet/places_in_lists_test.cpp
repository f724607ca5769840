// Role: a list asked for a place that it does not have says so: that is not taken for its end.
#include "tests/persistence/followed.hpp"

#include <gtest/gtest.h>

namespace hongbao::persistence {
namespace {

using namespace hongbao::testing;

class PlacesInLists : public ::testing::TestWithParam<Rows> {};
INSTANTIATE_TEST_SUITE_P(Everywhere, PlacesInLists, ::testing::ValuesIn(everywhere));

TEST_P(PlacesInLists, ThatAreNotThereAreNotTakenForTheEnd) {
    Followed followed(GetParam());
    followed.add(story());
    const auto& model = *followed.model;
    const EntryType sends = EntryType::packet_send;
    struct Case {
        const char* words;
        bool (*is_elsewhere)(const ReadModel& model, std::uint64_t cursor);
        std::vector<std::uint64_t> here;
        std::vector<std::uint64_t> elsewhere;
    };
    const Case cases[] = {
        {"statement",
         [](const auto& asked, std::uint64_t at) {
             return asked.entries("ann", {}, {2, at}).is_elsewhere;
         },
         {4, 5, 7, 8, 11, 12},
         {0, 1, 6, 9, 13, 14, 15, 1'000, UINT64_MAX}},
        {"statement of one type",
         [](const auto& asked, std::uint64_t at) {
             return asked.entries("ann", EntryType::packet_send, {2, at}).is_elsewhere;
         },
         {5, 8},
         {0, 4, 7, 15, UINT64_MAX}},
        {"packets sent",
         [](const auto& asked, std::uint64_t at) {
             return asked.packets_sent("ann", {2, at}).is_elsewhere;
         },
         {5, 8},
         {0, 4, 7, 15, UINT64_MAX}},
        {"packets received",
         [](const auto& asked, std::uint64_t at) {
             return asked.packets_received("bob", {2, at}).is_elsewhere;
         },
         {6, 9},
         {0, 5, 7, 13, 15, UINT64_MAX}},
        {"claims",
         [](const auto& asked, std::uint64_t at) {
             return asked.claims({77}, {2, at}).is_elsewhere;
         },
         {1, 2, 3},
         {0, 4, UINT64_MAX}},
        {"timeline",
         [](const auto& asked, std::uint64_t at) {
             return asked.timeline({78}, {2, at}).is_elsewhere;
         },
         {1, 2, 3},
         {0, 4, UINT64_MAX}},
    };
    for (const Case& c : cases) {
        for (const std::uint64_t cursor : c.here) {
            EXPECT_FALSE(c.is_elsewhere(model, cursor)) << c.words << " at " << cursor;
        }
        for (const std::uint64_t cursor : c.elsewhere) {
            EXPECT_TRUE(c.is_elsewhere(model, cursor)) << c.words << " at " << cursor;
        }
    }
    EXPECT_FALSE(model.entries("ann", sends, {2, {}}).is_elsewhere)
        << "no cursor is none elsewhere";
}

} // namespace
} // namespace hongbao::persistence
