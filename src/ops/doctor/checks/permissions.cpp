// Role: whose files they are, and who else may read what is secret.
#include "ops/doctor/checks/checks.hpp"
#include "ops/doctor/machine/own_file.hpp"
#include "ops/serve/secrecy.hpp"
#include "ops/serve/token_file.hpp"
#include "persistence/files/secret_file.hpp"
#include "persistence/files/sight.hpp"

#include <sys/stat.h>

namespace hongbao::ops::doctor {

namespace {

namespace fs = std::filesystem;
using persistence::Failure;

constexpr mode_t others = S_IRWXG | S_IRWXO;
constexpr mode_t folder_mode = 0700;
constexpr mode_t secret_mode = 0600;

Fix make_private(const fs::path& path, const fs::path& data_dir, mode_t mode) {
    return {"chmod " + mode_in_words(mode) + " " + path.string(), false,
            [path, data_dir, mode] { return change_mode(path, data_dir, mode); }};
}

/// What only the server's user may read, in the data directory.
void look_at_secrets(const fs::path& data_dir, Findings& findings) {
    for (const fs::path& file : {token_file_in(data_dir), data_dir / "webhook-key"}) {
        const auto there = persistence::is_there(file);
        if (const auto* failed = std::get_if<Failure>(&there)) {
            findings.push_back(out_of_reach(failed->sentence));
            return;
        }
        if (!std::get<bool>(there)) {
            continue;
        }
        const auto mode = mode_of(file);
        if (mode && (*mode & others) != 0) {
            Finding finding = fault(file.string() + " holds a secret, and its mode " +
                                        mode_in_words(*mode) + " lets others at it",
                                    "chmod 600 " + file.string() +
                                        ", and make the secret anew if others use this machine");
            finding.fixes.push_back(make_private(file, data_dir, secret_mode));
            findings.push_back(std::move(finding));
        } else if (const auto fault = persistence::find_fault_of_secret_file(file)) {
            findings.push_back(fault->is_of_machine && mode
                                   ? out_of_reach(fault->sentence)
                                   : told(Verdict::fault, fault->sentence));
        }
    }
}

/// Whoever may write the file of settings decides whose keys are good.
void look_at_settings_file(const std::string& file, Findings& findings) {
    const auto mode = file.empty() ? std::nullopt : mode_of(file);
    if (mode && (*mode & (S_IWGRP | S_IWOTH)) != 0) {
        findings.push_back(warning("others may write the settings, " + file + " (mode " +
                                       mode_in_words(*mode) + ")",
                                   "chmod go-w " + file));
    }
}

} // namespace

Findings check_permissions(const Patient& patient) {
    const fs::path& folder = patient.data_dir;
    const auto there = persistence::is_there(folder);
    if (const auto* failed = std::get_if<Failure>(&there)) {
        return {out_of_reach(failed->sentence)};
    }
    if (!std::get<bool>(there)) {
        return {fine("there is no data directory " + folder.string() +
                     " yet: a start makes it, for its own user alone")};
    }
    std::error_code error;
    if (!fs::is_directory(folder, error)) {
        return {fault(folder.string() + " is no folder: no server starts there",
                      "name another (data_dir), or move away what is there")};
    }
    Findings findings;
    const auto mode = mode_of(folder);
    if (const std::string open = others_let_into(folder.string()); !open.empty() && mode) {
        Finding finding = told(Verdict::warning, open);
        finding.fixes.push_back(make_private(folder, folder, folder_mode));
        findings.push_back(std::move(finding));
    }
    if (const auto of_others = persistence::find_files_of_others(folder)) {
        findings.push_back(told(Verdict::fault, of_others->sentence));
    }
    look_at_secrets(folder, findings);
    look_at_settings_file(patient.loaded.config_file, findings);
    if (findings.empty()) {
        findings.push_back(fine("the data directory and its secrets are their owner's alone"));
    }
    return findings;
}

} // namespace hongbao::ops::doctor
