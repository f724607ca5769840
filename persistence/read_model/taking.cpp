// Role: a record's changes to rows, in the generation that is being filled.
#include "domain/posting.hpp"
#include "domain/touched.hpp"
#include "domain/values/invariant.hpp"
#include "domain/values/overloaded.hpp"
#include "persistence/read_model/view.hpp"
#include "persistence/record/digests.hpp"

#include <algorithm>
#include <utility>

namespace hongbao::persistence {

namespace {

using domain::Record;
using domain::Sequence;

} // namespace

ModelView::Touched ModelView::account_to_change(std::string_view user_id) {
    Touched touched;
    touched.number = must_have(number(user_id));
    auto found = filling_->accounts.find(touched.number);
    if (found == filling_->accounts.end()) {
        found = filling_->accounts.emplace(touched.number, must_have(get<Accounts>(touched.number)))
                    .first;
    }
    touched.row = &found->second;
    return touched;
}

const ModelView::Touched& ModelView::touched(std::string_view user_id) const {
    for (std::size_t i = 0; i < touched_count_; ++i) {
        if (touched_[i].row->account.profile.user_id == user_id) {
            return touched_[i];
        }
    }
    domain::broken_invariant("money moves only in accounts that the record touches",
                             std::source_location::current());
}

Generation::PacketPart& ModelView::packet_to_change(domain::PacketId packet_id) {
    if (const auto found = filling_->packets.find(packet_id); found != filling_->packets.end()) {
        return found->second;
    }
    Generation::PacketPart part{must_have(get<Packets>(packet_id)), {}};
    return filling_->packets.emplace(packet_id, std::move(part)).first->second;
}

void ModelView::take(const Record& record) {
    ModelTotals& totals = filling_->totals;
    domain::invariant(record.sequence == totals.position.last_sequence + 1,
                      "the read model takes records in journal order");
    touched_count_ = 0;
    if (const auto* opened = std::get_if<domain::AccountOpened>(&record.event)) {
        open_account(*opened, record);
    } else {
        domain::for_each_touched_account(record.event,
                                         [&](std::string_view user_id) { touch(user_id, record); });
    }
    add_lines(record);
    take_packet_event(record);
    take_campaign_event(record);
    take_sale_event(record);
    if (const auto* deposited = std::get_if<domain::Deposited>(&record.event)) {
        name_deposit(*deposited, record.sequence);
    } else if (const auto* kept = std::get_if<domain::AnswerKept>(&record.event)) {
        filling_->answer_bytes += kept->body.size();
    }
    keep_time(record);
    totals.position.last_sequence = record.sequence;
}

/// Journals of older programs have several deposits of one reference: it stands for the first.
void ModelView::name_deposit(const domain::Deposited& deposited, Sequence sequence) {
    if (deposited.reference.empty()) {
        return;
    }
    const auto digest = digest_of_reference(deposited.user_id, deposited.reference);
    if (!may_have(get<DepositRefs>(digest))) {
        filling_->deposit_refs.emplace(digest, DepositRefRow{sequence, deposited.amount_fen});
        filling_->totals.deposit_ref_count += 1;
    }
}

void ModelView::open_account(const domain::AccountOpened& opened, const Record& record) {
    const AccountNumber number = ++filling_->totals.account_count;
    AccountRow row;
    row.account = domain::opened_account(opened, record.at);
    row.as_of = record.sequence;
    filling_->accounts.emplace(number, std::move(row));
    filling_->numbers.emplace(opened.user_id, number);
    filling_->new_accounts.push_back(number);
}

void ModelView::touch(std::string_view user_id, const Record& record) {
    const Touched touched = account_to_change(user_id);
    AccountRow& row = *touched.row;
    const domain::Fen before_fen = row.account.standing.balance_fen;
    domain::apply(row.account.standing, row.account.profile.user_id, record.event, record.at);
    filling_->totals.held.accounts_fen += row.account.standing.balance_fen - before_fen;
    row.as_of = record.sequence;
    touched_[touched_count_++] = touched;
}

/// A line for each user's posting. The account has the record already: no event moves money twice
/// in one account, so its balance is the balance after this line.
void ModelView::add_lines(const Record& record) {
    Sides sides;
    for (const domain::Posting& posting : domain::postings_of(record.event)) {
        if (posting.kind == domain::LedgerAccountKind::outside) {
            (posting.amount_fen < 0 ? filling_->totals.deposited_fen
                                    : filling_->totals.withdrawn_fen) +=
                posting.amount_fen < 0 ? -posting.amount_fen : posting.amount_fen;
        }
        if (posting.kind != domain::LedgerAccountKind::user) {
            continue;
        }
        const EntryType type = entry_type_of(record.event);
        const auto& [number, touched_row] = touched(posting.user_id);
        AccountRow& row = *touched_row;
        Sequence& last_of_type = row.last_line_of_type[static_cast<std::size_t>(type)];
        sides.add(Side{number, type, ++row.line_count, row.account.standing.balance_fen,
                       std::exchange(row.last_line, record.sequence),
                       std::exchange(last_of_type, record.sequence)});
    }
    filling_->sides.push_back(sides);
}

void ModelView::take_packet_event(const Record& record) {
    std::visit(domain::Overloaded{
                   [&](const domain::PacketSent& sent) {
                       PacketRow row;
                       row.sent_sequence = record.sequence;
                       row.sender = sent.sender;
                       row.remaining_fen = sent.total_fen;
                       row.share_count = sent.count;
                       row.recipient_count = sent.recipients.size();
                       if (row.has_recipients_row()) {
                           filling_->sent_to_many.emplace(sent.packet_id, record.sequence);
                       }
                       row.expires_at = sent.expires_at;
                       row.as_of = record.sequence;
                       filling_->totals.open_packet_count += 1;
                       filling_->totals.held.packets_fen += row.remaining_fen;
                       filling_->totals.largest_id =
                           std::max(filling_->totals.largest_id, sent.packet_id.value);
                       filling_->packets.emplace(sent.packet_id,
                                                 Generation::PacketPart{std::move(row), {}});
                   },
                   [&](const domain::ShareOpened& share) {
                       auto& part = packet_to_change(share.packet_id);
                       const AccountNumber number = touched(share.user_id).number;
                       part.row.remaining_fen =
                           domain::subtract_fen(part.row.remaining_fen, share.amount_fen);
                       filling_->totals.held.packets_fen -= share.amount_fen;
                       part.row.count_claim(share.amount_fen);
                       part.row.as_of = record.sequence;
                       if (share.user_id == part.row.sender) {
                           part.row.sender_claim = part.row.claim_count;
                       }
                       part.new_claims.push_back({number, share.amount_fen, record.at,
                                                  record.sequence, part.row.remaining_fen});
                       filling_->totals.open_packet_count -= part.row.is_open() ? 0 : 1;
                   },
                   [&](const domain::PacketClosed& closed) {
                       auto& part = packet_to_change(closed.packet_id);
                       part.row.remaining_fen =
                           domain::subtract_fen(part.row.remaining_fen, closed.refund_fen);
                       filling_->totals.held.packets_fen -= closed.refund_fen;
                       part.row.closed_sequence = record.sequence;
                       part.row.as_of = record.sequence;
                       filling_->totals.open_packet_count -= 1; // only an open packet is closed
                   },
                   domain::case_of<domain::AccountEvents, domain::CampaignEvents,
                                   domain::SaleEvents, domain::AnswerEvents>(domain::do_nothing),
               },
               record.event);
}

Generation::CampaignPart& ModelView::campaign_to_change(domain::CampaignId campaign_id) {
    if (const auto found = filling_->campaigns.find(campaign_id);
        found != filling_->campaigns.end()) {
        return found->second;
    }
    Generation::CampaignPart part{must_have(get<Campaigns>(campaign_id)), {}};
    return filling_->campaigns.emplace(campaign_id, std::move(part)).first->second;
}

void ModelView::fund_campaign(const domain::CampaignFunded& funded, const Record& record) {
    CampaignRow row;
    row.funded_sequence = row.as_of = record.sequence;
    row.merchant = funded.merchant;
    row.budget_fen = row.remaining_fen = funded.budget_fen;
    row.ends_at = domain::ends_at(funded);
    filling_->totals.open_campaign_count += 1;
    filling_->totals.held.campaigns_fen += row.remaining_fen;
    filling_->totals.largest_id = std::max(filling_->totals.largest_id, funded.campaign_id.value);
    filling_->campaigns.emplace(funded.campaign_id, Generation::CampaignPart{std::move(row), {}});
}

void ModelView::take_campaign_event(const Record& record) {
    std::visit(domain::Overloaded{
                   [&](const domain::CampaignFunded& funded) { fund_campaign(funded, record); },
                   [&](const domain::ShakeDrawn& drawn) {
                       auto& part = campaign_to_change(drawn.campaign_id);
                       const AccountNumber number = drawn.is_win()
                                                        ? touched(drawn.user_id).number
                                                        : must_have(this->number(drawn.user_id));
                       part.row.remaining_fen =
                           domain::subtract_fen(part.row.remaining_fen, drawn.amount_fen);
                       filling_->totals.held.campaigns_fen -= drawn.amount_fen;
                       part.row.shake_count += 1;
                       part.row.win_count += drawn.is_win() ? 1 : 0;
                       part.row.as_of = record.sequence;
                       part.new_shakes.push_back({number, drawn.request_id, drawn.round,
                                                  drawn.amount_fen, record.at, record.sequence,
                                                  part.row.win_count, part.row.remaining_fen});
                       filling_->totals.open_campaign_count -=
                           drawn.is_win() && !part.row.is_open() ? 1 : 0;
                   },
                   [&](const domain::CampaignClosed& closed) {
                       auto& part = campaign_to_change(closed.campaign_id);
                       part.row.remaining_fen =
                           domain::subtract_fen(part.row.remaining_fen, closed.refund_fen);
                       filling_->totals.held.campaigns_fen -= closed.refund_fen;
                       part.row.closed_sequence = part.row.as_of = record.sequence;
                       filling_->totals.open_campaign_count -= 1; // only an open campaign is closed
                   },
                   domain::case_of<domain::AccountEvents, domain::PacketEvents, domain::SaleEvents,
                                   domain::AnswerEvents>(domain::do_nothing),
               },
               record.event);
}

/// How much time has passed at least, by records whose times are neither in order, since batches
/// are decided at once and stamped one by one, nor all by the same clock, since it may have been
/// set. Only a time later than all before it adds to it; a long silence, or a jump, counts as an
/// hour at most, so a jump cannot make keys look old, and after a quiet time they are kept for
/// longer.
void ModelView::keep_time(const Record& record) {
    constexpr std::int64_t step_ms_max = 3'600'000;
    constexpr std::int64_t disorder_ms_max = 60'000; // further back: the clock was set
    ModelTotals& totals = filling_->totals;
    if (record.at > totals.last_at) {
        totals.elapsed_ms += totals.last_at == 0
                                 ? 0
                                 : std::min<std::int64_t>(record.at - totals.last_at, step_ms_max);
        totals.last_at = record.at;
    } else if (record.at < totals.last_at - disorder_ms_max) {
        totals.last_at = record.at;
    }
    totals.latest_at = std::max(totals.latest_at, record.at);
    if (record.idempotency) {
        filling_->keys.push_back({record.sequence, digest_of_key(record.idempotency->key),
                                  record.idempotency->fingerprint, totals.elapsed_ms});
    }
}

} // namespace hongbao::persistence
