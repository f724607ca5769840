// Role: a file descriptor that closes itself. Owner thread: its holder's.
#pragma once

#include <unistd.h>

namespace hongbao::persistence {

class Descriptor {
  public:
    /// What open() gave: negative if it failed, and errno says why.
    explicit Descriptor(int descriptor) : descriptor_(descriptor) {}
    ~Descriptor() {
        if (descriptor_ >= 0) {
            ::close(descriptor_);
        }
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    int get() const { return descriptor_; }
    explicit operator bool() const { return descriptor_ >= 0; }

  private:
    const int descriptor_;
};

} // namespace hongbao::persistence
