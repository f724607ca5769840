// Role: BLAKE2b-256 by libsodium.
#include "persistence/journal/chain_hash.hpp"

#include "domain/values/invariant.hpp"

#include <sodium.h>

#include <string_view>

namespace hongbao::persistence {

namespace {

constexpr std::string_view chain_name = "hongbao journal 1";

void update(crypto_generichash_blake2b_state& state, const void* bytes, std::size_t size) {
    const int rc =
        crypto_generichash_blake2b_update(&state, static_cast<const unsigned char*>(bytes), size);
    domain::invariant(rc == 0, "hashing takes any bytes");
}

void start(crypto_generichash_blake2b_state& state) {
    const int rc = crypto_generichash_blake2b_init(&state, nullptr, 0, sizeof(ChainHash));
    domain::invariant(rc == 0, "a hash of 32 bytes exists");
}

ChainHash finish(crypto_generichash_blake2b_state& state) {
    ChainHash hash{};
    const int rc = crypto_generichash_blake2b_final(&state, hash.data(), hash.size());
    domain::invariant(rc == 0, "a hash ends once");
    return hash;
}

} // namespace

ChainHash first_chain_hash(std::span<const std::uint8_t, 16> journal_id) {
    CommitHasher ready; // makes sure that libsodium has chosen its code for this processor
    crypto_generichash_blake2b_state state;
    start(state);
    update(state, chain_name.data(), chain_name.size());
    update(state, journal_id.data(), journal_id.size());
    return finish(state);
}

std::string to_hex(std::span<const std::uint8_t> bytes) {
    std::string text(2 * bytes.size() + 1, '\0');
    sodium_bin2hex(text.data(), text.size(), bytes.data(), bytes.size());
    text.pop_back();
    return text;
}

CommitHasher::CommitHasher() : state_(std::make_unique<crypto_generichash_blake2b_state>()) {
    domain::invariant(sodium_init() >= 0, "libsodium starts");
}

CommitHasher::~CommitHasher() = default;

void CommitHasher::begin(const ChainHash& before, domain::Sequence first, domain::Sequence last) {
    start(*state_);
    update(*state_, before.data(), before.size());
    update(*state_, &first, sizeof first);
    update(*state_, &last, sizeof last);
}

void CommitHasher::add(std::span<const std::byte> record) {
    update(*state_, record.data(), record.size());
}

ChainHash CommitHasher::end() {
    return finish(*state_);
}

} // namespace hongbao::persistence
