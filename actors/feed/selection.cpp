// Role: one question after the other, the cheapest first.
#include "actors/feed/selection.hpp"

#include "domain/administration/administration.hpp"

namespace hongbao::actors {

namespace {

bool names(const domain::Event& event, const domain::UserId& user_id) {
    bool found = false;
    for_each_named_account(event, [&](std::string_view one) { found = found || one == user_id; });
    return found;
}

bool is_operation(const domain::Event& event) {
    return std::visit(
        []<typename Fact>(const Fact&) {
            return domain::IsAmong<Fact, domain::AdministrationEvents>::value;
        },
        event);
}

} // namespace

std::uint64_t entity_of(const domain::Event& event) {
    return std::visit(
        [](const auto& fact) -> std::uint64_t {
            if constexpr (requires { fact.packet_id; }) {
                return fact.packet_id.value;
            } else if constexpr (requires { fact.sale_id; }) {
                return fact.sale_id.value;
            } else if constexpr (requires { fact.campaign_id; }) {
                return fact.campaign_id.value;
            } else {
                return 0;
            }
        },
        event);
}

bool selects(const Selection& selection, const domain::Record& record,
             const std::function<domain::UserId(const domain::Event&)>& owner_of) {
    const domain::Event& event = record.event;
    if (std::holds_alternative<domain::AnswerKept>(event) ||
        (std::holds_alternative<domain::WebhookChanged>(event) && record.operation == nullptr)) {
        return false; // nothing has happened: an answer was kept, or something was delivered
    }
    if (selection.types.any() && !selection.types.test(event.index())) {
        return false;
    }
    if (!selection.with_operations && is_operation(event)) {
        return false;
    }
    if (selection.entity != 0 && entity_of(event) != selection.entity) {
        return false;
    }
    if (selection.account && !names(event, *selection.account)) {
        return false;
    }
    return !selection.owner || names(event, *selection.owner) ||
           owner_of(event) == *selection.owner;
}

} // namespace hongbao::actors
