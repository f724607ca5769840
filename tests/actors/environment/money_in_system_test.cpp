// Role: no more money than allowed ever comes in, in whatever way, and nobody is refused because
// of money that a crash takes back.
#include "domain/posting.hpp"
#include "tests/actors/sale_rig.hpp"

namespace hongbao::testing {
namespace {

using Token = EngineRig::Token;

RigOptions at_most(domain::Fen money_in_system_fen_max) {
    RigOptions options;
    options.money_in_system_fen_max = money_in_system_fen_max;
    return options;
}

TEST(MoneyInSystem, IsBoundedOverAllAccountsAndAlsoAfterARestart) {
    EngineRig rig(at_most(1'000));
    rig.open_accounts({"ann", "bob"}, 0);
    EXPECT_EQ(rig.told(deposit("ann", 600)), "trade 3: 600, balance 600");
    EXPECT_EQ(rig.told(keyed("k", deposit("bob", 401))), "money_limit_reached");
    EXPECT_EQ(rig.told(deposit("bob", 400)), "trade 4: 400, balance 400");
    EXPECT_EQ(rig.told(deposit("bob", 1)), "money_limit_reached");
    EXPECT_EQ(rig.told(send(packet_number(1), "ann", 600, 1)), "packet open, 600 in 1");
    EXPECT_EQ(rig.told(deposit("ann", 1)), "money_limit_reached") << "escrow is in the system, too";
    rig.restart();
    EXPECT_EQ(rig.told(deposit("ann", 1)), "money_limit_reached");
    EXPECT_EQ(rig.told(open(packet_number(1), "bob")), "share 600") << "no credit is refused";
    EXPECT_EQ(rig.told(withdraw("bob", 401)), "trade 7: 401, balance 599");
    EXPECT_EQ(rig.told(keyed("k", deposit("bob", 401))), "trade 8: 401, balance 1000")
        << "the key of what was refused is free";
    EXPECT_EQ(rig.told(deposit("nobody", 1)), "account_not_found");
}

TEST(MoneyInSystem, ARefusalWaitsForTheUnsyncedMoneyThatItRestsOn) {
    EngineRig rig(at_most(1'000));
    rig.open_accounts({"ann", "bob"}, 0);
    rig.ask(deposit("ann", 600));
    rig.run();
    const Token refused = rig.ask(deposit("bob", 600));
    rig.run();
    EXPECT_EQ(rig.said(refused), "waiting");
    rig.restart(); // a crash before the sync
    EXPECT_EQ(rig.said(refused), "waiting");
    EXPECT_EQ(rig.told(deposit("bob", 600)), "trade 3: 600, balance 600");
    EXPECT_EQ(rig.told_before_commit(deposit("ann", 401)), "money_limit_reached");
}

TEST(MoneyInSystem, WhatIsWithdrawnMakesRoomOnceItIsSyncedAndNotBefore) {
    EngineRig rig(at_most(1'000));
    rig.open_accounts({"ann", "bob"}, 500);
    const Token out = rig.ask(withdraw("ann", 500));
    rig.run();
    EXPECT_EQ(rig.told_before_commit(deposit("bob", 500)), "money_limit_reached");
    rig.settle();
    EXPECT_EQ(rig.said(out), "trade 5: 500, balance 0");
    EXPECT_EQ(rig.told(deposit("bob", 500)), "trade 6: 500, balance 1000");
}

TEST(MoneyInSystem, BoundsWhatGatewaysBringAndTheReferenceMayComeAgain) {
    SaleRig rig(at_most(22 * price_fen));
    rig.begin(sale_of(2), {"bo", "lan"}); // 20 prices
    const auto bo = rig.reserved("bo");
    const auto lan = rig.reserved("lan");
    EXPECT_EQ(rig.told(pay_outside(bo, "gw", 2 * price_fen + 1)), "money_limit_reached");
    EXPECT_EQ(rig.told(pay_outside(bo, "gw", price_fen)), "order_paid: order paid, 1 for 300");
    EXPECT_EQ(rig.told(pay_outside(lan, "gw2", price_fen + 1)), "money_limit_reached");
    EXPECT_EQ(rig.told(withdraw("lan", 1)), "trade 10: 1, balance 2999");
    EXPECT_EQ(rig.told(pay_outside(lan, "gw2", price_fen + 1)),
              "wrong_amount: order reserved, 1 for 300");
    EXPECT_EQ(rig.told(pay(lan)), "order paid, 1 for 300") << "what is inside may move";
    rig.check_books();
}

TEST(MoneyInSystem, CountsWhatIsSuspendedUntilItIsReturned) {
    RigOptions options = at_most(22 * price_fen);
    options.limits.external_credit_fen_max = 0;
    SaleRig rig(options);
    rig.begin(sale_of(2), {"bo", "lan"}); // 20 prices
    const auto bo = rig.reserved("bo");
    EXPECT_EQ(rig.told(pay_outside(bo, "gw", 2 * price_fen)),
              "wrong_amount, suspended: order reserved, 1 for 300");
    EXPECT_EQ(rig.told(pay_outside(bo, "gw2", 1)), "money_limit_reached");
    EXPECT_EQ(rig.told(decide(8, domain::SuspensionEnd::returned)), "gw returned 'looked into'");
    EXPECT_EQ(rig.told(pay_outside(bo, "gw2", price_fen + 1)),
              "wrong_amount, suspended: order reserved, 1 for 300");
    EXPECT_EQ(rig.told(decide(10, domain::SuspensionEnd::released)), "gw2 released 'looked into'");
    EXPECT_EQ(rig.told(pay_outside(bo, "gw3", price_fen)), "money_limit_reached");
    EXPECT_EQ(rig.balance_of("bo"), 11 * price_fen + 1);
    rig.check_books();
}

TEST(MoneyInSystem, MayBeMoreInAJournalOfBeforeAndOnlyGoesDown) {
    EngineRig rig;
    rig.open_accounts({"ann", "bob"}, 5'000);
    rig.options().money_in_system_fen_max = 1'000;
    rig.restart();
    EXPECT_EQ(rig.told(read("ann")), "ann 5000");
    EXPECT_EQ(rig.told(deposit("ann", 1)), "money_limit_reached");
    EXPECT_EQ(rig.told(transfer("ann", "bob", 5'000)), "trade 5: 5000, balance 0");
    EXPECT_EQ(rig.told(withdraw("bob", 9'500)), "trade 6: 9500, balance 500");
    EXPECT_EQ(rig.told(deposit("ann", 501)), "money_limit_reached");
    EXPECT_EQ(rig.told(deposit("ann", 500)), "trade 7: 500, balance 500");
}

TEST(MoneyInSystem, IsNeverMoreUnderManySchedules) {
    std::puts("schedules with seeds 1 to 40");
    constexpr domain::Fen fen_max = 500;
    std::size_t full = 0;
    for (std::uint64_t seed = 1; seed <= 40; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::mt19937_64 choice(seed);
        RigOptions options = at_most(fen_max);
        options.awake_bytes_max = seed % 3 == 0 ? 1 : UINT64_MAX;
        EngineRig rig(options);
        const auto names = users(12);
        rig.open_accounts(names, 0);
        for (std::size_t n = 0; n < 200; ++n) {
            const auto amount_fen = 1 + static_cast<domain::Fen>(choice() % 100);
            const std::string& name = names[choice() % names.size()];
            rig.ask(choice() % 3 == 0 ? withdraw(name, amount_fen) : deposit(name, amount_fen));
            for (std::uint64_t steps = choice() % 6; steps > 0; --steps) {
                rig.step(choice);
            }
            if (choice() % 50 == 0) {
                rig.restart();
            }
        }
        rig.settle_in_any_order(choice);
        domain::Fen held_fen = 0;
        for (const domain::Record& record : rig.journal.records()) {
            held_fen += domain::brought_in_fen(record.event);
            ASSERT_LE(held_fen, fen_max);
            full += held_fen > fen_max - 50 ? 1 : 0;
        }
        for (const auto& name : names) { // and all of it can be withdrawn: none is held by mistake
            if (const auto balance_fen = rig.balance_of(name); balance_fen > 0) {
                rig.told(withdraw(name, balance_fen));
            }
        }
        EXPECT_TRUE(rig.told(deposit("u0", fen_max)).ends_with(", balance 500"));
    }
    EXPECT_GT(full, 100U);
}

} // namespace
} // namespace hongbao::testing
