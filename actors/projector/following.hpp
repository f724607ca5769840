// Role: the followers of topics: each waits with one question until a commit brings news of its
// topic. No follower has a queue: a slow one asks late, and is told from the read model.
// Owner thread: the historian's. Invariants: each question is answered once; nothing is told before
// its record is synced and everyone concerned has been told of it.
#pragma once

#include "actors/environment/environment.hpp"
#include "actors/environment/outbox.hpp"
#include "persistence/read_model/read_model.hpp"

#include <list>
#include <unordered_map>
#include <unordered_set>

namespace hongbao::actors {

/// What came after the record, which may be nothing; null if there is no such topic.
NewsPtr news_of(const persistence::ReadModel& model, const ReadNews& read);

class Following {
  public:
    Following(Historian::pointer self, Environment& environment,
              const persistence::ReadModel& model)
        : self_(self), environment_(environment), model_(model), outbox_(environment) {}

    void on_follow(const Follow& follow);
    void on_unfollow(Unfollow unfollow);
    /// Called once the read model has taken the commit.
    void on_commit(const persistence::Commit& commit);
    void on_tell();
    void on_keep_alive();
    /// Answers everyone: the server is stopping.
    void let_all_go();

  private:
    struct TopicHash {
        std::size_t operator()(const Topic& topic) const {
            return std::hash<std::uint64_t>{}(topic.id) ^ static_cast<std::size_t>(topic.kind);
        }
    };
    struct Waiting : Follow {
        std::int64_t until_ms = 0; // by elapsed_ms; then it hears that the server lives
    };
    using Place = std::list<Waiting>::iterator;

    void tell_due();
    void tell(const Topic& topic);
    void answer(Place place, NewsPtr&& news);
    void let_go(Place place);
    void forget(Place place);

    Historian::pointer self_;
    Environment& environment_;
    const persistence::ReadModel& model_;
    Outbox outbox_;
    std::list<Waiting> waiting_; // the one that has waited longest comes first
    std::unordered_map<std::uint64_t, Place> by_number_;
    std::unordered_map<Topic, std::unordered_set<std::uint64_t>, TopicHash> by_topic_;
    std::unordered_set<Topic, TopicHash> due_; // with something new, perhaps, since they were told
    bool will_tell_ = false;
    bool will_keep_alive_ = false;
};

} // namespace hongbao::actors
