// Role: keys of rows in the read model as bytes, for tests that put rows into a table or pin
// them.
#pragma once

#include "persistence/read_model/rows/tables.hpp"

#include <string>
#include <string_view>

namespace hongbao::testing {

using persistence::PairKey;

inline PairKey line_mark_key(persistence::AccountNumber account, std::uint64_t mark_no) {
    return persistence::LineMarks::Key{account, mark_no}.bytes();
}
inline PairKey claim_key(domain::PacketId packet_id, std::uint64_t claim_no) {
    return persistence::Claims::Key{packet_id, claim_no}.bytes();
}
inline PairKey claim_of_user_key(domain::PacketId packet_id, persistence::AccountNumber account) {
    return persistence::ClaimsByUser::Key{packet_id, account}.bytes();
}
inline PairKey shake_key(domain::CampaignId campaign_id, std::uint64_t shake_no) {
    return persistence::Shakes::Key{campaign_id, shake_no}.bytes();
}
inline std::string shake_of_user_key(domain::CampaignId campaign_id,
                                     persistence::AccountNumber account,
                                     std::string_view shake_key) {
    const auto bytes = persistence::ShakesByUser::Key{{campaign_id, account}, shake_key}.bytes();
    return std::string(persistence::as_text(bytes));
}
inline PairKey order_key(domain::SaleId sale_id, std::uint64_t order_no) {
    return persistence::Orders::Key{sale_id, order_no}.bytes();
}
inline PairKey waiter_key(domain::SaleId sale_id, std::uint64_t waiter_no) {
    return persistence::Waiters::Key{sale_id, waiter_no}.bytes();
}
inline PairKey external_payment_key(domain::OrderId order_id, std::uint64_t payment_no) {
    return persistence::ExternalPayments::Key{order_id, payment_no}.bytes();
}
inline PairKey expiry_key(const persistence::Expiries::Key& end) {
    return end.bytes();
}
inline PairKey campaign_end_key(const persistence::CampaignEnds::Key& end) {
    return end.bytes();
}
inline PairKey sale_end_key(const persistence::SaleEnds::Key& end) {
    return end.bytes();
}
inline auto place_key(const persistence::ListedKey& key) {
    return key.bytes();
}

} // namespace hongbao::testing
