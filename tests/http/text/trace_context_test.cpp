// Role: traceparent after https://www.w3.org/TR/trace-context/, section 3.2: what is taken, what is
// ignored, and what is passed on.
#include "http/text/trace_context.hpp"

#include <gtest/gtest.h>
#include <set>
#include <string>

namespace hongbao::http {
namespace {

const std::string trace_id = "4bf92f3577b34da6a3ce929d0e0e4736";
const std::string span_id = "00f067aa0ba902b7";

struct Case {
    const char* what;
    std::string sent;
    bool is_taken;
    bool is_sampled = false;
};

const Case cases[] = {
    {"as it should be", "00-" + trace_id + "-" + span_id + "-01", true, true},
    {"not sampled", "00-" + trace_id + "-" + span_id + "-00", true, false},
    {"flags that nobody knows yet", "00-" + trace_id + "-" + span_id + "-fe", true, false},
    {"the same with sampled", "00-" + trace_id + "-" + span_id + "-ff", true, true},
    {"a later version", "01-" + trace_id + "-" + span_id + "-01", true, true},
    {"a later version with more", "cc-" + trace_id + "-" + span_id + "-01-what-comes", true, true},
    {"a later version with more, but no dash", "cc-" + trace_id + "-" + span_id + "-01.what",
     false},
    {"version 00 with more", "00-" + trace_id + "-" + span_id + "-01-what", false},
    {"version 00 with a dash behind", "00-" + trace_id + "-" + span_id + "-01-", false},
    {"version ff", "ff-" + trace_id + "-" + span_id + "-01", false},
    {"a version that is no number", ".0-" + trace_id + "-" + span_id + "-01", false},
    {"an upper-case version", "0A-" + trace_id + "-" + span_id + "-01", false},
    {"no trace", "00-" + std::string(32, '0') + "-" + span_id + "-01", false},
    {"no span", "00-" + trace_id + "-" + std::string(16, '0') + "-01", false},
    {"an upper-case trace", "00-4BF92F3577B34DA6A3CE929D0E0E4736-" + span_id + "-01", false},
    {"an upper-case span", "00-" + trace_id + "-00F067AA0BA902B7-01", false},
    {"upper-case flags", "00-" + trace_id + "-" + span_id + "-0A", false},
    {"flags that are no number", "00-" + trace_id + "-" + span_id + "-.0", false},
    {"other dashes", "00_" + trace_id + "_" + span_id + "_01", false},
    {"a short trace", "00-" + trace_id.substr(1) + "-" + span_id + "-01", false},
    {"a short span", "00-" + trace_id + "-" + span_id.substr(1) + "-01", false},
    {"short flags", "00-" + trace_id + "-" + span_id + "-1", false},
    {"nothing", "", false},
    {"a line break within", "00-" + trace_id + "-" + span_id + "-0\n", false},
};

TEST(TraceContext, TakesAndIgnoresWhatThePageSays) {
    for (const Case& one : cases) {
        const auto found = TraceContext::parse(one.sent);
        ASSERT_EQ(found.has_value(), one.is_taken) << one.what;
        if (found) {
            EXPECT_EQ(found->trace_id(), trace_id) << one.what;
            EXPECT_EQ(found->span_id(), span_id) << one.what;
            EXPECT_EQ(found->is_sampled(), one.is_sampled) << one.what;
        }
    }
}

TEST(TraceContext, IsPassedOnInVersion00WithASpanOfOurs) {
    const auto found = TraceContext::parse("cc-" + trace_id + "-" + span_id + "-ff-more");
    ASSERT_TRUE(found);
    EXPECT_EQ(found->with_span(0x0123456789abcdef).text(),
              "00-" + trace_id + "-0123456789abcdef-01");
    EXPECT_EQ(found->with_span(1).text(), "00-" + trace_id + "-0000000000000001-01");
}

TEST(SpanIds, AreNeverTheSameAndNeverZero) {
    SpanIds one;
    SpanIds other;
    std::set<std::uint64_t> seen{0};
    for (int i = 0; i < 1'000; ++i) {
        EXPECT_TRUE(seen.insert(one.next()).second);
        EXPECT_TRUE(seen.insert(other.next()).second);
    }
}

} // namespace
} // namespace hongbao::http
