// Role: the life of a key.
#include "actors/idempotency_keys.hpp"

#include "domain/invariant.hpp"

#include <utility>

namespace hongbao::actors {

IdempotencyKeys::Outcome IdempotencyKeys::claim(Request&& request) {
    const auto& account = *std::get<std::unique_ptr<AccountRequest>>(request.body);
    domain::invariant(account.idempotency.has_value(), "only keyed requests claim a key");
    const domain::Digest fingerprint = account.idempotency->fingerprint;
    const auto [found, inserted] = keys_.try_emplace(account.key_digest, Key{fingerprint, 0, {}});
    Key& key = found->second;
    if (inserted) {
        return Proceed{std::move(request)};
    }
    if (key.sequence == 0) {
        key.waiting.push_back(std::move(request));
        return Parked{};
    }
    if (key.fingerprint != fingerprint) {
        return Reused{key.sequence, std::move(request)};
    }
    return Done{key.sequence, std::move(request)};
}

Requests IdempotencyKeys::done(const domain::Digest& key_digest, const domain::Digest& fingerprint,
                               domain::Sequence sequence, std::int64_t at_ms) {
    Key& key = keys_[key_digest]; // unknown when replay tells of it
    key.fingerprint = fingerprint;
    key.sequence = sequence;
    done_in_order_.push_back(DoneAt{at_ms, key_digest, sequence});
    return std::exchange(key.waiting, {});
}

Requests IdempotencyKeys::released(const domain::Digest& key_digest) {
    const auto found = keys_.find(key_digest);
    domain::invariant(found != keys_.end() && found->second.sequence == 0,
                      "only a claimed key is released");
    Requests waiting = std::move(found->second.waiting);
    keys_.erase(found);
    return waiting;
}

void IdempotencyKeys::forget_before(std::int64_t oldest_ms) {
    while (!done_in_order_.empty() && done_in_order_.front().at_ms < oldest_ms) {
        const auto found = keys_.find(done_in_order_.front().key_digest);
        if (found != keys_.end() && found->second.sequence == done_in_order_.front().sequence) {
            keys_.erase(found);
        }
        done_in_order_.pop_front();
    }
}

} // namespace hongbao::actors
