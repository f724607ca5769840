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
    case Hop::owner: return domain::shard_of_user(owner_of(request.command));
    }
    domain::invariant(false, "a hop is of a known kind");
    return 0;
}

domain::Shard shard_of_open(const domain::OpenShare& open, Hop hop) {
    return hop == Hop::counterparty ? domain::shard_of_user(open.user_id) : open.packet_id.shard();
}

} // namespace

domain::Shard shard_of_key(const domain::Digest& key_digest) {
    return static_cast<domain::Shard>(domain::DigestHash{}(key_digest) & (domain::shard_count - 1));
}

Hop first_hop(const Request& request) {
    return std::visit(Overloaded{
                          [](const domain::OpenShare&) { return Hop::counterparty; },
                          [](const GrabShare&) { return Hop::counterparty; },
                          [](const std::unique_ptr<domain::Shake>&) { return Hop::counterparty; },
                          [](const std::unique_ptr<AccountRequest>& account) {
                              if (account->idempotency) {
                                  return Hop::key;
                              }
                              return std::holds_alternative<domain::Transfer>(account->command)
                                         ? Hop::counterparty
                                         : Hop::owner;
                          },
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
            [](const auto& other) -> const domain::UserId& { return other.user_id; },
        },
        command);
}

} // namespace hongbao::actors
