// Role: the lines of statements, folded from the journal: balances, line numbers, and who sent a
// packet or funded a campaign. It holds a number for each account, and a name for each packet and
// campaign that is open. Owner thread: the caller's.
#pragma once

#include "actors/protocol/views.hpp"
#include "domain/record.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <unordered_map>

namespace hongbao::ops {

class StatementFold {
  public:
    using Take = std::function<void(const persistence::StatementLine&)>;

    /// Every record in order, from the first. `user_id`: of this account alone, unless empty.
    explicit StatementFold(std::string user_id) : user_id_(std::move(user_id)) {}
    void take(const domain::Record& record, const Take& take);

    /// Whether an account of that name was opened.
    bool has_user() const { return has_user_; }

  private:
    struct Standing {
        domain::Fen balance_fen = 0;
        std::uint64_t line_count = 0;
    };
    struct OpenPacket {
        domain::UserId sender;
        std::int64_t shares_left = 0;
    };

    void note(const domain::Event& event);
    void forget(const domain::Event& event);
    std::string counterparty_of(const domain::Event& event, const std::string& otherwise) const;

    const std::string user_id_;
    bool has_user_ = false;
    std::unordered_map<domain::UserId, Standing> standings_;
    std::unordered_map<domain::PacketId, OpenPacket> packets_;
    std::unordered_map<domain::CampaignId, domain::UserId> merchants_;
};

} // namespace hongbao::ops
