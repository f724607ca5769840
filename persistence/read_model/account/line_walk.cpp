// Role: from line to line of a statement.
#include "persistence/read_model/account/line_walk.hpp"

namespace hongbao::persistence {

LineWalk::LineWalk(ModelView& view, const domain::UserId& user_id, std::optional<EntryType> type,
                   std::optional<std::uint64_t> cursor)
    : view_(view), type_(type) {
    const auto number = view.may_have(view.number(user_id));
    if (!number) {
        return;
    }
    account_ = *number;
    const AccountRow row = view.must_have(view.get<Accounts>(account_));
    if (cursor) {
        stand_if_there(*cursor);
        is_elsewhere_ = sequence_ == 0;
    } else {
        stand_at(type ? row.last_line_of_type[static_cast<std::size_t>(*type)] : row.last_line);
    }
}

void LineWalk::stand_if_there(domain::Sequence sequence) {
    const auto sides = view_.may_have(view_.sides(sequence));
    const Side* side = sides ? sides->of(account_) : nullptr;
    if (side != nullptr && (!type_ || side->type == *type_)) {
        side_ = *side;
        sequence_ = sequence;
    }
}

/// A line that another one leads to is there.
void LineWalk::stand_at(domain::Sequence sequence) {
    sequence_ = 0;
    if (sequence != 0) {
        stand_if_there(sequence);
        if (sequence_ == 0) {
            view_.give_up();
        }
    }
}

} // namespace hongbao::persistence
