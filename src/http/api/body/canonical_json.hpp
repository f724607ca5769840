// Role: one text for all bodies that mean the same.
// Owner: pure.
#pragma once

#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>

namespace hongbao::http {

/// Fields in the order of their names, no white space, no field that is null, since that counts as
/// absent. `pause`, if given, is called now and then, so that no step takes long.
std::string canonical_text(const nlohmann::json& body,
                           const std::function<void()>& pause = nullptr);

} // namespace hongbao::http
