// Role: what most writing routes begin with: the body as fields, the Idempotency-Key as a tag.
#pragma once

#include "http/api/body/fields.hpp"
#include "http/api/route.hpp"

#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string_view>
#include <variant>

namespace hongbao::http {

/// Whether a request can do without a body. If so, none is as good as {}.
enum class BodyNeed : std::uint8_t { required, optional };

std::variant<nlohmann::json, Problem> read_body(const RouteContext& context,
                                                BodyNeed need = BodyNeed::required);

/// Every POST may come with a key; whether it has to.
enum class KeyNeed : std::uint8_t { optional, required };

/// What a POST begins with: its body, and its key with a digest of method, path and body. Bodies
/// are compared by meaning: white space and the order of fields do not matter, and null is absent.
struct KeyedBody {
    nlohmann::json json;
    std::unique_ptr<actors::RequestKey> key; // null: it came with none
};
std::variant<KeyedBody, Problem> read_keyed_body(const RouteContext& context, KeyNeed key_need,
                                                 BodyNeed need = BodyNeed::required);

/// Of a POST that changes nothing, so that nothing is kept under its key: the key has the right
/// form or is not there.
std::variant<nlohmann::json, Problem> read_body_of_question(const RouteContext& context);

/// A path parameter as the id of an entity: nothing if it cannot be one, as no entity has such an
/// id.
std::optional<std::uint64_t> read_id(std::string_view text);
std::optional<domain::PacketId> read_packet_id(std::string_view text);
std::optional<domain::CampaignId> read_campaign_id(std::string_view text);
std::optional<domain::SaleId> read_sale_id(std::string_view text);
std::optional<domain::OrderId> read_order_id(std::string_view text);

/// Sends a command to an account, with its key if it has one.
std::variant<actors::Answer, Problem> ask_account(RouteContext& context,
                                                  domain::AccountCommand&& command,
                                                  std::unique_ptr<actors::RequestKey>&& key);

/// The same to a sale, or asks it about an order.
std::variant<actors::Answer, Problem> ask_sale(RouteContext& context, actors::SaleRequest&& command,
                                               std::unique_ptr<actors::RequestKey>&& key,
                                               Purpose purpose = Purpose::write);

} // namespace hongbao::http
