// Role: the checks of records that come in order, wherever they are kept: no gap, each sound in
// itself and inside a commit, and every commit that is read whole continues the chain.
// Owner thread: the caller's. Failures say "record N …"; where it lies is for the caller to add.
#pragma once

#include "persistence/journal/chain_hash.hpp"
#include "persistence/journal/commit_entry.hpp"

#include "domain/record.hpp"

#include <optional>
#include <string_view>

namespace hongbao::persistence {

class CommitCheck {
  public:
    /// `from` is the first record to be taken, 0 and 1: that of the journal.
    explicit CommitCheck(domain::Sequence from);

    /// The record to be taken next.
    domain::Sequence next() const { return next_; }
    /// Whether it lies in the commit entered last; else it has to begin one.
    bool in_commit() const { return in_commit_; }

    /// The hash after the record before next(), once a commit's end was passed.
    const std::optional<ChainHash>& chain() const { return chain_; }
    /// Whether set_chain must come before this commit is entered.
    bool needs_chain(const CommitEntry& entry) const { return !chain_ && entry.first == next_; }
    void set_chain(const ChainHash& hash) { chain_ = hash; }

    /// next() lies in this commit.
    std::optional<Failure> enter(const CommitEntry& entry);
    /// Takes next(): header and payload.
    std::optional<Failure> take(std::span<const std::byte> bytes);

    /// The record taken last, and the commit that it lies in.
    const domain::Record& record() const { return record_; }
    const CommitEntry& commit() const { return commit_; }

    static Failure bad(domain::Sequence sequence, std::string_view why);

  private:
    std::optional<Failure> leave();

    domain::Sequence next_;
    CommitEntry commit_;
    bool in_commit_ = false;
    bool read_whole_ = false; // from its first record, so that its hash can be checked
    std::optional<ChainHash> chain_;
    CommitHasher hasher_;
    domain::Record record_;
};

} // namespace hongbao::persistence
