// Role: rows to bytes and back.
#include "persistence/read_model/rows/rows.hpp"

#include "persistence/read_model/rows/bytes.hpp"

#include <algorithm>

namespace hongbao::persistence {

namespace {

using domain::Sequence;
using Bytes = std::span<const std::byte>;

template <typename Numbers>
void put_each(RowWriter& writer, const Numbers& numbers) {
    for (const auto number : numbers) {
        writer.put(number);
    }
}

} // namespace

const Side* Sides::of(AccountNumber account) const {
    for (std::size_t i = 0; i < count; ++i) {
        if (side[i].account == account) {
            return &side[i];
        }
    }
    return nullptr;
}

void encode(const AccountRow& row, AccountNumber key, RowBytes& bytes) {
    const auto& [profile, standing] = row.account;
    RowWriter writer(bytes);
    writer.put_text(profile.user_id)
        .put_text(profile.username)
        .put_text(profile.avatar_url)
        .put(profile.type)
        .put(profile.created_at)
        .put(standing.status)
        .put(standing.balance_fen)
        .put(standing.send_day)
        .put(standing.sends_on_day)
        .put(standing.sent_on_day_fen)
        .put(row.line_count)
        .put(row.last_line)
        .put(row.last_order)
        .put(row.as_of);
    put_each(writer, row.last_line_of_type);
    writer.seal(key);
}

std::optional<AccountRow> decode_account(Bytes bytes, AccountNumber key) {
    AccountRow row;
    auto& [profile, standing] = row.account;
    RowReader reader(bytes, key);
    reader.get_text(profile.user_id)
        .get_text(profile.username)
        .get_text(profile.avatar_url)
        .get(profile.type)
        .get(profile.created_at)
        .get(standing.status)
        .get(standing.balance_fen)
        .get(standing.send_day)
        .get(standing.sends_on_day)
        .get(standing.sent_on_day_fen)
        .get(row.line_count)
        .get(row.last_line)
        .get(row.last_order)
        .get(row.as_of);
    for (Sequence& last : row.last_line_of_type) {
        reader.get(last);
    }
    return reader.ok() ? std::optional(std::move(row)) : std::nullopt;
}

void encode(const PacketRow& row, std::uint64_t key, RowBytes& bytes) {
    RowWriter(bytes)
        .put_no_link()
        .put(row.sent_sequence)
        .put_text(row.sender)
        .put(row.remaining_fen)
        .put(row.claim_count)
        .put(row.sender_claim)
        .put(row.luckiest_claim)
        .put(row.luckiest_fen)
        .put(row.closed_sequence)
        .put(row.share_count)
        .put(row.recipient_count)
        .put(row.expires_at)
        .put(row.as_of)
        .seal(key);
}

std::optional<PacketRow> decode_packet(Bytes bytes, std::uint64_t key) {
    PacketRow row;
    const bool ok = RowReader(bytes, key)
                        .skip_link()
                        .get(row.sent_sequence)
                        .get_text(row.sender)
                        .get(row.remaining_fen)
                        .get(row.claim_count)
                        .get(row.sender_claim)
                        .get(row.luckiest_claim)
                        .get(row.luckiest_fen)
                        .get(row.closed_sequence)
                        .get(row.share_count)
                        .get(row.recipient_count)
                        .get(row.expires_at)
                        .get(row.as_of)
                        .ok();
    return ok ? std::optional(std::move(row)) : std::nullopt;
}

void encode_recipients(const std::vector<domain::UserId>& recipients, std::uint64_t key,
                       RowBytes& bytes) {
    RowWriter writer(bytes);
    writer.put(std::uint64_t{recipients.size()});
    for (const domain::UserId& recipient : recipients) {
        writer.put_text(recipient);
    }
    writer.seal(key);
}

std::optional<std::vector<domain::UserId>> decode_recipients(Bytes bytes, std::uint64_t key) {
    RowReader reader(bytes, key);
    std::uint64_t count = 0;
    reader.get(count);
    std::vector<domain::UserId> recipients(std::min<std::uint64_t>(count, bytes.size()));
    for (domain::UserId& recipient : recipients) {
        reader.get_text(recipient);
    }
    return reader.ok() ? std::optional(std::move(recipients)) : std::nullopt;
}

void encode(const CampaignRow& row, std::uint64_t key, RowBytes& bytes) {
    RowWriter(bytes)
        .put_no_link()
        .put(row.funded_sequence)
        .put_text(row.merchant)
        .put(row.budget_fen)
        .put(row.remaining_fen)
        .put(row.shake_count)
        .put(row.win_count)
        .put(row.closed_sequence)
        .put(row.ends_at)
        .put(row.as_of)
        .seal(key);
}

std::optional<CampaignRow> decode_campaign(Bytes bytes, std::uint64_t key) {
    CampaignRow row;
    const bool ok = RowReader(bytes, key)
                        .skip_link()
                        .get(row.funded_sequence)
                        .get_text(row.merchant)
                        .get(row.budget_fen)
                        .get(row.remaining_fen)
                        .get(row.shake_count)
                        .get(row.win_count)
                        .get(row.closed_sequence)
                        .get(row.ends_at)
                        .get(row.as_of)
                        .ok();
    return ok ? std::optional(std::move(row)) : std::nullopt;
}

ClaimKey shake_key(domain::CampaignId campaign_id, std::uint64_t shake_no) {
    return big_endian(campaign_id.value, shake_no);
}

void encode(const ShakeRow& row, const ClaimKey& key, RowBytes& bytes) {
    RowWriter(bytes)
        .put(row.account)
        .put_text(row.request_id)
        .put(row.round)
        .put(row.amount_fen)
        .put(row.drawn_at)
        .put(row.sequence)
        .put(row.win_count)
        .put(row.remaining_fen)
        .seal(number_of_key(key));
}

std::optional<ShakeRow> decode_shake(Bytes bytes, const ClaimKey& key) {
    ShakeRow row;
    const bool ok = RowReader(bytes, number_of_key(key))
                        .get(row.account)
                        .get_text(row.request_id)
                        .get(row.round)
                        .get(row.amount_fen)
                        .get(row.drawn_at)
                        .get(row.sequence)
                        .get(row.win_count)
                        .get(row.remaining_fen)
                        .ok();
    return ok ? std::optional(std::move(row)) : std::nullopt;
}

ClaimKey claim_key(domain::PacketId packet_id, std::uint64_t claim_no) {
    return big_endian(packet_id.value, claim_no);
}

void encode(const ClaimRow& row, const ClaimKey& key, RowBytes& bytes) {
    RowWriter(bytes)
        .put(row.account)
        .put(row.amount_fen)
        .put(row.opened_at)
        .put(row.sequence)
        .put(row.remaining_fen)
        .seal(number_of_key(key));
}

std::optional<ClaimRow> decode_claim(Bytes bytes, const ClaimKey& key) {
    ClaimRow row;
    const bool ok = RowReader(bytes, number_of_key(key))
                        .get(row.account)
                        .get(row.amount_fen)
                        .get(row.opened_at)
                        .get(row.sequence)
                        .get(row.remaining_fen)
                        .ok();
    return ok ? std::optional(std::move(row)) : std::nullopt;
}

ExpiryKey expiry_key(const OpenPacket& packet) {
    return big_endian(static_cast<std::uint64_t>(packet.expires_at), packet.packet_id.value);
}

ExpiryKey expiry_key(const OpenCampaign& campaign) {
    return big_endian(static_cast<std::uint64_t>(campaign.ends_at), campaign.campaign_id.value);
}

void encode_expiry(const ExpiryKey& key, RowBytes& bytes) {
    RowWriter(bytes).seal(number_of_key(key));
}

std::optional<OpenPacket> decode_expiry(Bytes bytes, const ExpiryKey& key) {
    if (!RowReader(bytes, number_of_key(key)).ok()) {
        return std::nullopt;
    }
    const auto number_at = [&key](std::size_t begin) {
        std::uint64_t number = 0;
        for (std::size_t i = begin; i < begin + 8; ++i) {
            number = number << 8U | static_cast<std::uint64_t>(key[i]);
        }
        return number;
    };
    return OpenPacket{{number_at(8)}, static_cast<domain::InstantMs>(number_at(0))};
}

void encode(const KeyRow& row, RowBytes& bytes) {
    RowWriter(bytes)
        .put_no_link()
        .put_raw(std::as_bytes(std::span(row.digest)))
        .put_raw(std::as_bytes(std::span(row.fingerprint)))
        .put(row.elapsed_ms)
        .seal(row.sequence);
}

std::optional<KeyRow> decode_key(Bytes bytes, domain::Sequence sequence) {
    KeyRow row;
    row.sequence = sequence;
    const bool ok = RowReader(bytes, sequence)
                        .skip_link()
                        .get_raw(row.digest)
                        .get_raw(row.fingerprint)
                        .get(row.elapsed_ms)
                        .ok();
    return ok ? std::optional(row) : std::nullopt;
}

void encode(const DepositRefRow& row, const domain::Digest& key, RowBytes& bytes) {
    RowWriter(bytes)
        .put_no_link()
        .put(row.sequence)
        .put(row.amount_fen)
        .seal(number_of_key(std::as_bytes(std::span(key))));
}

std::optional<DepositRefRow> decode_deposit_ref(Bytes bytes, const domain::Digest& key) {
    DepositRefRow row;
    const bool ok = RowReader(bytes, number_of_key(std::as_bytes(std::span(key))))
                        .skip_link()
                        .get(row.sequence)
                        .get(row.amount_fen)
                        .ok();
    return ok ? std::optional(row) : std::nullopt;
}

void encode(const ModelTotals& totals, const JournalId& journal_id, RowBytes& bytes) {
    RowWriter(bytes)
        .put_raw(std::as_bytes(std::span(journal_id)))
        .put(totals.position.last_sequence)
        .put_raw(std::as_bytes(std::span(totals.position.chain_hash)))
        .put(totals.account_count)
        .put(totals.open_packet_count)
        .put(totals.open_campaign_count)
        .put(totals.unclosed_sale_count)
        .put(totals.order_count)
        .put(totals.gateway_ref_count)
        .put(totals.deposit_ref_count)
        .put(totals.suspended_count)
        .put(totals.largest_id)
        .put_raw(std::as_bytes(std::span(&totals.deposited_fen, 1)))
        .put_raw(std::as_bytes(std::span(&totals.withdrawn_fen, 1)))
        .put_raw(std::as_bytes(std::span(&totals.held.accounts_fen, 1)))
        .put_raw(std::as_bytes(std::span(&totals.held.packets_fen, 1)))
        .put_raw(std::as_bytes(std::span(&totals.held.campaigns_fen, 1)))
        .put_raw(std::as_bytes(std::span(&totals.held.sales_fen, 1)))
        .put_raw(std::as_bytes(std::span(&totals.held.suspended_fen, 1)))
        .put(totals.elapsed_ms)
        .put(totals.last_at)
        .put(totals.latest_at)
        .seal(model_format_version);
}

std::optional<ModelTotals> decode_totals(Bytes bytes, const JournalId& journal_id) {
    ModelTotals totals;
    JournalId id{};
    const bool ok = RowReader(bytes, model_format_version)
                        .get_raw(id)
                        .get(totals.position.last_sequence)
                        .get_raw(totals.position.chain_hash)
                        .get(totals.account_count)
                        .get(totals.open_packet_count)
                        .get(totals.open_campaign_count)
                        .get(totals.unclosed_sale_count)
                        .get(totals.order_count)
                        .get(totals.gateway_ref_count)
                        .get(totals.deposit_ref_count)
                        .get(totals.suspended_count)
                        .get(totals.largest_id)
                        .get_raw(totals.deposited_fen)
                        .get_raw(totals.withdrawn_fen)
                        .get_raw(totals.held.accounts_fen)
                        .get_raw(totals.held.packets_fen)
                        .get_raw(totals.held.campaigns_fen)
                        .get_raw(totals.held.sales_fen)
                        .get_raw(totals.held.suspended_fen)
                        .get(totals.elapsed_ms)
                        .get(totals.last_at)
                        .get(totals.latest_at)
                        .ok();
    return ok && id == journal_id ? std::optional(totals) : std::nullopt;
}

void encode_number(AccountNumber number, std::string_view user_id, RowBytes& bytes) {
    RowWriter(bytes).put_no_link().put(number).seal(
        number_of_key(std::as_bytes(std::span(user_id))));
}

std::optional<AccountNumber> decode_number(Bytes bytes, std::string_view user_id) {
    AccountNumber number = 0;
    const bool ok = RowReader(bytes, number_of_key(std::as_bytes(std::span(user_id))))
                        .skip_link()
                        .get(number)
                        .ok();
    return ok ? std::optional(number) : std::nullopt;
}

} // namespace hongbao::persistence
