// Role: entities go to sleep and are woken, in every order that a seed can choose: nothing is lost,
// doubled or told too early, and memory stays within its budget.
#include "actors/environment/weight.hpp"
#include "tests/actors/engine_rig.hpp"

#include <cstdio>
#include <map>

namespace hongbao::testing {
namespace {

using Token = EngineRig::Token;
const auto packet = packet_number(1);

RigOptions with_budget(std::uint64_t awake_bytes_max) {
    RigOptions options;
    options.router_count = 1;
    options.awake_bytes_max = awake_bytes_max;
    return options;
}

/// Makes the routers put everything to sleep that can sleep.
void let_sleep(EngineRig& rig) {
    for (int ticks = 0; ticks < 20; ++ticks) {
        rig.tick_and_settle();
    }
}

TEST(Sleep, MemoryKeepsToItsBudgetAndEverybodyIsStillThere) {
    EngineRig rig(with_budget(10 * actors::account_at_rest_bytes));
    const auto names = users(300);
    rig.open_accounts(names, 70);
    let_sleep(rig);
    EXPECT_LE(rig.engine().awake_entities(), 10U);
    for (const std::string& user : names) {
        EXPECT_EQ(rig.told(read(user)), user + " 70");
    }
    let_sleep(rig);
    EXPECT_LE(rig.engine().awake_entities(), 10U);
}

TEST(Sleep, AStartWakesNobody) {
    EngineRig rig;
    rig.open_accounts({"ann", "bob"}, 100);
    rig.told(send(packet, "ann", 10, 2));
    rig.restart();
    EXPECT_EQ(rig.engine().awake_entities(), 0U);
    EXPECT_EQ(rig.told(read("bob")), "bob 100");
    EXPECT_EQ(rig.engine().awake_entities(), 1U);
    EXPECT_EQ(rig.told(read(packet)), "packet open, 10 in 2");
    EXPECT_EQ(rig.engine().awake_entities(), 2U);
}

TEST(Sleep, AListTellsHowPacketsStandAndWakesNoneOfThem) {
    EngineRig rig;
    rig.open_accounts({"ann", "bob"}, 1'000);
    for (std::uint32_t n = 1; n <= 3; ++n) {
        rig.told(send(packet_number(n), "ann", 10 * n, n));
    }
    rig.told(open(packet_number(1), "bob"));
    rig.restart();
    rig.clock.advance(packet_life_ms); // expired, though the timer has yet to come
    const auto told = [&](actors::MentionKind kind, const std::string& user) {
        const Token token = rig.query(actors::ReadMentions{kind, user, {}});
        rig.run();
        return rig.log.get<actors::MentionPage>(token)->items;
    };
    const auto sent = told(actors::MentionKind::sent, "ann");
    ASSERT_EQ(sent.size(), 3U);
    EXPECT_EQ(sent[0].packet.status, domain::PacketStatus::expired);
    EXPECT_EQ(sent[0].packet.remaining_fen, 30) << "nobody has given it back yet";
    EXPECT_EQ(sent[2].packet.status, domain::PacketStatus::exhausted);
    EXPECT_EQ(sent[2].packet.luckiest_user_id, "bob");
    const auto received = told(actors::MentionKind::received, "bob");
    ASSERT_EQ(received.size(), 1U);
    EXPECT_EQ(received[0].own_share_fen, 10);
    EXPECT_EQ(rig.engine().awake_entities(), 0U);
}

TEST(Sleep, ADaysLimitIsNotForgottenByAClockThatWasSetBackToTheDayBefore) {
    RigOptions options = with_budget(1);
    options.limits.daily_personal = domain::DailyLimit{1, 1'000};
    EngineRig rig(options);
    rig.open_accounts({"ann", "bob"}, 100);
    constexpr std::int64_t half_a_day_ms = domain::ms_per_day / 2;
    rig.clock.advance(half_a_day_ms); // over 00:00 UTC+8
    ASSERT_NE(domain::business_day(rig.clock.now()), domain::business_day(rig_begins));
    EXPECT_EQ(rig.told(send(packet, "ann", 10, 2)), "packet open, 10 in 2");
    rig.clock.advance(-half_a_day_ms);
    EXPECT_EQ(rig.told(send(packet_number(2), "ann", 10, 2)), "daily_limit_reached");
    let_sleep(rig);
    EXPECT_EQ(rig.told(send(packet_number(2), "ann", 10, 2)), "daily_limit_reached");
    rig.restart();
    EXPECT_EQ(rig.told(send(packet_number(2), "ann", 10, 2)), "daily_limit_reached");
    EXPECT_EQ(rig.told(send(packet_number(2), "bob", 10, 2)), "packet open, 10 in 2");
    rig.clock.advance(half_a_day_ms + domain::ms_per_day);
    EXPECT_EQ(rig.told(send(packet_number(3), "ann", 10, 2)), "packet open, 10 in 2");
}

TEST(Sleep, WhoDoesNotExistTakesNoMemory) {
    EngineRig rig;
    rig.open_accounts({"ann"}, 100);
    rig.told(send(packet, "ann", 10, 2));
    const auto before = rig.engine().awake_entities();
    for (const std::string& user : users(20)) {
        EXPECT_EQ(rig.told(read(user)), "account_not_found");
        EXPECT_EQ(rig.told(deposit(user, 1)), "account_not_found");
        EXPECT_EQ(rig.told(transfer("ann", user, 1)), "account_not_found");
        EXPECT_EQ(rig.told(open(packet, user)), "account_not_found");
    }
    for (std::uint32_t n = 100; n < 120; ++n) {
        EXPECT_EQ(rig.told(read(packet_number(n))), "packet_not_found");
        EXPECT_EQ(rig.told(open(packet_number(n), "ann")), "packet_not_found");
    }
    EXPECT_EQ(rig.engine().awake_entities(), before);
}

TEST(Sleep, WhoHasAnUnsyncedRecordStaysAwake) {
    EngineRig rig(with_budget(1));
    rig.open_accounts({"ann", "bob", "eve"}, 100);
    rig.told(send(packet_number(2), "bob", 100, 1));
    let_sleep(rig);
    std::vector<Token> waiting;
    waiting.push_back(rig.ask(send(packet, "ann", 100, 1)));
    waiting.push_back(rig.ask(open(packet_number(2), "eve")));
    for (int ticks = 0; ticks < 20; ++ticks) {
        rig.tick();
        rig.run();
    }
    EXPECT_GE(rig.engine().awake_entities(), 2U) << "ann and the packet";
    const Token twice = rig.ask(withdraw("ann", 100));
    const Token lost = rig.ask(open(packet_number(2), "ann"));
    rig.run();
    for (const Token token : waiting) {
        EXPECT_EQ(rig.said(token), "waiting");
    }
    EXPECT_EQ(rig.said(twice), "waiting");
    rig.settle();
    EXPECT_EQ(rig.said(twice), "insufficient_funds");
    EXPECT_EQ(rig.said(lost), "packet_exhausted");
    let_sleep(rig);
    EXPECT_LE(rig.engine().awake_entities(), 1U);
    EXPECT_EQ(rig.told(read("ann")), "ann 0");
}

TEST(Sleep, RequestsThatComeWhileAnAccountIsWokenAreAnsweredInTheirOrder) {
    EngineRig rig;
    rig.open_accounts({"ann", "bob"}, 100);
    rig.restart();
    std::vector<Token> tokens;
    tokens.push_back(rig.ask(withdraw("ann", 60)));
    tokens.push_back(rig.ask(withdraw("ann", 60)));
    tokens.push_back(rig.ask(deposit("ann", 30)));
    tokens.push_back(rig.ask(withdraw("ann", 60)));
    rig.settle();
    EXPECT_EQ(rig.said(tokens[0]), "trade 5: 60, balance 40");
    EXPECT_EQ(rig.said(tokens[1]), "insufficient_funds");
    EXPECT_EQ(rig.said(tokens[2]), "trade 6: 30, balance 70");
    EXPECT_EQ(rig.said(tokens[3]), "trade 7: 60, balance 10");
}

TEST(Sleep, ASleepingPacketKnowsItsClaimsItsRestAndWhatClosedIt) {
    EngineRig rig;
    const auto names = users(12);
    rig.open_accounts(names, 100);
    rig.told(send(packet, "u0", 100, 10, domain::PacketKind::equal));
    for (std::size_t n = 0; n < 4; ++n) {
        rig.told(open(packet, names[n]));
    }
    rig.restart();
    EXPECT_EQ(rig.told(open(packet, "u2")), "share 10 again");
    EXPECT_EQ(rig.told(open(packet, "u9")), "share 10");
    rig.restart();
    EXPECT_EQ(rig.told(read(packet)), "packet open, 60 in 6") << "ann's own is not hers to open";
    rig.clock.advance(packet_life_ms);
    rig.tick_and_settle();
    rig.restart();
    EXPECT_EQ(rig.told(read(packet)), "packet expired, 0 in 6, refund 60");
    EXPECT_EQ(rig.told(open(packet, "u2")), "share 10 again");
    EXPECT_EQ(rig.told(open(packet, "u5")), "packet_expired");
    EXPECT_EQ(rig.balance_of("u0"), 60);
}

TEST(Sleep, ASleepingPacketIsRefundedInTime) {
    EngineRig rig(with_budget(1));
    rig.open_accounts({"ann", "bob"}, 100);
    rig.told(send(packet, "ann", 60, 3));
    rig.told(read("bob"));
    let_sleep(rig);
    rig.clock.advance(packet_life_ms);
    rig.tick_and_settle();
    EXPECT_EQ(rig.count<domain::PacketClosed>(), 1U);
    EXPECT_EQ(rig.balance_of("ann"), 100);
}

TEST(Sleep, TheTimerDoesNotWakeAPacketThatIsOver) {
    EngineRig rig;
    rig.open_accounts({"ann"}, 100);
    rig.told(send(packet, "ann", 60, 1));
    rig.told(open(packet, "ann"));
    rig.told(send(packet_number(2), "ann", 60, 1));
    rig.restart(); // knows only the second one's time
    rig.clock.advance(packet_life_ms);
    rig.tick_and_settle();
    EXPECT_EQ(rig.count<domain::PacketClosed>(), 1U);
    rig.told(read("ann"));
    EXPECT_EQ(rig.engine().awake_entities(), 2U) << "the packet that was closed, and ann";
}

TEST(Sleep, AClientThatComesWithTheTimerForAPacketThatIsOverIsAnswered) {
    EngineRig rig(with_budget(1));
    rig.open_accounts({"ann"}, 100);
    rig.told(send(packet, "ann", 60, 1));
    rig.told(open(packet, "ann"));
    let_sleep(rig);
    rig.clock.advance(packet_life_ms);
    rig.tick();
    rig.run_one(); // the router asks for the packet, if it is still open
    const Token seen = rig.ask(read(packet));
    rig.settle();
    EXPECT_EQ(rig.said(seen), "packet exhausted, 0 in 0, luckiest ann");
}

TEST(Sleep, APacketOfManyClaimsIsWokenInPartsWhileOthersAreServed) {
    EngineRig rig(with_budget(4));
    constexpr std::size_t claims = 11'000; // three parts
    const auto names = users(claims);
    rig.open_accounts(names, 0);
    rig.told(command(domain::OpenAccount{"shop", "Shop", "", domain::AccountType::merchant}));
    rig.told(deposit("shop", 100'000));
    rig.told(send(packet, "shop", 50'000, 20'000));
    for (std::size_t n = 0; n < claims; ++n) {
        rig.ask(open(packet, names[n]));
    }
    rig.settle();
    rig.restart();
    const Token again = rig.ask(open(packet, "u7"));
    const Token other = rig.ask(read("u1"));
    rig.settle();
    EXPECT_TRUE(rig.said(again).ends_with("again")) << rig.said(again);
    EXPECT_TRUE(rig.said(other).starts_with("u1 "));
    const auto order = rig.log.order();
    EXPECT_EQ(order.end()[-2], other) << "it need not wait for the packet";
    EXPECT_EQ(order.end()[-1], again);
}

/// Clients that do one thing after another, at random, and an auditor that knows which answers are
/// allowed: the state after some record between the last that anyone had heard of when the question
/// was asked, and the last that was synced when it was answered.
class Clients {
  public:
    Clients(EngineRig& rig, std::mt19937_64& choice) : rig_(rig), choice_(choice) {
        rig_.log.on_reply = [this](Token token) { on_reply(token); };
    }
    ~Clients() { rig_.log.on_reply = nullptr; }

    void act() {
        const std::string user = name();
        switch (choice_() % 10) {
        case 0: return ask(deposit(user, below(50)), user);
        case 1: return ask(withdraw(user, below(50)), user);
        case 2: return ask(transfer(user, name(), below(50)), user);
        case 3: return ask(send(packet_number(++sent_), user, 10 + below(50), 1 + below(6)), user);
        case 4:
        case 5:
            if (sent_ > 0) {
                return ask(open(some_packet(), user), user);
            }
            return;
        case 6: return ask(read(some_packet()), user);
        case 7:
            return ask(set_status(user, choice_() % 3 == 0 ? domain::AccountStatus::frozen
                                                           : domain::AccountStatus::active),
                       user);
        default: return ask(read(user), user);
        }
    }

    /// Everybody's state by the journal, folded record by record.
    void check_everybody() {
        const PlainLedger ledger = rig_.audited();
        for (const auto& [user, balance_fen] : ledger.users) {
            EXPECT_EQ(rig_.balance_of(user), balance_fen) << user;
        }
        const auto books = rig_.replayed();
        for (const auto& [packet_id, found] : books.packets) {
            const Token token = rig_.ask(read(packet_id));
            rig_.settle();
            const auto* view = rig_.log.get<actors::PacketView>(token);
            ASSERT_NE(view, nullptr);
            EXPECT_EQ(view->remaining_count, found.remaining_count);
            EXPECT_EQ(view->refund_fen.has_value(), found.closed_at.has_value());
            EXPECT_EQ(view->refund_fen.value_or(0), found.refund_fen);
        }
    }

    std::size_t reads_checked = 0;

  private:
    struct Asked {
        std::string user;
        std::size_t told_records = 0; // that somebody had been told of
    };

    std::string name() { return "u" + std::to_string(choice_() % 12); }
    std::int64_t below(std::int64_t bound) {
        return 1 + static_cast<std::int64_t>(choice_() % static_cast<std::uint64_t>(bound));
    }
    domain::PacketId some_packet() {
        return packet_number(1 + static_cast<std::uint32_t>(choice_() % (sent_ + 1)));
    }
    void ask(Body body, const std::string& user) {
        const Token token = rig_.ask(std::move(body));
        asked_[token] = Asked{user, told_records_};
    }

    /// The user's balance after each record, from the auditor.
    std::vector<std::int64_t> balances(const std::string& user) const {
        PlainLedger ledger;
        std::vector<std::int64_t> after{0};
        for (const domain::Record& record : rig_.journal.records()) {
            ledger.note(record.event);
            after.push_back(ledger.users[user]);
        }
        return after;
    }

    void on_reply(Token token) {
        const auto found = asked_.find(token);
        if (found == asked_.end()) {
            return; // asked by the test itself
        }
        const auto after = balances(found->second.user);
        if (const auto* trade = rig_.log.get<actors::TradeReceipt>(token)) {
            told_records_ = std::max<std::size_t>(told_records_, trade->trade.sequence);
            EXPECT_EQ(trade->balance_fen, after.at(trade->trade.sequence));
        } else if (const auto* view = rig_.log.get<actors::AccountView>(token)) {
            const auto balance_fen = view->account.standing.balance_fen;
            const auto from =
                after.begin() + static_cast<std::ptrdiff_t>(found->second.told_records);
            EXPECT_NE(std::find(from, after.end(), balance_fen), after.end())
                << found->second.user << " was told " << balance_fen;
            reads_checked += 1;
        }
    }

    EngineRig& rig_;
    std::mt19937_64& choice_;
    std::map<Token, Asked> asked_;
    std::size_t told_records_ = 0;
    std::uint32_t sent_ = 0;
};

TEST(Sleep, WhateverTheOrderNothingIsLostOrToldWrong) {
    std::puts("schedules with seeds 1 to 300");
    std::size_t reads_checked = 0;
    for (std::uint64_t seed = 1; seed <= 300; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::mt19937_64 choice(seed);
        RigOptions options;
        options.router_count = 1U << (seed % 3);
        options.awake_bytes_max = seed % 5 * actors::actor_bytes;
        options.commit_batch_bytes_max = seed % 2 == 0 ? 600 : 4U << 20U;
        options.luck_seed = seed;
        EngineRig rig(options);
        rig.open_accounts(users(12), 40); // little, so that spending it twice would show
        Clients clients(rig, choice);
        for (int act = 0; act < 150; ++act) {
            clients.act();
            for (auto steps = choice() % 8; steps > 0; --steps) {
                rig.step(choice);
            }
            if (choice() % 40 == 0) {
                rig.clock.advance(packet_life_ms / 2);
            }
            if (choice() % 10 == 0) {
                rig.tick();
            }
            if (choice() % 20 == 0) {
                rig.read_model().write_all();
            }
        }
        rig.settle_in_any_order(choice);
        let_sleep(rig);
        EXPECT_LE(rig.engine().awake_bytes(), options.awake_bytes_max);
        clients.check_everybody();
        reads_checked += clients.reads_checked;
        const auto held = rig.audited();
        EXPECT_EQ(held.deposited_fen - held.withdrawn_fen,
                  PlainLedger::sum(held.users) + PlainLedger::sum(held.escrow));
    }
    EXPECT_GT(reads_checked, 1'000U);
}

} // namespace
} // namespace hongbao::testing
