// Role: how rows of linked tables name the row before them, spelled byte by byte: a number by
// itself, a text by its XXH3, nothing by 0, wherever in its table a row was put; and the row of
// ends, which names the last row of each table.
#include "persistence/read_model/rows/linked_rows.hpp"
#include "tests/persistence/followed.hpp"
#include "tests/persistence/read_model/rows/pinned_rows.hpp"

#include <gtest/gtest.h>

namespace hongbao::persistence {
namespace {

using namespace hongbao::testing;

using StoredRows = std::vector<std::pair<std::string, std::string>>; // in hex

/// The rows that a model has in the file, each record a generation of its own.
StoredRows rows_of(const char* table, const std::vector<domain::Record>& records) {
    Followed followed(Rows::in_the_file);
    for (const domain::Record& record : records) {
        followed.add({record});
    }
    followed.model.reset();
    StoredRows rows;
    for (const auto& [key, value] : RawJournal(followed.folder.path() / "model").entries(table)) {
        rows.emplace_back(hex_of(key), hex_of(value));
    }
    return rows;
}

/// Accounts z, a and m in this order, with keys of their own, and packets 79, 77 and 78.
std::vector<domain::Record> out_of_order() {
    using domain::AccountOpened;
    using domain::AccountType;
    const auto sent = [](std::uint64_t id) {
        return domain::PacketSent{{id}, "z",    domain::PacketKind::equal, 100, 1, "", {}, {},
                                  true, 20'000, story_begins + 86'400'000};
    };
    auto records = records_of({AccountOpened{"z", "", "", AccountType::personal},
                               AccountOpened{"a", "", "", AccountType::personal},
                               AccountOpened{"m", "", "", AccountType::personal},
                               domain::Deposited{"z", 1'000, ""}, sent(79), sent(77), sent(78),
                               domain::ShareOpened{{77}, "a", 100}});
    for (std::size_t place = 0; place < 3; ++place) {
        records[place].idempotency = domain::IdempotencyTag{"key", sample_digest(0x10)};
    }
    return records;
}

TEST(PinnedLinks, OfTextsAreTheirHashes) {
    EXPECT_EQ(rows_of("numbers", out_of_order()),
              (StoredRows{{"61", joined("0000000000000000 02 319065277911f548")},
                          {"6d", joined("1f4e961eb632c6e6 03 c2d528ba3647f30e")},
                          {"7a", joined("fc578c41074890f0 01 42d93e397fdb58fa")}}));
    EXPECT_EQ(XXH3_64bits("a", 1), 0xe6c632b61e964e1fU);
    EXPECT_EQ(XXH3_64bits("m", 1), 0xf0904807418c57fcU);
}

TEST(PinnedLinks, OfNumbersAreTheNumbers) {
    const auto link = [](const auto& row) {
        return row.first + " " + row.second.substr(0, 2 * sizeof(Link));
    };
    std::vector<std::string> links;
    for (const char* const table : {"packets", "keys"}) {
        for (const auto& row : rows_of(table, out_of_order())) {
            links.push_back(link(row));
        }
    }
    EXPECT_EQ(links,
              (std::vector<std::string>{
                  "4d00000000000000 0000000000000000", "4e00000000000000 4d00000000000000",
                  "4f00000000000000 4e00000000000000", "0100000000000000 0000000000000000",
                  "0200000000000000 0100000000000000", "0300000000000000 0200000000000000"}));
}

TEST(PinnedLinks, OfTheEndsNameTheLastOfEachTable) {
    const auto rows = rows_of("totals", out_of_order());
    ASSERT_EQ(rows.size(), 2U);
    EXPECT_EQ(rows[0].first, hex_of(std::as_bytes(std::span("ends", 4))));
    EXPECT_EQ(rows[0].second,
              joined("b0dbbac4debbf6d354 4f 00 00 00 00 03 a3e1c8def89ad3cd77 00 00 "
                     "abdbce8e83f2ede255 00 4472cb163570fad8"));
    EXPECT_EQ(rows[1].first, hex_of(std::as_bytes(std::span("totals", 6))));
}

TEST(PinnedLinks, OfTablesHaveThesePlacesAmongTheEnds) {
    std::vector<std::string> tables;
    for (const LinkedTable* const table : linked_tables) {
        EXPECT_EQ(table->place, tables.size());
        tables.push_back(std::string(table->rows) + (table->has_text_keys ? ", texts" : ""));
    }
    EXPECT_EQ(tables, (std::vector<std::string>{"account numbers, texts", "packets", "campaigns",
                                                "sales", "order places",
                                                "gateway references, texts", "idempotency keys",
                                                "claims by user, texts", "shakes by user, texts",
                                                "references of deposits, texts", "days, texts"}));
}

} // namespace
} // namespace hongbao::persistence
