// Role: keys, switches, invitations, webhooks and the audit trail, folded from the journal, and
// their rows held against that. It decides by itself what is forgotten to make room. Owner thread:
// the caller's.
#pragma once

#include "persistence/read_model/rows/tables.hpp"

#include <map>
#include <set>
#include <string>

namespace hongbao::persistence {

class ModelComparison;

class FoldedAdministration {
  public:
    void take(const domain::Record& record, ModelTotals& totals);

    // As of a kind (kinds.hpp).
    void check_made(const domain::Record& record, ModelComparison& comparison) const;
    void check_all(ModelComparison& comparison) const;
    bool has_place(const ListedKey& key, ModelComparison& comparison) const;
    void check_counts(ModelComparison& comparison) const;

  private:
    void take_key(const domain::AccessKeyCreated& created, domain::InstantMs at);
    void take_invitation(const domain::InvitationCreated& created, domain::InstantMs at);

    void take_webhook(const domain::WebhookChanged& changed, domain::InstantMs at);

    std::map<std::string, AccessKeyRow, std::less<>> keys_;
    std::map<std::uint64_t, SwitchRow> switches_;
    std::map<std::string, InvitationRow, std::less<>> invitations_;
    std::map<std::string, WebhookRow, std::less<>> webhooks_;
    std::set<domain::Sequence> operations_;
};

} // namespace hongbao::persistence
