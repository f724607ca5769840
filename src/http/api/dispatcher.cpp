// Role: suspends a coroutine with its request, gathers a round's requests, resumes with answers.
#include "http/api/dispatcher.hpp"

#include "actors/engine.hpp"
#include "domain/values/invariant.hpp"
#include "http/transport/event_loop.hpp"

#include <iterator>
#include <thread>
#include <utility>

namespace hongbao::http {

std::vector<actors::Answer> Dispatcher::ask_all(Exchange& exchange, actors::Requests&& requests) {
    std::vector<actors::Answer> answers(requests.size());
    if (requests.empty()) {
        return answers;
    }
    Waiting waiting{exchange, answers, requests.size()};
    std::uint32_t index = 0;
    for (actors::Request& request : requests) {
        request.reply_to = actors::ReplyTo{this, &waiting, index++};
        outbox_.push_back(std::move(request));
    }
    exchange.suspend();
    return answers;
}

actors::Answer Dispatcher::query(Exchange& exchange, decltype(actors::Query::question)&& question) {
    std::vector<actors::Answer> answers(1);
    Waiting waiting{exchange, answers, 1};
    engine_->ask(actors::Query{std::move(question), actors::ReplyTo{this, &waiting, 0}});
    exchange.suspend();
    return std::move(answers.front());
}

actors::Answer Dispatcher::follow(Exchange& exchange, actors::ReadNews&& question) {
    std::vector<actors::Answer> answers(1);
    Waiting waiting{exchange, answers, 1};
    const std::uint64_t number =
        engine_->follow(std::move(question), actors::ReplyTo{this, &waiting, 0});
    // The answer is always waited for: it is written to this place.
    exchange.suspend_stream([this, number] { engine_->unfollow(number); });
    return std::move(answers.front());
}

void Dispatcher::run_aside(Exchange& exchange, const std::function<void()>& work) {
    std::vector<actors::Answer> answers(1);
    Waiting waiting{exchange, answers, 1};
    std::thread aside([&] {
        work();
        std::vector<actors::Reply> done(1);
        done.front().to = actors::ReplyTo{this, &waiting, 0};
        deliver(std::move(done));
    });
    exchange.suspend();
    aside.join(); // it has nothing left to do
}

actors::FeedPage Dispatcher::read_feed(Exchange& exchange, actors::FeedQuestion&& question) {
    std::vector<actors::Answer> answers(1);
    Waiting waiting{exchange, answers, 1};
    actors::FeedPage page;
    ask_feed(std::move(question), page, waiting);
    exchange.suspend();
    return page;
}

actors::FeedPage Dispatcher::follow_feed(Exchange& exchange, actors::FeedQuestion&& question) {
    std::vector<actors::Answer> answers(1);
    Waiting waiting{exchange, answers, 1};
    actors::FeedPage page;
    const std::uint64_t number = ask_feed(std::move(question), page, waiting);
    // The answer is always waited for: it is written to this place.
    exchange.suspend_stream([this, number] { engine_->feed().cancel(number); });
    return page;
}

/// `page` and `waiting` are on the stack of the exchange, which waits.
std::uint64_t Dispatcher::ask_feed(actors::FeedQuestion&& question, actors::FeedPage& page,
                                   Waiting& waiting) {
    return engine_->feed().ask(std::move(question), [this, &page, &waiting](auto&& found) {
        page = std::move(found);
        std::vector<actors::Reply> done(1);
        done.front().to = actors::ReplyTo{this, &waiting, 0};
        deliver(std::move(done));
    });
}

const NewsText& Dispatcher::text_of(const actors::NewsPtr& news) {
    if (rendered_ != news) {
        rendered_text_ = render_news(*news);
        rendered_ = news;
    }
    return rendered_text_;
}

void Dispatcher::deliver(std::vector<actors::Reply>&& replies) {
    {
        const std::lock_guard lock(mutex_);
        if (inbox_.empty()) {
            inbox_ = std::move(replies);
        } else {
            inbox_.insert(inbox_.end(), std::make_move_iterator(replies.begin()),
                          std::make_move_iterator(replies.end()));
        }
    }
    loop_->wake();
}

void Dispatcher::on_wake() {
    std::vector<actors::Reply> replies;
    {
        const std::lock_guard lock(mutex_);
        replies.swap(inbox_);
    }
    for (actors::Reply& reply : replies) {
        auto& waiting = *static_cast<Waiting*>(reply.to.token);
        waiting.answers[reply.to.index] = std::move(reply.answer);
        waiting.missing -= 1;
        if (waiting.missing == 0) {
            loop_->resume(waiting.exchange);
        }
    }
}

void Dispatcher::on_round_end() {
    if (!outbox_.empty()) {
        engine_->submit(std::exchange(outbox_, {}));
    }
}

} // namespace hongbao::http
