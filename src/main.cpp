// Role: the process. Everything is in ops.
#include "ops/command_line.hpp"

int main(int argc, char** argv) {
    return hongbao::ops::run(argc, argv);
}
