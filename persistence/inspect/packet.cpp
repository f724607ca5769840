// Role: the comparison of packets, their recipients and claims.
#include "persistence/inspect/comparison.hpp"
#include "persistence/inspect/row_comparison.hpp"
#include "persistence/read_model/rows/names.hpp"

namespace hongbao::persistence {

void ModelCheck::check_recipients(const domain::PacketSent& sent) {
    if (sent.recipients.size() < 2) {
        return; // the history has them
    }
    const auto found = reader_->recipients(sent.packet_id);
    if (!there(found, "recipients", text_of(sent.packet_id))) {
        return;
    }
    RowComparison row;
    if (*found != sent.recipients) {
        row.other("they are not the journal's");
    }
    report(row, "recipients", text_of(sent.packet_id));
}

void ModelCheck::check_claim(const domain::ShareOpened& share, domain::InstantMs at) {
    const std::uint64_t claim_no = fold_.packets().at(share.packet_id).claim_count;
    const std::string key = text_of(share.packet_id) + "/" + text_of(claim_no);
    const auto claim = reader_->claim(share.packet_id, claim_no);
    if (!there(claim, "claims", key)) {
        return;
    }
    RowComparison row;
    row.field("account", claim->account, fold_.number_of(share.user_id));
    row.field("amount_fen", claim->amount_fen, share.amount_fen);
    row.field("opened_at", claim->opened_at, at);
    row.field("sequence", claim->sequence, now_);
    row.field("remaining_fen", claim->remaining_fen,
              fold_.packets().at(share.packet_id).remaining_fen);
    report(row, "claims", key);
    const auto claim_no_of = reader_->claim_no_of(share.packet_id, claim->account);
    const std::string key_of = text_of(share.packet_id) + "/" + text_of(claim->account);
    if (there(claim_no_of, "claims_by_user", key_of)) {
        RowComparison by_user;
        by_user.field("claim no", *claim_no_of, claim_no);
        report(by_user, "claims_by_user", key_of);
    }
}

void ModelCheck::check_packet(domain::PacketId packet_id, const PacketRow& ours) {
    const auto theirs = reader_->packet(packet_id);
    if (!there(theirs, "packets", text_of(packet_id))) {
        return;
    }
    added_up_.packets_fen += theirs->remaining_fen;
    RowComparison row;
    row.field("sent_sequence", theirs->sent_sequence, ours.sent_sequence);
    row.field("sender", theirs->sender, ours.sender);
    row.field("remaining_fen", theirs->remaining_fen, ours.remaining_fen);
    row.field("claim_count", theirs->claim_count, ours.claim_count);
    row.field("sender_claim", theirs->sender_claim, ours.sender_claim);
    row.field("luckiest_claim", theirs->luckiest_claim, ours.luckiest_claim);
    row.field("luckiest_fen", theirs->luckiest_fen, ours.luckiest_fen);
    row.field("closed_sequence", theirs->closed_sequence, ours.closed_sequence);
    row.field("share_count", theirs->share_count, ours.share_count);
    row.field("recipient_count", theirs->recipient_count, ours.recipient_count);
    row.field("expires_at", theirs->expires_at, ours.expires_at);
    row.field("as_of", theirs->as_of, ours.as_of);
    report(row, "packets", text_of(packet_id));
    const bool is_open = ours.closed_sequence == 0 &&
                         ours.claim_count != static_cast<std::uint64_t>(ours.share_count);
    if (is_open) {
        there(reader_->expiry({packet_id, ours.expires_at}), "expiries", text_of(packet_id));
    }
}

} // namespace hongbao::persistence
