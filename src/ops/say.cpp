// Role: the line.
#include "ops/say.hpp"

#include "ops/output_relay.hpp"

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
