// Role: accounts: balances exact in journal order, holds, freezes, transfers.
#include "tests/actors/engine_rig.hpp"

#include <map>

namespace hongbao::testing {
namespace {

using Token = EngineRig::Token;

/// Credits reach an account when they are synced, debits are held when they are decided: so the
/// statement has them in another order than they were decided.
TEST(Account, IsRefusedForLackOfMoneyOnlyAsItsStatementSays) {
    EngineRig rig;
    rig.open_accounts({"ann", "bob"}, 100);
    const EngineRig::Token in = rig.ask(transfer("ann", "bob", 50));
    rig.run();
    const EngineRig::Token all = rig.ask(withdraw("bob", 100));
    const EngineRig::Token some = rig.ask(withdraw("bob", 30));
    const EngineRig::Token looked = rig.ask(preview(send(packet_number(1), "bob", 20, 1)));
    const EngineRig::Token rest = rig.ask(withdraw("bob", 20));
    const EngineRig::Token more = rig.ask(withdraw("bob", 1));
    rig.run();
    for (const EngineRig::Token token : {in, all, some, looked, rest, more}) {
        EXPECT_EQ(rig.said(token), "waiting");
    }
    rig.settle();
    EXPECT_EQ(rig.said(in), "trade 5: 50, balance 50");
    EXPECT_EQ(rig.said(all), "trade 6: 100, balance 50");
    EXPECT_EQ(rig.said(some), "trade 7: 30, balance 20");
    EXPECT_EQ(rig.said(looked), "preview: passed");
    EXPECT_EQ(rig.said(rest), "trade 8: 20, balance 0");
    EXPECT_EQ(rig.said(more), "insufficient_funds");
    EXPECT_EQ(rig.told_before_commit(withdraw("bob", 1)), "insufficient_funds");
}

TEST(Accounts, WithdrawalsInFlightHoldTheBalance) {
    EngineRig rig;
    rig.open_accounts({"ann"}, 100);
    const auto tokens = rig.ask_all([] {
        std::vector<Body> both;
        both.push_back(withdraw("ann", 60));
        both.push_back(withdraw("ann", 60));
        both.push_back(send(packet_number(1), "ann", 41, 1));
        both.push_back(transfer("ann", "ann", 1));
        both.push_back(withdraw("ann", 40));
        return both;
    }());
    rig.settle();
    EXPECT_EQ(rig.said(tokens[0]), "trade 3: 60, balance 40");
    EXPECT_EQ(rig.said(tokens[1]), "insufficient_funds");
    EXPECT_EQ(rig.said(tokens[2]), "insufficient_funds");
    EXPECT_EQ(rig.said(tokens[3]), "same_account");
    EXPECT_EQ(rig.said(tokens[4]), "trade 4: 40, balance 0");
}

TEST(Accounts, DepositInFlightMayBeSpentAndBothAreAnsweredInOrder) {
    EngineRig rig;
    rig.open_accounts({"ann"}, 0);
    const Token in = rig.ask(deposit("ann", 50));
    const Token out = rig.ask(withdraw("ann", 30));
    rig.run();
    rig.commit();
    rig.run();
    EXPECT_EQ(rig.said(in), "trade 2: 50, balance 50");
    EXPECT_EQ(rig.said(out), "trade 3: 30, balance 20");
}

TEST(Accounts, UnsyncedCreditIsNotSpent) {
    EngineRig rig;
    rig.open_accounts({"ann", "bob"}, 100);
    rig.ask(transfer("ann", "bob", 50));
    rig.run();
    EXPECT_EQ(rig.told_before_commit(withdraw("bob", 101)), "insufficient_funds");
    rig.settle();
    EXPECT_EQ(rig.told(withdraw("bob", 150)), "trade 6: 150, balance 0");
}

TEST(Accounts, TransferToAMissingAccountIsRefusedAndTakesNothing) {
    EngineRig rig;
    rig.open_accounts({"ann"}, 100);
    EXPECT_EQ(rig.told(transfer("ann", "nobody", 1)), "account_not_found");
    EXPECT_EQ(rig.told(transfer("nobody", "ann", 1)), "account_not_found");
    EXPECT_EQ(rig.told(transfer("nobody", "nobody2", 1)), "account_not_found");
    EXPECT_EQ(rig.balance_of("ann"), 100);
    EXPECT_EQ(rig.count<domain::Transferred>(), 0U);
}

TEST(Accounts, FreezeHoldsForOpensAcceptedAfterItsAcknowledgement) {
    EngineRig rig;
    rig.open_accounts({"ann", "bob"}, 100);
    rig.told(send(packet_number(1), "ann", 10, 2, domain::PacketKind::equal));
    const Token frozen = rig.ask(freeze("bob"));
    std::vector<Token> after;
    rig.log.on_reply = [&](Token token) {
        if (token == frozen) {
            after.push_back(rig.ask(open(packet_number(1), "bob")));
            after.push_back(rig.ask(grab(packet_number(1), "bob")));
            after.push_back(rig.ask(withdraw("bob", 1)));
            after.push_back(rig.ask(transfer("bob", "ann", 1)));
        }
    };
    rig.settle();
    EXPECT_EQ(rig.said(frozen), "bob 100 frozen");
    ASSERT_EQ(after.size(), 4U);
    for (const Token token : after) {
        EXPECT_EQ(rig.said(token), "account_frozen");
    }
    EXPECT_EQ(rig.told(transfer("ann", "bob", 5)), "trade 7: 5, balance 85"); // credits never fail
    EXPECT_EQ(rig.told(set_status("bob", domain::AccountStatus::active)), "bob 105");
    EXPECT_EQ(rig.told(open(packet_number(1), "bob")), "share 5");
}

TEST(Accounts, DebitsAreFrozenFromTheFreezesDecisionOn) {
    EngineRig rig;
    rig.open_accounts({"ann"}, 100);
    const Token frozen = rig.ask(freeze("ann"));
    const Token out = rig.ask(withdraw("ann", 1));
    rig.run();
    EXPECT_EQ(rig.said(out), "waiting"); // the refusal rests on the freeze
    rig.settle();
    EXPECT_EQ(rig.said(frozen), "ann 100 frozen");
    EXPECT_EQ(rig.said(out), "account_frozen");
}

TEST(Accounts, APreviewIsByTheAccountAsDecidedAndRecordsNothing) {
    EngineRig rig;
    rig.open_accounts({"ann"}, 100);
    const auto ask_of = [](domain::Fen total_fen) {
        return preview(send(packet_number(1), "ann", total_fen, 1));
    };
    EXPECT_EQ(rig.told_before_commit(ask_of(100)), "preview: passed");
    EXPECT_EQ(rig.told_before_commit(ask_of(101)), "preview: insufficient_funds");
    EXPECT_EQ(rig.told_before_commit(preview(send(packet_number(1), "nobody", 1, 1))),
              "account_not_found");
    const std::size_t records = rig.journal.records().size();
    const Token out = rig.ask(withdraw("ann", 60));
    const Token after = rig.ask(ask_of(41));
    rig.run();
    EXPECT_EQ(rig.said(after), "waiting"); // it reveals that money has left
    rig.settle();
    EXPECT_EQ(rig.said(out), "trade 3: 60, balance 40");
    EXPECT_EQ(rig.said(after), "preview: insufficient_funds");
    EXPECT_EQ(rig.told(ask_of(40)), "preview: passed");
    EXPECT_EQ(rig.told(ask_of(40)), "preview: passed");
    EXPECT_EQ(rig.journal.records().size(), records + 1) << "the withdrawal alone";
    rig.told(freeze("ann"));
    EXPECT_EQ(rig.told(ask_of(40)), "preview: account_frozen");
}

/// Compares every receipt with a fold of the journal up to its record.
void check_balances_told(const EngineRig& rig, const std::vector<Token>& tokens) {
    std::map<domain::Sequence, const actors::TradeReceipt*> receipts;
    for (const Token token : tokens) {
        if (const auto* receipt = rig.log.get<actors::TradeReceipt>(token)) {
            EXPECT_TRUE(receipts.emplace(receipt->trade.sequence, receipt).second);
        }
    }
    PlainLedger ledger;
    std::size_t compared = 0;
    for (const domain::Record& record : rig.journal.records()) {
        ledger.note(record.event);
        const auto found = receipts.find(record.sequence);
        if (found == receipts.end()) {
            continue;
        }
        ++compared;
        const auto expect = [&](const domain::UserId& user_id, domain::Fen amount_fen) {
            EXPECT_EQ(found->second->trade.amount_fen, amount_fen);
            EXPECT_EQ(found->second->balance_fen, ledger.users[user_id]);
        };
        if (const auto* in = std::get_if<domain::Deposited>(&record.event)) {
            expect(in->user_id, in->amount_fen);
        } else if (const auto* out = std::get_if<domain::Withdrawn>(&record.event)) {
            expect(out->user_id, out->amount_fen);
        } else {
            const auto& moved = std::get<domain::Transferred>(record.event);
            expect(moved.from, moved.amount_fen);
        }
        for (const auto& [user, balance_fen] : ledger.users) {
            EXPECT_GE(balance_fen, 0) << user << " after record " << record.sequence;
        }
    }
    EXPECT_EQ(compared, receipts.size()) << "a receipt without a record";
}

TEST(Accounts, BalancesToldAreExactInJournalOrderWhileCreditsInterleave) {
    std::puts("schedules with seeds 1 to 150");
    const auto names = users(5);
    std::size_t receipts = 0;
    for (std::uint64_t seed = 1; seed <= 150; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::mt19937_64 choice(seed);
        RigOptions options;
        options.router_count = 1U << (seed % 3);
        options.commit_batch_bytes_max = seed % 2 == 0 ? 600 : 4U << 20U;
        options.luck_seed = seed;
        EngineRig rig(options);
        rig.open_accounts(names, 50);
        rig.told(send(packet_number(1), "u0", 50, 5));
        std::vector<Token> tokens;
        const auto somebody = [&] { return names[choice() % names.size()]; };
        for (int n = 0; n < 60; ++n) {
            const auto amount_fen = static_cast<domain::Fen>(1 + choice() % 40);
            switch (choice() % 5) {
            case 0: tokens.push_back(rig.ask(deposit(somebody(), amount_fen))); break;
            case 1: tokens.push_back(rig.ask(withdraw(somebody(), amount_fen))); break;
            case 2:
            case 3: tokens.push_back(rig.ask(transfer(somebody(), somebody(), amount_fen))); break;
            default: tokens.push_back(rig.ask(open(packet_number(1), somebody())));
            }
            for (auto steps = choice() % 6; steps > 0; --steps) {
                rig.step(choice);
            }
        }
        rig.settle_in_any_order(choice);
        for (const Token token : tokens) {
            EXPECT_NE(rig.said(token), "waiting");
            receipts += rig.log.get<actors::TradeReceipt>(token) != nullptr ? 1 : 0;
        }
        check_balances_told(rig, tokens);
        auto audited = rig.audited();
        for (const std::string& user : names) {
            EXPECT_EQ(rig.balance_of(user), audited.users[user]);
        }
    }
    EXPECT_GT(receipts, 2'000U); // the comparison was not empty
}

} // namespace
} // namespace hongbao::testing
