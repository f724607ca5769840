// Role: when questions are answered.
#include "actors/historian.hpp"

#include "actors/following.hpp"
#include "actors/model_answers.hpp"
#include "actors/outbox.hpp"

#include <chrono>
#include <deque>
#include <memory>
#include <utility>

namespace hongbao::actors {

namespace {

/// Answers questions, unless what the read model was begun with is still being checked: then they
/// wait.
class Answering {
  public:
    Answering(Historian::pointer self, Environment& environment,
              const persistence::ReadModel& model)
        : self_(self), environment_(environment), model_(model), outbox_(environment) {}

    void on_query(const Query& query) {
        if (is_old(query.asked_ms)) {
            deliver_one(query.reply_to, TooFarBehind{});
            return;
        }
        if (!model_.is_checked()) {
            waiting_.push_back(query);
            return look_again_later();
        }
        Answer answer = answer_to(query.question, model_, environment_.clock->now());
        // The routers may not have been told yet of what the read model knows.
        outbox_.rest_on(model_.reached());
        outbox_.reply(query.reply_to, std::move(answer));
        outbox_.flush();
    }

    void on_look_again() {
        will_look_again_ = false;
        if (!model_.is_checked()) {
            give_up_on_old();
            return look_again_later();
        }
        for (const Query& query : std::exchange(waiting_, {})) {
            on_query(query);
        }
    }

  private:
    static constexpr auto look_interval = std::chrono::milliseconds(5);

    bool is_old(std::int64_t asked_ms) const {
        return environment_.clock->elapsed_ms() - asked_ms > environment_.query_wait_ms;
    }

    /// Whoever has waited for too long is told so; those at the front have waited longest.
    void give_up_on_old() {
        while (!waiting_.empty() && is_old(waiting_.front().asked_ms)) {
            deliver_one(waiting_.front().reply_to, TooFarBehind{});
            waiting_.pop_front();
        }
    }

    void look_again_later() {
        if (!will_look_again_) {
            will_look_again_ = true;
            self_->delayed_send(self_, look_interval, LookAgain{});
        }
    }

    Historian::pointer self_;
    Environment& environment_;
    const persistence::ReadModel& model_;
    Outbox outbox_;
    std::deque<Query> waiting_;
    bool will_look_again_ = false;
};

} // namespace

Historian::behavior_type historian(Historian::pointer self, Environment* environment,
                                   const persistence::ReadModel* read_model) {
    abort_on_exception(self);
    const auto answering = std::make_shared<Answering>(self, *environment, *read_model);
    const auto following = std::make_shared<Following>(self, *environment, *read_model);
    return {
        [=](const ProjectCommit& projected) { following->on_commit(*projected.commit); },
        [=](const Query& query) { answering->on_query(query); },
        [=](const Follow& follow) { following->on_follow(follow); },
        [=](Unfollow unfollow) { following->on_unfollow(unfollow); },
        [=](TellFollowers) { following->on_tell(); },
        [=](KeepFollowersAlive) { following->on_keep_alive(); },
        [=](LookAgain) { answering->on_look_again(); },
        [=](Shutdown) {
            following->let_all_go();
            self->quit();
        },
    };
}

} // namespace hongbao::actors
