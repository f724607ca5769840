// Role: what must be true of the books before a record about a campaign: one overload per event.
#pragma once

#include "domain/books/check_account.hpp"

namespace hongbao::domain {

Complaint what_is_wrong(const Books& books, const CampaignFunded& event, InstantMs at);
Complaint what_is_wrong(const Books& books, const ShakeDrawn& event, InstantMs at);
Complaint what_is_wrong(const Books& books, const CampaignClosed& event, InstantMs at);

} // namespace hongbao::domain
