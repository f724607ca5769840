// Role: limits of the kernel: open files, mappings, lengths of files, addresses.
#include "http/transport/socket/mapping_limit.hpp"
#include "ops/doctor/checks/checks.hpp"
#include "ops/doctor/words.hpp"
#include "ops/serve/machine_limits.hpp"
#include "ops/serve/start_judgements.hpp"
#include "persistence/files/data_directory.hpp"
#include "persistence/files/file_size_limit.hpp"
#include "persistence/files/sight.hpp"

#include <sys/resource.h>

#include <fstream>
#include <sstream>

namespace hongbao::ops::doctor {

namespace {

/// The running server's own soft limit; nothing if it cannot be read.
std::optional<std::uint64_t> open_files_of(pid_t process) {
    std::ifstream in("/proc/" + std::to_string(process) + "/limits");
    constexpr std::string_view name = "Max open files";
    for (std::string line; std::getline(in, line);) {
        if (line.starts_with(name)) {
            std::istringstream words(line.substr(name.size()));
            std::uint64_t files = 0;
            return words >> files ? std::optional(files) : std::nullopt;
        }
    }
    return std::nullopt;
}

std::uint64_t journal_file_bytes(const Patient& patient) {
    std::error_code none_yet;
    const auto bytes = std::filesystem::file_size(
        persistence::DataDirectory::journal_path_in(patient.data_dir) / "data.mdb", none_yet);
    return none_yet ? 0 : bytes;
}

Finding in_order(const Patient& patient) {
    rlimit files{};
    ::getrlimit(RLIMIT_NOFILE, &files);
    std::uint64_t open_files = files.rlim_cur;
    std::string whose = "this process may have ";
    if (patient.is_served()) {
        if (const auto of_server = open_files_of(patient.holder.process)) {
            open_files = *of_server;
            whose = "the server may have ";
        }
    }
    const std::size_t mappings = http::mappings_max();
    Finding finding =
        fine(whose + std::to_string(open_files) + " open files, and " + std::to_string(mappings) +
             " mappings (vm.max_map_count): enough for connections_max and streams_max");
    finding.figures = {{"open_files", open_files}, {"mappings", mappings}};
    return finding;
}

} // namespace

Findings check_limits(const Patient& patient) {
    Findings findings;
    // A server that runs has what it asked for.
    for (std::string& sentence : claim_from_machine(patient.settings)) {
        findings.push_back(patient.is_served()
                               ? warning("for a server that this user starts here: " + sentence,
                                         "the running one has its limits already")
                               : told(Verdict::fault, std::move(sentence)));
    }
    if (findings.empty()) {
        findings.push_back(in_order(patient));
    }
    const auto map_bytes = static_cast<std::uint64_t>(patient.settings.journal_map_bytes);
    if (auto lengths = judge_file_lengths(
            {persistence::file_size_limit_bytes(), map_bytes, journal_file_bytes(patient)})) {
        findings.push_back(
            {lengths->stops_a_start && !patient.is_served() ? Verdict::fault : Verdict::warning,
             std::move(lengths->sentence), "raise it (ulimit -f, LimitFSIZE= of the unit)"});
    }
    if (const auto addresses = persistence::address_bytes_left();
        addresses && *addresses < map_bytes) {
        findings.push_back(warning("this process may map " + bytes_in_words(*addresses) +
                                       " more (ulimit -v), less than journal_map_bytes",
                                   "raise it (ulimit -v, LimitAS= of the unit)"));
    }
    return findings;
}

} // namespace hongbao::ops::doctor
