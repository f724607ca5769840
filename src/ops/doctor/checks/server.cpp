// Role: how the running server is, by its own words; or whether a socket was left by one.
#include "ops/cli/version.hpp"
#include "ops/doctor/checks/checks.hpp"
#include "ops/doctor/machine/own_file.hpp"
#include "ops/doctor/words.hpp"
#include "persistence/files/data_directory.hpp"

namespace hongbao::ops::doctor {

namespace {

constexpr double lag_share_warned = 0.5; // of unprojected_records_max

Finding without_server(const Patient& patient) {
    const auto socket = persistence::DataDirectory::control_socket_path_in(patient.data_dir);
    if (patient.holder.is_held) {
        const std::string who = "process " + std::to_string(patient.holder.process) +
                                " (`hongbao " + patient.holder.command + "`)";
        return patient.holder.is_server()
                   ? fault(
                         who +
                             " holds the data directory, and does not answer at its control socket",
                         "if it is starting, wait; its log says why it could not open the socket")
                   : fine(who + " is at work in the data directory");
    }
    std::error_code error;
    if (!std::filesystem::is_socket(socket, error)) {
        return fine("no server runs on this data directory");
    }
    Finding finding = warning("no server runs, but one has left its control socket, " +
                                  socket.string() + ": it was ended from outside",
                              "nothing has to be done: a start replaces it");
    finding.fixes.push_back(
        {"removed " + socket.string(), true,
         [socket, data_dir = patient.data_dir] { return remove_file(socket, data_dir); }});
    return finding;
}

Finding judge_readiness(const ServerFacts& server) {
    if (server.ready_status == 200) {
        std::string held;
        for (const char* list : {"switched_off", "shedding"}) {
            const auto found = server.ready.find(list);
            if (found != server.ready.end() && !found->empty()) {
                held += (held.empty() ? "" : "; ") + std::string(list) + ": " + found->dump();
            }
        }
        return held.empty()
                   ? fine("version " + server.version + " is ready")
                   : warning("version " + server.version + " is ready, but refuses: " + held,
                             "`hongbao switch` shows and changes switches; shedding ends by "
                             "itself when the load does");
    }
    const std::string detail =
        server.ready.is_object() ? server.ready.value("detail", std::string()) : "";
    return fault("version " + server.version + " is not ready (" +
                     std::to_string(server.ready_status) + "): " + detail,
                 "a start, a stop and a disk that hangs are told apart by its log");
}

void judge_books(const ServerFacts& server, Findings& findings) {
    if (!server.audit.is_object()) {
        return;
    }
    const auto difference = server.audit.value("difference_fen", std::int64_t{0});
    if (difference != 0) {
        findings.push_back(
            fault("the books are out of balance by " + std::to_string(difference) + " fen",
                  "stop the server and run `hongbao verify`; the guide to disaster "
                  "recovery goes on from there"));
    }
}

void judge_lag(const Patient& patient, const ServerFacts& server, Findings& findings) {
    const double lag = server.metrics.sum("hongbao_projector_lag_records");
    const auto most = static_cast<double>(patient.settings.unprojected_records_max);
    if (lag > most * lag_share_warned) {
        findings.push_back(warning(
            "the read model's file is " + std::to_string(static_cast<std::int64_t>(lag)) +
                " records behind; at " + std::to_string(patient.settings.unprojected_records_max) +
                " (unprojected_records_max) writes are refused",
            "its disk is too slow for the load, or a reader keeps its pages (the log names it)"));
    }
}

} // namespace

Findings check_server(const Patient& patient) {
    const ServerFacts* const server = patient.server_facts();
    if (server == nullptr) {
        const auto& none = std::get<NoServer>(patient.server);
        if (none.is_absent) {
            return {without_server(patient)};
        }
        return {patient.holder.is_held ? fault(none.sentence, "its log may say what it waits for")
                                       : note(none.sentence)};
    }
    Findings findings{judge_readiness(*server)};
    findings.front().figures = {{"version", server->version},
                                {"ready_status", server->ready_status}};
    if (server->version != version) {
        findings.push_back(warning(
            "it is version " + server->version + ", and this program is " + std::string(version),
            "restart the server to have the new one; the guide to upgrading says how"));
    }
    judge_books(*server, findings);
    judge_lag(patient, *server, findings);
    return findings;
}

} // namespace hongbao::ops::doctor
