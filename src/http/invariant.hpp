// Role: stops the process, in every build, when a promise inside the transport does not hold.
#pragma once

#include <cstdio>
#include <cstdlib>

namespace hongbao::http {

// Aborts with `promise` on stderr unless `holds`.
inline void require(bool holds, const char* promise) {
    if (holds) [[likely]]
        return;
    std::fprintf(stderr, "hongbao: broken invariant in the HTTP transport: %s\n", promise);
    std::abort();
}

} // namespace hongbao::http
