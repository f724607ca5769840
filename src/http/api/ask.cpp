// Role: admission, waiting, and noticing answers that no record keeps.
#include "http/api/ask.hpp"

#include "actors/engine.hpp"
#include "actors/protocol/administration.hpp"
#include "domain/values/overloaded.hpp"
#include "http/api/access/own.hpp"
#include "http/api/administration/operation.hpp"
#include "http/api/dispatcher.hpp"

namespace hongbao::http {

namespace {

/// Whether the work may have been done before, so that no record was made. Also true where the
/// answer looks the same as the first one under the same key: then claiming the key shows that it
/// has a record.
bool may_be_unrecorded(const actors::Answer& answer) {
    return answer.visit(domain::Overloaded{
        [](const actors::ShareReceipt& receipt) { return receipt.repeat; },
        [](const actors::ShakeReceipt& receipt) { return receipt.repeat; },
        [](const actors::WaitReceipt& receipt) { return receipt.repeat; },
        [](const actors::TradeReceipt& receipt) { return receipt.replayed; },
        [](const actors::AdministrationReceipt& receipt) { return receipt.repeat; },
        [](const actors::AccountView& view) { return !view.created; },
        [](const actors::ExternalPaymentReceipt& receipt) { return receipt.repeat; },
        [](const actors::OrderView& view) {
            const auto status = view.summary.status;
            return !view.replayed && status != domain::OrderStatus::reserved &&
                   status != domain::OrderStatus::paid;
        },
        [](const auto&) { return false; },
    });
}

std::variant<std::vector<actors::Answer>, Problem>
ask_admitted(RouteContext& context, actors::Requests&& requests, Purpose purpose) {
    const auto count = static_cast<std::int64_t>(requests.size());
    auto& admission = *context.server.admission;
    if (auto problem = admission.enter(count, purpose, context.server.engine->pressure())) {
        return std::move(*problem);
    }
    // Held until the answer is here: by then the record is written, or was refused.
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

} // namespace

std::variant<std::vector<actors::Answer>, Problem>
ask_all(RouteContext& context, actors::Requests&& requests, Purpose purpose) {
    if (auto problem = find_unnamed(context)) {
        return std::move(*problem);
    }
    return ask_admitted(context, std::move(requests), purpose);
}

std::variant<actors::Answer, Problem> ask_whose(RouteContext& context, domain::OrderId order_id) {
    actors::Requests one(1);
    one.front().body =
        std::make_unique<actors::SaleRequest>(actors::SaleRequest{actors::ReadOrder{order_id}});
    auto outcome = ask_admitted(context, std::move(one), Purpose::read);
    if (auto* problem = std::get_if<Problem>(&outcome)) {
        return std::move(*problem);
    }
    return std::move(std::get<std::vector<actors::Answer>>(outcome).front());
}

std::variant<actors::Answer, Problem> ask(RouteContext& context, actors::Request&& request,
                                          Purpose purpose) {
    purpose = request.key ? Purpose::keyed_write : purpose;
    std::optional<domain::IdempotencyTag> tag;
    if (request.key) {
        tag = request.key->tag();
    }
    actors::Requests one;
    one.push_back(std::move(request));
    auto outcome = ask_all(context, std::move(one), purpose);
    if (auto* problem = std::get_if<Problem>(&outcome)) {
        return std::move(*problem);
    }
    auto& answer = std::get<std::vector<actors::Answer>>(outcome).front();
    if (tag && may_be_unrecorded(answer)) {
        context.unrecorded = std::move(tag);
    }
    return std::move(answer);
}

std::variant<actors::Answer, Problem> query(RouteContext& context,
                                            decltype(actors::Query::question)&& question) {
    if (auto problem = find_unnamed(context)) {
        return std::move(*problem);
    }
    return query_whose(context, std::move(question));
}

std::variant<actors::Answer, Problem> query_whose(RouteContext& context,
                                                  decltype(actors::Query::question)&& question) {
    auto& admission = *context.server.admission;
    if (auto problem = admission.enter(1, Purpose::read, context.server.engine->pressure())) {
        return std::move(*problem);
    }
    auto answer = context.dispatcher.query(context.exchange, std::move(question));
    admission.leave(1);
    return answer;
}

std::optional<Problem> account_missing(RouteContext& context, const domain::UserId& user_id) {
    auto outcome =
        ask(context, actors::Request{actors::ReadAccount{user_id}, {}, actors::Hop::owner},
            Purpose::read);
    if (auto* problem = std::get_if<Problem>(&outcome)) {
        return std::move(*problem);
    }
    return problem_in(std::get<actors::Answer>(outcome));
}

std::variant<actors::Answer, Problem> ask_account(RouteContext& context,
                                                  domain::AccountCommand&& command,
                                                  std::unique_ptr<actors::RequestKey>&& key,
                                                  std::string reason) {
    actors::Request request;
    request.body = std::make_unique<actors::AccountRequest>(actors::AccountRequest{
        std::move(command), {}, operation_of_command(context, std::move(reason))});
    request.key = std::move(key);
    return ask(context, std::move(request), Purpose::write);
}

std::variant<actors::Answer, Problem> ask_sale(RouteContext& context, actors::SaleRequest&& command,
                                               std::unique_ptr<actors::RequestKey>&& key,
                                               Purpose purpose) {
    actors::Request request;
    request.body = std::make_unique<actors::SaleRequest>(std::move(command));
    std::get<std::unique_ptr<actors::SaleRequest>>(request.body)->operation =
        operation_of_command(context);
    request.key = std::move(key);
    return ask(context, std::move(request), purpose);
}

} // namespace hongbao::http
