// Role: counting and adding up.
#include "persistence/model_check.hpp"

namespace hongbao::persistence {

namespace {

std::string differs(const char* what, std::uint64_t found, std::uint64_t expected) {
    return "the read model has " + std::to_string(found) + " " + what + " instead of " +
           std::to_string(expected);
}

} // namespace

std::optional<Failure> check_model(const ModelStore& store, const std::atomic<bool>& stopping) {
    ModelReader reader(store);
    reader.check_ways();
    const auto totals = reader.totals();
    if (!totals) {
        return reader.damage().empty() ? std::nullopt : std::optional(Failure{reader.damage()});
    }
    std::uint64_t accounts = 0;
    domain::FenSum held_fen = 0;
    reader.each_account([&](AccountNumber, AccountRow&& row) {
        accounts += 1;
        held_fen += row.account.standing.balance_fen;
        return !stopping;
    });
    std::uint64_t open_packets = 0;
    reader.each_packet([&](domain::PacketId, PacketRow&& row) {
        open_packets += row.is_open() ? 1 : 0;
        held_fen += row.remaining_fen;
        return !stopping;
    });
    std::uint64_t numbers = 0;
    reader.each_number([&](std::string_view, AccountNumber) {
        numbers += 1;
        return !stopping;
    });
    std::uint64_t expiries = 0;
    reader.each_open_packet([&](const OpenPacket&) {
        expiries += 1;
        return !stopping;
    });
    std::uint64_t open_campaigns = 0;
    reader.each_campaign([&](domain::CampaignId, CampaignRow&& row) {
        open_campaigns += row.is_open() ? 1 : 0;
        held_fen += row.remaining_fen;
        return !stopping;
    });
    std::uint64_t campaign_ends = 0;
    reader.each_open_campaign([&](const OpenCampaign&) {
        campaign_ends += 1;
        return !stopping;
    });
    reader.each_key([&](KeyRow&&) { return !stopping; });
    if (stopping) {
        return std::nullopt;
    }
    if (!reader.damage().empty()) {
        return Failure{reader.damage()};
    }
    if (accounts != totals->account_count || numbers != totals->account_count) {
        return Failure{differs("accounts and account numbers", std::min(accounts, numbers),
                               totals->account_count)};
    }
    if (open_packets != totals->open_packet_count || expiries != totals->open_packet_count) {
        return Failure{differs("open packets and times of expiry", std::min(open_packets, expiries),
                               totals->open_packet_count)};
    }
    if (open_campaigns != totals->open_campaign_count ||
        campaign_ends != totals->open_campaign_count) {
        return Failure{differs("open campaigns and ends of campaigns",
                               std::min(open_campaigns, campaign_ends),
                               totals->open_campaign_count)};
    }
    if (held_fen != totals->deposited_fen - totals->withdrawn_fen) {
        return Failure{
            "what the read model's accounts, packets and campaigns hold is not what was deposited"};
    }
    return std::nullopt;
}

} // namespace hongbao::persistence
