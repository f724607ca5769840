// What stands on screens of all sizes.
#include "ops/top/view/picture.hpp"

#include "ops/top/view/columns.hpp"
#include "ops/top/view/row.hpp"

#include <gtest/gtest.h>

namespace hongbao::ops::top {
namespace {

/// A server with a trouble of each kind.
std::string troubled() {
    return "hongbao_build_info{version=\"1.2.3\"} 1\n"
           "hongbao_audit_difference_fen -12\n"
           "hongbao_journal_has_room 0\n"
           "hongbao_commit_busy_seconds 3\n"
           "hongbao_switch_on{switch=\"sales\"} 0\n"
           "hongbao_switch_on{switch=\"opening\"} 0\n"
           "hongbao_shedding_level 2\n"
           "hongbao_audit_suspended_fen 500\n";
}

class Screens : public testing::Test {
  protected:
    Screens() { use_utf8(); }

    void take(const std::string& text) {
        auto parsed = parse_metrics(text);
        ASSERT_TRUE(std::holds_alternative<Metrics>(parsed)) << std::get<1>(parsed);
        Scrape scrape{std::get<Metrics>(std::move(parsed)), hottest_, ++now_s_, 0};
        watch_.take(std::move(scrape));
    }
    Picture picture(Size size) const {
        return picture_of(watch_, Frame{"/srv/红包", "12:00:00"}, size);
    }
    std::string text(Size size) const { return text_of(picture(size)); }

    Watch watch_;
    std::vector<Hot> hottest_;
    double now_s_ = 0;
};

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

TEST_F(Screens, NothingIsWiderOrLongerThanTheScreen) {
    for (const bool is_there : {false, true}) {
        if (is_there) {
            for (int i = 0; i < 30; ++i) {
                hottest_.push_back({"packet", std::to_string(1'000 + i), 5});
            }
            take(troubled());
            take(troubled());
        }
        for (std::size_t columns = 1; columns < 200; columns += columns < 50 ? 1 : 7) {
            for (std::size_t rows = 1; rows < 60; ++rows) {
                const Picture drawn = picture({columns, rows});
                ASSERT_LE(drawn.size(), rows);
                for (const Row& row : drawn) {
                    ASSERT_LE(width_of(row), columns) << columns << "x" << rows;
                }
            }
        }
    }
}

TEST_F(Screens, TroublesStandOnTopTheWorstFirst) {
    take(troubled());
    const std::string shown = text({80, 24});
    std::size_t at = 0;
    for (const char* const sign : {"BOOKS OUT OF BALANCE BY -12 FEN", "NO ROOM: writes are refused",
                                   "A COMMIT HANGS: 3.00 s", "OFF: sales, opening",
                                   "SHEDS history, looks", "suspended: 500 fen"}) {
        const std::size_t found = shown.find(sign);
        ASSERT_NE(found, std::string::npos) << sign << "\n" << shown;
        EXPECT_GT(found, at) << sign;
        at = found;
    }
    EXPECT_TRUE(has(text({40, 2}), "BOOKS OUT OF BALANCE")) << text({40, 2});
}

TEST_F(Screens, AServerInOrderIsCalm) {
    take("hongbao_audit_difference_fen 0\nhongbao_shedding_level 0\n"
         "hongbao_switch_on{switch=\"sales\"} 1\n");
    EXPECT_TRUE(has(text({80, 24}), "books balanced: 0 fen · switches on · no shedding"));
}

TEST_F(Screens, BooksThatAreNotToldAreNotCalledBalanced) {
    take("hongbao_shedding_level 0\n");
    EXPECT_TRUE(has(text({80, 24}), "books unknown"));
}

TEST_F(Screens, WhoWaitsIsToldForWhat) {
    EXPECT_TRUE(has(text({80, 24}), "waiting for the server"));
    watch_.take(Absent{"no server runs on /srv"});
    EXPECT_TRUE(has(text({80, 24}), "no server runs on /srv"));
    watch_.take(Absent{"a\033[2Jb"});
    EXPECT_TRUE(has(text({80, 24}), "a?[2Jb"));
}

TEST_F(Screens, TheUsualTerminalShowsTheMostImportant) {
    hottest_ = {{"campaign", "1234567890123456789", 812}, {"sale", "17", 3}};
    take("hongbao_refusals_total{code=\"overloaded\"} 0\nhongbao_facts_total{type=\"a\"} 1\n");
    take("hongbao_refusals_total{code=\"overloaded\"} 5\nhongbao_facts_total{type=\"a\"} 1\n");
    const std::string shown = text({80, 24});
    for (const char* const part :
         {"/srv/红包", "12:00:00", "requests", "opens", "commit p99", "REQUESTS", "REFUSALS",
          "overloaded", "5/s", "HOTTEST", "campaign 1234567890123456789   812/s", "COMMITS",
          "WAITING", "ROOM LEFT"}) {
        EXPECT_TRUE(has(shown, part)) << part << "\n" << shown;
    }
    EXPECT_EQ(picture({80, 24}).size(), 24U);
    EXPECT_TRUE(has(text({40, 8}), "commit p99"));
}

TEST_F(Screens, ColumnsStandUnderEachOtherAlsoWithWideCharacters) {
    hottest_ = {{"sale", "红包", 3}};
    take("a 1\n");
    for (const Size size : {Size{80, 24}, Size{130, 40}}) {
        std::size_t lines = 0;
        for (const Row& row : picture(size)) {
            std::size_t at = 0;
            for (const Span& span : row) {
                if (span.text == "COMMITS" || span.text == "WAITING" || span.text == "ROOM LEFT") {
                    EXPECT_EQ(at, size.columns == 80 ? 42U : 44U) << span.text;
                    ++lines;
                }
                at += width_of(span.text);
            }
        }
        EXPECT_EQ(lines, 3U);
    }
}

} // namespace
} // namespace hongbao::ops::top
