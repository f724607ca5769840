// Role: rows read into a state, and counted.
#include "persistence/read_model/administration/state.hpp"

#include "persistence/read_model/generations.hpp"
#include "persistence/read_model/read_model.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace hongbao::persistence {

std::optional<domain::Administration> read_administration(ModelReader& reader) {
    domain::Administration state;
    reader.each<AccessKeys>([&](std::string_view key_id, AccessKeyRow&& row) {
        state.access.keys.emplace(key_id, std::move(row.key));
        return true;
    });
    reader.each<Switches>([&](std::uint64_t number, SwitchRow&& row) {
        if (number >= 1 && number <= domain::switch_count) {
            state.access.switches.at(number - 1) = {row.is_on != 0, row.retry_after_s,
                                                    row.changed_at, std::move(row.principal),
                                                    std::move(row.reason)};
        }
        return true;
    });
    reader.each<Invitations>([&](std::string_view invitation_id, InvitationRow&& row) {
        state.invitations.emplace(invitation_id, std::move(row.invitation));
        return true;
    });
    reader.each<Webhooks>([&](std::string_view webhook_id, WebhookRow&& row) {
        row.webhook.made.status =
            row.is_paused != 0 ? domain::WebhookStatus::paused : domain::WebhookStatus::active;
        state.webhooks.emplace(webhook_id, std::move(row.webhook));
        return true;
    });
    const ModelTotals expected = reader.totals().value_or(ModelTotals{});
    ModelTotals found;
    count_rows(state, found);
    if (!reader.damage().empty()) {
        return std::nullopt;
    }
    if (found.access_key_count != expected.access_key_count ||
        found.switch_count != expected.switch_count ||
        found.invitation_count != expected.invitation_count ||
        found.webhook_count != expected.webhook_count) {
        reader.note_damage("the read model has lost keys, switches, invitations or webhooks");
        return std::nullopt;
    }
    return state;
}

void count_rows(const domain::Administration& state, ModelTotals& totals) {
    totals.access_key_count = state.access.keys.size();
    totals.switch_count = static_cast<std::uint64_t>(std::ranges::count_if(
        state.access.switches, [](const auto& one) { return one.changed_at != 0; }));
    totals.invitation_count = state.invitations.size();
    totals.webhook_count = state.webhooks.size();
}

std::variant<domain::Administration, Failure> ReadModel::administration() const {
    return generations_->visit_both(
        [&](const Generation* frozen,
            const Generation& filling) -> std::variant<domain::Administration, Failure> {
            for (const Generation* generation : {&filling, frozen}) {
                if (generation != nullptr && generation->administration) {
                    return generation->administration->state;
                }
            }
            ModelReader reader(*store_);
            auto state = read_administration(reader);
            if (!state) {
                return Failure{reader.damage()};
            }
            return std::move(*state);
        });
}

} // namespace hongbao::persistence
