// Role: promises 1 and 5: every answer rests on synced records only.
#include "tests/actors/engine_rig.hpp"

namespace hongbao::testing {
namespace {

using Token = EngineRig::Token;
const auto packet = packet_number(1);

TEST(Durability, EveryKindOfChangeIsAnsweredByItsCommitAndNotBefore) {
    EngineRig rig;
    rig.open_accounts({"ann", "bob"}, 1'000);
    rig.told(send(packet, "ann", 100, 2, domain::PacketKind::equal));
    struct Case {
        Body body;
        std::string answer;
    };
    std::vector<Case> cases;
    cases.push_back({open_account("eve"), "eve 0 created"});
    cases.push_back({deposit("ann", 5), "trade 7: 5, balance 905"});
    cases.push_back({withdraw("ann", 5), "trade 8: 5, balance 900"});
    cases.push_back({transfer("ann", "bob", 5), "trade 9: 5, balance 895"});
    cases.push_back({send(packet_number(2), "ann", 100, 2), "packet open, 100 in 2"});
    cases.push_back({open(packet, "bob"), "share 50"});
    cases.push_back({freeze("bob"), "bob 1055 frozen"});
    for (Case& one : cases) {
        const auto before = rig.journal.records().size();
        const Token token = rig.ask(std::move(one.body));
        rig.run();
        EXPECT_EQ(rig.said(token), "waiting") << one.answer;
        EXPECT_EQ(rig.journal.records().size(), before);
        rig.settle();
        EXPECT_EQ(rig.said(token), one.answer);
        EXPECT_EQ(rig.journal.records().size(), before + 1);
    }
}

TEST(Durability, RefusalsOfAnAccountWaitForTheUnsyncedRecordTheyRestOn) {
    EngineRig rig;
    rig.open_accounts({"ann", "bob"}, 100);
    const Token first = rig.ask(withdraw("ann", 100));
    const Token refused = rig.ask(withdraw("ann", 1));
    const Token read_of_it = rig.ask(read("ann"));
    const Token elsewhere = rig.ask(withdraw("bob", 101));
    rig.run();
    EXPECT_EQ(rig.said(first), "waiting");
    EXPECT_EQ(rig.said(refused), "waiting");
    EXPECT_EQ(rig.said(read_of_it), "waiting");
    EXPECT_EQ(rig.said(elsewhere), "insufficient_funds"); // nothing of bob's is unsynced
    rig.settle();
    EXPECT_EQ(rig.said(refused), "insufficient_funds");
    EXPECT_EQ(rig.said(first), "trade 5: 100, balance 0");
}

TEST(Durability, AnswersOfAPacketWaitForTheUnsyncedRecordTheyRestOn) {
    EngineRig rig;
    rig.open_accounts({"ann", "bob", "eve"}, 100);
    rig.told(send(packet, "ann", 1, 1));
    EXPECT_EQ(rig.told_before_commit(grab(packet, "bob")), "openable");
    EXPECT_EQ(rig.told_before_commit(read(packet)), "packet open, 1 in 1");
    const Token won = rig.ask(open(packet, "bob"));
    const Token again = rig.ask(open(packet, "bob"));
    const Token lost = rig.ask(open(packet, "eve"));
    const Token grabbed = rig.ask(grab(packet, "eve"));
    rig.run(); // a read takes one hop less: it does not ask about an account first
    const Token seen = rig.ask(read(packet));
    const std::vector<Token> all{won, again, lost, grabbed, seen};
    rig.run();
    for (const Token token : all) {
        EXPECT_EQ(rig.said(token), "waiting") << token;
    }
    EXPECT_TRUE(rig.commit());
    EXPECT_EQ(rig.said(won), "share 1");
    EXPECT_EQ(rig.said(again), "share 1 again");
    EXPECT_EQ(rig.said(lost), "packet_exhausted");
    EXPECT_EQ(rig.said(grabbed), "packet_exhausted");
    EXPECT_EQ(rig.said(seen), "packet exhausted, 0 in 0, luckiest bob");
    const auto order = rig.log.order();
    EXPECT_TRUE(std::equal(all.begin(), all.end(),
                           order.end() - 5)); // in the order in which they were asked
}

TEST(Durability, ReadsAndRefusalsThatRestOnSyncedRecordsNeedNoCommit) {
    EngineRig rig;
    rig.open_accounts({"ann", "bob"}, 100);
    rig.told(send(packet, "ann", 10, 1));
    rig.told(open(packet, "bob"));
    const auto commits = rig.journal.commit_sizes().size();
    EXPECT_EQ(rig.told_before_commit(read(packet)), "packet exhausted, 0 in 0, luckiest bob");
    EXPECT_EQ(rig.told_before_commit(open(packet, "bob")), "share 10 again");
    EXPECT_EQ(rig.told_before_commit(open(packet, "ann")), "packet_exhausted");
    EXPECT_EQ(rig.told_before_commit(read("ann")), "ann 90");
    EXPECT_EQ(rig.told_before_commit(withdraw("ann", 91)), "insufficient_funds");
    EXPECT_EQ(rig.told_before_commit(read("nobody")), "account_not_found");
    EXPECT_EQ(rig.told_before_commit(deposit("nobody", 1)), "account_not_found");
    EXPECT_EQ(rig.told_before_commit(read(packet_number(9))), "packet_not_found");
    EXPECT_FALSE(rig.commit());
    EXPECT_EQ(rig.journal.commit_sizes().size(), commits);
}

TEST(Durability, APacketSaysAsOfWhichRecordItIs) {
    EngineRig rig;
    rig.open_accounts({"ann", "bob", "carol"}, 100);
    const auto as_of = [&rig](EngineRig::Token token) {
        const auto* view = rig.log.get<actors::PacketView>(token);
        return view != nullptr ? view->as_of : 0;
    };
    const auto last = [&rig] { return rig.journal.position(0).last_sequence; };
    const auto sent = rig.ask(send(packet, "ann", 30, 3));
    rig.settle();
    EXPECT_EQ(as_of(sent), last());

    const auto before = last();
    rig.told_before_commit(open(packet, "bob"));
    const auto between = rig.ask(read(packet));
    rig.run();
    rig.told_before_commit(open(packet, "carol"));
    ASSERT_EQ(rig.said(between), "waiting");
    rig.settle();
    EXPECT_EQ(last(), before + 2);
    EXPECT_EQ(as_of(between), before + 1) << "one share was opened, and not the other";

    rig.told(deposit("ann", 1));
    const auto quiet = rig.ask(read(packet));
    rig.run();
    EXPECT_EQ(as_of(quiet), last()) << "it is as it was after every record";
}

TEST(Durability, AReadIsHeldUpByItsOwnPacketOnly) {
    EngineRig rig;
    rig.open_accounts({"ann"}, 100);
    const auto other = packet_number(2);
    rig.told(send(packet, "ann", 10, 1));
    rig.told(send(other, "ann", 20, 1));
    EXPECT_EQ(rig.told_before_commit(open(packet, "ann")), "waiting");
    EXPECT_EQ(rig.told_before_commit(read(other)), "packet open, 20 in 1");
    EXPECT_EQ(rig.told_before_commit(read(packet)), "waiting");
}

TEST(Durability, AQueryWaitsForWhatWasSyncedBeforeItAndNotForever) {
    RigOptions options;
    options.query_wait_ms = 5'000;
    EngineRig rig(options);
    rig.open_accounts({"ann"}, 100);
    rig.ask(deposit("ann", 5));
    rig.run();
    rig.commit(); // the projector has not taken it yet
    const Token in_time = rig.query(actors::ReadEntries{"ann", {}, {}});
    EXPECT_EQ(rig.said(in_time), "waiting");
    rig.clock.advance(5'000);
    rig.run();
    const auto* page = rig.log.get<actors::EntryPage>(in_time);
    ASSERT_NE(page, nullptr) << rig.said(in_time);
    EXPECT_EQ(page->items.front().balance_after_fen, 105);
    const Token late = rig.query(actors::ReadEntries{"ann", {}, {}});
    rig.clock.advance(5'001);
    rig.run();
    EXPECT_EQ(rig.said(late), "too far behind");
}

TEST(Durability, PacketIsNotThereBeforeItsSendIsSynced) {
    EngineRig rig;
    rig.open_accounts({"ann"}, 100);
    const Token sent = rig.ask(send(packet, "ann", 10, 1));
    rig.run();
    EXPECT_EQ(rig.told_before_commit(open(packet, "ann")), "packet_not_found");
    EXPECT_EQ(rig.told_before_commit(grab(packet, "ann")), "packet_not_found");
    EXPECT_EQ(rig.told_before_commit(read(packet)), "packet_not_found");
    EXPECT_EQ(rig.said(sent), "waiting");
    // Whoever hears of the packet can open it immediately.
    std::optional<Token> opened;
    rig.log.on_reply = [&](Token token) {
        if (token == sent) {
            opened = rig.ask(open(packet, "ann"));
        }
    };
    rig.settle();
    ASSERT_TRUE(opened.has_value());
    EXPECT_EQ(rig.said(*opened), "share 10");
}

TEST(Durability, AccountIsNotThereBeforeItsOpeningIsSynced) {
    EngineRig rig;
    rig.open_accounts({"ann"}, 100);
    rig.told(send(packet, "ann", 10, 1));
    const Token opened = rig.ask(open_account("bob"));
    rig.run();
    EXPECT_EQ(rig.told_before_commit(open(packet, "bob")), "account_not_found");
    EXPECT_EQ(rig.told_before_commit(grab(packet, "bob")), "account_not_found");
    EXPECT_EQ(rig.told_before_commit(transfer("ann", "bob", 1)), "account_not_found");
    const Token second = rig.ask(open_account("bob")); // rests on the first
    const Token seen = rig.ask(read("bob"));
    rig.run();
    EXPECT_EQ(rig.said(opened), "waiting");
    EXPECT_EQ(rig.said(second), "waiting");
    EXPECT_EQ(rig.said(seen), "waiting");
    rig.settle();
    EXPECT_EQ(rig.said(opened), "bob 0 created");
    EXPECT_EQ(rig.said(second), "bob 0");
    EXPECT_EQ(rig.count<domain::AccountOpened>(), 2U);
    EXPECT_EQ(rig.told(open(packet, "bob")), "share 10");
}

TEST(Durability, AnswersOfASyncedRecordShowNothingOfALaterUnsyncedOne) {
    RigOptions options;
    options.commit_batch_bytes_max = 1; // one record for each commit
    EngineRig rig(options);
    const Token opened = rig.ask(open_account("ann"));
    const Token in = rig.ask(deposit("ann", 5));
    const Token frozen = rig.ask(freeze("ann"));
    rig.run();
    const std::vector<std::pair<Token, std::string>> answers{
        {opened, "ann 0 created"}, {in, "trade 2: 5, balance 5"}, {frozen, "ann 5 frozen"}};
    for (std::size_t synced = 0; synced < answers.size(); ++synced) {
        EXPECT_TRUE(rig.commit());
        rig.run();
        for (std::size_t n = 0; n < answers.size(); ++n) {
            EXPECT_EQ(rig.said(answers[n].first), n <= synced ? answers[n].second : "waiting");
        }
    }
}

TEST(Durability, NothingIsToldWhenTheAppendFails) {
    using persistence::AppendOutcome;
    for (const auto outcome :
         {AppendOutcome::unknown, AppendOutcome::fenced, AppendOutcome::wrong_sequence}) {
        EngineRig rig;
        rig.open_accounts({"ann", "bob"}, 100);
        rig.told(send(packet, "ann", 10, 1));
        const auto records = rig.journal.records().size();
        rig.journal.fail_after(0, outcome, "no space left on device");
        std::vector<Token> tokens;
        tokens.push_back(rig.ask(deposit("ann", 5)));
        tokens.push_back(rig.ask(withdraw("ann", 96)));
        tokens.push_back(rig.ask(open(packet, "bob")));
        tokens.push_back(rig.ask(open(packet, "ann")));
        tokens.push_back(rig.ask(transfer("bob", "ann", 1)));
        rig.run();
        try {
            rig.commit();
            ADD_FAILURE() << "the commit went through";
        } catch (const FailStop& stop) {
            EXPECT_EQ(std::string(stop.what()), "the journal could not be written after record " +
                                                    std::to_string(records) +
                                                    ": no space left on device");
        }
        tokens.push_back(rig.ask(read("ann")));
        tokens.push_back(rig.ask(withdraw("ann", 91)));
        tokens.push_back(rig.ask(open(packet, "ann")));
        rig.run();
        for (const Token token : tokens) {
            EXPECT_EQ(rig.said(token), "waiting") << token;
        }
        EXPECT_EQ(rig.journal.records().size(), records);
    }
}

/// A client who hears of a movement of money finds it in the account that it went to, in whatever
/// order the actors are told.
class HeardOf : public ::testing::TestWithParam<bool> {};

TEST_P(HeardOf, TheCreditIsThereWhenTheReplyGoesOut) {
    for (std::uint32_t n = 0; n < 24; ++n) { // pairs of routers in both orders
        EngineRig rig;
        const std::string from = "from" + std::to_string(n);
        const std::string to = "to" + std::to_string(n * 5);
        rig.open_accounts({from, to}, 100);
        rig.told(send(packet_number(n), from, 10, 1));
        const std::vector<Token> moves{rig.ask(open(packet_number(n), to)),
                                       rig.ask(transfer(from, to, 7))};
        rig.run();
        std::vector<Token> reads;
        rig.log.on_reply = [&](Token token) {
            if (std::find(moves.begin(), moves.end(), token) != moves.end()) {
                reads.push_back(rig.ask(read(to)));
            }
        };
        if (GetParam()) {
            rig.handle_at_once();
        }
        rig.commit();
        rig.handle_in_turn();
        rig.settle();
        ASSERT_EQ(reads.size(), 2U);
        EXPECT_EQ(rig.said(reads[0]), to + " 117");
        EXPECT_EQ(rig.said(reads[1]), to + " 117");
    }
}

INSTANTIATE_TEST_SUITE_P(Order, HeardOf, ::testing::Bool(), [](const auto& at_once) {
    return std::string(at_once.param ? "HandledAtOnce" : "HandledInTurn");
});

} // namespace
} // namespace hongbao::testing
