// Role: a path parameter as the id of an entity. Owner: pure.
#pragma once

#include "domain/values/ids.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace hongbao::http {

/// Nothing if the text cannot be an id: then no entity has it.
std::optional<std::uint64_t> read_id(std::string_view text);
std::optional<domain::PacketId> read_packet_id(std::string_view text);
std::optional<domain::CampaignId> read_campaign_id(std::string_view text);
std::optional<domain::SaleId> read_sale_id(std::string_view text);
std::optional<domain::OrderId> read_order_id(std::string_view text);

} // namespace hongbao::http
