// Role: the parts of a running server, in the order in which they start and stop.
// Owner thread: main's.
#pragma once

#include "actors/engine.hpp"
#include "actors/environment/clock.hpp"
#include "actors/environment/secure_random.hpp"
#include "config/settings.hpp"
#include "http/api/server.hpp"
#include "ops/supervision/notifier.hpp"
#include "persistence/files/data_directory.hpp"
#include "persistence/journal/lmdb/lmdb_journal.hpp"
#include "persistence/read_model/start/bring_up.hpp"

#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace hongbao::ops {

class Log;
class Progress;

/// Declared in the order of their start, so that what is used outlives its user.
class RunningServer {
  public:
    /// Whom it lets in: everybody that the settings say, or commands on this machine alone, which
    /// say themselves what happens.
    enum class Doors : std::uint8_t { all, control_alone };
    /// With all doors it is a service of this machine, and what it answers may be logged.
    explicit RunningServer(const config::Settings& settings, Doors doors = Doors::all,
                           http::RequestLog request_log = {})
        : settings_(settings), doors_(doors), request_log_(std::move(request_log)),
          notifier_(doors == Doors::all) {}

    /// exit_ok, or the status to end with; what is wrong has been said on stderr.
    int start();
    /// On SIGHUP: opens the log's file again, and reads the certificate and its key once more, for
    /// new connections. What is wrong with them is said, and the old ones stay.
    void reload(Log& log);
    bool has_tls() const { return !settings_.tls_certificate_file.empty(); }
    /// For shutdown_delay_s, or until another signal comes, serves while /readyz says draining.
    void announce_stop();
    /// Drains and stops everything.
    void stop();

  private:
    int check_clock();
    int take_data_directory();
    int check_file_size_limit();
    int open_journal();
    int start_listening();
    int replay();
    int refuse(const persistence::Failure& failure);
    void show(Progress& progress, std::uint64_t done, std::uint64_t total);
    void reload_tls();
    int check_times() const;
    int check_entrance() const;
    int start_engine(persistence::BroughtUp&& up);
    void say_ready() const;

    const config::Settings settings_;
    const Doors doors_;
    const http::RequestLog request_log_;
    Notifier notifier_;
    std::optional<persistence::DataDirectory> directory_;
    std::unique_ptr<persistence::LmdbJournal> journal_;
    std::unique_ptr<persistence::ReadModel> read_model_;
    std::shared_ptr<std::vector<actors::DoneKeys>> done_keys_; // from the replay to the engine
    std::unique_ptr<actors::Clock> clock_;
    actors::SecureRandom random_;
    std::unique_ptr<actors::Engine> engine_;
    std::unique_ptr<http::Server> front_end_; // ends first: it holds claims on the engine's keys
    domain::Sequence records_replayed_ = 0;
    bool keys_exist_ = false; // at the start
    std::string place_;       // where it listens
    std::string url_;
    std::string curl_ = "curl"; // with what it needs to get there
};

} // namespace hongbao::ops
