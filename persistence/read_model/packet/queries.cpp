// Role: answers questions about packets: their claims, what happened to them, and the packets that
// a user sent or opened.
#include "persistence/read_model/account/entry.hpp"
#include "persistence/read_model/account/line_walk.hpp"
#include "persistence/read_model/ask.hpp"
#include "persistence/read_model/lists/number_walk.hpp"
#include "persistence/read_model/packet/lists.hpp"
#include "persistence/read_model/packet/news.hpp"
#include "persistence/read_model/packet/shown.hpp"
#include "persistence/read_model/packet/waking.hpp"

#include <algorithm>
#include <utility>

namespace hongbao::persistence {

namespace {

using domain::PacketId;
using domain::Record;
using domain::Sequence;
using domain::UserId;

ClaimLine line_of(ModelView& view, const ClaimRow& claim, bool is_luckiest) {
    auto profile = view.must_have(view.get<Accounts>(claim.account)).account.profile;
    return {std::move(profile.user_id),
            std::move(profile.username),
            std::move(profile.avatar_url),
            claim.amount_fen,
            claim.opened_at,
            is_luckiest};
}

Page<ClaimLine> page_of_claims(ModelView& view, PacketId packet_id, const PageRequest& page) {
    Page<ClaimLine> answer;
    // Claims never change: with the row, everything is as of one record.
    const auto packet = view.may_have(view.get<Packets>(packet_id));
    if (!packet) {
        return answer;
    }
    const Sequence as_of = view.as_of();
    const std::uint64_t luckiest_no = packet->is_exhausted() ? packet->luckiest_claim : 0;
    const auto claim = [&](std::uint64_t claim_no) {
        return view.must_have(view.get<Claims>({packet_id, claim_no}));
    };
    NumberWalk walk(page, packet->claim_count,
                    numbers_within(view, page, packet->claim_count, [&](std::uint64_t claim_no) {
                        return claim(claim_no).opened_at;
                    }));
    answer = page_of_walk<ClaimLine>(walk, page,
                                     [&](std::uint64_t claim_no) -> std::optional<ClaimLine> {
                                         const ClaimRow row = claim(claim_no);
                                         if (!is_within(page, row.opened_at)) {
                                             return std::nullopt;
                                         }
                                         return line_of(view, row, claim_no == luckiest_no);
                                     });
    answer.is_elsewhere = walk.is_elsewhere();
    answer.as_of = as_of;
    return answer;
}

PacketFact fact_of(ModelView& view, const ClaimRow& claim) {
    auto opener = view.must_have(view.get<Accounts>(claim.account));
    return {claim.sequence, PacketFactType::opened, std::move(opener.account.profile.user_id),
            claim.amount_fen, claim.opened_at};
}

PacketFact sending_of(ModelView& view, const PacketRow& packet) {
    const Record record = view.must_have(view.record(packet.sent_sequence));
    return {record.sequence, PacketFactType::sent, packet.sender,
            std::get<domain::PacketSent>(record.event).total_fen, record.at};
}

PacketFact closing_of(ModelView& view, const PacketRow& packet) {
    const Record record = view.must_have(view.record(packet.closed_sequence));
    return {record.sequence, PacketFactType::closed, packet.sender,
            std::get<domain::PacketClosed>(record.event).refund_fen, record.at};
}

/// Positions: 1 is the send, then each claim, then the closing.
PacketFact fact_at(ModelView& view, PacketId packet_id, const PacketRow& packet,
                   std::uint64_t position) {
    const std::uint64_t claim_no = position - 1;
    if (claim_no == 0) {
        return sending_of(view, packet);
    }
    return claim_no <= packet.claim_count
               ? fact_of(view, view.must_have(view.get<Claims>({packet_id, claim_no})))
               : closing_of(view, packet);
}

Page<PacketFact> page_of_timeline(ModelView& view, PacketId packet_id, const PageRequest& page) {
    Page<PacketFact> answer;
    const auto packet = view.may_have(view.get<Packets>(packet_id));
    if (!packet) {
        return answer;
    }
    const Sequence as_of = view.as_of();
    const std::uint64_t last = 1 + packet->claim_count + (packet->closed_sequence != 0 ? 1 : 0);
    const auto fact = [&](std::uint64_t position) {
        return fact_at(view, packet_id, *packet, position);
    };
    NumberWalk walk(page, last, numbers_within(view, page, last, [&](std::uint64_t position) {
                        return fact(position).at;
                    }));
    answer = page_of_walk<PacketFact>(
        walk, page, [&](std::uint64_t position) -> std::optional<PacketFact> {
            PacketFact found = fact(position);
            return is_within(page, found.at) ? std::optional(std::move(found)) : std::nullopt;
        });
    answer.is_elsewhere = walk.is_elsewhere();
    answer.as_of = as_of;
    return answer;
}

bool is_recipient(ModelView& view, PacketId packet_id, const PacketRow& packet,
                  const domain::PacketSent& terms, const UserId& user_id) {
    const auto names = [&user_id](const std::vector<UserId>& recipients) {
        return std::ranges::find(recipients, user_id) != recipients.end();
    };
    return packet.has_recipients_row()
               ? names(view.must_have(view.get<Recipients>(packet_id)).user_ids)
               : names(terms.recipients);
}

std::optional<PacketStanding> standing_of(ModelView& view, PacketId packet_id,
                                          const UserId& user_id) {
    const auto packet = view.may_have(view.get<Packets>(packet_id));
    if (!packet) {
        return std::nullopt;
    }
    const Record sent = view.must_have(view.record(packet->sent_sequence));
    const auto& terms = std::get<domain::PacketSent>(sent.event);
    PacketStanding standing;
    standing.is_public = packet->recipient_count == 0 && !terms.passphrase_digest;
    const auto account = view.may_have(view.number(user_id));
    standing.is_of_user = packet->sender == user_id ||
                          is_recipient(view, packet_id, *packet, terms, user_id) ||
                          (account && view.claim_of(packet_id, *account));
    return standing;
}

PacketMention mention_of_sent(ModelView& view, const Record& record) {
    const auto packet_id = std::get<domain::PacketSent>(record.event).packet_id;
    const PacketRow packet = view.must_have(view.get<Packets>(packet_id));
    PacketMention mention = mention_of(view, packet_id, packet);
    if (packet.sender_claim != 0) {
        const auto own = view.must_have(view.get<Claims>({packet_id, packet.sender_claim}));
        mention.own_share_fen = own.amount_fen;
        mention.own_opened_at = own.opened_at;
    }
    return mention;
}

PacketMention mention_of_received(ModelView& view, const Record& record) {
    const auto& share = std::get<domain::ShareOpened>(record.event);
    const PacketRow packet = view.must_have(view.get<Packets>(share.packet_id));
    PacketMention mention = mention_of(view, share.packet_id, packet);
    mention.own_share_fen = share.amount_fen;
    mention.own_opened_at = record.at;
    return mention;
}

} // namespace

Page<ClaimLine> ReadModel::claims(PacketId packet_id, const PageRequest& page) const {
    return ask([&](ModelView& view) { return page_of_claims(view, packet_id, page); });
}

Page<PacketFact> ReadModel::timeline(PacketId packet_id, const PageRequest& page) const {
    return ask([&](ModelView& view) { return page_of_timeline(view, packet_id, page); });
}

std::optional<PacketStanding> ReadModel::standing(PacketId packet_id, const UserId& user_id) const {
    return ask([&](ModelView& view) { return standing_of(view, packet_id, user_id); });
}

Page<PacketMention> ReadModel::packets_sent(const UserId& user_id, const PageRequest& page) const {
    return ask([&](ModelView& view) {
        return page_of_lines<PacketMention>(
            view, user_id, EntryType::packet_send, page,
            [&view](const Side&, const Record& record) { return mention_of_sent(view, record); });
    });
}

Page<PacketMention> ReadModel::packets_received(const UserId& user_id,
                                                const PageRequest& page) const {
    return ask([&](ModelView& view) {
        return page_of_lines<PacketMention>(view, user_id, EntryType::share_open, page,
                                            [&view](const Side&, const Record& record) {
                                                return mention_of_received(view, record);
                                            });
    });
}

std::optional<domain::Claim> ReadModel::claim_of(PacketId packet_id, const UserId& user_id) const {
    return ask([&](ModelView& view) {
        const auto account = view.may_have(view.number(user_id));
        const auto claim = account ? view.claim_of(packet_id, *account) : std::nullopt;
        return claim ? std::optional(domain::Claim{claim->amount_fen, claim->opened_at})
                     : std::nullopt;
    });
}

} // namespace hongbao::persistence
