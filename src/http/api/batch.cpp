// Role: a batch in three steps: claim its key, run its items, keep its answer.
#include "http/api/batch.hpp"

#include "actors/engine.hpp"
#include "domain/values/invariant.hpp"
#include "http/api/access/own.hpp"
#include "http/api/dispatcher.hpp"
#include "http/api/limits/limits.hpp"

#include <utility>

namespace hongbao::http {

namespace {

using Render = std::function<BatchText(const std::vector<actors::Answer>&)>;

actors::Answer ask_one(RouteContext& context, actors::Request&& request) {
    actors::Requests one;
    one.push_back(std::move(request));
    return std::move(context.dispatcher.ask_all(context.exchange, std::move(one)).front());
}

/// `keep` has the key, claimed.
void keep_answer(RouteContext& context, actors::Request&& keep, int status,
                 const std::string& body) {
    keep.body =
        std::make_unique<actors::KeepAnswer>(actors::KeepAnswer{domain::AnswerKept{status, body}});
    const actors::Answer is_kept = ask_one(context, std::move(keep));
    domain::invariant(is_kept.is<actors::AnswerIsKept>(), "nobody refuses to keep an answer");
}

/// Let in already, and with room for all records.
Result run_keyed(RouteContext& context, actors::Requests&& requests,
                 std::unique_ptr<actors::RequestKey>&& key, const Render& render) {
    actors::Request claim;
    claim.body = actors::ClaimKey{};
    claim.key = std::move(key);
    actors::Answer claimed = ask_one(context, std::move(claim));
    if (auto problem = problem_in(claimed)) {
        return std::move(*problem);
    }
    if (auto* kept = claimed.get_if<actors::KeptAnswer>()) {
        return Response{kept->status, std::move(kept->body), true};
    }
    actors::Request keep;
    keep.key = claimed.take<actors::RequestKey>();
    BatchText text = render(context.dispatcher.ask_all(context.exchange, std::move(requests)));
    if (text.has_success) {
        keep_answer(context, std::move(keep), 200, text.body);
    }
    return Response{200, std::move(text.body), false};
}

} // namespace

void keep_unrecorded(RouteContext& context, const Response& response) {
    auto key = std::make_unique<actors::RequestKey>(std::move(*context.unrecorded));
    context.unrecorded.reset();
    auto& admission = *context.server.admission;
    auto& engine = *context.server.engine;
    if (admission.enter(1, Purpose::keyed_write, engine.pressure())) {
        return;
    }
    if (const actors::RoomClaim room = engine.writer().claim_room({}, *key, response.body.size())) {
        actors::Request claim;
        claim.body = actors::ClaimKey{};
        claim.key = std::move(key);
        actors::Answer claimed = ask_one(context, std::move(claim));
        // Otherwise the key has a record: of this request, or of one that came in between.
        if (claimed.is<actors::RequestKey>()) {
            actors::Request keep;
            keep.key = claimed.take<actors::RequestKey>();
            keep_answer(context, std::move(keep), response.status, response.body);
        }
    }
    admission.leave(1);
}

Result answer_batch(RouteContext& context, actors::Requests&& requests,
                    std::unique_ptr<actors::RequestKey>&& key, std::size_t body_bytes_most,
                    const Render& render) {
    context.server.limits->limiter.charge(context.exchange.client(), context.principal,
                                          context.action,
                                          static_cast<std::int64_t>(requests.size()) - 1);
    if (!key) {
        auto outcome = ask_all(context, std::move(requests), Purpose::write);
        if (auto* problem = std::get_if<Problem>(&outcome)) {
            return std::move(*problem);
        }
        return Response{200, render(std::get<std::vector<actors::Answer>>(outcome)).body, false};
    }
    if (auto problem = find_unnamed(context)) {
        return std::move(*problem);
    }
    const auto count = static_cast<std::int64_t>(requests.size());
    auto& admission = *context.server.admission;
    auto& engine = *context.server.engine;
    if (auto problem = admission.enter(count, Purpose::keyed_write, engine.pressure())) {
        return std::move(*problem);
    }
    // Before anything is done: without room for the answer it could not be repeated.
    const actors::RoomClaim room = engine.writer().claim_room(requests, *key, body_bytes_most);
    Result result = room ? run_keyed(context, std::move(requests), std::move(key), render)
                         : Result(journal_full());
    admission.leave(count);
    return result;
}

} // namespace hongbao::http
