// Role: the days of the books, folded from the journal, and their rows held against that. Owner
// thread: the caller's.
#pragma once

#include "persistence/read_model/rows/tables.hpp"

#include <map>

namespace hongbao::persistence {

class ModelComparison;

class FoldedDays {
  public:
    void take(const domain::Record& record);

    // As of a kind (kinds.hpp).
    void check_made(const domain::Record& record, ModelComparison& comparison) const;
    void check_all(ModelComparison& comparison) const;
    bool has_place(const ListedKey& key, ModelComparison& comparison) const;
    void check_counts(ModelComparison& comparison) const;

  private:
    std::map<std::uint64_t, std::map<std::uint64_t, DayRow>> types_of_days_;
};

} // namespace hongbao::persistence
