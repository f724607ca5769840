// Role: looking rows up in three places.
#include "persistence/read_model/view.hpp"

#include "domain/values/invariant.hpp"
#include "domain/values/overloaded.hpp"

#include <utility>

namespace hongbao::persistence {

namespace {

using domain::Record;
using domain::Sequence;

} // namespace

EntryType entry_type_of(const domain::Event& event) {
    return std::visit(
        domain::Overloaded{
            [](const domain::Deposited&) { return EntryType::deposit; },
            [](const domain::Withdrawn&) { return EntryType::withdrawal; },
            [](const domain::Transferred&) { return EntryType::transfer; },
            [](const domain::PacketSent&) { return EntryType::packet_send; },
            [](const domain::ShareOpened&) { return EntryType::share_open; },
            [](const domain::PacketClosed&) { return EntryType::refund; },
            [](const domain::CampaignFunded&) { return EntryType::campaign_fund; },
            [](const domain::ShakeDrawn&) { return EntryType::shake_win; },
            [](const domain::CampaignClosed&) { return EntryType::refund; },
            [](const domain::OrderPaid&) { return EntryType::order_payment; },
            [](const domain::OrderRefunded&) { return EntryType::refund; },
            domain::case_of<domain::ExternalPaymentTaken, domain::SuspendedPaymentDecided>(
                [](const auto&) { return EntryType::external_payment; }),
            [](const domain::SaleClosed&) { return EntryType::sale_payout; },
            domain::case_of<domain::AccountOpened, domain::AccountStatusChanged, domain::SaleOpened,
                            domain::OrderReserved, domain::OrderCancelled, domain::OrderTimedOut,
                            domain::WaitlistJoined, domain::WaiterPassedOver, domain::AnswerKept>(
                [](const auto&) {
                    domain::invariant(false, "an event with postings has a type of entry");
                    return EntryType::deposit;
                }),
        },
        event);
}

void ModelView::give_up() const {
    store_.condemn();
    const std::string sentence =
        (damage().empty() ? "the read model lacks a row that an earlier record made" : damage()) +
        "; start again: the next start builds it anew from the journal";
    domain::broken_invariant(sentence.c_str(), std::source_location::current());
}

ModelReader& ModelView::stored() {
    if (!reader_) {
        open_store();
    }
    return *reader_;
}

/// What it does not have must never have been there.
void ModelView::open_store() {
    reader_.emplace(store_);
    reader_->check_gaps();
}

std::optional<AccountNumber> ModelView::known_number(std::string_view user_id) const {
    if (const auto known = filling_->known_numbers->find(user_id)) {
        return known;
    }
    const auto* const opened = newest(&Generation::numbers, user_id);
    return opened != nullptr ? std::optional(*opened) : std::nullopt;
}

std::optional<AccountNumber> ModelView::number(std::string_view user_id) {
    auto number = in_memory([&] { return known_number(user_id); });
    if (!number) {
        if (const auto row = stored().get<Numbers>(user_id)) {
            number = row->number;
        }
        if (number && changing_ == nullptr) {
            filling_->known_numbers->add(user_id, *number);
        }
    }
    return number;
}

std::optional<ClaimRow> ModelView::claim_of(domain::PacketId packet_id, AccountNumber account) {
    const auto recent = in_memory([&]() -> std::optional<ClaimRow> {
        for (const Generation* generation : generations()) {
            const auto* const part = part_of(generation, &Generation::packets, packet_id);
            const ClaimRow* const claim = part != nullptr ? part->claim_of(account) : nullptr;
            if (claim != nullptr) {
                return *claim;
            }
        }
        return std::nullopt;
    });
    if (recent) {
        return recent;
    }
    const auto claim_no = may_have(stored().get<ClaimsByUser>({packet_id, account}));
    if (!claim_no) {
        return std::nullopt;
    }
    const ClaimRow claim = must_have(stored().get<Claims>({packet_id, claim_no->number}));
    if (claim.account != account) {
        give_up();
    }
    return claim;
}

std::optional<ShakeRow> ModelView::shake_of(domain::CampaignId campaign_id, AccountNumber account,
                                            std::string_view request_id) {
    auto recent = in_memory([&]() -> std::optional<ShakeRow> {
        for (const Generation* generation : generations()) {
            const auto* const part = part_of(generation, &Generation::campaigns, campaign_id);
            const ShakeRow* const shake =
                part != nullptr ? part->shake_of(account, request_id) : nullptr;
            if (shake != nullptr) {
                return *shake;
            }
        }
        return std::nullopt;
    });
    if (recent) {
        return recent;
    }
    const auto shake_no =
        may_have(stored().get<ShakesByUser>({{campaign_id, account}, request_id}));
    if (!shake_no) {
        return std::nullopt;
    }
    ShakeRow shake = must_have(stored().get<Shakes>({campaign_id, shake_no->number}));
    if (shake.account != account || shake.request_id != request_id) {
        give_up();
    }
    return shake;
}

std::optional<Sides> ModelView::sides(Sequence sequence) {
    auto sides = in_memory([&]() -> std::optional<Sides> {
        for (const Generation* generation : generations()) {
            if (generation != nullptr && generation->holds(sequence)) {
                return generation->sides_of(sequence);
            }
        }
        return std::nullopt;
    });
    if (sides) {
        return sides;
    }
    const auto row = stored().get<History>(sequence);
    return row ? std::optional(row->sides) : std::nullopt;
}

std::optional<Record> ModelView::record(Sequence sequence) {
    auto recent = in_memory([&]() -> std::optional<Record> {
        for (const Generation* generation : generations()) {
            if (generation != nullptr && generation->holds(sequence)) {
                const Record& record = generation->record(sequence);
                return is_abridged_in_history(record) ? abridged(record) : record;
            }
        }
        return std::nullopt;
    });
    return recent ? std::move(recent) : stored().record(sequence);
}

} // namespace hongbao::persistence
