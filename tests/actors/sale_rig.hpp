// Role: an engine with a merchant, buyers and sales.
#pragma once

#include "tests/actors/engine_rig.hpp"

#include <string>
#include <vector>

namespace hongbao::testing {

inline const domain::SaleId tickets = sale_number(1);
inline constexpr domain::Fen price_fen = 300;
inline constexpr std::int64_t window_s = 900;
inline constexpr std::int64_t window_ms = window_s * domain::ms_per_s;
inline constexpr std::int64_t sale_ms = 3'600'000;

/// Runs for an hour from now.
inline domain::OpenSale sale_of(std::int64_t stock, std::int64_t per_user_limit = 1,
                                domain::SaleId sale_id = tickets) {
    return {.sale_id = sale_id,
            .merchant = "shop",
            .title = "Tickets",
            .price_fen = price_fen,
            .stock = stock,
            .starts_at = rig_begins,
            .ends_at = rig_begins + sale_ms,
            .per_user_limit = per_user_limit,
            .payment_window_s = window_s};
}

class SaleRig : public EngineRig {
  public:
    using EngineRig::EngineRig;

    /// Opens the accounts, each with enough for ten units, and the sale.
    void begin(const domain::OpenSale& sale, const std::vector<std::string>& names) {
        ask(open_merchant("shop"));
        open_accounts(names, 10 * price_fen);
        ASSERT_EQ(told(command(sale)),
                  "sale of " + std::to_string(sale.stock) + ": 0 reserved, 0 sold, 0 waiting");
    }
    /// The order that a request was given; if none, an id that no order has.
    domain::OrderId order_of(Token token) const {
        const auto* view = log.get<actors::OrderView>(token);
        return view == nullptr ? domain::OrderId{} : view->summary.order_id;
    }
    domain::OrderId reserved(const std::string& user_id, std::int64_t quantity = 1) {
        const Token token = ask(reserve(tickets, user_id, quantity));
        settle();
        EXPECT_TRUE(said(token).starts_with("order reserved")) << said(token);
        return order_of(token);
    }
    std::string seen(domain::SaleId sale_id = tickets) {
        return answered(query(actors::ReadSale{sale_id}));
    }
    std::string seen(domain::OrderId order_id) {
        return told(sale_request(actors::ReadOrder{order_id}));
    }
    /// The newest order of a user.
    domain::OrderId newest_order(const std::string& user_id) {
        const Token token = query(actors::ReadOrders{{.user_id = user_id}, {}});
        settle();
        const auto* page = log.get<actors::OrderPage>(token);
        return page == nullptr || page->items.empty() ? domain::OrderId{}
                                                      : page->items.front().order_id;
    }

    /// Replay refuses records that do not follow; the auditor adds up by itself.
    void check_books() {
        const auto books = replayed();
        const auto ledger = audited();
        EXPECT_EQ(ledger.deposited_fen - ledger.withdrawn_fen,
                  PlainLedger::sum(ledger.users) + PlainLedger::sum(ledger.escrow) +
                      PlainLedger::sum(ledger.suspended));
        for (const auto& [user, balance_fen] : ledger.users) {
            EXPECT_EQ(books.accounts.at(user).standing.balance_fen, balance_fen) << user;
            EXPECT_EQ(balance_of(user), balance_fen) << user;
        }
        for (const auto& [sale_id, sale] : books.sales) {
            EXPECT_EQ(sale.escrow_fen(),
                      ledger.escrow.contains(sale_id.value) ? ledger.escrow.at(sale_id.value) : 0);
            EXPECT_GE(sale.units_in_stock(), 0);
        }
    }

  private:
    std::string answered(Token token) {
        settle();
        return said(token);
    }
};

} // namespace hongbao::testing
