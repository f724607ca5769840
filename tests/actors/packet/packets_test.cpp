// Role: many users at one packet: nobody gets two shares, no fen is lost, and it closes once, in
// time.
#include "tests/actors/engine_rig.hpp"

#include <map>
#include <set>

namespace hongbao::testing {
namespace {

using Token = EngineRig::Token;
const auto packet = packet_number(3);

/// The answers to openers: shares by user, and the number of refusals.
struct Outcome {
    std::map<std::string, domain::Fen> shares;
    std::size_t exhausted = 0;
    std::size_t expired = 0;
    std::size_t again = 0;

    domain::Fen sum_fen() const { return PlainLedger::sum(shares); }
};

Outcome outcome_of(const EngineRig& rig, const std::vector<std::pair<std::string, Token>>& opens) {
    Outcome outcome;
    for (const auto& [user, token] : opens) {
        if (const auto* share = rig.log.get<actors::ShareReceipt>(token)) {
            EXPECT_GE(share->amount_fen, 1);
            const auto [found, first] = outcome.shares.emplace(user, share->amount_fen);
            EXPECT_EQ(found->second, share->amount_fen) << user << " was told two amounts";
            outcome.again += share->repeat ? 1U : 0U;
            EXPECT_EQ(share->packet_id, packet);
        } else {
            outcome.exhausted += rig.said(token) == "packet_exhausted" ? 1U : 0U;
            outcome.expired += rig.said(token) == "packet_expired" ? 1U : 0U;
            EXPECT_TRUE(rig.said(token).starts_with("packet_ex")) << rig.said(token);
        }
    }
    return outcome;
}

/// Compares the answers with the fold of the journal and with the auditor's.
void check_journal_agrees(const EngineRig& rig, const Outcome& outcome) {
    const auto books = rig.replayed();
    const auto& held = books.packets.at(packet);
    EXPECT_EQ(held.claims.size(), outcome.shares.size());
    for (const auto& [user, amount_fen] : outcome.shares) {
        const domain::Claim* const claim = held.claims.find(user);
        ASSERT_NE(claim, nullptr) << user;
        EXPECT_EQ(claim->amount_fen, amount_fen) << user;
    }
    const auto ledger = rig.audited();
    EXPECT_EQ(ledger.deposited_fen - ledger.withdrawn_fen,
              PlainLedger::sum(ledger.users) + PlainLedger::sum(ledger.escrow));
    for (const auto& [user, balance_fen] : ledger.users) {
        EXPECT_EQ(books.accounts.at(user).standing.balance_fen, balance_fen) << user;
    }
}

TEST(RacingOpens, ThousandOpensOfHundredSharesUnderManySchedules) {
    std::puts("schedules with seeds 1 to 200");
    const auto names = users(950);
    std::set<std::vector<domain::Fen>> splits;
    for (std::uint64_t seed = 1; seed <= 200; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::mt19937_64 choice(seed);
        RigOptions options;
        options.luck_seed = seed;
        options.commit_batch_bytes_max = seed % 3 == 0 ? 2'000 : 4U << 20U;
        EngineRig rig(options);
        rig.open_accounts(names, 0);
        rig.told(deposit("u0", 10'000));
        rig.told(send(packet, "u0", 10'000, 100));
        std::vector<std::pair<std::string, Token>> opens;
        while (opens.size() < 1'000) { // in batches, some users twice
            std::vector<std::string> openers;
            std::vector<Body> bodies;
            const auto size = std::min<std::size_t>(1 + choice() % 40, 1'000 - opens.size());
            while (bodies.size() < size) {
                openers.push_back(names[choice() % names.size()]);
                bodies.push_back(open(packet, openers.back()));
            }
            const auto tokens = rig.ask_all(std::move(bodies));
            for (std::size_t n = 0; n < tokens.size(); ++n) {
                opens.emplace_back(openers[n], tokens[n]);
            }
            for (auto steps = choice() % 12; steps > 0; --steps) {
                rig.step(choice);
            }
        }
        rig.settle_in_any_order(choice);
        const Outcome outcome = outcome_of(rig, opens);
        EXPECT_EQ(outcome.shares.size(), 100U);
        EXPECT_EQ(outcome.sum_fen(), 10'000);
        EXPECT_EQ(outcome.exhausted, 1'000 - 100 - outcome.again);
        EXPECT_EQ(rig.count<domain::ShareOpened>(), 100U);
        check_journal_agrees(rig, outcome);
        std::vector<domain::Fen> split;
        for (const auto& [user, amount_fen] : outcome.shares) {
            split.push_back(amount_fen);
        }
        splits.insert(split);
    }
    EXPECT_EQ(splits.size(), 200U); // schedules and draws did differ
}

TEST(RacingOpens, ThousandIdenticalOpensMakeOneClaim) {
    EngineRig rig;
    rig.open_accounts({"ann", "bob"}, 100);
    rig.told(send(packet, "ann", 100, 10));
    std::vector<std::pair<std::string, Token>> opens;
    for (int n = 0; n < 1'000; ++n) {
        opens.emplace_back("bob", rig.ask(open(packet, "bob")));
    }
    rig.settle();
    const Outcome outcome = outcome_of(rig, opens);
    EXPECT_EQ(outcome.shares.size(), 1U);
    EXPECT_EQ(outcome.again, 999U);
    EXPECT_EQ(rig.count<domain::ShareOpened>(), 1U);
}

TEST(RacingOpens, AnyNumberOfRoutersGivesTheSameOutcome) {
    std::vector<std::string> outcomes;
    for (const std::size_t routers : {1U, 2U, 8U}) {
        RigOptions options;
        options.router_count = routers;
        EngineRig rig(options);
        const auto names = users(30);
        rig.open_accounts(names, 100);
        std::string outcome =
            rig.told(send(packet, "u0", 90, 20, domain::PacketKind::lucky)) + "\n";
        for (const std::string& user : names) {
            outcome += rig.told(open(packet, user)) + "\n";
            outcome += rig.told(grab(packet, user)) + "\n";
            outcome += rig.told(keyed(user, transfer(user, "u1", 60))) + "\n";
            outcome += rig.told(keyed(user, transfer(user, "u1", 60))) + "\n";
        }
        rig.told(send(packet_number(4), "u1", 500, 3));
        rig.clock.advance(packet_life_ms);
        rig.tick_and_settle();
        for (const std::string& user : names) {
            outcome += rig.told(read(user)) + "\n";
        }
        outcome += rig.told(read(packet)) + rig.told(read(packet_number(4)));
        outcomes.push_back(outcome);
    }
    EXPECT_EQ(outcomes[0], outcomes[1]);
    EXPECT_EQ(outcomes[0], outcomes[2]);
    EXPECT_NE(outcomes[0].find("share"), std::string::npos);
    EXPECT_NE(outcomes[0].find("refund 500"), std::string::npos);
}

TEST(Expiry, PacketIsOpenUntilItsInstantAndRefundedAtIt) {
    EngineRig rig;
    rig.open_accounts({"ann", "bob", "eve"}, 100);
    rig.told(send(packet, "ann", 100, 2, domain::PacketKind::equal));
    rig.clock.advance(packet_life_ms - 1);
    rig.tick_and_settle();
    EXPECT_EQ(rig.count<domain::PacketClosed>(), 0U);
    EXPECT_EQ(rig.told(open(packet, "bob")), "share 50");
    rig.clock.advance(1);
    // Refunds may come late; opens are refused in time.
    EXPECT_EQ(rig.told(open(packet, "eve")), "packet_expired");
    EXPECT_EQ(rig.told(grab(packet, "eve")), "packet_expired");
    EXPECT_EQ(rig.told(open(packet, "bob")), "share 50 again");
    EXPECT_EQ(rig.told(read(packet)), "packet expired, 50 in 1");
    rig.tick_and_settle();
    EXPECT_EQ(rig.told(read(packet)), "packet expired, 0 in 1, refund 50");
    EXPECT_EQ(rig.balance_of("ann"), 50);
    const auto last = rig.journal.records().back();
    const auto& closed = std::get<domain::PacketClosed>(last.event);
    EXPECT_EQ(last.at, rig_begins + packet_life_ms);
    EXPECT_EQ(closed.sender, "ann");
    EXPECT_EQ(closed.sent_sequence, 7U);
    rig.tick_and_settle();
    rig.restart();
    rig.tick_and_settle();
    EXPECT_EQ(rig.count<domain::PacketClosed>(), 1U);
    EXPECT_EQ(rig.balance_of("ann"), 50);
}

TEST(Expiry, ExhaustedPacketIsNotClosed) {
    EngineRig rig;
    rig.open_accounts({"ann"}, 100);
    rig.told(send(packet, "ann", 100, 1));
    rig.told(open(packet, "ann"));
    rig.clock.advance(packet_life_ms);
    rig.tick_and_settle();
    EXPECT_EQ(rig.count<domain::PacketClosed>(), 0U);
    EXPECT_EQ(rig.told(read(packet)), "packet exhausted, 0 in 0, luckiest ann");
}

TEST(Expiry, PacketThatExpiredWhileTheServerWasDownIsRefundedAfterItsStart) {
    EngineRig rig;
    rig.open_accounts({"ann"}, 100);
    rig.told(send(packet, "ann", 100, 1));
    rig.clock.advance(packet_life_ms * 3);
    rig.restart();
    rig.settle();
    EXPECT_EQ(rig.balance_of("ann"), 100);
    EXPECT_EQ(rig.count<domain::PacketClosed>(), 1U);
}

TEST(Expiry, MorePacketsThanOneTickTakesAreAllRefunded) {
    EngineRig rig;
    rig.open_accounts({"ann"}, 2'500);
    for (std::uint32_t n = 0; n < 1'000; ++n) { // as many as a user may send a day
        rig.ask(
            send(domain::make_id<domain::PacketId>(1 + n, 5, 0), "ann", 2, 1)); // all in one shard
    }
    rig.settle();
    EXPECT_EQ(rig.balance_of("ann"), 500);
    rig.clock.advance(domain::ms_per_day); // and as many again the next day
    for (std::uint32_t n = 0; n < 250; ++n) {
        rig.ask(send(domain::make_id<domain::PacketId>(5'000 + n, 5, 0), "ann", 2, 1));
    }
    rig.settle();
    rig.clock.advance(packet_life_ms);
    rig.tick_and_settle();
    EXPECT_EQ(rig.count<domain::PacketClosed>(), 1'000U);
    rig.tick_and_settle();
    EXPECT_EQ(rig.count<domain::PacketClosed>(), 1'250U);
    EXPECT_EQ(rig.balance_of("ann"), 2'500);
}

TEST(Expiry, TicksAndOpensRaceToOneCloseWithWhatIsLeft) {
    std::puts("schedules with seeds 1 to 200");
    std::size_t partly_opened = 0;
    const auto names = users(12);
    for (std::uint64_t seed = 1; seed <= 200; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::mt19937_64 choice(seed);
        RigOptions options;
        options.luck_seed = seed;
        EngineRig rig(options);
        rig.open_accounts(names, 0);
        rig.told(deposit("u0", 1'000));
        rig.told(send(packet, "u0", 1'000, 30));
        rig.clock.advance(packet_life_ms - 4);
        std::vector<std::pair<std::string, Token>> opens;
        for (int n = 0; n < 40; ++n) {
            const auto& user = names[choice() % names.size()];
            opens.emplace_back(user, rig.ask(open(packet, user)));
            if (choice() % 6 == 0) {
                rig.clock.advance(1);
            }
            if (choice() % 3 == 0) {
                rig.tick();
            }
            for (auto steps = choice() % 5; steps > 0; --steps) {
                rig.step(choice);
            }
        }
        rig.clock.advance(4);
        rig.tick();
        rig.settle_in_any_order(choice);
        const Outcome outcome = outcome_of(rig, opens);
        ASSERT_EQ(rig.count<domain::PacketClosed>(), 1U);
        for (const domain::Record& record : rig.journal.records()) {
            if (const auto* closed = std::get_if<domain::PacketClosed>(&record.event)) {
                EXPECT_EQ(closed->refund_fen, 1'000 - outcome.sum_fen());
                EXPECT_GE(record.at, rig_begins + packet_life_ms);
            } else if (std::holds_alternative<domain::ShareOpened>(record.event)) {
                EXPECT_LT(record.at, rig_begins + packet_life_ms);
            }
        }
        check_journal_agrees(rig, outcome);
        const auto own = outcome.shares.find("u0");
        EXPECT_EQ(rig.balance_of("u0"),
                  1'000 - outcome.sum_fen() + (own == outcome.shares.end() ? 0 : own->second));
        partly_opened += outcome.shares.empty() || outcome.expired == 0 ? 0U : 1U;
    }
    EXPECT_GT(partly_opened, 50U); // shares taken and opens too late in one schedule
}

} // namespace
} // namespace hongbao::testing
