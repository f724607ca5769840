// Role: has cpp-httplib parse the request line and render the answer, on an in-memory stream, with
// every request dispatched in the pre-routing handler: no regex route exists or is ever tried.
// Owner: one event loop, its thread; serve() runs on a request's coroutine.
// Headers and body are not shown to httplib at all: framing has read them already, and httplib
// would act on some of them (Range by std::regex, Accept-Encoding by compressing, Expect by
// writing, REMOTE_ADDR by believing it).
#pragma once

#include "http/transport/exchange.hpp"

#include <httplib.h>

#include <string>

namespace hongbao::http {

class HttplibBridge final : private httplib::Server {
  public:
    explicit HttplibBridge(http::Handler handler);

    /// Runs the handler (which may suspend) and appends the whole response to `output`, of a stream
    /// its head. An exception that escapes the handler, and a handler that does not answer, end the
    /// process.
    void serve(Exchange& exchange, std::string& output);

  private:
    void dispatch(const httplib::Request& request, httplib::Response& response) noexcept;
    static void add_common_lines(Exchange& exchange);
    void tidy_headers(httplib::Response& response) const;

    http::Handler handler_; // httplib::Server has a Handler of its own
    std::string request_line_;
    /// The request whose coroutine runs inside process_request. Nothing switches between setting
    /// and reading it.
    Exchange* current_ = nullptr;
    bool current_keeps_alive_ = false;
};

} // namespace hongbao::http
