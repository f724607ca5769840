// Role: what is open, and when something has to be done about it at the latest: a start must know
// all of it. Pure.
#pragma once

#include "domain/values/ids.hpp"
#include "domain/values/instant.hpp"

#include <vector>

namespace hongbao::persistence {

template <typename Id>
struct OpenEntity {
    Id id;
    domain::InstantMs due_at = 0; // 0: at once
};
using OpenPacket = OpenEntity<domain::PacketId>;     // due when it expires
using OpenCampaign = OpenEntity<domain::CampaignId>; // due when it ends
/// Not closed yet. Due at once while orders may have to be timed out or units to be offered.
using OpenSale = OpenEntity<domain::SaleId>;

struct OpenEntities {
    std::vector<OpenPacket> packets;
    std::vector<OpenCampaign> campaigns;
    std::vector<OpenSale> sales;
};

} // namespace hongbao::persistence
