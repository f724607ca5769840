// Role: who goes when the account of buffered bytes is full: of the address that holds most, the
// connection whose bytes move slowest. So a client that stalls makes room for those that do not,
// and one that takes much for those that take little; behind a proxy, where all come from one
// address, the slowest of all go.
// Owner: one event loop, its thread.
#pragma once

namespace hongbao::http {

struct LoopContext;

/// Once a round, outside of any connection's turn. Makes room for what was asked for in vain: in
/// the next round it can be had, or whoever asked has been evicted itself.
void evict_slowest(LoopContext& context);

} // namespace hongbao::http
