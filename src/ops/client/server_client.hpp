// Role: a command's way to a running server: by the control socket of its data directory, where the
// kernel says who asks, or by its address with a key. Owner thread: the caller's.
#pragma once

#include <httplib.h>

#include <chrono>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <variant>

namespace hongbao::ops {

/// Nobody answered, and why.
struct NoServer {
    std::string sentence;
    bool is_absent = false; // no server runs there
};

struct ServerAnswer {
    int status = 0;
    nlohmann::json body; // discarded if it is no JSON
    std::string text;    // the same, as it came
};

class ServerClient {
  public:
    /// The server that runs on this data directory.
    static std::variant<ServerClient, NoServer> by_control_socket(const std::string& data_dir);
    /// The server at `url`; `key` is a key or a token, none if empty.
    static ServerClient by_url(const std::string& url, const std::string& key);

    /// How long to wait for each answer, and for its end: otherwise longer than a server waits for
    /// its disk.
    void set_patience(std::chrono::seconds patience);

    /// One request; `body` is sent unless it is null, `idempotency_key` unless it is empty.
    std::variant<ServerAnswer, NoServer> ask(std::string_view method, const std::string& path,
                                             const nlohmann::json& body = nullptr,
                                             const std::string& idempotency_key = {});

  private:
    ServerClient() = default;

    std::chrono::seconds patience_{60}; // longer than a server waits for its disk
    std::unique_ptr<httplib::Client> http_;
    std::shared_ptr<void> address_; // of a unix socket: keeps its folder open
    httplib::Headers headers_;
};

/// A name or a reason as part of a path or a query.
std::string escaped(std::string_view text);

} // namespace hongbao::ops
