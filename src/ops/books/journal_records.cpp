// Role: opens the journal to read alone.
#include "ops/books/journal_records.hpp"

#include "ops/cli/commands.hpp"
#include "ops/cli/progress.hpp"
#include "persistence/journal/lmdb/lmdb_journal.hpp"

namespace hongbao::ops {

std::optional<persistence::Failure> read_records(const std::string& data_dir, const char* what,
                                                 domain::Sequence from,
                                                 const persistence::RecordVisitor& visit) {
    constexpr persistence::JournalShard shard = 0;
    const auto path = journal_to_read(data_dir);
    if (const auto* failure = std::get_if<persistence::Failure>(&path)) {
        return *failure;
    }
    persistence::LmdbJournalOptions options;
    options.path = std::get<std::filesystem::path>(path);
    options.read_only = true;
    const auto opened = persistence::LmdbJournal::open(options);
    if (const auto* failure = std::get_if<persistence::Failure>(&opened)) {
        return *failure;
    }
    const auto& journal = *std::get<std::unique_ptr<persistence::LmdbJournal>>(opened);
    // What comes later is left to the next time.
    const domain::Sequence last = journal.position(shard).last_sequence;
    if (from > last) {
        return std::nullopt;
    }
    Progress progress(what);
    return journal.read(shard, from, [&](const domain::Record& record) {
        if (record.sequence > last) {
            return persistence::Visit::stop;
        }
        progress.show(record.sequence - from + 1, last - from + 1);
        return visit(record);
    });
}

} // namespace hongbao::ops
