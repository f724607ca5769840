// Role: the keys of one AccessState, ready to be compared with what requests come with.
// Owner: one event loop; immutable after construction.
#pragma once

#include "domain/administration/administration.hpp"
#include "http/api/access/credential.hpp"
#include "http/api/access/key_text.hpp"
#include "http/text/address_ranges.hpp"
#include "http/text/ip_address.hpp"

#include <cstdint>
#include <string_view>
#include <unordered_map>
#include <variant>

namespace hongbao::http {

enum class KeyFault : std::uint8_t {
    invalid, // unknown, revoked, another secret, or from an address that it is not for
    expired, // the right secret, from an address that it is for
};

class KeyRing {
  public:
    /// Null: no key is known.
    explicit KeyRing(domain::AccessStatePtr state = nullptr);

    std::variant<CredentialPtr, KeyFault> find(const ReadKey& key, const IpAddress& address,
                                               domain::InstantMs now) const;

    /// Whether a known key is good from some addresses only.
    bool is_for_some_addresses(std::string_view key_id) const;

    /// Whether everybody at this machine is its operator.
    bool is_open() const { return state_ && state_->is_open(); }

  private:
    struct Known {
        const domain::AccessKey* key;
        AddressRanges ranges;
        CredentialPtr credential;      // with the secret as it is
        CredentialPtr with_the_former; // which is good for a while only
    };

    domain::AccessStatePtr state_; // keeps what the table points to
    std::unordered_map<std::string_view, Known> known_;
};

} // namespace hongbao::http
