// Role: a packet that thousands may open costs its lists no more than any other packet; its
// recipients are known again when it is woken.
#include "tests/persistence/followed.hpp"
#include "tests/persistence/verified_model.hpp"

#include <gtest/gtest.h>

namespace hongbao::persistence {
namespace {

using namespace hongbao::testing;
using Names = std::vector<domain::UserId>;

constexpr std::size_t recipients_many = 3'000;

/// In no order.
Names names(std::size_t count) {
    Names all;
    for (std::size_t n = 0; n < count; ++n) {
        all.push_back("friend-" + std::to_string((n * 7'919) % count));
    }
    return all;
}

domain::PacketSent sent_to(std::uint64_t packet_id, Names recipients) {
    domain::PacketSent sent;
    sent.packet_id = {packet_id};
    sent.sender = "ann";
    sent.total_fen = 300;
    sent.count = 1;
    sent.recipients = std::move(recipients);
    sent.share_fen_max = 20'000;
    sent.expires_at = story_begins + domain::ms_per_day;
    return sent;
}

/// Four packets of ann's: for many, for two, for one, and for anyone; bob has emptied the second.
std::vector<domain::Record> sends() {
    return records_of({
        domain::AccountOpened{"ann", "Ann", "", {}},
        domain::AccountOpened{"bob", "Bob", "", {}},
        domain::Deposited{"ann", 5'000, ""},
        sent_to(71, names(recipients_many)),
        sent_to(72, {"zoe", "bob"}),
        sent_to(73, {"bob"}),
        sent_to(74, {}),
        domain::ShareOpened{{72}, "bob", 300},
    });
}

class Recipients : public ::testing::TestWithParam<Rows> {};

INSTANTIATE_TEST_SUITE_P(Everywhere, Recipients, ::testing::ValuesIn(everywhere));

TEST_P(Recipients, AreNotInListsButForTheFirst) {
    Followed followed(GetParam());
    followed.add(sends());
    const auto sent = followed.model->packets_sent("ann", {}).items;
    ASSERT_EQ(sent.size(), 4U);
    EXPECT_EQ(sent[0].packet.terms.recipients, Names{});
    EXPECT_EQ(sent[1].packet.terms.recipients, Names{"bob"});
    EXPECT_EQ(sent[2].packet.terms.recipients, Names{"zoe"});
    EXPECT_EQ(sent[3].packet.terms.recipients, Names{names(recipients_many).front()});
    EXPECT_EQ(sent[3].packet.remaining_fen, 300);
    EXPECT_EQ(sent[3].packet.created_at, sent[2].packet.created_at - 1'000);
    const auto received = followed.model->packets_received("bob", {}).items;
    ASSERT_EQ(received.size(), 1U);
    EXPECT_EQ(received[0].packet.terms.recipients, Names{"zoe"});
    const auto settled = followed.model->settled_record(4);
    ASSERT_TRUE(settled);
    EXPECT_EQ(std::get<domain::PacketSent>(settled->record.event).recipients.size(), 1U);
}

TEST_P(Recipients, AreAllThereWhenThePacketIsWoken) {
    Followed followed(GetParam());
    followed.add(sends());
    const auto expected = [](Names all) {
        std::sort(all.begin(), all.end());
        return all;
    };
    const auto recipients_of = [&](std::uint64_t packet_id) {
        return followed.model->packet({packet_id}).value().packet.terms.recipients;
    };
    EXPECT_EQ(recipients_of(71), expected(names(recipients_many)));
    EXPECT_EQ(recipients_of(72), (Names{"bob", "zoe"}));
    EXPECT_EQ(recipients_of(73), Names{"bob"});
    EXPECT_EQ(recipients_of(74), Names{});
}

TEST_P(Recipients, APacketOnAListIsAsItStands) {
    Followed followed(GetParam());
    followed.add(sends());
    followed.add(records_of({domain::PacketClosed{{74}, "ann", 300, 7}}, 9));
    const auto sent = followed.model->packets_sent("ann", {}).items;
    ASSERT_EQ(sent.size(), 4U);
    const domain::Packet& closed = sent[0].packet;
    EXPECT_EQ(closed.refund_fen, 300);
    EXPECT_TRUE(closed.closed_at.has_value());
    EXPECT_FALSE(closed.exhausted());
    const domain::Packet& exhausted = sent[2].packet;
    EXPECT_TRUE(exhausted.exhausted());
    EXPECT_EQ(exhausted.luckiest_user_id, "bob");
    EXPECT_EQ(exhausted.luckiest_fen, 300);
    EXPECT_GT(exhausted.last_opened_at, exhausted.created_at);
    EXPECT_EQ(exhausted.remaining_fen, 0);
    EXPECT_EQ(sent[1].packet.remaining_count, 1);
}

class VerifyRecipients : public VerifyModelTest {
  protected:
    VerifyRecipients() : VerifyModelTest(sends()) {}
    void write(std::uint64_t packet_id, const Names& recipients) {
        RowBytes bytes;
        encode(RecipientsRow{recipients}, packet_id, bytes);
        put("recipients", key_of(packet_id), bytes);
    }
};

TEST_F(VerifyRecipients, AreHeldAgainstTheJournal) {
    EXPECT_EQ(verdict().state, ModelState::agrees) << verdict().sentence;
    write(72, {"zoe", "eve"});
    expect_differs("table recipients, key 72, as of record 5: they are not the journal's");
    write(72, {"zoe", "bob"});
    write(74, {"zoe", "bob"});
    expect_differs("table recipients, key 74, as of record 8: no record of the journal has made");
}

} // namespace
} // namespace hongbao::persistence
