// Role: whether the parts of a running server go on: its event loops, its routers and the writer of
// its journal. Owner thread: one that asks again and again; nothing that it does waits for them.
#pragma once

#include "actors/engine.hpp"
#include "http/api/server.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace hongbao::ops {

class Vitals {
  public:
    Vitals(http::Server& front_end, actors::Engine& engine, std::int64_t commit_stall_ms)
        : front_end_(front_end), engine_(engine), commit_stall_ms_(commit_stall_ms) {}

    /// Empty, or a sentence about what has stood still since the last call; the first call only
    /// takes a look.
    std::string find_fault();

  private:
    std::string fault_of_writer();
    std::string fault_of_routers();

    http::Server& front_end_;
    actors::Engine& engine_;
    const std::int64_t commit_stall_ms_;
    actors::Ticket queued_before_ = 0;
    std::vector<std::int64_t> ticks_before_;
};

} // namespace hongbao::ops
