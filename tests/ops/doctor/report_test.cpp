// The page for people and the object for programs, of findings that are made up.
#include "ops/doctor/report.hpp"

#include <gtest/gtest.h>

#include <sstream>

namespace hongbao::ops::doctor {
namespace {

Report example() {
    Report report;
    report.data_dir = "/srv/hongbao";
    Finding open = fault("a file holds a secret, and others can read it", "chmod 600 it");
    open.fixes.push_back({"chmod 0600 it", false, {}});
    Finding left = told(Verdict::warning, "a socket was left");
    left.fixes.push_back({"removed it", false, {}});
    report.sections = {{"disk", {fine("ext4 on sda")}},
                       {"permissions", {std::move(open), std::move(left)}},
                       {"journal", {note("not looked at")}}};
    return report;
}

TEST(Report, ToldAsAPage) {
    EXPECT_EQ(text_of(example(), {}),
              "ok       disk           ext4 on sda\n"
              "fault    permissions    a file holds a secret, and others can read it\n"
              "                        → chmod 600 it (--fix does that)\n"
              "warning                 a socket was left\n"
              "                        → --fix does that\n"
              "note     journal        not looked at\n"
              "\n"
              "1 ok, 1 note, 1 warning, 1 fault\n");
}

TEST(Report, NoLineIsLongerThanThePage) {
    Report report = example();
    for (int i = 0; i < 50; ++i) {
        report.sections.front().findings.front().says += " a word";
        report.sections.back().findings.front().advice += " 句子";
    }
    for (const std::size_t columns : {std::size_t{100}, std::size_t{72}, std::size_t{50}}) {
        std::istringstream lines(text_of(report, {columns, false}));
        for (std::string line; std::getline(lines, line);) {
            const auto width = std::ranges::count_if(
                line, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; });
            EXPECT_LE(width, static_cast<std::ptrdiff_t>(columns)) << line;
        }
    }
}

TEST(Report, ColoursAreAroundTheVerdictAlone) {
    const std::string text = text_of(example(), {100, true});
    EXPECT_NE(text.find("\033[32mok       \033[0mdisk"), std::string::npos) << text;
    EXPECT_NE(text.find("\033[1;31mfault    \033[0mpermissions"), std::string::npos) << text;
}

TEST(Report, HasEachMemberAlways) {
    const auto json = json_of(example());
    EXPECT_EQ(json.at("format"), 1);
    EXPECT_EQ(json.at("verdict"), "fault");
    EXPECT_EQ(json.at("checks").size(), 3U);
    EXPECT_EQ(json.at("checks").at(1).at("verdict"), "fault");
    for (const auto& check : json.at("checks")) {
        for (const auto& finding : check.at("findings")) {
            EXPECT_EQ(finding.size(), 5U) << finding;
            EXPECT_TRUE(finding.at("advice").is_string());
            EXPECT_TRUE(finding.at("figures").is_object());
        }
    }
    EXPECT_FALSE(json.at("checks").at(0).at("findings").at(0).at("can_fix"));
    EXPECT_TRUE(json.at("checks").at(1).at("findings").at(0).at("can_fix"));
    EXPECT_TRUE(json.at("mended").is_array());
    EXPECT_TRUE(json.at("not_mended").is_array());
}

TEST(Report, IsOkWithNothingInIt) {
    EXPECT_EQ(Report{}.worst(), Verdict::ok);
    EXPECT_EQ(text_of(Report{}, {100, false}), "\n0 ok\n");
}

} // namespace
} // namespace hongbao::ops::doctor
