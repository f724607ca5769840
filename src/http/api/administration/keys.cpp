// Role: routes of the server's keys: create, list, read, rotate, revoke. The secret of a key stands
// in the answer that made it, and nowhere else: in no record, so in no second answer either.
#include "actors/environment/clock.hpp"
#include "http/api/access/access_board.hpp"
#include "http/api/access/key_text.hpp"
#include "http/api/administration/administer.hpp"
#include "http/api/administration/operation.hpp"
#include "http/api/administration/render.hpp"
#include "http/api/body/request_body.hpp"

namespace hongbao::http {

namespace {

using actors::AdministrationReceipt;

constexpr TextRule key_name_rule{1, 64, TextUse::name};
constexpr std::int64_t overlap_s_default = 86'400;
constexpr std::array key_scopes{domain::Scope::service, domain::Scope::merchant,
                                domain::Scope::gateway, domain::Scope::reader,
                                domain::Scope::operations};

/// The key as it is now; null if there is none.
const domain::AccessKey* find_key(const domain::AccessStatePtr& state, std::string_view key_id) {
    if (!state) {
        return nullptr;
    }
    const auto found = state->keys.find(key_id);
    return found == state->keys.end() ? nullptr : &found->second;
}

/// With its secret, or with the reason why it is not there.
std::string with_secret(Json key, const std::string& secret, bool is_first_answer) {
    key["key"] = is_first_answer ? Json(secret) : Json(nullptr);
    key["note"] = is_first_answer
                      ? Json(nullptr)
                      : Json("The key was shown once, in the first answer to this "
                             "request, and is kept nowhere. If it was lost, rotate it.");
    return key.dump();
}

std::optional<Problem> find_fault_of_merchant(RouteContext& context,
                                              const domain::UserId& account) {
    const auto outcome =
        ask(context, actors::Request{actors::ReadAccount{account}, {}, actors::Hop::owner},
            Purpose::read);
    if (const auto* problem = std::get_if<Problem>(&outcome)) {
        return *problem;
    }
    const auto& answer = std::get<actors::Answer>(outcome);
    if (auto problem = problem_in(answer)) {
        return problem;
    }
    const auto& profile = answer.get<actors::AccountView>().account.profile;
    return profile.type == domain::AccountType::merchant
               ? std::nullopt
               : std::optional(problem_of(domain::Rejection::not_a_merchant));
}

/// What no other field of the body rules out.
std::optional<Problem> find_fault_of_account(const domain::AccessKeyCreated& key) {
    if (key.scope == domain::Scope::merchant && key.account.empty()) {
        return impossible("invalid_key", "/account",
                          "A merchant's key is for one account: name it.");
    }
    if (key.scope != domain::Scope::merchant && !key.account.empty()) {
        return impossible("invalid_key", "/account",
                          "Only a key of the scope merchant is for one account.");
    }
    return std::nullopt;
}

/// `fault` is what is wrong with terms that are well-formed.
domain::AccessKeyCreated read_new_key(RouteContext& context, Fields& fields,
                                      std::optional<Problem>& fault) {
    domain::AccessKeyCreated key;
    key.name = fields.text("name", key_name_rule);
    std::vector<std::string_view> words;
    for (const domain::Scope scope : key_scopes) {
        words.push_back(domain::word_of(scope));
    }
    key.scope = key_scopes.at(fields.choice("scope", words));
    key.account = fields.optional_user_id("account").value_or("");
    key.expires_at = read_expiry(fields, context).value_or(0);
    ReadRanges ranges = read_address_ranges(fields, "invalid_key");
    key.address_ranges = std::move(ranges.ranges);
    fault = ranges.problem ? std::move(ranges.problem) : find_fault_of_account(key);
    return key;
}

Result create_key(RouteContext& context) {
    auto body = read_keyed_body(context, KeyNeed::optional);
    if (auto* problem = std::get_if<Problem>(&body)) {
        return std::move(*problem);
    }
    auto& [json, key] = std::get<KeyedBody>(body);
    Fields fields(json);
    std::optional<Problem> fault;
    domain::CreateAccessKey command{read_new_key(context, fields, fault)};
    std::string reason = fields.optional_text("reason", note_rule).value_or("");
    if (auto problem = fields.problem()) {
        return *problem;
    }
    if (fault) {
        return std::move(*fault);
    }
    if (command.key.scope == domain::Scope::merchant) {
        if (auto problem = find_fault_of_merchant(context, command.key.account)) {
            return *problem;
        }
    }
    const MadeKey made = make_key();
    command.key.key_id = made.key_id;
    command.key.secret_hash = made.secret_hash;
    return answered<AdministrationReceipt>(
        ask_administration(context, std::move(command), operation_of(context, std::move(reason)),
                           std::move(key)),
        [&](const AdministrationReceipt& receipt) -> Result {
            domain::AccessKey shown;
            shown.made = std::get<domain::AccessKeyCreated>(receipt.record.event);
            shown.created_at = receipt.record.at;
            return Response{
                201, with_secret(render(shown, shown.created_at), made.text, !receipt.replayed),
                receipt.replayed, "/v1/keys/" + shown.made.key_id};
        });
}

Result list_keys(RouteContext& context) {
    const auto state = context.server.access->state();
    std::vector<const domain::AccessKey*> keys;
    if (state) {
        for (const auto& [id, key] : state->keys) {
            keys.push_back(&key);
        }
    }
    std::ranges::sort(keys, {}, [](const domain::AccessKey* key) {
        return std::pair(key->created_at, std::string_view(key->made.key_id));
    });
    Json items = Json::array();
    for (const domain::AccessKey* key : keys) {
        items.push_back(render(*key, context.server.clock->now()));
    }
    return Response{200, Json{{"items", std::move(items)}}.dump()};
}

Result read_key_of_path(RouteContext& context) {
    const auto state = context.server.access->state();
    const domain::InstantMs now = context.server.clock->now();
    const domain::AccessKey* const key = find_key(state, context.parameters[0]);
    return key == nullptr ? Result(problem_of(domain::Rejection::key_not_found))
                          : Result(Response{200, render(*key, now).dump()});
}

/// The key as it is after a change: the board has that before the receipt is here.
Result changed_key(RouteContext& context, const AdministrationReceipt& receipt,
                   const MadeKey* made) {
    const auto state = context.server.access->state();
    const domain::InstantMs now = context.server.clock->now();
    const domain::AccessKey* const key = find_key(state, context.parameters[0]);
    if (key == nullptr) { // a first answer again, of a key that has made room for others since
        return problem_of(domain::Rejection::key_not_found);
    }
    return Response{200,
                    made == nullptr ? render(*key, now).dump()
                                    : with_secret(render(*key, now), made->text, !receipt.replayed),
                    receipt.replayed};
}

Result rotate_key(RouteContext& context) {
    auto body = read_keyed_body(context, KeyNeed::optional, BodyNeed::optional);
    if (auto* problem = std::get_if<Problem>(&body)) {
        return std::move(*problem);
    }
    auto& [json, key] = std::get<KeyedBody>(body);
    Fields fields(json);
    domain::RotateAccessKey command;
    command.key_id = context.parameters[0];
    command.overlap_s = fields.optional_integer("overlap_s", 0, domain::key_overlap_s_max)
                            .value_or(overlap_s_default);
    command.life_s = fields.optional_integer("expires_in_s", expires_in_s_min, expires_in_s_max);
    std::string reason = fields.optional_text("reason", note_rule).value_or("");
    if (auto problem = fields.problem()) {
        return *problem;
    }
    if (!is_access_id(command.key_id)) {
        return problem_of(domain::Rejection::key_not_found);
    }
    const MadeKey made = make_key_again(command.key_id);
    command.secret_hash = made.secret_hash;
    return answered<AdministrationReceipt>(
        ask_administration(context, std::move(command), operation_of(context, std::move(reason)),
                           std::move(key)),
        [&](const AdministrationReceipt& receipt) { return changed_key(context, receipt, &made); });
}

Result revoke_key(RouteContext& context) {
    auto reason = read_reason(context);
    if (auto* problem = std::get_if<Problem>(&reason)) {
        return std::move(*problem);
    }
    return answered<AdministrationReceipt>(
        ask_administration(context,
                           domain::RevokeAccessKey{domain::AccessId(context.parameters[0])},
                           operation_of(context, std::move(std::get<std::string>(reason)))),
        [&](const AdministrationReceipt& receipt) {
            return changed_key(context, receipt, nullptr);
        });
}

} // namespace

std::span<const Route> key_routes() {
    static constexpr std::array routes{
        Route{"POST", "/v1/keys", Action::change_keys, create_key},
        Route{"GET", "/v1/keys", Action::read_keys, list_keys},
        Route{"GET", "/v1/keys/{key_id}", Action::read_keys, read_key_of_path},
        Route{"POST", "/v1/keys/{key_id}/rotation", Action::change_keys, rotate_key},
        Route{"DELETE", "/v1/keys/{key_id}", Action::change_keys, revoke_key, false, reason_query},
    };
    return routes;
}

} // namespace hongbao::http
