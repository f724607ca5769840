// Role: what a server does so that its secrets stay its own: keys and tokens of clients pass
// through its memory, and private keys stay there. Owner thread: main's, before all others.
#pragma once

#include <string>

namespace hongbao::ops {

/// From now on no core is written, whatever ulimit -c and core_pattern say, and no process of the
/// same user may look into this one's memory or read its environment: root still can. Not if it is
/// `debuggable`. RLIMIT_CORE is left alone: the kernel asks it only of processes that may be dumped
/// at all, and not even of those if cores go to a program.
void keep_memory_secret(bool debuggable);

/// Whom else a folder lets in: a sentence with the chmod that mends it; empty: nobody.
std::string others_let_into(const std::string& folder);

} // namespace hongbao::ops
