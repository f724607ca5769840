// Role: a statement read from its newest line to its oldest. Each line names the one before it, so
// a page costs one look-up a line, however long the history is. Owner thread: the view's.
#pragma once

#include "persistence/read_model/view.hpp"

#include <cstdint>
#include <optional>

namespace hongbao::persistence {

class LineWalk {
  public:
    /// Of all lines or those of a type, from the newest or the one at the cursor. None if there is
    /// no such user.
    LineWalk(ModelView& view, const domain::UserId& user_id, std::optional<EntryType> type,
             std::optional<std::uint64_t> cursor);

    /// 0: there are no more lines.
    domain::Sequence sequence() const { return sequence_; }
    /// The cursor names no line of this account (and type).
    bool is_elsewhere() const { return is_elsewhere_; }
    const Side& side() const { return side_; }
    void advance() { stand_at(type_ ? side_.before_of_type : side_.before); }

  private:
    void stand_if_there(domain::Sequence sequence);
    void stand_at(domain::Sequence sequence);

    ModelView& view_;
    const std::optional<EntryType> type_;
    AccountNumber account_ = 0;
    domain::Sequence sequence_ = 0;
    Side side_;
    bool is_elsewhere_ = false;
};

} // namespace hongbao::persistence
