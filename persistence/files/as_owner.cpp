// Role: another effective user with root's capabilities.
#include "persistence/files/as_owner.hpp"

#include "persistence/files/sight.hpp"

#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <utility>

namespace hongbao::persistence {

namespace {

/// Changing the effective user only makes them ineffective, as long as the real user is root.
bool put_capabilities_into_effect() {
    __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
    std::array<__user_cap_data_struct, _LINUX_CAPABILITY_U32S_3> sets{};
    if (::syscall(SYS_capget, &header, sets.data()) != 0) {
        return false;
    }
    for (auto& set : sets) {
        set.effective = set.permitted;
    }
    return ::syscall(SYS_capset, &header, sets.data()) == 0;
}

/// When the user changes, the kernel forgets that this process is to end with its parent.
class KeepsParentDeathSignal {
  public:
    KeepsParentDeathSignal() { ::prctl(PR_GET_PDEATHSIG, &signal_); }
    ~KeepsParentDeathSignal() {
        if (signal_ != 0) {
            ::prctl(PR_SET_PDEATHSIG, signal_);
        }
        if (signal_ != 0 && ::getppid() != parent_) {
            ::raise(signal_); // it ended in between
        }
    }
    KeepsParentDeathSignal(const KeepsParentDeathSignal&) = delete;
    KeepsParentDeathSignal& operator=(const KeepsParentDeathSignal&) = delete;

  private:
    int signal_ = 0;
    const pid_t parent_ = ::getppid();
};

void become_root_again(gid_t group) {
    // Root's rights come back with the user; a process that stays another one must not go on.
    if (::seteuid(0) != 0 || ::setegid(group) != 0) {
        std::abort();
    }
}

} // namespace

AsOwner::AsOwner(const std::filesystem::path& folder) : own_group_(::getegid()) {
    struct stat found {};
    if (::geteuid() != 0 || ::stat(folder.c_str(), &found) != 0 || found.st_uid == 0) {
        return;
    }
    const KeepsParentDeathSignal keeps;
    acts_ = ::setegid(found.st_gid) == 0 && ::seteuid(found.st_uid) == 0 &&
            put_capabilities_into_effect();
    if (!acts_) {
        const int error = errno;
        become_root_again(own_group_);
        failure_ = Failure{
            .sentence = folder.string() + " belongs to user " + std::to_string(found.st_uid) +
                        ", and this process, root's, cannot act for that user (" + words_of(error) +
                        "): run the command as that user, for what root makes "
                        "there its owner cannot use",
            .is_of_machine = true};
    }
}

AsOwner::AsOwner(AsOwner&& other) noexcept
    : acts_(std::exchange(other.acts_, false)), own_group_(other.own_group_),
      failure_(std::move(other.failure_)) {}

AsOwner& AsOwner::operator=(AsOwner&& other) noexcept {
    std::swap(acts_, other.acts_);
    std::swap(own_group_, other.own_group_);
    std::swap(failure_, other.failure_);
    return *this;
}

AsOwner::~AsOwner() {
    if (acts_) {
        const KeepsParentDeathSignal keeps;
        become_root_again(own_group_);
    }
}

} // namespace hongbao::persistence
