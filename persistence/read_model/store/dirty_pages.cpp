// Role: estimating pages from the number of rows, of each table, and from how large LMDB says that
// the tables are.
#include "persistence/read_model/store/dirty_pages.hpp"

#include <algorithm>
#include <vector>

namespace hongbao::persistence {

namespace {

/// Rows of a table: those that are changed where they lie, and those that are added, in `runs`
/// runs of neighbours.
struct RowCount {
    std::uint64_t changed = 0;
    std::uint64_t added = 0;
    std::uint64_t runs = 0;
    std::uint64_t added_bytes = 0; // with their keys
};

std::uint64_t pages_for(MDB_txn* transaction, MDB_dbi table, const RowCount& rows) {
    constexpr std::uint64_t children_min = 16; // of a branch page, with keys of any length
    MDB_stat stat{};
    mdb_stat(transaction, table, &stat);
    const std::uint64_t touched = std::min<std::uint64_t>(rows.changed, stat.ms_leaf_pages) +
                                  std::min<std::uint64_t>(rows.runs, stat.ms_leaf_pages);
    const std::uint64_t split = std::min<std::uint64_t>(rows.runs, stat.ms_leaf_pages);
    const std::uint64_t filled = rows.added_bytes / (stat.ms_psize / 2);
    const std::uint64_t leaves = touched + split + filled + 1;
    return leaves + std::min<std::uint64_t>(touched, stat.ms_branch_pages) +
           (split + filled) / children_min + stat.ms_depth;
}

RowCount spread(std::uint64_t rows, std::uint64_t row_bytes) {
    return {0, rows, rows, rows * row_bytes};
}

/// A map of rows that are changed or new, each with rows of its own that follow one another.
struct Parts {
    RowCount rows;
    RowCount ends; // times at which the open ones have to be looked at
    RowCount lists;
};

/// Sizes of rows, the key and what LMDB adds included; where texts are not counted, the longest.
constexpr std::uint64_t number_bytes = 112;
constexpr std::uint64_t account_bytes = 400; // without its texts
constexpr std::uint64_t packet_bytes = 320;
constexpr std::uint64_t end_bytes = 48;
constexpr std::uint64_t claim_bytes = 96;
constexpr std::uint64_t shake_bytes = 192;
constexpr std::uint64_t order_bytes = 176;
constexpr std::uint64_t order_place_bytes = 56;
constexpr std::uint64_t waiter_bytes = 56;
constexpr std::uint64_t payment_bytes = 360;
constexpr std::uint64_t gateway_ref_bytes = 300;
constexpr std::uint64_t key_row_bytes = 88;
constexpr std::uint64_t deposit_ref_bytes = 64;
constexpr std::uint64_t suspended_bytes = 56;
constexpr std::uint64_t by_user_bytes = 56;    // without a request id
constexpr std::uint64_t recipients_bytes = 96; // without the recipients
constexpr std::uint64_t text_length_bytes = 8;

template <typename Map, typename Count>
Parts parts_of(const Map& map, std::uint64_t list_row_bytes, Count new_rows_of) {
    Parts parts;
    parts.rows = {map.size(), map.size(), 1, map.size() * packet_bytes};
    parts.ends = spread(map.size(), end_bytes);
    for (const auto& [id, part] : map) {
        const std::uint64_t count = new_rows_of(part);
        parts.lists.added += count;
        parts.lists.runs += count > 0 ? 1 : 0;
    }
    parts.lists.added_bytes = parts.lists.added * list_row_bytes;
    return parts;
}

/// Rows that lead to `count` new ones from their users: each may lie between any two of those that
/// were there before.
RowCount between(std::uint64_t count, std::uint64_t before) {
    return {0, count, std::min(count, before + 1), count * by_user_bytes};
}

void add(RowCount& rows, const RowCount& more) {
    rows.added += more.added;
    rows.runs += more.runs;
    rows.added_bytes += more.added_bytes;
}

std::uint64_t by_user_pages(MDB_txn* transaction, const TableHandles& tables,
                            const Generation& generation) {
    RowCount claims;
    for (const auto& [id, part] : generation.packets) {
        add(claims, between(part.new_claims.size(), part.claims_before()));
    }
    RowCount shakes;
    for (const auto& [id, part] : generation.campaigns) {
        add(shakes, between(part.new_shakes.size(), part.shakes_before()));
        for (const ShakeRow& shake : part.new_shakes) {
            shakes.added_bytes += shake.request_id.size();
        }
    }
    return pages_for(transaction, tables.of<ClaimsByUser>(), claims) +
           pages_for(transaction, tables.of<ShakesByUser>(), shakes);
}

/// Ids grow: a packet's recipients lie behind those of all packets from before.
std::uint64_t recipients_pages(MDB_txn* transaction, const TableHandles& tables,
                               const Generation& generation) {
    const std::uint64_t rows = generation.sent_to_many.size();
    RowCount recipients{0, rows, 1, rows * recipients_bytes};
    for (const auto& [id, sequence] : generation.sent_to_many) {
        const auto& sent = std::get<domain::PacketSent>(generation.record(sequence).event);
        for (const domain::UserId& recipient : sent.recipients) {
            recipients.added_bytes += recipient.size() + text_length_bytes;
        }
    }
    return pages_for(transaction, tables.of<Recipients>(), recipients);
}

/// Leaves with accounts that are changed: numbers have no gaps, and lie in order.
std::uint64_t account_leaves(MDB_txn* transaction, MDB_dbi table, const Generation& generation) {
    MDB_stat stat{};
    mdb_stat(transaction, table, &stat);
    if (stat.ms_leaf_pages == 0) {
        return 0;
    }
    const std::size_t rows_a_leaf = std::max<std::size_t>(1, stat.ms_entries / stat.ms_leaf_pages);
    std::vector<bool> is_changed(stat.ms_entries / rows_a_leaf + 1);
    std::uint64_t changed = 0;
    for (const auto& [number, row] : generation.accounts) {
        const std::size_t leaf = number / rows_a_leaf;
        if (leaf < is_changed.size() && !is_changed[leaf]) {
            is_changed[leaf] = true;
            ++changed;
        }
    }
    return changed;
}

std::uint64_t account_pages(MDB_txn* transaction, const TableHandles& tables,
                            const Generation& generation) {
    RowCount accounts{account_leaves(transaction, tables.of<Accounts>(), generation), 0, 1, 0};
    for (const AccountNumber number : generation.new_accounts) {
        const auto& profile = generation.accounts.at(number).account.profile;
        accounts.added_bytes += account_bytes + profile.user_id.size() + profile.username.size() +
                                profile.avatar_url.size();
    }
    return pages_for(transaction, tables.of<Accounts>(), accounts) +
           pages_for(transaction, tables.of<Numbers>(),
                     spread(generation.new_accounts.size(), number_bytes));
}

std::uint64_t sale_pages(MDB_txn* transaction, const TableHandles& tables,
                         const Generation& generation) {
    const Parts sales =
        parts_of(generation.sales, order_bytes,
                 [](const Generation::SalePart& part) { return part.new_orders.size(); });
    const Parts waiting =
        parts_of(generation.sales, waiter_bytes,
                 [](const Generation::SalePart& part) { return part.new_waiters.size(); });
    RowCount orders = sales.lists;
    for (const auto& [id, part] : generation.sales) {
        orders.changed += part.changed_orders.size();
    }
    const std::uint64_t places = generation.order_places.size();
    RowCount payments = spread(generation.gateway_refs.size(), payment_bytes);
    for (const auto& [id, part] : generation.external_payments) {
        payments.changed += part.changed_payments.size();
        for (const auto& [payment_no, payment] : part.changed_payments) {
            payments.added_bytes += payment_bytes + payment.decision_reason.size();
        }
        for (const ExternalPaymentRow& payment : part.new_payments) {
            payments.added_bytes += payment.decision_reason.size();
        }
    }
    RowCount suspended{0, 0, 1, 0}; // those that come lie behind the others
    for (const auto& [sequence, row] : generation.suspended) {
        suspended.changed += row ? 0 : 1;
        suspended.added_bytes += row ? suspended_bytes : 0;
    }
    return pages_for(transaction, tables.of<Sales>(), sales.rows) +
           pages_for(transaction, tables.of<SaleEnds>(), sales.ends) +
           pages_for(transaction, tables.of<Orders>(), orders) +
           pages_for(transaction, tables.of<Waiters>(), waiting.lists) +
           // Ids grow: an order's place lies behind those of all orders from before.
           pages_for(transaction, tables.of<OrderPlaces>(),
                     {0, places, 1, places * order_place_bytes}) +
           pages_for(transaction, tables.of<ExternalPayments>(), payments) +
           pages_for(transaction, tables.of<Suspended>(), suspended) +
           pages_for(transaction, tables.of<GatewayRefs>(),
                     spread(generation.gateway_refs.size(), gateway_ref_bytes));
}

} // namespace

std::uint64_t dirty_pages_of_rows(MDB_txn* transaction, const TableHandles& tables,
                                  const Generation& generation) {
    const Parts packets =
        parts_of(generation.packets, claim_bytes,
                 [](const Generation::PacketPart& part) { return part.new_claims.size(); });
    const Parts campaigns =
        parts_of(generation.campaigns, shake_bytes,
                 [](const Generation::CampaignPart& part) { return part.new_shakes.size(); });
    const RowCount keys{0, generation.keys.size(), 1, generation.keys.size() * key_row_bytes};
    return pages_for(transaction, tables.of<Totals>(), {1, 0, 0, 0}) +
           pages_for(transaction, tables.of<Packets>(), packets.rows) +
           pages_for(transaction, tables.of<Expiries>(), packets.ends) +
           pages_for(transaction, tables.of<Claims>(), packets.lists) +
           pages_for(transaction, tables.of<Campaigns>(), campaigns.rows) +
           pages_for(transaction, tables.of<CampaignEnds>(), campaigns.ends) +
           pages_for(transaction, tables.of<Shakes>(), campaigns.lists) +
           by_user_pages(transaction, tables, generation) +
           recipients_pages(transaction, tables, generation) +
           pages_for(transaction, tables.of<Keys>(), keys) +
           pages_for(transaction, tables.of<DepositRefs>(),
                     spread(generation.deposit_refs.size(), deposit_ref_bytes)) +
           account_pages(transaction, tables, generation) +
           sale_pages(transaction, tables, generation);
}

std::uint64_t pages_in(MDB_txn* transaction, MDB_dbi table) {
    MDB_stat stat{};
    mdb_stat(transaction, table, &stat);
    return stat.ms_branch_pages + stat.ms_leaf_pages + stat.ms_overflow_pages;
}

} // namespace hongbao::persistence
