// Role: the fold of what all kinds share: statement lines and time.
#include "persistence/inspect/fold.hpp"

#include "domain/posting.hpp"
#include "domain/values/invariant.hpp"

#include <algorithm>
#include <cstdlib>

namespace hongbao::persistence {

namespace {

using domain::Record;
using domain::Sequence;

/// How much time can pass between two records at most, and how much disorder is no set clock: both
/// are part of what `elapsed_ms` means (rows/totals.hpp).
constexpr std::int64_t step_ms_max = 3'600'000;
constexpr std::int64_t set_back_ms_max = 60'000;

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
            domain::case_of<domain::AccountOpened, domain::AccountStatusChanged,
                            domain::AccountProfileChanged, domain::SaleOpened,
                            domain::OrderReserved, domain::OrderCancelled, domain::OrderTimedOut,
                            domain::WaitlistJoined, domain::WaiterPassedOver, domain::WaitlistLeft,
                            domain::AnswerKept, domain::AdministrationEvents>([](const auto&) {
                domain::invariant(false, "what moves no money has no line");
                return EntryType::deposit;
            }),
        },
        event);
}

} // namespace

Sides ModelFold::take(const Record& record) {
    totals_.position.last_sequence = record.sequence;
    accounts_.take(record, totals_);
    administration_.take(record, totals_);
    days_.take(record);
    const Sides sides = add_lines(record);
    std::apply([&](auto&... kind) { (kind.take(record, accounts_, totals_), ...); }, kinds_);
    count_time(record.at);
    return sides;
}

Sides ModelFold::add_lines(const Record& record) {
    Sides sides;
    for (const domain::Posting& posting : domain::postings_of(record.event)) {
        if (posting.kind == domain::LedgerAccountKind::outside) {
            (posting.amount_fen < 0 ? totals_.deposited_fen : totals_.withdrawn_fen) +=
                std::abs(posting.amount_fen);
        } else if (posting.kind == domain::LedgerAccountKind::user) {
            FoldedAccount& folded = accounts_.account_of(posting.user_id);
            const EntryType type = line_type_of(record.event);
            Sequence& last_of_type = folded.last_line_of_type.at(static_cast<std::size_t>(type));
            folded.line_count += 1;
            sides.add(Side{accounts_.number_of(posting.user_id), type, folded.line_count,
                           folded.standing.balance_fen, folded.last_line, last_of_type});
            folded.last_line = last_of_type = record.sequence;
        }
    }
    return sides;
}

void ModelFold::count_time(domain::InstantMs at) {
    const bool first = totals_.last_at == 0;
    if (at > totals_.last_at) {
        totals_.elapsed_ms += first ? 0 : std::min(at - totals_.last_at, step_ms_max);
        totals_.last_at = at;
    } else if (totals_.last_at - at > set_back_ms_max) {
        totals_.last_at = at;
        totals_.clock_set_back_sequence = totals_.position.last_sequence;
    }
    totals_.latest_at = std::max(totals_.latest_at, at);
}

} // namespace hongbao::persistence
