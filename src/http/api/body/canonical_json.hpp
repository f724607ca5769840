// Role: a body as a text that is the same for all bodies that mean the same.
// Owner: pure.
#pragma once

#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>

namespace hongbao::http {

/// Fields in order, no white space, and none that is null, which is as good as absent. If there
/// is a `pause`, it is called now and then: so that no step takes long.
std::string canonical_text(const nlohmann::json& body,
                           const std::function<void()>& pause = nullptr);

} // namespace hongbao::http
