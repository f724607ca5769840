// Role: hands each sentence to the log, with its level.
#include "ops/cli/say.hpp"

#include "ops/log/log.hpp"

namespace hongbao::ops {

void say(std::string_view sentence) {
    tell(Level::info, sentence);
}

void warn(std::string_view sentence) {
    tell(Level::warning, sentence);
}

int complain(std::string_view sentence, int status) {
    tell(Level::error, sentence);
    return status;
}

} // namespace hongbao::ops
