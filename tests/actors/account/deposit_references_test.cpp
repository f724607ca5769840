// Role: a deposit's reference names one deposit of its account, for ever.
#include "tests/actors/engine_rig.hpp"

#include <set>

namespace hongbao::testing {
namespace {

using Token = EngineRig::Token;

TEST(DepositReferences, StandForOneDepositUnderEverySchedule) {
    std::puts("schedules with seeds 1 to 100");
    for (std::uint64_t seed = 1; seed <= 100; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::mt19937_64 choice(seed);
        RigOptions options;
        options.awake_bytes_max = seed % 2 == 0 ? 1 : UINT64_MAX;
        EngineRig rig(options);
        rig.open_accounts({"ann"}, 0);
        std::vector<Token> twins;
        for (int n = 0; n < 8; ++n) {
            // Two of four have their own key, one has another amount.
            Body body = deposit_of("r", "ann", n % 4 == 3 ? 6 : 5);
            const std::string key = "k" + std::to_string(n);
            twins.push_back(rig.ask(n % 2 == 0 ? std::move(body) : keyed(key, std::move(body))));
            for (auto steps = choice() % 10; steps > 0; --steps) {
                rig.step(choice);
            }
        }
        rig.settle_in_any_order(choice);
        const domain::Fen amount_fen = rig.balance_of("ann");
        std::multiset<std::string> said;
        for (const Token token : twins) {
            said.insert(rig.said(token));
        }
        const std::string first =
            "trade 2: " + std::to_string(amount_fen) + ", balance " + std::to_string(amount_fen);
        const std::size_t same = amount_fen == 5 ? 6 : 2;
        EXPECT_EQ(said.count(first), 1U);
        EXPECT_EQ(said.count(first + ", replayed"), same - 1);
        EXPECT_EQ(said.count("reference_reused"), 8 - same);
        EXPECT_EQ(rig.count<domain::Deposited>(), 1U);
        EXPECT_LE(rig.engine().pressure().idempotency_keys, 1U);
    }
}

TEST(DepositReferences, AreKnownAfterARestartAndTheFirstOfOlderOnesCounts) {
    EngineRig rig;
    rig.open_accounts({"ann", "bob"}, 0);
    EXPECT_EQ(rig.told(deposit_of("r", "ann", 5)), "trade 3: 5, balance 5");
    EXPECT_EQ(rig.told(deposit_of("r", "bob", 5)), "trade 4: 5, balance 5");
    EXPECT_EQ(rig.told(deposit_of("", "ann", 5)), "trade 5: 5, balance 10");
    EXPECT_EQ(rig.told(deposit_of("", "ann", 5)), "trade 6: 5, balance 15");
    // As an older version recorded it.
    const domain::Record twice{7, rig.clock.now(), domain::Deposited{"ann", 9, "r"}, {}};
    const auto epoch = std::get<persistence::Epoch>(rig.journal.acquire(0));
    EXPECT_EQ(rig.journal.append(0, epoch, 6, std::span(&twice, 1)).outcome,
              persistence::AppendOutcome::ok);
    rig.restart();
    EXPECT_EQ(rig.told(deposit_of("r", "ann", 5)), "trade 3: 5, balance 5, replayed");
    EXPECT_EQ(rig.told(deposit_of("r", "ann", 9)), "reference_reused");
    EXPECT_EQ(rig.balance_of("ann"), 24);
    rig.replayed();
}

} // namespace
} // namespace hongbao::testing
