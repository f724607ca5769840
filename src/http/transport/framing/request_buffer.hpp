// Role: the memory that a connection holds only while it has bytes of a request or of an answer:
// bytes received, the framer's place in them, bytes to be sent. An idle connection holds none.
// Owner: one event loop, its thread.
#pragma once

#include "http/transport/framing/framing.hpp"

#include <algorithm>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hongbao::http {

/// Bytes of their own, or pages of the kernel's: these cost nothing until they are touched, and
/// grow without being copied.
class Block {
  public:
    Block() = default;
    explicit Block(std::size_t bytes, bool of_kernel = false);
    Block(Block&& other) noexcept
        : data_(std::exchange(other.data_, nullptr)), bytes_(std::exchange(other.bytes_, 0)),
          of_kernel_(std::exchange(other.of_kernel_, false)) {}
    Block& operator=(Block&& other) noexcept;
    ~Block();

    /// Grows without copying; false if it cannot.
    bool stretch(std::size_t bytes);

    char* data() const { return data_; }
    std::size_t size() const { return bytes_; }
    bool of_kernel() const { return of_kernel_; }

  private:
    char* data_ = nullptr;
    std::size_t bytes_ = 0;
    bool of_kernel_ = false;
};

class RequestBuffer {
  public:
    static constexpr std::size_t block_bytes = 4096;

    Framer framer;
    std::string output;     // answers not yet handed to the socket,
    std::size_t sent = 0;   // except this many bytes at its beginning
    bool continued = false; // "100 Continue" has been said for this request

    /// Received and not yet consumed; begins with the first byte of the current request.
    std::string_view unread() const { return {block_.data() + begin_, end_ - begin_}; }
    char* free_begin() { return block_.data() + end_; }
    std::size_t free_bytes() const { return allowed_ - end_; }
    void received(std::size_t bytes) { end_ += bytes; }
    /// Drops the first request, and readies the framer for the next.
    void consume_request();

    /// Bytes charged to it in the pool's account, and bytes it was refused since the last call.
    std::size_t held_bytes() const { return held_; }
    std::size_t take_wanted_bytes() { return std::exchange(wanted_, 0); }

  private:
    friend class RequestBufferPool;
    bool has_grown() const { return block_.size() > block_bytes; }

    std::size_t held_ = 0;
    std::size_t wanted_ = 0;
    std::size_t allowed_ = block_bytes; // of the block
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
    Block block_{block_bytes};
};

/// Invariant: the account holds every buffer that has outgrown one block, as far as it may be
/// filled. It holds every answer that is large or not taken, with the kernel's bytes for a client
/// that does not read. It exceeds its bound by no more than one round of the loop renders.
class RequestBufferPool {
  public:
    /// `held_bytes_max` bounds the account, in which a client that does not read costs
    /// `kernel_bytes` more.
    RequestBufferPool(std::size_t held_bytes_max, std::size_t kernel_bytes)
        : held_bytes_max_(held_bytes_max), kernel_bytes_(kernel_bytes) {}

    std::unique_ptr<RequestBuffer> take();
    /// Empty or not; what it holds is forgotten.
    void give_back(std::unique_ptr<RequestBuffer> buffer);
    /// Makes room for at least one more byte of a request of `request_bytes` in all; false if
    /// others have to make room first.
    [[nodiscard]] bool make_room(RequestBuffer& buffer, std::size_t request_bytes);
    /// Whether a request of this size would fit if it were alone.
    bool could_hold(std::size_t request_bytes) const { return request_bytes <= held_bytes_max_; }
    /// After the output has changed: `waits` if the socket did not take all of it.
    void settle(RequestBuffer& buffer, bool waits);
    /// Drops the bytes received, which are of no use any more; the output stays.
    void drop_received(RequestBuffer& buffer);
    /// Gives a few megabytes back to the kernel, which takes its time: once a round.
    void release_some();
    bool has_to_release() const { return !to_release_.empty(); }

    /// Whether some connections have to go, or one was refused bytes since the last call.
    bool is_short() { return std::exchange(asked_in_vain_, false) || held_ > held_bytes_max_; }
    /// By how many bytes the account would exceed its bound with `wanted_bytes` more.
    std::size_t excess_bytes(std::size_t wanted_bytes) const {
        return held_ + wanted_bytes - std::min(held_ + wanted_bytes, held_bytes_max_);
    }

  private:
    static constexpr std::size_t kept_max = 1024;
    static constexpr std::size_t output_kept_bytes_max = 16 * 1024;
    /// A larger request lies in pages of the kernel's, and grows by this many bytes at a time.
    static constexpr std::size_t step_bytes = 64 * 1024;

    void grow(RequestBuffer& buffer, std::size_t allowed, std::size_t request_bytes);
    void replace_block(RequestBuffer& buffer, Block block);
    void shrink(RequestBuffer& buffer);
    void account(RequestBuffer& buffer, std::size_t held_bytes);

    std::size_t held_bytes_max_;
    std::size_t kernel_bytes_;
    std::size_t held_ = 0;
    bool asked_in_vain_ = false;
    std::vector<Block> to_release_;
    std::vector<std::unique_ptr<RequestBuffer>> free_;
};

} // namespace hongbao::http
