// Role: what freezing does to every operation (rule 1), whether the frozen account acts or is acted
// upon. Debits stop; what is owed is still paid, and everything can still be read.
#include "tests/actors/engine_rig.hpp"

#include <array>

namespace hongbao::testing {
namespace {

const auto offered = packet_number(1);  // the other's: two shares of 10, both left
const auto opened = packet_number(2);   // the other's: a share of 10 is the doer's, one is left
const auto expiring = packet_number(3); // the doer's: two shares of 10, both left

/// Two accounts with 100 each after those sends, and a request of one of them.
class TwoAccounts {
  public:
    TwoAccounts() {
        rig_.open_accounts({"doer", "other"}, 110);
        rig_.told(deposit("other", 30));
        rig_.told(send(offered, "other", 20, 2, domain::PacketKind::equal));
        rig_.told(send(opened, "other", 20, 2, domain::PacketKind::equal));
        rig_.told(open(opened, "doer"));
        rig_.told(send(expiring, "doer", 20, 2, domain::PacketKind::equal));
    }

    void freeze_those(bool doer, bool other) {
        if (doer) {
            rig_.told(freeze("doer"));
        }
        if (other) {
            rig_.told(freeze("other"));
        }
    }

    /// The answer, and the balances after it: "done 100/100".
    std::string after(Body body) {
        const std::string said = rig_.told(std::move(body));
        return (said.starts_with("trade ") ? "done" : said) + balances();
    }
    std::string after_expiry_of_all() {
        rig_.clock.advance(packet_life_ms);
        rig_.tick_and_settle();
        return rig_.told(read(expiring)) + balances();
    }

  private:
    std::string balances() {
        return " " + std::to_string(rig_.balance_of("doer")) + "/" +
               std::to_string(rig_.balance_of("other"));
    }
    EngineRig rig_;
};

TEST(AccountStatus, EveryOperationForActiveAndFrozenOnEitherSideIsAsTheTableSays) {
    const std::string stopped = "account_frozen 100/100";
    const std::string checks = "preview: passed 100/100";
    const std::string checks_frozen = "preview: account_frozen 100/100";
    const std::string sent = "packet open, 20 in 2 80/100";
    const std::string again = "share 10 again 100/100";
    const std::string looks = "openable 100/100";
    const std::string refunded = "packet expired, 0 in 2, refund 20 120/130";
    const std::string packet_seen = "packet open, 20 in 2 100/100";
    const std::string seen = "doer 100 100/100";
    const std::string seen_frozen = "doer 100 frozen 100/100";
    const std::string renamed = "doer 'new name' 100 100/100";
    const std::string renamed_frozen = "doer 'new name' 100 frozen 100/100";
    const auto always = [](const std::string& outcome) {
        return std::array{outcome, outcome, outcome, outcome};
    };
    const auto unless_doer_is_frozen = [&](const std::string& outcome) {
        return std::array{outcome, stopped, outcome, stopped};
    };
    struct Row {
        const char* words;
        std::string (*act)(TwoAccounts&);
        std::array<std::string, 4> outcomes; // both active, doer frozen, other frozen, both
    };
    const Row rows[] = {
        {"deposit", [](TwoAccounts& t) { return t.after(deposit("doer", 5)); },
         always("done 105/100")},
        {"withdraw", [](TwoAccounts& t) { return t.after(withdraw("doer", 5)); },
         unless_doer_is_frozen("done 95/100")},
        {"transfer, out for the doer and in for the other",
         [](TwoAccounts& t) { return t.after(transfer("doer", "other", 5)); },
         unless_doer_is_frozen("done 95/105")},
        {"send",
         [](TwoAccounts& t) {
             return t.after(send(packet_number(4), "doer", 20, 2, domain::PacketKind::equal));
         },
         unless_doer_is_frozen(sent)},
        {"preview",
         [](TwoAccounts& t) { return t.after(preview(send(packet_number(4), "doer", 20, 2))); },
         {checks, checks_frozen, checks, checks_frozen}},
        {"grab of the other's packet",
         [](TwoAccounts& t) { return t.after(grab(offered, "doer")); },
         unless_doer_is_frozen(looks)},
        {"open of the other's packet",
         [](TwoAccounts& t) { return t.after(open(offered, "doer")); },
         unless_doer_is_frozen("share 10 110/100")},
        {"grab of a packet opened before",
         [](TwoAccounts& t) { return t.after(grab(opened, "doer")); }, always(looks)},
        {"open once more", [](TwoAccounts& t) { return t.after(open(opened, "doer")); },
         always(again)},
        {"refund at expiry, of both", [](TwoAccounts& t) { return t.after_expiry_of_all(); },
         always(refunded)},
        {"freeze", [](TwoAccounts& t) { return t.after(freeze("doer")); }, always(seen_frozen)},
        {"thaw",
         [](TwoAccounts& t) { return t.after(set_status("doer", domain::AccountStatus::active)); },
         always(seen)},
        {"open the account once more",
         [](TwoAccounts& t) { return t.after(open_account("doer")); },
         {seen, seen_frozen, seen, seen_frozen}},
        {"rename",
         [](TwoAccounts& t) { return t.after(rename("doer", "new name")); },
         {renamed, renamed_frozen, renamed, renamed_frozen}},
        {"read the account",
         [](TwoAccounts& t) { return t.after(read("doer")); },
         {seen, seen_frozen, seen, seen_frozen}},
        {"read the packet", [](TwoAccounts& t) { return t.after(read(offered)); },
         always(packet_seen)},
    };
    for (const Row& row : rows) {
        for (unsigned frozen = 0; frozen < 4; ++frozen) {
            SCOPED_TRACE(std::string(row.words) + ((frozen & 1U) != 0 ? ", doer frozen" : "") +
                         ((frozen & 2U) != 0 ? ", other frozen" : ""));
            TwoAccounts two;
            two.freeze_those((frozen & 1U) != 0, (frozen & 2U) != 0);
            EXPECT_EQ(row.act(two), row.outcomes[frozen]);
        }
    }
}

TEST(AccountStatus, WhoAsksForTheStatusThatThereIsIsToldTheAccountAsItWasThen) {
    EngineRig rig;
    rig.open_accounts({"ann"}, 100);
    const EngineRig::Token out = rig.ask(withdraw("ann", 30));
    const EngineRig::Token frozen = rig.ask(freeze("ann"));
    const EngineRig::Token again = rig.ask(freeze("ann"));
    const EngineRig::Token in = rig.ask(deposit("ann", 5));
    const EngineRig::Token once_more = rig.ask(freeze("ann"));
    rig.run();
    EXPECT_EQ(rig.said(again), "waiting");
    rig.settle();
    EXPECT_EQ(rig.said(out), "trade 3: 30, balance 70");
    EXPECT_EQ(rig.said(frozen), "ann 70 frozen");
    EXPECT_EQ(rig.said(again), "ann 70 frozen") << "frozen with 100 it never was";
    EXPECT_EQ(rig.said(in), "trade 5: 5, balance 75");
    EXPECT_EQ(rig.said(once_more), "ann 75 frozen");
    EXPECT_EQ(rig.told_before_commit(freeze("ann")), "ann 75 frozen");
    EXPECT_EQ(rig.count<domain::AccountStatusChanged>(), 1U);
}

TEST(AccountProfile, WhoAsksForTheNameThatThereIsMakesNoRecordAndHearsOfItAfterItsOwn) {
    EngineRig rig;
    rig.open_accounts({"ann"}, 100);
    const EngineRig::Token renamed = rig.ask(rename("ann", "Anna"));
    const EngineRig::Token again = rig.ask(rename("ann", "Anna"));
    const EngineRig::Token back = rig.ask(rename("ann", "name of ann"));
    const EngineRig::Token as_opened = rig.ask(open_account("ann"));
    rig.run();
    EXPECT_EQ(rig.said(again), "waiting");
    rig.settle();
    EXPECT_EQ(rig.said(renamed), "ann 'Anna' 100");
    EXPECT_EQ(rig.said(again), "ann 'Anna' 100");
    EXPECT_EQ(rig.said(back), "ann 100");
    EXPECT_EQ(rig.said(as_opened), "ann 100");
    EXPECT_EQ(rig.told(rename("ann", "name of ann")), "ann 100");
    EXPECT_EQ(rig.count<domain::AccountProfileChanged>(), 2U);
    EXPECT_EQ(rig.told(rename("nobody", "Nobody")), "account_not_found");
}

TEST(AccountProfile, AtRestAsleepAndAfterARestartTheNameIsTheNewOne) {
    EngineRig rig;
    rig.open_accounts({"ann", "bob"}, 100);
    EXPECT_EQ(rig.told(rename("ann", "Anna")), "ann 'Anna' 100");
    EXPECT_EQ(rig.told(transfer("bob", "ann", 5)), "trade 6: 5, balance 95");
    EXPECT_EQ(rig.told(read("ann")), "ann 'Anna' 105");
    rig.restart();
    EXPECT_EQ(rig.told(read("ann")), "ann 'Anna' 105");
    EXPECT_EQ(rig.told(open_account("ann")), "account_exists");
    EXPECT_EQ(rig.told(rename("ann", "Anna")), "ann 'Anna' 105");
    EXPECT_EQ(rig.count<domain::AccountProfileChanged>(), 1U);
}

} // namespace
} // namespace hongbao::testing
