// Role: looks up what a record touches, each entity once.
#include "persistence/read_model/start/tail_books.hpp"

#include "persistence/event_group.hpp"
#include "persistence/read_model/administration/state.hpp"
#include "persistence/read_model/kinds.hpp"

#include "domain/touched.hpp"

#include <string>
#include <utility>

namespace hongbao::persistence {

std::optional<Failure> TailBooks::add(domain::Books& books, const domain::Record& record) {
    domain::for_each_touched_account(
        record.event, [&](std::string_view user_id) { add_account(books, user_id); });
    for_each_kind([&](auto kind) {
        using K = decltype(kind);
        take_if_of<typename K::Events>(record.event, [&](const auto& event) {
            add_entity<K>(books, K::id_in(event));
            add_users(books, event);
        });
    });
    take_if_of<domain::AdministrationEvents>(record.event,
                                             [&](const auto&) { add_administration(books); });
    if (const auto* reserved = std::get_if<domain::OrderReserved>(&record.event)) {
        add_place(books, reserved->order_id);
    } else if (const auto* taken = std::get_if<domain::ExternalPaymentTaken>(&record.event)) {
        add_gateway_ref(books, taken->gateway_ref);
    }
    if (!wrong_.empty() || !written_->damage().empty()) {
        return Failure{written_->damage().empty() ? wrong_ : written_->damage()};
    }
    return std::nullopt;
}

void TailBooks::add_account(domain::Books& books, std::string_view user_id) {
    if (books.accounts.contains(user_id)) {
        return;
    }
    const auto number = written_->get<Numbers>(user_id);
    if (!number) {
        return; // opened since
    }
    auto row = written_->get<Accounts>(number->number);
    if (!row || row->account.profile.user_id != user_id) {
        wrong_ = "an account number leads to no account, or to another";
        return;
    }
    books.accounts.emplace(user_id, std::move(row->account));
}

template <typename Event>
void TailBooks::add_users(domain::Books& books, const Event& event) {
    if constexpr (requires { event.user_id; }) {
        add_account(books, event.user_id);
    }
    if constexpr (requires { event.merchant; }) {
        add_account(books, event.merchant);
    }
}

template <typename K>
void TailBooks::add_entity(domain::Books& books, typename K::Id id) {
    auto& there = books.*K::books;
    if (there.contains(id)) {
        return;
    }
    const auto row = written_->get<typename K::Rows>(id);
    if (!row) {
        return; // made since
    }
    auto sleeping = sleeping_of(id, *row, *written_);
    const auto waking =
        sleeping ? wake_further(*sleeping, sleeping->row_count(), *written_) : Waking::does_not_fit;
    if (waking != Waking::whole) {
        wrong_ = std::string(K::name) + " " + std::to_string(id.value) + " does not fit its " +
                 K::child_names;
        return;
    }
    there.emplace(id, std::move((*sleeping).*K::entity));
}

/// Once: from then on the books have it as the records leave it.
void TailBooks::add_administration(domain::Books& books) {
    if (std::exchange(has_administration_, true)) {
        return;
    }
    if (auto state = read_administration(*written_)) {
        books.administration = std::move(*state);
    }
}

void TailBooks::add_place(domain::Books& books, domain::OrderId order_id) {
    if (const auto place = written_->get<OrderPlaces>(order_id)) {
        books.sale_of_order.emplace(order_id, place->sale_id);
    }
}

void TailBooks::add_gateway_ref(domain::Books& books, const std::string& gateway_ref) {
    if (const auto row = written_->get<GatewayRefs>(gateway_ref)) {
        books.order_of_gateway_ref.emplace(gateway_ref, row->order_id);
    }
}

} // namespace hongbao::persistence
