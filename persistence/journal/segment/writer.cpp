// Role: a segment compressed as it comes, its header last.
#include "persistence/journal/segment/writer.hpp"

#include "persistence/files/sight.hpp"

#include "domain/values/invariant.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <zstd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

namespace hongbao::persistence {

namespace {

constexpr mode_t owner_only = 0600;

} // namespace

void SegmentWriter::FreeContext::operator()(ZSTD_CCtx_s* context) const {
    ZSTD_freeCCtx(context);
}

SegmentWriter::SegmentWriter(std::filesystem::path path, int descriptor)
    : path_(std::move(path)), descriptor_(descriptor), context_(ZSTD_createCCtx()),
      output_(ZSTD_CStreamOutSize()) {
    ZSTD_CCtx_setParameter(context_.get(), ZSTD_c_compressionLevel, ZSTD_CLEVEL_DEFAULT);
    ZSTD_CCtx_setParameter(context_.get(), ZSTD_c_checksumFlag, 1);
}

SegmentWriter::~SegmentWriter() {
    if (descriptor_ >= 0) {
        ::close(descriptor_);
    }
}

Failure SegmentWriter::failure(const char* what, int error) const {
    Failure failed = machine_failure(path_, what, error);
    failed.sentence.insert(0, "archive segment ");
    return failed;
}

std::variant<std::unique_ptr<SegmentWriter>, Failure>
SegmentWriter::begin(const std::filesystem::path& path, const JournalId& journal_id,
                     domain::Sequence first, const ChainHash& hash_before) {
    const int descriptor =
        ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, owner_only);
    const int error = errno;
    std::unique_ptr<SegmentWriter> writer(new SegmentWriter(path, descriptor));
    if (descriptor < 0) {
        return writer->failure("cannot be made", error);
    }
    writer->header_.journal_id = journal_id;
    writer->header_.first = first;
    writer->header_.last = first - 1;
    writer->header_.hash_before = hash_before;
    writer->header_.hash_after = hash_before;
    writer->header_.file_bytes = sizeof(SegmentHeader);
    if (::lseek(descriptor, sizeof(SegmentHeader), SEEK_SET) < 0) {
        return writer->failure("cannot be written", errno);
    }
    return writer;
}

std::optional<Failure> SegmentWriter::add(domain::Sequence sequence,
                                          std::span<const std::byte> bytes,
                                          const CommitEntry& commit) {
    if (sequence == commit.first) {
        domain::invariant(sequence == header_.last + 1, "a segment takes commits without a gap");
        const CommitBytes entry = encode_commit(commit);
        if (auto failed = compress(std::as_bytes(std::span(&commit.last, 1)), false)) {
            return failed;
        }
        if (auto failed = compress(entry, false)) {
            return failed;
        }
    }
    if (sequence == commit.last) {
        header_.last = sequence;
        header_.hash_after = commit.hash;
        ++header_.commits;
    }
    return compress(bytes, false);
}

std::optional<Failure> SegmentWriter::compress(std::span<const std::byte> bytes, bool is_end) {
    header_.body_bytes += bytes.size();
    ZSTD_inBuffer from{bytes.data(), bytes.size(), 0};
    std::size_t left = 1;
    while (is_end ? left != 0 : from.pos != from.size) {
        ZSTD_outBuffer to{output_.data(), output_.size(), 0};
        left =
            ZSTD_compressStream2(context_.get(), &to, &from, is_end ? ZSTD_e_end : ZSTD_e_continue);
        domain::invariant(ZSTD_isError(left) == 0U, "zstd compresses any bytes");
        if (auto failed = write(std::span(output_).first(to.pos))) {
            return failed;
        }
    }
    return std::nullopt;
}

std::optional<Failure> SegmentWriter::write(std::span<const std::byte> bytes) {
    while (!bytes.empty()) {
        const ssize_t written = ::write(descriptor_, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written <= 0) {
            return failure("cannot be written", written == 0 ? ENOSPC : errno);
        }
        header_.file_bytes += static_cast<std::uint64_t>(written);
        bytes = bytes.subspan(static_cast<std::size_t>(written));
    }
    return std::nullopt;
}

std::variant<SegmentHeader, Failure> SegmentWriter::finish() {
    domain::invariant(header_.last >= header_.first, "a segment holds a commit");
    if (auto failed = compress({}, true)) {
        return std::move(*failed);
    }
    const auto header = encode_segment_header(header_);
    const ssize_t written = ::pwrite(descriptor_, header.data(), header.size(), 0);
    if (written != static_cast<ssize_t>(header.size())) {
        return failure("cannot be written", written < 0 ? errno : ENOSPC);
    }
    if (::fsync(descriptor_) != 0) {
        return failure("cannot be synced", errno);
    }
    ::posix_fadvise(descriptor_, 0, 0, POSIX_FADV_DONTNEED);
    if (::close(std::exchange(descriptor_, -1)) != 0) {
        return failure("cannot be closed", errno);
    }
    return header_;
}

} // namespace hongbao::persistence
