// Role: visiting a variant with a case for each alternative, or for a named group of them. No
// visitor has a catch-all: a new alternative does not compile until each visitor handles it.
#pragma once

#include <type_traits>
#include <utility>

namespace hongbao::domain {

template <typename... Ts>
struct Overloaded : Ts... {
    using Ts::operator()...;
};
template <typename... Ts>
Overloaded(Ts...) -> Overloaded<Ts...>;

/// Several alternatives under one name.
template <typename... Ts>
struct Alternatives {};

template <typename T, typename Named>
struct IsAmong : std::is_same<T, Named> {};
template <typename T, typename... Ts>
struct IsAmong<T, Alternatives<Ts...>> : std::disjunction<std::is_same<T, Ts>...> {};

template <typename Do, typename... Named>
struct CaseOf {
    Do what;
    template <typename T>
    requires std::disjunction_v<IsAmong<std::remove_cvref_t<T>, Named>...>
    decltype(auto) operator()(T&& alternative) const { return what(std::forward<T>(alternative)); }
};

/// One case for all of these alternatives, each named or one of the Alternatives named.
template <typename... Named, typename Do>
CaseOf<Do, Named...> case_of(Do what) {
    return {std::move(what)};
}

/// For a case in which there is nothing to do.
inline constexpr auto do_nothing = [](const auto&) {};

} // namespace hongbao::domain
