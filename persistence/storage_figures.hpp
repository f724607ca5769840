// Role: how it stands with the files of the journal, or of the read model. Values for operators.
#pragma once

#include "domain/values/ids.hpp"

#include <cstddef>
#include <cstdint>

namespace hongbao::persistence {

struct StorageFigures {
    std::uint64_t file_bytes = 0;      // what is in use of the file, free pages among it
    std::uint64_t free_bytes = 0;      // of it: usable by the next commits
    std::uint64_t kept_bytes = 0;      // of it: usable once those who read it end
    std::uint64_t disk_free_bytes = 0; // that the process may use of the disk
    std::size_t readers = 0;           // in all processes
    domain::Sequence archived = 0;     // the last record that only the archive has
};

} // namespace hongbao::persistence
