// Role: what can be followed, and what its followers are told.
// Invariant: news never changes once it is made; followers who are told the same share one copy.
#pragma once

#include "domain/values/ids.hpp"
#include "persistence/read_model/campaign/news.hpp"
#include "persistence/read_model/packet/news.hpp"

#include <cstdint>
#include <memory>
#include <variant>

namespace hongbao::persistence {
struct CampaignNews;
struct PacketNews;
} // namespace hongbao::persistence

namespace hongbao::actors {

/// Something whose events can be followed.
struct Topic {
    enum class Kind : std::uint8_t { packet, campaign };
    Kind kind = Kind::packet;
    std::uint64_t id = 0;

    bool operator==(const Topic&) const = default;
};

inline Topic topic_of(domain::PacketId packet_id) {
    return {Topic::Kind::packet, packet_id.value};
}
inline Topic topic_of(domain::CampaignId campaign_id) {
    return {Topic::Kind::campaign, campaign_id.value};
}

/// What came on a topic after a record; one alternative a kind.
using News = std::variant<persistence::PacketNews, persistence::CampaignNews>;
using NewsPtr = std::shared_ptr<const News>;

} // namespace hongbao::actors
