// Role: campaigns and their shakes, as a kind that verify folds and checks (kinds.hpp).
// Owner thread: the caller's.
#pragma once

#include "persistence/read_model/rows/tables.hpp"

#include <unordered_map>

namespace hongbao::persistence {

class FoldedAccounts;
class ModelComparison;

class FoldedCampaigns {
  public:
    void take(const domain::Record& record, FoldedAccounts& accounts, ModelTotals& totals);
    void check_made(const domain::Record& record, ModelComparison& comparison) const;
    void check_all(ModelComparison& comparison) const;
    bool has_place(const ListedKey& key, ModelComparison& comparison) const;
    void check_counts(ModelComparison& comparison) const;

  private:
    std::unordered_map<domain::CampaignId, CampaignRow> campaigns_;
    std::uint64_t shake_count_ = 0;
};

} // namespace hongbao::persistence
