// Role: puts folder, journal, read model and engine together.
#include "ops/bench/rig.hpp"

#include "ops/cli/exit_status.hpp"
#include "ops/cli/say.hpp"
#include "ops/log/output_relay.hpp"
#include "persistence/read_model/rows/totals.hpp"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <linux/magic.h>
#include <sys/vfs.h>
#include <utility>

namespace hongbao::ops {

namespace {

void stop_because(const std::string& sentence) {
    say("stopped, because " + sentence);
    end_at_once(exit_fail_stop); // no destructor may touch the journal any more
}

} // namespace

std::variant<BenchFolder, std::string> BenchFolder::make(const std::string& data_dir) {
    if (!data_dir.empty()) {
        return BenchFolder(data_dir, false);
    }
    std::string pattern = "./hongbao-bench-XXXXXX";
    if (mkdtemp(pattern.data()) == nullptr) {
        return "no temporary folder here (" + std::string(std::strerror(errno)) +
               "); name one with --data";
    }
    return BenchFolder(pattern, true);
}

BenchFolder::BenchFolder(BenchFolder&& other) noexcept
    : path_(std::exchange(other.path_, {})), temporary_(std::exchange(other.temporary_, false)) {}

BenchFolder::~BenchFolder() {
    if (temporary_) {
        std::error_code ignored; // a folder left over changes no figure
        std::filesystem::remove_all(path_, ignored);
    }
}

bool BenchFolder::is_in_memory() const {
    struct statfs system {};
    return ::statfs(path_.c_str(), &system) == 0 &&
           (system.f_type == TMPFS_MAGIC || system.f_type == RAMFS_MAGIC);
}

BenchRig::BenchRig(persistence::DataDirectory directory,
                   std::unique_ptr<persistence::LmdbJournal> journal)
    : directory_(std::move(directory)), journal_(std::move(journal)) {}

BenchRig::~BenchRig() = default;

std::variant<std::unique_ptr<BenchRig>, persistence::Failure>
BenchRig::open(const BenchFolder& folder, std::uint64_t records) {
    auto taken = persistence::DataDirectory::open(folder.path(), "bench");
    if (auto* refusal = std::get_if<persistence::DirectoryRefusal>(&taken)) {
        return persistence::Failure{refusal->sentence};
    }
    auto& directory = std::get<persistence::DataDirectory>(taken);
    persistence::LmdbJournalOptions options;
    options.path = directory.journal_path();
    options.map_bytes = (std::uint64_t{1} << 30U) + records * map_bytes_per_record;
    auto opened = persistence::LmdbJournal::open(options);
    if (auto* failure = std::get_if<persistence::Failure>(&opened)) {
        return std::move(*failure);
    }
    auto& journal = std::get<std::unique_ptr<persistence::LmdbJournal>>(opened);
    if (journal->position(0).last_sequence != 0) {
        return persistence::Failure{folder.path().string() +
                                    " holds records already; a benchmark begins with an empty one"};
    }
    return std::unique_ptr<BenchRig>(new BenchRig(std::move(directory), std::move(journal)));
}

std::variant<persistence::Replayed, persistence::Failure> BenchRig::replay() {
    persistence::BringUp wanted;
    wanted.model.path = directory_.read_model_path();
    wanted.model.journal_id = journal_->id();
    wanted.model.fail_stop = stop_because;
    wanted.rebuild = true;
    auto outcome = persistence::bring_up(*journal_, wanted);
    if (auto* failure = std::get_if<persistence::Failure>(&outcome)) {
        return std::move(*failure);
    }
    auto& up = std::get<persistence::BroughtUp>(outcome);
    read_model_ = std::move(up.model);
    return std::move(up.replayed);
}

void BenchRig::stop() {
    engine_.reset();
    read_model_.reset();
}

std::optional<persistence::Failure> BenchRig::start(actors::EngineOptions options) {
    auto outcome = replay();
    if (auto* failure = std::get_if<persistence::Failure>(&outcome)) {
        return std::move(*failure);
    }
    auto epoch = journal_->acquire(0);
    if (auto* failure = std::get_if<persistence::Failure>(&epoch)) {
        return std::move(*failure);
    }
    const auto totals = read_model_->totals();
    auto open = read_model_->open_entities();
    if (auto* failure = std::get_if<persistence::Failure>(&open)) {
        return std::move(*failure);
    }
    const actors::Beginning beginning{totals.position.last_sequence,
                                      totals.deposited_fen - totals.withdrawn_fen,
                                      std::move(std::get<persistence::OpenEntities>(open)),
                                      totals.largest_id,
                                      {}};
    options.fail_stop = stop_because;
    engine_ = std::make_unique<actors::Engine>(*journal_, std::get<persistence::Epoch>(epoch),
                                               *read_model_, clock_, random_, beginning, options);
    return std::nullopt;
}

} // namespace hongbao::ops
