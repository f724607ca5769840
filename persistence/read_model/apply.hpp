// Role: a record's changes to rows, in the generation that is being filled. What a kind does with
// its records is in its folder (packet/apply.cpp and so on).
// Owner thread: the one that may change the generation.
#pragma once

#include "persistence/read_model/view.hpp"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string_view>
#include <type_traits>
#include <utility>

namespace hongbao::persistence {

class Applying {
  public:
    /// An account that the record being applied touches.
    struct Touched {
        AccountNumber number = 0;
        AccountRow* row = nullptr; // in the generation being filled
    };

    /// `frozen` may be null.
    Applying(const ModelStore& store, const std::shared_ptr<Generation>& filling,
             std::shared_ptr<const Generation> frozen)
        : view_(store, filling, std::move(frozen)), filling_(*filling) {}

    /// Applies the record that follows. Its commit is in the generation already.
    void take(const domain::Record& record);

    // ---- for the kinds ----

    ModelView& view() { return view_; }
    Generation& filling() { return filling_; }
    const Touched& touched(std::string_view user_id) const;
    /// What the generation has of an entity; if that is nothing yet, its newest row.
    void note_id(std::uint64_t id) {
        filling_.totals.largest_id = std::max(filling_.totals.largest_id, id);
    }
    /// Puts an item on the list of each owner, or moves it there from one phase to another.
    void list(List list, std::initializer_list<ListOwner> owners, std::uint64_t item,
              std::optional<ListPhase> from, ListPhase to);
    template <typename K>
    auto& part_to_change(typename K::Id id) {
        auto& parts = filling_.*K::parts;
        if (const auto found = parts.find(id); found != parts.end()) {
            return found->second;
        }
        typename std::remove_reference_t<decltype(parts)>::mapped_type part{};
        part.row = view_.must_have(view_.get<typename K::Rows>(id));
        return parts.emplace(id, std::move(part)).first->second;
    }

  private:
    Touched account_to_change(std::string_view user_id);
    void open_account(const domain::AccountOpened& opened, const domain::Record& record);
    void touch(std::string_view user_id, const domain::Record& record);
    /// `before`: its status before the record; nothing: it is new.
    void list(const AccountRow& row, AccountNumber number,
              std::optional<domain::AccountStatus> before);
    void add_lines(const domain::Record& record);
    void name_deposit(const domain::Deposited& deposited, domain::Sequence sequence);
    void keep_time(const domain::Record& record);

    ModelView view_;
    Generation& filling_;
    std::array<Touched, 2> touched_; // by the record being applied
    std::size_t touched_count_ = 0;
};

} // namespace hongbao::persistence
