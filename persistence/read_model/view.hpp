// Role: the newest of each row, wherever it is: in the generation being filled, in the one being
// written, or in the store.
// Owner thread: the one that asks or applies; for as long as one question or one commit.
// Invariant: what a question has seen at its beginning does not change: it keeps both generations
// and a snapshot of the store, and whatever is added to the one being filled comes after that.
#pragma once

#include "persistence/read_model/store/generation.hpp"
#include "persistence/read_model/store/reader.hpp"

#include <shared_mutex>
#include <span>

namespace hongbao::persistence {

class ModelView {
  public:
    /// For the one thread that may change what is filled, to apply records. `frozen` may be null.
    /// The store is asked only if the generations do not know.
    ModelView(const ModelStore& store, std::shared_ptr<Generation> filling,
              std::shared_ptr<const Generation> frozen)
        : store_(store), filling_(std::move(filling)), frozen_(std::move(frozen)) {}
    /// For one question, while records may be applied. They are applied with `changing` held; this
    /// is made with it shared, and shares it again for what lies in memory alone, never while the
    /// disk works.
    ModelView(const ModelStore& store, std::shared_ptr<Generation> filling,
              std::shared_ptr<const Generation> frozen, std::shared_mutex& changing)
        : store_(store), filling_(std::move(filling)), frozen_(std::move(frozen)),
          changing_(&changing) {
        open_store();
    }

    std::optional<AccountNumber> number(std::string_view user_id);
    /// The row under this key.
    template <typename Of>
    std::optional<typename Of::Row> get(const typename Of::Key& key) {
        auto row = in_memory([&]() -> std::optional<typename Of::Row> {
            for (const Generation* generation : generations()) {
                auto found = generation != nullptr ? generation->row<Of>(key) : std::nullopt;
                if (found) {
                    return found;
                }
            }
            return std::nullopt;
        });
        return row ? std::move(row) : stored().get<Of>(key);
    }
    /// The same as it was written last.
    template <typename Of>
    std::optional<typename Of::Row> stored_row(const typename Of::Key& key) {
        return stored().get<Of>(key);
    }
    /// Of this account; nothing if it has none.
    std::optional<ClaimRow> claim_of(domain::PacketId packet_id, AccountNumber account);
    std::optional<ShakeRow> shake_of(domain::CampaignId campaign_id, AccountNumber account,
                                     std::string_view shake_key);
    /// A payment that waits for a decision, with its record: this one's, or the nearest in a walk.
    std::optional<std::pair<domain::Sequence, SuspendedRow>> suspended_from(domain::Sequence from,
                                                                            ListOrder order);
    /// Of the places on lists that are nearest to an item in a walk: the item, and whether it is on
    /// one of these lists by now. `heads` are those of the walk, `from` never goes back.
    struct ListHead {
        ListPart part;
        std::optional<std::uint64_t> stored{}; // the nearest in the store
        bool is_read = false;
    };
    struct NearestItem {
        std::uint64_t item = 0;
        bool is_listed = false;
    };
    std::optional<NearestItem> nearest_listed(std::span<ListHead> heads, std::uint64_t from,
                                              ListOrder order);
    /// The account with the nearest user id.
    std::optional<std::pair<domain::UserId, AccountNumber>> number_from(std::string_view user_id,
                                                                        ListOrder order);
    /// All of it, before the record being applied.
    domain::Administration administration();
    /// The days that records have added to since the store was written, at one moment.
    struct RecentDays {
        std::map<DayKey, DayRow> rows;
        domain::Sequence as_of = 0;
    };
    RecentDays recent_days() const;
    std::optional<Sides> sides(domain::Sequence sequence);
    /// As the history keeps it.
    std::optional<domain::Record> record(domain::Sequence sequence);

    /// As of the last record that is seen by now.
    ModelTotals totals() const;
    /// The last record that the row which was looked up last can know of.
    domain::Sequence as_of() const { return as_of_; }

    /// Ends the process, because a row that must be there is not, rather than give a wrong answer.
    /// The next start rebuilds the model.
    [[noreturn]] void give_up() const;
    /// A row that must be there.
    template <typename Row>
    Row must_have(std::optional<Row>&& row) const {
        if (!row) {
            give_up();
        }
        return std::move(*row);
    }
    /// A row that may be missing, but not because of damage.
    template <typename Row>
    std::optional<Row> may_have(std::optional<Row>&& row) const {
        if (!row && !damage().empty()) {
            give_up();
        }
        return std::move(row);
    }
    /// A sentence if the store was found damaged.
    std::string damage() const { return reader_ ? reader_->damage() : std::string(); }

  private:
    /// What `find` returns of the generations while nobody changes them.
    template <typename Find>
    auto in_memory(Find find) const {
        std::shared_lock<std::shared_mutex> lock;
        if (changing_ != nullptr) {
            lock = std::shared_lock(*changing_);
        }
        as_of_ = filling_->totals.position.last_sequence;
        return find();
    }
    /// The newer first; the second may be null.
    std::array<const Generation*, 2> generations() const { return {filling_.get(), frozen_.get()}; }
    /// Null if the generation is, or has nothing under this key.
    template <typename Map, typename Key>
    static const typename Map::mapped_type* part_of(const Generation* generation,
                                                    Map Generation::*member, const Key& key) {
        if (generation == nullptr) {
            return nullptr;
        }
        const auto found = (generation->*member).find(key);
        return found != (generation->*member).end() ? &found->second : nullptr;
    }
    template <typename Map, typename Key>
    const typename Map::mapped_type* newest(Map Generation::*member, const Key& key) const {
        const auto* const part = part_of(filling_.get(), member, key);
        return part != nullptr ? part : part_of(frozen_.get(), member, key);
    }
    std::optional<AccountNumber> known_number(std::string_view user_id) const;
    ModelReader& stored();
    void open_store();

    const ModelStore& store_;
    std::shared_ptr<Generation> filling_;
    std::shared_ptr<const Generation> frozen_;
    std::shared_mutex* changing_ = nullptr; // null: this thread is the one that changes
    std::optional<ModelReader> reader_;
    mutable domain::Sequence as_of_ = 0;
};

} // namespace hongbao::persistence
