// Role: the hash chain over commits. One flipped, lost, added or moved record changes every hash
// after it.
#pragma once

#include "persistence/journal/journal.hpp"

#include <cstddef>
#include <memory>
#include <span>
#include <string>

struct crypto_generichash_blake2b_state;

namespace hongbao::persistence {

/// Where the chain of a journal starts: BLAKE2b-256 of "hongbao journal 1" and the journal's id.
ChainHash first_chain_hash(std::span<const std::uint8_t, 16> journal_id);

std::string to_hex(std::span<const std::uint8_t> bytes);

/// Hashes one commit: hash before it, first and last sequence, then each record's bytes.
class CommitHasher {
  public:
    CommitHasher();
    ~CommitHasher();
    void begin(const ChainHash& before, domain::Sequence first, domain::Sequence last);
    void add(std::span<const std::byte> record);
    ChainHash end();

  private:
    std::unique_ptr<crypto_generichash_blake2b_state> state_;
};

} // namespace hongbao::persistence
