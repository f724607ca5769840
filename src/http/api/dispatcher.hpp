// Role: takes requests from the coroutines of one event loop to the engine and their answers back.
// What one round of the loop gathered leaves as one batch; what one commit answered comes back with
// one wake-up.
// Owner: the loop's thread; deliver is called from any.
// Invariant: a suspended exchange is resumed when all its answers are there, and never before.
#pragma once

#include "actors/feed/event_feed.hpp"
#include "actors/protocol/messages.hpp"
#include "actors/protocol/reply.hpp"
#include "http/api/live/render.hpp"

#include <cstdint>
#include <functional>
#include <mutex>
#include <vector>

namespace hongbao::actors {
class Engine;
} // namespace hongbao::actors

namespace hongbao::http {

class EventLoop;
class Exchange;

class Dispatcher final : public actors::ReplySink {
  public:
    /// Before the loop runs.
    void attach(EventLoop& loop) { loop_ = &loop; }
    /// Before the first ask; from any thread, published by the server's state.
    void connect(actors::Engine& engine) { engine_ = &engine; }

    /// Sends requests and suspends the exchange until all answers are there, in the same order.
    std::vector<actors::Answer> ask_all(Exchange& exchange, actors::Requests&& requests);
    /// A question of a stream that follows a topic: suspends until there is news, or until none
    /// has come for a while, or the stream is over.
    actors::Answer follow(Exchange& exchange, actors::ReadNews&& question);
    /// The text of news; if many followers are told the same, it is rendered once, for the first.
    const NewsText& text_of(const actors::NewsPtr& news);
    /// A question to the read model.
    actors::Answer query(Exchange& exchange, decltype(actors::Query::question)&& question);

    /// Runs `work`, which waits for a disk or the like, on a thread of its own, and suspends the
    /// exchange until it has ended. For what is rare.
    void run_aside(Exchange& exchange, const std::function<void()>& work);

    /// Asks the feed, and suspends the exchange until it has answered.
    actors::FeedPage read_feed(Exchange& exchange, actors::FeedQuestion&& question);
    /// The same for a stream: if it is over, the feed answers soon.
    actors::FeedPage follow_feed(Exchange& exchange, actors::FeedQuestion&& question);

    void deliver(std::vector<actors::Reply>&& replies) override;

    // The loop's hooks.
    void on_wake();
    void on_round_end();

  private:
    /// On the stack of the exchange that waits.
    struct Waiting {
        Exchange& exchange;
        std::vector<actors::Answer>& answers;
        std::size_t missing;
    };

    std::uint64_t ask_feed(actors::FeedQuestion&& question, actors::FeedPage& page,
                           Waiting& waiting);

    EventLoop* loop_ = nullptr;
    actors::Engine* engine_ = nullptr;
    actors::Requests outbox_;
    actors::NewsPtr rendered_; // kept alive, so that no other news takes its address
    NewsText rendered_text_;

    std::mutex mutex_; // guards inbox_
    std::vector<actors::Reply> inbox_;
};

} // namespace hongbao::http
