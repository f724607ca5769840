// Role: taking, growing and giving back buffers, within the bound on their sum.
#include "http/transport/framing/request_buffer.hpp"

#include <sys/mman.h>

#include <algorithm>
#include <cstring>

namespace hongbao::http {

Block::Block(std::size_t bytes, bool of_kernel) : bytes_(bytes) {
    if (of_kernel) {
        void* const pages = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE,
                                   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        of_kernel_ = pages != MAP_FAILED;
        data_ = of_kernel_ ? static_cast<char*>(pages) : nullptr;
    }
    if (data_ == nullptr) {
        data_ = new char[bytes];
    }
}

Block& Block::operator=(Block&& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(bytes_, other.bytes_);
    std::swap(of_kernel_, other.of_kernel_);
    return *this;
}

Block::~Block() {
    if (of_kernel_) {
        ::munmap(data_, bytes_);
    } else {
        delete[] data_;
    }
}

bool Block::stretch(std::size_t bytes) {
    if (!of_kernel_) {
        return false;
    }
    void* const pages = ::mremap(data_, bytes_, bytes, MREMAP_MAYMOVE);
    if (pages == MAP_FAILED) {
        return false;
    }
    data_ = static_cast<char*>(pages);
    bytes_ = bytes;
    return true;
}

void RequestBuffer::consume_request() {
    begin_ += framer.request_bytes();
    if (begin_ == end_) {
        begin_ = end_ = 0;
    }
    framer.reset();
    continued = false;
}

std::unique_ptr<RequestBuffer> RequestBufferPool::take() {
    if (free_.empty()) {
        return std::make_unique<RequestBuffer>();
    }
    auto buffer = std::move(free_.back());
    free_.pop_back();
    return buffer;
}

void RequestBufferPool::give_back(std::unique_ptr<RequestBuffer> buffer) {
    shrink(*buffer);
    account(*buffer, 0);
    buffer->wanted_ = 0;
    if (free_.size() == kept_max) {
        return;
    }
    buffer->framer.reset();
    buffer->begin_ = buffer->end_ = buffer->sent = 0;
    buffer->continued = false;
    buffer->output.clear();
    if (buffer->output.capacity() > output_kept_bytes_max) {
        buffer->output.shrink_to_fit();
    }
    free_.push_back(std::move(buffer));
}

void RequestBufferPool::drop_received(RequestBuffer& buffer) {
    buffer.begin_ = buffer.end_ = 0;
    shrink(buffer);
}

void RequestBufferPool::shrink(RequestBuffer& buffer) {
    if (!buffer.has_grown()) {
        return;
    }
    account(buffer, buffer.held_ - buffer.allowed_);
    replace_block(buffer, Block(RequestBuffer::block_bytes));
    buffer.allowed_ = RequestBuffer::block_bytes;
}

void RequestBufferPool::replace_block(RequestBuffer& buffer, Block block) {
    std::swap(buffer.block_, block);
    if (block.of_kernel()) {
        to_release_.push_back(std::move(block));
    }
}

void RequestBufferPool::release_some() {
    constexpr std::size_t bytes_per_round = 4 * 1024 * 1024;
    for (std::size_t bytes = 0; bytes < bytes_per_round && !to_release_.empty();) {
        bytes += to_release_.back().size();
        to_release_.pop_back();
    }
}

void RequestBufferPool::account(RequestBuffer& buffer, std::size_t held_bytes) {
    held_ += held_bytes - buffer.held_;
    buffer.held_ = held_bytes;
}

void RequestBufferPool::settle(RequestBuffer& buffer, bool waits) {
    std::string& output = buffer.output;
    if (output.empty() && output.capacity() > output_kept_bytes_max) {
        output.shrink_to_fit();
    }
    if (waits && buffer.begin_ == buffer.end_) {
        shrink(buffer); // its request is answered
    }
    std::size_t held = buffer.has_grown() ? buffer.allowed_ : 0;
    if (waits) {
        held += output.capacity() + kernel_bytes_;
    } else if (output.capacity() > output_kept_bytes_max) {
        held += output.capacity();
    }
    account(buffer, held);
}

bool RequestBufferPool::make_room(RequestBuffer& buffer, std::size_t request_bytes) {
    const std::size_t held = buffer.end_ - buffer.begin_;
    if (buffer.begin_ > 0) {
        std::memmove(buffer.block_.data(), buffer.block_.data() + buffer.begin_, held);
        buffer.begin_ = 0;
        buffer.end_ = held;
    }
    if (buffer.free_bytes() > 0) {
        return true;
    }
    // Step by step, not all announced bytes together: memory follows what a client has really sent.
    const std::size_t step = std::min(buffer.allowed_, step_bytes);
    const std::size_t allowed =
        std::min(buffer.allowed_ + step, std::max(request_bytes, buffer.allowed_ + 1));
    const std::size_t more = allowed - (buffer.has_grown() ? buffer.allowed_ : 0);
    if (held_ + more > held_bytes_max_) {
        buffer.wanted_ = more;
        asked_in_vain_ = true;
        return false;
    }
    grow(buffer, allowed, request_bytes);
    account(buffer, buffer.held_ + more);
    return true;
}

/// The pages of a large request are mapped all at once, and take no memory until they are filled:
/// so what has come is copied once, while it is small.
void RequestBufferPool::grow(RequestBuffer& buffer, std::size_t allowed,
                             std::size_t request_bytes) {
    buffer.allowed_ = allowed;
    const bool is_large = allowed > step_bytes;
    const std::size_t bytes = is_large ? std::max(allowed, request_bytes) : allowed;
    if (allowed <= buffer.block_.size() || buffer.block_.stretch(bytes)) {
        return;
    }
    Block block(bytes, is_large);
    std::memcpy(block.data(), buffer.block_.data(), buffer.end_);
    replace_block(buffer, std::move(block));
}

} // namespace hongbao::http
