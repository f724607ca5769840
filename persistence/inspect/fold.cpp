// Role: the fold.
#include "persistence/inspect/fold.hpp"

#include "persistence/record/digests.hpp"

#include "domain/posting.hpp"
#include "domain/touched.hpp"
#include "domain/values/invariant.hpp"

#include <xxhash.h>

#include <algorithm>
#include <cstdlib>
#include <string>

namespace hongbao::persistence {

namespace {

using domain::Record;
using domain::Sequence;

/// How much time can pass between two records at most, and how much disorder is no set clock: both
/// are part of what `elapsed_ms` means (rows/rows.hpp).
constexpr std::int64_t step_ms_max = 3'600'000;
constexpr std::int64_t disorder_ms_max = 60'000;

EntryType line_type_of(const domain::Event& event) {
    struct TypeOf {
        EntryType operator()(const domain::Deposited&) const { return EntryType::deposit; }
        EntryType operator()(const domain::Withdrawn&) const { return EntryType::withdrawal; }
        EntryType operator()(const domain::Transferred&) const { return EntryType::transfer; }
        EntryType operator()(const domain::PacketSent&) const { return EntryType::packet_send; }
        EntryType operator()(const domain::ShareOpened&) const { return EntryType::share_open; }
        EntryType operator()(const domain::PacketClosed&) const { return EntryType::refund; }
        EntryType operator()(const domain::CampaignFunded&) const {
            return EntryType::campaign_fund;
        }
        EntryType operator()(const domain::ShakeDrawn&) const { return EntryType::shake_win; }
        EntryType operator()(const domain::CampaignClosed&) const { return EntryType::refund; }
        EntryType operator()(const domain::OrderPaid&) const { return EntryType::order_payment; }
        EntryType operator()(const domain::OrderRefunded&) const { return EntryType::refund; }
        EntryType operator()(const domain::ExternalPaymentTaken&) const {
            return EntryType::external_payment;
        }
        EntryType operator()(const domain::SaleClosed&) const { return EntryType::sale_payout; }
        EntryType operator()(const domain::SuspendedPaymentDecided&) const {
            return EntryType::external_payment; // at last
        }
    };
    return std::visit(
        domain::Overloaded{
            TypeOf{},
            domain::case_of<domain::AccountOpened, domain::AccountStatusChanged, domain::SaleOpened,
                            domain::OrderReserved, domain::OrderCancelled, domain::OrderTimedOut,
                            domain::WaitlistJoined, domain::WaiterPassedOver, domain::AnswerKept>(
                [](const auto&) {
                    domain::invariant(false, "what moves no money has no line");
                    return EntryType::deposit;
                }),
        },
        event);
}

} // namespace

std::uint64_t hash_of(const domain::AccountProfile& profile) {
    std::string all = profile.username;
    all.append(1, '\0').append(profile.avatar_url).append(1, '\0');
    all +=
        std::to_string(static_cast<int>(profile.type)) + " " + std::to_string(profile.created_at);
    return XXH3_64bits(all.data(), all.size());
}

AccountNumber ModelFold::number_of(std::string_view user_id) const {
    const auto found = numbers_.find(user_id);
    return found == numbers_.end() ? 0 : found->second;
}

FoldedAccount& ModelFold::account_of(std::string_view user_id) {
    return accounts_.at(number_of(user_id) - 1);
}

Sides ModelFold::take(const Record& record) {
    totals_.position.last_sequence = record.sequence;
    if (const auto* opened = std::get_if<domain::AccountOpened>(&record.event)) {
        open_account(*opened, record.at);
    } else {
        domain::for_each_touched_account(record.event, [&](std::string_view user_id) {
            FoldedAccount& folded = account_of(user_id);
            domain::apply(folded.standing, *folded.user_id, record.event, record.at);
            folded.as_of = record.sequence;
        });
    }
    const Sides sides = add_lines(record);
    take_packet_event(record);
    take_campaign_event(record);
    take_sale_event(record);
    const auto* deposited = std::get_if<domain::Deposited>(&record.event);
    if (deposited != nullptr && !deposited->reference.empty()) {
        deposit_refs_.try_emplace(digest_of_reference(deposited->user_id, deposited->reference),
                                  DepositRefRow{record.sequence, deposited->amount_fen});
        totals_.deposit_ref_count = deposit_refs_.size();
    }
    count_time(record.at);
    return sides;
}

void ModelFold::open_account(const domain::AccountOpened& opened, domain::InstantMs at) {
    const AccountNumber number = ++totals_.account_count;
    const auto [place, is_new] = numbers_.emplace(opened.user_id, number);
    domain::invariant(is_new, "an account is opened once");
    FoldedAccount& folded = accounts_.emplace_back();
    folded.user_id = &place->first;
    folded.profile_hash =
        hash_of({{}, opened.username, opened.avatar_url, opened.account_type, at});
    folded.as_of = totals_.position.last_sequence;
}

Sides ModelFold::add_lines(const Record& record) {
    Sides sides;
    for (const domain::Posting& posting : domain::postings_of(record.event)) {
        if (posting.kind == domain::LedgerAccountKind::outside) {
            (posting.amount_fen < 0 ? totals_.deposited_fen : totals_.withdrawn_fen) +=
                std::abs(posting.amount_fen);
        } else if (posting.kind == domain::LedgerAccountKind::user) {
            FoldedAccount& folded = account_of(posting.user_id);
            const EntryType type = line_type_of(record.event);
            Sequence& last_of_type = folded.last_line_of_type.at(static_cast<std::size_t>(type));
            folded.line_count += 1;
            sides.add(Side{number_of(posting.user_id), type, folded.line_count,
                           folded.standing.balance_fen, folded.last_line, last_of_type});
            folded.last_line = last_of_type = record.sequence;
        }
    }
    return sides;
}

void ModelFold::take_packet_event(const Record& record) {
    std::visit(domain::Overloaded{
                   [&](const domain::PacketSent& sent) {
                       PacketRow& packet = packets_[sent.packet_id];
                       packet.sent_sequence = packet.as_of = record.sequence;
                       packet.sender = sent.sender;
                       packet.remaining_fen = sent.total_fen;
                       packet.share_count = sent.count;
                       packet.expires_at = sent.expires_at;
                       packet.recipient_count = sent.recipients.size();
                       sent_to_many_ += sent.recipients.size() > 1 ? 1 : 0;
                       totals_.open_packet_count += 1;
                       totals_.largest_id = std::max(totals_.largest_id, sent.packet_id.value);
                   },
                   [&](const domain::ShareOpened& share) {
                       PacketRow& packet = packets_.at(share.packet_id);
                       packet.remaining_fen -= share.amount_fen;
                       packet.claim_count += 1;
                       if (share.amount_fen >
                           packet.luckiest_fen) { // not what wrote the row: this judges it
                           packet.luckiest_claim = packet.claim_count;
                           packet.luckiest_fen = share.amount_fen;
                       }
                       packet.as_of = record.sequence;
                       if (share.user_id == packet.sender) {
                           packet.sender_claim = packet.claim_count;
                       }
                       claim_count_ += 1;
                       if (packet.claim_count == static_cast<std::uint64_t>(packet.share_count)) {
                           totals_.open_packet_count -= 1;
                       }
                   },
                   [&](const domain::PacketClosed& closed) {
                       PacketRow& packet = packets_.at(closed.packet_id);
                       packet.remaining_fen -= closed.refund_fen;
                       packet.closed_sequence = packet.as_of = record.sequence;
                       totals_.open_packet_count -= 1;
                   },
                   domain::case_of<domain::AccountEvents, domain::CampaignEvents,
                                   domain::SaleEvents, domain::AnswerEvents>(domain::do_nothing),
               },
               record.event);
}

void ModelFold::take_campaign_event(const Record& record) {
    std::visit(domain::Overloaded{
                   [&](const domain::CampaignFunded& funded) {
                       CampaignRow& campaign = campaigns_[funded.campaign_id];
                       campaign.funded_sequence = record.sequence;
                       campaign.merchant = funded.merchant;
                       campaign.budget_fen = campaign.remaining_fen = funded.budget_fen;
                       for (const domain::CampaignRound& round : funded.rounds) {
                           campaign.ends_at = std::max(campaign.ends_at, round.ends_at);
                       }
                       campaign.as_of = record.sequence;
                       totals_.open_campaign_count += 1;
                       totals_.largest_id = std::max(totals_.largest_id, funded.campaign_id.value);
                   },
                   [&](const domain::ShakeDrawn& drawn) {
                       CampaignRow& campaign = campaigns_.at(drawn.campaign_id);
                       const bool was_open = campaign.remaining_fen > 0;
                       campaign.remaining_fen -= drawn.amount_fen;
                       campaign.shake_count += 1;
                       campaign.win_count += drawn.amount_fen != 0 ? 1 : 0;
                       campaign.as_of = record.sequence;
                       shake_count_ += 1;
                       totals_.open_campaign_count -=
                           was_open && campaign.remaining_fen == 0 ? 1 : 0;
                   },
                   [&](const domain::CampaignClosed& closed) {
                       CampaignRow& campaign = campaigns_.at(closed.campaign_id);
                       campaign.remaining_fen = 0;
                       campaign.closed_sequence = campaign.as_of = record.sequence;
                       totals_.open_campaign_count -= 1;
                   },
                   domain::case_of<domain::AccountEvents, domain::PacketEvents, domain::SaleEvents,
                                   domain::AnswerEvents>(domain::do_nothing),
               },
               record.event);
}

void ModelFold::count_time(domain::InstantMs at) {
    const bool first = totals_.last_at == 0;
    if (at > totals_.last_at) {
        totals_.elapsed_ms += first ? 0 : std::min(at - totals_.last_at, step_ms_max);
        totals_.last_at = at;
    } else if (totals_.last_at - at > disorder_ms_max) {
        totals_.last_at = at;
    }
    totals_.latest_at = std::max(totals_.latest_at, at);
}

} // namespace hongbao::persistence
