// Role: numbers without signs or leading zeros.
#include "http/api/paths/path_ids.hpp"

#include <charconv>

namespace hongbao::http {

namespace {

/// As an id of that kind.
template <typename Id>
std::optional<Id> read_id_of(std::string_view text) {
    const auto value = read_id(text);
    return value ? std::optional(Id{*value}) : std::nullopt;
}

} // namespace

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

} // namespace hongbao::http
