// Role: `hongbao archive`: writes segments, after which the owner of the journal deletes what they
// hold: the running server or, without one, this command.
#include "ops/cli/child_process.hpp"
#include "ops/cli/commands.hpp"
#include "ops/cli/exit_status.hpp"
#include "ops/cli/progress.hpp"
#include "ops/cli/say.hpp"
#include "ops/log/output_relay.hpp"
#include "persistence/files/data_directory.hpp"
#include "persistence/journal/lmdb/lmdb_journal.hpp"
#include "persistence/upkeep/archiving.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <thread>
#include <unistd.h>

namespace hongbao::ops {

namespace {

using persistence::DataDirectory;
using persistence::Failure;
using persistence::LmdbStore;
using persistence::WrittenArchive;

constexpr auto look_interval = std::chrono::milliseconds(100);
/// If nothing has moved for this long, the server may have stopped: it looks every second, and a
/// step takes milliseconds.
constexpr auto patience = std::chrono::seconds(30);

std::variant<std::unique_ptr<LmdbStore>, Failure> open_to_read(const std::string& data_dir) {
    persistence::LmdbJournalOptions options;
    options.path = DataDirectory::journal_path_in(data_dir);
    options.read_only = true;
    return LmdbStore::open(options);
}

/// The journal at one moment.
struct Look {
    domain::Sequence archived = 0;
    domain::Sequence last = 0;
    std::uint64_t table_bytes = 0;
    std::uint64_t kept_bytes = 0; // freed, but not usable while somebody reads them
};

std::variant<Look, Failure> look_at(const LmdbStore& store) {
    int dead_readers = 0;
    mdb_reader_check(store.environment.get(), &dead_readers);
    const std::uint64_t kept_bytes = store.free().kept;
    persistence::LmdbTransaction transaction(store.environment.get(), MDB_RDONLY);
    if (transaction.error() != 0) {
        return store.failure("cannot be read", transaction.error());
    }
    auto archived = store.archived(transaction.get());
    if (auto* failure = std::get_if<Failure>(&archived)) {
        return std::move(*failure);
    }
    auto end = store.last_commit(transaction.get());
    if (auto* failure = std::get_if<Failure>(&end)) {
        return std::move(*failure);
    }
    return Look{std::get<domain::Sequence>(archived), std::get<persistence::CommitEntry>(end).last,
                store.table_bytes(transaction.get()), kept_bytes};
}

std::variant<Look, Failure> look_at(const std::string& data_dir) {
    const auto opened = open_to_read(data_dir);
    if (const auto* failure = std::get_if<Failure>(&opened)) {
        return *failure;
    }
    return look_at(*std::get<std::unique_ptr<LmdbStore>>(opened));
}

/// Deletes the archived records, as the journal's owner. Returns why it stopped early, if it did.
std::optional<Failure> trim_here(const std::string& data_dir, const WrittenArchive& written) {
    persistence::LmdbJournalOptions options;
    options.path = DataDirectory::journal_path_in(data_dir);
    auto opened = persistence::LmdbJournal::open(options);
    if (auto* failure = std::get_if<Failure>(&opened)) {
        return std::move(*failure);
    }
    auto& journal = *std::get<std::unique_ptr<persistence::LmdbJournal>>(opened);
    auto epoch = journal.acquire(0);
    if (auto* failure = std::get_if<Failure>(&epoch)) {
        return std::move(*failure);
    }
    Progress progress("freeing room in the journal");
    for (bool more = true; more;) {
        const auto step = journal.trim(0, std::get<persistence::Epoch>(epoch));
        if (!step.broken.empty() || !step.warning.empty()) {
            return Failure{step.broken + step.warning};
        }
        more = step.more;
        progress.show(step.archived - std::min(step.archived, written.first - 1),
                      written.last - written.first + 1);
    }
    return std::nullopt;
}

/// Waits for the server. If it stops meanwhile, its next start goes on with it: taking the
/// directory here could keep that start from happening.
std::optional<Failure> wait_for_trim(const std::string& data_dir, const WrittenArchive& written) {
    auto opened = open_to_read(data_dir);
    if (auto* failure = std::get_if<Failure>(&opened)) {
        return std::move(*failure);
    }
    auto& store = std::get<std::unique_ptr<LmdbStore>>(opened);
    Progress progress("the server frees room in the journal");
    domain::Sequence archived = 0;
    auto moved_at = std::chrono::steady_clock::now();
    while (true) {
        const auto look = look_at(*store);
        if (const auto* failure = std::get_if<Failure>(&look)) {
            return *failure;
        }
        const auto now = std::chrono::steady_clock::now();
        if (std::get<Look>(look).archived != archived) {
            archived = std::get<Look>(look).archived;
            moved_at = now;
            progress.show(archived - std::min(archived, written.first - 1),
                          written.last - written.first + 1);
        }
        if (archived >= written.last) {
            return std::nullopt;
        }
        if (now - moved_at >= patience) {
            return Failure{"the segments are complete, but the server has deleted none of their "
                           "records for 30 s (its own messages may say why); it goes on by itself, "
                           "also after its next start"};
        }
        std::this_thread::sleep_for(look_interval);
    }
}

int report_nothing(const Look& look, domain::Sequence projected, const ArchiveOptions& options) {
    std::printf("nothing to archive: the journal holds records %llu to %llu, the read model has "
                "written them up to %llu, and the last %llu stay (--keep-records)\n",
                static_cast<unsigned long long>(look.archived + 1),
                static_cast<unsigned long long>(look.last),
                static_cast<unsigned long long>(projected),
                static_cast<unsigned long long>(options.keep_records));
    return exit_ok;
}

int report(const WrittenArchive& written, const Look& before, const Look& after) {
    constexpr std::uint64_t little_bytes = 1U
                                           << 20U; // there is always somebody reading for a moment
    std::uint64_t freed = before.table_bytes - std::min(before.table_bytes, after.table_bytes);
    if (after.kept_bytes >= little_bytes) {
        say("somebody is reading an older state of the journal; " +
            std::to_string(after.kept_bytes) + " more bytes become free when that ends");
        freed -= std::min(freed, after.kept_bytes);
    }
    std::printf("archive is complete to record %llu: %llu records moved, %llu new segments with "
                "%llu bytes of records in %llu bytes; %llu bytes of the journal are free for new "
                "records, its file keeps its size\n",
                static_cast<unsigned long long>(written.last),
                static_cast<unsigned long long>(written.last - written.first + 1),
                static_cast<unsigned long long>(written.segments),
                static_cast<unsigned long long>(written.body_bytes),
                static_cast<unsigned long long>(written.file_bytes),
                static_cast<unsigned long long>(freed));
    return exit_ok;
}

struct Written {
    WrittenArchive archive;
    Look before;
    domain::Sequence projected = 0;
};

std::variant<Written, Failure> write(const ArchiveOptions& options) {
    auto opened = open_to_read(options.data_dir);
    if (auto* failure = std::get_if<Failure>(&opened)) {
        return std::move(*failure);
    }
    const LmdbStore& store = *std::get<std::unique_ptr<LmdbStore>>(opened);
    auto look = look_at(store);
    if (auto* failure = std::get_if<Failure>(&look)) {
        return std::move(*failure);
    }
    auto projected = persistence::projected_sequence(
        DataDirectory::read_model_path_in(options.data_dir), store.id);
    if (auto* failure = std::get_if<Failure>(&projected)) {
        return std::move(*failure);
    }
    persistence::ArchiveLimits limits;
    limits.keep_records = options.keep_records;
    Progress progress("archiving");
    auto outcome =
        persistence::write_archive(store, std::get<domain::Sequence>(projected), limits,
                                   [&](auto done, auto total) { progress.show(done, total); });
    if (auto* failure = std::get_if<Failure>(&outcome)) {
        return std::move(*failure);
    }
    return Written{std::get<WrittenArchive>(outcome), std::get<Look>(look),
                   std::get<domain::Sequence>(projected)};
}

} // namespace

int archive(const ArchiveOptions& options) {
    const auto found = DataDirectory::find_journal(options.data_dir);
    if (const auto* failure = std::get_if<Failure>(&found)) {
        return complain(failure->sentence);
    }
    if (!options.in_this_process) {
        return run_in_child("archiving", options.data_dir,
                            {"archive", "--in-this-process", "--data", options.data_dir,
                             "--keep-records", std::to_string(options.keep_records)});
    }
    // A reader that does not read must not keep the directory taken, or the journal's pages in use.
    const OutputRelay relay(STDERR_FILENO, OutputRelay::AtEnd::wait);
    // Held to the end, so that no server starts while this process deletes.
    const auto directory = DataDirectory::open(options.data_dir, "archive");
    const auto* refusal = std::get_if<persistence::DirectoryRefusal>(&directory);
    if (refusal != nullptr && (!refusal->in_use || refusal->is_by_command)) {
        return complain(refusal->sentence, refusal->in_use ? exit_directory_taken : exit_failed);
    }
    const bool beside_a_server = refusal != nullptr;
    if (beside_a_server) {
        give_way();
    }
    const auto outcome = write(options);
    if (const auto* failure = std::get_if<Failure>(&outcome)) {
        return complain("archiving failed: " + failure->sentence);
    }
    const Written& written = std::get<Written>(outcome);
    if (written.archive.last < written.archive.first) {
        return report_nothing(written.before, written.projected, options);
    }
    const auto not_trimmed = beside_a_server ? wait_for_trim(options.data_dir, written.archive)
                                             : trim_here(options.data_dir, written.archive);
    if (not_trimmed) {
        return complain("no room was freed: " + not_trimmed->sentence);
    }
    const auto after = look_at(options.data_dir);
    if (const auto* failure = std::get_if<Failure>(&after)) {
        return complain(failure->sentence);
    }
    return report(written.archive, written.before, std::get<Look>(after));
}

} // namespace hongbao::ops
