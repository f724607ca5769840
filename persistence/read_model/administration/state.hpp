// Role: the administration as its rows have it. Owner thread: the caller's.
#pragma once

#include "persistence/read_model/store/reader.hpp"

#include <optional>

namespace hongbao::persistence {

/// All of it; nothing if rows are damaged or missing, and then the reader says what.
std::optional<domain::Administration> read_administration(ModelReader& reader);

/// How many rows it has in each table.
void count_rows(const domain::Administration& state, ModelTotals& totals);

} // namespace hongbao::persistence
