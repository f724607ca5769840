// Role: the sums and counts of the whole read model at one sequence. Pure.
#pragma once

#include "domain/values/instant.hpp"
#include "domain/values/money.hpp"
#include "persistence/journal/journal.hpp"
#include "persistence/read_model/rows/table.hpp"

#include <optional>
#include <span>

namespace hongbao::persistence {

/// An older model is rebuilt from the journal, never converted.
inline constexpr std::uint64_t model_format_version = 11;

/// Times of records are not quite in order: the records of a batch are decided together and stamped
/// one by one. A record that is further back than this shows that the clock was set.
inline constexpr std::int64_t disorder_ms_max = 60'000;

/// The money that all rows of a kind hold, updated as each of them changes: so the audit costs the
/// same however many there are. Verify, and the check behind a start, add the rows up again.
struct HeldSums {
    domain::FenSum accounts_fen = 0;
    domain::FenSum packets_fen = 0;
    domain::FenSum campaigns_fen = 0;
    domain::FenSum sales_fen = 0;
    domain::FenSum suspended_fen = 0;

    domain::FenSum escrow_fen() const { return packets_fen + campaigns_fen + sales_fen; }
    bool operator==(const HeldSums&) const = default;
};

struct ModelTotals {
    JournalPosition position;
    std::uint64_t account_count = 0;
    std::uint64_t open_packet_count = 0;
    std::uint64_t open_campaign_count = 0;
    std::uint64_t unclosed_sale_count = 0;
    std::uint64_t order_count = 0;
    std::uint64_t gateway_ref_count = 0; // and of external payments
    std::uint64_t deposit_ref_count = 0;
    std::uint64_t suspended_count = 0; // external payments that wait for a decision
    std::uint64_t operation_count = 0; // of operators
    std::uint64_t access_key_count = 0;
    std::uint64_t switch_count = 0; // that were ever changed
    std::uint64_t invitation_count = 0;
    std::uint64_t webhook_count = 0;
    std::uint64_t largest_id = 0; // of packets, campaigns, sales and orders
    domain::FenSum deposited_fen = 0;
    domain::FenSum withdrawn_fen = 0;
    HeldSums held;
    /// From the journal's beginning, by clocks that nobody set back or far ahead.
    std::int64_t elapsed_ms = 0;
    domain::InstantMs last_at = 0; // the latest since the clock was last set back
    domain::InstantMs latest_at = 0;
    /// The last record at which the clock was seen to be set back; 0: never. While it is 0, no
    /// record is more than disorder_ms_max older than one before it.
    domain::Sequence clock_set_back_sequence = 0;

    static void fields(auto&& visit, auto&... row) {
        visit("last_sequence", row.position.last_sequence...);
        visit("chain_hash", row.position.chain_hash...);
        visit("account_count", row.account_count...);
        visit("open_packet_count", row.open_packet_count...);
        visit("open_campaign_count", row.open_campaign_count...);
        visit("unclosed_sale_count", row.unclosed_sale_count...);
        visit("order_count", row.order_count...);
        visit("gateway_ref_count", row.gateway_ref_count...);
        visit("deposit_ref_count", row.deposit_ref_count...);
        visit("suspended_count", row.suspended_count...);
        visit("operation_count", row.operation_count...);
        visit("access_key_count", row.access_key_count...);
        visit("switch_count", row.switch_count...);
        visit("invitation_count", row.invitation_count...);
        visit("webhook_count", row.webhook_count...);
        visit("largest_id", row.largest_id...);
        visit("deposited_fen", row.deposited_fen...);
        visit("withdrawn_fen", row.withdrawn_fen...);
        visit("accounts_fen", row.held.accounts_fen...);
        visit("packets_fen", row.held.packets_fen...);
        visit("campaigns_fen", row.held.campaigns_fen...);
        visit("sales_fen", row.held.sales_fen...);
        visit("suspended_fen", row.held.suspended_fen...);
        visit("elapsed_ms", row.elapsed_ms...);
        visit("last_at", row.last_at...);
        visit("latest_at", row.latest_at...);
        visit("clock_set_back_sequence", row.clock_set_back_sequence...);
    }
};

/// The model's own row, and LinkedEnds: under keys of their own, each with its own seal.
struct Totals : Table<std::string_view, ModelTotals> {
    static constexpr const char* name = "totals";
    static constexpr const char* rows = "totals";
};
inline constexpr std::string_view model_totals_key = "totals";

void encode(const ModelTotals& totals, const JournalId& journal_id, RowBytes& bytes);
/// Nothing also if the totals are of another journal or another format.
std::optional<ModelTotals> decode_totals(std::span<const std::byte> bytes,
                                         const JournalId& journal_id);

} // namespace hongbao::persistence
