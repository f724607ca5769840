// Role: their lines and ours by reference: each ends up in one class.
#include "ops/books/matching.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace hongbao::ops {
namespace {

struct Line {
    std::string_view reference;
    domain::Fen amount_fen = 0;
    domain::InstantMs at = 0;
    bool is_at_edge = false;
};

/// Lines have numbers from 1 on.
Payments payments_of(const std::vector<Line>& lines) {
    Payments payments;
    for (const Line& line : lines) {
        PaymentLine added;
        added.number = payments.lines.size() + 1;
        added.amount_fen = line.amount_fen;
        added.at = line.at;
        added.is_at_edge = line.is_at_edge;
        payments.add(line.reference, added);
    }
    return payments;
}

/// "matched 1=2", "only_theirs 1", "only_ours =2", sorted.
std::vector<std::string> matched(const std::vector<Line>& theirs, const std::vector<Line>& ours) {
    Payments of_them = payments_of(theirs);
    Payments of_us = payments_of(ours);
    std::vector<std::string> told;
    match(of_them, of_us, [&](const Match& one) {
        std::string text(match_words[static_cast<std::size_t>(one.which)]);
        text += one.theirs != nullptr ? " " + std::to_string(one.theirs->number) : " ";
        text += one.ours != nullptr ? "=" + std::to_string(one.ours->number) : "";
        told.push_back(text);
    });
    std::ranges::sort(told);
    return told;
}

using Told = std::vector<std::string>;

TEST(Matching, Classes) {
    struct Case {
        std::string_view what;
        std::vector<Line> theirs;
        std::vector<Line> ours;
        Told told;
    };
    const Case cases[] = {
        {"nothing", {}, {}, {}},
        {"the same, in another order",
         {{"a", 5}, {"b", 6}},
         {{"b", 6}, {"a", 5}},
         {"matched 1=2", "matched 2=1"}},
        {"another amount", {{"a", 5}}, {{"a", 6}}, {"amount_differs 1=1"}},
        {"on one side", {{"a", 5}}, {{"b", 5}}, {"only_ours =1", "only_theirs 1"}},
        {"twice on theirs",
         {{"a", 5, 1}, {"a", 5, 2}},
         {{"a", 5}},
         {"matched 1=1", "twice_theirs 2"}},
        {"twice on ours", {{"a", 5}}, {{"a", 5, 1}, {"a", 5, 2}}, {"matched 1=1", "twice_ours =2"}},
        {"paid in parts on both",
         {{"a", 5}, {"a", 7}},
         {{"a", 7}, {"a", 5}},
         {"matched 1=2", "matched 2=1"}},
        {"of equal ones first, then by time",
         {{"a", 5, 1}, {"a", 7, 2}},
         {{"a", 7, 1}, {"a", 6, 2}},
         {"amount_differs 1=2", "matched 2=1"}},
        {"a payment and its refund are two things",
         {{"a", 5}, {"a", -5}},
         {{"a", 5}},
         {"matched 1=1", "only_theirs 2"}},
        {"without a reference nothing is the same",
         {{"", 5}},
         {{"", 5}},
         {"only_ours =1", "only_theirs 1"}},
        {"nor is it there twice",
         {{"", 5}, {"", 5}},
         {{"", 5}, {"", 7}},
         {"only_ours =1", "only_ours =2", "only_theirs 1", "only_theirs 2"}},
        {"at the edge it may match", {{"a", 5, 0, true}}, {{"a", 5}}, {"matched 1=1"}},
        {"at the edge it is no difference", {{"a", 5, 0, true}}, {{"b", 5, 0, true}}, {}},
    };
    for (const auto& [what, theirs, ours, told] : cases) {
        EXPECT_EQ(told, matched(theirs, ours)) << what;
    }
}

} // namespace
} // namespace hongbao::ops
