// Role: reading bodies, keys and ids.
#include "http/keyed.hpp"

#include "actors/digests.hpp"
#include "http/json_body.hpp"

#include <algorithm>
#include <charconv>

namespace hongbao::http {

namespace {

constexpr std::size_t key_length_max = 255;

bool is_visible_ascii(char c) {
    return c > ' ' && c <= '~';
}

std::variant<KeyedTag, Problem> read_idempotency_key(const RouteContext& context,
                                                     const nlohmann::json& body) {
    const auto key = context.exchange.header("Idempotency-Key");
    if (!key) {
        return Problem{"idempotency_key_missing",
                       "Send a header Idempotency-Key: any text that is new for each new request, "
                       "and the same when you try again."};
    }
    if (context.exchange.header_count("Idempotency-Key") > 1) {
        return Problem{"idempotency_key_invalid", "It stands twice in this request."};
    }
    if (key->empty() || key->size() > key_length_max ||
        !std::all_of(key->begin(), key->end(), is_visible_ascii)) {
        return Problem{"idempotency_key_invalid",
                       "It must have 1 to 255 visible ASCII characters."};
    }
    const Exchange& exchange = context.exchange;
    return KeyedTag{domain::IdempotencyTag{
                        std::string(*key),
                        actors::digest_of_request(exchange.method(), exchange.path(), body.dump())},
                    actors::digest_of_key(*key)};
}

/// As an id of that kind.
template <typename Id>
std::optional<Id> read_id_of(std::string_view text) {
    const auto value = read_id(text);
    return value ? std::optional(Id{*value}) : std::nullopt;
}

} // namespace

std::variant<nlohmann::json, Problem> read_body(const RouteContext& context, BodyNeed need) {
    const std::string_view text = context.exchange.body();
    if (text.empty() && need == BodyNeed::optional) {
        return nlohmann::json::object();
    }
    return read_json(text);
}

std::variant<KeyedBody, Problem> read_keyed_body(const RouteContext& context, BodyNeed need) {
    auto body = read_body(context, need);
    if (auto* problem = std::get_if<Problem>(&body)) {
        return std::move(*problem);
    }
    auto& json = std::get<nlohmann::json>(body);
    auto key = read_idempotency_key(context, json);
    if (auto* problem = std::get_if<Problem>(&key)) {
        return std::move(*problem);
    }
    return KeyedBody{std::move(json), std::move(std::get<KeyedTag>(key))};
}

std::optional<std::uint64_t> read_id(std::string_view text) {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool whole = error == std::errc{} && end == text.data() + text.size();
    if (!whole || value == 0 || text.front() == '0') {
        return std::nullopt;
    }
    return value;
}

std::optional<domain::PacketId> read_packet_id(std::string_view text) {
    return read_id_of<domain::PacketId>(text);
}

std::optional<domain::CampaignId> read_campaign_id(std::string_view text) {
    return read_id_of<domain::CampaignId>(text);
}

std::optional<domain::SaleId> read_sale_id(std::string_view text) {
    return read_id_of<domain::SaleId>(text);
}

std::optional<domain::OrderId> read_order_id(std::string_view text) {
    return read_id_of<domain::OrderId>(text);
}

std::variant<actors::Answer, Problem> ask_account(RouteContext& context,
                                                  domain::AccountCommand&& command,
                                                  std::optional<KeyedTag>&& key) {
    auto request = std::make_unique<actors::AccountRequest>();
    request->command = std::move(command);
    const Purpose purpose = key ? Purpose::keyed_write : Purpose::write;
    if (key) {
        request->idempotency = std::move(key->tag);
        request->key_digest = key->key_digest;
    }
    return ask(context, actors::Request{std::move(request), {}, actors::Hop::owner}, purpose);
}

std::variant<actors::Answer, Problem> ask_sale(RouteContext& context, actors::SaleRequest&& command,
                                               Purpose purpose) {
    auto request = std::make_unique<actors::SaleRequest>(std::move(command));
    return ask(context, actors::Request{std::move(request), {}, actors::Hop::owner}, purpose);
}

} // namespace hongbao::http
