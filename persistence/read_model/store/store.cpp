// Role: opening the read model, or saying why what is there cannot be used.
#include "persistence/read_model/store/store.hpp"

#include "persistence/files/as_owner.hpp"
#include "persistence/files/folder.hpp"
#include "persistence/files/sight.hpp"
#include "persistence/journal/chain_hash.hpp"
#include "persistence/lmdb/environment.hpp"
#include "persistence/lmdb/free_pages.hpp"
#include "persistence/lmdb/missing_pages.hpp"
#include "persistence/lmdb/storage.hpp"
#include "persistence/read_model/store/reader.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cinttypes>
#include <cstdio>
#include <fstream>
#include <string>
#include <thread>

namespace hongbao::persistence {

namespace {

/// Address space only; the disk ends earlier.
constexpr std::uint64_t map_bytes = std::uint64_t{1} << 40U;
constexpr mdb_mode_t file_mode = 0600;
constexpr auto look_interval = std::chrono::milliseconds(20);
constexpr int looks_at_length_max = 25;

} // namespace

std::variant<std::unique_ptr<ModelStore>, Failure>
ModelStore::open(const std::filesystem::path& path, const JournalId& journal_id, bool read_only) {
    const std::string name = "read model " + path.string() + ": ";
    if (auto failure = read_only ? std::nullopt : make_writable_folder(path)) {
        return std::move(*failure);
    }
    auto store = std::unique_ptr<ModelStore>(new ModelStore);
    store->path_ = path;
    store->journal_id_ = journal_id;
    const AsOwner as_owner(path); // a reader makes a lock.mdb, too
    if (as_owner.failure()) {
        return *as_owner.failure();
    }
    int error = store->open_environment(path, read_only);
    if (error == 0) {
        auto missing = find_missing_pages(store->environment_.get(), path / "data.mdb", name, 0);
        for (int looks = 0; missing && read_only && looks < looks_at_length_max; ++looks) {
            std::this_thread::sleep_for(look_interval); // whoever writes fills up after the commit
            missing = find_missing_pages(store->environment_.get(), path / "data.mdb", name, 0);
        }
        if (missing) {
            return std::move(*missing);
        }
        error = store->open_tables(read_only);
    }
    if (error == MDB_NOTFOUND) { // made by a version without this table
        return Failure{name + "is damaged, of another version or of another journal"};
    }
    if (error != 0) {
        return Failure{.sentence = name + "cannot be opened: " + words_of(error, path),
                       .is_of_machine = is_machine_error(error)};
    }
    ModelReader reader(*store);
    const auto totals = reader.totals();
    if (totals) {
        store->totals_at_open_ = *totals;
        return store;
    }
    if (!reader.damage().empty()) {
        return Failure{name + "is damaged, of another version or of another journal"};
    }
    if (reader.has_history()) {
        return Failure{name + "it has lost its totals"};
    }
    store->totals_at_open_.position.chain_hash = first_chain_hash(journal_id);
    return store;
}

std::variant<ModelTotals, Failure> ModelStore::read_totals(const std::filesystem::path& path,
                                                           const JournalId& journal_id) {
    auto opened = open(path, journal_id, true);
    if (auto* failure = std::get_if<Failure>(&opened)) {
        return std::move(*failure);
    }
    return std::get<std::unique_ptr<ModelStore>>(opened)->totals_at_open();
}

int ModelStore::open_environment(const std::filesystem::path& path, bool read_only) {
    EnvironmentSettings settings{
        path, ModelTables::count,
        MDB_NOTLS | MDB_NOMETASYNC | MDB_NORDAHEAD | (read_only ? MDB_RDONLY : 0U), map_bytes};
    settings.map_bytes_if_limited =
        read_only ? file_bytes_in(path) : address_bytes_left().value_or(0) / 2;
    return persistence::open_environment(settings, environment_);
}

int ModelStore::open_tables(bool read_only) {
    LmdbTransaction transaction(environment_.get(), read_only ? MDB_RDONLY : 0);
    int error = transaction.error();
    if (error == 0) {
        error = tables_.open(transaction.get(), !read_only);
    }
    if (error == 0) {
        error = transaction.commit(); // keeps the table handles, a reader's too
    }
    if (error == 0 && !read_only) {
        fill_up(environment_.get());
    }
    return error;
}

std::uint64_t ModelStore::used_bytes() const {
    MDB_envinfo info{};
    MDB_stat stat{};
    mdb_env_info(environment_.get(), &info);
    mdb_env_stat(environment_.get(), &stat);
    return (info.me_last_pgno + 1) * std::uint64_t{stat.ms_psize};
}

StorageFigures ModelStore::storage() const {
    return storage_of(environment_.get(), tables_.all(), path_);
}

std::optional<std::string> ModelStore::look_after_readers() {
    return readers_.look(environment_.get(), std::chrono::steady_clock::now(),
                         [this] { return free_bytes(environment_.get(), tables_.all()).kept; });
}

void ModelStore::let_go_of_pages() const {
    std::error_code error;
    const std::string file = std::filesystem::canonical(path_ / "data.mdb", error).string();
    std::ifstream maps("/proc/self/maps"); // LMDB does not tell where its map is
    for (std::string line; !error && std::getline(maps, line);) {
        std::uintptr_t begin = 0;
        std::uintptr_t end = 0;
        if (line.ends_with(" " + file) &&
            std::sscanf(line.c_str(), "%" SCNxPTR "-%" SCNxPTR, &begin, &end) == 2) {
            // Mapped read-only and shared: what is needed again comes from the page cache.
            ::madvise(reinterpret_cast<void*>(begin), end - begin, MADV_DONTNEED);
        }
    }
}

int ModelStore::set_synced(bool synced) {
    const int error = mdb_env_set_flags(environment_.get(), MDB_NOSYNC, synced ? 0 : 1);
    return error == 0 && synced ? mdb_env_sync(environment_.get(), 1) : error;
}

int ModelStore::leave_mark(const std::filesystem::path& path) {
    const int mark =
        ::open(mark_in(path).c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, file_mode);
    if (mark < 0) {
        return errno;
    }
    ::fsync(mark);
    ::close(mark);
    static_cast<void>(sync_folder(path));
    return 0;
}

} // namespace hongbao::persistence
