// Role: archives for tests: written and trimmed in the same steps as by a server and the command.
#pragma once

#include "persistence/inspect/verify.hpp"
#include "persistence/journal/segment/header.hpp"
#include "persistence/upkeep/archiving.hpp"
#include "tests/persistence/journals.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace hongbao::testing {

/// So that every commit is a segment of its own, and no record is kept back.
inline constexpr persistence::ArchiveLimits commit_by_commit{0, 1};
inline constexpr persistence::ArchiveLimits all_in_one{0, 64U << 20U};
inline constexpr domain::Sequence all_projected = std::numeric_limits<domain::Sequence>::max();

inline std::unique_ptr<persistence::LmdbStore> open_store(const std::filesystem::path& journal) {
    persistence::LmdbJournalOptions options;
    options.path = journal;
    options.read_only = true;
    auto opened = persistence::LmdbStore::open(options);
    if (const auto* failure = std::get_if<persistence::Failure>(&opened)) {
        std::fprintf(stderr, "%s\n", failure->sentence.c_str());
        std::abort();
    }
    return std::move(std::get<std::unique_ptr<persistence::LmdbStore>>(opened));
}

/// Writes segments for all records before `projected`.
inline persistence::WrittenArchive
archive(const std::filesystem::path& journal, domain::Sequence projected = all_projected,
        const persistence::ArchiveLimits& limits = commit_by_commit) {
    const auto outcome = persistence::write_archive(*open_store(journal), projected, limits);
    const auto* failure = std::get_if<persistence::Failure>(&outcome);
    EXPECT_EQ(failure, nullptr) << failure->sentence;
    return failure != nullptr ? persistence::WrittenArchive{}
                              : std::get<persistence::WrittenArchive>(outcome);
}

/// Opens the journal, to be trimmed in the smallest steps.
inline std::unique_ptr<persistence::LmdbJournal> open_to_trim(const std::filesystem::path& journal,
                                                              std::size_t records_max = 1) {
    auto options = options_for(journal);
    options.trim_records_max = records_max;
    return open_journal(options);
}

/// One transaction of trimming; false if there was nothing to delete.
inline bool trim_once(persistence::LmdbJournal& journal, persistence::Epoch epoch) {
    persistence::TrimStep step;
    do {
        step = journal.trim(0, epoch);
        EXPECT_EQ(step.warning + step.broken, "");
    } while (step.more && !step.trimmed);
    return step.trimmed;
}

inline void trim_all(const std::filesystem::path& journal, std::size_t records_max = 4'096) {
    const auto opened = open_to_trim(journal, records_max);
    const auto epoch = acquire(*opened);
    while (trim_once(*opened, epoch)) {
    }
}

inline std::filesystem::path segment_in(const std::filesystem::path& journal,
                                        domain::Sequence first, domain::Sequence last) {
    return journal / "archive" / persistence::segment_name(first, last);
}

inline std::string said_by(const std::optional<persistence::Failure>& failure) {
    return failure ? failure->sentence : "";
}

} // namespace hongbao::testing
