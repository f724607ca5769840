// Role: the one way to state what must hold. Checked in every build; a broken invariant ends the
// process, because going on could only spread a wrong balance.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <source_location>

namespace hongbao::domain {

[[noreturn]] inline void broken_invariant(const char* sentence, const std::source_location& where) {
    std::fprintf(stderr, "hongbao: broken invariant: %s (%s:%u)\n", sentence, where.file_name(),
                 static_cast<unsigned>(where.line()));
    std::abort();
}

/// Ends the process unless `holds`. `sentence` says what should have been true.
inline void invariant(bool holds, const char* sentence,
                      const std::source_location& where = std::source_location::current()) {
    if (!holds) [[unlikely]] {
        broken_invariant(sentence, where);
    }
}

} // namespace hongbao::domain
