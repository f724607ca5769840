// Role: what the parts of the decoder share, and the part for sales.
// Invariant: what is taken keeps the memory of the record that it is taken into.
#pragma once

#include "persistence/record/bounds.hpp"

#include "record_generated.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <variant>

namespace hongbao::persistence {

/// Why an event cannot be taken: of literals; empty if it was.
using Complaint = std::string_view;

/// Copies a text, or no more of it than is needed to exceed the bounds: a damaged vector can name
/// one long text many times.
inline void take(std::string& to, const flatbuffers::String* from,
                 std::size_t bytes_max = text_bytes_max) {
    if (from == nullptr) {
        to.clear();
    } else {
        to.assign(from->c_str(), std::min<std::size_t>(from->size(), bytes_max + 1));
    }
}

/// The event in `record` as an E, keeping its strings' memory if it is one already.
template <typename E>
E& event_as(domain::Record& record) {
    E* const event = std::get_if<E>(&record.event);
    return event != nullptr ? *event : record.event.emplace<E>();
}

/// One overload per event of a sale, for what FlatBuffers' verifier has found sound.
Complaint take_event(domain::Record& record, const fb::SaleOpened& from);
Complaint take_event(domain::Record& record, const fb::OrderReserved& from);
Complaint take_event(domain::Record& record, const fb::OrderPaid& from);
Complaint take_event(domain::Record& record, const fb::OrderCancelled& from);
Complaint take_event(domain::Record& record, const fb::OrderTimedOut& from);
Complaint take_event(domain::Record& record, const fb::OrderRefunded& from);
Complaint take_event(domain::Record& record, const fb::ExternalPaymentTaken& from);
Complaint take_event(domain::Record& record, const fb::WaitlistJoined& from);
Complaint take_event(domain::Record& record, const fb::WaiterPassedOver& from);
Complaint take_event(domain::Record& record, const fb::SaleClosed& from);
Complaint take_event(domain::Record& record, const fb::SuspendedPaymentDecided& from);

} // namespace hongbao::persistence
