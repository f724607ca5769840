// Role: 限流: what each user, key and address may ask for, by the costs of action_load.hpp. Changes
// nothing of what is decided, only whether a request gets so far.
// Any thread. What it refuses has been neither parsed nor looked up.
#pragma once

#include "domain/access/action.hpp"
#include "domain/access/principal.hpp"
#include "http/api/limits/buckets.hpp"
#include "http/api/limits/request_limits.hpp"
#include "http/api/problem.hpp"
#include "http/transport/socket/client.hpp"

#include <array>
#include <cstdint>
#include <optional>

namespace hongbao::http {

/// Milliseconds of the machine's clock that never goes back.
std::int64_t steady_ms();

class Limiter {
  public:
    /// `now_ms` never goes back and is at least 0.
    explicit Limiter(const RequestLimits& limits, std::int64_t (*now_ms)() = steady_ms);

    /// Before anybody knows who asks. Clients on this machine have no such limit: a proxy that is
    /// not named in the settings stands for everybody.
    std::optional<Problem> admit_address(const Client& client, domain::Action action);
    /// Before a credential is checked whose check costs more than this refusal: a token that the
    /// server has not accepted lately. Keys, and tokens that it has, are looked up whatever others
    /// behind the same address do: that is cheap, and nobody guesses 256 bits.
    std::optional<Problem> admit_attempt(const Client& client);
    /// The credential was wrong. Nothing but time gives attempts back; beyond them, what is told
    /// instead of what was wrong.
    std::optional<Problem> count_failed_attempt(const Client& client);
    /// Once it is known who asks. The operator at the machine and whoever is nobody have no
    /// allowance of their own.
    std::optional<Problem> admit(const domain::Principal& principal, domain::Action action);
    /// What was let in as one turned out to be `more` of them besides.
    void charge(const Client& client, const domain::Principal& principal, domain::Action action,
                std::int64_t more);

    std::size_t bytes() const;

  private:
    Buckets* buckets_of(const domain::Principal& principal);
    std::uint64_t id_of(std::string_view name) const;
    std::uint64_t id_of(const Client& client) const;

    std::int64_t (*const now_ms_)();
    const std::int64_t began_ms_;
    std::array<unsigned char, 16> secret_; // ids are hashed with it
    Buckets users_;
    Buckets keys_;
    Buckets addresses_;
    Buckets attempts_;
};

} // namespace hongbao::http
