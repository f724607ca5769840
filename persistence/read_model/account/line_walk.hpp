// Role: the lines of a statement in either order. Each line names the one before it, so newest
// first a page costs one look-up a line, however long the history is. Oldest first, a block of
// lines is found by the mark that ends it, read backwards and turned round. Marks also tell where
// the times of a page begin, and which blocks have no line of a type: both cost a look-up for each
// halving. Owner thread: the view's.
#pragma once

#include "persistence/read_model/lists/walk.hpp"
#include "persistence/read_model/view.hpp"

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

namespace hongbao::persistence {

class LineWalk {
  public:
    /// Of all lines or those of a type, from the page's cursor, or from where its times begin. None
    /// if there is no such user.
    LineWalk(ModelView& view, const domain::UserId& user_id, std::optional<EntryType> type,
             const PageRequest& page);

    /// The record of the next line. Nothing: there are no more, or enough was looked at.
    std::optional<domain::Sequence> next();
    /// Where to go on, if enough was looked at.
    std::optional<domain::Sequence> rest() const { return rest_; }
    /// The cursor names no line of this account (and type).
    bool is_elsewhere() const { return is_elsewhere_; }
    /// Of the line that next() has come to.
    const Side& side() const { return here_.side; }

  private:
    struct Line {
        domain::Sequence sequence = 0;
        Side side;
    };

    void begin_at(domain::Sequence cursor);
    void look_ahead();
    void read_block(std::uint64_t block);
    std::uint64_t block_with_lines_from(std::uint64_t block);
    domain::Sequence newest_up_to(std::uint64_t block);
    domain::Sequence before(const Side& side) const;
    Line line_of(domain::Sequence sequence);
    LineMarkRow mark(std::uint64_t mark_no);

    ModelView& view_;
    const std::optional<EntryType> type_;
    const ListOrder order_;
    AccountNumber account_ = 0;
    std::uint64_t line_count_ = 0; // of any type
    domain::Sequence newest_ = 0;  // of the lines wanted
    /// Block n ends with mark n, the last one with the newest line. Outside of these is nothing
    /// that is wanted.
    std::uint64_t first_block_ = 1;
    std::uint64_t last_block_ = 0;
    std::uint64_t block_ = 0; // oldest first: the one that was read last
    std::vector<Line> ahead_; // what comes next is at its end
    Line here_;
    std::optional<domain::Sequence> rest_;
    std::uint32_t looks_left_ = looks_a_page_max;
    bool is_elsewhere_ = false;
};

/// What `item_of(side, record)` makes of the lines.
template <typename Item, typename ItemOf>
Page<Item> page_of_lines(ModelView& view, const domain::UserId& user_id,
                         std::optional<EntryType> type, const PageRequest& page, ItemOf item_of) {
    LineWalk walk(view, user_id, type, page);
    if (walk.is_elsewhere()) {
        Page<Item> answer;
        answer.is_elsewhere = true;
        return answer;
    }
    return page_of_walk<Item>(walk, page, [&](domain::Sequence sequence) -> std::optional<Item> {
        const domain::Record record = view.must_have(view.record(sequence));
        if (!is_within(page, record.at)) {
            return std::nullopt;
        }
        return item_of(walk.side(), record);
    });
}

} // namespace hongbao::persistence
