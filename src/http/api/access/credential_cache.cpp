// Role: sets of a few places each, chosen by the hash: nothing is ever moved or searched for long.
#include "http/api/access/credential_cache.hpp"

#include "domain/values/invariant.hpp"

#include <algorithm>
#include <bit>
#include <sodium.h>

namespace hongbao::http {

CredentialCache::CredentialCache(std::size_t size_max)
    : set_count_(std::bit_floor(std::max<std::size_t>(size_max / ways, 1))) {
    domain::invariant(sodium_init() >= 0, "libsodium finds a source of randomness");
    static_assert(crypto_shorthash_siphashx24_KEYBYTES == std::tuple_size_v<decltype(hash_key_)>);
    randombytes_buf(hash_key_.data(), hash_key_.size());
}

CredentialCache::Hash CredentialCache::hash_of(std::string_view text) const {
    Hash hash{};
    static_assert(sizeof hash == crypto_shorthash_siphashx24_BYTES);
    crypto_shorthash_siphashx24(reinterpret_cast<unsigned char*>(hash.data()),
                                reinterpret_cast<const unsigned char*>(text.data()), text.size(),
                                hash_key_.data());
    return hash;
}

CredentialCache::Place* CredentialCache::set_of(const Hash& hash) {
    return places_.data() + (hash[0] & (set_count_ - 1)) * ways;
}

const CredentialPtr* CredentialCache::find(std::string_view text, domain::InstantMs now) {
    if (places_.empty()) {
        return nullptr;
    }
    const Hash hash = hash_of(text);
    Place* const set = set_of(hash);
    for (Place* place = set; place != set + ways; ++place) {
        if (place->credential && place->hash == hash) {
            if (domain::is_expired(now, place->credential->expires_at)) {
                place->credential.reset();
                return nullptr;
            }
            return &place->credential;
        }
    }
    return nullptr;
}

void CredentialCache::put(std::string_view text, CredentialPtr credential, domain::InstantMs now) {
    if (places_.empty()) {
        places_.resize(size_max());
    }
    const Hash hash = hash_of(text);
    Place* const set = set_of(hash);
    Place* place = std::find_if(set, set + ways, [&](const Place& one) {
        return !one.credential || domain::is_expired(now, one.credential->expires_at);
    });
    if (place == set + ways) {
        place = set + turn_++ % ways;
    }
    *place = Place{hash, std::move(credential)};
}

void CredentialCache::clear() {
    places_.clear();
    places_.shrink_to_fit();
}

} // namespace hongbao::http
