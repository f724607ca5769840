// Role: what the actors of one campaign tell each other. A campaign is one budget and one or more
// slices. Each user belongs to one slice, which knows all of that user's shakes and holds a part of
// the budget, its allotment. A prize is decided by the actor that holds its money, so nothing is
// locked and nothing can be spent twice. Allotments are not in the journal: only prizes count, and
// after a crash an allotment is simply part of what is left.
#pragma once

#include "actors/protocol/ticket.hpp"
#include "domain/values/money.hpp"

#include <caf/allowed_unsafe_message_type.hpp>

#include <cstddef>
#include <cstdint>

namespace hongbao::actors {

/// A slice's allotment does not cover a prize that a user has drawn. It returns what it holds.
struct BudgetWanted {
    std::size_t slice = 0;
    domain::Fen returned_fen = 0;
    domain::Fen least_fen = 0; // what the prize may be cut down to
    domain::Fen most_fen = 0;  // what was drawn
};

/// The budget's answer. If it is less than `least_fen`, there is no more.
struct BudgetGranted {
    domain::Fen amount_fen = 0;
};

/// Told to every slice before one of them is granted less than it wanted, and when the campaign is
/// closed: from then on all of them refuse what cannot be paid, whoever asks.
struct BudgetLeft {
    domain::Fen left_fen = 0; // will never grow
    Ticket rests_on = 0;      // refusals rest on prizes, or on an end, that may be unsynced
    bool is_closed = false;
};

/// Asks a slice for all that it holds.
struct RecallBudget {
    bool is_closing = false; // the campaign is over: nothing may be drawn until that is recorded
};

/// The slice's answer, once everything that it has decided is in the writer's queue.
struct BudgetReturned {
    std::size_t slice = 0;
    domain::Fen amount_fen = 0;
    bool is_idle = false; // nothing of the slice's is on its way
};

} // namespace hongbao::actors

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(hongbao::actors::BudgetWanted)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(hongbao::actors::BudgetGranted)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(hongbao::actors::BudgetLeft)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(hongbao::actors::RecallBudget)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(hongbao::actors::BudgetReturned)
