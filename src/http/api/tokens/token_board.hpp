// Role: the secrets of tokens as they are now, and their rotation. One for all loops.
// Any thread; one rotation at a time.
// Invariant: what is published is in the file already, or the next start completes it there.
#pragma once

#include "http/api/tokens/token_secrets.hpp"

#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace hongbao::http {

class TokenBoard {
  public:
    /// Writes the file, and returns when it is synced: nothing, or a sentence that says what is
    /// wrong. May take long.
    using Save = std::function<std::optional<std::string>(const TokenSecrets&)>;

    TokenBoard(TokenSecrets secrets, Save save);

    TokenSecretsPtr secrets() const;
    /// Grows with each rotation that is complete: whoever keeps what was verified asks this first.
    std::uint64_t version() const { return version_.load(std::memory_order_acquire); }
    /// Before the loops run. `call` is called after each rotation, on the thread that completed it.
    void watch(std::function<void()> call) { watchers_.push_back(std::move(call)); }

    // A rotation: begin() first, and where it is true, end() at last. In between prepare() before
    // the journal is asked to record it, then complete() or, if it was refused, forget().
    bool begin() { return !is_rotating_.exchange(true); }
    void end() { is_rotating_.store(false); }
    std::optional<std::string> prepare(TokenRotation rotation);
    void complete(domain::InstantMs now);
    void forget();

  private:
    void keep(TokenSecrets secrets);

    const Save save_;
    mutable std::mutex mutex_; // guards the next
    TokenSecretsPtr secrets_;
    std::atomic<std::uint64_t> version_{1};
    std::atomic<bool> is_rotating_{false};
    std::vector<std::function<void()>> watchers_;
};

} // namespace hongbao::http
