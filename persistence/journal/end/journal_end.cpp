// Role: the check in a child, and its answer as text.
#include "persistence/journal/end/journal_end.hpp"

#include "persistence/files/in_child.hpp"
#include "persistence/journal/end/end_check_text.hpp"
#include "persistence/journal/lmdb/record_rows.hpp"
#include "persistence/journal/lmdb/tables.hpp"
#include "persistence/journal/lmdb/walk.hpp"
#include "persistence/lmdb/raw_pages.hpp"
#include "persistence/record/header.hpp"

#include <algorithm>
#include <cstring>
#include <utility>
#include <vector>

namespace hongbao::persistence {

namespace {

std::optional<std::uint64_t> last_key(LmdbCursor& cursor, MDB_cursor_op op, MDB_val& value) {
    MDB_val key{};
    std::uint64_t number = 0;
    if (cursor.get(key, value, op) != 0 || key.mv_size != sizeof number) {
        return std::nullopt;
    }
    std::memcpy(&number, key.mv_data, sizeof number);
    return number;
}

LastCommit last_commit_by_keys(const LmdbStore& store, MDB_txn* transaction) {
    LmdbCursor commits(transaction, store.commits);
    LmdbCursor records(transaction, store.records);
    MDB_val value{};
    LastCommit found;
    if (const auto last = last_key(commits, MDB_LAST, value)) {
        found.last = *last;
        if (const auto entry = decode_commit(to_span(value), *last)) {
            found.first = entry->first;
            found.at = entry->at;
        } else {
            found.first = last_key(commits, MDB_PREV, value).value_or(0) + 1;
        }
    }
    if (const auto last = last_key(records, MDB_LAST, value); last && *last > found.last) {
        found = LastCommit{found.last + 1, *last, {}}; // its entry is missing
    }
    return found;
}

Failure damage(const LmdbStore& store, const std::string& what) {
    return Failure{"journal " + store.path.string() + ": " + what, 0, true};
}

/// LMDB reads the list of free pages only to write: a wrong one would have pages in use
/// overwritten. Every transaction leaves an entry of its own, so an old list shows as well.
std::optional<Failure> check_free_list(const LmdbStore& store, MDB_txn* transaction,
                                       EndCheck& check) {
    constexpr MDB_dbi free_list = 0;
    constexpr std::uint64_t transactions_without_entry = 2; // nothing is there yet to be freed
    MDB_envinfo info{};
    mdb_env_info(store.environment.get(), &info);
    const RawPages pages(store.path / "data.mdb");
    const std::uint64_t older_page = pages.tables_page(pages.older());
    bool own_entry = info.me_last_txnid <= transactions_without_entry;
    bool older_is_whole = older_page <= info.me_last_pgno;
    LmdbCursor cursor(transaction, free_list);
    MDB_val key{};
    MDB_val value{};
    int error = 0;
    while ((error = cursor.get(key, value, MDB_NEXT)) == 0) {
        std::vector<std::uint64_t> numbers(value.mv_size / sizeof(std::uint64_t));
        std::memcpy(numbers.data(), value.mv_data, numbers.size() * sizeof(std::uint64_t));
        std::uint64_t freed_by = 0;
        if (key.mv_size != sizeof freed_by || numbers.empty() || numbers[0] != numbers.size() - 1) {
            return damage(store, "its list of free pages is damaged");
        }
        std::memcpy(&freed_by, key.mv_data, sizeof freed_by);
        own_entry = own_entry || freed_by == info.me_last_txnid;
        for (std::size_t i = 1; i < numbers.size(); ++i) { // in descending order
            if (numbers[i] < 2 || numbers[i] > info.me_last_pgno ||
                (i > 1 && numbers[i] >= numbers[i - 1])) {
                return damage(store, "its list of free pages is damaged");
            }
            // The pages of the state before were in use until the last transaction freed them.
            older_is_whole =
                older_is_whole && !(numbers[i] == older_page && freed_by < info.me_last_txnid);
        }
    }
    if (error != MDB_NOTFOUND || !own_entry) {
        return damage(store, "its list of free pages is damaged or old");
    }
    check.older_meta_is_whole = older_is_whole;
    return std::nullopt;
}

/// The key before `key`; 0 if it is the table's first.
std::optional<std::uint64_t> key_before(MDB_txn* transaction, MDB_dbi table, std::uint64_t key) {
    LmdbCursor cursor(transaction, table);
    MDB_val key_val = to_val(key);
    MDB_val value{};
    if (cursor.get(key_val, value, MDB_SET_KEY) != 0) {
        return std::nullopt;
    }
    const int error = cursor.get(key_val, value, MDB_PREV);
    std::uint64_t before = 0;
    if (error == 0 && key_val.mv_size == sizeof before) {
        std::memcpy(&before, key_val.mv_data, sizeof before);
    }
    return error == 0 || error == MDB_NOTFOUND ? std::optional(before) : std::nullopt;
}

/// Is the record as long as its header says?
bool is_whole(const LmdbStore& store, MDB_txn* transaction, domain::Sequence sequence) {
    MDB_val key = to_val(sequence);
    MDB_val row{};
    RecordHeader header;
    if (mdb_get(transaction, store.records, &key, &row) != 0 || row.mv_size < sizeof header) {
        return false;
    }
    std::memcpy(&header, row.mv_data, sizeof header);
    std::vector<std::byte> joined;
    return whole_record(transaction, store, sequence, to_span(row), joined).size() ==
           sizeof header + header.payload_bytes;
}

/// Nothing may be missing where the pages of the last commit join the older ones.
std::optional<Failure> check_seams(const LmdbStore& store, MDB_txn* transaction) {
    const RawPages pages(store.path / "data.mdb");
    bool whole = true;
    for (const domain::Sequence edge : pages.edges(pages.newer(), "records")) {
        const auto before = key_before(transaction, store.records, edge);
        whole = whole && before && (*before == 0 || *before + 1 == edge);
    }
    for (const domain::Sequence edge : pages.edges(pages.newer(), "commits")) {
        const auto before = key_before(transaction, store.commits, edge);
        MDB_val key = to_val(edge);
        MDB_val value{};
        const bool found = mdb_get(transaction, store.commits, &key, &value) == 0;
        const auto entry = found ? decode_commit(to_span(value), edge) : std::nullopt;
        whole = whole && before && entry && (*before == 0 || *before + 1 == entry->first);
    }
    for (const std::uint64_t edge : pages.edges(pages.newer(), "parts")) {
        const auto before = key_before(transaction, store.parts, edge);
        whole = whole && before && is_whole(store, transaction, sequence_of_part(edge)) &&
                (*before == 0 || is_whole(store, transaction, sequence_of_part(*before)));
    }
    return whole
               ? std::nullopt
               : std::optional(damage(store, "pages of its last transaction are missing: there is "
                                             "a gap before its last records"));
}

/// The last record before `sequence` that has parts; 0 if there is none among those looked at.
domain::Sequence last_long_record_before(const LmdbStore& store, MDB_txn* transaction,
                                         domain::Sequence sequence) {
    constexpr int records_max = 4'096;
    LmdbCursor records(transaction, store.records);
    MDB_val key = to_val(sequence);
    MDB_val row{};
    int error = records.get(key, row, MDB_SET_KEY);
    for (int i = 0; error == 0 && i < records_max; ++i) {
        error = records.get(key, row, MDB_PREV);
        RecordHeader header;
        if (error == 0 && row.mv_size >= sizeof header) {
            std::memcpy(&header, row.mv_data, sizeof header);
            std::memcpy(&sequence, key.mv_data, std::min(key.mv_size, sizeof sequence));
            if (sizeof header + header.payload_bytes > row.mv_size) {
                return sequence;
            }
        }
    }
    return 0;
}

/// The last commit rewrites the leaf of each table that was last before, even if everything that it
/// adds comes behind that leaf: so the key that was last before must still be there.
std::optional<Failure> check_what_was_last_before(const LmdbStore& store, MDB_txn* transaction,
                                                  const LastCommit& commit) {
    const auto archived = store.archived(transaction);
    if (std::get<domain::Sequence>(archived) >= commit.first) {
        return std::nullopt; // the archive has it and all before it
    }
    const auto record = key_before(transaction, store.records, commit.first);
    const auto entry = key_before(transaction, store.commits, commit.last);
    bool whole = record && (*record == 0 || *record + 1 == commit.first) && entry &&
                 (*entry == 0 || *entry + 1 == commit.first);
    if (whole && store.has_parts()) {
        const auto long_record = last_long_record_before(store, transaction, commit.first);
        whole = long_record == 0 || is_whole(store, transaction, long_record);
    }
    return whole ? std::nullopt
                 : std::optional(damage(store, "pages of its last transaction are missing: what "
                                               "came right before it is not there"));
}

std::variant<std::unique_ptr<LmdbStore>, Failure>
open_to_look(const std::filesystem::path& journal_path) {
    LmdbJournalOptions options;
    options.path = journal_path;
    options.read_only = true;
    options.nobody_writes = true;
    return LmdbStore::open(options, LmdbStore::Recognise::later);
}

/// Is the newest state newer than the one before it? The newest transaction wrote the page that
/// names the tables. If that page did not reach the disk, an old one lies in its place and leads to
/// old tables.
std::optional<Failure> check_order(const LmdbStore& store) {
    const RawPages pages(store.path / "data.mdb");
    const std::size_t newer = pages.newer();
    const std::size_t older = pages.older();
    if (pages.last_commit(older).value_or(0) <= pages.last_commit(newer).value_or(0) &&
        pages.epoch(older).value_or(0) <= pages.epoch(newer).value_or(0)) {
        return std::nullopt;
    }
    return damage(store,
                  "pages of its last transaction are missing: its newest state is older than "
                  "the one before");
}

EndCheck check_here(const std::filesystem::path& journal_path) {
    EndCheck check;
    auto opened = open_to_look(journal_path);
    if (auto* failure = std::get_if<Failure>(&opened)) {
        check.failure = std::move(*failure);
        return check;
    }
    LmdbStore& store = *std::get<std::unique_ptr<LmdbStore>>(opened);
    {
        LmdbTransaction transaction(store.environment.get(), MDB_RDONLY);
        if (transaction.error() != 0) {
            check.failure = store.failure("cannot be read", transaction.error());
            return check;
        }
        check.last_commit = last_commit_by_keys(store, transaction.get());
        // First whatever an old state would also explain.
        check.failure = check_free_list(store, transaction.get(), check);
        if (!check.failure && check.older_meta_is_whole) {
            check.failure = check_order(store);
        }
        if (!check.failure) {
            check.failure = check_seams(store, transaction.get());
        }
    }
    if (!check.failure) {
        check.failure = store.recognise();
    }
    if (!check.failure && check.last_commit->last >= check.last_commit->first) {
        check.failure = RecordWalk(store, check.last_commit->first, [](const WalkedRecord&) {
                            return Visit::next;
                        }).run();
    }
    if (!check.failure && check.last_commit->last >= check.last_commit->first) {
        LmdbTransaction transaction(store.environment.get(), MDB_RDONLY);
        check.failure =
            transaction.error() != 0
                ? store.failure("cannot be read", transaction.error())
                : check_what_was_last_before(store, transaction.get(), *check.last_commit);
    }
    return check;
}

/// A smaller check, for when the full one ended the process.
EndCheck look_at_keys(const std::filesystem::path& journal_path) {
    EndCheck check;
    auto opened = open_to_look(journal_path);
    if (const auto* store = std::get_if<std::unique_ptr<LmdbStore>>(&opened)) {
        LmdbTransaction transaction((*store)->environment.get(), MDB_RDONLY);
        if (transaction.error() == 0) {
            check.last_commit = last_commit_by_keys(**store, transaction.get());
        }
    }
    return check;
}

} // namespace

bool EndCheck::blames_the_last_commit() const {
    return read_to_its_end && failure && last_commit &&
           failure->first_bad_sequence >= last_commit->first;
}

EndCheck check_journal_end(const std::filesystem::path& journal_path) {
    const std::string name = "journal " + journal_path.string();
    EndCheck check = end_check_in_child(name, [&] { return check_here(journal_path); });
    if (!check.read_to_its_end) {
        check.last_commit =
            end_check_in_child(name, [&] { return look_at_keys(journal_path); }).last_commit;
    }
    return check;
}

} // namespace hongbao::persistence
