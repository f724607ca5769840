// Role: how much of the journal the record of a request may take.
#include "actors/protocol/request.hpp"

#include "domain/values/overloaded.hpp"
#include "persistence/journal/lmdb/record_size.hpp"
#include "persistence/record/bounds.hpp"

namespace hongbao::actors {

namespace {

template <typename... Texts>
std::size_t plain(const Texts&... texts) {
    return (persistence::plain_record_bytes_most + ... +
            persistence::text_bytes_most(texts.size()));
}
template <typename... Texts>
std::size_t terms(const Texts&... texts) {
    return (persistence::terms_record_bytes_most + ... +
            persistence::text_bytes_most(texts.size()));
}
/// For a user whom the command does not name.
constexpr std::size_t some_user_bytes =
    persistence::text_bytes_most(persistence::user_id_bytes_max);
constexpr std::size_t some_gateway_ref_bytes =
    persistence::text_bytes_most(persistence::gateway_ref_bytes_max);

/// Of a text that the record repeats if the command has none.
std::size_t text_or_kept(const std::optional<std::string>& text) {
    return persistence::text_bytes_most(text ? text->size() : persistence::text_bytes_max);
}

std::size_t record_bytes_most(const domain::AccountCommand& command) {
    return std::visit(domain::Overloaded{
                          [](const domain::OpenAccount& open) {
                              return plain(open.user_id, open.username, open.avatar_url);
                          },
                          [](const domain::ChangeAccountStatus& change) {
                              return plain(change.user_id, change.reason);
                          },
                          [](const domain::ChangeAccountProfile& change) {
                              return plain(change.user_id) + text_or_kept(change.username) +
                                     text_or_kept(change.avatar_url);
                          },
                          [](const domain::Deposit& deposit) {
                              return plain(deposit.user_id, deposit.reference);
                          },
                          [](const domain::Withdraw& withdraw) {
                              return plain(withdraw.user_id, withdraw.reference);
                          },
                          [](const domain::Transfer& transfer) {
                              return plain(transfer.from, transfer.to, transfer.memo);
                          },
                          [](const domain::SendPacket& send) {
                              std::size_t bytes = terms(send.sender, send.blessing, send.cover);
                              for (const domain::UserId& recipient : send.recipients) {
                                  bytes += persistence::listed_text_bytes_most(recipient.size());
                              }
                              return bytes;
                          },
                          [](const domain::FundCampaign& fund) {
                              return terms(fund.merchant, fund.name, fund.picture, fund.text) +
                                     persistence::round_bytes_most * fund.rounds.size();
                          },
                          [](const domain::OpenSale& open) {
                              return terms(open.merchant, open.title, open.group);
                          },
                          [](const domain::PayOrder&) { return plain() + some_user_bytes; },
                      },
                      command);
}

/// 0 if it leads to no record of its own.
std::size_t record_bytes_most(const SaleRequest& request) {
    return std::visit(
        domain::Overloaded{
            [](const domain::ReserveUnits& reserve) { return plain(reserve.user_id); },
            [](const domain::JoinWaitlist& join) { return plain(join.user_id); },
            [](const domain::LeaveWaitlist& leave) { return plain(leave.user_id); },
            [](const domain::CancelOrder&) { return plain() + some_user_bytes; },
            [](const domain::TakeExternalPayment& payment) {
                return plain(payment.gateway_ref) + some_user_bytes;
            },
            [](const domain::DecideSuspendedPayment& decide) {
                return plain(decide.reason) + some_user_bytes + some_gateway_ref_bytes;
            },
            [](const OfferUnit&) { return std::size_t{0}; },
            [](const PaymentOver&) { return std::size_t{0}; },
            [](const ReadOrder&) { return std::size_t{0}; },
            [](const ReadWaiter&) { return std::size_t{0}; },
        },
        request.command);
}

std::size_t ranges_bytes(const std::vector<std::string>& ranges) {
    std::size_t bytes = 0;
    for (const std::string& range : ranges) {
        bytes += persistence::listed_text_bytes_most(range.size());
    }
    return bytes;
}

/// An address, as many types as there may be, and a reason.
constexpr std::size_t webhook_bytes_most = 12'288;

std::size_t record_bytes_most(const domain::AdministrationCommand& command) {
    return std::visit(
        domain::Overloaded{
            [](const domain::CreateAccessKey& create) {
                return terms(create.key.key_id, create.key.name, create.key.account) +
                       ranges_bytes(create.key.address_ranges);
            },
            [](const domain::RotateAccessKey& rotate) { return terms(rotate.key_id); },
            [](const domain::RevokeAccessKey& revoke) { return plain(revoke.key_id); },
            domain::case_of<domain::ChangeSwitch, domain::AdvanceClock, domain::RotateTokenSecret>(
                [](const auto&) { return plain(); }),
            [](const domain::CreateInvitation& create) {
                return terms(create.invitation.invitation_id) +
                       ranges_bytes(create.invitation.address_ranges);
            },
            [](const domain::RevokeInvitation& revoke) { return plain(revoke.invitation_id); },
            [](const domain::AcceptInvitation& accept) {
                return plain(accept.invitation_id, accept.user_id);
            },
            // A change repeats what it leaves as it is.
            domain::case_of<domain::CreateWebhook, domain::ChangeWebhook>(
                [](const auto&) { return plain() + webhook_bytes_most; }),
        },
        command);
}

/// 0 if it only asks.
std::size_t record_bytes_most(const AdministrationRequest& request) {
    const auto* const command = std::get_if<domain::AdministrationCommand>(&request.command);
    return command == nullptr ? 0
                              : record_bytes_most(*command) +
                                    persistence::operation_bytes_most(request.operation.get());
}

} // namespace

std::uint64_t journal_bytes_most(const Request& request) {
    const std::size_t record_bytes = std::visit(
        domain::Overloaded{
            [](const domain::OpenShare& open) { return plain(open.user_id); },
            [](const std::unique_ptr<domain::Shake>& shake) {
                return plain(shake->user_id, shake->shake_key);
            },
            [](const std::unique_ptr<AccountRequest>& account) {
                return record_bytes_most(account->command) +
                       persistence::operation_bytes_most(account->operation.get());
            },
            [](const std::unique_ptr<SaleRequest>& sale) {
                return record_bytes_most(*sale) +
                       persistence::operation_bytes_most(sale->operation.get());
            },
            [](const GrabShare&) { return std::size_t{0}; },
            [](const ReadPacket&) { return std::size_t{0}; },
            [](const ReadAccount&) { return std::size_t{0}; },
            [](const std::unique_ptr<PreviewSend>&) { return std::size_t{0}; },
            [](const ExpirePacket&) { return std::size_t{0}; }, // timer requests bring room, or
            [](const EndCampaign&) { return std::size_t{0}; },  // their entity claims it
            [](const TimeSale&) { return std::size_t{0}; },
            [](const ClaimKey&) { return std::size_t{0}; },
            [](const std::unique_ptr<KeepAnswer>&) { return std::size_t{0}; },
            [](const std::unique_ptr<AdministrationRequest>& administration) {
                return record_bytes_most(*administration);
            },
        },
        request.body);
    const std::size_t key_bytes =
        request.key ? persistence::key_bytes_most(request.key->tag().key.size()) : 0;
    return record_bytes == 0 ? 0 : persistence::journal_bytes_most(record_bytes + key_bytes);
}

} // namespace hongbao::actors
