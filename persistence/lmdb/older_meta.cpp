// Role: writes LMDB's older meta page over the newer one, and can put that back.
#include "persistence/lmdb/older_meta.hpp"

#include "persistence/lmdb/raw_pages.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cstring>

namespace hongbao::persistence {

bool OlderMeta::restore(const std::filesystem::path& file) {
    const RawPages pages(file);
    if (!pages.has_two_states()) {
        return false;
    }
    file_ = file;
    newer_ = pages.meta(pages.newer());
    newer_offset_ = pages.newer() * pages.page_bytes();
    std::vector<std::byte> mended = pages.meta(pages.older());
    std::memcpy(mended.data(), newer_.data(), RawPages::header_bytes); // it knows its own number
    return write(mended);
}

bool OlderMeta::undo() {
    return write(newer_);
}

bool OlderMeta::write(const std::vector<std::byte>& page) const {
    const int descriptor = ::open(file_.c_str(), O_WRONLY | O_CLOEXEC);
    const bool written =
        descriptor >= 0 &&
        ::pwrite(descriptor, page.data(), page.size(), static_cast<off_t>(newer_offset_)) ==
            static_cast<ssize_t>(page.size()) &&
        ::fsync(descriptor) == 0;
    if (descriptor >= 0) {
        ::close(descriptor);
    }
    return written;
}

} // namespace hongbao::persistence
