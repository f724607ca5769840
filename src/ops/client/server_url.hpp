// Role: the address of a server as a word of the command line. Pure.
#pragma once

#include <string>

namespace hongbao::ops {

/// Empty, or what is wrong with it.
std::string fault_of_url(const std::string& url);

/// http://HOST/ and http://HOST are the same server.
std::string without_last_slash(std::string url);

} // namespace hongbao::ops
