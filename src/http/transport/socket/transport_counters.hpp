// Role: what the transport counts, readable from any thread while the loop runs.
// Invariant: written by the loop's thread alone, so that counting needs no locked instruction.
#pragma once

#include "actors/protocol/counter.hpp"

namespace hongbao::http {

using actors::Counter;

struct TransportCounters {
    Counter connections_open;      // now, refused ones that still linger included
    Counter controls_open;         // now: connections of the control socket, not counted there
    Counter connections_accepted;  // ever
    Counter connections_refused;   // ever, beyond connections_max
    Counter connections_displaced; // ever: idle ones, closed to make room for others
    Counter connections_evicted;   // ever: slow ones, whose bytes others needed
    Counter greetings;             // ever: handshakes of TLS that succeeded
    Counter greetings_failed;      // ever: and that did not, or did not even begin
    Counter requests_in_flight;    // now: handler started, not yet returned
    Counter streams_open;          // now: of those, answered with a stream that has not ended
    Counter streams_dropped;       // ever: whose client did not take what it was sent
    Counter paused_asking;         // now: connections that are not read, though they ask
    Counter responses;             // ever, by handlers
    Counter refusals;              // ever, by the transport itself
    Counter rounds;                // ever, of the loop
    Counter sends;                 // ever: calls of send() that took bytes
};

} // namespace hongbao::http
