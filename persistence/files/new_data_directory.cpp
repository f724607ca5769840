// Role: an empty folder in, a data directory or an empty folder out.
#include "persistence/files/new_data_directory.hpp"

#include "persistence/files/folder.hpp"
#include "persistence/files/sight.hpp"

#include <cerrno>
#include <cstdio>
#include <utility>

namespace hongbao::persistence {

namespace fs = std::filesystem;

std::optional<Failure> NewDataDirectory::refusal(const fs::path& path) {
    auto seen = is_there(path);
    if (auto* failure = std::get_if<Failure>(&seen)) {
        return std::move(*failure);
    }
    if (!std::get<bool>(seen)) {
        return std::nullopt;
    }
    std::error_code error;
    if (!fs::is_directory(path, error)) {
        return Failure{path.string() + " is no folder; name one that is empty or not there yet"};
    }
    fs::directory_iterator entries(path, error);
    for (; !error && entries != fs::directory_iterator(); entries.increment(error)) {
        const fs::path& entry = entries->path();
        if (entry != DataDirectory::lock_path_in(path) &&
            entry != DataDirectory::unfinished_path_in(path)) {
            return Failure{"folder " + path.string() + " is not empty (it holds " +
                           entry.filename().string() +
                           "), and nothing is ever overwritten; name a folder that is empty or "
                           "not there yet"};
        }
    }
    return error ? std::optional(machine_failure(path, "cannot be read", error.value()))
                 : std::nullopt;
}

std::variant<std::unique_ptr<NewDataDirectory>, Failure>
NewDataDirectory::begin(const fs::path& path, std::string_view command) {
    if (auto refused = refusal(path)) {
        return std::move(*refused);
    }
    const auto seen = is_there(path);
    const bool was_there = !std::holds_alternative<bool>(seen) || std::get<bool>(seen);
    auto locked = DataDirectory::lock(path, command);
    if (auto* refused = std::get_if<DirectoryRefusal>(&locked)) {
        return Failure{std::move(refused->sentence)};
    }
    // Somebody may have been quicker before the lock was held.
    if (auto refused = refusal(path)) {
        return std::move(*refused);
    }
    std::unique_ptr<NewDataDirectory> made(
        new NewDataDirectory(std::move(std::get<DataDirectory>(locked)), was_there));
    std::error_code error;
    fs::remove_all(made->unfinished_path(), error);
    if (error) {
        return machine_failure(made->unfinished_path(),
                               "was left by a copy that was never completed, and cannot be removed",
                               error.value());
    }
    return made;
}

NewDataDirectory::NewDataDirectory(DataDirectory directory, bool was_there)
    : directory_(std::move(directory)), was_there_(was_there) {}

NewDataDirectory::~NewDataDirectory() {
    if (completed_) {
        return;
    }
    std::error_code ignored; // what cannot be removed has no journal's name
    fs::remove_all(unfinished_path(), ignored);
    fs::remove(DataDirectory::lock_path_in(directory_.path()), ignored);
    if (!was_there_) {
        fs::remove(directory_.path(), ignored);
    }
}

std::optional<Failure> NewDataDirectory::complete() {
    const fs::path unfinished = unfinished_path();
    const fs::path journal = directory_.journal_path();
    if (auto failure = sync_folder(unfinished)) {
        return failure;
    }
    if (std::rename(unfinished.c_str(), journal.c_str()) != 0) {
        return machine_failure(unfinished, "cannot be renamed to " + journal.string(), errno);
    }
    if (auto failure = sync_folder(directory_.path())) {
        std::rename(journal.c_str(), unfinished.c_str());
        return failure;
    }
    completed_ = true;
    return std::nullopt;
}

} // namespace hongbao::persistence
