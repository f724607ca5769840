// Two looks at a server, and what they say about the time between them.
#include "ops/top/figures/figures.hpp"

#include "ops/top/figures/watch.hpp"

#include <gtest/gtest.h>

namespace hongbao::ops::top {
namespace {

Scrape scrape(double steady_s, std::string_view text) {
    auto parsed = parse_metrics(text);
    EXPECT_TRUE(std::holds_alternative<Metrics>(parsed)) << std::get<1>(parsed);
    return {std::get<Metrics>(std::move(parsed)), {}, steady_s, 1'000 + steady_s};
}

Scrape earlier() {
    return scrape(10, "hongbao_build_info{version=\"1.2.3\"} 1\n"
                      "process_start_time_seconds 900\n"
                      "process_cpu_seconds_total 5\n"
                      "hongbao_http_requests_total{route=\"/a\",code=\"200\"} 100\n"
                      "hongbao_http_requests_total{route=\"/a\",code=\"409\"} 10\n"
                      "hongbao_http_request_duration_seconds_bucket{route=\"/a\",le=\"1\"} 100\n"
                      "hongbao_http_request_duration_seconds_bucket{route=\"/a\",le=\"+Inf\"} 110\n"
                      "hongbao_refusals_total{code=\"packet_exhausted\"} 10\n"
                      "hongbao_facts_total{type=\"share_opened\"} 100\n"
                      "hongbao_facts_total{type=\"packet_sent\"} 7\n"
                      "hongbao_commit_records_count 10\n"
                      "hongbao_commit_records_sum 50\n"
                      "hongbao_commit_duration_seconds_count 10\n");
}

Scrape later() {
    return scrape(12, "hongbao_build_info{version=\"1.2.3\"} 1\n"
                      "process_start_time_seconds 900\n"
                      "process_cpu_seconds_total 6\n"
                      "hongbao_http_requests_total{route=\"/a\",code=\"200\"} 120\n"
                      "hongbao_http_requests_total{route=\"/b\",code=\"304\"} 2\n"
                      "hongbao_http_requests_total{route=\"/a\",code=\"409\"} 16\n"
                      "hongbao_http_requests_total{route=\"/b\",code=\"503\"} 4\n"
                      "hongbao_http_request_duration_seconds_bucket{route=\"/a\",le=\"1\"} 110\n"
                      "hongbao_http_request_duration_seconds_bucket{route=\"/a\",le=\"+Inf\"} 120\n"
                      "hongbao_refusals_total{code=\"packet_exhausted\"} 16\n"
                      "hongbao_refusals_total{code=\"overloaded\"} 40\n"
                      "hongbao_facts_total{type=\"share_opened\"} 140\n"
                      "hongbao_facts_total{type=\"packet_sent\"} 7\n"
                      "hongbao_commit_records_count 14\n"
                      "hongbao_commit_records_sum 90\n"
                      "hongbao_commit_records_bucket{le=\"10\"} 4\n"
                      "hongbao_commit_records_bucket{le=\"+Inf\"} 4\n"
                      "hongbao_commit_duration_seconds_count 14\n"
                      "hongbao_journal_queue_items 3\n"
                      "hongbao_journal_has_room 0\n"
                      "hongbao_disk_free_bytes{store=\"journal\"} 5000\n"
                      "hongbao_switch_on{switch=\"sales\"} 0\n"
                      "hongbao_switch_on{switch=\"opening\"} 1\n"
                      "hongbao_audit_difference_fen -12\n");
}

TEST(Figures, CountersBecomeRates) {
    const Scrape before = earlier();
    const Figures figures = figures_of(&before, later());
    EXPECT_EQ(figures.interval_s, 2);
    EXPECT_EQ(figures.requests.per_s, 16);
    EXPECT_EQ(figures.requests.done_per_s, 11); // 2xx and 3xx
    EXPECT_EQ(figures.requests.refused_per_s, 3);
    EXPECT_EQ(figures.requests.failed_per_s, 2); // one that was not counted before
    EXPECT_EQ(figures.refusals_per_s, 23);
    ASSERT_EQ(figures.refusals.size(), 2U); // the most frequent first
    EXPECT_EQ(figures.refusals[0].name, "overloaded");
    EXPECT_EQ(figures.refusals[0].per_s, 20);
    EXPECT_EQ(figures.rate_of("share_opened"), 20);
    EXPECT_EQ(figures.rate_of("packet_sent"), 0);
    EXPECT_FALSE(figures.rate_of("shake_drawn"));
    EXPECT_EQ(figures.commits.per_s, 2);
    EXPECT_EQ(figures.commits.records_mean, 10); // 40 records in 4 commits
    EXPECT_EQ(figures.processors, 0.5);
    ASSERT_TRUE(figures.requests.p50_s);
    EXPECT_DOUBLE_EQ(figures.requests.p50_s->value, 0.5); // of the 10 between, not of all 120
}

TEST(Figures, GaugesAreThoseOfTheLaterLook) {
    const Figures figures = figures_of(nullptr, later());
    EXPECT_EQ(figures.version, "1.2.3");
    EXPECT_EQ(figures.up_s, 112);
    EXPECT_EQ(figures.journal_queue_items, 3);
    EXPECT_TRUE(figures.room.is_full);
    ASSERT_EQ(figures.room.disks.size(), 1U);
    EXPECT_EQ(figures.room.disks[0].free_bytes, 5'000);
    EXPECT_EQ(figures.switches_off, std::vector<std::string>{"sales"});
    EXPECT_EQ(figures.difference_fen, -12);
}

TEST(Figures, WhatIsNotKnownIsAbsentAndNotZero) {
    const Figures alone = figures_of(nullptr, later());
    EXPECT_FALSE(alone.interval_s);
    EXPECT_FALSE(alone.requests.per_s);
    EXPECT_FALSE(alone.commits.p99_s);
    const Scrape before = earlier();
    Scrape same_moment = later();
    same_moment.steady_s = before.steady_s;
    EXPECT_FALSE(figures_of(&before, same_moment).requests.per_s);
    EXPECT_FALSE(figures_of(nullptr, earlier()).difference_fen);
    EXPECT_FALSE(figures_of(nullptr, scrape(1, "hongbao_awake_bytes NaN\n")).awake_bytes);
    EXPECT_FALSE(figures_of(nullptr, earlier()).room.is_full);
}

TEST(Figures, ARestartIsSeenByWhatOnlyGrows) {
    const Scrape before = earlier();
    EXPECT_FALSE(has_restarted(before, later()));
    struct Case {
        const char* what;
        const char* earlier;
        const char* later;
        bool is_restart;
    };
    const Case cases[]{
        {"a counter", "a_total 5\n", "a_total 4\n", true},
        {"a counter that is gone", "a_total 5\n", "b_total 5\n", true},
        {"a bucket", "a_bucket{le=\"1\"} 5\n", "a_bucket{le=\"1\"} 0\n", true},
        {"the journal", "hongbao_journal_sequence 9\n", "hongbao_journal_sequence 8\n", true},
        {"a gauge", "a 5\n", "a 4\n", false},
        {"nothing", "a_total 5\n", "a_total 5\n", false},
        {"its start", "process_start_time_seconds 5\n", "process_start_time_seconds 9\n", true},
        {"a corrected clock", "process_start_time_seconds 5\n", "process_start_time_seconds 6\n",
         false},
    };
    for (const Case& one : cases) {
        EXPECT_EQ(has_restarted(scrape(1, one.earlier), scrape(2, one.later)), one.is_restart)
            << one.what;
    }
}

TEST(Figures, ProgramsGetNumbersAndNulls) {
    const Scrape before = earlier();
    const auto json = json_of(figures_of(&before, later()));
    EXPECT_EQ(json["requests"]["per_s"].dump(), "16");
    EXPECT_EQ(json["processors"].dump(), "0.5");
    EXPECT_EQ(json["refusals_per_s"]["overloaded"].dump(), "20");
    EXPECT_EQ(json["difference_fen"].dump(), "-12");
    EXPECT_EQ(json["room"]["disk_free_bytes"]["journal"].dump(), "5000");
    EXPECT_TRUE(json["awake_bytes"].is_null());
    EXPECT_TRUE(json_of(figures_of(nullptr, later()))["commits"]["p99_s"].is_null());
}

TEST(Watch, GoesOnAfterAServerThatWasAway) {
    Watch watch;
    EXPECT_FALSE(watch.figures());
    watch.take(earlier());
    ASSERT_TRUE(watch.figures());
    EXPECT_FALSE(watch.figures()->requests.per_s);
    watch.take(later());
    EXPECT_EQ(watch.figures()->requests.per_s, 16);
    watch.take(Absent{"it is away"});
    EXPECT_FALSE(watch.figures());
    EXPECT_EQ(watch.waits_for(), "it is away");
    watch.take(later());
    ASSERT_TRUE(watch.figures());
    EXPECT_EQ(watch.waits_for(), "");
    EXPECT_FALSE(watch.figures()->requests.per_s) << "what it did meanwhile has no known time";
}

TEST(Watch, ARestartGivesNoNegativeRates) {
    Watch watch;
    watch.take(later());
    Scrape anew = earlier();
    anew.steady_s = 14;
    watch.take(std::move(anew));
    ASSERT_TRUE(watch.figures());
    EXPECT_FALSE(watch.figures()->requests.per_s);
    EXPECT_EQ(watch.requests().most(10), std::nullopt);
}

} // namespace
} // namespace hongbao::ops::top
