// Role: packets, their recipients and claims, as a kind that verify folds and checks (kinds.hpp).
// Owner thread: the caller's.
#pragma once

#include "persistence/read_model/rows/tables.hpp"

#include <unordered_map>

namespace hongbao::persistence {

class FoldedAccounts;
class ModelComparison;

class FoldedPackets {
  public:
    void take(const domain::Record& record, FoldedAccounts& accounts, ModelTotals& totals);
    void check_made(const domain::Record& record, ModelComparison& comparison) const;
    void check_all(ModelComparison& comparison) const;
    bool has_place(const ListedKey& key, ModelComparison& comparison) const;
    void check_counts(ModelComparison& comparison) const;

  private:
    void check_claim(const domain::ShareOpened& share, const domain::Record& record,
                     ModelComparison& comparison) const;

    std::unordered_map<domain::PacketId, PacketRow> packets_;
    std::uint64_t claim_count_ = 0;
    std::uint64_t sent_to_many_ = 0; // packets with more than one recipient
};

} // namespace hongbao::persistence
