// Role: asking on behalf of a handler.
#include "http/route.hpp"

namespace hongbao::http {

std::variant<std::vector<actors::Answer>, Problem>
ask_all(RouteContext& context, actors::Requests&& requests, Purpose purpose) {
    const auto count = static_cast<std::int64_t>(requests.size());
    auto& admission = *context.server.admission;
    if (auto problem = admission.enter(count, purpose, context.server.engine->pressure())) {
        return std::move(*problem);
    }
    // Until the answer is here: then it is written, or was refused.
    actors::RoomClaim room;
    if (purpose != Purpose::read) {
        room = context.server.engine->writer().claim_room(requests);
        if (!room) {
            admission.leave(count);
            return journal_full();
        }
    }
    auto answers = context.dispatcher.ask_all(context.exchange, std::move(requests));
    admission.leave(count);
    return answers;
}

std::variant<actors::Answer, Problem> ask(RouteContext& context, actors::Request&& request,
                                          Purpose purpose) {
    purpose = request.key ? Purpose::keyed_write : purpose;
    actors::Requests one;
    one.push_back(std::move(request));
    auto outcome = ask_all(context, std::move(one), purpose);
    if (auto* problem = std::get_if<Problem>(&outcome)) {
        return std::move(*problem);
    }
    return std::move(std::get<std::vector<actors::Answer>>(outcome).front());
}

std::variant<actors::Answer, Problem> query(RouteContext& context,
                                            decltype(actors::Query::question)&& question) {
    auto& admission = *context.server.admission;
    if (auto problem = admission.enter(1, Purpose::read, context.server.engine->pressure())) {
        return std::move(*problem);
    }
    auto answer = context.dispatcher.query(context.exchange, std::move(question));
    admission.leave(1);
    return answer;
}

} // namespace hongbao::http
