// Role: a queue of bounded length between replay and the model.
#include "persistence/read_model/start/model_feed.hpp"

#include <utility>

namespace hongbao::persistence {

namespace {

constexpr std::size_t records_per_apply = 4'096;
constexpr std::size_t queued_max = 16;

} // namespace

ModelFeed::ModelFeed(ReadModel& model) : model_(model), thread_([this] { run(); }) {
    pthread_setname_np(thread_.native_handle(), "model-feed");
}

void ModelFeed::take(const domain::Record& record) {
    if (gathered_.records.size() == records_per_apply) {
        hand_over({}); // never the last: its hash is not known here
    }
    gathered_.records.push_back(record);
}

void ModelFeed::finish(const ChainHash& chain_hash) {
    if (!gathered_.records.empty()) {
        hand_over(chain_hash);
    }
    end();
    model_.note_chain_hash(chain_hash); // also if there was nothing to take
}

void ModelFeed::end() {
    if (thread_.joinable()) {
        gathered_ = {};
        hand_over({}); // an empty one: the end
        thread_.join();
    }
}

void ModelFeed::hand_over(const ChainHash& chain_hash) {
    gathered_.chain_hash = chain_hash;
    auto commit = std::make_shared<const Commit>(std::exchange(gathered_, {}));
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return queue_.size() < queued_max; });
    queue_.push_back(std::move(commit));
    changed_.notify_all();
}

void ModelFeed::run() {
    while (true) {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return !queue_.empty(); });
        const CommitPtr commit = std::move(queue_.front());
        queue_.pop_front();
        changed_.notify_all();
        lock.unlock();
        if (commit->records.empty()) {
            return;
        }
        model_.apply(commit);
    }
}

} // namespace hongbao::persistence
