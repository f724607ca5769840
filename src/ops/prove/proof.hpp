// Role: the data that `hongbao prove` checks: a packet's terms, seed and claims, from a journal or
// from a server.
#pragma once

#include "domain/event.hpp"
#include "domain/packet/claims.hpp"

#include <string>
#include <variant>
#include <vector>

namespace hongbao::ops {

struct Proof {
    domain::PacketSent terms; // with the seed only if the packet is over
    bool is_up_front = false;
    std::string seed_hash;                      // hex, as recorded or answered
    std::vector<domain::Claims::Opened> claims; // in the order of opening
};

/// The proof, or a sentence that says why there is none. `packet` is an id in decimal.
std::variant<Proof, std::string> proof_from_journal(const std::string& data_dir,
                                                    const std::string& packet);
std::variant<Proof, std::string>
proof_from_server(const std::string& server_url, const std::string& key, const std::string& packet);

} // namespace hongbao::ops
