// Role: wrong pass phrases are counted for each packet and user, even while the packet sleeps (rule
// 11a), and take no more memory than allowed.
#include "actors/environment/phrase_guard.hpp"
#include "tests/actors/engine_rig.hpp"

#include <string>

namespace hongbao::testing {
namespace {

const auto packet = packet_number(1);
constexpr domain::Digest right{7};

Body guess(const std::string& user_id, const domain::Digest& phrase,
           domain::PacketId packet_id = packet) {
    domain::OpenShare open;
    open.packet_id = packet_id;
    open.user_id = user_id;
    open.passphrase_digest = phrase;
    return open;
}

Body send_locked(domain::PacketId packet_id) {
    domain::SendPacket send;
    send.packet_id = packet_id;
    send.sender = "ann";
    send.kind = domain::PacketKind::equal;
    send.share_fen = 10;
    send.count = 5;
    send.passphrase_digest = right;
    send.life_s = 3 * 3'600;
    return command(std::move(send));
}

void begin(EngineRig& rig) {
    rig.open_accounts({"ann"}, 1'000);
    rig.open_accounts(users(3), 0);
    rig.told(send_locked(packet));
}

/// As if they came in one batch of the same user.
std::string last_of(EngineRig& rig, const std::string& user_id, std::size_t times) {
    std::vector<Body> guesses;
    for (std::size_t n = 0; n < times; ++n) {
        guesses.push_back(guess(user_id, domain::Digest{1}));
    }
    const auto tokens = rig.ask_all(std::move(guesses));
    rig.settle();
    return rig.said(tokens.back());
}

TEST(Guessing, EachItemOfABatchCounts) {
    EngineRig rig;
    begin(rig);
    EXPECT_EQ(last_of(rig, "u0", 5), "wrong_passphrase");
    EXPECT_EQ(last_of(rig, "u0", 100'000), "try again in 1 s");
    EXPECT_EQ(rig.told(guess("u0", right)), "try again in 1 s");
    EXPECT_EQ(rig.told(guess("u1", right)), "share 10");
    rig.clock.advance(999);
    EXPECT_EQ(rig.told(guess("u0", right)), "try again in 1 s") << "rounded up";
    rig.clock.advance(1);
    EXPECT_EQ(rig.told(guess("u0", domain::Digest{2})), "try again in 2 s");
    rig.clock.advance(2'000);
    EXPECT_EQ(rig.told(guess("u0", right)), "share 10");
    EXPECT_EQ(rig.told(guess("u0", domain::Digest{2})), "share 10 again");
}

TEST(Guessing, SurvivesTheSleepOfThePacketAndNotItsEnd) {
    RigOptions options;
    options.awake_bytes_max = 1;
    EngineRig rig(options);
    begin(rig);
    last_of(rig, "u0", 5);
    for (std::size_t n = 0; n < 20; ++n) { // each request puts others to sleep
        rig.told(read("u" + std::to_string(n % 3)));
        rig.tick_and_settle();
    }
    EXPECT_LE(rig.engine().awake_entities(), 1U) << "who was asked last, and no packet";
    EXPECT_EQ(rig.told(guess("u0", right)), "try again in 1 s");
    rig.clock.advance(3 * 3'600 * 1'000);
    rig.tick_and_settle();
    EXPECT_EQ(rig.told(guess("u0", right)), "packet_expired");
    EXPECT_EQ(rig.balance_of("ann"), 1'000);
}

TEST(Guessing, OfVeryManyUsersAtVeryManyPacketsIsForgottenTheLongestFreeFirst) {
    actors::PhraseGuard guard;
    const auto hot = packet_number(0);
    for (int n = 0; n < 12; ++n) {
        guard.count_wrong(hot, "thief", 0);
    }
    ASSERT_EQ(guard.wait_s(hot, "thief", 0), 128);
    for (std::uint32_t n = 1; n <= 1'000'000; ++n) {
        guard.count_wrong(domain::PacketId{n}, "u", n / 100);
    }
    EXPECT_LE(guard.user_count(), actors::PhraseGuard::users_max);
    EXPECT_GT(guard.user_count(), actors::PhraseGuard::users_max / 2);
    EXPECT_EQ(guard.wait_s(hot, "thief", 0), 128);
    guard.forget(hot);
    EXPECT_EQ(guard.wait_s(hot, "thief", 0), 0);
}

} // namespace
} // namespace hongbao::testing
