// Role: chunks in a row, and the index over them.
#include "actors/router/done_keys.hpp"

#include "domain/values/invariant.hpp"

#include <cstring>

namespace hongbao::actors {

namespace {

/// The first half of a digest finds its shard and its part of the index, the second its place
/// there: so keys of one part are spread as well as all keys are.
std::uint64_t second_half(const domain::Digest& digest) {
    std::uint64_t half = 0;
    std::memcpy(&half, digest.data() + sizeof half, sizeof half);
    return half;
}

/// Uses are numbered without end; the index holds 32 bits of a number, so places come round.
constexpr std::uint64_t places = UINT32_MAX;

constexpr unsigned shard_bits = 10;
static_assert(domain::shard_count == 1U << shard_bits);

} // namespace

const DoneKeys::Use& DoneKeys::use_at(std::uint32_t place) const {
    const std::uint64_t first_place = first_ % places;
    const std::uint64_t after_first =
        place >= first_place ? place - first_place : place + places - first_place;
    const std::uint64_t number = first_ % uses_a_chunk + after_first; // in the chunks there are
    return (*chunks_[number / uses_a_chunk])[number % uses_a_chunk];
}

domain::PlacesByHash& DoneKeys::part_of(const domain::Digest& digest) {
    return index_[(domain::DigestHash{}(digest) >> shard_bits) % index_parts];
}

std::optional<std::uint32_t> DoneKeys::place_of(const domain::Digest& digest) const {
    if (index_.empty()) {
        return std::nullopt;
    }
    return const_cast<DoneKeys*>(this)->part_of(digest).find(
        second_half(digest), [&](std::uint32_t place) { return use_at(place).digest == digest; });
}

std::optional<DoneKeys::Found> DoneKeys::find(const domain::Digest& digest) const {
    const auto place = place_of(digest);
    if (!place) {
        return std::nullopt;
    }
    const Use& use = use_at(*place);
    return Found{use.fingerprint, use.sequence};
}

void DoneKeys::add(const domain::Digest& digest, const domain::Digest& fingerprint,
                   domain::Sequence sequence, std::int64_t at_ms) {
    domain::invariant(end_ - first_ < places, "an index has a place for each key");
    if (index_.empty()) {
        index_.resize(index_parts);
    }
    if (const auto before = place_of(digest)) {
        part_of(digest).remove(second_half(digest), *before);
    } else {
        size_ += 1;
    }
    if (end_ % uses_a_chunk == 0) {
        chunks_.push_back(std::make_unique<Chunk>());
    }
    (*chunks_.back())[end_ % uses_a_chunk] = {digest, fingerprint, sequence, at_ms - zero_ms_};
    part_of(digest).add(second_half(digest), static_cast<std::uint32_t>(end_ % places));
    end_ += 1;
}

void DoneKeys::forget_before(std::int64_t oldest_ms, std::size_t uses_max) {
    for (; first_ < end_ && uses_max > 0; --uses_max) {
        const Use& oldest = (*chunks_.front())[first_ % uses_a_chunk];
        if (zero_ms_ + oldest.at_ms >= oldest_ms) {
            return;
        }
        const auto place = static_cast<std::uint32_t>(first_ % places);
        if (place_of(oldest.digest) == place) { // otherwise it was used again since
            part_of(oldest.digest).remove(second_half(oldest.digest), place);
            size_ -= 1;
        }
        first_ += 1;
        if (first_ % uses_a_chunk == 0) {
            chunks_.pop_front();
        }
    }
}

std::size_t DoneKeys::bytes() const {
    std::size_t bytes = chunks_.size() * (sizeof(Chunk) + sizeof(void*));
    for (const domain::PlacesByHash& part : index_) {
        bytes += sizeof part + part.bytes();
    }
    return bytes;
}

} // namespace hongbao::actors
