// Role: walks over lists, and the pages made of them: each step is one look-up, however long a list
// is, and a page takes no more than a few thousand. Owner thread: the view's.
#pragma once

#include "persistence/read_model/lists/within.hpp"
#include "persistence/read_model/page.hpp"
#include "persistence/read_model/view.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hongbao::persistence {

/// Rows looked at for one page at most: a filter with few matches must not keep everyone else
/// waiting.
inline constexpr std::uint32_t looks_a_page_max = 2'000;

/// Over parts of lists that have items of one kind, each in one of them at a time.
class ListWalk {
  public:
    /// From the page's cursor, or from where its times begin.
    ListWalk(ModelView& view, const std::vector<ListPart>& parts, const PageRequest& page,
             const ItemRange& range);

    /// Nothing: there are no more, or enough was looked at.
    std::optional<std::uint64_t> next();
    /// Where to go on, if enough was looked at.
    std::optional<std::uint64_t> rest() const { return looks_left_ == 0 ? from_ : std::nullopt; }

  private:
    ModelView& view_;
    std::vector<ModelView::ListHead> heads_;
    const ListOrder order_;
    const ItemRange range_;
    std::optional<std::uint64_t> from_; // nothing: it has come to the end
    std::uint32_t looks_left_ = looks_a_page_max;
};

/// The accounts whose user ids begin with a prefix, in the order of these; as their numbers.
class NameWalk {
  public:
    NameWalk(ModelView& view, const std::string& prefix, const PageRequest& page);

    std::optional<std::uint64_t> next();
    std::optional<std::uint64_t> rest() const;
    /// The page's cursor is no account of these.
    bool is_elsewhere() const { return is_elsewhere_; }

  private:
    void stand_at(std::string_view user_id);

    ModelView& view_;
    const std::string prefix_;
    const ListOrder order_;
    std::optional<std::pair<domain::UserId, AccountNumber>> here_; // comes next
    std::uint32_t looks_left_ = looks_a_page_max;
    bool is_elsewhere_ = false;
};

/// `show` makes an item of what the walk comes to, or nothing if the page does not want it.
template <typename Item, typename Walk, typename Show>
Page<Item> page_of_walk(Walk&& walk, const PageRequest& page, Show show) {
    Page<Item> answer;
    while (const auto place = walk.next()) {
        std::optional<Item> item = show(*place);
        if (!item) {
            continue;
        }
        if (answer.items.size() == page.limit) {
            answer.next_cursor = *place;
            return answer;
        }
        answer.items.push_back(std::move(*item));
    }
    answer.next_cursor = walk.rest();
    return answer;
}

} // namespace hongbao::persistence
