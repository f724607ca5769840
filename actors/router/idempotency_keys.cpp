// Role: the life of a key: free, claimed, done, forgotten.
#include "actors/router/idempotency_keys.hpp"

#include "domain/values/invariant.hpp"

#include <iterator>
#include <utility>

namespace hongbao::actors {

namespace {

/// Forgotten in one message at most, since others wait; far more than come between two ticks.
constexpr std::size_t forgotten_at_once_max = 10'000;

} // namespace

IdempotencyKeys::Outcome IdempotencyKeys::claim(Request&& request) {
    domain::invariant(request.key != nullptr, "only keyed requests claim a key");
    const RequestKey& key = *request.key;
    if (const auto done = done_.find(key.digest())) {
        if (done->fingerprint != key.fingerprint()) {
            return Reused{done->sequence, std::move(request)};
        }
        return Done{done->sequence, std::move(request)};
    }
    const auto [claimed, is_first] = claimed_.try_emplace(key.digest());
    if (is_first) {
        return Proceed{std::move(request)};
    }
    claimed->second.waiting.push_back(std::move(request));
    return Parked{};
}

Requests IdempotencyKeys::done(const domain::Digest& key_digest, const domain::Digest& fingerprint,
                               domain::Sequence sequence, std::int64_t at_ms) {
    done_.add(key_digest, fingerprint, sequence, at_ms);
    const auto claimed = claimed_.find(key_digest);
    if (claimed == claimed_.end()) {
        return {};
    }
    auto& waiting = claimed->second.waiting;
    Requests told(std::make_move_iterator(waiting.begin()), std::make_move_iterator(waiting.end()));
    claimed_.erase(claimed);
    return told;
}

std::optional<Request> IdempotencyKeys::released(const domain::Digest& key_digest) {
    const auto found = claimed_.find(key_digest);
    domain::invariant(found != claimed_.end(), "only a claimed key is released");
    auto& waiting = found->second.waiting;
    if (waiting.empty()) {
        claimed_.erase(found);
        return std::nullopt;
    }
    Request next = std::move(waiting.front());
    waiting.pop_front();
    return next;
}

void IdempotencyKeys::forget_before(std::int64_t oldest_ms) {
    done_.forget_before(oldest_ms, forgotten_at_once_max);
}

} // namespace hongbao::actors
