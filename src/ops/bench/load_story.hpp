// Role: what happens in a large data directory made for measuring: accounts are opened, packets of
// many sizes sent, opened, exhausted or refunded, and some money moves besides. The domain
// decides every event. The same seed and the same end make the same records.
// Owner thread: the caller's. Invariant: each record follows from those before it.
#pragma once

#include "domain/account/account.hpp"
#include "domain/packet/packet.hpp"
#include "domain/record.hpp"

#include <cstdint>
#include <optional>
#include <queue>
#include <string>
#include <unordered_map>
#include <vector>

namespace hongbao::ops {

/// SplitMix64 (Steele, Lea, Flood 2014): the same draws for the same seed, on every machine.
class SeededLuck final : public domain::Random {
  public:
    explicit SeededLuck(std::uint64_t seed) : state_(seed) {}
    std::uint64_t below(std::uint64_t bound) override;

  private:
    std::uint64_t next();
    std::uint64_t state_;
};

/// Counts of the packets that were sent, by state, and of their shares.
struct LoadTally {
    std::uint64_t packets_open = 0;
    std::uint64_t packets_exhausted = 0;
    std::uint64_t packets_refunded = 0;
    std::uint64_t shares = 0;
};

class LoadStory {
  public:
    static constexpr std::int64_t accounts_min = 20;
    static constexpr std::int64_t records_beyond_accounts_min = 10;
    /// From the first record to the end.
    static constexpr std::int64_t lasts_ms = 10 * domain::ms_per_day;

    /// `accounts` and `records` at least as above; the last record is of `ends_at`.
    LoadStory(std::uint64_t accounts, std::uint64_t records, std::uint64_t seed,
              domain::InstantMs ends_at);

    /// The next record; not after the last.
    domain::Record next();
    bool has_ended() const { return sequence_ == records_; }

    LoadTally tally() const;

    /// Merchants come first, one for ten thousand accounts and at least one.
    static std::uint64_t merchant_count(std::uint64_t accounts);
    /// The user ids of the others are those of `hongbao bench engine`: u0000000 and so on.
    static domain::UserId user_id_of(std::uint64_t number);

  private:
    using AccountIndex = std::uint32_t;

    domain::Event event();
    std::optional<domain::Event> close_a_packet();
    domain::Event send_a_packet();
    domain::Event open_a_share();
    std::optional<domain::Event> trade();
    domain::Event open_an_account();
    domain::SendPacket draw_packet();
    domain::Event accept(AccountIndex decided_by, domain::Event&& event);
    domain::Packet& packet_to_open();
    void forget(domain::PacketId packet_id);
    AccountIndex any_user();
    std::optional<domain::Event> decide(AccountIndex index, const domain::AccountCommand& command);
    void tag(domain::Record& record);

    const std::uint64_t accounts_wanted_;
    const std::uint64_t records_;
    const std::uint64_t merchants_;
    const std::uint64_t shares_max_;
    const domain::InstantMs ends_at_;
    const domain::SendLimits limits_;
    SeededLuck luck_;
    domain::Sequence sequence_ = 0; // of the record being made, or made last
    domain::InstantMs now_ = 0;
    std::uint32_t packets_sent_ = 0;
    LoadTally tally_;

    std::vector<domain::Account> accounts_; // merchants first
    std::unordered_map<domain::UserId, AccountIndex> index_of_;
    std::unordered_map<domain::PacketId, domain::Packet> packets_; // that have a share left
    std::vector<domain::PacketId> packet_ids_;                     // of the same, in any order
    using Expiry = std::pair<domain::InstantMs, domain::PacketId>;
    std::priority_queue<Expiry, std::vector<Expiry>, std::greater<>> expiries_;
    std::optional<domain::SendPacket> wanted_packet_; // its sender waits for money
    AccountIndex wanted_sender_ = 0;
};

} // namespace hongbao::ops
