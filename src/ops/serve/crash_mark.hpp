// Role: a server that ends by a memory fault leaves a mark that its read model may be the reason.
// LMDB reads pages unchecked, so a damaged one can end the process at any look-up; without the mark
// the next start would run into it again. Owner thread: main's, once; the handler runs on the one
// that fails.
#pragma once

#include <filesystem>

namespace hongbao::ops {

/// From now on SIGSEGV, SIGBUS and SIGABRT make the next start rebuild the model in `model_path`;
/// then they do what they did before.
void leave_mark_on_crash(const std::filesystem::path& model_path);

} // namespace hongbao::ops
