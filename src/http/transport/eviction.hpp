// Role: which connections go when too many bytes are buffered: of the address that holds most, the
// one whose bytes move slowest. So stalled clients make room for the others, and greedy ones for
// modest ones; behind a proxy, where all come from one address, the slowest of all go.
// Owner: one event loop, its thread.
#pragma once

namespace hongbao::http {

struct LoopContext;

/// Once a round, outside of any connection's turn. Makes room for the bytes that were refused: in
/// the next round they are available, or the connection that asked has been evicted itself.
void evict_slowest(LoopContext& context);

} // namespace hongbao::http
