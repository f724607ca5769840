// Role: the newest of each row, wherever it is: in the generation being filled, in the one being
// written, or in the store; and how a record changes the rows.
// Owner thread: the read model's user, within its mutex; as short as one question or one commit.
#pragma once

#include "persistence/model_generation.hpp"
#include "persistence/model_store.hpp"

namespace hongbao::persistence {

class ModelView {
  public:
    /// `frozen` may be null. The store is asked only if the generations do not know.
    ModelView(const ModelStore& store, Generation& filling, const Generation* frozen)
        : store_(store), filling_(filling), frozen_(frozen) {}

    std::optional<AccountNumber> number(std::string_view user_id);
    std::optional<AccountRow> account(AccountNumber number);
    std::optional<PacketRow> packet(domain::PacketId packet_id);
    std::optional<ClaimRow> claim(domain::PacketId packet_id, std::uint64_t claim_no);
    std::optional<CampaignRow> campaign(domain::CampaignId campaign_id);
    std::optional<ShakeRow> shake(domain::CampaignId campaign_id, std::uint64_t shake_no);
    std::optional<Sides> sides(domain::Sequence sequence);
    std::optional<domain::Record> record(domain::Sequence sequence);

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
    /// A sentence if the store was found damaged.
    std::string damage() const { return reader_ ? reader_->damage() : std::string(); }

  private:
    /// An account that the record being taken touches.
    struct Touched {
        AccountNumber number = 0;
        AccountRow* row = nullptr; // in the generation being filled
    };

    ModelReader& stored();
    Touched account_to_change(std::string_view user_id);
    Generation::PacketPart& packet_to_change(domain::PacketId packet_id);
    void open_account(const domain::AccountOpened& opened, const domain::Record& record);
    void touch(std::string_view user_id, const domain::Record& record);
    const Touched& touched(std::string_view user_id) const;
    void add_lines(const domain::Record& record);
    void keep_time(const domain::Record& record);
    void take_packet_event(const domain::Record& record);
    Generation::CampaignPart& campaign_to_change(domain::CampaignId campaign_id);
    void take_campaign_event(const domain::Record& record);
    void fund_campaign(const domain::CampaignFunded& funded, const domain::Record& record);

    const ModelStore& store_;
    Generation& filling_;
    const Generation* frozen_;
    std::optional<ModelReader> reader_;
    std::array<Touched, 2> touched_; // by the record being taken
    std::size_t touched_count_ = 0;
};

/// The kind of statement line that an event with postings makes.
EntryType entry_type_of(const domain::Event& event);

} // namespace hongbao::persistence
