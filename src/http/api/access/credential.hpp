// Role: what the credential of a request has proved. Owner: immutable; any thread.
#pragma once

#include "domain/access/principal.hpp"
#include "domain/values/instant.hpp"

#include <cstdint>
#include <memory>

namespace hongbao::http {

struct Credential {
    domain::Principal principal;
    /// From then on it is good for nothing.
    domain::InstantMs expires_at = INT64_MAX;
};

/// Shared by the requests that come with it, and the streams.
using CredentialPtr = std::shared_ptr<const Credential>;

} // namespace hongbao::http
