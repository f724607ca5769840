// Role: one file after another, each synced.
#include "persistence/upkeep/archive_copy.hpp"

#include "persistence/files/folder.hpp"
#include "persistence/files/sight.hpp"
#include "persistence/journal/segment/header.hpp"

#include <utility>

namespace hongbao::persistence {

namespace {

namespace fs = std::filesystem;

std::optional<Failure> copy_segment(const fs::path& from, const fs::path& to) {
    std::error_code error;
    fs::copy_file(from, to, error);
    if (error) {
        return machine_failure(from, "cannot be copied to " + to.string(), error.value());
    }
    return sync_and_forget(to);
}

} // namespace

std::variant<domain::Sequence, Failure> copy_archive(const LmdbStore& original,
                                                     domain::Sequence last, const fs::path& path) {
    std::variant<domain::Sequence, Failure> archived;
    {
        LmdbTransaction transaction(original.environment.get(), MDB_RDONLY);
        if (transaction.error() != 0) {
            return original.failure("cannot be read", transaction.error());
        }
        archived = original.archived(transaction.get());
    }
    auto found = segments_in(original.archive_path());
    for (auto* failure : {std::get_if<Failure>(&archived), std::get_if<Failure>(&found)}) {
        if (failure != nullptr) {
            return std::move(*failure);
        }
    }
    const fs::path folder = path / original.archive_path().filename();
    domain::Sequence end = 0;
    for (const SegmentFile& segment : std::get<std::vector<SegmentFile>>(found)) {
        if (segment.first != end + 1 || segment.last > last ||
            segment.first > std::get<domain::Sequence>(archived)) {
            continue; // what is missing, the walk over the original finds
        }
        auto failure = end == 0 ? make_folder(folder) : std::nullopt;
        if (!failure) {
            failure = copy_segment(segment.path, folder / segment.path.filename());
        }
        if (failure) {
            return std::move(*failure);
        }
        end = segment.last;
    }
    if (end > 0) {
        if (auto failure = sync_folder(folder)) {
            return std::move(*failure);
        }
    }
    return end;
}

} // namespace hongbao::persistence
