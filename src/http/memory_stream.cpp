// Role: reading from and writing to memory.
#include "http/memory_stream.hpp"

#include <algorithm>
#include <cstring>

namespace hongbao::http {

ssize_t MemoryStream::read(char* target, size_t size) {
    const size_t count = std::min(size, input_.size());
    std::memcpy(target, input_.data(), count);
    input_.remove_prefix(count);
    return static_cast<ssize_t>(count);
}

ssize_t MemoryStream::write(const char* source, size_t size) {
    output_.append(source, size);
    return static_cast<ssize_t>(size);
}

// httplib turns these into headers of the request, which nobody reads.
void MemoryStream::get_remote_ip_and_port(std::string& ip, int& port) const {
    ip.clear();
    port = 0;
}

void MemoryStream::get_local_ip_and_port(std::string& ip, int& port) const {
    ip.clear();
    port = 0;
}

} // namespace hongbao::http
