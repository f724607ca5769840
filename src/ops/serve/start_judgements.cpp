// Role: the bounds, and their sentences.
#include "ops/serve/start_judgements.hpp"

#include "actors/environment/ids.hpp"
#include "domain/values/rfc3339.hpp"

#include <algorithm>

namespace hongbao::ops {

namespace {

/// The clocks of two machines may differ by this much when one takes over from the other.
constexpr domain::InstantMs clock_behind_ms_max = 60'000;

/// An empty journal needs this much.
constexpr std::uint64_t journal_bytes_least = 1U << 20U;

} // namespace

std::optional<std::string> clock_without_ids(domain::InstantMs shown) {
    if (shown >= actors::clock_ms_min && shown < actors::clock_ms_max) {
        return std::nullopt;
    }
    return "the clock of this machine shows " + domain::to_rfc3339(shown) +
           ", but there are ids only for times from " + domain::to_rfc3339(actors::clock_ms_min) +
           " until " + domain::to_rfc3339(actors::clock_ms_max);
}

std::optional<std::string> clock_behind_journal(domain::InstantMs now,
                                                domain::InstantMs latest_at) {
    if (latest_at <= now + clock_behind_ms_max) {
        return std::nullopt;
    }
    return "the clock of this machine shows " + domain::to_rfc3339(now) +
           ", which is before the journal's last record of " + domain::to_rfc3339(latest_at) +
           ": new records will have earlier times than older ones";
}

std::optional<FileLengthFault> judge_file_lengths(const FileLengths& lengths) {
    if (lengths.limit_bytes >= lengths.map_bytes) {
        return std::nullopt;
    }
    const std::uint64_t needed_bytes = std::max(journal_bytes_least, lengths.journal_bytes);
    const std::string is = "the limit of file sizes (ulimit -f, LimitFSIZE=) is " +
                           std::to_string(lengths.limit_bytes) + " bytes, less than ";
    if (lengths.limit_bytes < needed_bytes) {
        return FileLengthFault{true, is + "the " + std::to_string(needed_bytes) +
                                         " that the journal takes already: raise it"};
    }
    return FileLengthFault{false, is + "journal_map_bytes (" + std::to_string(lengths.map_bytes) +
                                      "): at that size the journal is full, and writes are "
                                      "refused with 507"};
}

} // namespace hongbao::ops
