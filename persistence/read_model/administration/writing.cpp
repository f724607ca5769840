// Role: writes what a generation has changed of the administration; estimates the pages that this
// changes.
#include "persistence/read_model/administration/kind.hpp"
#include "persistence/read_model/store/page_estimate.hpp"
#include "persistence/read_model/store/writer.hpp"

namespace hongbao::persistence {

namespace {

/// Sizes of rows, with key and what LMDB adds, at their longest.
constexpr std::uint64_t access_key_bytes = 2'048;
constexpr std::uint64_t switch_bytes = 720;
constexpr std::uint64_t invitation_bytes = 1'280;
constexpr std::uint64_t webhook_bytes = 2'560;

SwitchRow row_of(const domain::SwitchState& state) {
    return {state.is_on ? 1U : 0U, state.retry_after_s, state.changed_at, state.principal,
            state.reason};
}

} // namespace

void write_administration(RowsWriter& writer, const Generation& generation) {
    if (!generation.administration) {
        return;
    }
    const auto& [state, keys, switches, invitations, webhooks] = *generation.administration;
    for (const domain::AccessId& id : keys) {
        if (const auto found = state.access.keys.find(id); found != state.access.keys.end()) {
            writer.put<AccessKeys>(id, {found->second});
        } else {
            writer.remove<AccessKeys>(id);
        }
    }
    for (const std::uint64_t number : switches) {
        writer.put<Switches>(number, row_of(state.access.switches.at(number - 1)));
    }
    for (const domain::AccessId& id : invitations) {
        if (const auto found = state.invitations.find(id); found != state.invitations.end()) {
            writer.put<Invitations>(id, {found->second});
        } else {
            writer.remove<Invitations>(id);
        }
    }
    for (const domain::AccessId& id : webhooks) {
        if (const auto found = state.webhooks.find(id); found != state.webhooks.end()) {
            writer.put<Webhooks>(id, row_of(found->second));
        } else {
            writer.remove<Webhooks>(id);
        }
    }
}

void count_administration_pages(PageEstimate& pages, const Generation& generation) {
    if (!generation.administration) {
        return;
    }
    const auto& [state, keys, switches, invitations, webhooks] = *generation.administration;
    pages.add<AccessKeys>(spread(keys.size(), access_key_bytes));
    pages.add<Switches>(spread(switches.size(), switch_bytes));
    pages.add<Invitations>(spread(invitations.size(), invitation_bytes));
    pages.add<Webhooks>(spread(webhooks.size(), webhook_bytes));
}

} // namespace hongbao::persistence
