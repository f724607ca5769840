// Role: short names for the bodies of requests, for tests of actors.
#pragma once

#include "actors/protocol/digests.hpp"
#include "actors/protocol/request.hpp"

#include <memory>
#include <string>
#include <type_traits>
#include <utility>

namespace hongbao::testing {

/// A request's body, and the idempotency key that it comes with.
struct Body {
    template <typename Asked>
    requires(std::is_constructible_v<decltype(actors::Request::body), Asked>) Body(Asked&& what)
        : asked(std::forward<Asked>(what)) {} // NOLINT: so that tests read well

    actors::Request to_request(const actors::ReplyTo& to) && {
        actors::Request request;
        request.body = std::move(asked);
        request.reply_to = to;
        request.key = std::move(key);
        return request;
    }

    decltype(actors::Request::body) asked;
    std::unique_ptr<actors::RequestKey> key{}; // null: none
};

inline Body command(domain::AccountCommand account_command) {
    auto request = std::make_unique<actors::AccountRequest>();
    request->command = std::move(account_command);
    return request;
}

/// The same request with an idempotency key; `text` is all that distinguishes it from others.
inline Body keyed(const std::string& key, Body body, const std::string& text = "same") {
    body.key = std::make_unique<actors::RequestKey>(
        domain::IdempotencyTag{key, actors::digest_of_request("POST", "/v1", text)});
    return body;
}

inline Body open_account(const std::string& user_id) {
    return command(
        domain::OpenAccount{user_id, "name of " + user_id, "", domain::AccountType::personal});
}
inline Body deposit(const std::string& user_id, domain::Fen amount_fen) {
    return command(domain::Deposit{user_id, amount_fen, ""});
}
/// With the client's own reference.
inline Body deposit_of(const std::string& reference, const std::string& user_id,
                       domain::Fen amount_fen) {
    return command(domain::Deposit{user_id, amount_fen, reference});
}
inline Body withdraw(const std::string& user_id, domain::Fen amount_fen) {
    return command(domain::Withdraw{user_id, amount_fen, "out"});
}
inline Body transfer(const std::string& from, const std::string& to, domain::Fen amount_fen) {
    return command(domain::Transfer{from, to, amount_fen, "memo"});
}
inline Body rename(const std::string& user_id, const std::string& username) {
    return command(domain::ChangeAccountProfile{user_id, username, std::nullopt});
}
inline Body set_status(const std::string& user_id, domain::AccountStatus status) {
    return command(domain::ChangeAccountStatus{user_id, status, "because"});
}
inline Body freeze(const std::string& user_id) {
    return set_status(user_id, domain::AccountStatus::frozen);
}

/// The same send, as a preview.
inline Body preview(Body send_body) {
    auto& request = *std::get<std::unique_ptr<actors::AccountRequest>>(send_body.asked);
    auto asked = std::make_unique<actors::PreviewSend>();
    asked->send = std::move(std::get<domain::SendPacket>(request.command));
    return asked;
}

/// A public packet that lives for a minute.
inline Body send(domain::PacketId packet_id, const std::string& sender, domain::Fen total_fen,
                 std::int64_t count, domain::PacketKind kind = domain::PacketKind::lucky) {
    domain::SendPacket packet;
    packet.packet_id = packet_id;
    packet.sender = sender;
    packet.kind = kind;
    packet.total_fen = total_fen;
    packet.count = count;
    packet.life_s = domain::packet_life_s_min;
    return command(std::move(packet));
}

inline Body open(domain::PacketId packet_id, const std::string& user_id) {
    return domain::OpenShare{packet_id, user_id, std::nullopt, domain::UserStanding::missing};
}
inline Body grab(domain::PacketId packet_id, const std::string& user_id) {
    return actors::GrabShare{std::get<domain::OpenShare>(open(packet_id, user_id).asked)};
}
inline Body read(domain::PacketId packet_id) {
    return actors::ReadPacket{packet_id};
}
inline Body read(const std::string& user_id) {
    return actors::ReadAccount{user_id};
}

inline Body open_merchant(const std::string& user_id) {
    return command(
        domain::OpenAccount{user_id, "name of " + user_id, "", domain::AccountType::merchant});
}
inline Body shake(domain::CampaignId campaign_id, const std::string& user_id,
                  const std::string& shake_key = "r") {
    return std::make_unique<domain::Shake>(
        domain::Shake{campaign_id, user_id, shake_key, domain::UserStanding::missing});
}

/// The first and the last step of a batch.
inline Body claim_key() {
    return actors::ClaimKey{};
}
inline Body keep_answer(std::unique_ptr<actors::RequestKey> key, const std::string& text) {
    Body body =
        std::make_unique<actors::KeepAnswer>(actors::KeepAnswer{domain::AnswerKept{200, text}});
    body.key = std::move(key);
    return body;
}

inline Body sale_request(decltype(actors::SaleRequest::command) asked) {
    return std::make_unique<actors::SaleRequest>(actors::SaleRequest{std::move(asked)});
}
inline Body reserve(domain::SaleId sale_id, const std::string& user_id, std::int64_t quantity = 1) {
    return sale_request(
        domain::ReserveUnits{sale_id, user_id, quantity, domain::UserStanding::missing});
}
inline Body join(domain::SaleId sale_id, const std::string& user_id) {
    return sale_request(domain::JoinWaitlist{sale_id, user_id, domain::UserStanding::missing});
}
inline Body leave(domain::SaleId sale_id, const std::string& user_id) {
    return sale_request(domain::LeaveWaitlist{sale_id, user_id, domain::UserStanding::missing});
}
inline Body look_at_place(domain::SaleId sale_id, const std::string& user_id) {
    return sale_request(actors::ReadWaiter{sale_id, user_id, domain::UserStanding::missing});
}
inline Body cancel(domain::OrderId order_id) {
    return sale_request(domain::CancelOrder{order_id});
}
inline Body pay(domain::OrderId order_id) {
    return command(domain::PayOrder{order_id, {}, {}});
}
inline Body pay_outside(domain::OrderId order_id, const std::string& gateway_ref,
                        domain::Fen amount_fen) {
    return sale_request(domain::TakeExternalPayment{order_id, gateway_ref, amount_fen, "",
                                                    domain::UserStanding::missing});
}

/// The operator's decision on the payment that this record suspended.
inline Body decide(domain::Sequence taken_sequence, domain::SuspensionEnd decision) {
    return sale_request(
        domain::DecideSuspendedPayment{taken_sequence, decision, "looked into", {}, {}});
}

/// A command to the administration, by an operator.
inline Body administer(domain::AdministrationCommand command, const std::string& reason = "") {
    return std::make_unique<actors::AdministrationRequest>(actors::AdministrationRequest{
        std::move(command),
        std::make_shared<const domain::Operation>(domain::Operation{"local", "r-1", reason})});
}
inline Body accept_invitation(const std::string& invitation_id, const std::string& user_id) {
    return std::make_unique<actors::AdministrationRequest>(actors::AdministrationRequest{
        domain::AdministrationCommand{domain::AcceptInvitation{invitation_id, user_id}}});
}
inline Body read_administration() {
    return std::make_unique<actors::AdministrationRequest>(
        actors::AdministrationRequest{actors::ReadAdministration{}});
}

/// Sale number `n`, in a shard that follows from `n`.
inline domain::SaleId sale_number(std::uint32_t n) {
    return domain::make_id<domain::SaleId>(3'000 + n, (n * 13) % domain::shard_count, n);
}

/// Campaign number `n`, in a shard that follows from `n`.
inline domain::CampaignId campaign_number(std::uint32_t n) {
    return domain::make_id<domain::CampaignId>(2'000 + n, (n * 11) % domain::shard_count, n);
}

/// Packet number `n`, in a shard that follows from `n`.
inline domain::PacketId packet_number(std::uint32_t n) {
    return domain::make_id<domain::PacketId>(1'000 + n, (n * 7) % domain::shard_count, n);
}

} // namespace hongbao::testing
