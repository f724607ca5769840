// Role: taking, growing and giving back buffers, within the bound on their sum.
#include "http/request_buffer.hpp"

#include <algorithm>
#include <cstring>

namespace hongbao::http {

void RequestBuffer::consume_request() {
    begin_ += framer.request_bytes();
    if (begin_ == end_)
        begin_ = end_ = 0;
    framer.reset();
    continued = false;
}

std::unique_ptr<RequestBuffer> RequestBufferPool::take() {
    if (free_.empty())
        return std::make_unique<RequestBuffer>();
    auto buffer = std::move(free_.back());
    free_.pop_back();
    return buffer;
}

void RequestBufferPool::give_back(std::unique_ptr<RequestBuffer> buffer) {
    shrink(*buffer);
    account(*buffer, 0);
    buffer->wanted_ = 0;
    if (free_.size() == kept_max)
        return;
    buffer->framer.reset();
    buffer->begin_ = buffer->end_ = buffer->sent = 0;
    buffer->continued = false;
    buffer->output.clear();
    if (buffer->output.capacity() > output_kept_bytes_max)
        buffer->output.shrink_to_fit();
    free_.push_back(std::move(buffer));
}

void RequestBufferPool::drop_received(RequestBuffer& buffer) {
    buffer.begin_ = buffer.end_ = 0;
    shrink(buffer);
}

void RequestBufferPool::shrink(RequestBuffer& buffer) {
    if (buffer.capacity_ == RequestBuffer::block_bytes)
        return;
    account(buffer, buffer.held_ - buffer.capacity_);
    buffer.capacity_ = RequestBuffer::block_bytes;
    buffer.data_ = std::make_unique_for_overwrite<char[]>(RequestBuffer::block_bytes);
}

void RequestBufferPool::account(RequestBuffer& buffer, std::size_t held_bytes) {
    held_ += held_bytes - buffer.held_;
    buffer.held_ = held_bytes;
}

void RequestBufferPool::settle(RequestBuffer& buffer, bool waits) {
    std::string& output = buffer.output;
    if (output.empty() && output.capacity() > output_kept_bytes_max)
        output.shrink_to_fit();
    if (waits && buffer.begin_ == buffer.end_)
        shrink(buffer); // its request is answered
    std::size_t held = buffer.capacity_ == RequestBuffer::block_bytes ? 0 : buffer.capacity_;
    if (waits)
        held += output.capacity() + kernel_bytes_;
    else if (output.capacity() > output_kept_bytes_max)
        held += output.capacity();
    account(buffer, held);
}

bool RequestBufferPool::make_room(RequestBuffer& buffer, std::size_t request_bytes) {
    const std::size_t held = buffer.end_ - buffer.begin_;
    if (buffer.begin_ > 0) {
        std::memmove(buffer.data_.get(), buffer.data_.get() + buffer.begin_, held);
        buffer.begin_ = 0;
        buffer.end_ = held;
    }
    if (buffer.free_bytes() > 0)
        return true;
    // Doubling, not the announced size at once: memory follows what a client has really sent.
    const std::size_t capacity =
        std::min(buffer.capacity_ * 2, std::max(request_bytes, buffer.capacity_ + 1));
    const std::size_t more =
        capacity - (buffer.capacity_ == RequestBuffer::block_bytes ? 0 : buffer.capacity_);
    if (held_ + more > held_bytes_max_) {
        buffer.wanted_ = more;
        asked_in_vain_ = true;
        return false;
    }
    auto data = std::make_unique_for_overwrite<char[]>(capacity);
    std::memcpy(data.get(), buffer.data_.get(), held);
    buffer.data_ = std::move(data);
    buffer.capacity_ = capacity;
    account(buffer, buffer.held_ + more);
    return true;
}

} // namespace hongbao::http
