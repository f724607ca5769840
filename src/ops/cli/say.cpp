// Role: the prefix, and the one write.
#include "ops/cli/say.hpp"

#include "ops/cli/output_relay.hpp"

#include <unistd.h>

#include <string>

namespace hongbao::ops {

void say(std::string_view sentence) {
    put(STDERR_FILENO, "hongbao: " + std::string(sentence) + "\n");
}

int complain(std::string_view sentence, int status) {
    say(sentence);
    return status;
}

} // namespace hongbao::ops
