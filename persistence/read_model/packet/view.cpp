// Role: one user's claim among many, wherever it is.
#include "persistence/read_model/view.hpp"

#include <utility>

namespace hongbao::persistence {

std::optional<ClaimRow> ModelView::claim_of(domain::PacketId packet_id, AccountNumber account) {
    const auto recent = in_memory([&]() -> std::optional<ClaimRow> {
        for (const Generation* generation : generations()) {
            const auto* const part = part_of(generation, &Generation::packets, packet_id);
            const ClaimRow* const claim = part != nullptr ? part->claim_of(account) : nullptr;
            if (claim != nullptr) {
                return *claim;
            }
        }
        return std::nullopt;
    });
    if (recent) {
        return recent;
    }
    const auto claim_no = may_have(stored().get<ClaimsByUser>({packet_id, account}));
    if (!claim_no) {
        return std::nullopt;
    }
    const ClaimRow claim = must_have(stored().get<Claims>({packet_id, claim_no->number}));
    if (claim.account != account) {
        give_up();
    }
    return claim;
}

} // namespace hongbao::persistence
