// Role: a small journal's worth of records for the benchmarks: accounts, one packet, then opens.
#pragma once

#include "domain/record.hpp"

#include <string>
#include <vector>

namespace hongbao::bench {

inline constexpr domain::InstantMs began_at = domain::id_epoch_ms + 1'000;
inline constexpr domain::Fen share_fen = 100;

inline domain::PacketId sample_packet() {
    return domain::make_id<domain::PacketId>(1, 2, 3);
}

inline domain::UserId sample_user(std::size_t index) {
    return "u" + std::to_string(1'000'000 + index);
}

inline domain::Record share_opened(domain::Sequence sequence, std::size_t user) {
    return {sequence, began_at + static_cast<domain::InstantMs>(sequence),
            domain::ShareOpened{sample_packet(), sample_user(user), share_fen}, std::nullopt};
}

/// Records 1 … 2·users+3, balanced and in an order that replay accepts.
inline std::vector<domain::Record> sample_journal(std::size_t users) {
    std::vector<domain::Record> records;
    const auto add = [&records](domain::Event&& event) {
        const domain::Sequence sequence = records.size() + 1;
        records.push_back({sequence, began_at + static_cast<domain::InstantMs>(sequence),
                           std::move(event), std::nullopt});
    };
    const domain::Fen total_fen = static_cast<domain::Fen>(users) * share_fen;
    add(domain::AccountOpened{"sender", "Sender", "", domain::AccountType::merchant});
    add(domain::Deposited{"sender", total_fen, "for the packet"});
    for (std::size_t i = 0; i < users; ++i) {
        add(domain::AccountOpened{sample_user(i), "Someone", "", domain::AccountType::personal});
    }
    domain::PacketSent sent;
    sent.packet_id = sample_packet();
    sent.sender = "sender";
    sent.kind = domain::PacketKind::equal;
    sent.total_fen = total_fen;
    sent.count = static_cast<std::int64_t>(users);
    sent.share_fen_max = share_fen;
    sent.expires_at = began_at + domain::ms_per_day;
    add(sent);
    for (std::size_t i = 0; i < users; ++i) {
        add(domain::ShareOpened{sample_packet(), sample_user(i), share_fen});
    }
    return records;
}

} // namespace hongbao::bench
