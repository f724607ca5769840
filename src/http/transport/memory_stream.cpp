// Role: reading from and writing to memory.
#include "http/transport/memory_stream.hpp"

#include <algorithm>
#include <cstring>

namespace hongbao::http {

ssize_t MemoryStream::read(char* target, size_t size) {
    const size_t count = std::min(size, input_.size());
    std::memcpy(target, input_.data(), count);
    input_.remove_prefix(count);
    return static_cast<ssize_t>(count);
}

/// httplib writes a head as a whole.
ssize_t MemoryStream::write(const char* source, size_t size) {
    std::string_view text(source, size);
    if (!begun_) {
        begun_ = true;
        const std::size_t line_end = std::min(text.find('\n'), text.size() - 1) + 1;
        output_.append(text.substr(0, line_end)).append(lines_);
        text.remove_prefix(line_end);
    }
    output_.append(text);
    return static_cast<ssize_t>(size);
}

/// httplib turns these into headers of the request, which nobody reads.
void MemoryStream::get_remote_ip_and_port(std::string& ip, int& port) const {
    ip.clear();
    port = 0;
}

void MemoryStream::get_local_ip_and_port(std::string& ip, int& port) const {
    ip.clear();
    port = 0;
}

} // namespace hongbao::http
