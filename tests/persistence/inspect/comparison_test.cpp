// Role: each field of each row of the read model is compared with the journal, and the one that
// differs is named.
#include "persistence/record/digests.hpp"
#include "tests/persistence/verified_model.hpp"

#include <gtest/gtest.h>

namespace hongbao::persistence {
namespace {

using namespace hongbao::testing;

TEST_F(VerifyModelTest, AModelThatFollowsItsJournalAgrees) {
    const ModelVerdict found = verdict();
    EXPECT_EQ(found.state, ModelState::agrees) << found.sentence;
    EXPECT_EQ(found.reached, 14U);
}

TEST_F(VerifyModelTest, EachFieldOfAnAccountIsHeldAgainstTheJournal) {
    expect_each_differs<Accounts>(
        1, "table accounts, key 1 (user ann), as of record 14: ",
        {{"user_id is \"eve\", by the journal it is \"ann\"",
          [](AccountRow& row) { row.account.profile.user_id = "eve"; }},
         {"its name", [](AccountRow& row) { row.account.profile.username = "Anna"; }},
         {"its name", [](AccountRow& row) { row.account.profile.avatar_url.clear(); }},
         {"type is 0, by the journal it is 1",
          [](AccountRow& row) { row.account.profile.type = {}; }},
         {"created_at is ", [](AccountRow& row) { row.account.profile.created_at += 1; }},
         {"status is 1, by the journal it is 0",
          [](AccountRow& row) { row.account.standing.status = domain::AccountStatus::frozen; }},
         {"balance_fen is 3401, by the journal it is 3400",
          [](AccountRow& row) { row.account.standing.balance_fen += 1; }},
         {"send_day", [](AccountRow& row) { row.account.standing.send_day += 1; }},
         {"sends_on_day is 3, by the journal it is 2",
          [](AccountRow& row) { row.account.standing.sends_on_day += 1; }},
         {"sent_on_day_fen is 1301, by the journal it is 1300",
          [](AccountRow& row) { row.account.standing.sent_on_day_fen += 1; }},
         {"status_change is \"5 why\", by the journal it is \"\"",
          [](AccountRow& row) {
              row.account.standing.status_change =
                  std::make_shared<const domain::StatusChange>(domain::StatusChange{5, "why"});
          }},
         {"line_count is 7, by the journal it is 6", [](AccountRow& row) { row.line_count += 1; }},
         {"last_line is 11, by the journal it is 12", [](AccountRow& row) { row.last_line = 11; }},
         {"last_line_of_type is 0, by the journal it is 11",
          [](AccountRow& row) { row.last_line_of_type[5] = 0; }},
         {"as_of is 13, by the journal it is 12", [](AccountRow& row) { row.as_of = 13; }}});
    EXPECT_EQ(verdict().state, ModelState::agrees);
}

TEST_F(VerifyModelTest, EachFieldOfAPacketIsHeldAgainstTheJournal) {
    expect_each_differs<Packets>(
        {78}, "table packets, key 78, as of record 14: ",
        {{"sent_sequence is 5, by the journal it is 8",
          [](PacketRow& row) { row.sent_sequence = 5; }},
         {"sender is \"bob\", by the journal it is \"ann\"",
          [](PacketRow& row) { row.sender = "bob"; }},
         {"remaining_fen is 1", [](PacketRow& row) { row.remaining_fen = 1; }},
         {"claim_count is 2", [](PacketRow& row) { row.claim_count = 2; }},
         {"sender_claim is 1", [](PacketRow& row) { row.sender_claim = 1; }},
         {"luckiest_claim is 9", [](PacketRow& row) { row.luckiest_claim = 9; }},
         {"luckiest_fen is 9", [](PacketRow& row) { row.luckiest_fen = 9; }},
         {"closed_sequence is 0, by the journal it is 11",
          [](PacketRow& row) { row.closed_sequence = 0; }},
         {"as_of is 9", [](PacketRow& row) { row.as_of = 9; }}});
}

TEST_F(VerifyModelTest, EachFieldOfAClaimIsHeldAgainstTheJournal) {
    expect_each_differs<Claims>(
        {{77}, 2}, "table claims, key 77/2, as of record 7: ",
        {{"account is 3, by the journal it is 1", [](ClaimRow& row) { row.account = 3; }},
         {"amount_fen is 201", [](ClaimRow& row) { row.amount_fen += 1; }},
         {"opened_at", [](ClaimRow& row) { row.opened_at += 1; }},
         {"remaining_fen is ", [](ClaimRow& row) { row.remaining_fen += 1; }}});
}

TEST_F(VerifyModelTest, EachFieldOfAStatementLineIsHeldAgainstTheJournal) {
    struct Altered {
        const char* words;
        void (*alter)(Sides&);
    };
    const std::uint64_t sequence = 12; // ann's transfer to carol
    const RowBytes good = get("history", key_of(sequence));
    RecordEncoder encoder;
    for (const Altered& altered : {
             Altered{"number of sides is 1, by the journal it is 2",
                     [](Sides& sides) { sides.count = 1; }},
             Altered{"account is 2, by the journal it is 1",
                     [](Sides& sides) { sides.side[0].account = 2; }},
             Altered{"type is 1", [](Sides& sides) { sides.side[1].type = EntryType::withdrawal; }},
             Altered{"line_no is 3", [](Sides& sides) { sides.side[1].line_no = 3; }},
             Altered{"balance_after_fen is 3401",
                     [](Sides& sides) { sides.side[0].balance_after_fen += 1; }},
             Altered{"line before is 8, by the journal it is 11",
                     [](Sides& sides) { sides.side[0].before = 8; }},
             Altered{"line before of its type is 4, by the journal it is 0",
                     [](Sides& sides) { sides.side[0].before_of_type = 4; }},
         }) {
        Sides sides = decode<HistoryRow>(good, sequence)->sides;
        altered.alter(sides);
        RowBytes bytes;
        encode(sides, story()[11], encoder, bytes);
        put("history", key_of(sequence), bytes);
        expect_differs("table history, key 12, as of record 12: ");
        expect_differs(altered.words);
    }
}

TEST_F(VerifyModelTest, ARecordInTheHistoryIsHeldAgainstTheJournals) {
    RecordEncoder encoder;
    RowBytes bytes;
    domain::Record transfer = story()[11];
    std::get<domain::Transferred>(transfer.event).memo = "gift";
    const std::uint64_t twelve = 12;
    const Sides sides = decode<HistoryRow>(get("history", key_of(twelve)), twelve)->sides;
    encode(sides, transfer, encoder, bytes);
    put("history", key_of(twelve), bytes);
    expect_differs("table history, key 12, as of record 12: its record is not the journal's");
}

TEST_F(VerifyModelTest, AShareInTheHistoryIsHeldAgainstTheJournals) {
    RecordEncoder encoder;
    const std::uint64_t six = 6;
    const RowBytes good = get("history", key_of(six));
    const Sides sides = decode<HistoryRow>(good, six)->sides;
    const auto put_share = [&](const domain::Record& record) {
        RowBytes bytes;
        encode(sides, record, encoder, bytes);
        put("history", key_of(six), bytes);
    };
    domain::Record share = story()[5];
    std::get<domain::ShareOpened>(share.event).amount_fen = 301;
    put_share(share);
    expect_differs("table history, key 6, as of record 6: amount_fen is 301");
    share = story()[5];
    std::get<domain::ShareOpened>(share.event).packet_id = {78};
    put_share(share);
    expect_differs("packet is 78, by the journal it is 77");
    share = story()[5];
    share.at += 1;
    put_share(share);
    expect_differs("opened_at");
    share.event = story()[10].event; // same sides, another event
    put_share(share);
    expect_differs("its record is not the journal's");
}

TEST_F(VerifyModelTest, EachFieldOfAKeyIsHeldAgainstTheJournal) {
    expect_each_differs<Keys>(12, "table keys, key 12, as of record 12: ",
                              {{"digest is ", [](KeyRow& row) { row.digest[3] ^= 1; }},
                               {"fingerprint", [](KeyRow& row) { row.fingerprint[3] ^= 1; }},
                               {"elapsed_ms is 11001, by the journal it is 11000",
                                [](KeyRow& row) { row.elapsed_ms += 1; }}});
}

TEST_F(VerifyModelTest, EachFieldOfTheTotalsIsHeldAgainstTheJournal) {
    struct Altered {
        const char* words;
        void (*alter)(ModelTotals&);
    };
    const std::string key = "totals";
    const RowBytes good = get("totals", key_of(key));
    for (const Altered& altered : {
             Altered{"account_count is 4", [](ModelTotals& row) { row.account_count = 4; }},
             Altered{"deposit_ref_count is 2", [](ModelTotals& row) { row.deposit_ref_count = 2; }},
             Altered{"deposits or withdrawals", [](ModelTotals& row) { row.deposited_fen += 1; }},
             Altered{"deposits or withdrawals", [](ModelTotals& row) { row.withdrawn_fen += 1; }},
             Altered{"elapsed_ms", [](ModelTotals& row) { row.elapsed_ms += 1; }},
             Altered{"last_at", [](ModelTotals& row) { row.last_at += 1; }},
             Altered{"latest_at", [](ModelTotals& row) { row.latest_at += 1; }},
             Altered{"clock_set_back_sequence",
                     [](ModelTotals& row) { row.clock_set_back_sequence += 1; }},
             Altered{"its hash is not the journal's chain there",
                     [](ModelTotals& row) { row.position.chain_hash[0] ^= 1; }},
             Altered{"it has reached that record, but the journal ends at 14",
                     [](ModelTotals& row) { row.position.last_sequence = 15; }},
         }) {
        ModelTotals row = *decode_totals(good, sample_id());
        altered.alter(row);
        RowBytes bytes;
        encode(row, sample_id(), bytes);
        put("totals", key_of(key), bytes);
        expect_differs("table totals, key totals, as of record ");
        expect_differs(altered.words);
    }
}

TEST_F(VerifyModelTest, WhatAReferenceStandsForIsHeldAgainstTheJournal) {
    const auto digest = digest_of_reference("ann", "cash");
    for (const auto& [row, words] :
         {std::pair{DepositRefRow{5, 5'000}, "sequence is 5, by the journal it is 4"},
          std::pair{DepositRefRow{4, 5'001}, "amount_fen is 5001, by the journal it is 5000"}}) {
        RowBytes bytes;
        encode(row, digest, bytes);
        put("deposit_refs", std::as_bytes(std::span(digest)), bytes);
        expect_differs(std::string("table deposit_refs, key ann cash, as of record 4: ") + words);
    }
}

TEST_F(VerifyModelTest, TheNumberOfAnAccountIsHeldAgainstTheJournal) {
    RowBytes bytes;
    encode(NumberRow{3}, "bob", bytes);
    put("numbers", key_of(std::string_view("bob")), bytes);
    expect_differs("table numbers, key bob, as of record 2: number is 3, by the journal it is 2");
}

} // namespace
} // namespace hongbao::persistence
