// Role: rule 4 through the engine: one key, one record, one answer.
#include "tests/actors/engine_rig.hpp"

namespace hongbao::testing {
namespace {

using Token = EngineRig::Token;

TEST(Idempotency, TwoIdenticalRequestsInOneBatchMakeOneRecord) {
    for (const std::size_t routers : {1U, 8U}) {
        RigOptions options;
        options.router_count = routers;
        EngineRig rig(options);
        rig.open_accounts({"ann", "bob"}, 100);
        const auto tokens = rig.ask_all([] {
            std::vector<Body> all;
            for (int n = 0; n < 3; ++n) {
                all.push_back(keyed("d", deposit("ann", 7)));
                all.push_back(keyed("t", transfer("ann", "bob", 2)));
                all.push_back(keyed("s", send(packet_number(1), "ann", 10, 2)));
            }
            return all;
        }());
        rig.run();
        EXPECT_TRUE(rig.commit());
        rig.settle();
        const auto records = rig.journal.records();
        ASSERT_EQ(records.size(), 7U);
        for (std::size_t place = 4; place < 7; ++place) {
            ASSERT_TRUE(records[place].idempotency.has_value());
            const auto sequence = std::to_string(place + 1);
            const std::string key = records[place].idempotency->key;
            const std::size_t first = key == "d" ? 0 : key == "t" ? 1 : 2;
            const auto* receipt = rig.log.get<actors::TradeReceipt>(tokens[first]);
            const std::string answer =
                receipt == nullptr ? "packet open, 10 in 2"
                                   : "trade " + sequence + (key == "d" ? ": 7" : ": 2") +
                                         ", balance " + std::to_string(receipt->balance_fen);
            EXPECT_EQ(rig.said(tokens[first]), answer);
            EXPECT_EQ(rig.said(tokens[first + 3]), answer + ", replayed");
            EXPECT_EQ(rig.said(tokens[first + 6]), answer + ", replayed");
        }
        EXPECT_EQ(rig.balance_of("ann"), 95);
        EXPECT_EQ(rig.told(keyed("s", send(packet_number(9), "ann", 10, 2))),
                  "packet open, 10 in 2, replayed"); // whatever id was drawn this time
    }
}

TEST(Idempotency, ReplayedAnswerIsTheFirstOneWhateverHappenedSince) {
    EngineRig rig;
    rig.open_accounts({"ann"}, 0);
    EXPECT_EQ(rig.told(keyed("k", deposit("ann", 7))), "trade 2: 7, balance 7");
    rig.told(deposit("ann", 100));
    rig.told(freeze("ann"));
    EXPECT_EQ(rig.told(keyed("k", deposit("ann", 7))), "trade 2: 7, balance 7, replayed");
    EXPECT_EQ(rig.told(keyed("w", withdraw("ann", 7))), "account_frozen");
    rig.told(set_status("ann", domain::AccountStatus::active));
    EXPECT_EQ(rig.told(keyed("w", withdraw("ann", 7))), "trade 6: 7, balance 100");
    EXPECT_EQ(rig.told(keyed("w", withdraw("ann", 7))), "trade 6: 7, balance 100, replayed");
}

TEST(Idempotency, KeyOfAnotherRequestIsRefused) {
    EngineRig rig;
    rig.open_accounts({"ann"}, 0);
    rig.told(keyed("k", deposit("ann", 7)));
    EXPECT_EQ(rig.told(keyed("k", deposit("ann", 8), "other")), "idempotency_key_reused");
    EXPECT_EQ(rig.count<domain::Deposited>(), 1U);
}

TEST(Idempotency, KeyOfAnotherRequestOnItsWayIsRefusedOnlyOnceThatIsSynced) {
    EngineRig rig;
    rig.open_accounts({"ann"}, 0);
    const Token first = rig.ask(keyed("k", deposit("ann", 7)));
    const Token other = rig.ask(keyed("k", deposit("ann", 8), "other"));
    rig.run();
    EXPECT_EQ(rig.said(other), "waiting"); // the refusal rests on an unsynced record
    rig.settle();
    EXPECT_EQ(rig.said(first), "trade 2: 7, balance 7");
    EXPECT_EQ(rig.said(other), "idempotency_key_reused");
}

TEST(Idempotency, RefusedRequestFreesItsKeyAndItsTwinIsDecidedAfresh) {
    EngineRig rig;
    rig.open_accounts({"ann", "bob"}, 10);
    const auto tokens = rig.ask_all([] {
        std::vector<Body> all;
        all.push_back(keyed("k", withdraw("ann", 15)));
        all.push_back(keyed("k", withdraw("ann", 15)));
        all.push_back(keyed("k", deposit("ann", 5), "other"));
        return all;
    }());
    rig.settle();
    EXPECT_EQ(rig.said(tokens[0]), "insufficient_funds");
    EXPECT_EQ(rig.said(tokens[1]), "insufficient_funds");
    EXPECT_EQ(rig.said(tokens[2]), "trade 5: 5, balance 15");
    EXPECT_EQ(rig.told(keyed("k", withdraw("ann", 15))), "idempotency_key_reused");
    // Refused by the router, not the account.
    EXPECT_EQ(rig.told(keyed("t", transfer("ann", "nobody", 1))), "account_not_found");
    EXPECT_EQ(rig.told(keyed("n", deposit("nobody", 1))), "account_not_found");
    rig.open_accounts({"nobody"}, 0);
    EXPECT_EQ(rig.told(keyed("t", transfer("ann", "nobody", 1))), "trade 7: 1, balance 14");
    EXPECT_EQ(rig.told(keyed("n", deposit("nobody", 1))), "trade 8: 1, balance 2");
}

TEST(Idempotency, TwinOfARefusedRequestSucceedsWhenThingsHaveChanged) {
    EngineRig rig;
    rig.open_accounts({"ann"}, 10);
    const Token refused = rig.ask(keyed("k", withdraw("ann", 15)));
    std::optional<Token> twin;
    rig.log.on_reply = [&](Token token) {
        if (token == refused) {
            rig.ask(deposit("ann", 5));
            twin = rig.ask(keyed("k", withdraw("ann", 15)));
        }
    };
    rig.settle();
    ASSERT_TRUE(twin.has_value());
    // The key's router is one message further away than the account's, so the deposit comes before
    // it or at the same time; the key is free in both cases.
    EXPECT_EQ(rig.said(*twin), "trade 4: 15, balance 0");
}

TEST(Idempotency, KeysAreForgottenAfterTheirTimeAndNotBefore) {
    RigOptions options;
    options.idempotency_keep_ms = 60'000;
    EngineRig rig(options);
    rig.open_accounts({"ann"}, 0);
    rig.told(keyed("k", deposit("ann", 7)));
    EXPECT_EQ(rig.engine().pressure().idempotency_keys, 1U);
    rig.clock.advance(60'000);
    rig.tick_and_settle();
    EXPECT_EQ(rig.told(keyed("k", deposit("ann", 7))), "trade 2: 7, balance 7, replayed");
    rig.clock.advance(1);
    rig.tick_and_settle();
    EXPECT_EQ(rig.engine().pressure().idempotency_keys, 0U);
    EXPECT_EQ(rig.told(keyed("k", deposit("ann", 7))), "trade 3: 7, balance 14");
}

TEST(Idempotency, KeysAreRecognisedAfterARestart) {
    EngineRig rig;
    rig.open_accounts({"ann", "bob"}, 100);
    rig.told(keyed("d", deposit("ann", 7)));
    rig.told(keyed("t", transfer("ann", "bob", 7)));
    rig.told(keyed("s", send(packet_number(1), "ann", 10, 2)));
    rig.told(keyed("refused", withdraw("ann", 1'000)));
    rig.restart();
    EXPECT_EQ(rig.engine().pressure().idempotency_keys, 3U);
    EXPECT_EQ(rig.told(keyed("d", deposit("ann", 7))), "trade 5: 7, balance 107, replayed");
    EXPECT_EQ(rig.told(keyed("t", transfer("ann", "bob", 7))), "trade 6: 7, balance 100, replayed");
    EXPECT_EQ(rig.told(keyed("s", send(packet_number(2), "ann", 10, 2))),
              "packet open, 10 in 2, replayed");
    EXPECT_EQ(rig.told(keyed("d", deposit("ann", 8), "other")), "idempotency_key_reused");
    EXPECT_EQ(rig.told(keyed("refused", withdraw("ann", 10))), "trade 8: 10, balance 80");
}

TEST(Idempotency, KeyUsedTwiceIsKeptWhenARestartKeepsKeysLonger) {
    RigOptions options;
    options.idempotency_keep_ms = 1'000;
    EngineRig rig(options);
    rig.open_accounts({"ann"}, 0);
    rig.told(keyed("k", deposit("ann", 7)));
    rig.clock.advance(1'500);
    rig.tick_and_settle();
    EXPECT_EQ(rig.told(keyed("k", deposit("ann", 7))), "trade 3: 7, balance 14");
    rig.options().idempotency_keep_ms = 10'000;
    rig.restart();
    rig.clock.advance(9'000); // the first use is forgotten, the second is not
    rig.tick_and_settle();
    EXPECT_EQ(rig.told(keyed("k", deposit("ann", 7))), "trade 3: 7, balance 14, replayed");
    rig.clock.advance(2'000);
    rig.tick_and_settle();
    EXPECT_EQ(rig.engine().pressure().idempotency_keys, 0U);
}

TEST(Idempotency, TwinsMakeOneRecordUnderEverySchedule) {
    std::puts("schedules with seeds 1 to 200");
    for (std::uint64_t seed = 1; seed <= 200; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::mt19937_64 choice(seed);
        EngineRig rig;
        rig.open_accounts({"ann"}, 10);
        std::vector<Token> twins;
        for (int n = 0; n < 12; ++n) {
            twins.push_back(rig.ask(keyed("w", withdraw("ann", 15))));
            if (n == 5) {
                rig.ask(deposit("ann", 20));
            }
            for (auto steps = choice() % 8; steps > 0; --steps) {
                rig.step(choice);
            }
        }
        rig.settle_in_any_order(choice);
        std::size_t first = 0;
        std::size_t replayed = 0;
        for (const Token token : twins) {
            const std::string said = rig.said(token);
            const bool again = said.ends_with(", replayed");
            first += said.ends_with(": 15, balance 15") ? 1U : 0U;
            replayed += again ? 1U : 0U;
            EXPECT_TRUE(again || said.ends_with(": 15, balance 15") || said == "insufficient_funds")
                << said;
        }
        EXPECT_EQ(rig.count<domain::Withdrawn>(), 1U);
        EXPECT_EQ(first, 1U);
        EXPECT_EQ(rig.engine().pressure().idempotency_keys, 1U);
    }
}

} // namespace
} // namespace hongbao::testing
