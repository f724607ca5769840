// Role: entities woken: the newest state, or the end of the process if what is there does not fit
// together.
#include "persistence/read_model/waking.hpp"

#include "persistence/read_model/ask.hpp"
#include "persistence/read_model/kinds.hpp"

namespace hongbao::persistence {

namespace {

template <typename Entity>
std::optional<typename Kind<Entity>::Sleeping> find(ModelView& view, typename Kind<Entity>::Id id) {
    const auto row = view.may_have(view.get<typename Kind<Entity>::Rows>(id));
    return row ? std::optional(view.must_have(sleeping_of(id, *row, view))) : std::nullopt;
}

} // namespace

std::optional<SleepingPacket> ReadModel::packet(domain::PacketId packet_id) const {
    return ask([&](ModelView& view) { return find<domain::Packet>(view, packet_id); });
}

std::optional<SleepingCampaign> ReadModel::campaign(domain::CampaignId campaign_id) const {
    return ask([&](ModelView& view) { return find<domain::Campaign>(view, campaign_id); });
}

std::optional<SleepingSale> ReadModel::sale(domain::SaleId sale_id) const {
    return ask([&](ModelView& view) { return find<domain::Sale>(view, sale_id); });
}

template <typename Sleeping>
bool ReadModel::wake_further(Sleeping& sleeping, std::uint64_t rows_max) const {
    return ask([&](ModelView& view) {
        const auto waking = persistence::wake_further(sleeping, rows_max, view);
        if (waking == Waking::does_not_fit) {
            view.give_up();
        }
        return waking == Waking::whole;
    });
}
template bool ReadModel::wake_further(SleepingPacket&, std::uint64_t) const;
template bool ReadModel::wake_further(SleepingCampaign&, std::uint64_t) const;
template bool ReadModel::wake_further(SleepingSale&, std::uint64_t) const;

void ReadModel::wake_without_rows(SleepingPacket& sleeping) const {
    ask([&](ModelView& view) {
        if (!stand_without_rows(sleeping, view)) {
            view.give_up();
        }
    });
}

void ReadModel::wake_without_rows(SleepingCampaign& sleeping) const {
    stand_without_rows(sleeping);
}

void ReadModel::wake_without_rows(SleepingSale& sleeping) const {
    stand_without_rows(sleeping);
}

} // namespace hongbao::persistence
