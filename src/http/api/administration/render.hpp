// Role: keys, switches, invitations and operations as JSON. A secret is no part of any of them.
// Owner: pure.
#pragma once

#include "domain/administration/administration.hpp"
#include "domain/record.hpp"
#include "http/api/render.hpp"

#include <string>

namespace hongbao::http {

/// As of `now`: whether it is valid.
Json render(const domain::AccessKey& key, domain::InstantMs now);
Json render(domain::Switch which, const domain::SwitchState& state);
Json render(const domain::Invitation& invitation);

/// What an operator did, by the record of it.
std::string render_operation(const domain::Record& record);

} // namespace hongbao::http
