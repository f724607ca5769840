// Role: the demo's view of the API: JSON in, JSON out.
#pragma once

#include <httplib.h>
#include <nlohmann/json.hpp>
#include <string>

namespace hongbao::ops {

/// An answer that the story did not expect ends the demo.
struct DemoFailed {
    std::string sentence;
};

struct DemoAnswer {
    int status = 0;
    nlohmann::json body;
};

/// The server that a story is told with, and the key or token to show it; none if empty.
struct DemoTarget {
    std::string url;
    std::string key{};
};

class DemoClient {
  public:
    explicit DemoClient(const DemoTarget& target);
    /// `key` is the Idempotency-Key; none if empty.
    DemoAnswer post(const std::string& path, const nlohmann::json& body,
                    const std::string& key = "");
    DemoAnswer get(const std::string& path);
    /// The body of an answer with this status; otherwise throws DemoFailed.
    static nlohmann::json expect(int status, DemoAnswer&& answer);

  private:
    httplib::Client client_;
};

} // namespace hongbao::ops
