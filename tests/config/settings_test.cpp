// Role: the table of settings: complete, consistent, and the same as the shipped file.
#include "config/render.hpp"
#include "config/settings.hpp"
#include "config/value.hpp"

#include <cstddef>
#include <fstream>
#include <gtest/gtest.h>
#include <iterator>
#include <map>
#include <set>
#include <string>

namespace hongbao::config {
namespace {

TEST(SettingsTable, DescribesEveryMemberOfSettingsOnce) {
    struct Extent {
        std::size_t bytes;
        std::size_t alignment;
    };
    std::map<std::ptrdiff_t, Extent> members; // by offset
    const Settings settings;
    for (const Setting& setting : all_settings()) {
        std::visit(
            [&](auto member) {
                const auto& value = settings.*member;
                members.emplace(reinterpret_cast<const char*>(&value) -
                                    reinterpret_cast<const char*>(&settings),
                                Extent{sizeof(value), alignof(decltype(value))});
            },
            setting.member);
    }
    EXPECT_EQ(members.size(), all_settings().size()) << "two settings share a member";
    std::size_t reached_bytes = 0; // each member begins where the one before it lets it
    for (const auto& [offset, extent] : members) {
        const std::size_t padded =
            (reached_bytes + extent.alignment - 1) / extent.alignment * extent.alignment;
        EXPECT_EQ(static_cast<std::size_t>(offset), padded)
            << "a member of Settings is not in the table";
        reached_bytes = static_cast<std::size_t>(offset) + extent.bytes;
    }
    EXPECT_EQ((reached_bytes + 7) / 8 * 8, sizeof(Settings))
        << "the last member of Settings is not in the table";
}

TEST(SettingsTable, NamesAreUniqueAndSoAreFlagsAndVariables) {
    std::set<std::string> seen;
    for (const Setting& setting : all_settings()) {
        EXPECT_TRUE(seen.insert(std::string(setting.name)).second) << setting.name;
        EXPECT_TRUE(seen.insert(flag_of(setting)).second) << setting.name;
        EXPECT_TRUE(seen.insert(variable_of(setting)).second) << setting.name;
        EXPECT_EQ(find_setting(setting.name), &setting);
    }
    EXPECT_EQ(find_setting("no_such_setting"), nullptr);
}

TEST(SettingsTable, NamesBecomeFlagsAndVariables) {
    EXPECT_EQ(flag_of(*find_setting("data_dir")), "--data");
    EXPECT_EQ(flag_of(*find_setting("journal_map_bytes")), "--journal-map-bytes");
    EXPECT_EQ(variable_of(*find_setting("journal_map_bytes")), "HONGBAO_JOURNAL_MAP_BYTES");
}

TEST(SettingsTable, DefaultsAreAcceptedAndReadBackAsTheyAreWritten) {
    for (const Setting& setting : all_settings()) {
        Settings settings;
        const std::string text = value_text(settings, setting);
        EXPECT_EQ(assign(settings, setting, text), std::nullopt) << setting.name << " = " << text;
        EXPECT_EQ(settings, Settings{}) << setting.name;
    }
}

TEST(SettingsTable, NamesOfNumbersEndInTheirUnit) {
    for (const Setting& setting : all_settings()) {
        const std::string_view name = setting.name;
        const bool holds = [&] {
            switch (setting.kind) {
            case Kind::bytes: return name.find("_bytes") != name.npos;
            case Kind::seconds: return name.ends_with("_s") || name.ends_with("_s_default");
            case Kind::fen: return name.find("_fen") != name.npos;
            default: return true;
            }
        }();
        EXPECT_TRUE(holds) << name;
    }
}

TEST(SettingsTable, HelpTellsDefaultRangeAndVariable) {
    const std::string help = help_text(*find_setting("journal_map_bytes"));
    for (const char* part : {"16MiB to 16TiB", "default 64GiB", "HONGBAO_JOURNAL_MAP_BYTES"}) {
        EXPECT_NE(help.find(part), std::string::npos) << help;
    }
    EXPECT_EQ(placeholder(*find_setting("journal_map_bytes")), "SIZE");
}

TEST(ShippedFile, IsWhatTheTableSays) {
    std::ifstream file(HONGBAO_SOURCE_DIR "/config/hongbao.toml");
    ASSERT_TRUE(file) << "config/hongbao.toml cannot be read";
    const std::string text(std::istreambuf_iterator<char>(file), {});
    EXPECT_EQ(text, shipped_file())
        << "config/hongbao.toml and the table in config/settings.cpp have to say the same";
}

} // namespace
} // namespace hongbao::config
