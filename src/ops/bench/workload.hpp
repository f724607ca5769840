// Role: the requests that the benchmarks make of an engine: accounts, packets with a share for
// everyone, then opens, each with another pair of user and packet; and a tally of the answers.
#pragma once

#include "actors/engine.hpp"
#include "ops/bench/engine.hpp"

#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace hongbao::ops {

/// The answers so far.
struct BenchTally {
    std::uint64_t answered = 0;
    std::uint64_t shares = 0;   // fresh ones, not repeats
    domain::Fen shares_fen = 0; // their sum
    std::uint64_t accounts = 0; // opened
    std::uint64_t packets = 0;  // sent
    std::uint64_t deposits = 0;
    std::optional<domain::Rejection> refusal; // the first one
    std::optional<persistence::Audit> audit;
};

/// Takes the answers, and bounds the requests under way. Any thread.
class BenchSink final : public actors::ReplySink {
  public:
    void deliver(std::vector<actors::Reply>&& replies) override;
    /// Waits until `count` more requests leave at most `in_flight_max` unanswered, then counts
    /// them.
    void admit(std::uint64_t count, std::uint64_t in_flight_max);
    /// Waits for every answer.
    BenchTally await_all();

  private:
    std::mutex mutex_; // guards all below
    std::condition_variable fewer_;
    std::uint64_t admitted_ = 0;
    BenchTally tally_;
};

/// Called after each batch on the submitting thread; false ends the submitting, not the waiting.
using BenchProgress = std::function<bool(std::uint64_t done, std::uint64_t total)>;

class BenchWorkload {
  public:
    explicit BenchWorkload(const BenchOptions& options);

    /// Why nothing can be run with these options; empty if it can.
    static std::string what_is_wrong_with(const BenchOptions& options);

    /// Of set-up and opens together.
    std::uint64_t records() const;

    /// Opens the accounts, endows the sender and sends the packets, through the engine.
    void set_up(actors::Engine& engine, const BenchProgress& progress);
    /// Submits the opens in batches from this thread and waits for the last answer. Call it only
    /// once: each pair of user and packet can open only once.
    void open_shares(actors::Engine& engine, const BenchProgress& progress);
    /// Asks the read model.
    persistence::Audit audit(actors::Engine& engine);

    BenchTally tally() { return sink_.await_all(); }

  private:
    actors::Request open_account(const domain::UserId& user_id, domain::AccountType type);
    void submit_one(actors::Engine& engine, actors::Request&& request);

    BenchOptions options_;
    std::vector<domain::UserId> users_;
    std::vector<domain::PacketId> packets_;
    BenchSink sink_;
};

} // namespace hongbao::ops
