// Role: stat and access, and the words about them.
#include "persistence/files/sight.hpp"

#include <lmdb.h>

#include <fcntl.h>
#include <pwd.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cinttypes>
#include <cstdio>

namespace hongbao::persistence {

namespace {

namespace fs = std::filesystem;

bool may(const fs::path& path, int mode) {
    return ::faccessat(AT_FDCWD, path.c_str(), mode, AT_EACCESS) == 0 || errno != EACCES;
}

std::string name_of(uid_t uid) {
    std::array<char, 4'096> text{};
    passwd entry{};
    passwd* found = nullptr;
    const bool named = ::getpwuid_r(uid, &entry, text.data(), text.size(), &found) == 0;
    const std::string number = "uid " + std::to_string(uid);
    return named && found != nullptr ? found->pw_name + (" (" + number + ")") : number;
}

std::optional<uid_t> owner_of(const fs::path& path) {
    struct stat found {};
    return ::stat(path.c_str(), &found) == 0 ? std::optional(found.st_uid) : std::nullopt;
}

fs::path whole_path(const fs::path& path) {
    std::error_code error;
    const fs::path whole = fs::absolute(path, error);
    return error ? path : whole;
}

/// The first name on the way that this process may not use.
fs::path what_is_denied(const fs::path& path) {
    const fs::path whole = whole_path(path);
    fs::path folder;
    for (const fs::path& part : whole.parent_path()) {
        folder /= part;
        if (!may(folder, X_OK)) {
            return folder;
        }
    }
    for (const auto& [name, mode] : std::to_array<std::pair<const char*, int>>(
             {{"", X_OK}, {"data.mdb", R_OK}, {"lock.mdb", R_OK | W_OK}, {"data.mdb", W_OK}})) {
        const fs::path file = *name == '\0' ? whole : whole / name;
        struct stat found {};
        const bool is_it = ::stat(file.c_str(), &found) == 0 &&
                           (*name != '\0' || S_ISDIR(found.st_mode)) && !may(file, mode);
        if (is_it) {
            return file;
        }
    }
    return owner_of(whole) ? whole : whole.parent_path();
}

std::string mode_of(const fs::path& path) {
    struct stat found {};
    std::array<char, 8> text{};
    if (::stat(path.c_str(), &found) == 0) {
        std::snprintf(text.data(), text.size(), "%04o", found.st_mode & 07777U);
    }
    return text.data();
}

std::string chown_words(const fs::path& path) {
    return "`chown -R " + std::to_string(::geteuid()) + ":" + std::to_string(::getegid()) + " " +
           path.string() + "`";
}

std::string words_of_denied(const fs::path& path) {
    const uid_t self = ::geteuid();
    const fs::path denied = what_is_denied(path);
    const auto owner = owner_of(denied);
    if (!owner) {
        return " for user " + name_of(self);
    }
    std::string words = " for user " + name_of(self) + ": " + denied.string() + " belongs to " +
                        name_of(*owner) + ", mode " + mode_of(denied);
    if (*owner != self && owner_of(denied.parent_path()) == self) {
        words += ", though its folder does not; if a command was run there as another user, " +
                 chown_words(denied) + " as root mends it";
    }
    return words;
}

std::string limit_of(int resource) {
    rlimit limit{};
    return ::getrlimit(resource, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY
               ? "no limit"
               : std::to_string(limit.rlim_cur);
}

std::string words_of_memory() {
    const auto left = address_bytes_left();
    return left ? ": of the " + limit_of(RLIMIT_AS) +
                      " bytes that this process may map (`ulimit -v`) " + std::to_string(*left) +
                      " are left"
                : ": this machine has no more memory or addresses for this process";
}

/// The link to nothing that the way ends at, if it does.
std::optional<fs::path> dangling_link(const fs::path& path) {
    for (fs::path part = path; !part.empty() && part != part.root_path();
         part = part.parent_path()) {
        struct stat found {};
        if (::lstat(part.c_str(), &found) == 0) {
            return S_ISLNK(found.st_mode) && ::stat(part.c_str(), &found) != 0 ? std::optional(part)
                                                                               : std::nullopt;
        }
    }
    return std::nullopt;
}

} // namespace

std::variant<bool, Failure> is_there(const fs::path& path) {
    struct stat found {};
    if (::stat(path.c_str(), &found) == 0) {
        return true;
    }
    if (errno != ENOENT) {
        return machine_failure(path, "cannot be looked at", errno);
    }
    if (const auto link = dangling_link(path)) {
        std::error_code error;
        Failure failure{link->string() + " is a link to " +
                        fs::read_symlink(*link, error).string() +
                        ", which is not there; is its disk mounted?"};
        failure.is_of_machine = true;
        return failure;
    }
    return false;
}

std::string words_of(int error, const fs::path& path) {
    std::string words = mdb_strerror(error);
    switch (error) {
    case EACCES:
    case EPERM: return words + (path.empty() ? "" : words_of_denied(path));
    case ENOMEM: return words + words_of_memory();
    case EMFILE:
        return words + ": this process may have " + limit_of(RLIMIT_NOFILE) +
               " (`ulimit -n`, LimitNOFILE= of its unit)";
    case ENFILE: return words + ": the whole machine's limit (`sysctl fs.file-max`)";
    case EAGAIN:
        return words + ": this user may have " + limit_of(RLIMIT_NPROC) +
               " processes and threads (`ulimit -u`, TasksMax= of its unit)";
    default: return words;
    }
}

bool is_machine_error(int error) {
    constexpr std::array errors{
        EACCES, EPERM, ENOMEM,           EMFILE,         ENFILE,       EROFS,   ENOSPC,
        EDQUOT, EIO,   EAGAIN,           ELOOP,          ENAMETOOLONG, ENOTDIR, ESTALE,
        ENODEV, ENXIO, MDB_READERS_FULL, MDB_MAP_RESIZED};
    return std::ranges::find(errors, error) != errors.end();
}

Failure machine_failure(const fs::path& path, std::string_view what, int error) {
    Failure failure{path.string() + " " + std::string(what) + ": " + words_of(error, path)};
    failure.is_of_machine = true;
    return failure;
}

std::optional<Failure> find_files_of_others(const fs::path& data_dir) {
    const uid_t self = ::geteuid();
    std::optional<fs::path> first;
    std::size_t count = 0;
    const auto look = [&](const fs::path& path) {
        const auto owner = owner_of(path);
        if (owner && *owner != self && !may(path, R_OK | W_OK)) {
            ++count;
            first = first ? first : path;
        }
    };
    look(data_dir / "lock");
    for (const char* folder : {"journal", "model", "journal.new", "journal.partial"}) {
        look(data_dir / folder);
        for (const char* file : {"data.mdb", "lock.mdb", "loading"}) {
            look(data_dir / folder / file);
        }
    }
    if (!first || owner_of(data_dir) != self) {
        return std::nullopt; // the folder itself is another's: the first attempt says so
    }
    Failure failure{"data directory " + data_dir.string() + ": " + first->string() +
                    " belongs to " + name_of(owner_of(*first).value_or(0)) +
                    (count > 1 ? ", and so do " + std::to_string(count - 1) + " more" : "") +
                    ", and this process, of user " + name_of(self) +
                    ", may not write it: so it is when a command was run there as another user. " +
                    chown_words(data_dir) + " as root mends it"};
    failure.is_of_machine = true;
    return failure;
}

std::optional<std::uint64_t> address_bytes_left() {
    rlimit limit{};
    std::uint64_t pages = 0;
    std::FILE* const file = std::fopen("/proc/self/statm", "r");
    const bool known = file != nullptr && std::fscanf(file, "%" SCNu64, &pages) == 1;
    if (file != nullptr) {
        std::fclose(file);
    }
    if (::getrlimit(RLIMIT_AS, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY || !known) {
        return std::nullopt;
    }
    const std::uint64_t mapped = pages * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
    return limit.rlim_cur > mapped ? limit.rlim_cur - mapped : 0;
}

} // namespace hongbao::persistence
