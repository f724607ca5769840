// Role: an auditor of the books: how much everybody holds, worked out from the facts alone. It
// shares no code with the domain's postings, accounts, packets or sales, only the facts' fields.
#pragma once

#include "domain/event.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <variant>

namespace hongbao::testing {

class PlainLedger {
  public:
    void note(const domain::Event& event) {
        if (const auto* opened = std::get_if<domain::AccountOpened>(&event)) {
            users[opened->user_id] = 0;
        } else if (const auto* in = std::get_if<domain::Deposited>(&event)) {
            users[in->user_id] += in->amount_fen;
            deposited_fen += in->amount_fen;
        } else if (const auto* out = std::get_if<domain::Withdrawn>(&event)) {
            users[out->user_id] -= out->amount_fen;
            withdrawn_fen += out->amount_fen;
        } else if (const auto* moved = std::get_if<domain::Transferred>(&event)) {
            users[moved->from] -= moved->amount_fen;
            users[moved->to] += moved->amount_fen;
        } else if (const auto* sent = std::get_if<domain::PacketSent>(&event)) {
            users[sent->sender] -= sent->total_fen;
            escrow[sent->packet_id.value] += sent->total_fen;
        } else if (const auto* share = std::get_if<domain::ShareOpened>(&event)) {
            escrow[share->packet_id.value] -= share->amount_fen;
            users[share->user_id] += share->amount_fen;
        } else if (const auto* closed = std::get_if<domain::PacketClosed>(&event)) {
            escrow[closed->packet_id.value] -= closed->refund_fen;
            users[closed->sender] += closed->refund_fen;
        } else if (const auto* funded = std::get_if<domain::CampaignFunded>(&event)) {
            users[funded->merchant] -= funded->budget_fen;
            escrow[funded->campaign_id.value] += funded->budget_fen;
        } else if (const auto* shake = std::get_if<domain::ShakeDrawn>(&event)) {
            escrow[shake->campaign_id.value] -= shake->amount_fen;
            users[shake->user_id] += shake->amount_fen;
        } else if (const auto* over = std::get_if<domain::CampaignClosed>(&event)) {
            escrow[over->campaign_id.value] -= over->refund_fen;
            users[over->merchant] += over->refund_fen;
        } else {
            note_of_sale(event);
        }
    }

    void note_of_sale(const domain::Event& event) {
        if (const auto* begun = std::get_if<domain::SaleOpened>(&event)) {
            escrow[begun->sale_id.value] = 0;
        } else if (const auto* paid = std::get_if<domain::OrderPaid>(&event)) {
            users[paid->user_id] -= paid->amount_fen;
            escrow[paid->sale_id.value] += paid->amount_fen;
        } else if (const auto* back = std::get_if<domain::OrderRefunded>(&event)) {
            escrow[back->sale_id.value] -= back->amount_fen;
            users[back->user_id] += back->amount_fen;
        } else if (const auto* gate = std::get_if<domain::ExternalPaymentTaken>(&event)) {
            deposited_fen += gate->amount_fen;
            if (gate->is_suspended) {
                suspended[gate->gateway_ref] += gate->amount_fen;
            } else {
                (gate->outcome == domain::ExternalPaymentOutcome::order_paid
                     ? escrow[gate->sale_id.value]
                     : users[gate->user_id]) += gate->amount_fen;
            }
        } else if (const auto* end = std::get_if<domain::SuspendedPaymentDecided>(&event)) {
            suspended[end->gateway_ref] -= end->amount_fen;
            (end->decision == domain::SuspensionEnd::released ? users[end->user_id]
                                                              : withdrawn_fen) += end->amount_fen;
        } else if (const auto* paid_out = std::get_if<domain::SaleClosed>(&event)) {
            escrow[paid_out->sale_id.value] -= paid_out->payout_fen;
            users[paid_out->merchant] += paid_out->payout_fen;
        }
    }

    static std::int64_t sum(const auto& holders) {
        std::int64_t sum_fen = 0;
        for (const auto& [holder, fen] : holders) {
            sum_fen += fen;
        }
        return sum_fen;
    }

    std::map<std::string, std::int64_t> users;
    std::map<std::uint64_t, std::int64_t> escrow;
    std::map<std::string, std::int64_t> suspended; // by the gateway's reference
    std::int64_t deposited_fen = 0;
    std::int64_t withdrawn_fen = 0;
};

} // namespace hongbao::testing
