// Role: the read model in memory: where each account's and packet's records are in the journal;
// what they say is read from there when asked.
// Owner thread: the projector's; no locks.
// Invariant: holds 24 bytes a statement line and 8 a claim, besides names and balances.
#pragma once

#include "persistence/read_model.hpp"

#include <memory>

namespace hongbao::persistence {

class MemoryReadModel final : public ReadModel {
  public:
    /// `journal` must outlive the model.
    explicit MemoryReadModel(const Journal& journal);
    ~MemoryReadModel() override;

    void apply(std::span<const domain::Record> records, const ChainHash& chain_hash) override;
    Page<Entry> entries(const domain::UserId& user_id, const EntryFilter& filter,
                        const PageRequest& page) const override;
    Page<ClaimLine> claims(domain::PacketId packet_id, const PageRequest& page) const override;
    Page<PacketMention> packets_sent(const domain::UserId& user_id,
                                     const PageRequest& page) const override;
    Page<PacketMention> packets_received(const domain::UserId& user_id,
                                         const PageRequest& page) const override;
    Audit audit() const override;
    std::optional<SettledRecord> settled_record(domain::Sequence sequence) const override;

  private:
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace hongbao::persistence
