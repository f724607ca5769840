// Role: reads a request's body and its Idempotency-Key, or refuses them.
#include "http/api/body/request_body.hpp"

#include "actors/protocol/digests.hpp"
#include "http/api/body/canonical_json.hpp"
#include "http/api/body/json_body.hpp"
#include "http/transport/exchange.hpp"

#include <algorithm>
#include <functional>
#include <string_view>

namespace hongbao::http {

namespace {

constexpr std::size_t key_length_max = 255;

bool is_visible_ascii(char c) {
    return c > ' ' && c <= '~';
}

/// The text of the header, empty if there is none; or what is wrong with it.
std::variant<std::string_view, Problem> read_key_text(const RouteContext& context) {
    const auto key = context.exchange.header("Idempotency-Key");
    if (!key) {
        return std::string_view();
    }
    if (context.exchange.header_count("Idempotency-Key") > 1) {
        return Problem{"idempotency_key_invalid", "It occurs twice in this request."};
    }
    if (key->empty() || key->size() > key_length_max ||
        !std::all_of(key->begin(), key->end(), is_visible_ascii)) {
        return Problem{"idempotency_key_invalid",
                       "It must have 1 to 255 visible ASCII characters."};
    }
    return *key;
}

/// Each principal has keys of its own: nobody is answered what another was by guessing its key.
/// Those of the operator of this machine have no name in front, as before there were principals;
/// a name has no blank, and neither has a key.
std::string scoped(const domain::Principal& principal, std::string_view key) {
    std::string text = principal.is_local() ? "" : principal.name + " ";
    return text.append(key);
}

/// Lets others have their turn while a long body is worked on; a short one is done immediately.
std::function<void()> pause_for(const RouteContext& context) {
    Exchange& exchange = context.exchange;
    if (exchange.body().size() <= json_slice_bytes) {
        return nullptr;
    }
    return [&exchange] { exchange.give_way(); };
}

} // namespace

std::variant<nlohmann::json, Problem> read_body(const RouteContext& context, BodyNeed need) {
    const std::string_view text = context.exchange.body();
    if (text.empty() && need == BodyNeed::optional) {
        return nlohmann::json::object();
    }
    return read_json(text, pause_for(context));
}

std::variant<KeyedBody, Problem> read_keyed_body(const RouteContext& context, KeyNeed key_need,
                                                 BodyNeed need) {
    auto body = read_body(context, need);
    if (auto* problem = std::get_if<Problem>(&body)) {
        return std::move(*problem);
    }
    auto read = read_key_text(context);
    if (auto* problem = std::get_if<Problem>(&read)) {
        return std::move(*problem);
    }
    KeyedBody keyed{std::move(std::get<nlohmann::json>(body)), nullptr};
    if (const auto text = std::get<std::string_view>(read); !text.empty()) {
        const Exchange& exchange = context.exchange;
        keyed.key = std::make_unique<actors::RequestKey>(domain::IdempotencyTag{
            scoped(context.principal, text),
            actors::digest_of_request(exchange.method(), exchange.path(),
                                      canonical_text(keyed.json, pause_for(context)))});
    } else if (key_need == KeyNeed::required) {
        return Problem{"idempotency_key_missing",
                       "Send a header Idempotency-Key: any text that is new for each new request, "
                       "and the same when you try again."};
    }
    return keyed;
}

std::variant<nlohmann::json, Problem> read_body_of_question(const RouteContext& context) {
    auto read = read_key_text(context);
    if (auto* problem = std::get_if<Problem>(&read)) {
        return std::move(*problem);
    }
    return read_body(context);
}

} // namespace hongbao::http
