// Role: the engine as it runs: CAF's own scheduler and the writer's thread. The checks do not
// depend on timing; ThreadSanitizer watches the rest.
#include "actors/environment/ids.hpp"
#include "actors/environment/secure_random.hpp"
#include "tests/actors/engine_rig.hpp"

#include <thread>

namespace hongbao::testing {
namespace {

class Threads : public ::testing::TestWithParam<std::size_t> {
  protected:
    std::uint32_t ask(actors::Engine& engine, Body body) {
        const auto token = log.expect();
        actors::Requests requests;
        requests.push_back(std::move(body).to_request(log.to(token)));
        engine.submit(std::move(requests));
        return token;
    }
    std::string told(actors::Engine& engine, Body body) {
        const auto token = ask(engine, std::move(body));
        log.wait_for(token);
        return log.said(token);
    }

    FakeJournal journal;
    ReplyLog log;
};

TEST_P(Threads, ClientsRaceAndTheJournalAgreesWithWhatTheyWereTold) {
    const TemporaryFolder folder;
    const auto read_model = new_read_model(folder.path());
    read_model->start();
    const actors::ManualClock clock(rig_begins);
    actors::SecureRandom random;
    actors::EngineOptions options;
    options.router_count = GetParam();
    options.scheduler_threads = 2;
    options.fail_stop = [](const std::string& sentence) { throw FailStop(sentence); };
    const auto epoch = std::get<persistence::Epoch>(journal.acquire(0));
    actors::Engine engine(journal, epoch, *read_model, clock, random, {}, options);

    const auto names = users(60);
    for (const std::string& user : names) {
        EXPECT_EQ(told(engine, open_account(user)), user + " 0 created");
        ask(engine, deposit(user, 2'000));
    }
    actors::IdSource ids(clock, {});
    const auto packet = ids.draw<domain::PacketId>();
    EXPECT_EQ(told(engine, send(packet, "u0", 1'000, 40)), "packet open, 1000 in 40");
    std::vector<std::thread> clients;
    for (std::size_t client = 0; client < 3; ++client) {
        clients.emplace_back([&, client] {
            for (std::size_t n = client; n < names.size(); n += 2) { // some users from two clients
                const std::string& user = names[n];
                ask(engine, open(packet, user));
                const std::string other = names[(n + 7) % names.size()];
                const auto moved =
                    ask(engine, keyed("key of " + user, transfer(user, other, 3), user));
                ask(engine, keyed("key of " + user, transfer(user, other, 3), user));
                ask(engine, withdraw(user, 1));
                log.wait_for(moved);
                const auto seen = ask(engine, read(other));
                log.wait_for(seen);
                EXPECT_NE(log.get<actors::AccountView>(seen), nullptr);
                const auto question = log.expect();
                engine.ask({actors::ReadAudit{}, log.to(question)});
                log.wait_for(question);
                const auto* audit = log.get<persistence::Audit>(question);
                ASSERT_NE(audit, nullptr);
                EXPECT_TRUE(audit->difference_fen() == 0);
                EXPECT_TRUE(engine.pressure().journal_has_room);
            }
        });
    }
    for (auto& client : clients) {
        client.join();
    }
    const auto last = ask(engine, deposit("u0", 1));
    for (std::uint32_t token = 0; token <= last; ++token) {
        log.wait_for(token);
    }
    engine.stop();

    PlainLedger ledger;
    std::size_t shares = 0;
    std::size_t transfers = 0;
    for (const domain::Record& record : journal.records()) {
        ledger.note(record.event);
        shares += std::holds_alternative<domain::ShareOpened>(record.event) ? 1U : 0U;
        transfers += std::holds_alternative<domain::Transferred>(record.event) ? 1U : 0U;
    }
    EXPECT_EQ(shares, 40U);
    EXPECT_EQ(transfers, names.size());
    EXPECT_EQ(ledger.escrow.at(packet.value), 0);
    EXPECT_EQ(ledger.deposited_fen - ledger.withdrawn_fen, PlainLedger::sum(ledger.users));
    const auto replayed = persistence::replay(journal);
    ASSERT_TRUE(std::holds_alternative<persistence::Replayed>(replayed));
    domain::Fen told_fen = 0;
    for (std::uint32_t token = 0; token <= last; ++token) {
        const auto* share = log.get<actors::ShareReceipt>(token);
        told_fen += share != nullptr && !share->repeat ? share->amount_fen : 0;
    }
    EXPECT_EQ(told_fen, 1'000);
}

/// Holds up the thread that brings a reply until it is let go, like work that takes long.
class StuckSink final : public actors::ReplySink {
  public:
    ~StuckSink() override { let_go(); }
    void deliver(std::vector<actors::Reply>&&) override {
        std::unique_lock lock(mutex_);
        is_stuck_ = true;
        changed_.notify_all();
        changed_.wait(lock, [this] { return is_let_go_; });
    }
    void wait_until_stuck() {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return is_stuck_; });
    }
    void let_go() {
        const std::lock_guard lock(mutex_);
        is_let_go_ = true;
        changed_.notify_all();
    }

  private:
    std::mutex mutex_;
    std::condition_variable changed_;
    bool is_stuck_ = false;
    bool is_let_go_ = false;
};

/// An engine with one worker, as on a small machine, and two accounts.
class OneWorker : public ::testing::Test {
  protected:
    OneWorker() {
        read_model->start();
        options.scheduler_threads = 1;
        options.fail_stop = [](const std::string& sentence) { throw FailStop(sentence); };
        const auto epoch = std::get<persistence::Epoch>(journal.acquire(0));
        engine = std::make_unique<actors::Engine>(journal, epoch, *read_model, clock, random,
                                                  actors::Beginning{}, options);
        told(open_account("ann"));
        told(deposit("ann", 100));
    }

    void ask(Body body, const actors::ReplyTo& to) {
        actors::Requests requests;
        requests.push_back(std::move(body).to_request(to));
        engine->submit(std::move(requests));
    }
    /// Fails if no answer comes for a very long time.
    std::string told(Body body) {
        const auto token = log.expect();
        ask(std::move(body), log.to(token));
        return waited(token);
    }
    std::string told(decltype(actors::Query::question) question) {
        const auto token = log.expect();
        engine->ask({std::move(question), log.to(token)});
        return waited(token);
    }
    std::string waited(std::uint32_t token) const {
        return log.wait_for(token, std::chrono::seconds(20)) ? log.said(token) : "nothing";
    }

    FakeJournal journal;
    ReplyLog log;
    const TemporaryFolder folder;
    std::unique_ptr<persistence::ReadModel> read_model = new_read_model(folder.path());
    const actors::ManualClock clock{rig_begins};
    actors::SecureRandom random;
    actors::EngineOptions options;
    std::unique_ptr<actors::Engine> engine;
    StuckSink stuck; // destroyed, and so let go, first
};

TEST_F(OneWorker, HistoryIsToldWhileTheWorkerIsBusy) {
    ask(withdraw("ann", 101), {&stuck, nullptr, 0}); // refused by the actor, on the worker
    stuck.wait_until_stuck();
    EXPECT_EQ(told(actors::ReadEntries{"ann", {}, {}}), "a page");
    EXPECT_EQ(told(actors::ReadAudit{}), "a page");
}

TEST_F(OneWorker, ASlowQuestionKeepsNeitherActorsNorThoseWhoAreToBeWokenWaiting) {
    engine->ask({actors::ReadEntries{"ann", {}, {}}, {&stuck, nullptr, 0}});
    stuck.wait_until_stuck();
    EXPECT_EQ(told(deposit("ann", 7)), "trade 3: 7, balance 107");
    EXPECT_EQ(told(read("nobody")), "account_not_found") << "which only the read model knows";
}

INSTANTIATE_TEST_SUITE_P(Routers, Threads, ::testing::Values(1, 4));

} // namespace
} // namespace hongbao::testing
