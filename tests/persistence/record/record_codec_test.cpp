// Role: every record survives encoding; no other bytes are taken for a record, and none crash.
#include "persistence/record/bounds.hpp"
#include "persistence/record/codec.hpp"
#include "persistence/record/header.hpp"
#include "tests/persistence/journals.hpp"
#include "tests/persistence/random_records.hpp"
#include "tests/persistence/same_record.hpp"

#include <gtest/gtest.h>
#include <xxhash.h>

#include <cstring>

namespace hongbao::persistence {
namespace {

using namespace hongbao::testing;
using Bytes = std::vector<std::byte>;

Bytes encoded(const domain::Record& record) {
    RecordEncoder encoder;
    const auto bytes = encoder.encode(record);
    return {bytes.begin(), bytes.end()};
}

/// Gives altered bytes the checksum that makes them look written.
void seal(Bytes& bytes, domain::Sequence sequence) {
    const std::uint64_t checksum = XXH3_64bits_withSeed(bytes.data() + checksum_bytes,
                                                        bytes.size() - checksum_bytes, sequence);
    std::memcpy(bytes.data(), &checksum, sizeof checksum);
}

std::string complaint_of(std::span<const std::byte> bytes, domain::Sequence sequence) {
    domain::Record record;
    const auto failure = decode_record(bytes, sequence, record);
    return failure ? failure->sentence : "";
}

domain::Record opened_share() {
    return {
        7, story_begins, domain::ShareOpened{{123'456'789'012'345'678}, "user-1234567", 88}, {}};
}

TEST(RecordCodec, EveryEventSurvivesWithAnyContent) {
    RandomRecords records(20261121);
    RecordEncoder encoder;
    domain::Record decoded; // reused: nothing of the previous record may be left in it
    for (domain::Sequence sequence = 1; sequence <= 4'000; ++sequence) {
        const domain::Record record =
            records.record(records.random().below(RandomRecords::kinds), sequence);
        ASSERT_EQ(what_exceeds_bounds(record), "");
        const auto failure = decode_record(encoder.encode(record), sequence, decoded);
        ASSERT_FALSE(failure) << failure->sentence;
        ASSERT_TRUE(same_record(record, decoded)) << "record " << sequence;
    }
}

TEST(RecordCodec, AnOpenedShareTakesAtMost130Bytes) {
    EXPECT_LE(encoded(opened_share()).size(), 130U);
}

TEST(RecordCodec, AReservedOrderTakesAtMost136Bytes) {
    const domain::OrderReserved reserved{
        {123'456'789'012'345'678}, {123'456'789'012'345'679}, "user-1234567", 1, story_begins, {}};
    EXPECT_LE(encoded({7, story_begins, reserved, {}}).size(), 136U);
}

TEST(RecordCodec, TheEventTypeIsThePlaceAmongTheEventsFromOne) {
    RandomRecords records(6);
    for (std::size_t kind = 0; kind < RandomRecords::kinds; ++kind) {
        const domain::Record record = records.record(kind, 9);
        ASSERT_EQ(record.event.index(), kind);
        EXPECT_EQ(encoded(record)[9], static_cast<std::byte>(kind + 1));
    }
}

TEST(RecordCodec, TheSameRecordGivesTheSameBytesWhateverWasEncodedBefore) {
    RandomRecords records(4);
    RecordEncoder used;
    for (std::size_t kind = 0; kind < RandomRecords::kinds; ++kind) {
        const domain::Record record = records.record(kind, 9);
        const auto bytes = used.encode(record);
        EXPECT_EQ(Bytes(bytes.begin(), bytes.end()), encoded(record));
    }
}

TEST(RecordCodec, BytesAtAnOddAddressAreReadToo) {
    const Bytes bytes = encoded(opened_share());
    for (std::size_t shift = 0; shift < 8; ++shift) {
        Bytes shifted(bytes.size() + shift);
        std::memcpy(shifted.data() + shift, bytes.data(), bytes.size());
        EXPECT_EQ(complaint_of(std::span(shifted).subspan(shift), 7), "");
    }
}

TEST(RecordCodec, EverySingleFlippedBitIsFound) {
    RandomRecords records(5);
    for (std::size_t kind = 0; kind < RandomRecords::kinds; ++kind) {
        Bytes bytes = encoded(records.record(kind, 3));
        for (std::size_t bit = 0; bit < 8 * bytes.size(); ++bit) {
            bytes[bit / 8] ^= std::byte{1} << (bit % 8);
            ASSERT_NE(complaint_of(bytes, 3), "") << "kind " << kind << " bit " << bit;
            bytes[bit / 8] ^= std::byte{1} << (bit % 8);
        }
    }
}

TEST(RecordCodec, EveryCutAndEveryAddedByteIsFound) {
    Bytes bytes = encoded(opened_share());
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        ASSERT_NE(complaint_of(std::span(bytes).first(size), 7), "") << size;
    }
    bytes.push_back(std::byte{0});
    EXPECT_NE(complaint_of(bytes, 7), "");
}

TEST(RecordCodec, ARecordUnderAnotherSequenceIsFound) {
    const Bytes bytes = encoded(opened_share());
    EXPECT_EQ(complaint_of(bytes, 8), "record 8 is damaged: its checksum is wrong");
}

TEST(RecordCodec, AForeignVersionIsNamedAndRefused) {
    Bytes bytes = encoded(opened_share());
    bytes[8] = std::byte{2};
    seal(bytes, 7);
    EXPECT_EQ(complaint_of(bytes, 7), "record 7 is damaged: its format version is unknown");
}

TEST(RecordCodec, UnknownFlagsAreRefused) {
    Bytes bytes = encoded(opened_share());
    bytes[10] = std::byte{1};
    seal(bytes, 7);
    EXPECT_EQ(complaint_of(bytes, 7), "record 7 is damaged: its flags are unknown: a newer version "
                                      "may have written it");
}

domain::Record sent_packet() {
    domain::PacketSent sent;
    sent.sender = "ann";
    sent.total_fen = 100;
    sent.count = 4;
    sent.share_fen_max = 100;
    return {7, story_begins, sent, {}};
}

/// A program that does not know the fields would split such a packet its own way, so it has to be
/// stopped by the flag; and packets split as ever must not stop it.
TEST(RecordCodec, APacketSplitInANewWayIsFlaggedAndNoOther) {
    for (const bool up_front : {false, true}) {
        for (const auto algorithm :
             {domain::SplitAlgorithm::double_mean, domain::SplitAlgorithm::line_cut}) {
            domain::Record record = sent_packet();
            auto& sent = std::get<domain::PacketSent>(record.event);
            sent.split_algorithm = algorithm;
            if (up_front) {
                sent.seed = domain::Seed{1, 2, 3};
            }
            Bytes bytes = encoded(record);
            const bool is_new = up_front || algorithm == domain::SplitAlgorithm::line_cut;
            EXPECT_EQ(bytes[10], is_new ? std::byte{1} : std::byte{0});
            EXPECT_EQ(complaint_of(bytes, 7), "");
            bytes[10] ^= std::byte{1};
            seal(bytes, 7);
            EXPECT_EQ(complaint_of(bytes, 7), "record 7 is damaged: its header and its payload "
                                              "differ about how the packet is split");
            bytes[10] = std::byte{2};
            seal(bytes, 7);
            EXPECT_EQ(complaint_of(bytes, 7), "record 7 is damaged: its flags are unknown: a newer "
                                              "version may have written it");
        }
    }
}

/// A program that does not know the field would credit the money, so it has to be stopped, too.
TEST(RecordCodec, APaymentThatIsSuspendedHasAFlagOfItsOwn) {
    for (const bool is_suspended : {false, true}) {
        domain::ExternalPaymentTaken taken{{1},   {2}, "ann",
                                           "ref", 5,   domain::ExternalPaymentOutcome::too_late};
        taken.is_suspended = is_suspended;
        Bytes bytes = encoded({7, story_begins, taken, {}});
        EXPECT_EQ(bytes[10], is_suspended ? std::byte{2} : std::byte{0});
        EXPECT_EQ(complaint_of(bytes, 7), "");
        bytes[10] ^= std::byte{2};
        seal(bytes, 7);
        EXPECT_EQ(complaint_of(bytes, 7), "record 7 is damaged: its header and its payload differ "
                                          "about whether the payment is suspended");
        bytes[10] = std::byte{1};
        seal(bytes, 7);
        EXPECT_EQ(complaint_of(bytes, 7), "record 7 is damaged: its flags are unknown: a newer "
                                          "version may have written it");
    }
}

TEST(RecordCodec, EnumeratorsThatTheSchemaDoesNotNameAreRefused) {
    using namespace domain;
    PacketSent kind = std::get<PacketSent>(sent_packet().event);
    PacketSent split = kind;
    kind.kind = static_cast<PacketKind>(2);
    split.split_algorithm = static_cast<SplitAlgorithm>(2);
    const std::vector<Event> events{
        AccountOpened{"ann", "", "", static_cast<AccountType>(3)},
        AccountStatusChanged{"ann", static_cast<AccountStatus>(2), ""},
        kind,
        split,
        ExternalPaymentTaken{{1}, {2}, "ann", "ref", 5, static_cast<ExternalPaymentOutcome>(5)},
        SuspendedPaymentDecided{{1}, {2}, "ann", "ref", 5, static_cast<SuspensionEnd>(2), ""},
    };
    for (const Event& event : events) {
        const std::string complaint = complaint_of(encoded({7, story_begins, event, {}}), 7);
        EXPECT_NE(complaint.find("is unknown"), std::string::npos) << complaint;
    }
}

TEST(RecordCodec, HeaderAndPayloadHaveToNameTheSameEvent) {
    Bytes bytes = encoded(opened_share());
    bytes[9] = std::byte{8};
    seal(bytes, 7);
    EXPECT_EQ(complaint_of(bytes, 7),
              "record 7 is damaged: its header and its payload name different events");
}

TEST(RecordCodec, BytesWithAGoodChecksumNeverCrashTheDecoder) {
    RandomRecords records(77);
    SeededRandom& random = records.random();
    std::size_t refused = 0;
    for (int round = 0; round < 60'000; ++round) {
        Bytes bytes = encoded(records.record(random.below(RandomRecords::kinds), 5));
        if (bytes.size() > 1'024) {
            continue; // damage in small records hits tables more often
        }
        for (std::uint64_t left = 1 + random.below(4); left > 0; --left) {
            bytes[16 + random.below(bytes.size() - 16)] = static_cast<std::byte>(random.below(256));
        }
        seal(bytes, 5);
        domain::Record decoded;
        const bool taken = !decode_record(bytes, 5, decoded);
        // A record that is accepted must be fit for everything that follows.
        ASSERT_TRUE(!taken || what_exceeds_bounds(decoded).empty());
        refused += taken ? 0 : 1;
    }
    EXPECT_GT(refused, 1'000U);
}

TEST(RecordCodec, RandomBytesNeverCrashTheDecoder) {
    SeededRandom random(78);
    for (int round = 0; round < 100'000; ++round) {
        Bytes bytes(16 + random.below(200));
        for (std::byte& byte : bytes) {
            byte = static_cast<std::byte>(random.below(round % 2 == 0 ? 256 : 24));
        }
        bytes[8] = std::byte{record_format_version};
        bytes[9] = static_cast<std::byte>(1 + random.below(RandomRecords::kinds));
        bytes[10] = bytes[11] = std::byte{0};
        const auto payload_bytes = static_cast<std::uint32_t>(bytes.size() - 16);
        std::memcpy(&bytes[12], &payload_bytes, sizeof payload_bytes);
        seal(bytes, 5);
        ASSERT_NE(complaint_of(bytes, 5), "");
    }
}

TEST(RecordCodecDeathTest, ARecordOutOfBoundsIsNeverWritten) {
    domain::Record record = opened_share();
    std::get<domain::ShareOpened>(record.event).amount_fen = 0;
    RecordEncoder encoder;
    EXPECT_DEATH(encoder.encode(record), "a record keeps to its bounds");
}

} // namespace
} // namespace hongbao::persistence
