// Role: decides when followers are told, and what.
#include "actors/projector/following.hpp"

#include "domain/values/overloaded.hpp"

#include <caf/typed_event_based_actor.hpp>
#include <chrono>
#include <map>
#include <utility>
#include <vector>

namespace hongbao::actors {

namespace {

/// After a quiet time the first news is told immediately. Then followers hear nothing for this
/// long, and then everything that has gathered: a packet that a crowd opens a thousand times a
/// second does not bother another crowd a thousand times a second.
constexpr auto pace = std::chrono::milliseconds(100);
/// A follower that has heard nothing for this long is told that the server lives.
constexpr std::int64_t keep_alive_ms = 15'000;
constexpr auto keep_alive_look = std::chrono::seconds(1);

std::optional<Topic> topic_of_event(const domain::Event& event) {
    return std::visit(
        domain::Overloaded{
            [](const domain::ShareOpened& share) {
                return std::optional(topic_of(share.packet_id));
            },
            [](const domain::PacketClosed& closed) {
                return std::optional(topic_of(closed.packet_id));
            },
            [](const domain::ShakeDrawn& drawn) {
                return drawn.is_win() ? std::optional(topic_of(drawn.campaign_id))
                                      : std::optional<Topic>();
            },
            [](const domain::CampaignClosed& closed) {
                return std::optional(topic_of(closed.campaign_id));
            },
            domain::case_of<domain::AccountEvents, domain::PacketSent, domain::CampaignFunded,
                            domain::SaleEvents, domain::AnswerEvents, domain::AdministrationEvents>(
                [](const auto&) { return std::optional<Topic>(); }),
        },
        event);
}

bool is_empty(const News& news) {
    return std::visit([](const auto& found) { return found.empty(); }, news);
}

/// Waiting would gather nothing more: it is a whole page, or the end.
bool cannot_grow(const persistence::PacketNews& news, std::size_t items_max) {
    return news.is_over || news.claims.size() >= items_max;
}
bool cannot_grow(const persistence::CampaignNews& news, std::size_t items_max) {
    return news.is_over || news.wins.size() >= items_max;
}

} // namespace

NewsPtr news_of(const persistence::ReadModel& model, const ReadNews& read) {
    const auto shared = [](auto&& found) {
        return found ? std::make_shared<const News>(std::move(*found)) : nullptr;
    };
    switch (read.topic.kind) {
    case Topic::Kind::packet:
        return shared(model.news(domain::PacketId{read.topic.id}, read.after, read.items_max));
    case Topic::Kind::campaign:
        return shared(model.news(domain::CampaignId{read.topic.id}, read.after, read.items_max));
    }
    return nullptr;
}

void Following::on_follow(const Follow& follow) {
    const Topic topic = follow.question.topic;
    const std::int64_t until_ms = environment_.clock->elapsed_ms() + keep_alive_ms;
    const Place place = waiting_.insert(waiting_.end(), {follow, until_ms});
    by_number_.emplace(follow.number, place);
    by_topic_[topic].insert(follow.number);
    // Before the read model is asked: what it takes from now on is told here.
    environment_.topics_followed = by_topic_.size();
    if (!will_keep_alive_) {
        will_keep_alive_ = true;
        self_->delayed_send(self_, keep_alive_look, KeepFollowersAlive{});
    }
    NewsPtr news = news_of(model_, follow.question);
    if (!news || is_empty(*news)) {
        return;
    }
    const bool is_page = std::visit(
        [&](const auto& found) { return cannot_grow(found, follow.question.items_max); }, *news);
    if (is_page) {
        answer(place, std::move(news));
        outbox_.flush();
        return;
    }
    due_.insert(topic);
    if (!will_tell_) {
        tell_due();
    }
}

void Following::on_unfollow(Unfollow unfollow) {
    const auto found = by_number_.find(unfollow.number);
    if (found != by_number_.end()) { // otherwise its answer is on its way
        let_go(found->second);
    }
}

void Following::on_commit(const persistence::Commit& commit) {
    for (const domain::Record& record : commit.records) {
        const auto topic = topic_of_event(record.event);
        if (topic && by_topic_.contains(*topic)) {
            due_.insert(*topic);
        }
    }
    if (!will_tell_) {
        tell_due();
    }
}

void Following::on_tell() {
    will_tell_ = false;
    tell_due();
}

void Following::tell_due() {
    if (due_.empty()) {
        return;
    }
    for (const Topic& topic : std::exchange(due_, {})) {
        tell(topic);
    }
    outbox_.flush();
    will_tell_ = true;
    self_->delayed_send(self_, pace, TellFollowers{});
}

void Following::tell(const Topic& topic) {
    const auto found = by_topic_.find(topic);
    if (found == by_topic_.end()) {
        return;
    }
    // Most followers are at the same place: what they are told is looked up once.
    std::map<std::pair<domain::Sequence, std::size_t>, NewsPtr> looked_up;
    for (const std::uint64_t number : std::vector(found->second.begin(), found->second.end())) {
        const Place place = by_number_.at(number);
        const ReadNews& question = place->question;
        NewsPtr& news = looked_up[{question.after, question.items_max}];
        if (!news) {
            news = news_of(model_, question);
        }
        if (news && !is_empty(*news)) {
            answer(place, NewsPtr(news));
        }
    }
}

/// The caller flushes.
void Following::answer(Place place, NewsPtr&& news) {
    outbox_.rest_on(model_.reached()); // the routers may not have been told yet
    outbox_.reply(place->reply_to, std::move(news));
    forget(place);
}

/// This answer depends on no record, so it need not wait.
void Following::let_go(Place place) {
    deliver_one(place->reply_to, NoNews{});
    forget(place);
}

void Following::forget(Place place) {
    const auto topic = by_topic_.find(place->question.topic);
    topic->second.erase(place->number);
    if (topic->second.empty()) {
        by_topic_.erase(topic);
        environment_.topics_followed = by_topic_.size();
    }
    by_number_.erase(place->number);
    waiting_.erase(place);
}

void Following::on_keep_alive() {
    const std::int64_t now_ms = environment_.clock->elapsed_ms();
    while (!waiting_.empty() && waiting_.front().until_ms <= now_ms) {
        let_go(waiting_.begin());
    }
    will_keep_alive_ = !waiting_.empty();
    if (will_keep_alive_) {
        self_->delayed_send(self_, keep_alive_look, KeepFollowersAlive{});
    }
}

void Following::let_all_go() {
    while (!waiting_.empty()) {
        let_go(waiting_.begin());
    }
}

} // namespace hongbao::actors
