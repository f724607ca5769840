// Role: what a connection holds only while it has bytes of a request or of an answer: the bytes
// received, the framer's place in them, and the bytes to be sent. An idle connection holds none.
// Owner: one event loop, its thread.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "http/framing.hpp"

namespace hongbao::http {

class RequestBuffer {
  public:
    static constexpr std::size_t block_bytes = 4096;

    Framer framer;
    std::string output;     // answers not yet handed to the socket,
    std::size_t sent = 0;   // but for this many bytes at its begin
    bool continued = false; // "100 Continue" has been said for this request

    // Received and not yet consumed; begins with the first byte of the current request.
    std::string_view unread() const { return {data_.get() + begin_, end_ - begin_}; }
    char* free_begin() { return data_.get() + end_; }
    std::size_t free_bytes() const { return capacity_ - end_; }
    void received(std::size_t bytes) { end_ += bytes; }
    // Drops the first request, and readies the framer for the next.
    void consume_request();

  private:
    friend class RequestBufferPool;
    std::size_t capacity_ = block_bytes;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
    std::unique_ptr<char[]> data_ = std::make_unique_for_overwrite<char[]>(block_bytes);
};

class RequestBufferPool {
  public:
    // `grown_bytes_max` bounds the bytes of all buffers that have outgrown one block.
    explicit RequestBufferPool(std::size_t grown_bytes_max) : grown_bytes_max_(grown_bytes_max) {}

    std::unique_ptr<RequestBuffer> take();
    // Empty or not; what it holds is forgotten.
    void give_back(std::unique_ptr<RequestBuffer> buffer);
    // Makes room for at least one more byte of a request of `request_bytes` in all; false if that
    // would pass the bound.
    [[nodiscard]] bool make_room(RequestBuffer& buffer, std::size_t request_bytes);

  private:
    static constexpr std::size_t kept_max = 1024;
    static constexpr std::size_t output_kept_bytes_max = 16 * 1024;

    void shrink(RequestBuffer& buffer);

    std::size_t grown_bytes_max_;
    std::size_t grown_bytes_ = 0;
    std::vector<std::unique_ptr<RequestBuffer>> free_;
};

} // namespace hongbao::http
