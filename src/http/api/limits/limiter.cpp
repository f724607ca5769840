// Role: whose bucket pays, and what is told when it is empty.
#include "http/api/limits/limiter.hpp"

#include "http/api/limits/action_load.hpp"

#include <sodium.h>
#include <time.h>

#include <string>
#include <string_view>

namespace hongbao::http {

namespace {

constexpr std::int64_t limit_ms_per_s = 1'000;
constexpr std::int64_t limit_ms_per_min = 60'000;
/// A mebibyte each. Far more than clients that have just asked, at any rate that one machine can
/// answer; see buckets.hpp for when it is not.
constexpr std::size_t clients_remembered = 65'536;
constexpr std::size_t keys_remembered = 4'096;
/// A wrong credential also takes this much of the address's requests.
constexpr std::int64_t failed_attempt_cost = 10;

Rate per_s(std::int64_t units, std::int64_t burst_s) {
    return {units, limit_ms_per_s, units * burst_s};
}

std::int64_t seconds_up(std::int64_t ms) {
    return (ms + limit_ms_per_s - 1) / limit_ms_per_s;
}

/// The header lines of the widely used draft (draft-ietf-httpapi-ratelimit-headers-06).
Problem refused(std::string_view code, std::string detail, const Rate& rate, const Taken& taken) {
    Problem problem{code, std::move(detail)};
    problem.retry_after_s = std::max<std::int64_t>(1, seconds_up(taken.wait_ms));
    problem.lines.append("RateLimit-Limit: ").append(std::to_string(rate.burst));
    problem.lines.append("\r\nRateLimit-Remaining: ").append(std::to_string(taken.remaining));
    problem.lines.append("\r\nRateLimit-Reset: ").append(std::to_string(seconds_up(taken.full_ms)));
    problem.lines.append("\r\n");
    return problem;
}

Problem rate_limited(std::string_view who, const Rate& rate, const Taken& taken) {
    return refused("rate_limited",
                   std::string(who) + " may ask for " + std::to_string(rate.units) +
                       " a second and " + std::to_string(rate.burst) +
                       " at once. Nothing was changed.",
                   rate, taken);
}

} // namespace

std::int64_t steady_ms() {
    timespec now{};
    clock_gettime(CLOCK_MONOTONIC, &now);
    return std::int64_t{now.tv_sec} * limit_ms_per_s + now.tv_nsec / 1'000'000;
}

Limiter::Limiter(const RequestLimits& limits, std::int64_t (*now_ms)())
    : now_ms_(now_ms), began_ms_(now_ms()),
      users_(per_s(limits.per_s_per_user, limits.burst_s), clients_remembered),
      keys_(per_s(limits.per_s_per_key, limits.burst_s), keys_remembered),
      addresses_(per_s(limits.per_s_per_address, limits.burst_s), clients_remembered),
      attempts_({limits.failed_attempts_per_min_per_address, limit_ms_per_min,
                 limits.failed_attempts_per_min_per_address},
                clients_remembered) {
    randombytes_buf(secret_.data(), secret_.size());
}

std::optional<Problem> Limiter::admit_address(const Client& client, domain::Action action) {
    if (client.is_this_machine || !addresses_.rate().is_limited()) {
        return std::nullopt;
    }
    const Taken taken = addresses_.take(id_of(client), load_of(action).cost, now_ms_() - began_ms_);
    return taken.is_taken ? std::nullopt
                          : std::optional(rate_limited("This address", addresses_.rate(), taken));
}

std::optional<Problem> Limiter::admit_attempt(const Client& client) {
    if (client.is_this_machine || !attempts_.rate().is_limited()) {
        return std::nullopt;
    }
    const Taken left = attempts_.look(id_of(client), now_ms_() - began_ms_);
    return left.is_taken
               ? std::nullopt
               : std::optional(refused("too_many_attempts",
                                       "Too many wrong credentials came from this address; until "
                                       "retry_after_s seconds are over no new one is checked.",
                                       attempts_.rate(), left));
}

std::optional<Problem> Limiter::count_failed_attempt(const Client& client) {
    if (client.is_this_machine) {
        return std::nullopt;
    }
    if (auto spent = admit_attempt(client)) {
        return spent;
    }
    const std::uint64_t id = id_of(client);
    const std::int64_t now_ms = now_ms_() - began_ms_;
    if (attempts_.rate().is_limited()) {
        attempts_.charge(id, 1, now_ms);
    }
    if (addresses_.rate().is_limited()) {
        addresses_.charge(id, failed_attempt_cost, now_ms);
    }
    return std::nullopt;
}

std::optional<Problem> Limiter::admit(const domain::Principal& principal, domain::Action action) {
    Buckets* const buckets = buckets_of(principal);
    if (buckets == nullptr) {
        return std::nullopt;
    }
    const Taken taken =
        buckets->take(id_of(principal.name), load_of(action).cost, now_ms_() - began_ms_);
    return taken.is_taken
               ? std::nullopt
               : std::optional(rate_limited(buckets == &users_ ? "This user" : "This key",
                                            buckets->rate(), taken));
}

void Limiter::charge(const Client& client, const domain::Principal& principal,
                     domain::Action action, std::int64_t more) {
    if (more <= 0) {
        return;
    }
    const std::int64_t cost = load_of(action).cost * more;
    const std::int64_t now_ms = now_ms_() - began_ms_;
    if (!client.is_this_machine && addresses_.rate().is_limited()) {
        addresses_.charge(id_of(client), cost, now_ms);
    }
    if (Buckets* const buckets = buckets_of(principal)) {
        buckets->charge(id_of(principal.name), cost, now_ms);
    }
}

std::size_t Limiter::bytes() const {
    return users_.bytes() + keys_.bytes() + addresses_.bytes() + attempts_.bytes();
}

/// Null: no allowance.
Buckets* Limiter::buckets_of(const domain::Principal& principal) {
    if (principal.scope == domain::Scope::nobody || principal.is_local()) {
        return nullptr;
    }
    Buckets& buckets = principal.scope == domain::Scope::user ? users_ : keys_;
    return buckets.rate().is_limited() ? &buckets : nullptr;
}

std::uint64_t Limiter::id_of(std::string_view name) const {
    static_assert(crypto_shorthash_KEYBYTES == 16 &&
                  crypto_shorthash_BYTES == sizeof(std::uint64_t));
    std::uint64_t id = 0;
    crypto_shorthash(reinterpret_cast<unsigned char*>(&id),
                     reinterpret_cast<const unsigned char*>(name.data()), name.size(),
                     secret_.data());
    return id;
}

std::uint64_t Limiter::id_of(const Client& client) const {
    return id_of(
        std::string_view(reinterpret_cast<const char*>(&client.group), sizeof client.group));
}

} // namespace hongbao::http
