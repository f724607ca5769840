// Role: from line to line of a statement, and from block to block.
#include "persistence/read_model/account/line_walk.hpp"

namespace hongbao::persistence {

LineWalk::LineWalk(ModelView& view, const domain::UserId& user_id, std::optional<EntryType> type,
                   const PageRequest& page)
    : view_(view), type_(type), order_(page.order) {
    const auto number = view.may_have(view.number(user_id));
    if (!number) {
        return;
    }
    account_ = *number;
    const AccountRow row = view.must_have(view.get<Accounts>(account_));
    line_count_ = row.line_count;
    newest_ = type ? row.last_line_of_type[static_cast<std::size_t>(*type)] : row.last_line;
    // What lies before a mark is as old as it, what lies behind it as new.
    const ItemRange marks =
        numbers_within(view, page, line_count_ / lines_a_mark,
                       [this](std::uint64_t mark_no) { return mark(mark_no).at; });
    first_block_ = marks.first;
    last_block_ = marks.last + 1;
    block_ = first_block_ - 1;
    if (page.cursor) {
        begin_at(*page.cursor);
    } else if (order_ == ListOrder::desc) {
        if (const domain::Sequence newest = newest_up_to(last_block_); newest != 0) {
            ahead_.push_back(line_of(newest));
        }
    }
}

void LineWalk::begin_at(domain::Sequence cursor) {
    const auto sides = view_.may_have(view_.sides(cursor));
    const Side* side = sides ? sides->of(account_) : nullptr;
    if (side == nullptr || (type_ && side->type != *type_) || side->line_no > line_count_) {
        is_elsewhere_ = true;
    } else if (order_ == ListOrder::desc) {
        ahead_.push_back({cursor, *side});
    } else {
        read_block((side->line_no - 1) / lines_a_mark + 1);
        while (!ahead_.empty() && ahead_.back().sequence != cursor) {
            ahead_.pop_back();
        }
        if (ahead_.empty()) {
            view_.give_up(); // a block has each of its lines
        }
    }
}

std::optional<domain::Sequence> LineWalk::next() {
    if (ahead_.empty()) {
        look_ahead();
    }
    const bool is_early =
        !ahead_.empty() && ahead_.back().side.line_no <= (first_block_ - 1) * lines_a_mark;
    if (ahead_.empty() || is_early) {
        return std::nullopt;
    }
    if (looks_left_ == 0) {
        rest_ = ahead_.back().sequence;
        return std::nullopt;
    }
    looks_left_ -= 1;
    here_ = ahead_.back();
    ahead_.pop_back();
    return here_.sequence;
}

void LineWalk::look_ahead() {
    if (order_ == ListOrder::desc) {
        if (const domain::Sequence older = before(here_.side); older != 0) {
            ahead_.push_back(line_of(older));
        }
    } else if (const auto block = block_with_lines_from(block_ + 1); block <= last_block_) {
        read_block(block);
    }
}

/// Backwards, since each line names the one before it.
void LineWalk::read_block(std::uint64_t block) {
    block_ = block;
    const domain::Sequence older = newest_up_to(block - 1);
    domain::Sequence sequence = newest_up_to(block);
    while (sequence > older) {
        ahead_.push_back(line_of(sequence));
        sequence = before(ahead_.back().side);
    }
    if (sequence != older) {
        view_.give_up();
    }
}

/// That one or the first after it; behind the last one if there is none.
std::uint64_t LineWalk::block_with_lines_from(std::uint64_t block) {
    const domain::Sequence older = newest_up_to(block - 1);
    if (block > last_block_ || newest_up_to(block) != older) {
        return block;
    }
    std::uint64_t begin = block + 1;
    std::uint64_t end = last_block_ + 1;
    while (begin < end) {
        const std::uint64_t middle = begin + (end - begin) / 2;
        if (newest_up_to(middle) != older) {
            end = middle;
        } else {
            begin = middle + 1;
        }
    }
    return begin;
}

/// The newest of the lines wanted up to the end of this block; 0: there is none.
domain::Sequence LineWalk::newest_up_to(std::uint64_t block) {
    if (block == 0) {
        return 0;
    }
    if (block > line_count_ / lines_a_mark) {
        return newest_;
    }
    const LineMarkRow end = mark(block);
    return type_ ? end.last_line_of_type[static_cast<std::size_t>(*type_)] : end.sequence;
}

domain::Sequence LineWalk::before(const Side& side) const {
    return type_ ? side.before_of_type : side.before;
}

/// A line that another one, a mark or the account leads to is there.
LineWalk::Line LineWalk::line_of(domain::Sequence sequence) {
    const Sides sides = view_.must_have(view_.sides(sequence));
    const Side* const side = sides.of(account_);
    if (side == nullptr || (type_ && side->type != *type_)) {
        view_.give_up();
    }
    return {sequence, *side};
}

LineMarkRow LineWalk::mark(std::uint64_t mark_no) {
    return view_.must_have(view_.get<LineMarks>({account_, mark_no}));
}

} // namespace hongbao::persistence
