// Role: the steps of a start, the wait for a signal, the stop.
#include "ops/serve/serve.hpp"

#include "config/listen_address.hpp"
#include "ops/cli/exit_status.hpp"
#include "ops/cli/options.hpp"
#include "ops/cli/progress.hpp"
#include "ops/cli/say.hpp"
#include "ops/cli/signals.hpp"
#include "ops/cli/standard_streams.hpp"
#include "ops/log/log.hpp"
#include "ops/log/output_relay.hpp"
#include "ops/serve/crash_mark.hpp"
#include "ops/serve/tls_files.hpp"
#include "ops/serve/token_file.hpp"
#include "ops/serve/webhook_file.hpp"
#include "ops/supervision/periodic.hpp"
#include "ops/supervision/vitals.hpp"
#include "persistence/files/file_system.hpp"
#include "persistence/journal/end/end_at_rest.hpp"
#include "persistence/read_model/rows/history.hpp"
#include "persistence/read_model/rows/totals.hpp"
#include "persistence/repair/journal_at_start.hpp"

#include <chrono>
#include <cstdio>
#include <functional>
#include <thread>
#include <unistd.h>
#include <utility>

namespace hongbao::ops {

namespace {

constexpr auto wait_interval = std::chrono::milliseconds(100);

[[noreturn]] void fail_stop(const std::string& sentence) {
    complain("stopped, because " + sentence);
    complain("nothing that was not on disk has been acknowledged. Mend the disk, then start again: "
             "what was acknowledged is in the journal.");
    end_at_once(exit_fail_stop); // no destructor may touch the journal any more
}

/// While it lives, ends the process once `is_stuck`: a journal whose disk does not answer is waited
/// for no longer than requests are.
class Watchdog {
  public:
    explicit Watchdog(std::function<bool()> is_stuck)
        : look_(std::chrono::milliseconds(100), [is_stuck = std::move(is_stuck)] {
              if (is_stuck()) {
                  fail_stop("the journal has not ended a commit within drain_timeout_s: its disk "
                            "does not answer");
              }
          }) {}

  private:
    Periodic look_;
};

/// An offline command ends by itself, and a supervisor may not try again.
void wait_for_command(const std::string& sentence, std::string& told) {
    if (sentence != told) {
        say(sentence + "; this start waits for it");
        told = sentence;
    }
    if (stop_is_pending()) {
        say("stopped while waiting; nothing was changed");
        end_at_once(exit_ok);
    }
    std::this_thread::sleep_for(wait_interval);
}

/// The journal is sound: a supervisor may start again.
[[noreturn]] void stop_for_model(const std::string& sentence) {
    complain("stopped, because " + sentence);
    end_at_once(exit_failed);
}

/// A stop asked for during the start, when nothing is at stake yet.
[[noreturn]] void stop_at_start() {
    say("stopped while starting; nothing was changed");
    end_at_once(exit_ok);
}

} // namespace

int RunningServer::start() {
    for (const auto step : {&RunningServer::check_clock, &RunningServer::take_data_directory,
                            &RunningServer::check_file_size_limit, &RunningServer::open_journal,
                            &RunningServer::start_listening, &RunningServer::replay}) {
        if (const int status = (this->*step)(); status != exit_ok) {
            return status;
        }
    }
    if (doors_ == Doors::all) {
        say_ready();
        auto vitals = std::make_shared<Vitals>(*front_end_, *engine_,
                                               settings_.commit_stall_s * domain::ms_per_s);
        notifier_.become_ready("ready on " + place_, [vitals] { return vitals->find_fault(); });
    }
    return exit_ok;
}

int RunningServer::take_data_directory() {
    auto opened = persistence::DataDirectory::open(settings_.data_dir);
    std::string told;
    while (const auto* refusal = std::get_if<persistence::DirectoryRefusal>(&opened)) {
        if (!refusal->is_by_command) {
            return complain(refusal->sentence,
                            refusal->in_use ? exit_directory_taken : exit_failed);
        }
        notifier_.progressed(refusal->sentence);
        wait_for_command(refusal->sentence, told);
        opened = persistence::DataDirectory::open(settings_.data_dir);
    }
    directory_ = std::move(std::get<persistence::DataDirectory>(opened));
    if (const std::string others = others_let_into(directory_->path()); !others.empty()) {
        warn(others);
    }
    for (const auto& folder :
         {directory_->path(), directory_->journal_path(), directory_->read_model_path()}) {
        const std::string warning = persistence::file_system_warning(folder);
        if (!warning.empty()) {
            warn(warning);
            break; // one warning is enough
        }
    }
    return exit_ok;
}

int RunningServer::open_journal() {
    persistence::LmdbJournalOptions options;
    options.map_bytes = static_cast<std::uint64_t>(settings_.journal_map_bytes);
    options.looks_aside = true; // another disk must not keep the journal from being written
    Progress progress("reading the journal without its damaged end");
    auto opened = persistence::open_at_start(
        *directory_, options, [&](auto done, auto total) { show(progress, done, total); });
    if (const auto* failure = std::get_if<persistence::Failure>(&opened)) {
        if (stop_is_pending()) {
            stop_at_start(); // which may be the reason; real damage is found again
        }
        return refuse(*failure);
    }
    auto& at_start = std::get<persistence::JournalAtStart>(opened);
    if (!at_start.told.empty()) {
        warn(at_start.told);
    }
    journal_ = std::move(at_start.journal);
    return exit_ok;
}

/// On stderr, and to whoever waits for the start.
void RunningServer::show(Progress& progress, std::uint64_t done, std::uint64_t total) {
    progress.show(done, total);
    if (total > 0) {
        notifier_.progressed(progress.what() + ": " + std::to_string(done * 100 / total) + " %");
    }
}

/// A damaged journal is moved out of the way, since a supervisor will start the next server.
int RunningServer::refuse(const persistence::Failure& failure) {
    journal_.reset();
    complain(failure.sentence);
    if (persistence::is_damage(failure)) {
        complain(persistence::keep_as_broken(*directory_));
        complain("the journal is not used as it is. `hongbao verify --data " + settings_.data_dir +
                 "` says more; then restore a backup into a new folder. " +
                 persistence::words_about_copies);
    }
    return exit_failed;
}

int RunningServer::start_listening() {
    actors::ManualClock* manual = nullptr;
    if (settings_.clock == config::ClockKind::manual) {
        auto clock = std::make_unique<actors::ManualClock>(actors::WallClock().now());
        manual = clock.get();
        clock_ = std::move(clock);
    } else {
        clock_ = std::make_unique<actors::WallClock>();
    }
    const auto address = config::parse_listen_address(settings_.listen);
    domain::invariant(address.has_value(), "a checked listen address can be read");
    http::ServerOptions options = server_options(settings_, *address);
    options.control_socket = directory_->control_socket_path();
    options.request_log = request_log_;
    auto tokens = token_options(settings_, directory_->path(), clock_->now());
    if (const auto* sentence = std::get_if<std::string>(&tokens)) {
        return complain(*sentence, exit_misconfigured);
    }
    options.tokens = std::move(std::get<http::TokenOptions>(tokens));
    if (auto sentence = take_webhook_key(directory_->path(), options.webhooks)) {
        return complain(*sentence, exit_misconfigured);
    }
    if (doors_ == Doors::control_alone) { // a command is no server: it delivers and makes nothing
        options.webhooks.is_on = false;
        options.webhooks.save_key = nullptr;
    }
    options.webhooks.warn = options.warn;
    if (doors_ == Doors::control_alone) {
        options.host.clear();
        options.unix_socket.clear();
    } else {
        TlsFound tls = load_tls(settings_);
        if (!tls.complaint.empty()) {
            return complain(tls.complaint, exit_misconfigured); // it was right a moment ago
        }
        options.tls = std::move(tls.identity);
    }
    front_end_ = std::make_unique<http::Server>(options, *clock_, manual);
    auto started = front_end_->start();
    if (const auto* problem = std::get_if<std::string>(&started)) {
        return complain(*problem);
    }
    if (doors_ == Doors::control_alone) {
        return front_end_->control_fault().empty() ? exit_ok
                                                   : complain(front_end_->control_fault());
    }
    if (!front_end_->control_fault().empty()) {
        warn(front_end_->control_fault() + "; commands cannot reach this server");
    }
    if (address->is_unix()) {
        place_ = "unix:" + address->unix_path;
        url_ = "http://localhost";
        curl_ = "curl --unix-socket " + address->unix_path;
        return exit_ok;
    }
    const std::string host = address->is_ipv6 ? "[" + address->host + "]" : address->host;
    place_ = url_ = (has_tls() ? "https://" : "http://") + host + ":" +
                    std::to_string(std::get<std::uint16_t>(started));
    return exit_ok;
}

int RunningServer::replay() {
    Progress progress("replaying the journal");
    auto wanted = bring_up_options(settings_, directory_->read_model_path(), journal_->id());
    wanted.model.fail_stop = stop_for_model;
    wanted.progress = [&](auto done, auto total) { show(progress, done, total); };
    wanted.stop_wanted = stop_is_pending;
    wanted.stop = stop_at_start;
    wanted.new_keys = [this]() -> persistence::BringUp::TakeKey {
        done_keys_ = std::make_shared<std::vector<actors::DoneKeys>>(
            static_cast<std::size_t>(settings_.router_count));
        return [this](const persistence::KeyRow& row, std::int64_t age_ms) {
            actors::add_done_key(*done_keys_, row.digest, row.fingerprint, row.sequence, age_ms);
        };
    };
    auto outcome = persistence::bring_up(*journal_, wanted);
    if (const auto* failure = std::get_if<persistence::Failure>(&outcome)) {
        return refuse(*failure);
    }
    auto& up = std::get<persistence::BroughtUp>(outcome);
    read_model_ = std::move(up.model);
    leave_mark_on_crash(directory_->read_model_path());
    if (!up.rebuilt) {
        read_model_->check_behind();
    }
    records_replayed_ = up.records_replayed;
    if (auto* manual = dynamic_cast<actors::ManualClock*>(clock_.get())) {
        // A clock that was moved ahead before a restart does not go back.
        const auto latest_at = read_model_->totals().latest_at;
        if (latest_at > manual->now()) {
            manual->advance(latest_at - manual->now());
        }
    }
    if (const int status = check_times(); status != exit_ok) {
        return status;
    }
    keys_exist_ = !up.administration.access.is_open();
    if (const int status = check_entrance(); status != exit_ok) {
        return status;
    }
    return start_engine(std::move(up));
}

int RunningServer::start_engine(persistence::BroughtUp&& up) {
    const auto epoch = journal_->acquire(0);
    if (const auto* failure = std::get_if<persistence::Failure>(&epoch)) {
        return complain(failure->sentence);
    }
    auto options = engine_options(settings_);
    options.fail_stop = fail_stop;
    options.manual_clock = dynamic_cast<actors::ManualClock*>(clock_.get());
    const auto totals = read_model_->totals();
    const domain::FenSum held_fen = totals.deposited_fen - totals.withdrawn_fen;
    if (held_fen > options.money_in_system_fen_max) {
        warn("the journal holds more money than money_in_system_fen_max (" +
             std::to_string(options.money_in_system_fen_max) +
             "): deposits and payments from outside are refused until enough has been withdrawn");
    }
    const actors::Beginning beginning{up.replayed.books.last_sequence,
                                      held_fen,
                                      std::move(up.open),
                                      totals.largest_id,
                                      std::move(done_keys_),
                                      std::move(up.administration)};
    engine_ = std::make_unique<actors::Engine>(*journal_, std::get<persistence::Epoch>(epoch),
                                               *read_model_, *clock_, random_, beginning, options);
    front_end_->become_ready(*engine_);
    return exit_ok;
}

void RunningServer::reload(Log& log) {
    notifier_.begin_reload();
    if (log.has_file()) {
        log.reopen();
        say("SIGHUP: log_file is opened again");
    }
    if (has_tls()) {
        reload_tls();
    } else if (!log.has_file()) {
        say("SIGHUP is ignored; SIGTERM stops the server");
    }
    notifier_.end_reload();
}

void RunningServer::reload_tls() {
    TlsFound found = load_tls(settings_);
    if (!found.complaint.empty()) {
        warn("SIGHUP: the certificate from before stays, because " + found.complaint);
        return;
    }
    const std::string words = words_of(*found.identity);
    front_end_->show_as(std::move(*found.identity));
    say("SIGHUP: certificate and key were read again, new connections get them; " + words);
    if (!found.warning.empty()) {
        warn(found.warning);
    }
}

void RunningServer::announce_stop() {
    const std::int64_t delay_s = settings_.shutdown_delay_s;
    // The drain and the two last commits of journal and read model, and some more.
    notifier_.begin_stop("stopping: answering what is in flight",
                         (delay_s + 3 * settings_.drain_timeout_s + 30) * domain::ms_per_s);
    if (delay_s == 0) {
        return;
    }
    front_end_->announce_stop();
    say("stopping in " + std::to_string(delay_s) +
        " s: /readyz says so, everything else is served until then; another signal stops at once");
    wait_for_another_stop(delay_s * domain::ms_per_s);
}

void RunningServer::stop() {
    notifier_.stop_looking();
    if (doors_ == Doors::all) {
        say("stopping: answering what is in flight");
    }
    if (const std::size_t abandoned = front_end_->drain(); abandoned > 0) {
        warn(std::to_string(abandoned) + " requests were not answered within drain_timeout_s");
    }
    const std::int64_t patience_ms = settings_.drain_timeout_s * domain::ms_per_s;
    {
        const Watchdog watchdog([&] { return engine_->writer().busy_ms() >= patience_ms; });
        engine_->stop();
    }
    read_model_.reset(); // writes what it has not written yet, so that the next start is quick
    const auto last = journal_->position(0).last_sequence;
    {
        const auto until =
            std::chrono::steady_clock::now() + std::chrono::milliseconds(patience_ms);
        const Watchdog watchdog([&] { return std::chrono::steady_clock::now() >= until; });
        journal_.reset();
    }
    if (doors_ == Doors::all) {
        say("stopped; the last record is " + std::to_string(last));
    }
}

} // namespace hongbao::ops
