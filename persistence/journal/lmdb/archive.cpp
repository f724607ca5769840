// Role: finding segments, and checking a whole one.
#include "persistence/journal/lmdb/archive.hpp"

#include "persistence/files/sight.hpp"
#include "persistence/journal/commit_check.hpp"
#include "persistence/record/codec.hpp"

#include "domain/values/invariant.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <iterator>
#include <utility>

namespace hongbao::persistence {

namespace {

/// What to say of the gap between segments that `sequence` lies in.
Failure missing(domain::Sequence sequence, domain::Sequence archived,
                const std::vector<SegmentFile>& segments, const std::filesystem::path& folder) {
    domain::Sequence first = 1;
    domain::Sequence last = archived;
    for (const SegmentFile& segment : segments) {
        if (segment.last < sequence) {
            first = std::max(first, segment.last + 1);
        } else if (segment.first > sequence) {
            last = std::min(last, segment.first - 1);
        }
    }
    const std::string name = segment_name(first, first);
    const std::string begin = name.substr(0, name.find_last_of('-') + 1);
    Failure missing{
        "records " + std::to_string(first) + " to " + std::to_string(last) +
            " are archived, but no segment in " + folder.string() +
            " holds them: bring back what was moved away, a file " + begin +
            "….zst and those that follow it",
    };
    missing.is_missing_segment = true;
    return missing;
}

} // namespace

const SegmentFile* Segments::find(domain::Sequence sequence) const {
    const auto after = std::upper_bound(
        files_.begin(), files_.end(), sequence,
        [](domain::Sequence wanted, const SegmentFile& file) { return wanted < file.first; });
    return after == files_.begin() || std::prev(after)->last < sequence ? nullptr
                                                                        : &*std::prev(after);
}

std::variant<std::unique_ptr<SegmentReader>, Failure>
Segments::open_with(domain::Sequence sequence, domain::Sequence archived) {
    const SegmentFile* file = find(sequence);
    if (file == nullptr) {
        auto found = segments_in(store_.archive_path());
        if (auto* failure = std::get_if<Failure>(&found)) {
            return std::move(*failure);
        }
        files_ = std::move(std::get<std::vector<SegmentFile>>(found));
        file = find(sequence);
    }
    return file == nullptr ? missing(sequence, archived, files_, store_.archive_path())
                           : SegmentReader::open(*file, store_.id);
}

std::optional<Failure> find_missing_segment(const std::filesystem::path& folder,
                                            domain::Sequence archived) {
    auto found = segments_in(folder);
    if (auto* failure = std::get_if<Failure>(&found)) {
        return std::move(*failure);
    }
    const auto& segments = std::get<std::vector<SegmentFile>>(found);
    domain::Sequence next = 1;
    for (const SegmentFile& segment : segments) {
        if (segment.first <= next && next <= segment.last) {
            next = segment.last + 1;
        }
    }
    if (next <= archived) {
        return missing(next, archived, segments, folder);
    }
    for (const SegmentFile& segment : segments) {
        if (::faccessat(AT_FDCWD, segment.path.c_str(), R_OK, AT_EACCESS) != 0) {
            Failure failure = machine_failure(segment.path, "cannot be read", errno);
            failure.is_of_segment = true;
            return failure;
        }
    }
    return std::nullopt;
}

std::optional<Failure> ArchivedRecords::find(domain::Sequence sequence, domain::Record& record) {
    if (!segment_ || sequence < segment_->next_sequence() || sequence > segment_->header().last) {
        auto opened = segments_.open_with(sequence, archived_);
        if (auto* failure = std::get_if<Failure>(&opened)) {
            return std::move(*failure);
        }
        segment_ = std::move(std::get<std::unique_ptr<SegmentReader>>(opened));
    }
    while (true) {
        auto next = segment_->next();
        if (auto* failure = std::get_if<Failure>(&next)) {
            return std::move(*failure);
        }
        const auto& found = std::get<std::optional<SegmentRecord>>(next);
        domain::invariant(found.has_value(), "a segment gives all that its header promises");
        if (found->sequence == sequence) {
            const auto damage = decode_record(found->bytes, sequence, record);
            return damage ? std::optional(segment_->failure(damage->sentence, sequence))
                          : std::nullopt;
        }
    }
}

std::variant<SegmentHeader, Failure> verify_segment(const SegmentFile& file,
                                                    const JournalId& journal_id) {
    auto opened = SegmentReader::open(file, journal_id);
    if (auto* failure = std::get_if<Failure>(&opened)) {
        return std::move(*failure);
    }
    SegmentReader& reader = *std::get<std::unique_ptr<SegmentReader>>(opened);
    CommitCheck check(file.first);
    check.set_chain(reader.header().hash_before);
    while (true) {
        auto next = reader.next();
        if (auto* failure = std::get_if<Failure>(&next)) {
            return std::move(*failure);
        }
        const auto& record = std::get<std::optional<SegmentRecord>>(next);
        if (!record) {
            return reader.header();
        }
        auto damage = check.in_commit() ? std::nullopt : check.enter(record->commit);
        if (!damage) {
            damage = check.take(record->bytes);
        }
        if (damage) {
            return reader.failure(damage->sentence, damage->first_bad_sequence);
        }
    }
}

} // namespace hongbao::persistence
