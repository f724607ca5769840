// Role: credentials that were found right lately, by a hash of their text: so that a token costs
// its verification once, and a key its hash. 32 bytes a place, and about 200 more while one is in
// it. Owner: one event loop. Invariants: never more than size_max of them; none is found once its
// time is over.
#pragma once

#include "http/api/access/credential.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace hongbao::http {

class CredentialCache {
  public:
    /// `size_max` is rounded down to a power of two, at least 4. Places are made with the first
    /// credential.
    explicit CredentialCache(std::size_t size_max);

    /// Null: it is not here. Valid until the next call of put() or clear().
    const CredentialPtr* find(std::string_view text, domain::InstantMs now);
    void put(std::string_view text, CredentialPtr credential, domain::InstantMs now);
    void clear();

    std::size_t size_max() const { return set_count_ * ways; }

  private:
    static constexpr std::size_t ways = 4;
    /// Under a random key of this cache: nobody can make a text that another's credential is found
    /// by.
    using Hash = std::array<std::uint64_t, 2>;
    struct Place {
        Hash hash{};
        CredentialPtr credential; // null: free
    };

    Hash hash_of(std::string_view text) const;
    Place* set_of(const Hash& hash);

    std::array<unsigned char, 16> hash_key_{};
    std::size_t set_count_;
    std::vector<Place> places_; // sets of `ways` each
    std::size_t turn_ = 0;      // whose place in a full set is taken next
};

} // namespace hongbao::http
