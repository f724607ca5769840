// Role: an engine over a journal in memory, on CAF's deterministic scheduler: nothing happens
// unless the test says so. Each step of an actor and each commit is one call; a seed can choose
// them.
#pragma once

#include "actors/engine.hpp"
#include "persistence/journal/replay.hpp"
#include "persistence/read_model/read_model.hpp"
#include "persistence/read_model/rows/totals.hpp"
#include "tests/actors/bodies.hpp"
#include "tests/actors/reply_log.hpp"
#include "tests/persistence/temporary_folder.hpp"
#include "tests/rig/fake_journal.hpp"
#include "tests/rig/plain_ledger.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

namespace caf::scheduler {
class test_coordinator;
} // namespace caf::scheduler

namespace hongbao::testing {

/// 2026-11-21T05:53:14.123Z
inline constexpr domain::InstantMs rig_begins = 1'795'240'394'123;
inline constexpr std::int64_t packet_life_ms = domain::packet_life_s_min * domain::ms_per_s;

/// An empty one in the folder; it writes by itself only if it is started.
inline std::unique_ptr<persistence::ReadModel> new_read_model(const std::filesystem::path& folder) {
    std::filesystem::remove(folder / "data.mdb");
    persistence::ReadModelOptions options;
    options.path = folder;
    auto opened = persistence::ReadModel::open(options);
    domain::invariant(opened.index() == 0, "a read model can be made in a temporary folder");
    return std::move(std::get<std::unique_ptr<persistence::ReadModel>>(opened));
}

/// Draws from a seed that the test prints when it fails.
class TracedRandom final : public domain::Random {
  public:
    explicit TracedRandom(std::uint64_t seed) : words_(seed) {}
    std::uint64_t below(std::uint64_t bound) override {
        return std::uniform_int_distribution<std::uint64_t>(0, bound - 1)(words_);
    }

  private:
    std::mt19937_64 words_;
};

struct FailStop : std::runtime_error {
    using std::runtime_error::runtime_error;
};

struct RigOptions {
    std::size_t router_count = 4;
    std::size_t commit_batch_bytes_max = 4U << 20U;
    std::int64_t idempotency_keep_ms = domain::ms_per_day;
    std::uint64_t luck_seed = 1;
    std::uint64_t awake_bytes_max = UINT64_MAX;
    std::int64_t query_wait_ms = INT64_MAX;
    std::size_t campaign_slices_max = 16;
    domain::SendLimits limits{};
    domain::Fen money_in_system_fen_max = domain::money_in_system_fen_max;
};

class EngineRig {
  public:
    using Token = std::uint32_t;

    explicit EngineRig(const RigOptions& options = {})
        : options_(options), luck_(options.luck_seed) {
        begin();
    }
    ~EngineRig() { engine_.reset(); }

    /// Asks; the answer will be under the token. Nothing runs yet.
    Token ask(Body body) {
        std::vector<Body> one;
        one.push_back(std::move(body));
        return ask_all(std::move(one)).front();
    }
    /// The same in one batch, in this order.
    std::vector<Token> ask_all(std::vector<Body> bodies) {
        std::vector<Token> tokens;
        actors::Requests requests;
        for (Body& body : bodies) {
            tokens.push_back(log.expect());
            requests.push_back(std::move(body).to_request(log.to(tokens.back())));
        }
        engine_->submit(std::move(requests));
        return tokens;
    }
    /// A question to the read model. Nothing runs yet.
    Token query(decltype(actors::Query::question) question) {
        const Token token = log.expect();
        engine_->ask(actors::Query{std::move(question), log.to(token)});
        return token;
    }
    std::string said(Token token) const { return log.said(token); }

    /// Runs one actor's next message; false if there is none.
    bool run_one();
    /// Runs actors, without a commit, until none has anything to do.
    void run() {
        while (run_one()) {
        }
    }
    /// The same, but the background actor does nothing. Returns whether it has something to do.
    bool run_all_but_background();
    /// One commit; no actor runs.
    bool commit() { return engine_->writer().commit_once(); }
    /// Runs and commits until nothing is left to do.
    void settle() {
        do {
            run();
        } while (commit());
    }
    /// Asks and settles.
    std::string told(Body body) {
        const Token token = ask(std::move(body));
        settle();
        return said(token);
    }
    /// Asks and runs the actors, without a commit.
    std::string told_before_commit(Body body) {
        const Token token = ask(std::move(body));
        run();
        return said(token);
    }

    /// Time passes for delayed messages; those that are due wait to be run.
    void pass(std::chrono::milliseconds time);
    /// The routers' timer goes off.
    void tick() { pass(std::chrono::milliseconds(50)); }
    void tick_and_settle() {
        tick();
        settle();
    }

    /// Runs any runnable actor's next message, or one time in eight a commit; false if there is
    /// none.
    bool step(std::mt19937_64& choice);
    void settle_in_any_order(std::mt19937_64& choice) {
        while (step(choice)) {
        }
    }
    /// From now on every message is handled where it is sent, before its sender goes on.
    void handle_at_once();
    void handle_in_turn();

    /// Stops, and starts again from what the journal holds.
    void restart() {
        engine_.reset();
        begin();
    }

    void open_accounts(const std::vector<std::string>& users, domain::Fen balance_fen) {
        for (const std::string& user : users) {
            ask(open_account(user));
            if (balance_fen > 0) {
                ask(deposit(user, balance_fen));
            }
        }
        settle();
    }
    domain::Fen balance_of(const std::string& user_id) {
        const Token token = ask(read(user_id));
        settle();
        const auto* view = log.get<actors::AccountView>(token);
        return view == nullptr ? -1 : view->account.standing.balance_fen;
    }
    /// How many records of this kind of event the journal holds.
    template <typename Event>
    std::size_t count() const {
        const auto records = journal.records();
        return static_cast<std::size_t>(
            std::count_if(records.begin(), records.end(), [](const domain::Record& record) {
                return std::holds_alternative<Event>(record.event);
            }));
    }
    /// Everybody's money, worked out from the journal by the auditor.
    PlainLedger audited() const {
        PlainLedger ledger;
        for (const domain::Record& record : journal.records()) {
            ledger.note(record.event);
        }
        return ledger;
    }
    domain::Books replayed() const {
        auto replayed = persistence::replay(journal);
        if (const auto* failure = std::get_if<persistence::Failure>(&replayed)) {
            ADD_FAILURE() << failure->sentence;
            return {};
        }
        return std::move(std::get<persistence::Replayed>(replayed).books);
    }

    caf::scheduler::test_coordinator& scheduler();
    actors::Engine& engine() { return *engine_; }
    RigOptions& options() { return options_; }
    persistence::ReadModel& read_model() { return *read_model_; }

    FakeJournal journal;
    actors::ManualClock clock{rig_begins};
    ReplyLog log;

  private:
    void begin();

    RigOptions options_;
    TracedRandom luck_;
    TemporaryFolder folder_;
    std::unique_ptr<persistence::ReadModel> read_model_;
    std::unique_ptr<actors::Engine> engine_;
};

/// Users with these names, "u0", "u1", …
inline std::vector<std::string> users(std::size_t count) {
    std::vector<std::string> names;
    for (std::size_t n = 0; n < count; ++n) {
        names.push_back("u" + std::to_string(n));
    }
    return names;
}

} // namespace hongbao::testing
