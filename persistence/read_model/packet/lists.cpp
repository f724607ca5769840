// Role: lists of packets.
#include "persistence/read_model/ask.hpp"
#include "persistence/read_model/lists/filters.hpp"
#include "persistence/read_model/lists/owner.hpp"
#include "persistence/read_model/lists/walk.hpp"
#include "persistence/read_model/packet/shown.hpp"

namespace hongbao::persistence {

namespace {

using domain::PacketId;
using domain::PacketStatus;

/// Where packets that are shown like this may be: one that is open by its records may have expired.
std::vector<PacketStatus> phases_of(const std::optional<PacketStatus>& shown) {
    if (!shown) {
        return {PacketStatus::open, PacketStatus::exhausted, PacketStatus::expired};
    }
    return shown == PacketStatus::expired ? std::vector{PacketStatus::open, PacketStatus::expired}
                                          : std::vector{*shown};
}

} // namespace

Page<PacketMention> ReadModel::packets(const PacketFilter& filter, const PageRequest& page,
                                       domain::InstantMs now) const {
    return ask([&](ModelView& view) {
        const auto parts =
            parts_of_owner(view, List::packets, filter.sender, phases_of(filter.status));
        const auto show = [&](domain::Sequence sequence) -> std::optional<PacketMention> {
            const PacketId packet_id = made_by(view, sequence, &domain::PacketSent::packet_id);
            const PacketRow row = view.must_have(view.get<Packets>(packet_id));
            if (filter.sender.value_or(row.sender) != row.sender) {
                view.give_up();
            }
            PacketMention mention = mention_of(view, packet_id, row);
            const auto status = mention.packet.status(now);
            const bool is_wanted = is_within(page, mention.packet.created_at) &&
                                   filter.status.value_or(status) == status;
            return is_wanted ? std::optional(std::move(mention)) : std::nullopt;
        };
        return page_of_walk<PacketMention>(
            ListWalk(view, parts, page, sequences_within(view, page)), page, show);
    });
}

} // namespace hongbao::persistence
