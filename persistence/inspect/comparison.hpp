// Role: holding the read model against the journal: while the journal is folded, each row that the
// fold makes is looked up and compared, and at the record that the model has reached, the latest
// state of everything. Of the model's code it uses only the reading of rows. Reads one snapshot, so
// a server may go on writing; the pages that the snapshot keeps are not used again meanwhile. The
// kinds have files of their own (kinds.hpp), each with what its rows should say and whether they
// do. Owner thread: the caller's.
#pragma once

#include "persistence/inspect/fold.hpp"
#include "persistence/inspect/row_comparison.hpp"
#include "persistence/read_model/store/reader.hpp"

#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace hongbao::persistence {

enum class ModelState : std::uint8_t {
    not_asked,
    missing,     // none there: no fault, a start builds it
    not_checked, // somebody is building it, or was ended while doing so
    unreadable,  // without rights or memory: nothing is known of it
    agrees,      // as far as it has come
    differs,     // or cannot be used: damaged, of another version, of another journal
};

struct ModelVerdict {
    ModelState state = ModelState::not_asked;
    domain::Sequence reached = 0; // the last record that it has taken
    std::string sentence;         // why not checked; or the first difference: table, key, record
};

/// List, owner, phase and item.
std::string text_of(const ListedKey& key);

class ModelComparison {
  public:
    /// Opens the model in the folder `path` and keeps a snapshot of it. To be made before the
    /// journal's end is looked up: what the model has, the journal has by then.
    ModelComparison(const std::filesystem::path& path, const JournalId& journal_id);

    /// Every record of the journal in order, from 1, each lawful after those before it.
    void take(const domain::Record& record);

    /// After the last record. `chain_hash` is the journal's at the record that the model has
    /// reached; nothing if no commit ends there.
    ModelVerdict end(domain::Sequence journal_last, const std::optional<ChainHash>& chain_hash);
    domain::Sequence reached() const { return verdict_.reached; }

    // ---- for the kinds ----

    ModelReader& reader() { return *reader_; }
    /// With the record that is being taken.
    const ModelFold& fold() const { return fold_; }
    /// What the rows of the snapshot hold, as far as they were looked at.
    HeldSums& added_up() { return added_up_; }
    bool done() const { return reader_ == nullptr || verdict_.state == ModelState::differs; }
    /// The first difference stays.
    void differs(const char* table, const std::string& key, const std::string& what);
    /// True if the row is there; else that is the difference.
    template <typename Row>
    bool there(const std::optional<Row>& row, const char* table, const std::string& key) {
        if (!row) {
            differs(table, key,
                    reader_->damage().empty() ? "the row is missing"
                                              : "the row is damaged (" + reader_->damage() + ")");
        }
        return row.has_value();
    }
    /// The first field that differs, if one does.
    void report(const RowComparison& row, const char* table, const std::string& key) {
        if (!row.words().empty()) {
            differs(table, key, row.words());
        }
    }
    /// Looks the row up and compares it; nothing if it is not there. `words` names its key.
    template <typename Of>
    std::optional<typename Of::Row> compare(const typename Of::Key& key, const std::string& words,
                                            const typename Of::Row& expected) {
        auto found = reader_->get<Of>(key);
        if (there(found, Of::name, words)) {
            RowComparison row;
            row.fields(*found, expected);
            report(row, Of::name, words);
        }
        return found;
    }
    /// The same of a row that is a number, called `name`.
    template <typename Of>
    void compare_number(const typename Of::Key& key, const std::string& words, const char* name,
                        std::uint64_t expected) {
        const auto found = reader_->get<Of>(key);
        if (there(found, Of::name, words)) {
            RowComparison row;
            row.field(name, found->number, expected);
            report(row, Of::name, words);
        }
    }
    /// `check(key, row)` of all that the fold has of a kind, until something differs.
    template <typename Rows, typename Check>
    void for_each(const Rows& rows, Check check) {
        for (const auto& [key, row] : rows) {
            if (done()) {
                return;
            }
            check(key, row);
        }
    }
    /// The id in the event of that record, if it is of this kind. Records were compared before.
    template <typename Event, typename Id>
    std::optional<Id> id_made_by(Id Event::*id, domain::Sequence sequence) {
        const auto record = reader_->record(sequence);
        const auto* const made = record ? std::get_if<Event>(&record->event) : nullptr;
        return made != nullptr ? std::optional(made->*id) : std::nullopt;
    }
    /// Looks for a place on a list that should be there.
    void look_for_place(const ListedKey& key);
    /// All rows that should be there are; if there are others, one is named.
    template <typename Of, typename IsExpected>
    void check_count(std::uint64_t expected, IsExpected is_expected) {
        if (reader_->count<Of>() == expected) {
            return;
        }
        std::string surplus = "unknown";
        reader_->each_key<Of>([&](std::span<const std::byte> bytes) {
            const auto key = key_in<typename Of::Key>(bytes);
            const bool goes_on = key && is_expected(*key);
            if (!goes_on) {
                if constexpr (std::is_same_v<typename Of::Key, ListedKey>) {
                    surplus = key ? text_of(*key) : surplus;
                } else {
                    surplus =
                        words_of_key(bytes, std::is_same_v<typename Of::Key, std::string_view>);
                }
            }
            return goes_on;
        });
        differs(Of::name, surplus, "no record of the journal has made this row");
    }

  private:
    static std::string words_of_key(std::span<const std::byte> bytes, bool is_text);

    void check_history(const domain::Record& record, const Sides& sides);
    void check_key(const domain::Record& record);
    void check_end_rows();
    void check_totals();
    void check_lists();
    void check_sums();
    void check_links();

    std::unique_ptr<ModelStore> store_;
    std::unique_ptr<ModelReader> reader_; // null: nothing to check
    ModelVerdict verdict_;
    RecordEncoder encoder_;

    ModelTotals found_; // in the snapshot
    HeldSums added_up_; // of its rows
    std::uint64_t places_expected_ = 0;
    ModelFold fold_;
    std::optional<KeyRow> next_key_; // the first in the snapshot not yet met
    bool key_met_ = false;
    domain::Sequence now_ = 0; // the record being taken
};

} // namespace hongbao::persistence
