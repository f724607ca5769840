// Role: where each request goes, hop by hop, and what it names.
#include "actors/protocol/request.hpp"

#include "domain/values/invariant.hpp"
#include "domain/values/overloaded.hpp"

namespace hongbao::actors {

namespace {

using domain::Overloaded;

domain::Shard shard_of_account_request(const AccountRequest& request, Hop hop) {
    switch (hop) {
    case Hop::counterparty:
        return domain::shard_of_user(std::get<domain::Transfer>(request.command).to);
    case Hop::sale: return std::get<domain::PayOrder>(request.command).order_id.shard();
    case Hop::key:
    case Hop::reference:
    case Hop::owner: break;
    }
    return domain::shard_of_user(owner_of(request.command));
}

domain::Shard shard_of_open(const domain::OpenShare& open, Hop hop) {
    return hop == Hop::counterparty ? domain::shard_of_user(open.user_id) : open.packet_id.shard();
}

/// A reservation, offer or payment asks about its user first; everything else goes directly to the
/// sale.
domain::Shard shard_of_sale_request(const SaleRequest& request, Hop hop) {
    const auto of_user_or = [hop](const domain::UserId& user_id, auto id) {
        return hop == Hop::counterparty ? domain::shard_of_user(user_id) : id.shard();
    };
    return std::visit(
        Overloaded{
            [&](const domain::TakeExternalPayment& command) {
                return of_user_or(command.user_id, command.order_id);
            },
            [](const domain::CancelOrder& command) { return command.order_id.shard(); },
            [](const domain::DecideSuspendedPayment& command) {
                // Any router can look up which order it is for.
                return command.order_id.value != 0
                           ? command.order_id.shard()
                           : static_cast<domain::Shard>(command.taken_sequence &
                                                        (domain::shard_count - 1));
            },
            [](const ReadOrder& read) { return read.order_id.shard(); },
            [](const PaymentOver& over) { return over.sale_id.shard(); },
            domain::case_of<domain::ReserveUnits, domain::JoinWaitlist, domain::LeaveWaitlist,
                            OfferUnit, ReadWaiter>(
                [&](const auto& of_user) { return of_user_or(of_user.user_id, of_user.sale_id); }),
        },
        request.command);
}

Hop hop_after_key(const domain::AccountCommand& command) {
    if (std::holds_alternative<domain::PayOrder>(command)) {
        return Hop::sale;
    }
    return std::holds_alternative<domain::Transfer>(command) ? Hop::counterparty : Hop::owner;
}

Hop hop_after_key(const SaleRequest& request) {
    return std::visit(
        Overloaded{
            [](const domain::TakeExternalPayment&) { return Hop::reference; },
            domain::case_of<domain::ReserveUnits, domain::JoinWaitlist, domain::LeaveWaitlist,
                            ReadWaiter>([](const auto&) { return Hop::counterparty; }),
            domain::case_of<domain::CancelOrder, OfferUnit, PaymentOver, ReadOrder,
                            domain::DecideSuspendedPayment>([](const auto&) { return Hop::owner; }),
        },
        request.command);
}

} // namespace

const domain::OpenShare* open_in(const Request& request) {
    if (const auto* grab = std::get_if<GrabShare>(&request.body)) {
        return &grab->look;
    }
    return std::get_if<domain::OpenShare>(&request.body);
}

std::optional<domain::OrderId> order_in(const Request& request) {
    if (const auto* account = std::get_if<std::unique_ptr<AccountRequest>>(&request.body)) {
        const auto* pay = std::get_if<domain::PayOrder>(&(*account)->command);
        return pay != nullptr ? std::optional(pay->order_id) : std::nullopt;
    }
    const auto* sale = std::get_if<std::unique_ptr<SaleRequest>>(&request.body);
    if (sale == nullptr) {
        return std::nullopt;
    }
    return std::visit(
        Overloaded{
            [](const domain::CancelOrder& command) { return std::optional(command.order_id); },
            [](const domain::TakeExternalPayment& command) {
                return std::optional(command.order_id);
            },
            [](const ReadOrder& read) { return std::optional(read.order_id); },
            [](const domain::DecideSuspendedPayment& command) {
                return command.order_id.value != 0 ? std::optional(command.order_id) : std::nullopt;
            },
            domain::case_of<domain::ReserveUnits, domain::JoinWaitlist, domain::LeaveWaitlist,
                            OfferUnit, PaymentOver, ReadWaiter>(
                [](const auto&) { return std::optional<domain::OrderId>(); }),
        },
        (*sale)->command);
}

std::optional<domain::Sequence> undecided_in(const Request& request) {
    const auto* sale = std::get_if<std::unique_ptr<SaleRequest>>(&request.body);
    const auto* decide =
        sale == nullptr ? nullptr : std::get_if<domain::DecideSuspendedPayment>(&(*sale)->command);
    return decide != nullptr && decide->order_id.value == 0 ? std::optional(decide->taken_sequence)
                                                            : std::nullopt;
}

std::optional<Reference> reference_in(const Request& request) {
    if (const auto* account = std::get_if<std::unique_ptr<AccountRequest>>(&request.body)) {
        const auto* deposit = std::get_if<domain::Deposit>(&(*account)->command);
        return deposit != nullptr && !deposit->reference.empty()
                   ? std::optional(Reference{deposit->user_id, deposit->reference})
                   : std::nullopt;
    }
    const auto* sale = std::get_if<std::unique_ptr<SaleRequest>>(&request.body);
    const auto* payment =
        sale == nullptr ? nullptr : std::get_if<domain::TakeExternalPayment>(&(*sale)->command);
    return payment == nullptr ? std::nullopt : std::optional(Reference{{}, payment->gateway_ref});
}

domain::Shard shard_of(const Reference& reference) {
    // Any hash would do; a deposit's lies with its account, which is asked next.
    return domain::shard_of_user(reference.is_gateways() ? reference.text : reference.user_id);
}

domain::Shard shard_of_key(const domain::Digest& key_digest) {
    return static_cast<domain::Shard>(domain::DigestHash{}(key_digest) & (domain::shard_count - 1));
}

Hop first_hop(const Request& request) {
    return request.key && !request.key->is_claimed() ? Hop::key : hop_after_key(request);
}

Hop hop_after_key(const Request& request) {
    if (reference_in(request)) {
        return Hop::reference;
    }
    return std::visit(
        Overloaded{
            [](const domain::OpenShare&) { return Hop::counterparty; },
            [](const GrabShare&) { return Hop::counterparty; },
            [](const std::unique_ptr<domain::Shake>&) { return Hop::counterparty; },
            [](const std::unique_ptr<AccountRequest>& account) {
                return hop_after_key(account->command);
            },
            [](const std::unique_ptr<SaleRequest>& sale) { return hop_after_key(*sale); },
            domain::case_of<ReadPacket, ReadAccount, ExpirePacket, EndCampaign, TimeSale, ClaimKey,
                            std::unique_ptr<PreviewSend>, std::unique_ptr<KeepAnswer>,
                            std::unique_ptr<AdministrationRequest>>(
                [](const auto&) { return Hop::owner; }),
        },
        request.body);
}

domain::Shard shard_of(const Request& request) {
    const Hop hop = request.hop;
    if (hop == Hop::key) {
        return shard_of_key(request.key->digest());
    }
    if (hop == Hop::reference) {
        return shard_of(*reference_in(request));
    }
    return std::visit(
        Overloaded{
            [hop](const domain::OpenShare& open) { return shard_of_open(open, hop); },
            [hop](const GrabShare& grab) { return shard_of_open(grab.look, hop); },
            [](const ReadPacket& read) { return read.packet_id.shard(); },
            [](const ExpirePacket& expire) { return expire.packet_id.shard(); },
            [](const EndCampaign& end) { return end.campaign_id.shard(); },
            [](const TimeSale& time) { return time.sale_id.shard(); },
            [&](const ClaimKey&) { return shard_of_key(request.key->digest()); },
            [&](const std::unique_ptr<KeepAnswer>&) { return shard_of_key(request.key->digest()); },
            [](const std::unique_ptr<AdministrationRequest>&) { return administration_shard; },
            [hop](const std::unique_ptr<SaleRequest>& sale) {
                return shard_of_sale_request(*sale, hop);
            },
            [hop](const std::unique_ptr<domain::Shake>& shake) {
                return hop == Hop::counterparty ? domain::shard_of_user(shake->user_id)
                                                : shake->campaign_id.shard();
            },
            [](const ReadAccount& read) { return domain::shard_of_user(read.user_id); },
            [](const std::unique_ptr<PreviewSend>& preview) {
                return domain::shard_of_user(preview->send.sender);
            },
            [hop](const std::unique_ptr<AccountRequest>& account) {
                return shard_of_account_request(*account, hop);
            },
        },
        request.body);
}

const domain::UserId& owner_of(const domain::AccountCommand& command) {
    return std::visit(
        Overloaded{
            [](const domain::Transfer& transfer) -> const domain::UserId& { return transfer.from; },
            [](const domain::SendPacket& send) -> const domain::UserId& { return send.sender; },
            [](const domain::FundCampaign& fund) -> const domain::UserId& { return fund.merchant; },
            [](const domain::OpenSale& open) -> const domain::UserId& { return open.merchant; },
            [](const domain::PayOrder& pay) -> const domain::UserId& { return pay.terms.user_id; },
            domain::case_of<domain::OpenAccount, domain::ChangeAccountStatus,
                            domain::ChangeAccountProfile, domain::Deposit, domain::Withdraw>(
                [](const auto& own) -> const domain::UserId& { return own.user_id; }),
        },
        command);
}

} // namespace hongbao::actors
