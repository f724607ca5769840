// Role: routes of accounts: open, read, rename, freeze.
#include "http/api/accounts/render.hpp"
#include "http/api/ask.hpp"
#include "http/api/batch.hpp"
#include "http/api/body/fields.hpp"
#include "http/api/body/request_body.hpp"
#include "http/api/render.hpp"
#include "http/transport/exchange.hpp"

namespace hongbao::http {

namespace {

using actors::AccountView;

constexpr std::size_t accounts_per_batch_max = 1'000;

domain::OpenAccount read_open_account(Fields& fields) {
    domain::OpenAccount command;
    command.user_id = fields.user_id("user_id");
    command.username = fields.text("username", username_rule);
    command.avatar_url = fields.optional_picture_url("avatar_url").value_or("");
    // "system" is for the server's own accounts.
    command.account_type =
        static_cast<domain::AccountType>(fields.choice("type", {"personal", "merchant"}, 0));
    return command;
}

Result account_answer(const AccountView& view) {
    Response response{view.created ? 201 : 200, render(view).dump(), view.replayed};
    if (view.created) {
        response.location = "/v1/accounts/" + view.account.profile.user_id;
    }
    return response;
}

Result open_account(RouteContext& context) {
    auto body = read_keyed_body(context, KeyNeed::optional);
    if (auto* problem = std::get_if<Problem>(&body)) {
        return std::move(*problem);
    }
    auto& [json, key] = std::get<KeyedBody>(body);
    Fields fields(json);
    domain::OpenAccount command = read_open_account(fields);
    if (auto problem = fields.problem()) {
        return *problem;
    }
    return answered<AccountView>(ask_account(context, std::move(command), std::move(key)),
                                 account_answer);
}

BatchText render_accounts(const std::vector<actors::Answer>& answers, Exchange& exchange) {
    BatchText text;
    Json results = Json::array();
    for (std::size_t i = 0; i < answers.size(); ++i) {
        const auto& answer = answers[i];
        if (auto problem = problem_in(answer)) {
            for (Fault& fault : problem->errors) {
                fault.where.insert(0, "/accounts/" + std::to_string(i));
            }
            results.push_back(Json::parse(render_problem(*problem, exchange.request_id())));
        } else {
            const auto& view = answer.get<AccountView>();
            results.push_back(render(view));
            text.has_success = true;
        }
        exchange.give_way();
    }
    text.body = Json{{"results", std::move(results)}}.dump();
    return text;
}

Result open_accounts(RouteContext& context) {
    auto body = read_keyed_body(context, KeyNeed::optional);
    if (auto* problem = std::get_if<Problem>(&body)) {
        return std::move(*problem);
    }
    auto& [json, key] = std::get<KeyedBody>(body);
    Fields fields(json);
    actors::Requests requests;
    fields.each("accounts", 1, accounts_per_batch_max, [&](Fields& item) {
        auto request = std::make_unique<actors::AccountRequest>();
        request->command = read_open_account(item);
        requests.push_back(actors::Request{std::move(request), {}, actors::Hop::owner});
        context.exchange.give_way();
    });
    if (auto problem = fields.problem()) {
        return *problem;
    }
    // An account's answer repeats what came in the body, and adds a little.
    const std::size_t body_bytes_most =
        context.exchange.body().size() + requests.size() * batch_item_bytes_most;
    return answer_batch(context, std::move(requests), std::move(key), body_bytes_most,
                        [&](const std::vector<actors::Answer>& answers) {
                            return render_accounts(answers, context.exchange);
                        });
}

Result read_account(RouteContext& context) {
    return answered<AccountView>(
        ask(context,
            actors::Request{
                actors::ReadAccount{domain::UserId(context.parameters[0])}, {}, actors::Hop::owner},
            Purpose::read),
        account_answer);
}

Result change_profile(RouteContext& context) {
    const auto body = read_body(context);
    if (const auto* problem = std::get_if<Problem>(&body)) {
        return *problem;
    }
    Fields fields(std::get<nlohmann::json>(body));
    domain::ChangeAccountProfile command;
    command.user_id = context.parameters[0];
    command.username = fields.optional_text("username", username_rule);
    command.avatar_url = fields.optional_picture_url("avatar_url");
    if (!command.username && !command.avatar_url) {
        fields.complain("username", "or avatar_url must be there: nothing else can be changed.",
                        fault_code::missing);
    }
    if (auto problem = fields.problem()) {
        return *problem;
    }
    return answered<AccountView>(ask_account(context, std::move(command), nullptr), account_answer);
}

Result change_status(RouteContext& context) {
    const auto body = read_body(context);
    if (const auto* problem = std::get_if<Problem>(&body)) {
        return *problem;
    }
    Fields fields(std::get<nlohmann::json>(body));
    domain::ChangeAccountStatus command;
    command.user_id = context.parameters[0];
    command.status =
        static_cast<domain::AccountStatus>(fields.choice("status", {"active", "frozen"}));
    command.reason = fields.text("reason", note_rule);
    if (auto problem = fields.problem()) {
        return *problem;
    }
    return answered<AccountView>(ask_account(context, std::move(command), nullptr), account_answer);
}

} // namespace

std::span<const Route> account_routes() {
    static constexpr std::array routes{
        Route{"POST", "/v1/accounts", Action::open_account, open_account},
        Route{"POST", "/v1/accounts/batch", Action::open_account, open_accounts, true},
        Route{"GET", "/v1/accounts/{user_id}", Action::read_account, read_account},
        Route{"PATCH", "/v1/accounts/{user_id}", Action::change_profile, change_profile},
        Route{"PUT", "/v1/accounts/{user_id}/status", Action::change_status, change_status},
    };
    return routes;
}

} // namespace hongbao::http
