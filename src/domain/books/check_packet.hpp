// Role: what must be true of the books before a record about a packet: one overload per event.
#pragma once

#include "domain/books/check_account.hpp"

namespace hongbao::domain {

Complaint what_is_wrong(const Books& books, const PacketSent& event, InstantMs at);
Complaint what_is_wrong(const Books& books, const ShareOpened& event, InstantMs at);
Complaint what_is_wrong(const Books& books, const PacketClosed& event, InstantMs at);

} // namespace hongbao::domain
