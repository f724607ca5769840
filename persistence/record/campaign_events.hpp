// Role: how the events of campaigns lie in a record.
#pragma once

#include "persistence/record/event_codec.hpp"

#include "domain/limits.hpp"

#include <vector>

namespace hongbao::persistence {

inline Complaint wrong_wins(std::int32_t wins_per_user) {
    return wins_per_user < 1 ? "a user may not win even once" : "";
}

inline Complaint wrong_round(const domain::CampaignRound& round) {
    return first_of(wrong_instant(round.starts_at), wrong_instant(round.ends_at),
                    wrong_amount(round.share_fen_min), wrong_amount(round.share_fen_max),
                    wrong_wins(round.wins_per_user),
                    round.win_permille < 1 || round.win_permille > 1'000
                        ? "a chance of winning is not within 1 … 1,000 permille"
                        : "");
}

template <>
struct EventCodec<domain::CampaignFunded> : Unflagged {
    using Table = fb::CampaignFunded;

    static Complaint check(const domain::CampaignFunded& event) {
        Complaint first = first_of(wrong_id(event.merchant), wrong_text(event.name),
                                   wrong_text(event.picture), wrong_text(event.text),
                                   wrong_amount(event.budget_fen), wrong_wins(event.wins_per_user));
        if (first.empty() &&
            (event.rounds.empty() || event.rounds.size() > domain::campaign_rounds_max)) {
            first = "a campaign has no rounds, or too many";
        }
        for (const domain::CampaignRound& round : event.rounds) {
            first = first.empty() ? wrong_round(round) : first;
        }
        return first;
    }
    static Offset<Table> encode(Builder& builder, const domain::CampaignFunded& event) {
        std::vector<Offset<fb::CampaignRound>> rounds;
        for (const domain::CampaignRound& round : event.rounds) {
            rounds.push_back(fb::CreateCampaignRound(builder, round.starts_at, round.ends_at,
                                                     round.win_permille, round.share_fen_min,
                                                     round.share_fen_max, round.wins_per_user));
        }
        return fb::CreateCampaignFunded(
            builder, event.campaign_id.value, text(builder, event.merchant),
            text(builder, event.name), event.budget_fen, event.wins_per_user,
            builder.CreateVector(rounds), text(builder, event.picture), text(builder, event.text));
    }
    static Complaint decode(domain::CampaignFunded& event, const Table& from) {
        event.campaign_id.value = from.campaign_id();
        take(event.merchant, from.merchant());
        take(event.name, from.name());
        take(event.picture, from.picture());
        take(event.text, from.text());
        event.budget_fen = from.budget_fen();
        event.wins_per_user = from.wins_per_user();
        event.rounds.clear();
        if (from.rounds()->size() > domain::campaign_rounds_max) {
            return "it has more rounds than a campaign can have";
        }
        for (const fb::CampaignRound* round : *from.rounds()) {
            event.rounds.push_back({round->starts_at(), round->ends_at(), round->win_permille(),
                                    round->share_fen_min(), round->share_fen_max(),
                                    round->wins_per_user()});
        }
        return "";
    }
};

template <>
struct EventCodec<domain::ShakeDrawn> : Unflagged {
    using Table = fb::ShakeDrawn;

    static Complaint check(const domain::ShakeDrawn& event) {
        const std::size_t request_bytes = event.shake_key.size();
        return first_of(wrong_id(event.user_id),
                        request_bytes < 1 || request_bytes > shake_request_bytes_max
                            ? "the request id of a shake is not 1–64 bytes long"
                            : "",
                        event.round < 1 ? "rounds count from 1" : "",
                        wrong_amount_if_any(event.amount_fen));
    }
    static Offset<Table> encode(Builder& builder, const domain::ShakeDrawn& event) {
        return fb::CreateShakeDrawn(builder, event.campaign_id.value, text(builder, event.user_id),
                                    text(builder, event.shake_key), event.round, event.amount_fen);
    }
    static Complaint decode(domain::ShakeDrawn& event, const Table& from) {
        event.campaign_id.value = from.campaign_id();
        take(event.user_id, from.user_id());
        take(event.shake_key, from.shake_key());
        event.round = from.round();
        event.amount_fen = from.amount_fen();
        return "";
    }
};

template <>
struct EventCodec<domain::CampaignClosed> : Unflagged {
    using Table = fb::CampaignClosed;

    static Complaint check(const domain::CampaignClosed& event) {
        return first_of(wrong_id(event.merchant), wrong_amount(event.refund_fen));
    }
    static Offset<Table> encode(Builder& builder, const domain::CampaignClosed& event) {
        return fb::CreateCampaignClosed(builder, event.campaign_id.value,
                                        text(builder, event.merchant), event.refund_fen,
                                        event.funded_sequence);
    }
    static Complaint decode(domain::CampaignClosed& event, const Table& from) {
        event.campaign_id.value = from.campaign_id();
        take(event.merchant, from.merchant());
        event.refund_fen = from.refund_fen();
        event.funded_sequence = from.funded_sequence();
        return "";
    }
};

} // namespace hongbao::persistence
