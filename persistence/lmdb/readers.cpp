// Role: reads LMDB's list of readers, and frees the slots of dead ones.
#include "persistence/lmdb/readers.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <utility>

namespace hongbao::persistence {

namespace {

constexpr auto age_min = std::chrono::seconds(30);
constexpr std::uint64_t mib = 1U << 20U;

/// LMDB tells of its readers in text only: process, thread, and the commit that they see; "-" if
/// they read nothing at the moment.
int note_reader(const char* line, void* readers) {
    LmdbReader reader;
    if (std::sscanf(line, "%d %zx %zu", &reader.process, &reader.thread, &reader.sees) == 3) {
        static_cast<std::vector<LmdbReader>*>(readers)->push_back(reader);
    }
    return 0;
}

} // namespace

std::vector<LmdbReader> readers_of(MDB_env* environment) {
    std::vector<LmdbReader> readers;
    mdb_reader_list(environment, note_reader, &readers);
    return readers;
}

std::optional<std::string> ReaderWatch::look(MDB_env* environment, Time now,
                                             const std::function<std::uint64_t()>& kept_bytes) {
    int dead = 0;
    mdb_reader_check(environment, &dead);
    note(readers_of(environment), now);
    const auto oldest = std::ranges::min_element(
        seen_, {}, [](const Seen& seen) { return std::pair(seen.reader.sees, seen.since); });
    if (oldest == seen_.end()) {
        return std::nullopt;
    }
    const auto age = std::chrono::duration_cast<std::chrono::seconds>(now - oldest->since);
    if (age < age_min || age < 2 * oldest->told_after) {
        return std::nullopt;
    }
    const std::uint64_t bytes = kept_bytes();
    if (bytes < mib) {
        return std::nullopt;
    }
    oldest->told_after = age;
    return "process " + std::to_string(oldest->reader.process) + " has read " + name_ + " for " +
           std::to_string(age.count()) + " s and keeps " + std::to_string(bytes / mib) +
           " MiB from being used again; they are free once it goes on or ends";
}

/// A reader whose snapshot is newer than last time has moved on: its age starts again.
void ReaderWatch::note(const std::vector<LmdbReader>& readers, Time now) {
    std::vector<Seen> seen;
    for (const LmdbReader& reader : readers) {
        if (reader.process == ::getpid()) {
            continue;
        }
        const auto before = std::ranges::find_if(seen_, [&](const Seen& one) {
            return one.reader.process == reader.process && one.reader.thread == reader.thread &&
                   one.reader.sees == reader.sees;
        });
        seen.push_back(before != seen_.end() ? *before : Seen{reader, now, {}});
    }
    seen_ = std::move(seen);
}

} // namespace hongbao::persistence
