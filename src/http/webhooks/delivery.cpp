// Role: how a request is made: what it may reach, how long it may take, and how its answer is read.
#include "http/webhooks/delivery.hpp"

#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstring>
#include <new>
#include <optional>
#include <utility>

namespace hongbao::http {

namespace {

/// Of an answer as much is read, and none of it kept.
constexpr std::size_t answer_bytes_max = 65'536;

std::optional<IpAddress> address_of(const sockaddr& address) {
    IpAddress found;
    if (address.sa_family == AF_INET) {
        sockaddr_in v4{};
        std::memcpy(&v4, &address, sizeof v4);
        found.bytes[10] = found.bytes[11] = 0xff;
        std::memcpy(found.bytes.data() + 12, &v4.sin_addr, 4);
        return found;
    }
    if (address.sa_family == AF_INET6) {
        sockaddr_in6 v6{};
        std::memcpy(&v6, &address, sizeof v6);
        std::memcpy(found.bytes.data(), &v6.sin6_addr, found.bytes.size());
        return found;
    }
    return std::nullopt;
}

} // namespace

Delivery::Delivery(const std::string& url, Message&& message, const std::string& user_agent,
                   const ReachRules& rules)
    : rules_(rules), is_plain_(url.starts_with("http://") || url.starts_with("HTTP://")),
      body_(std::move(message.body)), handle_(curl_easy_init()) {
    if (handle_ == nullptr) {
        throw std::bad_alloc();
    }
    std::string signatures = "webhook-signature:";
    for (const std::string& signature : message.signatures) {
        signatures += " " + signature;
    }
    for (const std::string& line :
         {std::string("Content-Type: application/json"), std::string("Expect:"),
          "webhook-id: " + message.id, "webhook-timestamp: " + std::to_string(message.at_s),
          signatures}) {
        lines_ = curl_slist_append(lines_, line.c_str());
    }
    curl_easy_setopt(handle_, CURLOPT_URL, url.c_str());
    curl_easy_setopt(handle_, CURLOPT_PROTOCOLS_STR, "https,http");
    curl_easy_setopt(handle_, CURLOPT_PROXY, ""); // who is reached is judged by the address
    curl_easy_setopt(handle_, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(handle_, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(handle_, CURLOPT_QUICK_EXIT,
                     1L); // a name that is being resolved holds up no stop
    curl_easy_setopt(handle_, CURLOPT_POST, 1L);
    curl_easy_setopt(handle_, CURLOPT_POSTFIELDS, body_.data());
    curl_easy_setopt(handle_, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body_.size()));
    curl_easy_setopt(handle_, CURLOPT_HTTPHEADER, lines_);
    curl_easy_setopt(handle_, CURLOPT_USERAGENT, user_agent.c_str());
    curl_easy_setopt(handle_, CURLOPT_CONNECTTIMEOUT_MS, connect_ms_max);
    curl_easy_setopt(handle_, CURLOPT_TIMEOUT_MS, whole_ms_max);
    curl_easy_setopt(handle_, CURLOPT_OPENSOCKETFUNCTION, open_socket);
    curl_easy_setopt(handle_, CURLOPT_OPENSOCKETDATA, this);
    curl_easy_setopt(handle_, CURLOPT_WRITEFUNCTION, discard);
    curl_easy_setopt(handle_, CURLOPT_WRITEDATA, this);
}

Delivery::~Delivery() {
    curl_easy_cleanup(handle_);
    curl_slist_free_all(lines_);
}

// Here, and not where the name is written: so a name that means one address when it is looked at
// and another when it is connected to gets nowhere.
curl_socket_t Delivery::open_socket(void* self, curlsocktype /*purpose*/, curl_sockaddr* address) {
    auto& delivery = *static_cast<Delivery*>(self);
    const auto found = address_of(address->addr);
    if (!found || !delivery.rules_.may_reach(*found, delivery.is_plain_)) {
        delivery.refused_ = found ? text_of(*found) : "no address of the internet";
        return CURL_SOCKET_BAD;
    }
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

std::size_t Delivery::discard(char* /*data*/, std::size_t size, std::size_t count, void* self) {
    auto& delivery = *static_cast<Delivery*>(self);
    delivery.answer_bytes_ += size * count;
    return delivery.answer_bytes_ <= answer_bytes_max ? size * count : 0;
}

Outcome Delivery::outcome(CURLcode code) const {
    long status = 0;
    curl_easy_getinfo(handle_, CURLINFO_RESPONSE_CODE, &status);
    const bool was_answered = status != 0 && (code == CURLE_OK || answer_bytes_ > answer_bytes_max);
    Outcome outcome;
    if (was_answered) {
        outcome.is_taken = status >= 200 && status < 300;
        outcome.is_gone = status == 410;
        curl_off_t retry_after_s = 0;
        curl_easy_getinfo(handle_, CURLINFO_RETRY_AFTER, &retry_after_s);
        outcome.retry_after_ms =
            static_cast<std::int64_t>(std::clamp<curl_off_t>(retry_after_s, 0, 31'536'000)) * 1'000;
        outcome.fault = outcome.is_taken ? "" : "It answered " + std::to_string(status) + ".";
    } else if (!refused_.empty()) {
        outcome.fault = "Its name leads to " + refused_ +
                        ", which deliveries must not reach: see the "
                        "setting webhook_private_addresses.";
    } else {
        outcome.fault = std::string(curl_easy_strerror(code)) + ".";
    }
    return outcome;
}

} // namespace hongbao::http
