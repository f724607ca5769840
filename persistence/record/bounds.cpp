// Role: the bounds, one overload per event.
#include "persistence/record/bounds.hpp"

#include "domain/limits.hpp"
#include "domain/values/rfc3339.hpp"

#include <string_view>
#include <variant>

namespace hongbao::persistence {

namespace {

using Complaint = std::string_view; // of literals; empty: none

Complaint wrong_id(const domain::UserId& user_id) {
    return user_id.empty() || user_id.size() > user_id_bytes_max ? "a user id is not of 1–64 bytes"
                                                                 : "";
}

Complaint wrong_amount(domain::Fen amount_fen) {
    return amount_fen < 1 || amount_fen > domain::balance_fen_max
               ? "an amount is not within 1 … 2^53-1 fen"
               : "";
}

/// Of what moves nothing at times.
Complaint wrong_amount_if_any(domain::Fen amount_fen) {
    return amount_fen == 0 ? "" : wrong_amount(amount_fen);
}

Complaint wrong_text(const std::string& text) {
    return text.size() > text_bytes_max ? "a text is longer than 4,096 bytes" : "";
}

Complaint wrong_instant(domain::InstantMs at) {
    return at < 0 || at > domain::instant_ms_max ? "an instant is not within the years 1970–9999"
                                                 : "";
}

template <typename... Complaints>
Complaint first_of(Complaints... complaints) {
    Complaint first;
    ((first = first.empty() ? complaints : first), ...);
    return first;
}

Complaint wrong_wins(std::int32_t wins_per_user) {
    return wins_per_user < 1 ? "a user may win less than once" : "";
}

Complaint wrong_round(const domain::CampaignRound& round) {
    return first_of(wrong_instant(round.starts_at), wrong_instant(round.ends_at),
                    wrong_amount(round.share_fen_min), wrong_amount(round.share_fen_max),
                    wrong_wins(round.wins_per_user),
                    round.win_permille < 1 || round.win_permille > 1'000
                        ? "a chance of winning is not within 1 … 1,000 permille"
                        : "");
}

Complaint wrong_gateway_ref(const std::string& gateway_ref) {
    return gateway_ref.empty() || gateway_ref.size() > gateway_ref_bytes_max
               ? "a gateway's reference is not of 1–255 bytes"
               : "";
}

Complaint wrong_quantity(std::int64_t quantity) {
    return quantity < 1 || quantity > domain::sale_stock_max
               ? "a number of units is not within 1 … 10,000,000"
               : "";
}

/// Every amount of a sale is what some of its stock costs.
Complaint wrong_worth(const domain::SaleOpened& sale) {
    domain::Fen worth_fen = 0;
    return !domain::multiply_fen(sale.price_fen, sale.stock, worth_fen) ||
                   worth_fen > domain::balance_fen_max
               ? "a sale's stock costs more than 2^53-1 fen"
               : "";
}

/// Of a sale whose end is an instant.
Complaint wrong_seconds(const domain::SaleOpened& sale) {
    if (sale.payment_window_s < domain::payment_window_s_min ||
        sale.payment_window_s > domain::payment_window_s_max) {
        return "a time to pay is not within 1 … 259,200 s";
    }
    const std::int64_t left_s = (domain::instant_ms_max - sale.ends_at) / domain::ms_per_s;
    return sale.refund_period_s < 0 || sale.refund_period_s > left_s
               ? "a time for refunds does not end within the years 1970–9999"
               : "";
}

struct Check {
    Complaint operator()(const domain::AccountOpened& event) const {
        return first_of(wrong_id(event.user_id), wrong_text(event.username),
                        wrong_text(event.avatar_url));
    }
    Complaint operator()(const domain::AccountStatusChanged& event) const {
        return first_of(wrong_id(event.user_id), wrong_text(event.reason));
    }
    Complaint operator()(const domain::Deposited& event) const {
        return first_of(wrong_id(event.user_id), wrong_amount(event.amount_fen),
                        wrong_text(event.reference));
    }
    Complaint operator()(const domain::Withdrawn& event) const {
        return first_of(wrong_id(event.user_id), wrong_amount(event.amount_fen),
                        wrong_text(event.reference));
    }
    Complaint operator()(const domain::Transferred& event) const {
        return first_of(wrong_id(event.from), wrong_id(event.to),
                        event.from == event.to ? "a transfer goes to its own sender" : "",
                        wrong_amount(event.amount_fen), wrong_text(event.memo));
    }
    Complaint operator()(const domain::PacketSent& event) const {
        Complaint first = first_of(wrong_id(event.sender), wrong_amount(event.total_fen),
                                   wrong_amount(event.share_fen_max), wrong_text(event.blessing),
                                   wrong_instant(event.expires_at));
        if (first.empty() && (event.count < 1 || event.count > event.total_fen)) {
            first = "a packet has less than a fen for each share";
        }
        if (first.empty() && event.seed && event.count > domain::shares_up_front_max) {
            first = "a packet has more shares than are drawn up front";
        }
        for (const domain::UserId& recipient : event.recipients) {
            first = first.empty() ? wrong_id(recipient) : first;
        }
        return first;
    }
    Complaint operator()(const domain::ShareOpened& event) const {
        return first_of(wrong_id(event.user_id), wrong_amount(event.amount_fen));
    }
    Complaint operator()(const domain::PacketClosed& event) const {
        return first_of(wrong_id(event.sender), wrong_amount(event.refund_fen));
    }
    Complaint operator()(const domain::CampaignFunded& event) const {
        Complaint first = first_of(wrong_id(event.merchant), wrong_text(event.name),
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
    Complaint operator()(const domain::ShakeDrawn& event) const {
        const std::size_t request_bytes = event.request_id.size();
        return first_of(wrong_id(event.user_id),
                        request_bytes < 1 || request_bytes > shake_request_bytes_max
                            ? "the request id of a shake is not of 1–64 bytes"
                            : "",
                        event.round < 1 ? "a round is counted from 1" : "",
                        wrong_amount_if_any(event.amount_fen));
    }
    Complaint operator()(const domain::CampaignClosed& event) const {
        return first_of(wrong_id(event.merchant), wrong_amount(event.refund_fen));
    }
    Complaint operator()(const domain::SaleOpened& event) const {
        const Complaint first =
            first_of(wrong_id(event.merchant), wrong_text(event.title),
                     wrong_amount(event.price_fen), wrong_quantity(event.stock), wrong_worth(event),
                     wrong_instant(event.starts_at), wrong_instant(event.ends_at));
        if (!first.empty()) {
            return first;
        }
        return event.per_user_limit < 1 || event.per_user_limit > event.stock
                   ? "a sale allows a user nothing, or more than there is"
                   : wrong_seconds(event);
    }
    Complaint operator()(const domain::OrderReserved& event) const {
        return first_of(wrong_id(event.user_id), wrong_quantity(event.quantity),
                        wrong_instant(event.pay_by));
    }
    Complaint operator()(const domain::OrderPaid& event) const {
        return first_of(wrong_id(event.user_id), wrong_quantity(event.quantity),
                        wrong_amount(event.amount_fen), wrong_instant(event.reserved_at),
                        wrong_instant(event.pay_by));
    }
    Complaint operator()(const domain::OrderCancelled& event) const {
        return wrong_id(event.user_id);
    }
    Complaint operator()(const domain::OrderTimedOut& event) const {
        return wrong_id(event.user_id);
    }
    Complaint operator()(const domain::OrderRefunded& event) const {
        return first_of(wrong_id(event.user_id), wrong_amount(event.amount_fen));
    }
    Complaint operator()(const domain::ExternalPaymentTaken& event) const {
        return first_of(
            wrong_id(event.user_id), wrong_gateway_ref(event.gateway_ref),
            wrong_amount(event.amount_fen),
            event.is_suspended && event.pays_order() ? "what pays an order is not suspended" : "");
    }
    Complaint operator()(const domain::SuspendedPaymentDecided& event) const {
        return first_of(wrong_id(event.user_id), wrong_gateway_ref(event.gateway_ref),
                        wrong_amount(event.amount_fen), wrong_text(event.reason));
    }
    Complaint operator()(const domain::WaitlistJoined& event) const {
        return wrong_id(event.user_id);
    }
    Complaint operator()(const domain::WaiterPassedOver& event) const {
        return wrong_id(event.user_id);
    }
    Complaint operator()(const domain::SaleClosed& event) const {
        return first_of(wrong_id(event.merchant), wrong_amount_if_any(event.payout_fen));
    }
    Complaint operator()(const domain::AnswerKept& event) const {
        return first_of(event.status < 100 || event.status > 599 ? "a status is none of HTTP" : "",
                        event.body.size() > answer_bytes_max ? "an answer is longer than 16 MiB"
                                                             : "");
    }
};

} // namespace

std::string what_exceeds_bounds(const domain::Record& record) {
    Complaint complaint = first_of(wrong_instant(record.at), std::visit(Check{}, record.event));
    if (complaint.empty() && std::holds_alternative<domain::AnswerKept>(record.event) &&
        !record.idempotency) {
        complaint = "an answer is kept for no idempotency key";
    }
    if (complaint.empty() && record.idempotency) {
        const std::size_t key_bytes = record.idempotency->key.size();
        complaint = key_bytes < 1 || key_bytes > idempotency_key_bytes_max
                        ? "an idempotency key is not of 1–255 bytes"
                        : "";
    }
    return std::string(complaint);
}

} // namespace hongbao::persistence
