// Role: that a row does not exist is told at once, without reading the whole model; a row that was
// lost is never said not to exist.
#include "persistence/read_model/rows/linked_rows.hpp"
#include "persistence/read_model/self_check.hpp"
#include "tests/persistence/campaign_story.hpp"
#include "tests/persistence/sale_story.hpp"
#include "tests/persistence/verified_model.hpp"
#include "tests/rig/seeded_random.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <set>

namespace hongbao::persistence {
namespace {

using namespace hongbao::testing;

using Records = std::vector<domain::Record>;

/// A model in a file, opened for questions.
class Model {
  public:
    explicit Model(const Records& records) {
        Followed followed(Rows::in_the_file);
        followed.add(records);
        followed.model.reset();
        std::filesystem::copy(followed.folder.path() / "model", path());
    }

    std::filesystem::path path() const { return folder_.path() / "model"; }
    RawJournal raw() const { return RawJournal(path()); }
    std::unique_ptr<ModelStore> store() const {
        return std::move(
            std::get<std::unique_ptr<ModelStore>>(ModelStore::open(path(), sample_id(), true)));
    }

  private:
    TemporaryFolder folder_;
};

domain::Digest digest_of(std::span<const std::byte> key) {
    domain::Digest digest{};
    std::memcpy(digest.data(), key.data(), std::min(key.size(), digest.size()));
    return digest;
}

bool finds(ModelReader& reader, const LinkedTable& table, std::span<const std::byte> key) {
    const std::string text(reinterpret_cast<const char*>(key.data()), key.size());
    switch (table.place) {
    case linked<Numbers>.place: return reader.get<Numbers>(text).has_value();
    case linked<Packets>.place: return reader.get<Packets>({integer_key(key)}).has_value();
    case linked<Campaigns>.place: return reader.get<Campaigns>({integer_key(key)}).has_value();
    case linked<Sales>.place: return reader.get<Sales>({integer_key(key)}).has_value();
    case linked<OrderPlaces>.place: return reader.get<OrderPlaces>({integer_key(key)}).has_value();
    case linked<GatewayRefs>.place: return reader.get<GatewayRefs>(text).has_value();
    case linked<ClaimsByUser>.place:
        return reader.get<ClaimsByUser>(ClaimsByUser::Key::of(key)).has_value();
    case linked<ShakesByUser>.place:
        return reader.get<ShakesByUser>(ShakesByUser::Key::of(key)).has_value();
    case linked<DepositRefs>.place: return reader.get<DepositRefs>(digest_of(key)).has_value();
    case linked<Days>.place: return reader.get<Days>(DayKey::of(key)).has_value();
    default: return reader.key_from(integer_key(key)).has_value();
    }
}

/// What a look-up says: "found", "not there", or the damage.
std::string told(const Model& model, const LinkedTable& table, std::span<const std::byte> key) {
    const auto store = model.store();
    ModelReader reader(*store);
    reader.check_gaps();
    const bool found = finds(reader, table, key);
    return !reader.damage().empty() ? reader.damage() : found ? "found" : "not there";
}

/// A key that no row has, right behind this one or far from it.
RawJournal::Bytes another(const LinkedTable& table, RawJournal::Bytes key) {
    if (&table == &linked<ClaimsByUser>) {
        key[8] = std::byte{1}; // no such account
        return key;
    }
    if (&table == &linked<Days>) {
        key.back() ^= std::byte{64}; // no such type
        return key;
    }
    if (&table == &linked<DepositRefs>) {
        key.back() ^= std::byte{1};
        return key;
    }
    if (table.has_text_keys) {
        key.push_back(std::byte{'0'});
        return key;
    }
    const std::uint64_t number = integer_key(key) + 1'000'000;
    return {key_bytes(number).begin(), key_bytes(number).end()};
}

class LinkedRows : public ::testing::TestWithParam<Records (*)()> {
  protected:
    /// Each row of each table that is looked up by a name or an id.
    void for_each_row(const std::function<void(const LinkedTable&, const RawJournal::Bytes& key,
                                               const RawJournal::Bytes& row)>& visit) {
        for (const LinkedTable* const table : linked_tables) {
            for (const auto& [key, row] : model.raw().entries(table->name)) {
                if (table != &linked<Keys>) {
                    visit(*table, key, row);
                }
            }
        }
    }
    bool is_there(const LinkedTable& table, const RawJournal::Bytes& key) const {
        const auto entries = model.raw().entries(table.name);
        return std::ranges::any_of(entries, [&](const auto& entry) { return entry.first == key; });
    }

    Model model{GetParam()()};
};
INSTANTIATE_TEST_SUITE_P(Stories, LinkedRows,
                         ::testing::Values(&story, &campaign_story, &sale_story));

TEST_P(LinkedRows, WhatIsNotThereIsTold) {
    for_each_row(
        [&](const LinkedTable& table, const RawJournal::Bytes& key, const RawJournal::Bytes&) {
            EXPECT_EQ(told(model, table, key), "found") << table.rows;
            EXPECT_EQ(told(model, table, another(table, key)), "not there") << table.rows;
        });
    for (const LinkedTable* const table : linked_tables) {
        const PairKey pair{};
        const std::uint64_t first = 1;
        if (table == &linked<ClaimsByUser> || table == &linked<ShakesByUser> ||
            table == &linked<Days>) {
            EXPECT_EQ(told(model, *table, pair), "not there") << table->rows;
        } else if (table != &linked<Keys>) {
            EXPECT_EQ(told(model, *table, key_bytes(first)), "not there") << table->rows;
        }
    }
}

TEST_P(LinkedRows, WhatWasLostIsNeverToldToBeNotThere) {
    for_each_row(
        [&](const LinkedTable& table, const RawJournal::Bytes& key, const RawJournal::Bytes& row) {
            const std::string lost =
                std::string("the read model has lost a row among its ") + table.rows;
            model.raw().remove(table.name, key);
            EXPECT_EQ(told(model, table, key), lost);
            const auto store = model.store();
            const auto wrong = check_model(*store, false);
            ASSERT_TRUE(wrong); // by the link or by their number, whichever is checked first
            EXPECT_TRUE(wrong->sentence == lost ||
                        wrong->sentence.find(" instead of ") != std::string::npos)
                << wrong->sentence;
            EXPECT_NE(wrong->sentence.find(table.rows), std::string::npos) << wrong->sentence;
            model.raw().put(table.name, key, row);
            EXPECT_EQ(told(model, table, key), "found");
        });
}

TEST_P(LinkedRows, ARowUnderAnAlteredKeyIsNotTakenForNone) {
    for_each_row(
        [&](const LinkedTable& table, const RawJournal::Bytes& key, const RawJournal::Bytes& row) {
            for (const std::size_t place : {std::size_t{0}, key.size() - 1}) {
                RawJournal::Bytes altered = key;
                altered[place] ^= std::byte{1};
                if (is_there(table, altered)) {
                    continue; // another row has this key
                }
                model.raw().remove(table.name, key);
                model.raw().put(table.name, altered, row);
                const std::string answer = told(model, table, key);
                EXPECT_NE(answer, "not there") << table.rows;
                EXPECT_NE(answer, "found") << table.rows;
                model.raw().remove(table.name, altered);
                model.raw().put(table.name, key, row);
            }
        });
}

TEST_P(LinkedRows, WithoutTheirEndsNothingIsToldToBeNotThere) {
    model.raw().remove("totals", key_bytes(linked_ends_key));
    EXPECT_EQ(told(model, linked<Numbers>, key_bytes("zoe")),
              "the read model has lost a row among its totals");
}

TEST_P(LinkedRows, AreCheckedInPartsAsWell) {
    const auto store = model.store();
    for (const std::uint64_t rows : {1U, 2U, 3U, 1'000U}) {
        const auto wrong = check_model(*store, false, rows);
        EXPECT_FALSE(wrong) << wrong->sentence;
    }
}

TEST(LinkedKeys, AreMissedWhereverTheyAreLost) {
    Records records =
        records_of({domain::AccountOpened{"ann", "", "", domain::AccountType::personal}});
    for (domain::Sequence sequence = 2; sequence <= 6; ++sequence) {
        records.push_back({sequence, story_begins, domain::Deposited{"ann", 1, ""},
                           domain::IdempotencyTag{"key " + std::to_string(sequence), {}}});
    }
    const Model model(records);
    for (domain::Sequence lost = 2; lost <= 6; ++lost) {
        const RawJournal::Bytes row = model.raw().get("keys", key_bytes(lost));
        model.raw().remove("keys", key_bytes(lost));
        ReadModelOptions options;
        options.path = model.path();
        options.journal_id = sample_id();
        auto opened = ReadModel::open(options);
        const auto failure = std::get<std::unique_ptr<ReadModel>>(opened)->each_kept_key(
            [](const KeyRow&, std::int64_t) {});
        ASSERT_TRUE(failure) << lost;
        EXPECT_EQ(failure->sentence, "the read model has lost a row among its idempotency keys");
        std::get<std::unique_ptr<ReadModel>>(opened).reset();
        model.raw().put("keys", key_bytes(lost), row);
    }
}

/// Names in any order, in many generations: each is found, and nothing between them is.
TEST(LinkedNames, AreFoundAndMissedInAnyOrder) {
    SeededRandom random(20'261'130);
    SCOPED_TRACE("seed 20261130");
    Followed followed(Rows::in_both);
    std::set<std::string> names;
    domain::Sequence next = 1;
    while (names.size() < 400) {
        std::string name;
        for (std::uint64_t left = 1 + random.below(3); left > 0; --left) {
            name += static_cast<char>('a' + random.below(16));
        }
        const bool is_new = names.insert(name).second;
        if (is_new) {
            followed.add(records_of(
                {domain::AccountOpened{name, "", "", domain::AccountType::personal}}, next++));
        }
        EXPECT_EQ(followed.model->account(name).has_value(), true);
        const std::string other = name + static_cast<char>('a' + random.below(16));
        EXPECT_EQ(followed.model->account(other).has_value(), names.contains(other));
    }
    EXPECT_FALSE(followed.model->check_now());
}

} // namespace
} // namespace hongbao::persistence
