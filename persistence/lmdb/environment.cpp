// Role: opening an environment, and comparing its two numbers of the newest commit.
#include "persistence/lmdb/environment.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace hongbao::persistence {

namespace {

constexpr mdb_mode_t file_mode = 0600;

int open_with(const EnvironmentSettings& settings, std::size_t map_bytes,
              EnvironmentHandle& environment) {
    MDB_env* made = nullptr;
    int error = mdb_env_create(&made);
    environment.reset(made);
    if (error == 0) {
        error = mdb_env_set_maxdbs(made, settings.tables_max);
    }
    if (error == 0) {
        error = mdb_env_set_maxreaders(made, readers_max);
    }
    if (error == 0 && map_bytes > 0) {
        error = mdb_env_set_mapsize(made, map_bytes);
    }
    return error != 0 ? error
                      : mdb_env_open(made, settings.path.c_str(), settings.flags, file_mode);
}

int open_once(const EnvironmentSettings& settings, EnvironmentHandle& environment) {
    const int error = open_with(settings, settings.map_bytes, environment);
    return error == ENOMEM && settings.map_bytes_if_limited > 0
               ? open_with(settings, settings.map_bytes_if_limited, environment)
               : error;
}

/// The newest commit by the file itself.
std::size_t newest_commit(MDB_env* environment) {
    MDB_envinfo info{};
    mdb_env_info(environment, &info);
    return info.me_last_txnid;
}

/// True unless a writing transaction would begin from another state than the newest: the table of
/// locks belongs to another file, whose place this one has taken. What it would commit could be
/// lost to the older state at the next start.
bool continues_the_newest(MDB_env* environment) {
    const LmdbTransaction transaction(environment, 0); // mends what a crash in a commit left
    return transaction.error() != 0 ||
           mdb_txn_id(transaction.get()) == newest_commit(environment) + 1;
}

/// The lock on the data directory, for the moment.
class NobodyWrites {
  public:
    explicit NobodyWrites(const std::filesystem::path& data_dir)
        : descriptor_(::open((data_dir / "lock").c_str(), O_RDONLY | O_CLOEXEC)) {
        holds_ = descriptor_ < 0 || ::flock(descriptor_, LOCK_SH | LOCK_NB) == 0;
    }
    ~NobodyWrites() {
        if (descriptor_ >= 0) {
            ::close(descriptor_);
        }
    }
    NobodyWrites(const NobodyWrites&) = delete;
    NobodyWrites& operator=(const NobodyWrites&) = delete;
    /// True also if there is no such lock.
    explicit operator bool() const { return holds_; }

  private:
    int descriptor_;
    bool holds_ = false;
};

/// To a reader the newest commit is that of the table of locks. While somebody writes, one behind
/// means that a commit is under way. Else the writer has died in it.
void catch_up(MDB_env* environment, const std::filesystem::path& path) {
    const std::size_t newest = newest_commit(environment);
    const LmdbTransaction transaction(environment, MDB_RDONLY);
    if (transaction.error() != 0 || mdb_txn_id(transaction.get()) >= newest) {
        return;
    }
    if (NobodyWrites(path.parent_path())) {
        // LMDB mends the number when it takes over the lock of a writer that died. Of what a reader
        // may call, only a copy takes that lock, before it fails for want of a file.
        mdb_env_copyfd(environment, -1);
    }
}

} // namespace

int open_environment(const EnvironmentSettings& settings, EnvironmentHandle& environment) {
    int error = open_once(settings, environment);
    if (error != 0 || (settings.flags & MDB_NOLOCK) != 0) {
        return error;
    }
    if ((settings.flags & MDB_RDONLY) != 0) {
        catch_up(environment.get(), settings.path);
    } else if (!continues_the_newest(environment.get())) {
        environment.reset();
        std::error_code failed;
        std::filesystem::remove(settings.path / "lock.mdb", failed);
        error = failed ? failed.value() : open_once(settings, environment);
    }
    return error;
}

std::size_t file_bytes_in(const std::filesystem::path& path) {
    struct stat found {};
    return ::stat((path / "data.mdb").c_str(), &found) == 0
               ? static_cast<std::size_t>(found.st_size)
               : 0;
}

} // namespace hongbao::persistence
