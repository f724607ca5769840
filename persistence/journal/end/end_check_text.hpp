// Role: what a process that has checked the end of a journal tells the one that started it.
// Owner thread: main's.
#pragma once

#include "persistence/journal/end/journal_end.hpp"

#include <functional>
#include <string>

namespace hongbao::persistence {

/// Runs the check in a child. If reading ended it, that is the finding; `name` begins its sentence.
EndCheck end_check_in_child(const std::string& name, const std::function<EndCheck()>& check);

} // namespace hongbao::persistence
