// Role: puts the prefix before a message and writes it as a whole line, at once.
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
