// Role: finding a record among commits, and a row among those that are new or changed.
#include "persistence/read_model/store/generation.hpp"

#include "domain/values/invariant.hpp"

#include <algorithm>
#include <iterator>

namespace hongbao::persistence {

const domain::Record& Generation::record(domain::Sequence sequence) const {
    domain::invariant(holds(sequence), "a generation is asked for its own records");
    const auto after = std::upper_bound(commits.begin(), commits.end(), sequence,
                                        [](domain::Sequence wanted, const CommitPtr& commit) {
                                            return wanted < commit->records.front().sequence;
                                        });
    const Commit& commit = **std::prev(after);
    return commit.records[sequence - commit.records.front().sequence];
}

namespace {

std::uint64_t hash_of(AccountNumber account) {
    constexpr std::uint64_t odd = 0x9E3779B97F4A7C15ULL;
    return account * odd;
}
std::uint64_t hash_of(AccountNumber account, std::string_view shake_key) {
    return hash_of(account) ^ std::hash<std::string_view>{}(shake_key);
}

/// Of rows with numbers, the last of which are here.
template <typename Row>
const Row* find_new(const std::vector<Row>& rows, std::uint64_t before, std::uint64_t number) {
    return number > before && number - before <= rows.size() ? &rows[number - before - 1] : nullptr;
}

template <typename Row>
std::optional<Row> copy_of(const Row* row) {
    return row != nullptr ? std::optional(*row) : std::nullopt;
}

/// Null if the map does not have it.
template <typename Map, typename Key>
const typename Map::mapped_type* find_in(const Map& map, const Key& key) {
    const auto found = map.find(key);
    return found != map.end() ? &found->second : nullptr;
}
template <typename Map, typename Key>
auto row_of_part(const Map& map, const Key& key) {
    const auto* const part = find_in(map, key);
    return part != nullptr ? std::optional(part->row) : std::nullopt;
}
/// What `of` says of the part under this key.
template <typename Map, typename Key, typename Of>
auto row_in_part(const Map& map, const Key& key, Of of) {
    const auto* const part = find_in(map, key);
    return part != nullptr ? copy_of(of(*part)) : std::nullopt;
}

} // namespace

const ClaimRow* Generation::PacketPart::claim(std::uint64_t claim_no) const {
    return find_new(new_claims, claims_before(), claim_no);
}

const ShakeRow* Generation::CampaignPart::shake(std::uint64_t shake_no) const {
    return find_new(new_shakes, shakes_before(), shake_no);
}

const ClaimRow* Generation::PacketPart::claim_of(AccountNumber account) const {
    return by_user.find(
        new_claims, hash_of(account), [](const ClaimRow& claim) { return hash_of(claim.account); },
        [account](const ClaimRow& claim) { return claim.account == account; });
}

const ShakeRow* Generation::CampaignPart::shake_of(AccountNumber account,
                                                   std::string_view shake_key) const {
    return by_user.find(
        new_shakes, hash_of(account, shake_key),
        [](const ShakeRow& shake) { return hash_of(shake.account, shake.shake_key); },
        [&](const ShakeRow& shake) {
            return shake.account == account && shake.shake_key == shake_key;
        });
}

const OrderRow* Generation::SalePart::order(std::uint64_t order_no) const {
    const OrderRow* const added = find_new(new_orders, orders_before(), order_no);
    return added != nullptr ? added : find_in(changed_orders, order_no);
}

const WaiterRow* Generation::SalePart::waiter(std::uint64_t waiter_no) const {
    const WaiterRow* const added = find_new(new_waiters, waiters_before(), waiter_no);
    return added != nullptr ? added : find_in(changed_waiters, waiter_no);
}

const ExternalPaymentRow* Generation::PaymentsPart::payment(std::uint64_t payment_no) const {
    const ExternalPaymentRow* const added = find_new(new_payments, count_before, payment_no);
    return added != nullptr ? added : find_in(changed_payments, payment_no);
}

namespace {

/// The element under the key, or the next one in this order; null at the end.
template <typename Map, typename Key>
const typename Map::value_type* nearest_in(const Map& map, const Key& key, ListOrder order) {
    if (order == ListOrder::asc) {
        const auto found = map.lower_bound(key);
        return found != map.end() ? &*found : nullptr;
    }
    const auto after = map.upper_bound(key);
    return after != map.begin() ? &*std::prev(after) : nullptr;
}

} // namespace

std::optional<std::uint64_t> Generation::listed_from(const ListedKey& from, ListOrder order) const {
    const auto* const found = nearest_in(listed, from, order);
    return found != nullptr && found->first.part == from.part ? std::optional(found->first.item)
                                                              : std::nullopt;
}

const std::pair<const std::string_view, AccountNumber>*
Generation::number_from(std::string_view user_id, ListOrder order) const {
    return nearest_in(numbers_in_order, user_id, order);
}

std::optional<AccountRow> Generation::find(Accounts, AccountNumber number) const {
    return copy_of(find_in(accounts, number));
}

std::optional<LineMarkRow> Generation::find(LineMarks, const LineMarkKey& key) const {
    const auto* const marks = find_in(new_line_marks, key.account);
    if (marks == nullptr) {
        return std::nullopt;
    }
    const std::uint64_t marks_by_now = accounts.at(key.account).line_count / lines_a_mark;
    return copy_of(find_new(*marks, marks_by_now - marks->size(), key.mark_no));
}

std::optional<DepositRefRow> Generation::find(DepositRefs, const domain::Digest& digest) const {
    return copy_of(find_in(deposit_refs, digest));
}

std::optional<PacketRow> Generation::find(Packets, domain::PacketId packet_id) const {
    return row_of_part(packets, packet_id);
}

std::optional<RecipientsRow> Generation::find(Recipients, domain::PacketId packet_id) const {
    const auto* const sequence = find_in(sent_to_many, packet_id);
    return sequence != nullptr
               ? std::optional(RecipientsRow{
                     std::get<domain::PacketSent>(record(*sequence).event).recipients})
               : std::nullopt;
}

std::optional<ClaimRow> Generation::find(Claims, const Claims::Key& key) const {
    return row_in_part(packets, key.id,
                       [&](const PacketPart& part) { return part.claim(key.number); });
}

std::optional<CampaignRow> Generation::find(Campaigns, domain::CampaignId campaign_id) const {
    return row_of_part(campaigns, campaign_id);
}

std::optional<ShakeRow> Generation::find(Shakes, const Shakes::Key& key) const {
    return row_in_part(campaigns, key.id,
                       [&](const CampaignPart& part) { return part.shake(key.number); });
}

std::optional<SaleRow> Generation::find(Sales, domain::SaleId sale_id) const {
    return row_of_part(sales, sale_id);
}

std::optional<OrderRow> Generation::find(Orders, const Orders::Key& key) const {
    return row_in_part(sales, key.id, [&](const SalePart& part) { return part.order(key.number); });
}

std::optional<WaiterRow> Generation::find(Waiters, const Waiters::Key& key) const {
    return row_in_part(sales, key.id,
                       [&](const SalePart& part) { return part.waiter(key.number); });
}

std::optional<OrderPlace> Generation::find(OrderPlaces, domain::OrderId order_id) const {
    return copy_of(find_in(order_places, order_id));
}

std::optional<ExternalPaymentRow> Generation::find(ExternalPayments,
                                                   const ExternalPayments::Key& key) const {
    return row_in_part(external_payments, key.id,
                       [&](const PaymentsPart& part) { return part.payment(key.number); });
}

std::optional<GatewayRefRow> Generation::find(GatewayRefs, std::string_view gateway_ref) const {
    return copy_of(find_in(gateway_refs, gateway_ref));
}

std::optional<DayRow> Generation::find(Days, const DayKey& key) const {
    return copy_of(find_in(days, key));
}

} // namespace hongbao::persistence
