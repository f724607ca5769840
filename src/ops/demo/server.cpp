// Role: spawns the server, waits for its ready line, and ends it.
#include "ops/demo/server.hpp"

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <spawn.h>
#include <string_view>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>
#include <vector>

namespace hongbao::ops {

namespace {

std::string problem(const char* what) {
    return std::string(what) + ": " + std::strerror(errno);
}

/// What follows "hongbao is ready on " in the child's output; empty if the output ends without it.
std::string url_from(int output) {
    constexpr std::string_view marker = "hongbao is ready on ";
    std::string text;
    char buffer[512];
    for (ssize_t count = 0; (count = read(output, buffer, sizeof buffer)) > 0;) {
        text.append(buffer, static_cast<std::size_t>(count));
        const auto found = text.find(marker);
        const auto end = found == std::string::npos ? found : text.find('\n', found);
        if (end != std::string::npos) {
            return text.substr(found + marker.size(), end - found - marker.size());
        }
    }
    return {};
}

/// The story is told with the defaults, whatever the settings of this machine's server are; and its
/// server is no service.
std::vector<char*> environment_without_settings() {
    std::vector<char*> environment;
    for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
        const std::string_view variable(*entry);
        if (!variable.starts_with("HONGBAO_") && !variable.starts_with("NOTIFY_SOCKET=")) {
            environment.push_back(*entry);
        }
    }
    environment.push_back(nullptr);
    return environment;
}

} // namespace

std::variant<DemoServer, std::string> DemoServer::start() {
    DemoServer server;
    std::string pattern = (std::filesystem::temp_directory_path() / "hongbao-demo-XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr) {
        return problem("no temporary folder");
    }
    server.folder_ = pattern;
    int output[2];
    if (pipe2(output, O_CLOEXEC) != 0) {
        return problem("no pipe");
    }
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, output[1], STDOUT_FILENO);
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    std::vector<std::string> words{"hongbao",  "serve",       "--data",  pattern,
                                   "--listen", "127.0.0.1:0", "--clock", "manual"};
    std::vector<char*> arguments;
    for (std::string& word : words) {
        arguments.push_back(word.data());
    }
    arguments.push_back(nullptr);
    auto environment = environment_without_settings();
    const int error = posix_spawn(&server.child_, "/proc/self/exe", &actions, nullptr,
                                  arguments.data(), environment.data());
    posix_spawn_file_actions_destroy(&actions);
    close(output[1]);
    if (error != 0) {
        close(output[0]);
        server.child_ = 0;
        return std::string("the server cannot be started: ") + std::strerror(error);
    }
    server.url_ = url_from(output[0]);
    close(output[0]);
    if (server.url_.empty()) {
        return std::string("the server ended before it was ready; try `hongbao serve`");
    }
    return server;
}

DemoServer::DemoServer(DemoServer&& other) noexcept
    : child_(std::exchange(other.child_, 0)), folder_(std::exchange(other.folder_, {})),
      url_(std::move(other.url_)) {}

DemoServer::~DemoServer() {
    if (child_ != 0) {
        kill(child_, SIGTERM);
        while (waitpid(child_, nullptr, 0) < 0 && errno == EINTR) {
        }
    }
    if (!folder_.empty()) {
        std::error_code ignored; // a temporary folder left over does not fail the demo
        std::filesystem::remove_all(folder_, ignored);
    }
}

} // namespace hongbao::ops
