// Role: hands the model what replay visits, in commits of a fair size. The model takes them on a
// thread of its own, while the books take what follows.
// Owner thread: the one that replays.
#pragma once

#include "persistence/read_model/read_model.hpp"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

namespace hongbao::persistence {

class ModelFeed {
  public:
    explicit ModelFeed(ReadModel& model);
    ~ModelFeed() { end(); }
    ModelFeed(const ModelFeed&) = delete;
    ModelFeed& operator=(const ModelFeed&) = delete;

    void take(const domain::Record& record);
    /// `chain_hash` is the journal's at the end. Returns when the model has everything.
    void finish(const ChainHash& chain_hash);

  private:
    void end();
    void hand_over(const ChainHash& chain_hash);
    void run();

    ReadModel& model_;
    Commit gathered_;
    std::mutex mutex_; // guards the queue
    std::condition_variable changed_;
    std::deque<CommitPtr> queue_;
    std::thread thread_;
};

} // namespace hongbao::persistence
