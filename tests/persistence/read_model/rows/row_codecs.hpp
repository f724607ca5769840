// Role: the rows of the read model for tests that pin their bytes: how each is written and read,
// what seals it, and every field of it. The one place in those tests that names the functions under
// test; a field that a row gains, or loses, breaks its binding here, and has to be pinned.
#pragma once

#include "persistence/read_model/rows/bytes.hpp"
#include "persistence/read_model/rows/linked_rows.hpp"
#include "persistence/read_model/sale/rows.hpp"
#include "persistence/read_model/store/store.hpp"

#include <cstring>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

namespace hongbao::testing {

using namespace persistence;
using Bytes = std::span<const std::byte>;

// Rows that are no structure of their own.
struct NumberRow {
    AccountNumber number = 0;
};
struct WaiterRow {
    AccountNumber account = 0;
};
struct GatewayRefRow {
    domain::OrderId order_id;
};
struct RecipientsRow {
    std::vector<domain::UserId> user_ids;
};
/// Of expiries, campaign_ends and sale_ends.
struct EndRow {};
struct OnlyOne {}; // a key

template <typename Row, typename Key>
RowBytes encode_row(const Row& row, const Key& key) {
    RowBytes bytes;
    encode(row, key, bytes);
    return bytes;
}
inline RowBytes encode_row(const NumberRow& row, const std::string& key) {
    RowBytes bytes;
    encode_number(row.number, key, bytes);
    return bytes;
}
inline RowBytes encode_row(const WaiterRow& row, const ClaimKey& key) {
    RowBytes bytes;
    encode_waiter(row.account, key, bytes);
    return bytes;
}
inline RowBytes encode_row(const GatewayRefRow& row, const std::string& key) {
    RowBytes bytes;
    encode_gateway_ref(row.order_id, key, bytes);
    return bytes;
}
inline RowBytes encode_row(const RecipientsRow& row, const std::uint64_t& key) {
    RowBytes bytes;
    encode_recipients(row.user_ids, key, bytes);
    return bytes;
}
inline RowBytes encode_row(const EndRow&, const ExpiryKey& key) {
    RowBytes bytes;
    encode_expiry(key, bytes);
    return bytes;
}
inline RowBytes encode_row(const KeyRow& row, const std::uint64_t&) {
    RowBytes bytes;
    encode(row, bytes);
    return bytes;
}
inline RowBytes encode_row(const LinkedEnds& row, const OnlyOne&) {
    RowBytes bytes;
    encode(row, bytes);
    return bytes;
}

/// The last argument only says which row is wanted.
inline auto decode_row(Bytes bytes, std::uint64_t key, const AccountRow*) {
    return decode_account(bytes, key);
}
inline auto decode_row(Bytes bytes, std::uint64_t key, const PacketRow*) {
    return decode_packet(bytes, key);
}
inline auto decode_row(Bytes bytes, std::uint64_t key, const CampaignRow*) {
    return decode_campaign(bytes, key);
}
inline auto decode_row(Bytes bytes, const ClaimKey& key, const ClaimRow*) {
    return decode_claim(bytes, key);
}
inline auto decode_row(Bytes bytes, const ClaimKey& key, const ShakeRow*) {
    return decode_shake(bytes, key);
}
inline auto decode_row(Bytes bytes, std::uint64_t key, const KeyRow*) {
    return decode_key(bytes, key);
}
inline auto decode_row(Bytes bytes, const domain::Digest& key, const DepositRefRow*) {
    return decode_deposit_ref(bytes, key);
}
inline auto decode_row(Bytes bytes, const JournalId& key, const ModelTotals*) {
    return decode_totals(bytes, key);
}
inline auto decode_row(Bytes bytes, const OnlyOne&, const LinkedEnds*) {
    return decode_ends(bytes);
}
inline auto decode_row(Bytes bytes, std::uint64_t key, const SaleRow*) {
    return decode_sale(bytes, key);
}
inline auto decode_row(Bytes bytes, const ClaimKey& key, const OrderRow*) {
    return decode_order(bytes, key);
}
inline auto decode_row(Bytes bytes, const ClaimKey& key, const ExternalPaymentRow*) {
    return decode_external_payment(bytes, key);
}
inline auto decode_row(Bytes bytes, std::uint64_t key, const SuspendedRow*) {
    return decode_suspended(bytes, key);
}
inline auto decode_row(Bytes bytes, std::uint64_t key, const OrderPlace*) {
    return decode_order_place(bytes, key);
}
template <typename Row, typename Value>
std::optional<Row> wrapped(std::optional<Value>&& value) {
    return value ? std::optional<Row>(Row{std::move(*value)}) : std::nullopt;
}
inline auto decode_row(Bytes bytes, const std::string& key, const NumberRow*) {
    return wrapped<NumberRow>(decode_number(bytes, key));
}
inline auto decode_row(Bytes bytes, const ClaimKey& key, const WaiterRow*) {
    return wrapped<WaiterRow>(decode_waiter(bytes, key));
}
inline auto decode_row(Bytes bytes, const std::string& key, const GatewayRefRow*) {
    return wrapped<GatewayRefRow>(decode_gateway_ref(bytes, key));
}
inline auto decode_row(Bytes bytes, std::uint64_t key, const RecipientsRow*) {
    return wrapped<RecipientsRow>(decode_recipients(bytes, key));
}
/// What an end's key says is decoded with it: it has to be the key.
inline std::optional<EndRow> decode_row(Bytes bytes, const ExpiryKey& key, const EndRow*) {
    const auto end = decode_expiry(bytes, key);
    return end && expiry_key(*end) == key ? std::optional(EndRow{}) : std::nullopt;
}

/// What the checksum is seeded with.
inline std::uint64_t seed_of(std::uint64_t key, const void*) {
    return key;
}
template <typename Key>
std::uint64_t seed_of(const Key& key, const void*) {
    return XXH3_64bits(key.data(), key.size());
}
inline std::uint64_t seed_of(const JournalId&, const ModelTotals*) {
    return 7; // the format's version
}
inline std::uint64_t seed_of(const OnlyOne&, const LinkedEnds*) {
    return 0x656e6473;
}

inline std::uint64_t another(std::uint64_t key) {
    return key ^ 1U;
}
inline std::string another(std::string key) {
    return key += 'x';
}
template <typename Byte>
std::array<Byte, 16> another(std::array<Byte, 16> key) {
    key.back() = Byte{static_cast<std::uint8_t>(static_cast<std::uint8_t>(key.back()) ^ 1U)};
    return key;
}

inline auto fields_of(const AccountRow& row) {
    const auto& [account, lines, line, line_of_type, order, as_of] = row;
    const auto& [profile, standing] = account;
    const auto& [user_id, username, avatar_url, type, created_at] = profile;
    const auto& [status, balance_fen, day, sends, sent_fen] = standing;
    return std::tuple(user_id, username, avatar_url, type, created_at, status, balance_fen, day,
                      sends, sent_fen, lines, line, line_of_type, order, as_of);
}
inline auto fields_of(const LinkedEnds& row) {
    const auto& [last, forgotten] = row;
    return std::tuple(last, forgotten);
}
inline auto fields_of(const ModelTotals& row) {
    const auto& [position, accounts, packets, campaigns, sales, orders, refs, deposits, suspended,
                 id, in_fen, out_fen, held, elapsed_ms, last_at, latest_at] = row;
    const auto& [sequence, hash] = position;
    const auto& [accounts_fen, packets_fen, campaigns_fen, sales_fen, suspended_fen] = held;
    return std::tuple(sequence, hash, accounts, packets, campaigns, sales, orders, refs, deposits,
                      suspended, id, in_fen, out_fen, accounts_fen, packets_fen, campaigns_fen,
                      sales_fen, suspended_fen, elapsed_ms, last_at, latest_at);
}
inline auto fields_of(const EndRow&) {
    return std::tuple();
}
inline auto fields_of(const DepositRefRow& row) {
    const auto& [a, b] = row;
    return std::tuple(a, b);
}
inline auto fields_of(const OrderPlace& row) {
    const auto& [a, b] = row;
    return std::tuple(a, b);
}
inline auto fields_of(const SuspendedRow& row) {
    const auto& [a, b, c] = row;
    return std::tuple(a, b, c);
}
inline auto fields_of(const KeyRow& row) {
    const auto& [a, b, c, d] = row;
    return std::tuple(a, b, c, d);
}
inline auto fields_of(const ClaimRow& row) {
    const auto& [a, b, c, d, e] = row;
    return std::tuple(a, b, c, d, e);
}
inline auto fields_of(const ShakeRow& row) {
    const auto& [a, b, c, d, e, f, g, h] = row;
    return std::tuple(a, b, c, d, e, f, g, h);
}
inline auto fields_of(const CampaignRow& row) {
    const auto& [a, b, c, d, e, f, g, h, i] = row;
    return std::tuple(a, b, c, d, e, f, g, h, i);
}
inline auto fields_of(const ExternalPaymentRow& row) {
    const auto& [a, b, c, d, e, f, g, h, i, j] = row;
    return std::tuple(a, b, c, d, e, f, g, h, i, j);
}
inline auto fields_of(const OrderRow& row) {
    const auto& [a, b, c, d, e, f, g, h, i, j, k] = row;
    return std::tuple(a, b, c, d, e, f, g, h, i, j, k);
}
inline auto fields_of(const PacketRow& row) {
    const auto& [a, b, c, d, e, f, g, h, i, j, k, l] = row;
    return std::tuple(a, b, c, d, e, f, g, h, i, j, k, l);
}
inline auto fields_of(const SaleRow& row) {
    const auto& [a, b, c, d, e, f, g, h, i, j, k, l] = row;
    return std::tuple(a, b, c, d, e, f, g, h, i, j, k, l);
}
template <typename Row> // of one field
auto fields_of(const Row& row) {
    const auto& [a] = row;
    return std::tuple(a);
}

} // namespace hongbao::testing
