// Role: an engine over a synced LMDB journal, put together as `serve` does it, but without HTTP.
// Owner thread: the caller's. Invariant: journal, read model, clock and luck outlive the engine.
#pragma once

#include "actors/engine.hpp"
#include "actors/environment/secure_random.hpp"
#include "persistence/files/data_directory.hpp"
#include "persistence/journal/lmdb/lmdb_journal.hpp"
#include "persistence/journal/replay.hpp"
#include "persistence/read_model/start/bring_up.hpp"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <variant>

namespace hongbao::ops {

/// Far more than a record takes. Address space, not disk.
inline constexpr std::uint64_t map_bytes_per_record = 1'024;

/// A folder for a benchmark's journal; a temporary one is removed with its owner.
class BenchFolder {
  public:
    /// Empty `data_dir`: a new folder in the working directory, where ./data would be. The text
    /// says why there is none.
    static std::variant<BenchFolder, std::string> make(const std::string& data_dir);
    BenchFolder(BenchFolder&& other) noexcept;
    BenchFolder& operator=(BenchFolder&&) = delete;
    ~BenchFolder();

    const std::filesystem::path& path() const { return path_; }
    /// True if the folder is in memory: then a sync costs nothing, and speeds mean nothing.
    bool is_in_memory() const;

  private:
    BenchFolder(std::filesystem::path path, bool temporary)
        : path_(std::move(path)), temporary_(temporary) {}

    std::filesystem::path path_;
    bool temporary_ = false;
};

class BenchRig {
  public:
    /// Takes the folder and opens its journal, which must hold no record yet and has room for
    /// `records`.
    static std::variant<std::unique_ptr<BenchRig>, persistence::Failure>
    open(const BenchFolder& folder, std::uint64_t records);
    ~BenchRig();

    /// Replays the whole journal as serve does without a read model: the books, and a new model.
    std::variant<persistence::Replayed, persistence::Failure> replay();

    /// Replays, then starts an engine over the replayed state.
    std::optional<persistence::Failure> start(actors::EngineOptions options);
    /// Every request must have been answered.
    void stop();

    actors::Engine& engine() { return *engine_; }
    persistence::JournalPosition position() const { return journal_->position(0); }

  private:
    BenchRig(persistence::DataDirectory directory,
             std::unique_ptr<persistence::LmdbJournal> journal);

    persistence::DataDirectory directory_;
    std::unique_ptr<persistence::LmdbJournal> journal_;
    std::unique_ptr<persistence::ReadModel> read_model_;
    actors::WallClock clock_;
    actors::SecureRandom random_;
    std::unique_ptr<actors::Engine> engine_;
};

} // namespace hongbao::ops
