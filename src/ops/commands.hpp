// Role: the commands, each a function that runs to its end and returns the exit status.
#pragma once

#include "config/loader.hpp"

#include <string>

namespace hongbao::ops {

/// Runs the server until SIGTERM or SIGINT.
int serve(const config::Loaded& loaded);

/// Checks the journal in a child process, because damaged pages can crash the reader.
int verify_in_child(const std::string& data_dir);
int verify_here(const std::string& data_dir);

/// One line of JSON per record, on stdout.
int dump(const std::string& data_dir);

int config_check(const config::Loaded& loaded);
int config_print(const config::Loaded& loaded);

/// Tells a story against the server at `server_url`, or against one of its own if that is empty.
int demo(const std::string& server_url);

/// Prints what is wrong with the settings; exit_ok if nothing is.
int complain_about(const config::Loaded& loaded);

} // namespace hongbao::ops
