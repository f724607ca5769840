// Role: rows that are missing, damaged or surplus, and models that are behind, ahead, of another
// journal, cut short or missing: each is named, or is no fault.
#include "persistence/record/digests.hpp"
#include "tests/persistence/verified_model.hpp"

#include <gtest/gtest.h>

#include <fstream>

namespace hongbao::persistence {
namespace {

using namespace hongbao::testing;

/// One row of each table, by its key.
struct OneRow {
    const char* table;
    std::vector<std::byte> key;
    const char* words;
};

std::vector<std::byte> bytes_of(std::span<const std::byte> bytes) {
    return {bytes.begin(), bytes.end()};
}
std::vector<std::byte> number_key(std::uint64_t number) {
    return bytes_of(key_of(number));
}

/// The key and reference of ann's deposit.
const domain::Digest cash = digest_of_reference("ann", "cash");

TEST_F(VerifyModelTest, AMissingRowOfAnyTableIsNamed) {
    for (const OneRow& row : {
             OneRow{"accounts", number_key(2), "table accounts, key 2 (user bob), as of record 14"},
             OneRow{"numbers", bytes_of(key_of(std::string_view("carol"))),
                    "table numbers, key carol, as of record 3"},
             OneRow{"packets", number_key(77), "table packets, key 77, as of record 14"},
             OneRow{"claims", bytes_of(claim_key({77}, 3)),
                    "table claims, key 77/3, as of record 10"},
             OneRow{"history", number_key(5), "table history, key 5, as of record 5"},
             OneRow{"keys", number_key(4), "table keys, key 4, as of record 4"},
             OneRow{"keys", number_key(12), "table keys, key 12, as of record 12"},
             OneRow{"deposit_refs", bytes_of(std::as_bytes(std::span(cash))),
                    "table deposit_refs, key ann cash, as of record 4"},
         }) {
        const RowBytes good = get(row.table, row.key);
        RawJournal(model_path()).remove(row.table, row.key);
        expect_differs(std::string(row.words) + ": the row is missing");
        put(row.table, row.key, good);
    }
    EXPECT_EQ(verdict().state, ModelState::agrees);
}

TEST_F(VerifyModelTest, ARowOfAnyTableWithADamagedChecksumIsNamed) {
    for (const OneRow& row : {
             OneRow{"accounts", number_key(2), "table accounts, key 2 (user bob)"},
             OneRow{"numbers", bytes_of(key_of(std::string_view("carol"))),
                    "table numbers, key carol"},
             OneRow{"packets", number_key(77), "table packets, key 77"},
             OneRow{"claims", bytes_of(claim_key({77}, 3)), "table claims, key 77/3"},
             OneRow{"history", number_key(5), "table history, key 5"},
             OneRow{"keys", number_key(12), "table keys, key after 4"},
             OneRow{"deposit_refs", bytes_of(std::as_bytes(std::span(cash))),
                    "table deposit_refs, key ann cash"},
         }) {
        const RowBytes good = get(row.table, row.key);
        RowBytes bad = good;
        bad[1] ^= std::byte{1};
        put(row.table, row.key, bad);
        expect_differs(row.words);
        expect_differs("damaged");
        put(row.table, row.key, good);
    }
}

TEST_F(VerifyModelTest, ARowThatNoRecordHasMadeIsNamed) {
    RowBytes bytes;
    const auto account = *decode<AccountRow>(get("accounts", number_key(2)), 2);
    const domain::Digest other = digest_of_reference("ann", "other");
    KeyRow key{13, digest_of_key("k"), {}, 12'000};
    const PairKey over = expiry_key({{77}, story_begins});
    struct Surplus {
        OneRow row;
        std::function<void()> make;
    };
    for (const Surplus& surplus : {
             Surplus{{"accounts", number_key(4), "table accounts, key 4"},
                     [&] { encode(account, 4, bytes); }},
             Surplus{
                 {"numbers", bytes_of(key_of(std::string_view("eve"))), "table numbers, key eve"},
                 [&] { encode(NumberRow{2}, "eve", bytes); }},
             Surplus{{"packets", number_key(79), "table packets, key 79"},
                     [&] { encode(PacketRow{}, 79, bytes); }},
             Surplus{{"claims", bytes_of(claim_key({78}, 2)), "table claims, key 78/2"},
                     [&] { encode(ClaimRow{}, claim_key({78}, 2), bytes); }},
             Surplus{{"expiries", bytes_of(over), "table expiries, key "},
                     [&] { encode(EndRow{}, over, bytes); }},
             Surplus{{"history", number_key(15), "table history, key 15"}, [&] { bytes = {}; }},
             Surplus{{"deposit_refs", bytes_of(std::as_bytes(std::span(other))),
                      "table deposit_refs, key "},
                     [&] {
                         encode(DepositRefRow{4, 1}, other, bytes);
                     }},
             Surplus{{"keys", number_key(13), "the journal's record has no key"},
                     [&] { encode(key, key.sequence, bytes); }},
             Surplus{{"keys", number_key(20), "table keys, key 20"},
                     [&] {
                         key.sequence = 20;
                         encode(key, key.sequence, bytes);
                     }},
         }) {
        surplus.make();
        put(surplus.row.table, surplus.row.key, bytes);
        expect_differs(surplus.row.words);
        RawJournal(model_path()).remove(surplus.row.table, surplus.row.key);
    }
    EXPECT_EQ(verdict().state, ModelState::agrees);
}

TEST_F(VerifyModelTest, AnOpenPacketWithoutItsTimeOfExpiryIsNamed) {
    Followed followed(Rows::in_the_file);
    followed.add(story());
    auto sent = std::get<domain::PacketSent>(story()[4].event);
    sent.packet_id = {79};
    followed.add(records_of({sent}, 15));
    followed.model.reset();
    followed.journal.reset();
    const auto model = followed.folder.path() / "model";
    const auto verdict_of = [&] {
        return std::get<SoundJournal>(verify(followed.folder.path() / "journal", {}, model)).model;
    };
    EXPECT_EQ(verdict_of().state, ModelState::agrees) << verdict_of().sentence;
    RawJournal(model).remove("expiries", expiry_key({{79}, sent.expires_at}));
    EXPECT_EQ(verdict_of().sentence, "table expiries, key 79, as of record 15: the row is missing");
}

TEST_F(VerifyModelTest, AModelBehindItsJournalAgreesAsFarAsItHasCome) {
    auto more = records_of({domain::Deposited{"ann", 1, ""}, domain::Deposited{"bob", 2, ""}}, 15);
    append_in_commits(*open_journal(journal_path()), more);
    const ModelVerdict found = verdict();
    EXPECT_EQ(found.state, ModelState::agrees) << found.sentence;
    EXPECT_EQ(found.reached, 14U);
}

TEST_F(VerifyModelTest, AModelBehindItsJournalIsCheckedAsFarAsItHasCome) {
    append_in_commits(*open_journal(journal_path()),
                      records_of({domain::Deposited{"ann", 1, ""}}, 15));
    RowBytes bytes;
    encode(ClaimRow{3, 200, story_begins, 7, 0}, claim_key({77}, 2), bytes);
    put("claims", claim_key({77}, 2), bytes);
    expect_differs("table claims, key 77/2, as of record 7: account is 3");
}

TEST_F(VerifyModelTest, AMissingModelIsNoFault) {
    std::filesystem::remove_all(model_path());
    EXPECT_EQ(verdict().state, ModelState::missing);
    EXPECT_FALSE(std::filesystem::exists(model_path())) << "a look makes nothing";
}

TEST_F(VerifyModelTest, AModelThatSomebodyIsBuildingIsNotChecked) {
    std::ofstream(ModelStore::mark_in(model_path())) << "";
    const ModelVerdict found = verdict();
    EXPECT_EQ(found.state, ModelState::not_checked);
    EXPECT_NE(found.sentence.find("a start or a rebuild is at work on it"), std::string::npos);
}

TEST_F(VerifyModelTest, AModelOfAnotherJournalDiffers) {
    std::filesystem::remove_all(journal_path());
    auto options = options_for(journal_path());
    options.new_id->front() = 99;
    append_in_commits(*open_journal(options), story());
    expect_differs("is damaged, of another version or of another journal");
}

TEST_F(VerifyModelTest, AModelOfAnotherHistoryOfTheSameJournalDiffers) {
    std::filesystem::remove_all(journal_path());
    auto other = story();
    std::get<domain::Transferred>(other[11].event).memo = "gift";
    append_in_commits(*open_journal(journal_path()), other);
    expect_differs("table history, key 12, as of record 12: its record is not the journal's");
}

TEST_F(VerifyModelTest, AFileThatIsNoModelDiffers) {
    std::ofstream(model_path() / "data.mdb", std::ios::trunc) << std::string(9'000, 'x');
    expect_differs("cannot be opened");
}

TEST_F(VerifyModelTest, AModelCutShortDiffers) {
    std::filesystem::resize_file(model_path() / "data.mdb", 2 * 4'096);
    const ModelVerdict found = verdict();
    EXPECT_EQ(found.state, ModelState::differs);
}

TEST_F(VerifyModelTest, WithoutAModelAskedForNothingIsSaidOfIt) {
    const auto outcome = verify(journal_path());
    EXPECT_EQ(std::get<SoundJournal>(outcome).model.state, ModelState::not_asked);
}

} // namespace
} // namespace hongbao::persistence
