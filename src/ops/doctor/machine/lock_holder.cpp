// Role: tries the lock, and reads what its holder has written into it.
#include "ops/doctor/machine/lock_holder.hpp"

#include "persistence/files/descriptor.hpp"

#include <fcntl.h>
#include <sys/file.h>

#include <array>
#include <cerrno>
#include <sstream>

namespace hongbao::ops::doctor {

LockHolder holder_of_lock(const std::filesystem::path& lock) {
    LockHolder holder;
    const persistence::Descriptor file(::open(lock.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (!file) {
        return holder;
    }
    if (::flock(file.get(), LOCK_SH | LOCK_NB) == 0) {
        ::flock(file.get(), LOCK_UN);
        return holder;
    }
    holder.is_held = errno == EWOULDBLOCK;
    std::array<char, 64> text{};
    if (::pread(file.get(), text.data(), text.size() - 1, 0) > 0) {
        std::istringstream words(text.data());
        words >> holder.process >> std::ws;
        std::getline(words, holder.command);
    }
    return holder;
}

} // namespace hongbao::ops::doctor
