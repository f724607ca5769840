// Role: the stories that `hongbao demo` can tell.
// Invariant: a story that reaches its end got every answer and every count that it tells.
#pragma once

#include "ops/demo/client.hpp"

#include <span>

namespace hongbao::ops {

struct DemoStory {
    const char* name;
    const char* about;
    /// Tells it against that server; throws DemoFailed at an unexpected answer. A server of
    /// the demo's own has no other users.
    void (*tell)(const DemoTarget& target, bool is_own);
};

/// The first is the default.
std::span<const DemoStory> demo_stories();

void tell_packets(const DemoTarget& target, bool is_own);
void tell_sale(const DemoTarget& target, bool is_own);

} // namespace hongbao::ops
