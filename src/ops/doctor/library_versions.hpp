// Role: which versions of libraries run, and which the program was built with.
// Owner thread: any.
#pragma once

#include <string>
#include <vector>

namespace hongbao::ops::doctor {

struct Library {
    const char* name;
    std::string running;
    std::string built;
};

std::vector<Library> library_versions();

/// Whether they differ in no more than the last number, and the running one is not older. Pure.
bool fits(const Library& library);

} // namespace hongbao::ops::doctor
