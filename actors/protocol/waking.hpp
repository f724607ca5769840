// Role: what a router asks of the read model, and the answers: entities to be woken, references of
// payments, and requests about single rows.
#pragma once

#include "actors/protocol/kinds.hpp"
#include "actors/protocol/request.hpp"

#include <memory>
#include <optional>
#include <tuple>
#include <vector>

namespace hongbao::actors {

template <typename Kind>
struct Wanted {
    typename Kind::Name name;
    bool only_if_open = false; // otherwise it is as if there were none
};

/// An entity on its way out of sleep: from the read model to its router, and on to its actor.
template <typename Kind>
struct Woken {
    typename Kind::Name name;
    std::unique_ptr<typename Kind::State> state; // null: there is no such entity
    domain::Sequence as_of = 0;                  // the last record that is in it
    bool is_over = false;                        // and without its rows: each is looked up
};

/// What a reference names: a gateway's the order that it paid, a deposit's the deposit.
struct FoundReference {
    Reference reference;
    std::optional<domain::OrderId> order_id;
    std::optional<persistence::NamedDeposit> deposit;
};

template <typename Kind>
using WantedOfKind = std::vector<Wanted<Kind>>;
template <typename Kind>
using WokenOfKind = std::vector<Woken<Kind>>;

struct WakeEntities {
    std::size_t router = 0; // the one that asks
    Kinds::Tuple<WantedOfKind> entities;
    std::vector<Reference> references; // whose payment is wanted
    Requests requests;                 // to come back with what is found
};

/// The answer, with every entity asked for except those with many rows, which come later.
struct WokenEntities {
    Kinds::Tuple<WokenOfKind> entities;
    std::vector<FoundReference> references;
    Requests requests; // each with what was found

    template <typename Kind>
    void add(Woken<Kind>&& woken) {
        std::get<WokenOfKind<Kind>>(entities).push_back(std::move(woken));
    }
    bool empty() const {
        const auto are_empty = [](const auto&... of_kind) { return (of_kind.empty() && ...); };
        return std::apply(are_empty, entities) && references.empty() && requests.empty();
    }
};

} // namespace hongbao::actors
