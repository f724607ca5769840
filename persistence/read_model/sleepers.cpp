// Role: entities as they sleep in the read model, for those who wake them: the newest state, or the
// end of the process if what is there does not fit together.
#include "persistence/read_model/sleepers.hpp"

#include "persistence/read_model/lmdb_read_model.hpp"
#include "persistence/read_model/view.hpp"

namespace hongbao::persistence {

bool add_claim(domain::Packet& packet, const domain::UserId& user_id, const ClaimRow& claim) {
    const std::int64_t rest_count = packet.remaining_count - 1;
    const domain::Fen rest_fen = packet.remaining_fen - claim.amount_fen;
    if (rest_count < 0 || claim.amount_fen < 1 || rest_fen < rest_count ||
        (rest_count == 0 && rest_fen != 0) || packet.claims.contains(user_id)) {
        return false;
    }
    domain::apply(packet, domain::ShareOpened{packet.terms.packet_id, user_id, claim.amount_fen},
                  claim.opened_at);
    return true;
}

Waking close_and_compare(SleepingPacket& sleeping) {
    if (!sleeping.closed) {
        return sleeping.packet.remaining_fen == sleeping.remaining_fen ? Waking::whole
                                                                       : Waking::does_not_fit;
    }
    if (sleeping.closed->refund_fen != sleeping.packet.remaining_fen ||
        sleeping.remaining_fen != 0) {
        return Waking::does_not_fit;
    }
    domain::apply(sleeping.packet, *sleeping.closed, sleeping.closed_at);
    return Waking::whole;
}

bool add_shake(domain::Campaign& campaign, const domain::UserId& user_id, const ShakeRow& shake) {
    const bool is_possible =
        shake.amount_fen >= 0 && shake.amount_fen <= campaign.remaining_fen && shake.round >= 1 &&
        shake.round <= static_cast<std::int64_t>(campaign.terms.rounds.size()) &&
        campaign.shakes.find(user_id, shake.request_id) == nullptr;
    if (is_possible) {
        domain::apply(campaign,
                      domain::ShakeDrawn{campaign.terms.campaign_id, user_id, shake.request_id,
                                         static_cast<std::int32_t>(shake.round), shake.amount_fen},
                      shake.drawn_at);
    }
    return is_possible;
}

Waking close_and_compare(SleepingCampaign& sleeping) {
    domain::Campaign& campaign = sleeping.campaign;
    const domain::Fen left_fen =
        sleeping.closed ? sleeping.closed->refund_fen : sleeping.remaining_fen;
    if (campaign.remaining_fen != left_fen || (sleeping.closed && sleeping.remaining_fen != 0)) {
        return Waking::does_not_fit;
    }
    if (sleeping.closed) {
        domain::apply(campaign, *sleeping.closed, sleeping.closed_at);
    }
    return Waking::whole;
}

std::optional<SleepingAccount> LmdbReadModel::account(const domain::UserId& user_id) const {
    ModelView view = look();
    const auto number = view.may_have(view.number(user_id));
    if (!number) {
        return std::nullopt;
    }
    AccountRow row = view.must_have(view.get<Accounts>(*number));
    if (row.account.profile.user_id != user_id) {
        view.give_up();
    }
    return SleepingAccount{std::move(row.account), row.as_of};
}

std::optional<SleepingPacket> LmdbReadModel::packet(domain::PacketId packet_id) const {
    ModelView view = look();
    const auto row = view.may_have(view.get<Packets>(packet_id));
    if (!row) {
        return std::nullopt;
    }
    return view.must_have(sleeping_packet(packet_id, *row, view));
}

std::optional<SleepingCampaign> LmdbReadModel::campaign(domain::CampaignId campaign_id) const {
    ModelView view = look();
    const auto row = view.may_have(view.get<Campaigns>(campaign_id));
    if (!row) {
        return std::nullopt;
    }
    return view.must_have(sleeping_campaign(
        campaign_id, *row, [&view](domain::Sequence sequence) { return view.record(sequence); }));
}

void LmdbReadModel::wake_without_rows(SleepingPacket& sleeping) const {
    ModelView view = look();
    const auto row = view.must_have(view.get<Packets>(sleeping.packet.terms.packet_id));
    if (!stand_without_claims(sleeping.packet, row, view)) {
        view.give_up();
    }
}

void LmdbReadModel::wake_without_rows(SleepingCampaign& sleeping) const {
    sleeping.campaign.remaining_fen =
        sleeping.closed ? sleeping.closed->refund_fen : sleeping.remaining_fen;
    if (sleeping.closed) {
        domain::apply(sleeping.campaign, *sleeping.closed, sleeping.closed_at);
    }
}

std::optional<domain::Claim> LmdbReadModel::claim_of(domain::PacketId packet_id,
                                                     const domain::UserId& user_id) const {
    ModelView view = look();
    const auto account = view.may_have(view.number(user_id));
    const auto claim = account ? view.claim_of(packet_id, *account) : std::nullopt;
    return claim ? std::optional(domain::Claim{claim->amount_fen, claim->opened_at}) : std::nullopt;
}

std::optional<domain::RepeatedShake> LmdbReadModel::shake_of(domain::CampaignId campaign_id,
                                                             const domain::UserId& user_id,
                                                             const std::string& request_id) const {
    ModelView view = look();
    const auto account = view.may_have(view.number(user_id));
    const auto shake = account ? view.shake_of(campaign_id, *account, request_id) : std::nullopt;
    return shake ? std::optional(domain::RepeatedShake{static_cast<std::int32_t>(shake->round),
                                                       shake->amount_fen, shake->drawn_at})
                 : std::nullopt;
}

bool LmdbReadModel::wake_further(SleepingCampaign& sleeping, std::uint64_t shakes_max) const {
    ModelView view = look();
    const auto waking = persistence::wake_further(
        sleeping, shakes_max,
        [&](std::uint64_t shake_no) {
            return view.get<Shakes>({sleeping.campaign.terms.campaign_id, shake_no});
        },
        [&](AccountNumber number) { return view.get<Accounts>(number); });
    if (waking == Waking::does_not_fit) {
        view.give_up();
    }
    return waking == Waking::whole;
}

bool LmdbReadModel::wake_further(SleepingPacket& sleeping, std::uint64_t claims_max) const {
    ModelView view = look();
    const auto waking = persistence::wake_further(
        sleeping, claims_max,
        [&](std::uint64_t claim_no) {
            return view.get<Claims>({sleeping.packet.terms.packet_id, claim_no});
        },
        [&](AccountNumber number) { return view.get<Accounts>(number); });
    if (waking == Waking::does_not_fit) {
        view.give_up();
    }
    return waking == Waking::whole;
}

} // namespace hongbao::persistence
