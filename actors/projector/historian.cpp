// Role: the historian: answers questions, unless they have waited too long, and passes on news.
#include "actors/projector/historian.hpp"

#include "actors/environment/outbox.hpp"
#include "actors/projector/answers.hpp"
#include "actors/projector/following.hpp"

#include <caf/typed_event_based_actor.hpp>
#include <memory>
#include <utility>

namespace hongbao::actors {

namespace {

class Answering {
  public:
    Answering(Environment& environment, const persistence::ReadModel& model)
        : environment_(environment), model_(model), outbox_(environment) {}

    void on_query(const Query& query) {
        const std::int64_t waited_ms = environment_.clock->elapsed_ms() - query.asked_ms;
        if (waited_ms > environment_.query_wait_ms) {
            deliver_one(query.reply_to, TooFarBehind{});
            return;
        }
        Answer answer = answer_to(query.question, model_, environment_.clock->now());
        // The routers may not have been told yet of what the read model knows.
        outbox_.rest_on(model_.reached());
        outbox_.reply(query.reply_to, std::move(answer));
        outbox_.flush();
    }

  private:
    Environment& environment_;
    const persistence::ReadModel& model_;
    Outbox outbox_;
};

} // namespace

Historian::behavior_type historian(Historian::pointer self, Environment* environment,
                                   const persistence::ReadModel* read_model) {
    abort_on_exception(self);
    const auto answering = std::make_shared<Answering>(*environment, *read_model);
    const auto following = std::make_shared<Following>(self, *environment, *read_model);
    return {
        [=](const ProjectCommit& projected) { following->on_commit(*projected.commit); },
        [=](const Query& query) { answering->on_query(query); },
        [=](const Follow& follow) { following->on_follow(follow); },
        [=](Unfollow unfollow) { following->on_unfollow(unfollow); },
        [=](TellFollowers) { following->on_tell(); },
        [=](KeepFollowersAlive) { following->on_keep_alive(); },
        [=](Shutdown) {
            following->let_all_go();
            self->quit();
        },
    };
}

} // namespace hongbao::actors
