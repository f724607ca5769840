// Role: holds FORMAT.md's worked example and the code together, byte by byte.
#include "persistence/journal/chain_hash.hpp"
#include "tests/persistence/journals.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

namespace hongbao::persistence {
namespace {

using namespace hongbao::testing;

/// The hex of the page's block "```hex NAME", without spaces and comments.
std::string example(const std::string& name) {
    std::ifstream page(HONGBAO_SOURCE_DIR "/persistence/FORMAT.md");
    std::string hex;
    bool inside = false;
    for (std::string line; std::getline(page, line);) {
        if (inside && line == "```") {
            break;
        }
        if (inside) {
            std::istringstream words(line.substr(0, line.find('#')));
            for (std::string word; words >> word;) {
                hex += word;
            }
        }
        inside = inside || line == "```hex " + name;
    }
    return hex;
}

std::string hex_of(const RawJournal::Bytes& bytes) {
    return to_hex({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
}

TEST(Format, TheWorkedExampleIsWhatTheCodeWrites) {
    TemporaryFolder folder;
    {
        const auto journal = open_journal(folder.path());
        EXPECT_EQ(to_hex(journal->position(0).chain_hash), example("hash0"));
        auto records = records_of({domain::AccountOpened{"bob", "Bob", "", {}}});
        records[0].idempotency = domain::IdempotencyTag{"k1", sample_digest(0x10)};
        append_in_commits(*journal, records);
    }
    RawJournal raw(folder.path());
    const std::uint64_t first = 1;
    EXPECT_EQ(hex_of(raw.get("meta", key_of("format"))), example("format"));
    EXPECT_EQ(hex_of(raw.get("meta", key_of("id"))), example("id"));
    EXPECT_EQ(hex_of(raw.get("meta", key_of("epoch"))), example("epoch"));
    EXPECT_EQ(hex_of(raw.get("records", key_of(first))), example("record"));
    EXPECT_EQ(hex_of(raw.get("commits", key_of(first))), example("commit"));
}

} // namespace
} // namespace hongbao::persistence
