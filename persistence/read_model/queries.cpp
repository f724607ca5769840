// Role: the read model's answers. A statement is a list linked from its newest line: a page costs a
// look-up for each line it passes, however long the history is.
#include "persistence/read_model/lmdb_read_model.hpp"

#include "persistence/read_model/movement_words.hpp"
#include "persistence/read_model/sleepers.hpp"
#include "persistence/read_model/view.hpp"
#include "persistence/record/digests.hpp"

#include "domain/posting.hpp"
#include "domain/values/invariant.hpp"

#include <algorithm>
#include <utility>

namespace hongbao::persistence {

namespace {

using domain::Record;
using domain::Sequence;
using domain::UserId;

/// Walks one account's lines from the newest, or the one at the cursor, to the oldest.
class LineWalk {
  public:
    LineWalk(ModelView& view, const UserId& user_id, std::optional<EntryType> type,
             std::optional<std::uint64_t> cursor)
        : view_(view), type_(type) {
        const auto number = view.may_have(view.number(user_id));
        if (!number) {
            return;
        }
        account_ = *number;
        const AccountRow row = view.must_have(view.get<Accounts>(account_));
        const Sequence newest =
            type ? row.last_line_of_type[static_cast<std::size_t>(*type)] : row.last_line;
        if (cursor) {
            stand_if_there(*cursor);
            is_elsewhere_ = sequence_ == 0;
        } else {
            stand_at(newest);
        }
    }

    /// 0: there are no more lines.
    Sequence sequence() const { return sequence_; }
    /// The cursor names no line of this account (and type).
    bool is_elsewhere() const { return is_elsewhere_; }
    const Side& side() const { return side_; }
    void advance() { stand_at(type_ ? side_.before_of_type : side_.before); }

  private:
    void stand_if_there(Sequence sequence) {
        const auto sides = view_.may_have(view_.sides(sequence));
        const Side* side = sides ? sides->of(account_) : nullptr;
        if (side != nullptr && (!type_ || side->type == *type_)) {
            side_ = *side;
            sequence_ = sequence;
        }
    }
    /// A line that another one leads to is there.
    void stand_at(Sequence sequence) {
        sequence_ = 0;
        if (sequence != 0) {
            stand_if_there(sequence);
            if (sequence_ == 0) {
                view_.give_up();
            }
        }
    }

    ModelView& view_;
    const std::optional<EntryType> type_;
    AccountNumber account_ = 0;
    Sequence sequence_ = 0;
    Side side_;
    bool is_elsewhere_ = false;
};

/// The statement line that a record makes for one user.
Entry entry_of(ModelView& view, const UserId& user_id, const Side& side, const Record& record) {
    Entry entry = words_of_movement(record);
    entry.line_no = side.line_no;
    entry.type = side.type;
    entry.balance_after_fen = side.balance_after_fen;
    for (const domain::Posting& posting : domain::postings_of(record.event)) {
        if (posting.kind == domain::LedgerAccountKind::user && posting.user_id == user_id) {
            entry.amount_fen = posting.amount_fen;
        }
    }
    if (const auto* moved = std::get_if<domain::Transferred>(&record.event)) {
        entry.counterparty = moved->from == user_id ? moved->to : moved->from;
    } else if (const auto* share = std::get_if<domain::ShareOpened>(&record.event)) {
        entry.counterparty = view.must_have(view.get<Packets>(share->packet_id)).sender;
    } else if (const auto* drawn = std::get_if<domain::ShakeDrawn>(&record.event)) {
        entry.counterparty = view.must_have(view.get<Campaigns>(drawn->campaign_id)).merchant;
    }
    return entry;
}

/// Lines looked at for one page: a filter that few match must not keep everyone else waiting.
constexpr std::uint32_t lines_looked_at_max = 2'000;

bool is_within(const EntryFilter& filter, domain::InstantMs at) {
    return (!filter.from || at >= *filter.from) && (!filter.to || at < *filter.to);
}

} // namespace

Page<Entry> LmdbReadModel::entries(const UserId& user_id, const EntryFilter& filter,
                                   const PageRequest& page) const {
    ModelView view = look();
    Page<Entry> answer;
    std::uint32_t lines = 0;
    LineWalk walk(view, user_id, filter.type, page.cursor);
    answer.is_elsewhere = walk.is_elsewhere();
    for (; walk.sequence() != 0; walk.advance()) {
        if (++lines > lines_looked_at_max) {
            answer.next_cursor = walk.sequence();
            break;
        }
        const Record record = view.must_have(view.record(walk.sequence()));
        if (!is_within(filter, record.at)) {
            continue;
        }
        if (answer.items.size() == page.limit) {
            answer.next_cursor = walk.sequence();
            break;
        }
        answer.items.push_back(entry_of(view, user_id, walk.side(), record));
    }
    return answer;
}

std::optional<Trade> LmdbReadModel::trade(Sequence sequence) const {
    ModelView view = look();
    // First, because what is taken right now is seen record by record.
    const auto sides = view.may_have(view.sides(sequence));
    const auto record = sides ? view.may_have(view.record(sequence)) : std::nullopt;
    if (!record || domain::postings_of(record->event).size() == 0) {
        return std::nullopt;
    }
    return trade_of(*record);
}

Page<ClaimLine> LmdbReadModel::claims(domain::PacketId packet_id, const PageRequest& page) const {
    ModelView view = look();
    Page<ClaimLine> answer;
    // Claims never change: with the row, everything is as of one record.
    const auto packet = view.may_have(view.get<Packets>(packet_id));
    if (!packet) {
        return answer;
    }
    answer.as_of = view.as_of();
    const std::uint64_t luckiest_no = packet->is_exhausted() ? packet->luckiest_claim : 0;
    std::uint64_t claim_no = page.cursor.value_or(packet->claim_count);
    if (page.cursor && (claim_no == 0 || claim_no > packet->claim_count)) {
        answer.is_elsewhere = true;
        return answer;
    }
    for (; claim_no > 0 && answer.items.size() < page.limit; --claim_no) {
        const ClaimRow claim = view.must_have(view.get<Claims>({packet_id, claim_no}));
        auto profile = view.must_have(view.get<Accounts>(claim.account)).account.profile;
        answer.items.push_back(ClaimLine{std::move(profile.user_id), std::move(profile.username),
                                         std::move(profile.avatar_url), claim.amount_fen,
                                         claim.opened_at, claim_no == luckiest_no});
    }
    if (claim_no > 0) {
        answer.next_cursor = claim_no;
    }
    return answer;
}

/// Positions: 1 is the send, then each claim, then the closing.
Page<PacketFact> LmdbReadModel::timeline(domain::PacketId packet_id,
                                         const PageRequest& page) const {
    ModelView view = look();
    Page<PacketFact> answer;
    const auto packet = view.may_have(view.get<Packets>(packet_id));
    if (!packet) {
        return answer;
    }
    answer.as_of = view.as_of();
    const std::uint64_t last = 1 + packet->claim_count + (packet->closed_sequence != 0 ? 1 : 0);
    std::uint64_t position = page.cursor.value_or(1);
    if (position == 0 || position > last) {
        answer.is_elsewhere = true;
        return answer;
    }
    for (; position <= last && answer.items.size() < page.limit; ++position) {
        if (position > 1 && position <= 1 + packet->claim_count) {
            const ClaimRow claim = view.must_have(view.get<Claims>({packet_id, position - 1}));
            auto opener = view.must_have(view.get<Accounts>(claim.account));
            answer.items.push_back({claim.sequence, PacketFactType::opened,
                                    std::move(opener.account.profile.user_id), claim.amount_fen,
                                    claim.opened_at});
            continue;
        }
        const bool is_sent = position == 1;
        const Sequence sequence = is_sent ? packet->sent_sequence : packet->closed_sequence;
        const Record record = view.must_have(view.record(sequence));
        answer.items.push_back({sequence, is_sent ? PacketFactType::sent : PacketFactType::closed,
                                packet->sender,
                                is_sent ? std::get<domain::PacketSent>(record.event).total_fen
                                        : std::get<domain::PacketClosed>(record.event).refund_fen,
                                record.at});
    }
    if (position <= last) {
        answer.next_cursor = position;
    }
    return answer;
}

namespace {

/// `row` was looked up last.
PacketMention mention_of(ModelView& view, domain::PacketId packet_id, const PacketRow& row) {
    PacketMention mention;
    mention.as_of = view.as_of();
    mention.packet_id = packet_id;
    const Record sent = view.must_have(view.record(row.sent_sequence));
    mention.packet =
        domain::sent_packet(std::get<domain::PacketSent>(sent.event), sent.sequence, sent.at);
    if (!stand_without_claims(mention.packet, row, view)) {
        view.give_up();
    }
    return mention;
}

} // namespace

Page<PacketMention> LmdbReadModel::packets_sent(const UserId& user_id,
                                                const PageRequest& page) const {
    ModelView view = look();
    Page<PacketMention> answer;
    LineWalk walk(view, user_id, EntryType::packet_send, page.cursor);
    answer.is_elsewhere = walk.is_elsewhere();
    for (; walk.sequence() != 0 && answer.items.size() < page.limit; walk.advance()) {
        const Record record = view.must_have(view.record(walk.sequence()));
        const auto packet_id = std::get<domain::PacketSent>(record.event).packet_id;
        const PacketRow packet = view.must_have(view.get<Packets>(packet_id));
        PacketMention mention = mention_of(view, packet_id, packet);
        if (packet.sender_claim != 0) {
            const auto own = view.must_have(view.get<Claims>({packet_id, packet.sender_claim}));
            mention.own_share_fen = own.amount_fen;
            mention.own_opened_at = own.opened_at;
        }
        answer.items.push_back(std::move(mention));
    }
    if (walk.sequence() != 0) {
        answer.next_cursor = walk.sequence();
    }
    return answer;
}

Page<PacketMention> LmdbReadModel::packets_received(const UserId& user_id,
                                                    const PageRequest& page) const {
    ModelView view = look();
    Page<PacketMention> answer;
    LineWalk walk(view, user_id, EntryType::share_open, page.cursor);
    answer.is_elsewhere = walk.is_elsewhere();
    for (; walk.sequence() != 0 && answer.items.size() < page.limit; walk.advance()) {
        const Record record = view.must_have(view.record(walk.sequence()));
        const auto& share = std::get<domain::ShareOpened>(record.event);
        const PacketRow packet = view.must_have(view.get<Packets>(share.packet_id));
        PacketMention mention = mention_of(view, share.packet_id, packet);
        mention.own_share_fen = share.amount_fen;
        mention.own_opened_at = record.at;
        answer.items.push_back(std::move(mention));
    }
    if (walk.sequence() != 0) {
        answer.next_cursor = walk.sequence();
    }
    return answer;
}

std::optional<CampaignSummary>
LmdbReadModel::campaign_summary(domain::CampaignId campaign_id) const {
    ModelView view = look();
    const auto row = view.may_have(view.get<Campaigns>(campaign_id));
    if (!row) {
        return std::nullopt;
    }
    const Record funded = view.must_have(view.record(row->funded_sequence));
    CampaignSummary summary;
    summary.terms = std::get<domain::CampaignFunded>(funded.event);
    summary.created_at = funded.at;
    summary.spent_fen = row->budget_fen - row->remaining_fen;
    summary.shake_count = row->shake_count;
    summary.win_count = row->win_count;
    if (row->closed_sequence != 0) {
        const Record record = view.must_have(view.record(row->closed_sequence));
        summary.closed_at = record.at;
        summary.refund_fen = std::get<domain::CampaignClosed>(record.event).refund_fen;
        summary.spent_fen -= summary.refund_fen;
    }
    return summary;
}

std::optional<NamedDeposit>
LmdbReadModel::deposit_of_reference(const UserId& user_id, const std::string& reference) const {
    ModelView view = look();
    const auto row = view.may_have(view.get<DepositRefs>(digest_of_reference(user_id, reference)));
    return row ? std::optional(NamedDeposit{row->sequence, row->amount_fen}) : std::nullopt;
}

std::optional<SettledRecord> LmdbReadModel::settled_record(Sequence sequence) const {
    ModelView view = look();
    auto record = view.record(sequence);
    const auto sides = record ? view.sides(sequence) : std::nullopt;
    if (!sides) {
        return std::nullopt;
    }
    // Who pays comes first, and decided the event; of a deposit, whom it is for.
    return SettledRecord{std::move(*record),
                         sides->count > 0 ? sides->side[0].balance_after_fen : domain::Fen{0}};
}

} // namespace hongbao::persistence
