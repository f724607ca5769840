// Role: one thread tells the story, another writes it: journal, then read model.
#include "ops/bench/load_data.hpp"

#include "ops/bench/load_story.hpp"
#include "ops/bench/report.hpp"
#include "ops/bench/rig.hpp"
#include "ops/cli/exit_status.hpp"
#include "ops/cli/options.hpp"
#include "ops/cli/progress.hpp"
#include "ops/cli/say.hpp"
#include "ops/cli/signals.hpp"
#include "persistence/files/new_data_directory.hpp"
#include "persistence/journal/chain_hash.hpp"
#include "persistence/journal/lmdb/lmdb_journal.hpp"
#include "persistence/read_model/read_model.hpp"

#include "domain/values/rfc3339.hpp"

#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <mutex>
#include <nlohmann/json.hpp>
#include <thread>
#include <utility>

namespace hongbao::ops {

namespace {

using persistence::Failure;
using Records = std::vector<domain::Record>;

constexpr std::uint64_t accounts_max = 100'000'000;
constexpr std::uint64_t records_max = 10'000'000'000;

/// Why nothing can be run with these options; empty if it can.
std::string what_is_wrong_with(const LoadOptions& options) {
    if (options.accounts < LoadStory::accounts_min ||
        options.accounts > static_cast<std::int64_t>(accounts_max)) {
        return "--accounts is from " + std::to_string(LoadStory::accounts_min) + " to " +
               std::to_string(accounts_max);
    }
    if (options.records < options.accounts + LoadStory::records_beyond_accounts_min ||
        options.records > static_cast<std::int64_t>(records_max)) {
        return "--records is from --accounts + " +
               std::to_string(LoadStory::records_beyond_accounts_min) + " to " +
               std::to_string(records_max) + ": each account is one record";
    }
    if (options.records_per_commit < 1 || options.records_per_commit > 1'000'000) {
        return "--records-per-commit is from 1 to 1000000";
    }
    if (options.seed < 0) {
        return "--seed is at least 0";
    }
    const auto ends_at = domain::parse_rfc3339(options.ends_at);
    if (!options.ends_at.empty() &&
        (!ends_at || *ends_at < domain::id_epoch_ms + LoadStory::lasts_ms)) {
        return "--ends-at is an instant in UTC such as 2026-11-21T08:00:00Z, after " +
               domain::to_rfc3339(domain::id_epoch_ms + LoadStory::lasts_ms);
    }
    return {};
}

domain::InstantMs end_of(const LoadOptions& options) {
    const auto now = std::chrono::duration_cast<std::chrono::milliseconds>(
        std::chrono::system_clock::now().time_since_epoch());
    return domain::parse_rfc3339(options.ends_at).value_or(now.count());
}

persistence::JournalId id_of(const LoadOptions& options) {
    SeededLuck luck(static_cast<std::uint64_t>(options.seed));
    persistence::JournalId id{};
    for (std::uint8_t& byte : id) {
        byte = static_cast<std::uint8_t>(luck.below(256));
    }
    return id;
}

/// Writes commits on its own thread: journal first, then the read model.
class LoadWriter {
  public:
    LoadWriter(persistence::LmdbJournal& journal, persistence::Epoch epoch,
               persistence::ReadModel& model)
        : journal_(journal), epoch_(epoch), model_(model), thread_([this] { run(); }) {}
    ~LoadWriter() { static_cast<void>(finish()); }
    LoadWriter(const LoadWriter&) = delete;
    LoadWriter& operator=(const LoadWriter&) = delete;

    /// False if an earlier one could not be written.
    bool write(Records&& records) {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return queue_.size() < queued_max; });
        queue_.push_back(std::move(records));
        changed_.notify_all();
        return why_not_.empty();
    }
    /// Waits for the last. Why one could not be written, or empty.
    const std::string& finish() {
        if (thread_.joinable()) {
            write({}); // an empty one: the end
            thread_.join();
        }
        return why_not_;
    }

  private:
    static constexpr std::size_t queued_max = 8;

    void run() {
        for (;;) {
            std::unique_lock lock(mutex_);
            changed_.wait(lock, [this] { return !queue_.empty(); });
            Records records = std::move(queue_.front());
            queue_.pop_front();
            changed_.notify_all();
            const bool failed = !why_not_.empty();
            lock.unlock();
            if (records.empty()) {
                return;
            }
            if (!failed) {
                take(std::move(records));
            }
        }
    }
    void take(Records&& records) {
        const auto result =
            journal_.append(0, epoch_, records.front().sequence - 1, std::span(records));
        if (result.outcome != persistence::AppendOutcome::ok) {
            const std::lock_guard lock(mutex_);
            why_not_ = result.description;
            return;
        }
        model_.apply(std::make_shared<const persistence::Commit>(
            persistence::Commit{std::move(records), result.chain_hash}));
    }

    persistence::LmdbJournal& journal_;
    const persistence::Epoch epoch_;
    persistence::ReadModel& model_;
    std::mutex mutex_; // guards the two below
    std::deque<Records> queue_;
    std::string why_not_;
    std::condition_variable changed_;
    std::thread thread_;
};

/// The directory while it is being made. It is removed unless it is completed.
struct LoadPlace {
    std::unique_ptr<persistence::NewDataDirectory> directory;
    std::filesystem::path model_path;
    std::unique_ptr<persistence::LmdbJournal> journal;
    std::unique_ptr<persistence::ReadModel> model;
    persistence::Epoch epoch = 0;

    LoadPlace() = default;
    LoadPlace(LoadPlace&&) = default;
    LoadPlace& operator=(LoadPlace&&) = delete;
    ~LoadPlace() {
        model.reset();
        journal.reset();
        if (directory != nullptr && !completed) {
            std::error_code ignored; // a model without a journal is useless
            std::filesystem::remove_all(model_path, ignored);
        }
    }

    std::uint64_t journal_bytes = 0;
    bool completed = false;

    /// Finishes both and gives the journal its name.
    std::optional<Failure> complete() {
        model->write_all();
        model->hold_back(false);
        if (model->unwritten_records() > 0) {
            return Failure{"the disk has no room for the read model in " + model_path.string()};
        }
        model->set_synced(true);
        model.reset();
        journal_bytes = journal->space().used_bytes;
        journal.reset();
        if (auto failure = directory->complete()) {
            return failure;
        }
        completed = true;
        return std::nullopt;
    }
};

std::variant<LoadPlace, Failure> make_place(const LoadOptions& options) {
    LoadPlace place;
    auto begun = persistence::NewDataDirectory::begin(options.data_dir, "bench load-data");
    if (auto* failure = std::get_if<Failure>(&begun)) {
        return std::move(*failure);
    }
    place.directory = std::move(std::get<0>(begun));
    place.model_path = persistence::DataDirectory::read_model_path_in(options.data_dir);
    persistence::LmdbJournalOptions wanted;
    wanted.path = place.directory->unfinished_path();
    wanted.map_bytes = (std::uint64_t{1} << 30U) +
                       static_cast<std::uint64_t>(options.records) * map_bytes_per_record;
    wanted.new_id = id_of(options);
    auto opened = persistence::LmdbJournal::open(wanted);
    if (auto* failure = std::get_if<Failure>(&opened)) {
        return std::move(*failure);
    }
    place.journal = std::move(std::get<0>(opened));
    auto epoch = place.journal->acquire(0);
    if (auto* failure = std::get_if<Failure>(&epoch)) {
        return std::move(*failure);
    }
    place.epoch = std::get<persistence::Epoch>(epoch);
    auto model_options = bring_up_options({}, place.model_path, place.journal->id()).model;
    model_options.fail_stop = [](const std::string& sentence) {
        std::_Exit(complain(sentence, exit_failed));
    };
    auto model = persistence::ReadModel::open(model_options);
    if (auto* failure = std::get_if<Failure>(&model)) {
        return std::move(*failure);
    }
    place.model = std::move(std::get<0>(model));
    place.model->set_synced(false); // nobody relies on it before it is complete
    place.model->start();
    place.model->hold_back(true);
    return place;
}

/// Tells the whole story to the writer. False if it was stopped.
bool tell(LoadStory& story, LoadWriter& writer, const LoadOptions& options) {
    Progress progress("writing the data directory");
    const auto records_per_commit = static_cast<std::size_t>(options.records_per_commit);
    std::uint64_t told = 0;
    while (!story.has_ended()) {
        Records records;
        records.reserve(records_per_commit);
        while (records.size() < records_per_commit && !story.has_ended()) {
            records.push_back(story.next());
        }
        told += records.size();
        if (!writer.write(std::move(records)) || stop_is_pending()) {
            return false;
        }
        progress.show(told, static_cast<std::uint64_t>(options.records));
    }
    return true;
}

void print(const LoadOptions& options, const LoadPlace& place, const LoadTally& tally,
           const BenchMeasured& measured, const std::string& hash, domain::InstantMs ends_at) {
    std::error_code ignored;
    const std::uint64_t model_bytes =
        std::filesystem::file_size(place.model_path / "data.mdb", ignored);
    print_line("records", grouped(measured.count));
    print_line("accounts", grouped(static_cast<std::uint64_t>(options.accounts)));
    print_line("packets", grouped(tally.packets_open) + " open, " +
                              grouped(tally.packets_exhausted) + " exhausted, " +
                              grouped(tally.packets_refunded) + " refunded");
    print_line("shares opened", grouped(tally.shares));
    print_speed("records per second", measured);
    print_line("journal, bytes", grouped(place.journal_bytes));
    print_line("read model, bytes", grouped(model_bytes));
    print_line("hash", hash);
    print_line("data", options.data_dir);
    const nlohmann::ordered_json line = {
        {"records", measured.count},
        {"accounts", options.accounts},
        {"merchants", LoadStory::merchant_count(static_cast<std::uint64_t>(options.accounts))},
        {"packets_open", tally.packets_open},
        {"packets_exhausted", tally.packets_exhausted},
        {"packets_refunded", tally.packets_refunded},
        {"shares", tally.shares},
        {"seconds", measured.seconds()},
        {"records_per_s", measured.per_second()},
        {"journal_bytes", place.journal_bytes},
        {"model_bytes", model_bytes},
        {"seed", options.seed},
        {"ends_at", domain::to_rfc3339(ends_at)},
        {"hash", hash}};
    std::printf("%s\n", line.dump().c_str());
}

} // namespace

int bench_load_data(const LoadOptions& options) {
    if (const auto wrong = what_is_wrong_with(options); !wrong.empty()) {
        return complain(wrong, exit_misconfigured);
    }
    hold_stop_signals(); // also for the threads to come
    auto made = make_place(options);
    if (const auto* failure = std::get_if<Failure>(&made)) {
        return complain(failure->sentence, exit_failed);
    }
    auto& place = std::get<LoadPlace>(made);
    const auto began = std::chrono::steady_clock::now();
    const domain::InstantMs ends_at = end_of(options);
    LoadStory story(static_cast<std::uint64_t>(options.accounts),
                    static_cast<std::uint64_t>(options.records),
                    static_cast<std::uint64_t>(options.seed), ends_at);
    {
        LoadWriter writer(*place.journal, place.epoch, *place.model);
        const bool told = tell(story, writer, options);
        if (const std::string& why_not = writer.finish(); !why_not.empty()) {
            return complain(why_not, exit_failed);
        }
        if (!told) {
            return complain("stopped; nothing is left of " + options.data_dir, exit_failed);
        }
    }
    const auto position = place.journal->position(0);
    if (const auto failure = place.complete()) {
        return complain(failure->sentence, exit_failed);
    }
    const BenchMeasured measured{position.last_sequence, std::chrono::steady_clock::now() - began};
    print(options, place, story.tally(), measured, persistence::to_hex(position.chain_hash),
          ends_at);
    return exit_ok;
}

} // namespace hongbao::ops
