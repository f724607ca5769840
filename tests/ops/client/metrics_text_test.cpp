// The text of metrics: what is read from it, and what is wrong with it.
#include "ops/client/metrics_text.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace hongbao::ops {
namespace {

Metrics read(std::string_view text) {
    auto parsed = parse_metrics(text);
    EXPECT_TRUE(std::holds_alternative<Metrics>(parsed)) << std::get<1>(parsed);
    return std::holds_alternative<Metrics>(parsed) ? std::get<Metrics>(std::move(parsed))
                                                   : Metrics{};
}

TEST(MetricsText, SamplesHaveNamesLabelsAndValues) {
    const Metrics metrics = read("# HELP a Whatever { \" stands here.\n"
                                 "# TYPE a counter\n"
                                 "a{route=\"/v1/x\",code=\"200\"} 12\n"
                                 "a{route=\"/v1/x\",code=\"409\",} 3 1700000000000\n"
                                 "\n"
                                 "b 1.5e-3\n"
                                 "c{le=\"+Inf\"}\t+Inf\n");
    EXPECT_EQ(metrics.sum("a"), 15);
    ASSERT_EQ(metrics.of("a").size(), 2U);
    EXPECT_EQ(metrics.of("a")[1].label("code"), "409");
    EXPECT_EQ(metrics.of("a")[1].label("nothing"), "");
    EXPECT_DOUBLE_EQ(metrics.sum("b"), 0.0015);
    EXPECT_TRUE(std::isinf(metrics.sum("c")));
    EXPECT_FALSE(metrics.has("d"));
    EXPECT_EQ(metrics.sum("d", 7), 7);
}

TEST(MetricsText, LabelsMayHoldWhatWouldEndThem) {
    const Metrics metrics = read("a{x=\"\\\"}, \\\\ \\n\"} NaN\n");
    ASSERT_EQ(metrics.of("a").size(), 1U);
    EXPECT_EQ(metrics.of("a")[0].label("x"), "\"}, \\ \n");
    EXPECT_TRUE(std::isnan(metrics.of("a")[0].value));
}

TEST(MetricsText, NothingIsNothing) {
    EXPECT_TRUE(read("").empty());
    EXPECT_TRUE(read("\n\n# a comment\n").empty());
}

struct Wrong {
    const char* text;
    const char* says;
};

class MetricsTextWrong : public testing::TestWithParam<Wrong> {};

TEST_P(MetricsTextWrong, IsNamedWithItsLine) {
    const auto parsed = parse_metrics(GetParam().text);
    ASSERT_TRUE(std::holds_alternative<std::string>(parsed)) << GetParam().text;
    EXPECT_EQ(std::get<std::string>(parsed), GetParam().says);
}

INSTANTIATE_TEST_SUITE_P(
    Each, MetricsTextWrong,
    testing::Values(
        Wrong{"a 1", "line 1: the text ends within a line"},
        Wrong{"a 1\n<html>\n", "line 2: a sample begins with a name"},
        Wrong{"a\n", "line 1: after the name come labels or a blank"},
        Wrong{"a \n", "line 1: the value is no number"},
        Wrong{"a 1x\n", "line 1: the value is no number"},
        Wrong{"a 0x10\n", "line 1: the value is no number"},
        Wrong{"a 1 2 3\n", "line 1: something stands behind the time"},
        Wrong{"a 1 b\n", "line 1: something stands behind the value"},
        Wrong{"a{x=1} 1\n", "line 1: a label's value has to be in quotation marks"},
        Wrong{"a{x=\"1} 1\n", "line 1: a label's value has to be in quotation marks"},
        Wrong{"a{x=\"\\t\"} 1\n", "line 1: a label's value has to be in quotation marks"},
        Wrong{"a{x=\"1\"y=\"2\"} 1\n", "line 1: after a label comes a comma or a brace"},
        Wrong{"a{x=\"1\"\n", "line 1: after a label comes a comma or a brace"},
        Wrong{"a{x=\"1\",\n", "line 1: a label needs a name and ="},
        Wrong{"a{x=\"1\",x=\"2\"} 1\n", "line 1: a label is there twice"},
        Wrong{"a{x=\"1\"} 1\na{x=\"1\"} 2\n", "line 2: this sample is there twice"},
        Wrong{"# TYPE a speed\n", "line 1: there is no such type of metric"},
        Wrong{"# TYPE \n", "line 1: a type needs the name of a metric"}));

} // namespace
} // namespace hongbao::ops
