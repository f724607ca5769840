// Role: what a start and the doctor say alike of the clock and of the length that files may have.
// Owner thread: any. Pure.
#pragma once

#include "domain/values/instant.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace hongbao::ops {

/// Why no server can start at that time: it has no ids then.
std::optional<std::string> clock_without_ids(domain::InstantMs shown);

/// What is wrong with a clock that shows `now` while the journal has a record of `latest_at`.
std::optional<std::string> clock_behind_journal(domain::InstantMs now, domain::InstantMs latest_at);

struct FileLengths {
    std::uint64_t limit_bytes = 0;   // ulimit -f
    std::uint64_t map_bytes = 0;     // journal_map_bytes
    std::uint64_t journal_bytes = 0; // what its file has already
};

struct FileLengthFault {
    bool stops_a_start = false; // else the journal is full before its map is
    std::string sentence;
};

std::optional<FileLengthFault> judge_file_lengths(const FileLengths& lengths);

} // namespace hongbao::ops
