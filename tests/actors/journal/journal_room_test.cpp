// Role: the journal's room is claimed before anything is decided, and every accepted request is
// written sooner or later.
#include "persistence/journal/lmdb/record_size.hpp"
#include "tests/actors/sale_rig.hpp"

#include <thread>

namespace hongbao::testing {
namespace {

using namespace std::chrono_literals;
using actors::JournalRoom;
using actors::RoomClaim;
using Token = EngineRig::Token;

TEST(JournalRoom, IsClaimedUntilOnlyWhatIsKeptBackIsLeft) {
    JournalRoom room;
    room.set(1'000, 400);
    EXPECT_TRUE(room.has_some());
    RoomClaim first = room.claim(500);
    EXPECT_TRUE(first);
    EXPECT_FALSE(room.claim(301)) << "half of what is kept back stays";
    RoomClaim second = room.claim(300);
    EXPECT_TRUE(second) << "the last may take the other half";
    EXPECT_FALSE(room.has_some());
    EXPECT_FALSE(room.claim(0));
    second = RoomClaim{};
    EXPECT_TRUE(room.has_some());
    EXPECT_EQ(room.claimed_bytes(), 500U);
    const RoomClaim moved = std::move(first);
    EXPECT_EQ(room.claimed_bytes(), 500U);
    room.set(100, 400);
    EXPECT_FALSE(room.has_some());
    EXPECT_FALSE(room.claim(1));
}

TEST(JournalRoom, ClaimsOfManyThreadsNeverExceedIt) {
    JournalRoom room;
    room.set(100'000, 2'000);
    std::vector<std::thread> threads;
    std::atomic<std::uint64_t> most{0};
    for (int thread = 0; thread < 4; ++thread) {
        threads.emplace_back([&, thread] {
            std::vector<RoomClaim> claims;
            for (int n = 0; n < 20'000; ++n) {
                if (RoomClaim claim =
                        room.claim(static_cast<std::uint64_t>(1 + (n + thread) % 700))) {
                    claims.push_back(std::move(claim));
                }
                const std::uint64_t claimed = room.claimed_bytes();
                std::uint64_t before = most.load();
                while (claimed > before && !most.compare_exchange_weak(before, claimed)) {
                }
                if (claims.size() > 100) {
                    claims.clear();
                }
            }
        });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    EXPECT_LE(most, 99'000U);
    EXPECT_GT(most, 50'000U);
    EXPECT_EQ(room.claimed_bytes(), 0U);
}

/// The room claimed for a request is never less than what its record takes.
TEST(JournalRoom, OfARequestSufficesForItsRecord) {
    SaleRig rig;
    const std::string long_name(64, 'n');
    rig.open_accounts({"ann", long_name}, 100'000);
    const auto expect_enough = [&](Body body) {
        actors::Request request = std::move(body).to_request({});
        const std::size_t kind = request.body.index();
        const std::uint64_t most = actors::journal_bytes_most(request);
        const std::size_t before = rig.journal.records().size();
        Body again(std::move(request.body));
        again.key = std::move(request.key);
        rig.told(std::move(again));
        const auto records = rig.journal.records();
        ASSERT_EQ(records.size(), before + 1) << "kind " << kind;
        const domain::Record& record = records.back();
        EXPECT_GE(most, persistence::journal_bytes_most(persistence::record_bytes_most(
                            record.event, record.idempotency, record.operation.get())))
            << "event " << record.event.index();
    };
    expect_enough(open_account("bob"));
    expect_enough(keyed(std::string(255, 'k'), deposit(long_name, 1)));
    expect_enough(withdraw(long_name, 1));
    expect_enough(transfer(long_name, "ann", 1));
    expect_enough(freeze("bob"));
    Body signed_one = withdraw(long_name, 1);
    std::get<std::unique_ptr<actors::AccountRequest>>(signed_one.asked)->operation =
        std::make_shared<const domain::Operation>(
            domain::Operation{std::string(80, 'p'), std::string(64, 'r'), std::string(512, 'w')});
    expect_enough(keyed(std::string(336, 'k'), std::move(signed_one)));
    const domain::AccessId key_id = "00000000000000a1";
    const std::vector<std::string> ranges(16, std::string(64, ':'));
    const std::string reason(512, 'w');
    expect_enough(administer(
        domain::CreateAccessKey{
            {key_id, std::string(512, 'n'), domain::Scope::merchant, long_name, {}, 0, ranges}},
        reason));
    expect_enough(administer(domain::RotateAccessKey{key_id, {}, 60}, reason));
    expect_enough(administer(domain::RevokeAccessKey{key_id}));
    expect_enough(administer(domain::ChangeSwitch{{domain::Switch::sales, false, 86'400}}, reason));
    expect_enough(administer(domain::AdvanceClock{1}));
    expect_enough(administer(domain::RotateTokenSecret{rig.clock.now()}));
    expect_enough(administer(
        domain::CreateInvitation{{key_id, {}, {81}, 9, rig.clock.now() + 1'000, ranges}}, reason));
    expect_enough(accept_invitation(key_id, long_name));
    expect_enough(administer(domain::RevokeInvitation{key_id}));
    expect_enough(send(packet_number(1), long_name, 100, 10));
    domain::SendPacket directed;
    directed.packet_id = packet_number(2);
    directed.sender = "ann";
    directed.kind = domain::PacketKind::lucky;
    directed.total_fen = 10;
    directed.count = 1;
    directed.life_s = domain::packet_life_s_min;
    directed.blessing = std::string(500, 'b');
    for (int n = 0; n < 1'000; ++n) {
        directed.recipients.push_back("recipient" + std::to_string(n));
    }
    expect_enough(command(directed));
    expect_enough(open(packet_number(1), long_name));
}

TEST(JournalWriter, WhatDoesNotFitAtOnceComesInSmallerCommits) {
    EngineRig rig;
    rig.open_accounts({"ann"}, 0);
    const std::size_t commits = rig.journal.commit_sizes().size();
    rig.journal.set_room(5'000); // about ten records
    std::vector<Token> tokens;
    for (int n = 1; n <= 100; ++n) {
        tokens.push_back(rig.ask(deposit("ann", 1)));
    }
    rig.settle();
    for (const Token token : tokens) {
        EXPECT_NE(rig.said(token), "waiting");
    }
    EXPECT_GT(rig.journal.commit_sizes().size(), commits + 5);
}

TEST(JournalWriter, WhatDoesNotFitAtAllWaitsForRoomAndIsWrittenThen) {
    EngineRig rig;
    rig.open_accounts({"ann"}, 0);
    const std::size_t records = rig.journal.records().size();
    rig.journal.set_room(10);
    const Token waiting = rig.ask(deposit("ann", 1));
    rig.settle();
    EXPECT_EQ(rig.said(waiting), "waiting");
    EXPECT_FALSE(rig.engine().pressure().journal_has_room) << "nobody else is let in";
    EXPECT_EQ(rig.journal.records().size(), records);
    const Token behind = rig.ask(read("ann"));
    rig.settle();
    rig.journal.set_room(UINT64_MAX);
    rig.settle();
    EXPECT_EQ(rig.said(waiting), "trade " + std::to_string(records + 1) + ": 1, balance 1");
    EXPECT_NE(rig.said(behind), "waiting");
    EXPECT_TRUE(rig.engine().pressure().journal_has_room);
}

/// The thread ends although nothing can be written, and until then says how long it has been busy.
TEST(JournalWriter, StopsWhileItWaitsForRoom) {
    FakeJournal journal;
    actors::JournalWriter writer(journal, std::get<persistence::Epoch>(journal.acquire(0)), {});
    std::vector<std::string> told;
    writer.set_callbacks({[](const auto&) {}, [](const auto& why) { FAIL() << why; },
                          [&](const std::string& sentence) { told.push_back(sentence); }});
    journal.set_room(0);
    std::vector<actors::JournalItem> items(1);
    items[0].draft = actors::RecordDraft{1, domain::Deposited{"ann", 1, ""}, {}};
    writer.append(std::move(items));
    writer.start();
    const auto deadline = std::chrono::steady_clock::now() + 30s;
    while (writer.busy_ms() < 300 && std::chrono::steady_clock::now() < deadline) {
        std::this_thread::sleep_for(1ms);
    }
    EXPECT_GE(writer.busy_ms(), 300);
    writer.stop();
    EXPECT_EQ(writer.busy_ms(), 0);
    EXPECT_TRUE(journal.records().empty());
    ASSERT_EQ(told.size(), 1U);
    EXPECT_NE(told[0].find("no room for record 1"), std::string::npos) << told[0];
}

TEST(Pressure, WhatNobodyAskedForClaimsRoomToo) {
    EngineRig rig;
    rig.open_accounts({"ann"}, 1'000);
    constexpr std::uint32_t packets = 50;
    for (std::uint32_t n = 1; n <= packets; ++n) {
        rig.told(send(packet_number(n), "ann", 10, 1));
    }
    // Room for some of the refunds, before the first of them is written.
    const std::uint64_t each = persistence::journal_bytes_most(
        persistence::plain_record_bytes_most + persistence::text_bytes_most(64));
    rig.journal.set_space({.used_bytes = 0, .left_bytes = 10 * each, .map_bytes = 10 * each});
    rig.told(deposit("ann", 1));
    rig.clock.advance(packet_life_ms);
    rig.tick();
    rig.run();
    rig.commit();
    const std::size_t refunds = rig.count<domain::PacketClosed>();
    EXPECT_GT(refunds, 5U);
    EXPECT_LE(refunds, 10U);
    rig.journal.set_space({.used_bytes = 0, .left_bytes = 1U << 30U, .map_bytes = 1U << 30U});
    rig.told(deposit("ann", 1));
    rig.tick_and_settle();
    EXPECT_EQ(rig.count<domain::PacketClosed>(), packets);
}

} // namespace
} // namespace hongbao::testing
