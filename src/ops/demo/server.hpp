// Role: a server of the demo's own: this binary, on a free port, with a manual clock and its data
// in a temporary folder. Invariant: server and folder go with this object.
#pragma once

#include <filesystem>
#include <string>
#include <sys/types.h>
#include <variant>

namespace hongbao::ops {

class DemoServer {
  public:
    /// Starts it and waits until it is ready; a sentence if it does not come up.
    static std::variant<DemoServer, std::string> start();
    DemoServer(DemoServer&& other) noexcept;
    DemoServer& operator=(DemoServer&&) = delete;
    ~DemoServer();

    const std::string& url() const { return url_; }

  private:
    DemoServer() = default;
    pid_t child_ = 0;
    std::filesystem::path folder_;
    std::string url_;
};

} // namespace hongbao::ops
