// Role: start, wait for a signal, stop.
#include "ops/serve.hpp"

#include "actors/digests.hpp"
#include "config/listen_address.hpp"
#include "http/descriptor_limit.hpp"
#include "ops/commands.hpp"
#include "ops/exit_status.hpp"
#include "ops/options.hpp"
#include "ops/progress.hpp"
#include "ops/version.hpp"
#include "persistence/replay.hpp"

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <span>

namespace hongbao::ops {

namespace {

sigset_t stop_signals() {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    return signals;
}

/// Asked while replaying, when nothing is at stake yet.
bool stop_is_pending() {
    sigset_t pending;
    sigpending(&pending);
    return sigismember(&pending, SIGTERM) == 1 || sigismember(&pending, SIGINT) == 1;
}

void say(const std::string& sentence) {
    std::fprintf(stderr, "hongbao: %s\n", sentence.c_str());
}

[[noreturn]] void fail_stop(const std::string& sentence) {
    std::fprintf(stderr,
                 "hongbao: stopped, because %s\n"
                 "hongbao: nothing that was not on disk has been acknowledged. Mend the disk, then "
                 "start again: what was acknowledged is in the journal.\n",
                 sentence.c_str());
    std::fflush(stderr);
    std::_Exit(exit_fail_stop); // no destructor may touch the journal any more
}

/// Gathers what the books do not keep: keys that are still to be recognised, the latest time.
class ReplayNotes {
  public:
    void take(const domain::Record& record) {
        // The clock may have been set between two records. A long silence counts as an hour at
        // most: so a jump cannot make keys look old, and after a quiet time they are kept for
        // longer.
        constexpr std::int64_t step_ms_max = 3'600'000;
        elapsed_ms_ += std::clamp<std::int64_t>(record.at - last_at_, 0, step_ms_max);
        last_at_ = record.at;
        latest_at_ = std::max(latest_at_, record.at);
        if (record.idempotency) {
            keys_.push_back({actors::digest_of_key(record.idempotency->key),
                             record.idempotency->fingerprint, record.sequence, elapsed_ms_});
        }
    }

    domain::InstantMs latest_at() const { return latest_at_; }

    /// The keys younger than `keep_ms`, oldest first.
    std::vector<actors::ShardContents::DoneKey> keys(std::int64_t keep_ms) {
        for (auto& key : keys_) {
            key.age_ms = elapsed_ms_ - key.age_ms;
        }
        std::erase_if(keys_, [keep_ms](const auto& key) { return key.age_ms >= keep_ms; });
        return std::move(keys_);
    }

  private:
    std::vector<actors::ShardContents::DoneKey> keys_; // age_ms: elapsed_ms_ at their record
    std::int64_t elapsed_ms_ = 0;
    domain::InstantMs last_at_ = 0;
    domain::InstantMs latest_at_ = 0;
};

} // namespace

int RunningServer::start() {
    for (const auto step : {&RunningServer::take_data_directory, &RunningServer::open_journal,
                            &RunningServer::start_listening, &RunningServer::replay}) {
        if (const int status = (this->*step)(); status != exit_ok) {
            return status;
        }
    }
    say_ready();
    return exit_ok;
}

int RunningServer::take_data_directory() {
    auto opened = persistence::DataDirectory::open(settings_.data_dir);
    if (const auto* refusal = std::get_if<persistence::DirectoryRefusal>(&opened)) {
        say(refusal->sentence);
        return refusal->in_use ? exit_directory_taken : exit_failed;
    }
    directory_ = std::move(std::get<persistence::DataDirectory>(opened));
    return exit_ok;
}

int RunningServer::open_journal() {
    persistence::LmdbJournalOptions options;
    options.path = directory_->journal_path();
    options.map_bytes = static_cast<std::uint64_t>(settings_.journal_map_bytes);
    auto opened = persistence::LmdbJournal::open(options);
    if (const auto* failure = std::get_if<persistence::Failure>(&opened)) {
        say(failure->sentence);
        return exit_failed;
    }
    journal_ = std::move(std::get<std::unique_ptr<persistence::LmdbJournal>>(opened));
    read_model_ = std::make_unique<persistence::MemoryReadModel>(*journal_);
    return exit_ok;
}

int RunningServer::start_listening() {
    const auto connections_max = static_cast<std::size_t>(settings_.connections_max);
    if (const auto problem = http::raise_descriptor_limit(connections_max)) {
        say("connections_max " + std::to_string(connections_max) + ": " + *problem);
        return exit_misconfigured;
    }
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
    front_end_ = std::make_unique<http::Server>(
        server_options(settings_, address->host, address->port), *clock_, manual);
    auto started = front_end_->start();
    if (const auto* problem = std::get_if<std::string>(&started)) {
        say(*problem);
        return exit_failed;
    }
    const std::string host = address->is_ipv6 ? "[" + address->host + "]" : address->host;
    url_ = "http://" + host + ":" + std::to_string(std::get<std::uint16_t>(started));
    return exit_ok;
}

int RunningServer::replay() {
    ReplayNotes notes;
    Progress progress("replaying the journal");
    persistence::ReplayObservers observers;
    observers.each_record = {
        [&](const domain::Record& record) { notes.take(record); },
        [&](const domain::Record& record) { read_model_->apply(std::span(&record, 1), {}); }};
    observers.progress = [&](auto done, auto total) {
        progress.show(done, total);
        if (stop_is_pending()) {
            say("stopped while replaying; nothing was changed");
            std::_Exit(exit_ok);
        }
    };
    auto outcome = persistence::replay(*journal_, observers);
    if (const auto* failure = std::get_if<persistence::Failure>(&outcome)) {
        say(failure->sentence);
        say("the journal is not used as it is. `hongbao verify --data " + settings_.data_dir +
            "` says more; then restore a backup into a new folder.");
        return exit_failed;
    }
    auto& replayed = std::get<persistence::Replayed>(outcome);
    read_model_->apply({}, replayed.position.chain_hash);
    if (auto* manual = dynamic_cast<actors::ManualClock*>(clock_.get())) {
        // A clock that was moved ahead before a restart does not go back.
        if (notes.latest_at() > manual->now()) {
            manual->advance(notes.latest_at() - manual->now());
        }
    }
    const auto epoch = journal_->acquire(0);
    if (const auto* failure = std::get_if<persistence::Failure>(&epoch)) {
        say(failure->sentence);
        return exit_failed;
    }
    auto keys = notes.keys(settings_.idempotency_keep_s * domain::ms_per_s);
    packet_ids_ =
        std::make_unique<actors::PacketIdSource>(*clock_, replayed.books.largest_packet_id);
    auto options = engine_options(settings_);
    options.fail_stop = fail_stop;
    engine_ = std::make_unique<actors::Engine>(
        *journal_, std::get<persistence::Epoch>(epoch), *read_model_, *clock_, random_,
        actors::Replayed{std::move(replayed.books), std::move(keys)}, options);
    front_end_->become_ready(*engine_, *packet_ids_);
    return exit_ok;
}

void RunningServer::say_ready() const {
    std::printf("hongbao is ready on %s\n"
                "  version %s, data in %s, %llu records replayed\n"
                "Try:\n"
                "  curl -s %s/v1/accounts -d '{\"user_id\":\"alice\",\"username\":\"Alice\"}'\n"
                "  curl -s %s/v1/accounts/alice/deposits -H 'Idempotency-Key: first' -d "
                "'{\"amount_fen\":10000}'\n"
                "  curl -s %s/v1/audit\n"
                "Ctrl-C stops it; the README has ten minutes more.\n",
                url_.c_str(), std::string(version).c_str(), settings_.data_dir.c_str(),
                static_cast<unsigned long long>(engine_->writer().last_sequence()), url_.c_str(),
                url_.c_str(), url_.c_str());
    std::fflush(stdout);
}

void RunningServer::stop() {
    say("stopping: answering what is in flight");
    if (const std::size_t abandoned = front_end_->drain(); abandoned > 0) {
        say(std::to_string(abandoned) + " requests were not answered within drain_timeout_s");
    }
    engine_->stop();
    const auto last = journal_->position(0).last_sequence;
    journal_.reset();
    say("stopped; the last record is " + std::to_string(last));
}

int serve(const config::Loaded& loaded) {
    if (const int status = complain_about(loaded); status != exit_ok) {
        return status;
    }
    // Every thread inherits this: stop signals are taken below, by this thread alone.
    sigset_t signals = stop_signals();
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    std::signal(SIGPIPE, SIG_IGN);
    RunningServer server(loaded.settings);
    if (const int status = server.start(); status != exit_ok) {
        return status;
    }
    int signal = 0;
    sigwait(&signals, &signal);
    pthread_sigmask(SIG_UNBLOCK, &signals, nullptr); // a second signal ends the process at once
    server.stop();
    return exit_ok;
}

} // namespace hongbao::ops
