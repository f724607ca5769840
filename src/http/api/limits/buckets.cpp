// Role: which bucket is a client's, and which one makes room.
#include "http/api/limits/buckets.hpp"

#include "domain/values/invariant.hpp"

#include <bit>

namespace hongbao::http {

Buckets::Buckets(const Rate& rate, std::size_t places) : rate_(rate) {
    domain::invariant(std::has_single_bit(places) && places >= shards * ways,
                      "a table of buckets has a power of two of places");
    if (rate.is_limited()) {
        sets_.resize(places / ways);
    }
}

template <typename Use>
auto Buckets::with(std::uint64_t id, std::int64_t now_ms, Use use) {
    const std::size_t number = id & (sets_.size() - 1);
    const std::lock_guard lock(locks_[number % shards].mutex);
    auto& buckets = sets_[number].buckets;
    Bucket* fullest = buckets.data();
    for (Bucket& bucket : buckets) {
        if (bucket.id == id) {
            return use(bucket.full_at);
        }
        if (bucket.full_at < fullest->full_at) {
            fullest = &bucket;
        }
    }
    Scaled full_at = rate_.at(now_ms);
    auto result = use(full_at);
    if (full_at > rate_.at(now_ms)) { // otherwise it was only looked at, or refused for its size
        *fullest = {id, full_at};
    }
    return result;
}

Taken Buckets::take(std::uint64_t id, std::int64_t cost, std::int64_t now_ms) {
    return with(id, now_ms, [&](Scaled& full_at) { return rate_.take(full_at, cost, now_ms); });
}

void Buckets::charge(std::uint64_t id, std::int64_t cost, std::int64_t now_ms) {
    with(id, now_ms, [&](Scaled& full_at) {
        rate_.charge(full_at, cost, now_ms);
        return true;
    });
}

Taken Buckets::look(std::uint64_t id, std::int64_t now_ms) {
    return with(id, now_ms, [&](Scaled& full_at) { return rate_.look(full_at, now_ms); });
}

} // namespace hongbao::http
