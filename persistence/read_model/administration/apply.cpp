// Role: how records change keys, switches and invitations, and which of them are operations.
#include "persistence/read_model/apply.hpp"
#include "persistence/event_group.hpp"
#include "persistence/read_model/administration/kind.hpp"
#include "persistence/read_model/administration/state.hpp"

#include "domain/values/overloaded.hpp"

namespace hongbao::persistence {

namespace {

/// What the generation has of it; if that is nothing yet, what there was before.
AdministrationPart& part_to_change_in(Applying& applying) {
    auto& part = applying.filling().administration;
    if (!part) {
        part.emplace(AdministrationPart{applying.view().administration()});
    }
    return *part;
}

/// An id that makes room for another, if one does.
template <typename Map>
class Forgotten {
  public:
    explicit Forgotten(const Map& map) : map_(map) {
        for (const auto& [id, one] : map) {
            before_.insert(id);
        }
    }
    void note_in(std::set<domain::AccessId>& changed) const {
        for (const domain::AccessId& id : before_) {
            if (!map_.contains(id)) {
                changed.insert(id);
            }
        }
    }

  private:
    const Map& map_;
    std::set<domain::AccessId> before_;
};

void note_changed(AdministrationPart& part, const domain::AdministrationEvent& event) {
    std::visit(
        domain::Overloaded{
            domain::case_of<domain::AccessKeyCreated, domain::AccessKeyRotated,
                            domain::AccessKeyRevoked>(
                [&](const auto& of_key) { part.keys.insert(of_key.key_id); }),
            [&](const domain::SwitchChanged& changed) {
                part.switches.insert(static_cast<std::uint64_t>(changed.which) + 1);
            },
            domain::case_of<domain::InvitationCreated, domain::InvitationRevoked,
                            domain::InvitationAccepted>([&](const auto& of_invitation) {
                part.invitations.insert(of_invitation.invitation_id);
            }),
            [&](const domain::WebhookChanged& changed) {
                part.webhooks.insert(changed.webhook_id);
            },
            domain::case_of<domain::ClockAdvanced, domain::TokenSecretRotated>(domain::do_nothing),
        },
        event);
}

void apply_event(AdministrationPart& part, const domain::AdministrationEvent& event,
                 const domain::Record& record) {
    const auto apply = [&] { domain::apply(part.state, event, record.at, record.operation.get()); };
    if (std::holds_alternative<domain::AccessKeyCreated>(event)) {
        const Forgotten forgotten(part.state.access.keys);
        apply();
        forgotten.note_in(part.keys);
    } else if (std::holds_alternative<domain::InvitationCreated>(event)) {
        const Forgotten forgotten(part.state.invitations);
        apply();
        forgotten.note_in(part.invitations);
    } else {
        apply();
    }
    note_changed(part, event);
}

} // namespace

void apply_administration(Applying& applying, const domain::Record& record) {
    take_if_of<domain::AdministrationEvents>(record.event, [&](const auto& event) {
        AdministrationPart& part = part_to_change_in(applying);
        apply_event(part, domain::AdministrationEvent(event), record);
        count_rows(part.state, applying.filling().totals);
    });
    if (domain::is_operation(record)) {
        applying.list(List::operations, {everybody}, record.sequence, std::nullopt, 0);
        applying.filling().totals.operation_count += 1;
    }
}

} // namespace hongbao::persistence
