// Role: what the read model has taken since it last wrote: the commits as they came, and the rows
// that they make. One generation is being filled while the one before it is on its way to the file.
// Owner thread: whoever fills it; once frozen it is shared and never changes again.
#pragma once

#include "domain/values/places_by_hash.hpp"
#include "persistence/journal/commit.hpp"
#include "persistence/read_model/administration/part.hpp"
#include "persistence/read_model/page.hpp"
#include "persistence/read_model/rows/tables.hpp"
#include "persistence/read_model/store/known_numbers.hpp"

#include <map>
#include <optional>
#include <unordered_map>

namespace hongbao::persistence {

struct Generation {
    /// Finds new rows by their user. It grows when it is asked, so what is never asked costs
    /// nothing; only by the asking thread, while another may write the rows.
    class FoundByUser {
      public:
        template <typename Rows, typename HashOf, typename IsIt>
        const typename Rows::value_type* find(const Rows& rows, std::uint64_t hash, HashOf hash_of,
                                              IsIt is_it) {
            for (; known_ < rows.size(); ++known_) {
                places_.add(hash_of(rows[known_]), static_cast<std::uint32_t>(known_));
            }
            const auto place =
                places_.find(hash, [&](std::uint32_t candidate) { return is_it(rows[candidate]); });
            return place ? &rows[*place] : nullptr;
        }

      private:
        domain::PlacesByHash places_;
        std::size_t known_ = 0;
    };

    /// A packet's row, and the claims that are new in this generation: its last ones.
    struct PacketPart {
        PacketRow row;
        std::vector<ClaimRow> new_claims;
        mutable FoundByUser by_user{};

        std::uint64_t claims_before() const { return row.claim_count - new_claims.size(); }
        /// Both: null if it is not new in this generation.
        const ClaimRow* claim(std::uint64_t claim_no) const;
        const ClaimRow* claim_of(AccountNumber account) const;
    };

    /// The same of a campaign.
    struct CampaignPart {
        CampaignRow row;
        std::vector<ShakeRow> new_shakes;
        mutable FoundByUser by_user{};

        std::uint64_t shakes_before() const { return row.shake_count - new_shakes.size(); }
        const ShakeRow* shake(std::uint64_t shake_no) const;
        const ShakeRow* shake_of(AccountNumber account, std::string_view shake_key) const;
    };

    /// The same of a sale, with the older orders and waiters that were changed in this generation.
    struct SalePart {
        SaleRow row;
        std::vector<OrderRow> new_orders;
        std::unordered_map<std::uint64_t, OrderRow> changed_orders;   // by number
        std::vector<WaiterRow> new_waiters;                           // the last who have joined
        std::unordered_map<std::uint64_t, WaiterRow> changed_waiters; // older ones, by number

        /// How many orders, and who has joined, there were before this generation.
        std::uint64_t orders_before() const { return row.order_count - new_orders.size(); }
        std::uint64_t waiters_before() const { return row.waiters_joined - new_waiters.size(); }
        /// Null if it is not new or changed in this generation.
        const OrderRow* order(std::uint64_t order_no) const;
        const WaiterRow* waiter(std::uint64_t waiter_no) const;
    };

    /// An order's external payments that are new in this generation, the last ones, and the older
    /// ones that were decided on in it.
    struct PaymentsPart {
        std::uint64_t count_before = 0;
        std::vector<ExternalPaymentRow> new_payments;
        std::map<std::uint64_t, ExternalPaymentRow> changed_payments{}; // by number

        /// Null if it is not new or changed in this generation.
        const ExternalPaymentRow* payment(std::uint64_t payment_no) const;
    };

    std::vector<CommitPtr> commits;
    std::vector<Sides> sides; // of each record, from `first` on
    domain::Sequence first = 0;
    std::unordered_map<AccountNumber, AccountRow> accounts;
    std::unordered_map<domain::UserId, AccountNumber, domain::TransparentStringHash,
                       std::equal_to<>>
        numbers;                                                // of accounts opened in it
    std::map<std::string_view, AccountNumber> numbers_in_order; // the same
    std::shared_ptr<KnownNumbers> known_numbers = std::make_shared<KnownNumbers>();
    std::vector<AccountNumber> new_accounts;
    std::uint64_t text_changes = 0; // to accounts: their rows may have grown
    /// Of accounts that have new ones: their last marks.
    std::unordered_map<AccountNumber, std::vector<LineMarkRow>> new_line_marks;
    std::unordered_map<domain::PacketId, PacketPart> packets;
    std::map<domain::PacketId, domain::Sequence> sent_to_many; // those with a row of recipients
    std::unordered_map<domain::CampaignId, CampaignPart> campaigns;
    std::unordered_map<domain::SaleId, SalePart> sales;
    std::unordered_map<domain::OrderId, OrderPlace> order_places; // of new orders
    std::unordered_map<domain::OrderId, PaymentsPart> external_payments;
    std::unordered_map<std::string, GatewayRefRow, domain::TransparentStringHash, std::equal_to<>>
        gateway_refs; // of new payments
    std::unordered_map<domain::Digest, DepositRefRow, domain::DigestHash> deposit_refs; // new ones
    /// By their records; nothing: it has been decided on.
    std::map<domain::Sequence, std::optional<SuspendedRow>> suspended;
    std::map<ListedKey, bool> listed;                 // put on a list, or, if false, taken off
    std::map<DayKey, DayRow> days;                    // that it adds to, as they are by now
    std::optional<AdministrationPart> administration; // nothing: no record was about it
    std::vector<KeyRow> keys;
    std::uint64_t answer_bytes = 0; // of whole answers, which may be long
    ModelTotals totals;             // at its end

    bool empty() const { return sides.empty(); }
    /// The memory that it takes, counted in records of common size.
    std::size_t weight() const {
        constexpr std::uint64_t common_record_bytes = 512;
        return sides.size() + answer_bytes / common_record_bytes;
    }
    domain::Sequence last() const { return first + sides.size() - 1; }
    bool holds(domain::Sequence sequence) const {
        return !empty() && sequence >= first && sequence <= last();
    }
    /// `sequence` must be held.
    const domain::Record& record(domain::Sequence sequence) const;
    const Sides& sides_of(domain::Sequence sequence) const { return sides[sequence - first]; }

    /// The item of the part that is nearest to this one in a walk, and about which this generation
    /// has a word.
    std::optional<std::uint64_t> listed_from(const ListedKey& from, ListOrder order) const;
    /// Of the accounts opened in it, the one with the nearest user id.
    const std::pair<const std::string_view, AccountNumber>* number_from(std::string_view user_id,
                                                                        ListOrder order) const;

    /// A row as it is by now; nothing if it is neither new nor changed in this generation.
    template <typename Of>
    std::optional<typename Of::Row> row(const typename Of::Key& key) const {
        return find(Of{}, key);
    }

  private:
    std::optional<AccountRow> find(Accounts, AccountNumber number) const;
    std::optional<LineMarkRow> find(LineMarks, const LineMarkKey& key) const;
    std::optional<DepositRefRow> find(DepositRefs, const domain::Digest& digest) const;
    std::optional<PacketRow> find(Packets, domain::PacketId packet_id) const;
    std::optional<RecipientsRow> find(Recipients, domain::PacketId packet_id) const;
    std::optional<ClaimRow> find(Claims, const Claims::Key& key) const;
    std::optional<CampaignRow> find(Campaigns, domain::CampaignId campaign_id) const;
    std::optional<ShakeRow> find(Shakes, const Shakes::Key& key) const;
    std::optional<SaleRow> find(Sales, domain::SaleId sale_id) const;
    std::optional<OrderRow> find(Orders, const Orders::Key& key) const;
    std::optional<WaiterRow> find(Waiters, const Waiters::Key& key) const;
    std::optional<OrderPlace> find(OrderPlaces, domain::OrderId order_id) const;
    std::optional<ExternalPaymentRow> find(ExternalPayments,
                                           const ExternalPayments::Key& key) const;
    std::optional<GatewayRefRow> find(GatewayRefs, std::string_view gateway_ref) const;
    std::optional<DayRow> find(Days, const DayKey& key) const;
};

} // namespace hongbao::persistence
