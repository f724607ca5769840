// Role: which connections go when too many bytes are buffered: of the address that holds most, the
// one whose bytes move slowest. So a stalled client makes room for the others, and a greedy one for
// the modest; behind a proxy, where all come from one address, the slowest of all go.
// Owner: one event loop, its thread.
#pragma once

namespace hongbao::http {

struct LoopContext;

/// Once a round, outside of any connection's turn. Makes room for what was asked for in vain: in
/// the next round it can be had, or whoever asked has been evicted itself.
void evict_slowest(LoopContext& context);

} // namespace hongbao::http
