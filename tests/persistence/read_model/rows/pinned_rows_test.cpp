// Role: the rows of the read model's tables, each spelled byte by byte: no change of code may
// change them unnoticed. Numbers take seven bits a byte, the lowest first, signed ones alternate;
// texts are behind their length; linked rows begin with room for their link; at the end is the
// seal, XXH3 seeded with the key. To change a row on purpose: raise model_format_version, then
// spell it out again. Rows of sales: pinned_sale_rows_test.cpp; of the history:
// pinned_history_rows_test.cpp.
#include "persistence/read_model/rows/tables.hpp"
#include "persistence/record/digests.hpp"
#include "tests/persistence/read_model/rows/pinned_rows.hpp"

#include <gtest/gtest.h>

namespace hongbao::persistence {
namespace {

using namespace hongbao::testing;

/// The bytes first, first + 1, …
template <std::size_t size>
std::array<std::uint8_t, size> counted(std::uint8_t first) {
    std::array<std::uint8_t, size> bytes{};
    for (std::size_t i = 0; i < size; ++i) {
        bytes[i] = static_cast<std::uint8_t>(first + i);
    }
    return bytes;
}

AccountRow account() {
    AccountRow row;
    row.account.profile = {"ann", "Ann 安", "https://example.org/a", domain::AccountType::merchant,
                           1'001};
    row.account.standing = {domain::AccountStatus::frozen,
                            1'002,
                            1'003,
                            1'004,
                            1'005,
                            std::make_shared<const domain::StatusChange>(1'006, "why")};
    row.line_count = 2'001;
    row.last_line = 2'002;
    row.last_line_of_type = {3'001, 3'002, 3'003, 3'004, 3'005, 3'006,
                             3'007, 3'008, 3'009, 3'010, 3'011};
    row.as_of = 2'004;
    return row;
}

TEST(PinnedRows, OfAnAccount) {
    expect_pinned(
        account(), std::uint64_t{7},
        "03616e6e 07416e6e20e5ae89 1568747470733a2f2f6578616d706c652e6f72672f61 01 "
        "d20f 01 d40f d60f d80f da0f 01 dc0f 03776879 d10f d20f d40f b917 ba17 bb17 bc17 bd17 "
        "be17 bf17 c017 c117 c217 c317 263c1878f5fb5664");
    AccountRow row;
    expect_pinned(row, std::uint64_t{1},
                  "00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 "
                  "445c6cacf2abfabe");
    row.account.profile = {std::string(64, 'u'), "", "", domain::AccountType::system, int_min};
    row.account.standing = {domain::AccountStatus::active, int_max, int_min, int_max, -1};
    row.line_count = row.last_line = row.as_of = uint_max;
    row.last_line_of_type.fill(uint_max);
    expect_pinned(row, uint_max,
                  "4075757575757575757575757575757575757575757575757575757575757575757575757575 "
                  "757575757575757575757575757575757575757575757575757575 00 00 02 "
                  "ffffffffffffffffff01 00 feffffffffffffffff01 ffffffffffffffffff01 "
                  "feffffffffffffffff01 01 00 ffffffffffffffffff01 ffffffffffffffffff01 "
                  "ffffffffffffffffff01 ffffffffffffffffff01 ffffffffffffffffff01 "
                  "ffffffffffffffffff01 ffffffffffffffffff01 ffffffffffffffffff01 "
                  "ffffffffffffffffff01 ffffffffffffffffff01 ffffffffffffffffff01 "
                  "ffffffffffffffffff01 ffffffffffffffffff01 ffffffffffffffffff01 "
                  "afc2601767194b60");
}

TEST(PinnedRows, OfAnAccountOfEveryTypeAndStatus) {
    using enum domain::AccountStatus;
    using enum domain::AccountType;
    const std::string front =
        "03616e6e 07416e6e20e5ae89 1568747470733a2f2f6578616d706c652e6f72672f61";
    const std::string middle = "d20f";
    const std::string back =
        "d40f d60f d80f da0f 01 dc0f 03776879 d10f d20f d40f b917 ba17 bb17 bc17 bd17 be17 bf17 "
        "c017 c117 c217 c317";
    AccountRow row = account();
    const auto expect = [&](auto type, auto status, const std::string& type_hex,
                            const std::string& status_hex) {
        row.account.profile.type = type;
        row.account.standing.status = status;
        expect_pinned_body(row, std::uint64_t{7}, front + type_hex + middle + status_hex + back);
    };
    expect(personal, active, "00", "00");
    expect(personal, frozen, "00", "01");
    expect(merchant, active, "01", "00");
    expect(merchant, frozen, "01", "01");
    expect(domain::AccountType::system, active, "02", "00");
    expect(domain::AccountType::system, frozen, "02", "01");
}

TEST(PinnedRows, OfAMarkOfAStatement) {
    const PairKey key = line_mark_key(0x0102030405060708, 0x1112131415161718);
    EXPECT_EQ(hex_of(key), "01020304050607081112131415161718");
    expect_pinned(
        LineMarkRow{2'002,
                    1'001,
                    {3'001, 3'002, 3'003, 3'004, 3'005, 3'006, 3'007, 3'008, 3'009, 3'010, 3'011}},
        key,
        "d20f d20f b917 ba17 bb17 bc17 bd17 be17 bf17 c017 c117 c217 c317 "
        "672c6890d40f32a1");
    expect_pinned(LineMarkRow{}, PairKey{},
                  "00 00 00 00 00 00 00 00 00 00 00 00 00 "
                  "626f705d9bab0b39");
}

TEST(PinnedRows, OfAPacket) {
    expect_pinned(PacketRow{.sent_sequence = 1'001,
                            .sender = "ann",
                            .remaining_fen = 1'002,
                            .claim_count = 1'003,
                            .sender_claim = 1'004,
                            .luckiest_claim = 1'005,
                            .luckiest_fen = 1'006,
                            .closed_sequence = 1'007,
                            .share_count = 1'008,
                            .recipient_count = 1'009,
                            .expires_at = 1'010,
                            .as_of = 1'011},
                  std::uint64_t{77},
                  "0000000000000000 e907 03616e6e d40f eb07 ec07 ed07 dc0f ef07 e00f f107 e40f "
                  "f307 12c107aa5b5a6b63");
    expect_pinned(PacketRow{}, std::uint64_t{0},
                  "0000000000000000 00 00 00 00 00 00 00 00 00 00 00 00 b197e47feb3c7716");
    expect_pinned(PacketRow{uint_max, std::string(64, 's'), int_max, uint_max, uint_max, uint_max,
                            int_min, uint_max, int_max, uint_max, int_min, uint_max},
                  uint_max,
                  "0000000000000000 ffffffffffffffffff01 "
                  "4073737373737373737373737373737373737373737373737373737373737373737373737373 "
                  "737373737373737373737373737373737373737373737373737373 feffffffffffffffff01 "
                  "ffffffffffffffffff01 ffffffffffffffffff01 ffffffffffffffffff01 "
                  "ffffffffffffffffff01 ffffffffffffffffff01 feffffffffffffffff01 "
                  "ffffffffffffffffff01 ffffffffffffffffff01 ffffffffffffffffff01 "
                  "28d512751770768a");
}

TEST(PinnedRows, OfRecipients) {
    expect_pinned(RecipientsRow{{"bob", "carol", "", "@"}}, std::uint64_t{78},
                  "04 03626f62 056361726f6c 00 0140 a703cee568787d41");
    expect_pinned(RecipientsRow{}, std::uint64_t{78}, "00 7aa5a4d27e398589");
    expect_pinned(RecipientsRow{std::vector<std::string>(130, "u")}, uint_max,
                  "8201 0175 0175 0175 0175 0175 0175 0175 0175 0175 0175 0175 0175 0175 0175 "
                  "0175 0175 0175 0175 0175 0175 0175 0175 0175 0175 0175 0175 0175 0175 0175 "
                  "0175 0175 0175 0175 0175 0175 0175 0175 0175 0175 0175 0175 0175 0175 0175 "
                  "0175 0175 0175 0175 0175 0175 0175 0175 0175 0175 0175 0175 0175 0175 0175 "
                  "0175 0175 0175 0175 0175 0175 0175 0175 0175 0175 0175 0175 0175 0175 0175 "
                  "0175 0175 0175 0175 0175 0175 0175 0175 0175 0175 0175 0175 0175 0175 0175 "
                  "0175 0175 0175 0175 0175 0175 0175 0175 0175 0175 0175 0175 0175 0175 0175 "
                  "0175 0175 0175 0175 0175 0175 0175 0175 0175 0175 0175 0175 0175 0175 0175 "
                  "0175 0175 0175 0175 0175 0175 0175 0175 0175 0175 0175 f7f119a70e27b16a");
}

TEST(PinnedRows, OfAClaim) {
    const PairKey key = claim_key({0x0102030405060708}, 0x1112131415161718);
    EXPECT_EQ(hex_of(key), "01020304050607081112131415161718");
    expect_pinned(ClaimRow{.account = 1'001,
                           .amount_fen = 1'002,
                           .opened_at = 1'003,
                           .sequence = 1'004,
                           .remaining_fen = 1'005},
                  key, "e907 d40f d60f ec07 da0f 10852d46c91886d2");
    expect_pinned(ClaimRow{}, claim_key({}, 0), "00 00 00 00 00 830f3460bd203a43");
    expect_pinned(ClaimRow{uint_max, int_max, int_min, uint_max, int_max},
                  claim_key({uint_max}, uint_max),
                  "ffffffffffffffffff01 feffffffffffffffff01 ffffffffffffffffff01 "
                  "ffffffffffffffffff01 feffffffffffffffff01 2b1f039fa457d929");
}

TEST(PinnedRows, OfACampaign) {
    expect_pinned(CampaignRow{.funded_sequence = 1'001,
                              .merchant = "shop",
                              .budget_fen = 1'002,
                              .remaining_fen = 1'003,
                              .shake_count = 1'004,
                              .win_count = 1'005,
                              .closed_sequence = 1'006,
                              .ends_at = 1'007,
                              .as_of = 1'008},
                  std::uint64_t{91},
                  "0000000000000000 e907 0473686f70 d40f d60f ec07 ed07 ee07 de0f f007 "
                  "18030bf2bcb76b7d");
    expect_pinned(CampaignRow{}, std::uint64_t{0},
                  "0000000000000000 00 00 00 00 00 00 00 00 00 c1d47adfa05c91c2");
    expect_pinned(CampaignRow{uint_max, std::string(64, 'm'), int_max, int_min, uint_max, uint_max,
                              uint_max, int_min, uint_max},
                  uint_max,
                  "0000000000000000 ffffffffffffffffff01 "
                  "406d6d6d6d6d6d6d6d6d6d6d6d6d6d6d6d6d6d6d6d6d6d6d6d6d6d6d6d6d6d6d6d6d6d6d6d6d "
                  "6d6d6d6d6d6d6d6d6d6d6d6d6d6d6d6d6d6d6d6d6d6d6d6d6d6d6d feffffffffffffffff01 "
                  "ffffffffffffffffff01 ffffffffffffffffff01 ffffffffffffffffff01 "
                  "ffffffffffffffffff01 ffffffffffffffffff01 ffffffffffffffffff01 "
                  "aee1da27feb0bcab");
}

TEST(PinnedRows, OfAShake) {
    const PairKey key = shake_key({0x0102030405060708}, 0x1112131415161718);
    EXPECT_EQ(hex_of(key), "01020304050607081112131415161718");
    expect_pinned(ShakeRow{.account = 1'001,
                           .shake_key = "r-1",
                           .round = 1'002,
                           .amount_fen = 1'003,
                           .drawn_at = 1'004,
                           .sequence = 1'005,
                           .win_count = 1'006,
                           .remaining_fen = 1'007},
                  key, "e907 03722d31 d40f d60f d80f ed07 ee07 de0f d1a66a2efd079caf");
    expect_pinned(ShakeRow{}, shake_key({}, 0), "00 00 00 00 00 00 00 00 b2617d0c5e0488a3");
    expect_pinned(ShakeRow{uint_max, std::string(64, 'r'), int_min, int_max, int_min, uint_max,
                           uint_max, int_max},
                  shake_key({uint_max}, uint_max),
                  "ffffffffffffffffff01 "
                  "4072727272727272727272727272727272727272727272727272727272727272727272727272 "
                  "727272727272727272727272727272727272727272727272727272 ffffffffffffffffff01 "
                  "feffffffffffffffff01 ffffffffffffffffff01 ffffffffffffffffff01 "
                  "ffffffffffffffffff01 feffffffffffffffff01 45132a04c33da3fa");
}

TEST(PinnedRows, OfTheEndOfWhatIsOpen) {
    const PairKey key = expiry_key({{0x0102030405060708}, 0x1112131415161718});
    EXPECT_EQ(hex_of(key), "11121314151617180102030405060708");
    EXPECT_EQ(key, campaign_end_key({{0x0102030405060708}, 0x1112131415161718}));
    EXPECT_EQ(key, sale_end_key({{0x0102030405060708}, 0x1112131415161718}));
    expect_pinned(EndRow{}, key, "803e137ca43cca4a");
    expect_pinned(EndRow{}, PairKey{}, "b8e42bc7bbe51e12");
    expect_pinned(EndRow{}, expiry_key({{uint_max}, -1}), "105cda86640894c3");
}

TEST(PinnedRows, OfAPlaceOnAList) {
    const ListedKey place{{List::sales_of_group, 0x0102030405060708, 9}, 0x1112131415161718};
    const auto key = place_key(place);
    EXPECT_EQ(hex_of(key), "040102030405060708091112131415161718");
    EXPECT_EQ(key_in<ListedKey>(key), place);
    EXPECT_FALSE(key_in<ListedKey>(Bytes(key).first(17)));
    expect_pinned(ListedRow{}, key, "978821895b713a82");
    EXPECT_EQ(owner_of_group("Dune 沙丘"), 16'514'036'783'959'900'417U);
    EXPECT_EQ(static_cast<int>(List::accounts), 0);
    EXPECT_EQ(static_cast<int>(List::packets), 1);
    EXPECT_EQ(static_cast<int>(List::campaigns), 2);
    EXPECT_EQ(static_cast<int>(List::sales), 3);
    EXPECT_EQ(static_cast<int>(List::orders_of_sale), 5);
    EXPECT_EQ(static_cast<int>(List::orders_of_account), 6);
    EXPECT_EQ(static_cast<int>(List::operations), 7);
    EXPECT_EQ(static_cast<int>(List::days), 8);
}

TEST(PinnedRows, OfADay) {
    const DayKey key{0x0102030405060708, 0x1112131415161718};
    EXPECT_EQ(hex_of(key_bytes(key)), "01020304050607081112131415161718");
    EXPECT_EQ(key_in<DayKey>(key_bytes(key)), key);
    expect_pinned(DayRow{1'001, domain::FenSum{1'002} << 64U, 1'003, 1'004, -1'005, 1'006, -1},
                  key.bytes(),
                  "0000000000000000 e907 0000000000000000ea03000000000000 "
                  "eb030000000000000000000000000000 ec030000000000000000000000000000 "
                  "13fcffffffffffffffffffffffffffff ee030000000000000000000000000000 "
                  "ffffffffffffffffffffffffffffffff 1e2bffeaeedce01e");
}

TEST(PinnedRows, OfANumber) {
    expect_pinned(NumberRow{1'001}, std::string("ann"), "0000000000000000 e907 8dca630539b0bf7e");
    expect_pinned(NumberRow{0}, std::string(), "0000000000000000 00 77d54b12772854ae");
    expect_pinned(NumberRow{uint_max}, std::string(64, 'u'),
                  "0000000000000000 ffffffffffffffffff01 81d4f6cf52ee4d5a");
}

TEST(PinnedRows, OfWhatAUserHasOfAPacketOrACampaign) {
    const PairKey claim = claim_of_user_key({0x0102030405060708}, 0x1112131415161718);
    EXPECT_EQ(hex_of(claim), "01020304050607081112131415161718");
    expect_pinned(NumberRow{3}, std::string(as_text(claim)),
                  "0000000000000000 03 0feed5eb6bbed8fd");
    const std::string shake = shake_of_user_key({0x0102030405060708}, 0x1112131415161718, "r-1");
    EXPECT_EQ(hex_of(std::as_bytes(std::span(shake))), "01020304050607081112131415161718722d31");
    expect_pinned(NumberRow{4}, shake, "0000000000000000 04 5b2f8f8f72bc1699");
}

TEST(PinnedRows, OfAnIdempotencyKey) {
    expect_pinned(KeyRow{1'001, counted<16>(0x10), counted<16>(0x30), 1'002}, std::uint64_t{1'001},
                  "0000000000000000 101112131415161718191a1b1c1d1e1f "
                  "303132333435363738393a3b3c3d3e3f d40f b15d0724391b0401");
    expect_pinned(KeyRow{}, std::uint64_t{0},
                  "0000000000000000 00000000000000000000000000000000 "
                  "00000000000000000000000000000000 00 9df4fa9fbac8db7a");
    expect_pinned(KeyRow{uint_max, counted<16>(0xf8), counted<16>(0x78), int_min}, uint_max,
                  "0000000000000000 f8f9fafbfcfdfeff0001020304050607 "
                  "78797a7b7c7d7e7f8081828384858687 ffffffffffffffffff01 44c9ed1245d8eadd");
    EXPECT_EQ(hex_of(digest_of_key("transfer-1")), "df8a827274b2a058d783dd2acb69d610");
}

TEST(PinnedRows, OfADepositsReference) {
    const domain::Digest key = digest_of_reference("ann", "bank 7");
    EXPECT_EQ(hex_of(key), "0f93806109e6fec7f34bfbc959ee3ced");
    expect_pinned(DepositRefRow{1'001, 1'002}, key, "0000000000000000 e907 d40f 4dc67f9842bb4e62");
    expect_pinned(DepositRefRow{}, domain::Digest{}, "0000000000000000 00 00 cb357d80f7972894");
    expect_pinned(DepositRefRow{uint_max, int_max}, counted<16>(0xf8),
                  "0000000000000000 ffffffffffffffffff01 feffffffffffffffff01 b05d9f186a253dae");
}

TEST(PinnedRows, OfTheTotals) {
    ModelTotals row;
    expect_pinned(row, JournalId{},
                  "00000000000000000000000000000000 00 "
                  "0000000000000000000000000000000000000000000000000000000000000000 00 00 00 00 "
                  "00 00 00 00 00 00 00 00 00 00 00000000000000000000000000000000 "
                  "00000000000000000000000000000000 00000000000000000000000000000000 "
                  "00000000000000000000000000000000 00000000000000000000000000000000 "
                  "00000000000000000000000000000000 00000000000000000000000000000000 00 00 00 "
                  "00 c2414adf0dee8231");
    row.position = {1'001, counted<32>(0x40)};
    row.account_count = 1'002;
    row.open_packet_count = 1'003;
    row.open_campaign_count = 1'004;
    row.unclosed_sale_count = 1'005;
    row.order_count = 1'006;
    row.gateway_ref_count = 1'007;
    row.deposit_ref_count = 1'008;
    row.suspended_count = 1'009;
    row.operation_count = 1'023;
    row.access_key_count = 1'024;
    row.switch_count = 1'025;
    row.invitation_count = 1'026;
    row.webhook_count = 1'027;
    row.largest_id = 1'010;
    row.deposited_fen = domain::FenSum{1'011} << 64U | 1'012;
    row.withdrawn_fen = -1'013;
    row.held = {1'014, 1'015, 1'016, 1'017, 1'018};
    row.elapsed_ms = 1'019;
    row.last_at = 1'020;
    row.latest_at = 1'021;
    row.clock_set_back_sequence = 1'022;
    expect_pinned(row, counted<16>(0),
                  "000102030405060708090a0b0c0d0e0f e907 "
                  "404142434445464748494a4b4c4d4e4f505152535455565758595a5b5c5d5e5f ea07 eb07 "
                  "ec07 ed07 ee07 ef07 f007 f107 ff07 8008 8108 8208 8308 f207 "
                  "f403000000000000f303000000000000 "
                  "0bfcffffffffffffffffffffffffffff f6030000000000000000000000000000 "
                  "f7030000000000000000000000000000 f8030000000000000000000000000000 "
                  "f9030000000000000000000000000000 fa030000000000000000000000000000 f60f f80f "
                  "fa0f fe07 7839b1ee7f120fc4");
}

TEST(PinnedRows, OfTheEndsOfLinkedTables) {
    expect_bytes(LinkedEnds{}, OnlyOne{}, "00 00 00 00 00 00 00 00 00 00 00 00 1b12769529263cf6");
    expect_bytes(
        LinkedEnds{{1'001, 1'002, 1'003, 1'004, 1'005, 1'006, 1'007, 1'008, uint_max, 0, 0}, 1'009},
        OnlyOne{},
        "e907 ea07 eb07 ec07 ed07 ee07 ef07 f007 ffffffffffffffffff01 00 00 f107 "
        "f6614e53438385ed");
}

TEST(PinnedRows, MayHaveLongNumbersAndUnknownWords) {
    const PairKey key = waiter_key({95}, 1);
    const auto read = [&key](std::string_view body) {
        const std::string whole = std::string(body) + "00"; // it did not leave
        const auto row = decode<WaiterRow>(sealed(from_hex(whole), seed_of(key, nullptr)), key);
        return row ? std::optional(row->account) : std::nullopt;
    };
    EXPECT_EQ(read("ffffffffffffffffff01"), uint_max);
    EXPECT_EQ(read("8500"), 5U);                             // longer than it need be
    EXPECT_EQ(read("ffffffffffffffffff7f"), uint_max);       // more than 64 bits: cut
    EXPECT_EQ(read("8580808080808080808000"), std::nullopt); // eleven bytes
    EXPECT_EQ(read("85"), std::nullopt);                     // goes on
    const auto order_read = [](std::string_view status) {
        const PairKey at = order_key({95}, 1);
        const std::string body = "01 02 06 " + std::string(status) + " 0a 0c 0e 10 09 0a";
        const auto row = decode<OrderRow>(sealed(from_hex(body), seed_of(at, nullptr)), at);
        return row ? static_cast<int>(row->status) : -1;
    };
    EXPECT_EQ(order_read("04"), 4);
    EXPECT_EQ(order_read("05"), 5);   // no status today: as it is
    EXPECT_EQ(order_read("8402"), 4); // 260: cut to a byte
}

} // namespace
} // namespace hongbao::persistence
