// Role: the stories that `hongbao demo` can tell.
// Invariant: a story that reaches its end got every answer and every count that it tells.
#pragma once

#include <span>
#include <string>

namespace hongbao::ops {

struct DemoStory {
    const char* name;
    const char* about;
    /// Tells it against the server at `url`; throws DemoFailed at an unexpected answer. A server of
    /// the demo's own has no other users.
    void (*tell)(const std::string& url, bool is_own);
};

/// The first is the default.
std::span<const DemoStory> demo_stories();

void tell_packets(const std::string& url, bool is_own);
void tell_sale(const std::string& url, bool is_own);

} // namespace hongbao::ops
