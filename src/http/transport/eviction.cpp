// Role: finds the address that holds most, and its slowest connections.
#include "http/transport/eviction.hpp"

#include "http/transport/loop_context.hpp"

#include <algorithm>
#include <cstddef>
#include <queue>
#include <tuple>
#include <vector>

namespace hongbao::http {

namespace {

using Phase = Connection::Phase;

struct Claim {
    Connection* connection;
    ClientAddress address;
    bool stays; // its request is being answered
    std::int64_t pace_per_s;
    std::size_t bytes; // held, and refused
};

/// The claims of one address, those that can go first, slowest first.
struct Holder {
    std::size_t bytes = 0;
    const Claim* next = nullptr;
    const Claim* end = nullptr;

    bool operator<(const Holder& other) const { return bytes < other.bytes; }
};

std::vector<Claim> gather_claims(LoopContext& context, std::size_t& wanted_bytes) {
    std::vector<Claim> claims;
    for (const Phase phase : {Phase::receiving, Phase::sending, Phase::paused,
                              Phase::stream_sending, Phase::handling, Phase::streaming}) {
        const bool stays = phase == Phase::handling || phase == Phase::streaming;
        ConnectionList& list = context.lists[static_cast<std::size_t>(phase)];
        for (auto* at = list.first(); at != nullptr; at = list.after(*at)) {
            auto& connection = static_cast<Connection&>(*at); // the lists hold nothing else
            const std::size_t wanted = connection.take_wanted_bytes();
            const std::size_t bytes = connection.held_bytes() + wanted;
            wanted_bytes += wanted;
            if (bytes > 0) {
                claims.push_back({&connection, connection.client().group, stays,
                                  connection.pace_per_s(), bytes});
            }
        }
    }
    std::ranges::sort(claims, {}, [](const Claim& claim) {
        return std::tuple(claim.address, claim.stays, claim.pace_per_s);
    });
    return claims;
}

std::priority_queue<Holder> by_address(const std::vector<Claim>& claims) {
    std::priority_queue<Holder> holders;
    const Claim* const end = claims.data() + claims.size();
    for (const Claim* at = claims.data(); at != end;) {
        Holder holder{0, at, at};
        const ClientAddress address = at->address;
        for (; at != end && at->address == address; ++at) {
            holder.bytes += at->bytes;
            holder.end = at->stays ? holder.end : at + 1;
        }
        holders.push(holder);
    }
    return holders;
}

} // namespace

void evict_slowest(LoopContext& context) {
    if (!context.buffers.is_short()) {
        return;
    }
    std::size_t wanted_bytes = 0;
    const std::vector<Claim> claims = gather_claims(context, wanted_bytes);
    std::size_t excess_bytes = context.buffers.excess_bytes(wanted_bytes);
    auto holders = by_address(claims);
    while (excess_bytes > 0 && !holders.empty()) {
        Holder holder = holders.top();
        holders.pop();
        if (holder.next == holder.end) {
            continue;
        }
        const Claim& claim = *holder.next++;
        claim.connection->evict();
        excess_bytes -= std::min(excess_bytes, claim.bytes);
        holder.bytes -= claim.bytes;
        holders.push(holder);
    }
}

} // namespace hongbao::http
