// Role: one attempt to deliver a message: a request by libcurl, and what became of it.
// Owner thread: the deliverer's.
#pragma once

#include "http/webhooks/reachable.hpp"

#include <curl/curl.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace hongbao::http {

/// What is sent.
struct Message {
    std::string id;
    std::int64_t at_s = 0;               // of this attempt, seconds since 1970
    std::vector<std::string> signatures; // one for each secret that is valid
    std::string body;
};

struct Outcome {
    bool is_taken = false;
    bool is_gone = false; // 410: never again
    std::int64_t retry_after_ms = 0;
    std::string fault; // a sentence, unless it was taken
};

class Delivery {
  public:
    static constexpr long connect_ms_max = 10'000;
    static constexpr long whole_ms_max = 20'000;

    /// `rules` must outlive it.
    Delivery(const std::string& url, Message&& message, const std::string& user_agent,
             const ReachRules& rules);
    ~Delivery();
    Delivery(const Delivery&) = delete;
    Delivery& operator=(const Delivery&) = delete;

    CURL* handle() const { return handle_; }
    /// After libcurl has said that it is over.
    Outcome outcome(CURLcode code) const;

  private:
    static curl_socket_t open_socket(void* self, curlsocktype purpose, curl_sockaddr* address);
    static std::size_t discard(char* data, std::size_t size, std::size_t count, void* self);

    const ReachRules& rules_;
    const bool is_plain_;
    const std::string body_;
    CURL* handle_ = nullptr;
    curl_slist* lines_ = nullptr;
    std::string refused_; // the address that it was not to reach
    std::size_t answer_bytes_ = 0;
};

} // namespace hongbao::http
