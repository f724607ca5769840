// Role: the commands, each a function that runs to its end and returns the exit status.
#pragma once

#include "config/loader.hpp"
#include "persistence/journal/journal.hpp"

#include <cstdint>
#include <filesystem>
#include <string>
#include <variant>

namespace hongbao::ops {

/// Runs the server until SIGTERM or SIGINT.
int serve(const config::Loaded& loaded);

/// Checks the journal, and the read model against it.
struct VerifyOptions {
    std::string data_dir;
    bool in_this_process = false; // else in a child: damaged pages can crash the reader
    bool without_model = false;
};
int verify(const VerifyOptions& options);

/// Where commands that only read find the journal; says so on stderr if it is one that a start
/// found damaged. The failure says that there is none, or that it cannot be seen.
std::variant<std::filesystem::path, persistence::Failure>
journal_to_read(const std::string& data_dir);

/// One line of JSON per record, on stdout.
int dump(const std::string& data_dir);
/// Rebuilds the read model from the journal. Not beside a running server.
int rebuild(const std::string& data_dir);

/// Moves the first records of the journal of `data_dir`, also of a running server, to its archive.
struct ArchiveOptions {
    std::string data_dir;
    std::uint64_t keep_records = 1'000'000; // the last ones stay
    bool in_this_process = false;           // else in a child: damaged pages can crash the reader
};
int archive(const ArchiveOptions& options);

/// Copies the journal of `data_dir`, also of a running server, into the new folder `backup_dir`.
struct BackupOptions {
    std::string data_dir;
    std::string backup_dir;
    bool in_this_process = false; // else in a child: damaged pages can crash the reader
};
int backup(const BackupOptions& options);

/// Makes the new data directory `data_dir` from a backup, up to `until`: a sequence, an instant, or
/// empty for all of it.
struct RestoreOptions {
    std::string backup_dir;
    std::string data_dir;
    std::string until;
    bool in_this_process = false;
};
int restore(const RestoreOptions& options);

/// Recomputes the shares of a packet that was split up front from its seed, and compares them with
/// the claims: exit_ok only if everything agrees.
struct ProveOptions {
    std::string data_dir;
    std::string packet;     // its id, in decimal
    std::string server_url; // asks that server instead of reading data_dir, unless empty
    std::string key_file{}; // with the key to show it; otherwise HONGBAO_KEY, if there is one
    std::string seed_hash;  // hex, from the answer to the send; empty: not noted
};
int prove(const ProveOptions& options);

int config_check(const config::Loaded& loaded);
int config_print(const config::Loaded& loaded);

/// Tells a story against the server at `server_url`, or against one of its own if that is empty.
struct DemoOptions {
    std::string story; // its name
    std::string server_url;
    std::string key_file{}; // with the key to show that server; otherwise HONGBAO_KEY
};
int demo(const DemoOptions& options);

/// Prints what is wrong with the settings; exit_ok if nothing is.
int complain_about(const config::Loaded& loaded);
/// The same, and what this machine does not allow; raises its limits as a start needs them.
int complain_before_start(const config::Loaded& loaded);

} // namespace hongbao::ops
