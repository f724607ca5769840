// Role: decides when front ends are told that a sale is sold out, so that they refuse on their own.
#include "actors/sale/sale_actor.hpp"

#include <algorithm>

namespace hongbao::actors {

namespace {

constexpr std::size_t holders_to_come_min = 1'024;

} // namespace

/// "Sold out" may rest only on records that are synced and told, so it is said only while no record
/// that moves units, in either direction, is on its way. Then everyone who holds a unit by the
/// synced records is among the holders, even if the sale has decided that the unit is free. The
/// opposite is said immediately.
void SaleState::tell_whether_sold_out() {
    if (is_over_) {
        return; // a sale that has ended is not called sold out
    }
    if (sale_.closed_at || sale_.available_units() > 0) {
        if (board_) {
            board_->sold_out_until = 0;
        }
        return;
    }
    if (moves_units_ || !outbox_.is_settled_up_to(units_moved_at_)) {
        return; // what was said before is true of every state from the synced one to this
    }
    make_board();
    if (!board_) {
        return;
    }
    const domain::Order* const next = sale_.orders.first_due();
    board_->sold_out_until =
        next == nullptr ? sale_.terms.ends_at : std::min(sale_.terms.ends_at, next->pay_by);
}

/// If there is no board, or the present one has too many holders. With very many users, each
/// message adds some of them, and the board is shown once it is whole. Users who take a unit
/// meanwhile are added immediately; those who give one back may stay on it.
void SaleState::make_board() {
    if (!board_in_making_) {
        if (board_ && board_->holders.size() <= board_->holders.members_max()) {
            return;
        }
        const auto units = static_cast<std::size_t>(sale_.reserved_units + sale_.sold_units);
        board_in_making_ =
            std::make_shared<SoldOutSale>(2 * units + holders_to_come_min, sale_.terms);
        users_looked_at_ = 0;
    }
    const std::size_t end =
        std::min<std::size_t>(sale_.users.size(), users_looked_at_ + rows_at_once_max);
    for (; users_looked_at_ < end; ++users_looked_at_) {
        const domain::UserId& user_id =
            sale_.users.user_id(static_cast<domain::SaleUsers::Place>(users_looked_at_));
        if (sale_.users.held_units(user_id) > 0) {
            board_in_making_->holders.add(user_id);
        }
    }
    if (end < sale_.users.size()) {
        return go_on_later();
    }
    board_ = std::move(board_in_making_);
    environment_.sold_out.put(sale_.terms.sale_id, board_);
}

void SaleState::add_to_board(const domain::UserId& user_id) {
    moves_units_ = true;
    if (board_) {
        board_->sold_out_until = 0; // until this is synced
        board_->holders.add(user_id);
    }
    if (board_in_making_) {
        board_in_making_->holders.add(user_id);
    }
}

} // namespace hongbao::actors
