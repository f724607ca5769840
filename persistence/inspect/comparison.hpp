// Role: holding the read model against the journal: while the journal is folded, each row that the
// fold makes is looked up and compared, and at the record that the model has reached, the latest
// state of everything. Of the model's code it uses only the reading of rows. Reads one snapshot, so
// a server may go on writing; the pages that the snapshot keeps are not used again meanwhile. Owner
// thread: the caller's.
#pragma once

#include "persistence/inspect/fold.hpp"
#include "persistence/inspect/row_comparison.hpp"
#include "persistence/read_model/store/store.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>

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

class ModelCheck {
  public:
    /// Opens the model in the folder `path` and keeps a snapshot of it. To be made before the
    /// journal's end is looked up: what the model has, the journal has by then.
    ModelCheck(const std::filesystem::path& path, const JournalId& journal_id);

    /// Every record of the journal in order, from 1, each lawful after those before it.
    void take(const domain::Record& record);

    /// After the last record. `chain_hash` is the journal's at the record that the model has
    /// reached; nothing if no commit ends there.
    ModelVerdict end(domain::Sequence journal_last, const std::optional<ChainHash>& chain_hash);
    domain::Sequence reached() const { return verdict_.reached; }

  private:
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
    void check_number(const domain::AccountOpened& opened);
    void check_recipients(const domain::PacketSent& sent);
    void check_claim(const domain::ShareOpened& share, domain::InstantMs at);
    void check_shake(const domain::ShakeDrawn& drawn, domain::InstantMs at);
    void check_history(const domain::Record& record, const Sides& sides);
    void check_key(const domain::Record& record);
    void check_end_rows();
    void check_totals();
    void check_sums();
    void check_account(AccountNumber number);
    void check_packet(domain::PacketId packet_id, const PacketRow& packet);
    void check_campaign(domain::CampaignId campaign_id, const CampaignRow& campaign);
    void check_order_place(const domain::OrderReserved& reserved);
    void check_waiter(const domain::WaitlistJoined& joined);
    void check_deposit_ref(const domain::Deposited& deposited);
    void check_external_payment(const domain::ExternalPaymentTaken& taken, domain::InstantMs at);
    void check_suspended(domain::Sequence sequence, const FoldedSuspended& ours);
    void check_sale(domain::SaleId sale_id, const FoldedSale& folded);
    void check_order(const OrderPlace& place, const OrderRow& ours);
    /// Of the fold; an empty one if there is no such sale.
    SaleRow sale_row(std::uint64_t sale_id) const;
    void check_links();
    void check_counts();
    void check_counts_of_campaigns();
    void check_counts_of_sales();
    void check_counts_of_payments();
    /// All rows that should be there are; if there are others, one is named.
    void check_count(const char* table, MDB_dbi ModelTables::*which, std::uint64_t expected,
                     const std::function<bool(std::span<const std::byte>)>& is_expected) {
        if (reader_->rows(which) != expected) {
            name_surplus(table, which, is_expected);
        }
    }
    void name_surplus(const char* table, MDB_dbi ModelTables::*which,
                      const std::function<bool(std::span<const std::byte>)>& is_expected);

    std::unique_ptr<ModelStore> store_;
    std::unique_ptr<ModelReader> reader_; // null: nothing to check
    ModelVerdict verdict_;
    RecordEncoder encoder_;

    ModelTotals found_; // in the snapshot
    HeldSums added_up_; // of its rows
    ModelFold fold_;
    std::optional<KeyRow> next_key_; // the first in the snapshot not yet met
    bool key_met_ = false;
    domain::Sequence now_ = 0; // the record being taken
};

} // namespace hongbao::persistence
