// Role: a synced journal in a folder of its own, removed with it. In the working directory, on a
// real disk: the system's folder for temporary files may be in memory.
#pragma once

#include "domain/values/invariant.hpp"
#include "persistence/journal/lmdb/lmdb_journal.hpp"

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>

namespace hongbao::bench {

class TemporaryJournal {
  public:
    TemporaryJournal() {
        std::string pattern = "./hongbao-bench-XXXXXX";
        domain::invariant(mkdtemp(pattern.data()) != nullptr, "a folder can be made here");
        folder_ = pattern;
        persistence::LmdbJournalOptions options;
        options.path = folder_ / "journal";
        options.map_bytes = std::uint64_t{16} << 30U; // address space, not disk
        auto opened = persistence::LmdbJournal::open(options);
        if (const auto* failure = std::get_if<persistence::Failure>(&opened)) {
            domain::broken_invariant(failure->sentence.c_str(), std::source_location::current());
        }
        journal_ = std::move(std::get<std::unique_ptr<persistence::LmdbJournal>>(opened));
        epoch_ = std::get<persistence::Epoch>(journal_->acquire(0));
    }
    ~TemporaryJournal() {
        journal_.reset();
        std::error_code ignored; // a left-over folder changes no figure
        std::filesystem::remove_all(folder_, ignored);
    }
    TemporaryJournal(const TemporaryJournal&) = delete;
    TemporaryJournal& operator=(const TemporaryJournal&) = delete;

    /// One synced commit; the records follow the last one.
    void append(std::span<const domain::Record> records) {
        const auto result = journal_->append(0, epoch_, last_, records);
        domain::invariant(result.outcome == persistence::AppendOutcome::ok, "an append succeeds");
        last_ = records.back().sequence;
    }
    const persistence::LmdbJournal& journal() const { return *journal_; }
    const std::filesystem::path& folder() const { return folder_; }
    domain::Sequence last() const { return last_; }

  private:
    std::filesystem::path folder_;
    std::unique_ptr<persistence::LmdbJournal> journal_;
    persistence::Epoch epoch_ = 0;
    domain::Sequence last_ = 0;
};

} // namespace hongbao::bench
