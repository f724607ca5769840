// Role: visiting a variant with one lambda per alternative.
#pragma once

namespace hongbao::domain {

template <typename... Ts>
struct Overloaded : Ts... {
    using Ts::operator()...;
};
template <typename... Ts>
Overloaded(Ts...) -> Overloaded<Ts...>;

} // namespace hongbao::domain
