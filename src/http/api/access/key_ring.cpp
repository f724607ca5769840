// Role: makes the table of keys, and compares.
#include "http/api/access/key_ring.hpp"

#include <algorithm>

namespace hongbao::http {

namespace {

CredentialPtr credential_of(const domain::AccessKeyCreated& key, domain::InstantMs until) {
    domain::Principal principal;
    principal.scope = key.scope;
    principal.name = "key:" + key.key_id;
    principal.user_id = key.account;
    return std::make_shared<const Credential>(Credential{std::move(principal), until});
}

/// What is no range lets nobody in: it was checked before it was recorded.
AddressRanges ranges_of(const domain::AccessKeyCreated& key) {
    std::vector<AddressRange> ranges;
    for (const std::string& text : key.address_ranges) {
        auto range = AddressRange::parse(text);
        if (auto* known = std::get_if<AddressRange>(&range)) {
            ranges.push_back(*known);
        }
    }
    return AddressRanges(std::move(ranges));
}

} // namespace

KeyRing::KeyRing(domain::AccessStatePtr state) : state_(std::move(state)) {
    if (!state_) {
        return;
    }
    for (const auto& [key_id, key] : state_->keys) {
        const domain::InstantMs until =
            key.made.expires_at == 0 ? Credential{}.expires_at : key.made.expires_at;
        Known known{&key, ranges_of(key.made), credential_of(key.made, until), nullptr};
        if (key.previous_until != 0) {
            known.with_the_former = credential_of(key.made, std::min(until, key.previous_until));
        }
        known_.emplace(key_id, std::move(known));
    }
}

// Whoever has not the right secret, or asks from elsewhere, learns nothing of the key: not even
// that there is one, or was.
std::variant<CredentialPtr, KeyFault> KeyRing::find(const ReadKey& key, const IpAddress& address,
                                                    domain::InstantMs now) const {
    const auto found = known_.find(key.key_id);
    if (found == known_.end()) {
        return KeyFault::invalid;
    }
    const Known& known = found->second;
    const bool is_current = are_equal(key.secret_hash, known.key->made.secret_hash);
    const bool is_former =
        known.with_the_former && are_equal(key.secret_hash, known.key->previous_hash);
    if ((!is_current && !is_former) || known.key->revoked_at != 0 ||
        !(known.key->made.address_ranges.empty() || known.ranges.contains(address))) {
        return KeyFault::invalid;
    }
    const CredentialPtr& credential = is_current ? known.credential : known.with_the_former;
    if (domain::is_expired(now, credential->expires_at)) {
        return KeyFault::expired;
    }
    return credential;
}

bool KeyRing::is_for_some_addresses(std::string_view key_id) const {
    return !known_.at(key_id).key->made.address_ranges.empty();
}

} // namespace hongbao::http
