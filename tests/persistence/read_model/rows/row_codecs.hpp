// Role: the rows of the read model for tests that pin their bytes: how each is written and read,
// what seals it, and all its fields. The only place in those tests that names the functions under
// test; a field that a row gains or loses breaks its binding here, so it has to be pinned.
#pragma once

#include "persistence/read_model/rows/linked_rows.hpp"
#include "persistence/read_model/rows/tables.hpp"
#include "tests/persistence/read_model/rows/row_keys.hpp"

#include <cstring>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

namespace hongbao::testing {

using namespace persistence;
using Bytes = std::span<const std::byte>;

struct OnlyOne {}; // a key

template <typename Row, typename Key>
RowBytes encode_row(const Row& row, const Key& key) {
    RowBytes bytes;
    encode(row, key, bytes);
    return bytes;
}
inline RowBytes encode_row(const LinkedEnds& row, const OnlyOne&) {
    RowBytes bytes;
    encode(row, bytes);
    return bytes;
}

/// The last argument only says which row is wanted.
template <typename Row, typename Key>
auto decode_row(Bytes bytes, const Key& key, const Row*) {
    return decode<Row>(bytes, key);
}
inline auto decode_row(Bytes bytes, const JournalId& key, const ModelTotals*) {
    return decode_totals(bytes, key);
}
inline auto decode_row(Bytes bytes, const OnlyOne&, const LinkedEnds*) {
    return decode_ends(bytes);
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
    return 10; // the format's version
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
template <typename Byte, std::size_t size>
std::array<Byte, size> another(std::array<Byte, size> key) {
    key.back() = Byte{static_cast<std::uint8_t>(static_cast<std::uint8_t>(key.back()) ^ 1U)};
    return key;
}

inline auto fields_of(const AccountRow& row) {
    const auto& [account, lines, line, line_of_type, as_of] = row;
    const auto& [profile, standing] = account;
    const auto& [user_id, username, avatar_url, type, created_at] = profile;
    const auto& [status, balance_fen, day, sends, sent_fen, change] = standing;
    const domain::StatusChange changed = change ? *change : domain::StatusChange{};
    return std::tuple(user_id, username, avatar_url, type, created_at, status, balance_fen, day,
                      sends, sent_fen, change != nullptr, changed.at, changed.reason, lines, line,
                      line_of_type, as_of);
}
inline auto fields_of(const LinkedEnds& row) {
    const auto& [last, forgotten] = row;
    return std::tuple(last, forgotten);
}
inline auto fields_of(const ModelTotals& row) {
    const auto& [position, accounts, packets, campaigns, sales, orders, refs, deposits, suspended,
                 operations, keys, switches, invitations, webhooks, id, in_fen, out_fen, held,
                 elapsed_ms, last_at, latest_at, set_back] = row;
    const auto& [sequence, hash] = position;
    const auto& [accounts_fen, packets_fen, campaigns_fen, sales_fen, suspended_fen] = held;
    return std::tuple(sequence, hash, accounts, packets, campaigns, sales, orders, refs, deposits,
                      suspended, operations, keys, switches, invitations, webhooks, id, in_fen,
                      out_fen, accounts_fen, packets_fen, campaigns_fen, sales_fen, suspended_fen,
                      elapsed_ms, last_at, latest_at, set_back);
}
inline auto fields_of(const AccessKeyRow& row) {
    const auto& [made, previous_hash, previous_until, created_at, rotated_at, revoked_at] = row.key;
    const auto& [key_id, name, scope, account, hash, expires_at, ranges] = made;
    return std::tuple(key_id, name, scope, account, hash, expires_at, ranges, previous_hash,
                      previous_until, created_at, rotated_at, revoked_at);
}
inline auto fields_of(const SwitchRow& row) {
    const auto& [a, b, c, d, e] = row;
    return std::tuple(a, b, c, d, e);
}
inline auto fields_of(const InvitationRow& row) {
    const auto& [made, created_at, revoked_at, guests] = row.invitation;
    const auto& [id, hash, campaign, guests_max, expires_at, ranges] = made;
    return std::tuple(id, hash, campaign.value, guests_max, expires_at, ranges, created_at,
                      revoked_at, guests);
}
inline auto fields_of(const WebhookRow& row) {
    const auto& [webhook, is_paused] = row;
    const auto& [made, created_at, changed_at] = webhook;
    return std::tuple(made.webhook_id, made.url, made.types, is_paused, made.pause_reason,
                      made.secret_version, made.previous_until, made.delivered, created_at,
                      changed_at);
}
inline auto fields_of(const EndRow&) {
    return std::tuple();
}
inline auto fields_of(const ListedRow&) {
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
inline auto fields_of(const WaiterRow& row) {
    const auto& [a, b] = row;
    return std::tuple(a, b);
}
inline auto fields_of(const SuspendedRow& row) {
    const auto& [a, b, c] = row;
    return std::tuple(a, b, c);
}
inline auto fields_of(const LineMarkRow& row) {
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
inline auto fields_of(const DayRow& row) {
    const auto& [a, b, c, d, e, f, g] = row;
    return std::tuple(a, b, c, d, e, f, g);
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
    const auto& [a, b, c, d, e, f, g, h, i, j] = row;
    return std::tuple(a, b, c, d, e, f, g, h, i, j);
}
inline auto fields_of(const PacketRow& row) {
    const auto& [a, b, c, d, e, f, g, h, i, j, k, l] = row;
    return std::tuple(a, b, c, d, e, f, g, h, i, j, k, l);
}
inline auto fields_of(const SaleRow& row) {
    const auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n] = row;
    return std::tuple(a, b, c, d, e, f, g, h, i, j, k, l, m, n);
}
template <typename Row> // of one field
auto fields_of(const Row& row) {
    const auto& [a] = row;
    return std::tuple(a);
}

} // namespace hongbao::testing
