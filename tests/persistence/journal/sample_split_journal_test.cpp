// Role: a journal with packets of every way of splitting opens for ever, and its seeds always give
// the same shares. samples/v1-split is made as sample_journal_test.cpp says, by this
// filter: HONGBAO_SAMPLE=<new folder> persistence_tests --gtest_filter='SampleSplitJournal.*Writes'
#include "persistence/inspect/verify.hpp"
#include "persistence/journal/chain_hash.hpp"
#include "tests/persistence/journals.hpp"
#include "tests/persistence/same_record.hpp"

#include <gtest/gtest.h>

#include <cstdlib>

namespace hongbao::persistence {
namespace {

using namespace hongbao::testing;

constexpr const char* chain_hash =
    "8097152c8c657948d55dd749ff8a7692a072e4090999464d69dc456d4740fb93";

/// The seed 0, 1, … 31 over 10,000 fen in 10 shares, as in tests/domain/values/seed_test.cpp.
std::vector<domain::Record> splits() {
    using namespace domain;
    Seed seed{};
    for (std::size_t i = 0; i < seed.size(); ++i) {
        seed[i] = static_cast<std::uint8_t>(i);
    }
    const auto sent = [](std::uint64_t id, SplitAlgorithm algorithm, std::optional<Seed> of) {
        return PacketSent{{id}, "ann",  PacketKind::lucky,         10'000,    10, "", {}, {},
                          true, 20'000, story_begins + 86'400'000, algorithm, of};
    };
    return records_of({
        AccountOpened{"ann", "Ann", "", AccountType::personal},
        AccountOpened{"bob", "Bob", "", AccountType::personal},
        Deposited{"ann", 40'000, ""},
        sent(71, SplitAlgorithm::double_mean, std::nullopt),
        sent(72, SplitAlgorithm::line_cut, std::nullopt),
        sent(73, SplitAlgorithm::double_mean, seed),
        sent(74, SplitAlgorithm::line_cut, seed),
        ShareOpened{{71}, "bob", 1'999},
        ShareOpened{{72}, "bob", 9'991},
        ShareOpened{{73}, "bob", 2'240},
        ShareOpened{{74}, "bob", 456},
        ShareOpened{{73}, "ann", 213},
        ShareOpened{{74}, "ann", 204},
    });
}

void write_splits(const std::filesystem::path& path) {
    append_in_commits(*open_journal(path), splits(), {3, 4});
}

std::filesystem::path copy_of_sample(const std::filesystem::path& to) {
    std::filesystem::copy_file(std::filesystem::path(HONGBAO_SOURCE_DIR) /
                                   "tests/persistence/samples/v1-split/data.mdb",
                               to / "data.mdb");
    return to;
}

TEST(SampleSplitJournal, OpensAndHasTheSameRecords) {
    TemporaryFolder folder;
    const auto journal = open_journal(copy_of_sample(folder.path()));
    EXPECT_TRUE(same_records(read_all(*journal), splits()));
    EXPECT_EQ(to_hex(journal->position(0).chain_hash), chain_hash);
}

TEST(SampleSplitJournal, IsSoundSoItsSharesStillFollowFromItsSeeds) {
    TemporaryFolder folder;
    const auto outcome = verify(copy_of_sample(folder.path()));
    const auto* damaged = std::get_if<DamagedJournal>(&outcome);
    EXPECT_EQ(damaged, nullptr) << damaged->sentence;
}

TEST(SampleSplitJournal, IsStillWhatThisCodeWrites) {
    TemporaryFolder folder;
    const char* const kept = std::getenv("HONGBAO_SAMPLE");
    const std::filesystem::path path = kept == nullptr ? folder.path() : kept;
    write_splits(path);
    EXPECT_EQ(to_hex(open_journal(path)->position(0).chain_hash), chain_hash);
}

} // namespace
} // namespace hongbao::persistence
