// Role: work on very many rows makes nobody wait: it is done where nobody else queues.
#include "tests/actors/engine_rig.hpp"

#include "domain/packet/up_front.hpp"
#include "persistence/record/sha256.hpp"

#include <algorithm>

namespace hongbao::testing {
namespace {

using Token = EngineRig::Token;

constexpr std::int64_t many = 6'000; // more than are handled at once
const auto large = packet_number(1);
const auto small = packet_number(2);

/// Merchant "shop", users "ann" and "bob", and a small packet of ann's.
void set_up(EngineRig& rig) {
    rig.told(open_merchant("shop"));
    rig.told(deposit("shop", 1'000'000));
    rig.open_accounts({"ann", "bob"}, 1'000);
    rig.told(send(small, "ann", 100, 10));
}

Body send_up_front(std::int64_t count) {
    Body body = send(large, "shop", 10 * count, count);
    auto& request = *std::get<std::unique_ptr<actors::AccountRequest>>(body.asked);
    auto& packet = std::get<domain::SendPacket>(request.command);
    packet.split = domain::SplitChoice{domain::SplitAlgorithm::double_mean, domain::Seed{7}};
    return body;
}

Body send_to(std::vector<domain::UserId> recipients) {
    Body body = send(large, "ann", 1, 1);
    auto& request = *std::get<std::unique_ptr<actors::AccountRequest>>(body.asked);
    std::get<domain::SendPacket>(request.command).recipients = std::move(recipients);
    return body;
}

/// The share of the first opener by the rules.
domain::Fen first_share(const EngineRig& rig) {
    for (const domain::Record& record : rig.journal.records()) {
        const auto* sent = std::get_if<domain::PacketSent>(&record.event);
        if (sent != nullptr && sent->packet_id == large) {
            return domain::shares_of(*sent, persistence::sha256).front();
        }
    }
    return 0;
}

TEST(LargeEntities, OthersAreAnsweredWhileManySharesAreDrawn) {
    EngineRig rig;
    set_up(rig);
    rig.told(send_up_front(many));
    const std::string share = "share " + std::to_string(first_share(rig));
    const Token first = rig.ask(open(large, "ann"));
    const Token again = rig.ask(open(large, "ann"));
    const Token look = rig.ask(read(large));
    const Token other = rig.ask(open(small, "bob"));
    EXPECT_TRUE(rig.run_all_but_background());
    rig.commit();
    EXPECT_TRUE(rig.run_all_but_background());
    EXPECT_EQ(rig.said(first), "waiting");
    EXPECT_EQ(rig.said(again), "waiting");
    EXPECT_EQ(rig.said(look), "packet open, 60000 in 6000");
    EXPECT_EQ(rig.said(other).substr(0, 6), "share ");
    rig.settle();
    EXPECT_EQ(rig.said(first), share);
    EXPECT_EQ(rig.said(again), share + " again");
}

TEST(LargeEntities, FewSharesAreDrawnAtOnce) {
    EngineRig rig;
    set_up(rig);
    rig.told(send_up_front(100));
    const Token first = rig.ask(open(large, "ann"));
    EXPECT_FALSE(rig.run_all_but_background());
    rig.commit();
    EXPECT_FALSE(rig.run_all_but_background());
    EXPECT_EQ(rig.said(first), "share " + std::to_string(first_share(rig)));
}

TEST(LargeEntities, APacketThatExpiresWhileItsSharesAreDrawnGivesNone) {
    EngineRig rig;
    set_up(rig);
    rig.told(send_up_front(many));
    const Token late = rig.ask(open(large, "ann"));
    rig.run_all_but_background();
    rig.clock.advance(packet_life_ms);
    rig.tick();
    rig.run_all_but_background();
    rig.settle();
    EXPECT_EQ(rig.said(late), "packet_expired");
    EXPECT_EQ(rig.balance_of("shop"), 1'000'000);
    EXPECT_EQ(rig.told(open(large, "bob")), "packet_expired");
}

TEST(LargeEntities, OthersAreAnsweredWhileALargeOneThatFellAsleepIsFreed) {
    RigOptions options;
    options.router_count = 1;
    options.awake_bytes_max = 1;
    EngineRig rig(options);
    set_up(rig);
    rig.told(send_to(users(many)));
    rig.told(read(large)); // awake
    bool is_handed_over = false;
    for (int ticks = 0; ticks < 20 && !is_handed_over; ++ticks) {
        rig.tick();
        is_handed_over = rig.run_all_but_background();
        rig.commit();
    }
    EXPECT_TRUE(is_handed_over) << "it was freed where others wait";
    EXPECT_EQ(rig.told(read("bob")), "bob 1000");
    EXPECT_EQ(rig.told(open(large, "ann")), "not_a_recipient") << "and it is woken with all rows";
}

} // namespace
} // namespace hongbao::testing
