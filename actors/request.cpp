// Role: the way of each kind of request.
#include "actors/request.hpp"

#include "domain/invariant.hpp"
#include "domain/overloaded.hpp"

namespace hongbao::actors {

namespace {

using domain::Overloaded;

domain::Shard shard_of_account_request(const AccountRequest& request, Hop hop) {
    switch (hop) {
    case Hop::key: return shard_of_key(request.key_digest);
    case Hop::counterparty:
        return domain::shard_of_user(std::get<domain::Transfer>(request.command).to);
    case Hop::sale: return std::get<domain::PayOrder>(request.command).order_id.shard();
    case Hop::owner: return domain::shard_of_user(owner_of(request.command));
    }
    domain::invariant(false, "a hop is of a known kind");
    return 0;
}

domain::Shard shard_of_open(const domain::OpenShare& open, Hop hop) {
    return hop == Hop::counterparty ? domain::shard_of_user(open.user_id) : open.packet_id.shard();
}

/// A reservation, offer or payment asks about its user first, a payment of a gateway about its
/// reference before that; everything else goes to the sale at once.
domain::Shard shard_of_sale_request(const SaleRequest& request, Hop hop) {
    const auto of_user_or = [hop](const domain::UserId& user_id, auto id) {
        return hop == Hop::counterparty ? domain::shard_of_user(user_id) : id.shard();
    };
    return std::visit(
        Overloaded{
            [&](const domain::TakeExternalPayment& command) {
                return hop == Hop::key ? shard_of_gateway_ref(command.gateway_ref)
                                       : of_user_or(command.user_id, command.order_id);
            },
            [](const domain::CancelOrder& command) { return command.order_id.shard(); },
            [](const ReadOrder& read) { return read.order_id.shard(); },
            [](const PaymentOver& over) { return over.sale_id.shard(); },
            [&](const auto& of_user) { return of_user_or(of_user.user_id, of_user.sale_id); },
        },
        request.command);
}

Hop first_hop(const SaleRequest& request) {
    return std::visit(Overloaded{
                          [](const domain::TakeExternalPayment&) { return Hop::key; },
                          [](const domain::ReserveUnits&) { return Hop::counterparty; },
                          [](const domain::JoinWaitlist&) { return Hop::counterparty; },
                          [](const auto&) { return Hop::owner; },
                      },
                      request.command);
}

} // namespace

Hop hop_after_key(const domain::AccountCommand& command) {
    if (std::holds_alternative<domain::PayOrder>(command)) {
        return Hop::sale;
    }
    return std::holds_alternative<domain::Transfer>(command) ? Hop::counterparty : Hop::owner;
}

domain::Shard shard_of_gateway_ref(std::string_view gateway_ref) {
    return domain::shard_of_user(gateway_ref); // any hash of a text would do
}

domain::Shard shard_of_key(const domain::Digest& key_digest) {
    return static_cast<domain::Shard>(domain::DigestHash{}(key_digest) & (domain::shard_count - 1));
}

Hop first_hop(const Request& request) {
    return std::visit(Overloaded{
                          [](const domain::OpenShare&) { return Hop::counterparty; },
                          [](const GrabShare&) { return Hop::counterparty; },
                          [](const std::unique_ptr<domain::Shake>&) { return Hop::counterparty; },
                          [](const std::unique_ptr<AccountRequest>& account) {
                              return account->idempotency ? Hop::key
                                                          : hop_after_key(account->command);
                          },
                          [](const std::unique_ptr<SaleRequest>& sale) { return first_hop(*sale); },
                          [](const auto&) { return Hop::owner; },
                      },
                      request.body);
}

domain::Shard shard_of(const Request& request) {
    const Hop hop = request.hop;
    return std::visit(
        Overloaded{
            [hop](const domain::OpenShare& open) { return shard_of_open(open, hop); },
            [hop](const GrabShare& grab) { return shard_of_open(grab.look, hop); },
            [](const ReadPacket& read) { return read.packet_id.shard(); },
            [](const ExpirePacket& expire) { return expire.packet_id.shard(); },
            [](const EndCampaign& end) { return end.campaign_id.shard(); },
            [](const TimeSale& time) { return time.sale_id.shard(); },
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
            [](const auto& other) -> const domain::UserId& { return other.user_id; },
        },
        command);
}

} // namespace hongbao::actors
