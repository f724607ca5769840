// Role: taking only the events of one kind, so that another kind changes nothing here. Pure.
#pragma once

#include "domain/event.hpp"

#include <type_traits>
#include <variant>

namespace hongbao::persistence {

/// Calls `take` with the event if it is among the Group (domain::Alternatives): it must have a case
/// for each of them. All others are somebody else's.
template <typename Group, typename Take>
void take_if_of(const domain::Event& event, const Take& take) {
    std::visit(
        [&take](const auto& alternative) {
            if constexpr (domain::IsAmong<std::remove_cvref_t<decltype(alternative)>,
                                          Group>::value) {
                take(alternative);
            }
        },
        event);
}

} // namespace hongbao::persistence
