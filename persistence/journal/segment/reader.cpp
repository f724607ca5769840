// Role: decompressing a segment, a commit entry and a record at a time.
#include "persistence/journal/segment/reader.hpp"

#include "persistence/files/sight.hpp"
#include "persistence/record/header.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <zstd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

namespace hongbao::persistence {

namespace {

constexpr std::size_t buffer_bytes = 256U << 10U;

std::string records_of(const SegmentFile& file) {
    return "records " + std::to_string(file.first) + " to " + std::to_string(file.last);
}

/// Reads up to the size of the buffer; -1 for an error.
ssize_t read_some(int descriptor, std::span<std::byte> into) {
    ssize_t got = -1;
    do {
        got = ::read(descriptor, into.data(), into.size());
    } while (got < 0 && errno == EINTR);
    return got;
}

} // namespace

void SegmentReader::FreeContext::operator()(ZSTD_DCtx_s* context) const {
    ZSTD_freeDCtx(context);
}

SegmentReader::SegmentReader(SegmentFile file, int descriptor)
    : file_(std::move(file)), descriptor_(descriptor), context_(ZSTD_createDCtx()),
      input_(buffer_bytes), buffer_(buffer_bytes) {}

SegmentReader::~SegmentReader() {
    if (descriptor_ >= 0) {
        ::close(descriptor_);
    }
}

Failure SegmentReader::failure(std::string_view what, domain::Sequence first_bad_sequence) const {
    Failure failure{"archive segment " + file_.path.string() + ": " + std::string(what),
                    first_bad_sequence};
    failure.is_of_segment = true;
    return failure;
}

std::variant<std::unique_ptr<SegmentReader>, Failure>
SegmentReader::open(const SegmentFile& file, const JournalId& journal_id) {
    const int descriptor = ::open(file.path.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) {
        Failure failure = machine_failure(file.path, "cannot be opened", errno);
        failure.sentence =
            "archive segment " + failure.sentence + "; it should hold " + records_of(file);
        failure.is_of_segment = true;
        return failure;
    }
    std::unique_ptr<SegmentReader> reader(new SegmentReader(file, descriptor));
    if (const std::string why = reader->read_header(journal_id); !why.empty()) {
        return reader->failure(why + "; it should hold " + records_of(file), file.first);
    }
    reader->next_ = reader->header_.first;
    reader->commit_.last = reader->header_.first - 1;
    reader->commit_.hash = reader->header_.hash_before;
    return reader;
}

/// Empty, or what is wrong with the file.
std::string SegmentReader::read_header(const JournalId& journal_id) {
    std::array<std::byte, sizeof(SegmentHeader)> bytes{};
    const ssize_t got = read_some(descriptor_, bytes);
    struct stat status {};
    if (got < 0 || ::fstat(descriptor_, &status) != 0) {
        return std::string("cannot be read: ") + strerror(errno);
    }
    if (static_cast<std::size_t>(got) != bytes.size()) {
        return "is cut short: it has not even a header";
    }
    auto decoded = decode_segment_header(bytes);
    if (auto* why = std::get_if<std::string>(&decoded)) {
        return std::move(*why);
    }
    header_ = std::get<SegmentHeader>(decoded);
    if (header_.journal_id != journal_id) {
        return "is another journal's";
    }
    if (header_.first != file_.first || header_.last != file_.last) {
        return "was renamed: it holds records " + std::to_string(header_.first) + " to " +
               std::to_string(header_.last);
    }
    if (static_cast<std::uint64_t>(status.st_size) != header_.file_bytes) {
        return "has " + std::to_string(status.st_size) + " bytes instead of " +
               std::to_string(header_.file_bytes);
    }
    return {};
}

std::variant<std::optional<SegmentRecord>, Failure> SegmentReader::next() {
    std::string why;
    if (next_ > header_.last) {
        why = check_end();
        if (!why.empty()) {
            return failure(why, header_.first);
        }
        return std::optional<SegmentRecord>();
    }
    if (next_ > commit_.last) {
        why = enter_commit();
    }
    RecordHeader record;
    if (why.empty()) {
        why = need(sizeof record);
    }
    if (why.empty()) {
        std::memcpy(&record, &buffer_[begin_], sizeof record);
        why = record.payload_bytes > payload_bytes_max ? "is longer than any record"
                                                       : need(sizeof record + record.payload_bytes);
    }
    if (!why.empty()) {
        return failure("record " + std::to_string(next_) + " " + why, next_);
    }
    const std::size_t bytes = sizeof record + record.payload_bytes;
    const std::span<const std::byte> found(&buffer_[begin_], bytes);
    begin_ += bytes;
    return std::optional(SegmentRecord{next_++, found, commit_, hash_before_});
}

std::string SegmentReader::enter_commit() {
    CommitBytes bytes{};
    std::uint64_t last = 0;
    if (std::string why = need(sizeof last + bytes.size()); !why.empty()) {
        return why;
    }
    last = take<std::uint64_t>();
    bytes = take<CommitBytes>();
    const auto entry = decode_commit(bytes, last);
    if (!entry || entry->first != next_ || entry->last < next_ || entry->last > header_.last) {
        return "cannot be trusted: the entry of its commit is damaged";
    }
    hash_before_ = commit_.hash;
    commit_ = *entry;
    return {};
}

std::string SegmentReader::check_end() {
    if (commit_.hash != header_.hash_after) {
        return "its header has another hash than its last commit";
    }
    if (end_ == begin_) {
        begin_ = end_ = 0;
    }
    while (end_ == begin_ && !frame_ended_) { // the frame's own checksum comes last
        if (std::string why = decompress_more(); !why.empty()) {
            return "its end " + why;
        }
    }
    const bool more_input = input_begin_ != input_end_ || read_some(descriptor_, input_) != 0;
    return end_ != begin_ || more_input || body_bytes_ != header_.body_bytes
               ? "there is something behind its last record"
               : "";
}

template <typename Value>
Value SegmentReader::take() {
    Value value{};
    std::memcpy(&value, &buffer_[begin_], sizeof value);
    begin_ += sizeof value;
    return value;
}

/// Makes this many bytes available, contiguous, from begin_ on.
std::string SegmentReader::need(std::size_t bytes) {
    if (end_ - begin_ >= bytes) {
        return {};
    }
    std::memmove(buffer_.data(), &buffer_[begin_], end_ - begin_);
    end_ -= std::exchange(begin_, 0);
    if (buffer_.size() < bytes) {
        buffer_.resize(bytes);
    }
    while (end_ < bytes) {
        if (frame_ended_) {
            return "is missing: the segment ends before it";
        }
        if (std::string why = decompress_more(); !why.empty()) {
            return why;
        }
    }
    return {};
}

std::string SegmentReader::decompress_more() {
    if (input_begin_ == input_end_) {
        const ssize_t got = read_some(descriptor_, input_);
        if (got < 0) {
            return std::string("cannot be read: ") + strerror(errno);
        }
        input_begin_ = 0;
        input_end_ = static_cast<std::size_t>(got);
    }
    const bool at_end = input_end_ == 0;
    ZSTD_inBuffer from{input_.data(), input_end_, input_begin_};
    ZSTD_outBuffer to{buffer_.data(), buffer_.size(), end_};
    const std::size_t result = ZSTD_decompressStream(context_.get(), &to, &from);
    if (ZSTD_isError(result) != 0U) {
        return std::string("cannot be decompressed: ") + ZSTD_getErrorName(result);
    }
    if (at_end && to.pos == end_ && result != 0) {
        return "cannot be decompressed: the file ends too early";
    }
    body_bytes_ += to.pos - end_;
    end_ = to.pos;
    input_begin_ = from.pos;
    frame_ended_ = result == 0;
    return {};
}

} // namespace hongbao::persistence
