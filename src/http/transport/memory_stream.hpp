// Role: the httplib::Stream that reads one framed request from memory and gathers the answer in
// memory, so that head and body leave in one send.
// Owner: one request, on its coroutine.
#pragma once

#include <httplib.h>

#include <string>
#include <string_view>

namespace hongbao::http {

class MemoryStream final : public httplib::Stream {
  public:
    /// `input`, `output` and `lines` must outlive the stream. What is written is appended to
    /// `output`, with `lines` right after its first line: headers that need no map, each with its
    /// line break.
    MemoryStream(std::string_view input, std::string& output, const std::string& lines)
        : input_(input), output_(output), lines_(lines) {}

    bool is_readable() const override { return !input_.empty(); }
    bool is_writable() const override { return true; }
    ssize_t read(char* target, size_t size) override;
    ssize_t write(const char* source, size_t size) override;
    void get_remote_ip_and_port(std::string& ip, int& port) const override;
    void get_local_ip_and_port(std::string& ip, int& port) const override;
    socket_t socket() const override { return INVALID_SOCKET; }

  private:
    std::string_view input_;
    std::string& output_;
    const std::string& lines_;
    bool begun_ = false;
};

} // namespace hongbao::http
