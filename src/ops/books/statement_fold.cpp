// Role: takes one record after the other.
#include "ops/books/statement_fold.hpp"

#include "domain/posting.hpp"

namespace hongbao::ops {

void StatementFold::take(const domain::Record& record, const Take& take) {
    note(record.event);
    for (const domain::Posting& posting : domain::postings_of(record.event)) {
        const bool is_wanted = posting.kind == domain::LedgerAccountKind::user &&
                               (user_id_.empty() || posting.user_id == user_id_);
        if (!is_wanted) {
            continue;
        }
        Standing& standing = standings_[std::string(posting.user_id)];
        standing.balance_fen += posting.amount_fen;
        standing.line_count += 1;
        auto line = persistence::statement_line_of(record, posting, standing.line_count,
                                                   standing.balance_fen);
        line.entry.counterparty = counterparty_of(record.event, line.entry.counterparty);
        take(line);
    }
    forget(record.event);
}

void StatementFold::note(const domain::Event& event) {
    if (const auto* opened = std::get_if<domain::AccountOpened>(&event)) {
        has_user_ = has_user_ || opened->user_id == user_id_;
    } else if (const auto* sent = std::get_if<domain::PacketSent>(&event)) {
        packets_.emplace(sent->packet_id, OpenPacket{sent->sender, sent->count});
    } else if (const auto* funded = std::get_if<domain::CampaignFunded>(&event)) {
        merchants_.emplace(funded->campaign_id, funded->merchant);
    }
}

/// What is over gives nothing any more.
void StatementFold::forget(const domain::Event& event) {
    if (const auto* share = std::get_if<domain::ShareOpened>(&event)) {
        const auto packet = packets_.find(share->packet_id);
        if (packet != packets_.end() && --packet->second.shares_left == 0) {
            packets_.erase(packet);
        }
    } else if (const auto* closed = std::get_if<domain::PacketClosed>(&event)) {
        packets_.erase(closed->packet_id);
    } else if (const auto* ended = std::get_if<domain::CampaignClosed>(&event)) {
        merchants_.erase(ended->campaign_id);
    }
}

std::string StatementFold::counterparty_of(const domain::Event& event,
                                           const std::string& otherwise) const {
    if (const auto* share = std::get_if<domain::ShareOpened>(&event)) {
        const auto packet = packets_.find(share->packet_id);
        return packet != packets_.end() ? packet->second.sender : otherwise;
    }
    if (const auto* drawn = std::get_if<domain::ShakeDrawn>(&event)) {
        const auto merchant = merchants_.find(drawn->campaign_id);
        return merchant != merchants_.end() ? merchant->second : otherwise;
    }
    return otherwise;
}

} // namespace hongbao::ops
