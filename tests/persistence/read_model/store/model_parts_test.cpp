// Role: a generation of the read model that would change too many pages at once is written in
// parts, after each of which the model is in a complete state.
#include "tests/persistence/followed.hpp"
#include "tests/persistence/read_model/sale/random_history.hpp"
#include "tests/persistence/written_pages.hpp"
#include "tests/rig/seeded_random.hpp"

#include "persistence/inspect/verify.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

namespace hongbao::persistence {
namespace {

using namespace hongbao::testing;

constexpr std::uint64_t dirty_pages_max = 250;

/// Accounts with long names, and money that goes to and fro between them.
std::vector<domain::Record> crowd(std::uint64_t seed) {
    SeededRandom random(seed);
    constexpr int users = 1'500;
    const auto user = [&] { return "user-" + std::to_string(random.below(users)); };
    std::vector<domain::Event> events;
    for (int i = 0; i < users; ++i) {
        const std::string name = "user-" + std::to_string(i);
        events.emplace_back(domain::AccountOpened{
            name, name, "https://example.org/" + std::string(random.below(400), 'a'), {}});
        events.emplace_back(domain::Deposited{name, 1'000'000, ""});
    }
    for (int i = 0; i < 3'000; ++i) {
        const std::string from = user();
        const std::string to = user();
        if (from != to) {
            events.emplace_back(
                domain::Transferred{from, to, 1, std::string(random.below(90), 'm')});
        }
        const domain::PacketId packet{static_cast<std::uint64_t>(i + 1)};
        events.emplace_back(domain::PacketSent{packet,
                                               from,
                                               domain::PacketKind::equal,
                                               20,
                                               2,
                                               "",
                                               std::vector<domain::UserId>(random.below(60), to),
                                               {},
                                               true,
                                               20'000,
                                               story_begins + 86'400'000'000});
        events.emplace_back(domain::ShareOpened{packet, to, 10});
    }
    return records_of(std::move(events));
}

std::vector<domain::Record> sales(std::uint64_t seed) {
    RandomSales random(seed);
    std::vector<domain::Record> records;
    for (int i = 0; i < 8'000; ++i) {
        records.push_back(random.next());
    }
    return records;
}

/// Packets for very many users, who open them in no order; and shakes of the same users.
std::vector<domain::Record> openings(std::uint64_t seed) {
    SeededRandom random(seed);
    constexpr std::size_t users = 500;
    constexpr std::size_t packets = 20;
    std::vector<domain::UserId> names;
    std::vector<domain::Event> events;
    for (std::size_t i = 0; i < users; ++i) {
        names.push_back("user-" + std::to_string(i));
        events.emplace_back(domain::AccountOpened{names[i], "", "",
                                                  i == 0 ? domain::AccountType::merchant
                                                         : domain::AccountType::personal});
    }
    constexpr domain::Fen budget_fen = 100'000;
    events.emplace_back(domain::Deposited{names[0], 2 * budget_fen, ""});
    const domain::CampaignId campaign{packets + 1};
    constexpr domain::InstantMs ends_at = story_begins + 86'400'000;
    events.emplace_back(domain::CampaignFunded{
        campaign, names[0], "", budget_fen, 1, {{story_begins, ends_at, 500, 1, 1, 1}}});
    for (std::uint64_t packet = 1; packet <= packets; ++packet) {
        events.emplace_back(domain::PacketSent{{packet},
                                               names[0],
                                               domain::PacketKind::equal,
                                               users,
                                               users,
                                               "",
                                               names,
                                               {},
                                               true,
                                               20'000,
                                               ends_at});
    }
    for (std::uint64_t packet = 1; packet <= packets; ++packet) {
        for (std::size_t i = users - 1; i > 0; --i) {
            std::swap(names[i], names[random.below(i + 1)]);
        }
        for (const domain::UserId& name : names) {
            events.emplace_back(domain::ShareOpened{{packet}, name, 1});
            const std::string shake_key(1 + random.below(60), 'r');
            events.emplace_back(
                domain::ShakeDrawn{campaign, name, shake_key + std::to_string(packet), 1, 0});
        }
    }
    return records_of(std::move(events));
}

class ModelParts : public ::testing::TestWithParam<std::vector<domain::Record> (*)(std::uint64_t)> {
  protected:
    void SetUp() override {
        constexpr std::uint64_t seed = 20'261'121;
        records_ = GetParam()(seed);
        auto journal = open_journal(folder_.path() / "journal");
        const Epoch epoch = acquire(*journal);
        const auto result = journal->append(0, epoch, 0, records_);
        ASSERT_EQ(result.outcome, AppendOutcome::ok) << result.description;
        chain_hash_ = result.chain_hash;
        id_ = journal->id();
    }

    std::unique_ptr<ReadModel> open_model(std::uint64_t pages_max) {
        ReadModelOptions options;
        options.path = folder_.path() / "model";
        options.journal_id = id_;
        options.dirty_pages_max = pages_max;
        options.fail_stop = [](const std::string& sentence) { FAIL() << sentence; };
        return std::move(std::get<std::unique_ptr<ReadModel>>(ReadModel::open(options)));
    }
    /// All records that the model does not have yet.
    void write(ReadModel& model) {
        const auto reached = model.totals().position.last_sequence;
        Commit rest{{records_.begin() + static_cast<std::ptrdiff_t>(reached), records_.end()},
                    chain_hash_};
        model.apply(std::make_shared<const Commit>(std::move(rest)));
        model.write_all();
        EXPECT_EQ(model.unwritten_records(), 0U);
    }
    void expect_agrees() {
        const auto outcome = verify(folder_.path() / "journal", {}, folder_.path() / "model");
        const auto* sound = std::get_if<SoundJournal>(&outcome);
        ASSERT_NE(sound, nullptr) << std::get<DamagedJournal>(outcome).sentence;
        EXPECT_EQ(sound->model.state, ModelState::agrees) << sound->model.sentence;
        EXPECT_EQ(sound->model.reached, records_.size());
    }

    TemporaryFolder folder_;
    std::vector<domain::Record> records_;
    ChainHash chain_hash_{};
    JournalId id_{};
};

TEST_P(ModelParts, NoTransactionChangesMorePagesThanItMay) {
    {
        const auto model = open_model(dirty_pages_max);
        pages_of_the_largest_transaction();
        write(*model);
        EXPECT_LE(pages_of_the_largest_transaction(), dirty_pages_max);
    }
    expect_agrees();
}

TEST_P(ModelParts, WhatFitsIsWrittenAtOnce) {
    {
        const auto model = open_model(dirty_pages_max_default);
        pages_of_the_largest_transaction();
        write(*model);
        EXPECT_GT(pages_of_the_largest_transaction(), dirty_pages_max);
    }
    expect_agrees();
}

TEST_P(ModelParts, AStartAfterADeathBetweenThemGoesOnFromThere) {
    const pid_t child = ::fork();
    if (child == 0) {
        const auto model = open_model(dirty_pages_max);
        die_once_committed();
        write(*model);
        ::_exit(1);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    ASSERT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) << status;
    {
        const auto model = open_model(dirty_pages_max);
        const auto reached = model->totals().position.last_sequence;
        EXPECT_GT(reached, 0U);
        EXPECT_LT(reached, records_.size());
        write(*model);
    }
    expect_agrees();
}

INSTANTIATE_TEST_SUITE_P(Of, ModelParts, ::testing::Values(crowd, sales, openings));

} // namespace
} // namespace hongbao::persistence
