// Role: rows in columns, for people. Pure.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace hongbao::ops {

/// The header first. The last column is not padded.
std::string text_table(const std::vector<std::vector<std::string>>& rows);

/// A value of an answer as a person reads it: "-" for null.
std::string shown(const nlohmann::json& value);

} // namespace hongbao::ops
