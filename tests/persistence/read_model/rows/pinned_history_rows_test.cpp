// Role: the rows of the read model's history, each spelled byte by byte (pinned_rows_test.cpp says
// how): no change of code may change them unnoticed. A row is the sides of a record, one byte that
// says which form follows, and the record as the journal has it; or, of most shares, its numbers.
#include "persistence/read_model/rows/tables.hpp"
#include "tests/persistence/journals.hpp"
#include "tests/persistence/read_model/rows/pinned_rows.hpp"
#include "tests/persistence/same_record.hpp"

#include <gtest/gtest.h>

namespace hongbao::persistence {
namespace {

using namespace hongbao::testing;

RowBytes written(const Sides& sides, const domain::Record& record) {
    RecordEncoder encoder;
    RowBytes bytes;
    encode(sides, record, encoder, bytes);
    return bytes;
}
std::optional<HistoryRow> read(Bytes bytes, domain::Sequence sequence) {
    return decode<HistoryRow>(bytes, sequence);
}

auto fields(const Sides& sides) {
    const auto fields = [](const Side& side) {
        const auto& [account, type, line_no, balance_after_fen, before, before_of_type] = side;
        return std::tuple(account, type, line_no, balance_after_fen, before, before_of_type);
    };
    return std::tuple(fields(sides.side[0]), fields(sides.side[1]), sides.count);
}

Sides sides_of(std::initializer_list<Side> sides) {
    Sides all;
    for (const Side& side : sides) {
        all.add(side);
    }
    return all;
}

Side side(EntryType type = EntryType::share_open) {
    return {1'001, type, 1'002, 1'003, 1'004, 1'005};
}

/// `kept`: the record that is read back.
void expect_record(const Sides& sides, const domain::Record& record, const domain::Record& kept,
                   std::string_view hex) {
    EXPECT_EQ(hex_of(written(sides, record)), joined(hex));
    const RowBytes bytes = from_hex(hex);
    const auto row = read(bytes, record.sequence);
    ASSERT_TRUE(row);
    EXPECT_TRUE(fields(row->sides) == fields(sides));
    EXPECT_FALSE(row->share);
    domain::Record decoded;
    const auto failure = decode_record(row->record, record.sequence, decoded);
    ASSERT_FALSE(failure) << failure->sentence;
    EXPECT_TRUE(same_record(decoded, kept));
    EXPECT_FALSE(read(bytes, record.sequence + 1));
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        EXPECT_FALSE(read(Bytes(bytes).first(size), record.sequence)) << "cut to " << size;
    }
    // Resealed, a record of another length is still a row, but not a record.
    const RowBytes body(bytes.begin(), bytes.end() - seal_bytes);
    const std::size_t begin = body.size() - row->record.size();
    for (std::size_t size = 0; size < body.size(); ++size) {
        const Bytes cut = Bytes(body).first(size);
        const RowBytes resealed = sealed({cut.begin(), cut.end()}, record.sequence);
        const auto shorter = read(resealed, record.sequence);
        EXPECT_EQ(shorter.has_value(), size >= begin) << "cut to " << size << " and sealed";
        EXPECT_TRUE(!shorter || decode_record(shorter->record, record.sequence, decoded));
    }
    RowBytes longer = body;
    longer.push_back(std::byte{0});
    longer = sealed(longer, record.sequence);
    const auto longer_row = read(longer, record.sequence);
    ASSERT_TRUE(longer_row);
    EXPECT_TRUE(decode_record(longer_row->record, record.sequence, decoded));
}

domain::Record record_of(domain::Event event, const char* key = nullptr) {
    domain::Record record{9, story_begins, std::move(event), {}};
    if (key != nullptr) {
        record.idempotency = domain::IdempotencyTag{key, sample_digest(0x10)};
    }
    return record;
}

TEST(PinnedHistoryRows, OfARecordWithoutSides) {
    const auto record = record_of(
        domain::AccountStatusChanged{"carol", domain::AccountStatus::frozen, "asked for it"});
    expect_record({}, record, record,
                  "00 00 "
                  "c935c836b7b00de80102000068000000140000000000000000000a001a000c00070008000a00 "
                  "0000000000021c0000008b7daafca10100000000000000000a001000080007000c000a000000 "
                  "000000010800000010000000050000006361726f6c0000000c00000061736b656420666f7220 "
                  "697400000000 668b0ad66949cb05");
}

TEST(PinnedHistoryRows, OfARecordWithOneSide) {
    const auto record = record_of(domain::Deposited{"ann", 5'000, ""});
    expect_record(sides_of({side(EntryType::deposit)}), record, record,
                  "01 e907 00 ea07 d60f ec07 ed07 00 "
                  "e8fc7c8b0722f0fc0103000048000000140000000000000000000a0014000c00070008000a00 "
                  "000000000003140000008b7daafca10100000800100004000800080000000c00000088130000 "
                  "0000000003000000616e6e00 810ae89dbb06e180");
}

TEST(PinnedHistoryRows, OfARecordWithTwoSidesAndAKey) {
    const auto record = record_of(domain::Transferred{"ann", "bob", 700, "rent"}, "k");
    expect_record(sides_of({{uint_max, EntryType::transfer, 1, int_max, 0, 0},
                            {2, EntryType::transfer, 3, int_min, 4, 5}}),
                  record, record,
                  "02 ffffffffffffffffff01 02 01 feffffffffffffffff01 00 00 02 02 03 "
                  "ffffffffffffffffff01 04 05 00 "
                  "9ee0169156fc2e630105000090000000180000000000000000000e002c002000070008000c00 "
                  "10000e000000000000053800000020000000101112131415161718191a1b1c1d1e1f8b7daafc "
                  "a101000000000000010000006b0000000c001c000400080010000c000c000000180000001c00 "
                  "000020000000bc020000000000000000000003000000616e6e0003000000626f620004000000 "
                  "72656e7400000000 40c7f55ff6d4e2e7");
}

TEST(PinnedHistoryRows, OfAShareWithAKey) {
    const auto record = record_of(domain::ShareOpened{{77}, "bob", 300}, "k");
    expect_record(sides_of({side()}), record, record,
                  "01 e907 04 ea07 d60f ec07 ed07 00 "
                  "91a740c37aba41080107000070000000180000000000000000000e0028002000070008000c00 "
                  "10000e00000000000007300000001c000000101112131415161718191a1b1c1d1e1f8b7daafc "
                  "a1010000010000006b000a0018000800040010000a000000140000004d000000000000002c01 "
                  "00000000000003000000626f6200 bb90d68bc6288885");
}

domain::PacketSent sent_to(std::vector<domain::UserId> recipients) {
    return {{78},  "ann",     domain::PacketKind::equal, 300,
            3,     "for you", std::move(recipients),     sample_digest(0x20),
            false, 20'000,    story_begins + 60'000};
}

TEST(PinnedHistoryRows, OfASendToManyHasTheFirstOfThem) {
    const auto sides = sides_of({side(EntryType::packet_send)});
    for (const auto& recipients : {std::vector<domain::UserId>{"bob", "carol"},
                                   std::vector<domain::UserId>{"bob", "dave", "carol"}}) {
        const auto record = record_of(sent_to(recipients));
        expect_record(
            sides, record, record_of(sent_to({"bob"})),
            "01 e907 03 ea07 d60f ec07 ed07 00 "
            "1b3293e18e7bb8cb01060000b8000000140000000000000000000a001a000c00070008000a00 "
            "0000000000062c0000008b7daafca10100000000000000001a004c0020000400000028003000 "
            "08000c0010000000380040001a000000480000004c0000005400000020212223242526272829 "
            "2a2b2c2d2e2f4e000000000000002c010000000000000300000000000000204e000000000000 "
            "eb67abfca10100000000000003000000616e6e0007000000666f7220796f7500010000000400 "
            "000003000000626f6200 4dca2c437cec2077");
    }
}

TEST(PinnedHistoryRows, OfASendToOne) {
    const auto record = record_of(sent_to({"bob"}));
    expect_record(sides_of({side(EntryType::packet_send)}), record, record,
                  "01 e907 03 ea07 d60f ec07 ed07 00 "
                  "1b3293e18e7bb8cb01060000b8000000140000000000000000000a001a000c00070008000a00 "
                  "0000000000062c0000008b7daafca10100000000000000001a004c0020000400000028003000 "
                  "08000c0010000000380040001a000000480000004c0000005400000020212223242526272829 "
                  "2a2b2c2d2e2f4e000000000000002c010000000000000300000000000000204e000000000000 "
                  "eb67abfca10100000000000003000000616e6e0007000000666f7220796f7500010000000400 "
                  "000003000000626f6200 4dca2c437cec2077");
}

void expect_share(const Side& side, const domain::ShareOpened& share, domain::InstantMs at,
                  std::string_view hex) {
    const domain::Record record{uint_max, at, share, {}};
    EXPECT_EQ(hex_of(written(sides_of({side}), record)), joined(hex));
    const RowBytes bytes = from_hex(hex);
    const auto row = read(bytes, uint_max);
    ASSERT_TRUE(row);
    EXPECT_TRUE(fields(row->sides) == fields(sides_of({side})));
    ASSERT_TRUE(row->share);
    EXPECT_EQ(row->share->packet_id, share.packet_id);
    EXPECT_EQ(row->share->user_id, "");
    EXPECT_EQ(row->share->amount_fen, share.amount_fen);
    EXPECT_EQ(row->share_opened_at, at);
    EXPECT_TRUE(row->record.empty());
    EXPECT_FALSE(read(bytes, 1));
    const RowBytes body(bytes.begin(), bytes.end() - seal_bytes);
    for (std::size_t size = 0; size < body.size(); ++size) {
        const Bytes cut = Bytes(body).first(size);
        EXPECT_FALSE(read(sealed({cut.begin(), cut.end()}, uint_max), uint_max)) << size;
        EXPECT_FALSE(read(cut, uint_max)) << size;
    }
    RowBytes longer = body;
    longer.push_back(std::byte{0});
    EXPECT_FALSE(read(sealed(longer, uint_max), uint_max));
}

TEST(PinnedHistoryRows, OfAShare) {
    expect_share(side(), {{77}, "bob", 1'006}, 1'007,
                 "01 e907 04 ea07 d60f ec07 ed07 01 4d dc0f de0f bcbd40033261258c");
    expect_share({uint_max, EntryType::share_open, uint_max, int_max, uint_max, uint_max},
                 {{uint_max}, "bob", int_max}, int_min,
                 "01 ffffffffffffffffff01 04 ffffffffffffffffff01 feffffffffffffffff01 "
                 "ffffffffffffffffff01 ffffffffffffffffff01 01 ffffffffffffffffff01 "
                 "feffffffffffffffff01 ffffffffffffffffff01 dfa213bed16590c6");
}

TEST(PinnedHistoryRows, OfAShareHaveOneSideAndNoneHasThree) {
    const auto is_sound = [](std::string_view body) {
        return read(sealed(from_hex(body), 9), 9).has_value();
    };
    const std::string a_side = "01 04 02 06 04 05 ";
    const std::string a_share = "01 4d ac04 02";
    EXPECT_FALSE(is_sound("00" + a_share));
    EXPECT_TRUE(is_sound("01" + a_side + a_share));
    EXPECT_FALSE(is_sound("02" + a_side + a_side + a_share));
    EXPECT_TRUE(is_sound("02" + a_side + a_side + "00"));
    EXPECT_FALSE(is_sound("03" + a_side + a_side + a_side + "00"));
    EXPECT_TRUE(is_sound("01" + a_side + "02" + "1234")); // no form today: read as a record
}

TEST(PinnedHistoryRows, HaveTheTypesOfEntriesByTheseNumbers) {
    using enum EntryType;
    std::uint8_t number = 0;
    for (const EntryType type :
         {deposit, withdrawal, transfer, packet_send, share_open, refund, campaign_fund, shake_win,
          order_payment, external_payment, sale_payout}) {
        const auto bytes = written(sides_of({{1, type, 2, 3, 4, 5}}),
                                   record_of(domain::ShareOpened{{77}, "bob", 300}));
        const auto row = read(bytes, 9);
        EXPECT_EQ(static_cast<std::uint8_t>(bytes[2]), number++);
        ASSERT_TRUE(row);
        EXPECT_EQ(row->sides.side[0].type, type);
    }
}

} // namespace
} // namespace hongbao::persistence
