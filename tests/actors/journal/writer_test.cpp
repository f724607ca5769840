// Role: the journal writer: batches and their order, room, and the end of the engine.
#include "tests/actors/sale_rig.hpp"

#include <caf/actor_cast.hpp>
#include <caf/actor_registry.hpp>
#include <caf/scheduler/test_coordinator.hpp>
#include <numeric>

namespace hongbao::testing {
namespace {

using Token = EngineRig::Token;

TEST(JournalWriter, BacklogIsOneCommit) {
    EngineRig rig;
    rig.open_accounts({"ann"}, 0);
    const auto commits = rig.journal.commit_sizes().size();
    for (int n = 0; n < 500; ++n) {
        rig.ask(deposit("ann", 1));
    }
    rig.run();
    EXPECT_TRUE(rig.commit());
    EXPECT_FALSE(rig.commit());
    ASSERT_EQ(rig.journal.commit_sizes().size(), commits + 1);
    EXPECT_EQ(rig.journal.commit_sizes().back(), 500U);
}

TEST(JournalWriter, BatchesCappedInBytesAreCommittedInOrder) {
    RigOptions options;
    options.commit_batch_bytes_max = 1'000;
    EngineRig rig(options);
    rig.open_accounts({"ann", "bob"}, 0);
    const auto commits_before = rig.journal.commit_sizes().size();
    std::vector<Token> tokens;
    for (int n = 1; n <= 100; ++n) {
        tokens.push_back(rig.ask(deposit("ann", n)));
    }
    rig.run();
    const auto before = rig.journal.records().size();
    EXPECT_TRUE(rig.commit());
    const auto in_first = rig.journal.records().size() - before;
    EXPECT_GT(in_first, 0U);
    EXPECT_LT(in_first, 20U);
    rig.run();
    for (std::size_t n = 0; n < tokens.size(); ++n) { // the first batch is told, and no more
        EXPECT_EQ(rig.log.is_answered(tokens[n]), n < in_first) << n;
    }
    const Token later = rig.ask(deposit("bob", 5)); // queued behind the rest of the first
    rig.settle();
    const auto records = rig.journal.records();
    for (int n = 1; n <= 100; ++n) {
        const auto& record = records[before + static_cast<std::size_t>(n) - 1];
        EXPECT_EQ(std::get<domain::Deposited>(record.event).amount_fen, n);
    }
    EXPECT_EQ(rig.said(later), "trade " + std::to_string(records.size()) + ": 5, balance 5");
    const auto sizes = rig.journal.commit_sizes();
    EXPECT_GT(sizes.size(), commits_before + 5);
    EXPECT_EQ(std::accumulate(sizes.begin(), sizes.end(), std::size_t{0}), records.size());
}

TEST(JournalWriter, LongTextsCountTowardsTheCap) {
    RigOptions options;
    options.commit_batch_bytes_max = 1'000;
    EngineRig rig(options);
    rig.open_accounts({"ann"}, 0);
    for (int n = 0; n < 4; ++n) {
        // A reference names one deposit, so each has its own.
        rig.ask(command(domain::Deposit{"ann", 1, std::string(511, 'x') + std::to_string(n)}));
    }
    rig.run();
    EXPECT_TRUE(rig.commit());
    EXPECT_EQ(rig.journal.commit_sizes().back(), 2U);
}

TEST(JournalWriter, LongTextsOfSalesCountTowardsTheCap) {
    RigOptions options;
    options.commit_batch_bytes_max = 1'000;
    SaleRig rig(options);
    rig.begin(sale_of(4), users(4));
    for (std::uint32_t n = 2; n <= 5; ++n) {
        auto sale = sale_of(1, 1, sale_number(n));
        sale.title = std::string(512, 'x');
        rig.ask(command(sale));
    }
    rig.run();
    EXPECT_TRUE(rig.commit());
    EXPECT_EQ(rig.journal.commit_sizes().back(), 2U);
    rig.settle();
    std::vector<domain::OrderId> orders;
    for (const auto& user : users(4)) {
        orders.push_back(rig.reserved(user));
    }
    for (std::size_t n = 0; n < orders.size(); ++n) {
        rig.ask(pay_outside(orders[n], std::to_string(n) + std::string(512, 'x'), price_fen));
    }
    rig.run();
    EXPECT_TRUE(rig.commit());
    EXPECT_EQ(rig.journal.commit_sizes().back(), 2U);
}

TEST(JournalWriter, RefusalBehindALaterBatchWaitsForIt) {
    RigOptions options;
    options.commit_batch_bytes_max = 1; // one record for each commit
    EngineRig rig(options);
    rig.open_accounts({"ann"}, 100);
    const auto tokens = rig.ask_all([] {
        std::vector<Body> all;
        all.push_back(withdraw("ann", 50));
        all.push_back(withdraw("ann", 50));
        all.push_back(withdraw("ann", 1));
        return all;
    }());
    rig.run();
    EXPECT_TRUE(rig.commit());
    rig.run();
    EXPECT_EQ(rig.said(tokens[0]), "trade 3: 50, balance 50");
    EXPECT_EQ(rig.said(tokens[2]), "waiting");
    // The first record is synced, the second is not: what rests on both still waits.
    EXPECT_EQ(rig.told_before_commit(withdraw("ann", 2)), "waiting");
    EXPECT_TRUE(rig.commit());
    EXPECT_EQ(rig.said(tokens[2]), "waiting"); // a separate item behind the full batch
    rig.settle();
    EXPECT_EQ(rig.said(tokens[1]), "trade 4: 50, balance 0");
    EXPECT_EQ(rig.said(tokens[2]), "insufficient_funds");
}

TEST(Pressure, TellsOfLittleSpaceAfterTheNextCommitAndOfRoomAgain) {
    EngineRig rig;
    rig.open_accounts({"ann"}, 0);
    EXPECT_TRUE(rig.engine().pressure().journal_has_room);
    // Eight batches of 4 MiB are kept back, or an eighth of a smaller journal.
    struct Case {
        std::uint64_t map_bytes, left_bytes;
        bool has_room;
    };
    constexpr std::uint64_t mib = 1U << 20U;
    for (const auto& [map, left, has_room] :
         {Case{1'000 * mib, 32 * mib, false}, Case{1'000 * mib, 32 * mib + 1, true},
          Case{80 * mib, 10 * mib, false}, Case{80 * mib, 10 * mib + 1, true},
          Case{80 * mib, 0, false}}) {
        rig.journal.set_space({.used_bytes = map - left, .left_bytes = left, .map_bytes = map});
        rig.told(deposit("ann", 1));
        EXPECT_EQ(rig.engine().pressure().journal_has_room, has_room) << map << " " << left;
    }
}

TEST(Pressure, RefundsWaitForRoom) {
    EngineRig rig;
    rig.open_accounts({"ann"}, 100);
    rig.told(send(packet_number(1), "ann", 100, 1));
    rig.journal.set_space({.used_bytes = 100, .left_bytes = 0, .map_bytes = 100});
    rig.told(deposit("ann", 1));
    rig.clock.advance(packet_life_ms);
    rig.tick_and_settle();
    EXPECT_EQ(rig.count<domain::PacketClosed>(), 0U);
    EXPECT_EQ(rig.told(open(packet_number(1), "ann")), "packet_expired");
    rig.journal.set_space({.used_bytes = 100, .left_bytes = 900, .map_bytes = 1'000});
    rig.told(deposit("ann", 1));
    rig.tick_and_settle();
    EXPECT_EQ(rig.count<domain::PacketClosed>(), 1U);
    EXPECT_EQ(rig.balance_of("ann"), 102);
}

TEST(Pressure, CountsRecordsThatTheReadModelHasNotWritten) {
    EngineRig rig;
    rig.open_accounts({"ann"}, 0);
    rig.read_model().write_all();
    EXPECT_EQ(rig.engine().pressure().unprojected_records, 0U);
    rig.ask(deposit("ann", 1));
    rig.ask(deposit("ann", 1));
    rig.run();
    rig.commit();
    EXPECT_EQ(rig.engine().pressure().unprojected_records, 2U) << "not taken";
    rig.run();
    EXPECT_EQ(rig.engine().pressure().unprojected_records, 2U) << "taken, in memory";
    rig.read_model().write_all();
    EXPECT_EQ(rig.engine().pressure().unprojected_records, 0U);
}

TEST(Restart, AnswersAreTheSameAsBefore) {
    EngineRig rig;
    const auto names = users(20);
    rig.open_accounts(names, 100);
    rig.told(freeze("u9"));
    for (std::uint32_t n = 0; n < 3; ++n) {
        rig.told(send(packet_number(n), names[n], 90, 5));
    }
    for (std::size_t n = 0; n < 8; ++n) {
        rig.told(open(packet_number(0), names[n]));
        rig.told(open(packet_number(1), names[n / 4]));
    }
    rig.clock.advance(packet_life_ms / 2);
    rig.told(transfer("u3", "u4", 7));
    const auto answers = [&] {
        std::string all;
        for (std::size_t n = 0; n < 10; ++n) {
            all += rig.told(read(names[n])) + "\n";
            all += rig.told(grab(packet_number(1), names[n])) + "\n";
        }
        for (std::size_t n = 0; n < 5; ++n) {
            all += rig.told(open(packet_number(0), names[n])) + "\n"; // each has a share already
        }
        all += rig.told(open(packet_number(0), "u7")) + rig.told(open(packet_number(1), "u9"));
        for (std::uint32_t n = 0; n < 3; ++n) {
            all += "\n" + rig.told(read(packet_number(n)));
        }
        return all;
    };
    const std::string before = answers();
    EXPECT_NE(before.find("again"), std::string::npos);
    EXPECT_NE(before.find("packet_exhausted"), std::string::npos);
    EXPECT_NE(before.find("account_frozen"), std::string::npos);
    const auto records = rig.journal.records().size();
    for (const std::size_t routers : {4U, 1U, 8U}) {
        rig.options().router_count = routers;
        rig.restart();
        EXPECT_EQ(answers(), before) << routers;
    }
    EXPECT_EQ(rig.journal.records().size(), records); // asking changed nothing
    EXPECT_EQ(rig.told(deposit("u1", 1)).find("trade " + std::to_string(records + 1)), 0U);
}

TEST(Restart, UnsyncedWorkIsGoneWithoutATrace) {
    EngineRig rig;
    rig.open_accounts({"ann", "bob"}, 100);
    rig.told(send(packet_number(1), "ann", 10, 1));
    rig.ask(withdraw("ann", 50));
    const Token opened = rig.ask(open(packet_number(1), "bob"));
    rig.run(); // decided, not committed
    EXPECT_EQ(rig.said(opened), "waiting");
    rig.restart();
    EXPECT_EQ(rig.balance_of("ann"), 90);
    EXPECT_EQ(rig.told(open(packet_number(1), "ann")), "share 10");
}

/// Every actor that has something to do, held weakly.
void note_actors(EngineRig& rig, std::vector<caf::weak_actor_ptr>& actors) {
    for (caf::resumable* job : rig.scheduler().jobs) {
        if (auto* actor = dynamic_cast<caf::scheduled_actor*>(job)) {
            actors.emplace_back(actor->ctrl());
        }
    }
}

/// Stops an engine after work of many kinds, `steps` steps into the last of it.
void check_stop_leaves_nobody(int steps) {
    std::vector<caf::weak_actor_ptr> actors;
    {
        EngineRig rig;
        std::mt19937_64 choice(static_cast<std::uint64_t>(steps));
        rig.open_accounts(users(20), 100);
        rig.told(send(packet_number(1), "u0", 100, 20));
        for (const std::string& user : users(20)) {
            rig.ask(open(packet_number(1), user));
            rig.ask(keyed(user, transfer(user, "u3", 1)));
        }
        rig.tick();
        for (int n = 0; n < steps; ++n) {
            note_actors(rig, actors);
            rig.step(choice);
        }
        note_actors(rig, actors);
        if (steps > 100) {
            EXPECT_GT(rig.engine().system().registry().running(), 20U);
            EXPECT_GT(actors.size(), 20U);
        }
        rig.engine().stop(); // returns only once CAF counts no running actor
        rig.engine().stop(); // a second time does nothing
    }
    for (const auto& actor : actors) {
        EXPECT_EQ(caf::actor_cast<caf::strong_actor_ptr>(actor), nullptr);
    }
}

TEST(Stop, LeavesNoActorBehindWhereverTheWorkIs) {
    for (const int steps : {0, 1, 5, 20, 60, 120, 200, 10'000}) {
        SCOPED_TRACE(steps);
        check_stop_leaves_nobody(steps);
    }
}

} // namespace
} // namespace hongbao::testing
