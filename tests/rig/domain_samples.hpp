// Role: accounts, packets and commands for domain tests, which then change one thing in them.
#pragma once

#include "domain/account/account.hpp"
#include "domain/packet/packet.hpp"

#include <cstdint>
#include <string>
#include <utility>
#include <variant>

namespace hongbao::testing {

/// 2026-11-21T05:53:14.123Z, 13:53 in UTC+8: well inside a business day.
inline constexpr domain::InstantMs sample_now = 1'795'240'394'123;
/// More than any share: a packet without a cap.
inline constexpr domain::Fen no_cap = 1'000'000'000'000'000;

inline domain::Account account_with(domain::Fen balance_fen,
                                    domain::AccountStatus status = domain::AccountStatus::active) {
    domain::Account account;
    account.profile.user_id = "alice";
    account.profile.username = "Alice";
    account.profile.created_at = sample_now - 1'000;
    account.standing.balance_fen = balance_fen;
    account.standing.status = status;
    return account;
}

inline domain::SendPacket send_lucky(domain::Fen total_fen, std::int64_t count) {
    domain::SendPacket command;
    command.packet_id = domain::PacketId{77};
    command.sender = "alice";
    command.kind = domain::PacketKind::lucky;
    command.total_fen = total_fen;
    command.count = count;
    command.life_s = domain::packet_life_s_default;
    return command;
}

inline domain::SendPacket send_equal(domain::Fen share_fen, std::int64_t count) {
    domain::SendPacket command = send_lucky(0, count);
    command.kind = domain::PacketKind::equal;
    command.total_fen.reset();
    command.share_fen = share_fen;
    return command;
}

inline domain::PacketSent packet_terms(domain::PacketKind kind, domain::Fen total_fen,
                                       std::int64_t count) {
    domain::PacketSent terms;
    terms.packet_id = domain::PacketId{77};
    terms.sender = "sender";
    terms.kind = kind;
    terms.total_fen = total_fen;
    terms.count = count;
    terms.share_fen_max = 20'000;
    terms.expires_at = sample_now + 60'000;
    return terms;
}

inline domain::Packet packet_of(const domain::PacketSent& terms) {
    return domain::sent_packet(terms, 5, sample_now);
}

inline domain::OpenShare open_by(std::string user_id) {
    domain::OpenShare command;
    command.packet_id = domain::PacketId{77};
    command.user_id = std::move(user_id);
    command.opener = domain::UserStanding::active;
    return command;
}

/// The account that decides on the command.
inline const domain::UserId& owner_of(const domain::AccountCommand& command) {
    return std::visit(
        [](const auto& c) -> const domain::UserId& {
            if constexpr (requires { c.user_id; }) {
                return c.user_id;
            } else if constexpr (requires { c.from; }) {
                return c.from;
            } else if constexpr (requires { c.merchant; }) {
                return c.merchant;
            } else if constexpr (requires { c.terms.user_id; }) {
                return c.terms.user_id;
            } else {
                return c.sender;
            }
        },
        command);
}

inline void take_share(domain::Packet& packet, std::string user_id, domain::Fen amount_fen,
                       domain::InstantMs at = sample_now) {
    apply(packet, domain::ShareOpened{packet.terms.packet_id, std::move(user_id), amount_fen}, at);
}

} // namespace hongbao::testing
