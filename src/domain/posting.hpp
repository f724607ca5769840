// Role: the money movements of an event: a balanced set of postings over users' accounts, the
// escrow of packets, campaigns and sales, suspended money and the outside world (promise 2).
// Invariant: the amounts of one event's postings sum to zero.
#pragma once

#include "domain/event.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace hongbao::domain {

enum class LedgerAccountKind : std::uint8_t { outside, user, escrow, suspended };

/// Views into the event it was made from; valid as long as that event.
struct Posting {
    LedgerAccountKind kind = LedgerAccountKind::outside;
    std::string_view user_id;    // kind user
    std::uint64_t escrow_id = 0; // kind escrow: of the packet, campaign or sale
    Fen amount_fen = 0;          // signed: what the account gains

    /// "outside", "suspended", "user:<user_id>" or "escrow:<id>".
    std::string account_name() const;
};

class Postings {
  public:
    Postings() = default;
    /// Moves amount_fen (> 0) from one ledger account to another.
    Postings(Posting from, Posting to, Fen amount_fen);
    const Posting* begin() const { return postings_.data(); }
    const Posting* end() const { return postings_.data() + size_; }
    std::size_t size() const { return size_; }

  private:
    std::array<Posting, 2> postings_{};
    std::size_t size_ = 0;
};

/// The postings of an event; none if it moves no money.
Postings postings_of(const Event& event);

/// What the event brings into the system from outside, in fen: negative if it takes something out,
/// 0 for most.
Fen brought_in_fen(const Event& event);

} // namespace hongbao::domain
