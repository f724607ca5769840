// Role: a server that ends by a fault of its memory leaves word that its read model may be why.
// LMDB reads pages without a check, so a damaged one can end the process at any look-up; without
// the mark the next start would meet it again. Owner thread: main's, once; the handler runs on the
// one that fails.
#pragma once

#include <filesystem>

namespace hongbao::ops {

/// From now on SIGSEGV, SIGBUS and SIGABRT make the next start build the model in `model_path`
/// anew; then they do what they did before.
void leave_mark_on_crash(const std::filesystem::path& model_path);

} // namespace hongbao::ops
