// Role: one user's shake among many, wherever it is.
#include "persistence/read_model/view.hpp"

#include <utility>

namespace hongbao::persistence {

std::optional<ShakeRow> ModelView::shake_of(domain::CampaignId campaign_id, AccountNumber account,
                                            std::string_view shake_key) {
    auto recent = in_memory([&]() -> std::optional<ShakeRow> {
        for (const Generation* generation : generations()) {
            const auto* const part = part_of(generation, &Generation::campaigns, campaign_id);
            const ShakeRow* const shake =
                part != nullptr ? part->shake_of(account, shake_key) : nullptr;
            if (shake != nullptr) {
                return *shake;
            }
        }
        return std::nullopt;
    });
    if (recent) {
        return recent;
    }
    const auto shake_no = may_have(stored().get<ShakesByUser>({{campaign_id, account}, shake_key}));
    if (!shake_no) {
        return std::nullopt;
    }
    ShakeRow shake = must_have(stored().get<Shakes>({campaign_id, shake_no->number}));
    if (shake.account != account || shake.shake_key != shake_key) {
        give_up();
    }
    return shake;
}

} // namespace hongbao::persistence
