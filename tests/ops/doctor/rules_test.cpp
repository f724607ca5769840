// What figures mean: of room, memory, clock and backups, from just right to just wrong.
#include "ops/doctor/rules/backup.hpp"
#include "ops/doctor/rules/clock.hpp"
#include "ops/doctor/rules/memory.hpp"
#include "ops/doctor/rules/room.hpp"
#include "ops/serve/start_judgements.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace hongbao::ops::doctor {
namespace {

constexpr std::uint64_t mib = 1U << 20U;
constexpr std::uint64_t gib = 1U << 30U;
constexpr std::int64_t day_ms = 86'400'000;

/// A verdict, and a word of the sentence.
void expect_found(const Finding& finding, Verdict verdict, const char* word) {
    EXPECT_EQ(word_of(finding.verdict), word_of(verdict)) << finding.says;
    EXPECT_NE(finding.says.find(word), std::string::npos) << finding.says;
    EXPECT_EQ(finding.advice.empty(), verdict == Verdict::ok) << finding.says;
}

TEST(DiskRoomRule, GoesByBytesAndByNamesOfFiles) {
    const struct {
        std::uint64_t free_bytes, total_bytes, free_inodes, total_inodes;
        Verdict verdict;
        const char* word;
    } cases[]{
        {500 * gib, 1'000 * gib, 900, 1'000, Verdict::ok, "500 GiB of 1000 GiB left"},
        {0, 1'000 * gib, 900, 1'000, Verdict::fault, "refused"},
        {64 * mib - 1, 1'000 * gib, 900, 1'000, Verdict::fault, "refused"},
        {64 * mib, 100 * mib, 900, 1'000, Verdict::ok, "left"}, // small, and mostly free
        {64 * mib, 1'000 * gib, 900, 1'000, Verdict::warning, "left"},
        {gib - 1, 1'000 * gib, 900, 1'000, Verdict::warning, "left"},
        {gib, 1'000 * gib, 900, 1'000, Verdict::ok, "left"},
        {500 * gib, 1'000 * gib, 0, 1'000, Verdict::fault, "df -i"},
        {500 * gib, 1'000 * gib, 9, 1'000, Verdict::warning, "names for only 9"},
        {500 * gib, 1'000 * gib, 10, 1'000, Verdict::ok, "left"},
        {500 * gib, 1'000 * gib, 0, 0, Verdict::ok, "left"}, // no bound, as of btrfs
    };
    for (const auto& one : cases) {
        const Finding finding = judge_disk(
            {"/srv", one.free_bytes, one.total_bytes, one.free_inodes, one.total_inodes});
        expect_found(finding, one.verdict, one.word);
        EXPECT_EQ(finding.figures.at("free_bytes"), one.free_bytes);
    }
}

MapRoom map_of(std::uint64_t used_percent) {
    MapRoom room;
    room.data_dir = "/srv";
    room.map_bytes = 100 * gib;
    room.used_bytes = used_percent * gib;
    room.disk_free_bytes = 1'000 * gib;
    return room;
}

TEST(MapRoomRule, GoesByTheShareThatIsUsed) {
    expect_found(judge_map(map_of(79)), Verdict::ok, "79.0 GiB of 100 GiB");
    expect_found(judge_map(map_of(80)), Verdict::warning, "80.0 GiB");
    expect_found(judge_map(map_of(97)), Verdict::warning, "97.0 GiB");
    expect_found(judge_map(map_of(98)), Verdict::fault, "507");
    MapRoom refused = map_of(10);
    refused.is_refused = true;
    expect_found(judge_map(refused), Verdict::fault, "507");
}

TEST(MapRoomRule, GoesByTheDaysThatAreLeft) {
    MapRoom room = map_of(50);
    room.first_kept_at = 1;
    room.last_at = 1 + 50 * day_ms; // 1 GiB a day
    EXPECT_EQ(growth_bytes_per_day(room), gib);
    expect_found(judge_map(room), Verdict::ok, "50 days");
    room.disk_free_bytes = 13 * gib;
    expect_found(judge_map(room), Verdict::warning, "the disk ends first");
    room.disk_free_bytes = 14 * gib;
    expect_found(judge_map(room), Verdict::ok, "14 days");
    room.last_at = room.first_kept_at + 3'599'999; // under an hour says nothing
    EXPECT_EQ(growth_bytes_per_day(room), 0U);
    expect_found(judge_map(room), Verdict::ok, "the disk ends first");
    room.first_kept_at = 0;
    EXPECT_EQ(growth_bytes_per_day(room), 0U);
}

TEST(MapRoomRule, BearsAMapOfNothing) {
    expect_found(judge_map({}), Verdict::ok, "0 bytes of 0 bytes");
}

TEST(MemoryRule, LeavesAFifthToOthers) {
    MemoryLimits limits;
    limits.machine_bytes = 10 * gib;
    expect_found(judge_memory(8 * gib, limits).front(), Verdict::ok, "this machine has 10.0 GiB");
    expect_found(judge_memory(8 * gib + 1, limits).front(), Verdict::warning, "leaves little");
    expect_found(judge_memory(10 * gib + 1, limits).front(), Verdict::fault, "would end it");
    limits.group_bytes = 5 * gib;
    limits.group_file = "memory.max";
    expect_found(judge_memory(8 * gib, limits).front(), Verdict::fault, "memory.max");
    limits.group_bytes = 20 * gib; // more than there is
    expect_found(judge_memory(8 * gib, limits).front(), Verdict::ok, "this machine");
}

TEST(MemoryRule, NamesWhatIsPromisedAndWhatIsSwapped) {
    MemoryLimits limits;
    limits.machine_bytes = 10 * gib;
    limits.overcommit = 2;
    limits.commit_left_bytes = gib;
    ASSERT_EQ(judge_memory(gib, limits).size(), 1U);
    ASSERT_EQ(judge_memory(gib + 1, limits).size(), 2U);
    expect_found(judge_memory(gib + 1, limits).back(), Verdict::warning, "vm.overcommit_memory");
    limits.overcommit = 0;
    EXPECT_EQ(judge_memory(gib + 1, limits).size(), 1U);
    limits.swapped_bytes = mib;
    expect_found(judge_memory(gib, limits).back(), Verdict::warning, "swap");
}

TEST(MemoryRule, CountsWhatTheSettingsAllow) {
    config::Settings settings;
    const auto before = memory_bytes_most(settings);
    settings.awake_bytes_max += 5;
    settings.buffered_bytes_max += 6;
    EXPECT_EQ(memory_bytes_most(settings), before + 11);
}

TEST(ClockRule, GoesByTheKernelsWord) {
    expect_found(judge_synchronisation({true, 0, 1}), Verdict::ok, "synchronised");
    expect_found(judge_synchronisation({true, 100, 1}), Verdict::ok, "+100.0 ms");
    expect_found(judge_synchronisation({true, 100.1, 1}), Verdict::warning, "being corrected");
    expect_found(judge_synchronisation({true, -100.1, 1}), Verdict::warning, "-100.1 ms");
    expect_found(judge_synchronisation({false, 0, 1}), Verdict::warning, "not synchronised");
}

TEST(ClockRule, OfAStartBearsAMinute) {
    constexpr domain::InstantMs now = 1'800'000'000'000;
    EXPECT_FALSE(clock_behind_journal(now, 0));
    EXPECT_FALSE(clock_behind_journal(now, now + 60'000));
    EXPECT_TRUE(clock_behind_journal(now, now + 60'001));
    EXPECT_FALSE(clock_without_ids(now));
    EXPECT_TRUE(clock_without_ids(0));
    EXPECT_TRUE(clock_without_ids(now * 10));
}

TEST(FileLengths, StopAStartOnlyBelowWhatThereIs) {
    const auto found = [](std::uint64_t limit_bytes, std::uint64_t journal_bytes) {
        const auto fault = judge_file_lengths({limit_bytes, gib, journal_bytes});
        return !fault ? "" : (fault->stops_a_start ? "stops" : "warns");
    };
    EXPECT_STREQ(found(std::numeric_limits<std::uint64_t>::max(), 0), "");
    EXPECT_STREQ(found(gib, 0), "");
    EXPECT_STREQ(found(gib - 1, 0), "warns");
    EXPECT_STREQ(found(mib, 0), "warns");
    EXPECT_STREQ(found(mib - 1, 0), "stops");
    EXPECT_STREQ(found(5 * mib, 5 * mib), "warns");
    EXPECT_STREQ(found(5 * mib, 5 * mib + 1), "stops");
}

BackupFacts backup_with(domain::Sequence last, domain::Sequence of_journal) {
    BackupFacts backup;
    backup.path = "/backups/monday";
    backup.data_dir = "/srv";
    backup.last_sequence = last;
    backup.journal_last_sequence = of_journal;
    return backup;
}

TEST(BackupRule, GoesByAgeOnlyIfRecordsCameSince) {
    constexpr std::int64_t due_s = 86'400;
    BackupFacts backup = backup_with(7, 9);
    expect_found(judge_backup(backup, day_ms, due_s), Verdict::ok, "all but the last 2 records");
    expect_found(judge_backup(backup, day_ms + 1, due_s), Verdict::warning, "another is due");
    backup.journal_last_sequence = 8;
    expect_found(judge_backup(backup, 0, due_s), Verdict::ok, "all but the last record");
    backup.journal_last_sequence = 7;
    expect_found(judge_backup(backup, 99 * day_ms, due_s), Verdict::ok, "every record");
    backup.made_at = 5 * day_ms; // by a clock that was wrong
    backup.journal_last_sequence = 9;
    expect_found(judge_backup(backup, 0, due_s), Verdict::ok, "0 ms old");
}

TEST(BackupRule, WantsThisJournalAndThisCourse) {
    BackupFacts backup = backup_with(7, 9);
    backup.missing_segment = "segment 1 is missing";
    expect_found(judge_backup(backup, 0, 60), Verdict::fault, "not whole: segment 1");
    backup.is_of_this_course = false;
    expect_found(judge_backup(backup, 0, 60), Verdict::fault, "another course");
    backup.last_sequence = 10;
    expect_found(judge_backup(backup, 0, 60), Verdict::fault, "records are missing here");
    backup.is_of_this_journal = false;
    expect_found(judge_backup(backup, 0, 60), Verdict::fault, "another journal");
}

} // namespace
} // namespace hongbao::ops::doctor
