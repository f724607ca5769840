// Role: the bound on all money in the system (rule 2): what deposits and gateways have brought in,
// less what was withdrawn. No balance can exceed that sum, so no credit fails.
// Owner: the environment; accounts and sales bring money in, the journal writer lets it out;
// guarded by a mutex. Invariants: money on its way in counts immediately, money on its way out only
// once its record is synced; so the journal never holds more than the bound, unless it did at the
// start.
#pragma once

#include "actors/protocol/ticket.hpp"
#include "domain/values/money.hpp"

#include <mutex>
#include <optional>

namespace hongbao::actors {

class MoneyInSystem {
  public:
    /// Before anything is asked: what the journal holds, and the bound.
    void begin(domain::FenSum held_fen, domain::Fen fen_max) {
        held_fen_ = held_fen;
        fen_max_ = fen_max;
    }

    /// Brings the amount in if there is room for it: calls `record`, which puts the record in the
    /// writer's queue and returns its ticket. Otherwise does nothing and returns the ticket that
    /// the refusal rests on: of the last money that came in.
    template <typename PutInQueue>
    std::optional<Ticket> refuse_or_bring_in(domain::Fen amount_fen, PutInQueue record) {
        const std::lock_guard lock(mutex_);
        if (held_fen_ + amount_fen > fen_max_) {
            return last_in_;
        }
        held_fen_ += amount_fen;
        last_in_ = record();
        return std::nullopt;
    }

    /// A synced record has taken this amount out.
    void let_out(domain::Fen amount_fen) {
        const std::lock_guard lock(mutex_);
        held_fen_ -= amount_fen;
    }

  private:
    std::mutex mutex_;
    domain::FenSum held_fen_ = 0; // the journals of earlier versions knew no bound
    domain::Fen fen_max_ = domain::money_in_system_fen_max;
    Ticket last_in_ = 0;
};

} // namespace hongbao::actors
