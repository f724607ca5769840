// Role: the kinds of entities: the name and the state in memory of each. Code for every kind goes
// over these lists; the keeping.hpp in each kind's folder says how that kind differs.
#pragma once

#include "domain/values/ids.hpp"

#include <tuple>
#include <variant>

namespace hongbao::domain {
struct Account;
struct Packet;
struct Campaign;
struct Sale;
} // namespace hongbao::domain

namespace hongbao::actors {

struct AccountKind {
    using Name = domain::UserId;
    using State = domain::Account;
};
struct PacketKind {
    using Name = domain::PacketId;
    using State = domain::Packet;
};
struct CampaignKind {
    using Name = domain::CampaignId;
    using State = domain::Campaign;
};
struct SaleKind {
    using Name = domain::SaleId;
    using State = domain::Sale;
};

template <typename Kind>
using NameOf = typename Kind::Name;

template <typename... Listed>
struct KindList {
    template <typename First>
    using After = KindList<First, Listed...>;

    /// One of each kind, in the order of the list.
    template <template <typename> typename Of>
    using Tuple = std::tuple<Of<Listed>...>;
    template <template <typename> typename Of>
    using Variant = std::variant<Of<Listed>...>;

    /// A tuple of results, each made of the same argument.
    template <template <typename> typename Of, typename Argument>
    static Tuple<Of> tuple_from(Argument& argument) {
        return Tuple<Of>(Of<Listed>(argument)...);
    }

    /// Calls visit.operator()<Kind>() for each kind.
    template <typename Visit>
    static void for_each(Visit visit) {
        (visit.template operator()<Listed>(), ...);
    }

    /// Calls visit.operator()<Kind>(name) for the kind whose name it is.
    template <typename Visit>
    static void visit_name(const Variant<NameOf>& name, Visit visit) {
        const auto if_own = [&]<typename Kind>() {
            if (const auto* own = std::get_if<NameOf<Kind>>(&name)) {
                visit.template operator()<Kind>(*own);
            }
        };
        for_each(if_own);
    }
};

/// Kinds that end: each has rows (claims, shakes, orders), a time when something is due, and is
/// over once nothing can happen to it any more.
using EndingKinds = KindList<PacketKind, CampaignKind, SaleKind>;
using Kinds = EndingKinds::After<AccountKind>;

using EndingName = EndingKinds::Variant<NameOf>;
using EntityName = Kinds::Variant<NameOf>;

/// How the router and the projector keep a kind; specialised in the kind's own folder.
template <typename Kind>
struct Keeping;

} // namespace hongbao::actors
