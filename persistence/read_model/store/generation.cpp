// Role: finding a record among commits, and an order among those of a sale.
#include "persistence/read_model/store/generation.hpp"

#include "domain/values/invariant.hpp"

#include <algorithm>

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
std::uint64_t hash_of(AccountNumber account, std::string_view request_id) {
    return hash_of(account) ^ std::hash<std::string_view>{}(request_id);
}

} // namespace

const ClaimRow* Generation::PacketPart::claim_of(AccountNumber account) const {
    return by_user.find(
        new_claims, hash_of(account), [](const ClaimRow& claim) { return hash_of(claim.account); },
        [account](const ClaimRow& claim) { return claim.account == account; });
}

const ShakeRow* Generation::CampaignPart::shake_of(AccountNumber account,
                                                   std::string_view request_id) const {
    return by_user.find(
        new_shakes, hash_of(account, request_id),
        [](const ShakeRow& shake) { return hash_of(shake.account, shake.request_id); },
        [&](const ShakeRow& shake) {
            return shake.account == account && shake.request_id == request_id;
        });
}

const OrderRow* Generation::SalePart::order(std::uint64_t order_no) const {
    if (order_no > orders_before()) {
        return order_no <= row.order_count ? &new_orders[order_no - orders_before() - 1] : nullptr;
    }
    const auto changed = changed_orders.find(order_no);
    return changed != changed_orders.end() ? &changed->second : nullptr;
}

const ExternalPaymentRow* Generation::PaymentsPart::payment(std::uint64_t payment_no) const {
    if (payment_no > count_before) {
        const std::uint64_t place = payment_no - count_before - 1;
        return place < new_payments.size() ? &new_payments[place] : nullptr;
    }
    const auto changed = changed_payments.find(payment_no);
    return changed != changed_payments.end() ? &changed->second : nullptr;
}

} // namespace hongbao::persistence
