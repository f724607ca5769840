// Role: routes of tokens: issue one for a user, whose answer is a secret, so that nothing is kept
// of it; and sign with another secret from now on.
#include "actors/environment/clock.hpp"
#include "domain/values/rfc3339.hpp"
#include "http/api/administration/operation.hpp"
#include "http/api/ask.hpp"
#include "http/api/body/fields.hpp"
#include "http/api/body/request_body.hpp"
#include "http/api/dispatcher.hpp"
#include "http/api/paths/path_ids.hpp"
#include "http/api/render.hpp"
#include "http/api/tokens/token.hpp"
#include "http/api/tokens/token_board.hpp"

namespace hongbao::http {

namespace {

constexpr std::array<std::string_view, 3> fields_of_entities{"packet_id", "campaign_id", "sale_id"};
constexpr TextRule reason_rule{1, 128};
constexpr TextRule entity_id_rule{1, 20, TextUse::secret};

/// What a token is for alone, and in which field that was said.
struct OnlyFor {
    std::string_view field; // empty: for everything that is the user's
    std::uint64_t entity = 0;
};

OnlyFor read_only_for(Fields& fields) {
    OnlyFor only;
    for (const std::string_view field : fields_of_entities) {
        const auto text = fields.optional_text(field, entity_id_rule);
        if (!text) {
            continue;
        }
        const auto entity = read_id(*text);
        if (!entity) {
            fields.complain(field, "must be an id as the server gave it, as a string.",
                            fault_code::invalid_format);
        } else if (!only.field.empty()) {
            fields.complain(field, "and " + std::string(only.field) +
                                       " cannot be given at once: a token is for one thing.");
        } else {
            only = {field, *entity};
        }
    }
    return only;
}

std::string render_token(const TokenGrant& grant, const OnlyFor& only, std::string&& text) {
    Json made{{"token", std::move(text)},
              {"token_type", "Bearer"},
              {"user_id", grant.user_id},
              {"expires_at", domain::to_rfc3339(grant.expires_at)}};
    for (const std::string_view field : fields_of_entities) {
        made[std::string(field)] = field == only.field ? Json(std::to_string(only.entity)) : Json();
    }
    return made.dump();
}

Result issue_token(RouteContext& context) {
    const auto body = read_body_of_question(context);
    if (const auto* problem = std::get_if<Problem>(&body)) {
        return *problem;
    }
    Fields fields(std::get<nlohmann::json>(body));
    TokenGrant grant;
    grant.user_id = fields.user_id("user_id");
    const std::int64_t life_s =
        fields.optional_integer("expires_in_s", token_life_s_min, token_life_s_max)
            .value_or(token_life_s_default);
    const OnlyFor only = read_only_for(fields);
    if (auto problem = fields.problem()) {
        return *problem;
    }
    if (auto problem = account_missing(context, grant.user_id)) {
        return *problem;
    }
    const domain::InstantMs now = context.server.clock->now();
    grant.issued_at = now - now % domain::ms_per_s;
    grant.expires_at = grant.issued_at + life_s * domain::ms_per_s;
    grant.only_entity = only.entity;
    return Response{
        201,
        render_token(grant, only, sign_token(grant, context.server.tokens->secrets()->current()))};
}

/// Ends the rotation however its request ends.
class Rotating {
  public:
    explicit Rotating(TokenBoard& board) : board_(board), is_first_(board.begin()) {}
    ~Rotating() {
        if (is_first_) {
            board_.end();
        }
    }
    Rotating(const Rotating&) = delete;
    Rotating& operator=(const Rotating&) = delete;
    bool is_first() const { return is_first_; }

  private:
    TokenBoard& board_;
    const bool is_first_;
};

Result rotate_secret(RouteContext& context) {
    auto body = read_keyed_body(context, KeyNeed::optional);
    if (auto* problem = std::get_if<Problem>(&body)) {
        return std::move(*problem);
    }
    auto& [json, key] = std::get<KeyedBody>(body);
    Fields fields(json);
    const std::int64_t overlap_s = fields.integer("overlap_s", 0, token_life_s_max);
    std::string reason = fields.text("reason", reason_rule);
    TokenBoard& board = *context.server.tokens;
    if (overlap_s > 0 &&
        board.secrets()->count_valid(context.server.clock->now()) >= token_secrets_max) {
        fields.complain("overlap_s",
                        "must be 0: as many secrets as there may be are valid. Or wait "
                        "until one of them ends.");
    }
    if (auto problem = fields.problem()) {
        return *problem;
    }
    const Rotating rotating(board);
    if (!rotating.is_first()) {
        return Problem{"overloaded", "Another rotation is under way."};
    }
    const domain::InstantMs formers_until =
        context.server.clock->now() + overlap_s * domain::ms_per_s;
    const auto aside = [&context](const std::function<void()>& work) {
        context.dispatcher.run_aside(context.exchange, work);
    };
    std::optional<std::string> fault;
    aside([&] { fault = board.prepare({make_token_secret(), formers_until}); });
    if (fault) {
        return Problem{"journal_full", "Nothing was changed, because " + *fault + "."};
    }
    actors::Request request;
    request.body = std::make_unique<actors::AdministrationRequest>(actors::AdministrationRequest{
        domain::AdministrationCommand(domain::RotateTokenSecret{formers_until}),
        operation_of(context, std::move(reason))});
    request.key = std::move(key);
    auto outcome = ask(context, std::move(request), Purpose::write);
    const auto* answer = std::get_if<actors::Answer>(&outcome);
    const auto* receipt =
        answer != nullptr ? answer->get_if<actors::AdministrationReceipt>() : nullptr;
    if (receipt != nullptr && !receipt->replayed) {
        aside([&] { board.complete(receipt->record.at); });
    } else {
        aside([&] { board.forget(); });
    }
    return answered<actors::AdministrationReceipt>(
        std::move(outcome), [](const actors::AdministrationReceipt& done) -> Result {
            const auto& rotated = std::get<domain::TokenSecretRotated>(done.record.event);
            return Response{200,
                            Json{{"rotated_at", domain::to_rfc3339(done.record.at)},
                                 {"formers_until", domain::to_rfc3339(rotated.previous_until)}}
                                .dump(),
                            done.replayed};
        });
}

} // namespace

std::span<const Route> token_routes() {
    static constexpr std::array routes{
        Route{"POST", "/v1/tokens", Action::issue_token, issue_token},
        Route{"POST", "/v1/tokens/secret/rotation", Action::change_keys, rotate_secret},
    };
    return routes;
}

} // namespace hongbao::http
