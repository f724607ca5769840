// Role: a journal with a read model that agrees with it, for tests that alter a row of the model
// and give it a right checksum.
#pragma once

#include "persistence/inspect/comparison.hpp"
#include "persistence/inspect/verify.hpp"
#include "persistence/read_model/rows/linked_rows.hpp"
#include "tests/persistence/followed.hpp"
#include "tests/persistence/read_model/rows/row_keys.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <initializer_list>
#include <string>

namespace hongbao::testing {

/// The story, followed and closed: ann, bob and carol are accounts 1 to 3, packets 77 and 78 are
/// over, the records 4 and 12 have keys.
class VerifyModelTest : public ::testing::Test {
  protected:
    VerifyModelTest() : VerifyModelTest(story()) {}
    explicit VerifyModelTest(const std::vector<domain::Record>& records) {
        Followed followed(Rows::in_the_file);
        followed.add(records);
        followed.model.reset();
        followed.journal.reset();
        std::filesystem::copy(followed.folder.path(), folder_.path(),
                              std::filesystem::copy_options::recursive);
        std::filesystem::remove(model_path() / "loading");
    }

    std::filesystem::path journal_path() const { return folder_.path() / "journal"; }
    std::filesystem::path model_path() const { return folder_.path() / "model"; }

    ModelVerdict verdict() {
        const auto outcome = verify(journal_path(), {}, model_path());
        const auto* sound = std::get_if<SoundJournal>(&outcome);
        EXPECT_NE(sound, nullptr) << "the journal is sound whatever the model says";
        return sound != nullptr ? sound->model : ModelVerdict{};
    }
    void expect_differs(const std::string& words) {
        const ModelVerdict found = verdict();
        EXPECT_EQ(found.state, ModelState::differs) << "nothing found; expected: " << words;
        EXPECT_NE(found.sentence.find(words), std::string::npos) << found.sentence;
    }

    void put(const char* table, std::span<const std::byte> key, const RowBytes& bytes) {
        RawJournal(model_path()).put(table, key, bytes);
    }
    /// Replaces a row by another that names the same row before it.
    void put_with_its_link(const char* table, std::uint64_t key, RowBytes bytes) {
        const RowBytes good = get(table, key_of(key));
        std::copy_n(good.begin(), sizeof(Link), bytes.begin());
        bytes.resize(bytes.size() - sizeof(std::uint64_t));
        RowWriter::seal(bytes, key);
        put(table, key_of(key), bytes);
    }
    template <typename Of>
    struct Alteration {
        const char* words;
        void (*alter)(typename Of::Row&);
    };
    /// Alters the row in each of these ways: the altered field is named, with the place `where`.
    template <typename Of>
    void expect_each_differs(const typename Of::Key& key, const std::string& where,
                             std::initializer_list<Alteration<Of>> all) {
        const auto& key_in_table = key_bytes(key);
        const RowBytes good = get(Of::name, key_in_table);
        for (const Alteration<Of>& altered : all) {
            auto row = decode<typename Of::Row>(good, key).value();
            altered.alter(row);
            RowBytes bytes;
            encode(row, key, bytes);
            put(Of::name, key_in_table, bytes);
            expect_differs(where);
            expect_differs(altered.words);
        }
        put(Of::name, key_in_table, good);
    }
    RowBytes get(const char* table, std::span<const std::byte> key) {
        return RawJournal(model_path()).get(table, key);
    }

    TemporaryFolder folder_;
};

} // namespace hongbao::testing
