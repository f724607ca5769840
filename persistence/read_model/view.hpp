// Role: the newest of each row, wherever it is: in the generation being filled, in the one being
// written, or in the store; and how a record changes the rows.
// Owner thread: whoever asks or takes, one each; as short as one question or one commit. Invariant:
// what a question has seen by its beginning stays as it was: it keeps both generations and a
// snapshot of the store, and whatever is added to the one being filled comes after that.
#pragma once

#include "persistence/read_model/store/generation.hpp"
#include "persistence/read_model/store/reader.hpp"

#include <shared_mutex>

namespace hongbao::persistence {

class ModelView {
  public:
    /// To take records, by the one thread that may change what is filled. `frozen` may be null. The
    /// store is asked only if the generations do not know.
    ModelView(const ModelStore& store, std::shared_ptr<Generation> filling,
              std::shared_ptr<const Generation> frozen)
        : store_(store), filling_(std::move(filling)), frozen_(std::move(frozen)) {}
    /// To answer one question, while records may be taken: that is done with `changing` held, and
    /// this is made with it shared. It is held for what lies in memory alone, and never while the
    /// disk works.
    ModelView(const ModelStore& store, std::shared_ptr<Generation> filling,
              std::shared_ptr<const Generation> frozen, std::shared_mutex& changing)
        : store_(store), filling_(std::move(filling)), frozen_(std::move(frozen)),
          changing_(&changing) {
        open_store();
    }

    std::optional<AccountNumber> number(std::string_view user_id);
    /// The row under this key.
    template <typename Of>
    std::optional<typename Of::Row> get(const typename Of::Key& key) {
        auto row = in_memory([&]() -> std::optional<typename Of::Row> {
            for (const Generation* generation : generations()) {
                auto found = generation != nullptr ? generation->row<Of>(key) : std::nullopt;
                if (found) {
                    return found;
                }
            }
            return std::nullopt;
        });
        return row ? std::move(row) : stored().get<Of>(key);
    }
    /// Of this account; nothing if it has none.
    std::optional<ClaimRow> claim_of(domain::PacketId packet_id, AccountNumber account);
    std::optional<ShakeRow> shake_of(domain::CampaignId campaign_id, AccountNumber account,
                                     std::string_view request_id);
    /// The newest payment that waits for a decision, of those up to this record; and its record.
    std::optional<std::pair<domain::Sequence, SuspendedRow>> suspended_up_to(domain::Sequence last);
    std::optional<Sides> sides(domain::Sequence sequence);
    /// As the history keeps it.
    std::optional<domain::Record> record(domain::Sequence sequence);

    /// The last record that the row which was looked up last can know of.
    domain::Sequence as_of() const { return as_of_; }

    /// Takes the record that follows. Its commit is in the generation already.
    void take(const domain::Record& record);

    /// Ends the process, because a row that must be there is not: nothing wrong is told. The next
    /// start builds the model anew.
    [[noreturn]] void give_up() const;
    /// A row that must be there.
    template <typename Row>
    Row must_have(std::optional<Row>&& row) const {
        if (!row) {
            give_up();
        }
        return std::move(*row);
    }
    /// A row that may not be there, unless that is because it is damaged.
    template <typename Row>
    std::optional<Row> may_have(std::optional<Row>&& row) const {
        if (!row && !damage().empty()) {
            give_up();
        }
        return std::move(row);
    }
    /// A sentence if the store was found damaged.
    std::string damage() const { return reader_ ? reader_->damage() : std::string(); }

  private:
    /// An account that the record being taken touches.
    struct Touched {
        AccountNumber number = 0;
        AccountRow* row = nullptr; // in the generation being filled
    };

    /// What `find` says of the generations while nobody changes them.
    template <typename Find>
    auto in_memory(Find find) const {
        std::shared_lock<std::shared_mutex> lock;
        if (changing_ != nullptr) {
            lock = std::shared_lock(*changing_);
        }
        as_of_ = filling_->totals.position.last_sequence;
        return find();
    }
    /// The newer first; the second may be null.
    std::array<const Generation*, 2> generations() const { return {filling_.get(), frozen_.get()}; }
    /// Null if the generation is, or has nothing under this key.
    template <typename Map, typename Key>
    static const typename Map::mapped_type* part_of(const Generation* generation,
                                                    Map Generation::*member, const Key& key) {
        if (generation == nullptr) {
            return nullptr;
        }
        const auto found = (generation->*member).find(key);
        return found != (generation->*member).end() ? &found->second : nullptr;
    }
    template <typename Map, typename Key>
    const typename Map::mapped_type* newest(Map Generation::*member, const Key& key) const {
        const auto* const part = part_of(filling_.get(), member, key);
        return part != nullptr ? part : part_of(frozen_.get(), member, key);
    }
    std::optional<AccountNumber> known_number(std::string_view user_id) const;
    ModelReader& stored();
    void open_store();
    Touched account_to_change(std::string_view user_id);
    Generation::PacketPart& packet_to_change(domain::PacketId packet_id);
    void open_account(const domain::AccountOpened& opened, const domain::Record& record);
    void touch(std::string_view user_id, const domain::Record& record);
    const Touched& touched(std::string_view user_id) const;
    void add_lines(const domain::Record& record);
    void keep_time(const domain::Record& record);
    void name_deposit(const domain::Deposited& deposited, domain::Sequence sequence);
    void take_packet_event(const domain::Record& record);
    Generation::CampaignPart& campaign_to_change(domain::CampaignId campaign_id);
    void take_campaign_event(const domain::Record& record);
    void fund_campaign(const domain::CampaignFunded& funded, const domain::Record& record);
    Generation::SalePart& sale_to_change(domain::SaleId sale_id);
    OrderRow& order_to_change(Generation::SalePart& part, domain::OrderId order_id);
    void take_sale_event(const domain::Record& record);
    void open_sale(const domain::SaleOpened& opened, const domain::Record& record);
    void reserve(Generation::SalePart& part, const domain::OrderReserved& reserved,
                 const domain::Record& record);
    static void pay(Generation::SalePart& part, OrderRow& order, domain::InstantMs at);
    void end_order(Generation::SalePart& part, domain::OrderId order_id, domain::OrderStatus status,
                   domain::InstantMs at);
    void take_external_payment(Generation::SalePart& part,
                               const domain::ExternalPaymentTaken& taken,
                               const domain::Record& record);
    Generation::PaymentsPart& payments_to_change(const OrderRow& order);
    void decide_suspended(const domain::SuspendedPaymentDecided& decided,
                          const domain::Record& record);

    const ModelStore& store_;
    std::shared_ptr<Generation> filling_;
    std::shared_ptr<const Generation> frozen_;
    std::shared_mutex* changing_ = nullptr; // null: this is who changes
    std::optional<ModelReader> reader_;
    mutable domain::Sequence as_of_ = 0;
    std::array<Touched, 2> touched_; // by the record being taken
    std::size_t touched_count_ = 0;
};

/// The kind of statement line that an event with postings makes.
EntryType entry_type_of(const domain::Event& event);

} // namespace hongbao::persistence
