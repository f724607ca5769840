// Role: the mark is found and made at once, and removed at the end.
#include "persistence/read_model/start/loading_mark.hpp"

#include "persistence/files/folder.hpp"
#include "persistence/files/sight.hpp"
#include "persistence/read_model/store/store.hpp"

#include <cerrno>
#include <utility>
#include <variant>

namespace hongbao::persistence {

LoadingMark::LoadingMark(const std::filesystem::path& folder) : file_(ModelStore::mark_in(folder)) {
    failure_ = make_folder(folder);
    auto seen = failure_ ? false : is_there(file_);
    if (auto* failure = std::get_if<Failure>(&seen)) {
        failure_ = std::move(*failure);
    }
    was_there_ = !failure_ && std::get<bool>(seen);
    const int error = failure_ ? 0 : ModelStore::leave_mark(folder);
    if (error != 0 && error != ENOSPC && error != EDQUOT) { // a full disk still serves reads
        failure_ = machine_failure(file_, "cannot be made", error);
    }
}

LoadingMark::~LoadingMark() {
    if (!stays_ && !failure_) {
        lift();
    }
}

void LoadingMark::lift() const {
    std::error_code error;
    std::filesystem::remove(file_, error);
}

} // namespace hongbao::persistence
