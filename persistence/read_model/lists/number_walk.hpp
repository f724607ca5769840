// Role: a walk over what is numbered from 1: the claims of a packet, the events of its life.
// Owner thread: the view's.
#pragma once

#include "persistence/read_model/lists/walk.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>

namespace hongbao::persistence {

class NumberWalk {
  public:
    /// From the page's cursor or an end of the range, which lies within 1 to `count`.
    NumberWalk(const PageRequest& page, std::uint64_t count, const ItemRange& range)
        : order_(page.order) {
        is_elsewhere_ = page.cursor && (*page.cursor == 0 || *page.cursor > count);
        if (is_elsewhere_) {
            return;
        }
        const bool is_forward = order_ == ListOrder::asc;
        const std::uint64_t begin = page.cursor.value_or(is_forward ? range.first : range.last);
        left_ = is_forward ? range.last + 1 - std::min(begin, range.last + 1)
                           : begin + 1 - std::min(range.first, begin + 1);
        number_ = begin;
    }

    /// Nothing: there are no more, or enough was looked at.
    std::optional<std::uint64_t> next() {
        if (left_ == 0 || looks_left_ == 0) {
            return std::nullopt;
        }
        left_ -= 1;
        looks_left_ -= 1;
        return order_ == ListOrder::asc ? number_++ : number_--;
    }
    /// Where to go on, if enough was looked at.
    std::optional<std::uint64_t> rest() const {
        return left_ != 0 ? std::optional(number_) : std::nullopt;
    }
    /// The cursor is none of the numbers.
    bool is_elsewhere() const { return is_elsewhere_; }

  private:
    const ListOrder order_;
    std::uint64_t number_ = 0; // comes next
    std::uint64_t left_ = 0;   // in the range
    std::uint32_t looks_left_ = looks_a_page_max;
    bool is_elsewhere_ = false;
};

} // namespace hongbao::persistence
