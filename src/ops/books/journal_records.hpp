// Role: reads the records of a data directory for the commands about the books, beside a running
// server or without one, with progress. Owner thread: main's.
#pragma once

#include "persistence/journal/journal.hpp"

#include <optional>
#include <string>

namespace hongbao::ops {

/// Visits the records from sequence `from` on. `what` is for the line of progress: "exporting". The
/// failure says why the journal cannot be read, or where it is damaged.
std::optional<persistence::Failure> read_records(const std::string& data_dir, const char* what,
                                                 domain::Sequence from,
                                                 const persistence::RecordVisitor& visit);

} // namespace hongbao::ops
