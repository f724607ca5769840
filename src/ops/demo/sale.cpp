// Role: the demo's story of a flash sale: the rush, payments in time and too late, the waiting
// list, a refund, the payout. Every count in it is checked against the server's.
#include "domain/values/instant.hpp"
#include "domain/values/rfc3339.hpp"
#include "ops/demo/sale_desk.hpp"
#include "ops/demo/stories.hpp"

#include <chrono>
#include <iterator>
#include <optional>
#include <utility>

namespace hongbao::ops {

namespace {

using nlohmann::json;

constexpr std::int64_t price_fen = 300;
constexpr std::int64_t stock = 100;
constexpr std::int64_t deposit_fen = 500;
constexpr std::int64_t change_fen = deposit_fen - price_fen;
constexpr std::int64_t crowd = 1'000;
constexpr std::size_t crowd_connections = 50;
constexpr std::int64_t presses = 20;
constexpr std::int64_t window_s = 900;
constexpr std::int64_t life_s = 3'600;
constexpr std::int64_t waiting_from_s = 300; // after the start

domain::InstantMs instant_of(const json& text) {
    const auto at = domain::parse_rfc3339(text.get<std::string>());
    if (!at) {
        throw DemoFailed{"no instant: " + text.dump()};
    }
    return *at;
}

/// "06:15:00" of a whole instant.
std::string time_of_day(const std::string& instant) {
    return instant.substr(11, 8);
}

class SaleStory {
  public:
    SaleStory(const DemoTarget& target, bool is_own)
        : stage_(target), is_own_(is_own), moves_clock_(stage_.moves_clock()) {}

    void run() {
        open_sale(open_accounts());
        press_too_early();
        wait_for_the_start();
        press_many_times();
        rush();
        pay_from_accounts();
        pay_through_a_gateway();
        wait_in_line();
        if (moves_clock_) {
            pay_late();
            book_again();
            end();
            pay_the_shop();
        } else {
            tell("(This server runs on the wall clock, so nobody waits until orders time out, the "
                 "sale ends and the shop is paid. Without --server the demo moves a clock of its "
                 "own.)");
        }
        stage_.audit("escrow");
    }

  private:
    /// Returns when the last of them, the shop's, was opened, by the server's clock.
    domain::InstantMs open_accounts() {
        json accounts = json::array();
        for (std::int64_t i = 1; i <= crowd; ++i) {
            const std::string name = "User-" + std::to_string(i);
            crowd_.push_back(stage_.id_of(name));
            accounts.push_back({{"user_id", crowd_.back()}, {"username", name}});
        }
        DemoClient::expect(200,
                           stage_.client().post("/v1/accounts/batch", {{"accounts", accounts}}));
        open_account(mei_, "Mei", "personal");
        const json shop = open_account(shop_, "Shop", "merchant");
        tell("Mei, " + std::to_string(crowd) + " other users and a shop open accounts.");
        return instant_of(shop.at("created_at"));
    }

    json open_account(const std::string& user_id, const char* name, const char* type) {
        return DemoClient::expect(
            201, stage_.client().post("/v1/accounts",
                                      {{"user_id", user_id}, {"username", name}, {"type", type}}));
    }

    void open_sale(domain::InstantMs now) {
        const domain::InstantMs starts_at = now + (moves_clock_ ? life_s : 3) * domain::ms_per_s;
        desk_.emplace(stage_,
                      json{{"merchant", shop_},
                           {"title", "Spring gala 春晚"},
                           {"price_fen", price_fen},
                           {"stock", stock},
                           {"starts_at", domain::to_rfc3339(starts_at)},
                           {"ends_at", domain::to_rfc3339(starts_at + life_s * domain::ms_per_s)},
                           {"per_user_limit", 1},
                           {"payment_window_s", window_s}});
        tell("The shop opens a sale: " + std::to_string(stock) + " tickets at " + yuan(price_fen) +
             ", one for each user, 15 minutes to pay.");
    }

    void press_too_early() {
        constexpr std::int64_t early = 3;
        const DemoRush rush = desk_->reserve({mei_, crowd_[0], crowd_[1]}, early);
        expect_count("sale_not_started", early, rush.count_refused("sale_not_started"));
        tell("Mei and two others press the button before the start: 3 times sale_not_started.");
        count(0, 0, 0);
    }

    void wait_for_the_start() {
        if (moves_clock_) {
            stage_.advance(life_s * domain::ms_per_s);
            tell("An hour later it starts.");
        } else {
            tell("Three seconds later it starts.");
        }
        stage_.look_until(
            desk_->path(), [](const json& sale) { return sale.at("status") == "running"; },
            "the sale does not start");
    }

    void press_many_times() {
        const DemoRush rush =
            desk_->reserve(std::vector<std::string>(presses, mei_), std::size_t{presses});
        expect_count("orders of one user", 1, std::ssize(rush.orders));
        expect_count("already_reserved", presses - 1, rush.count_refused("already_reserved"));
        meis_ = rush.orders.front();
        tell("Mei presses 20 times at once: 1 order, 19 times already_reserved.");
        count(1, 0, 0);
    }

    void rush() {
        const auto began = std::chrono::steady_clock::now();
        DemoRush rush = desk_->reserve(crowd_, crowd_connections);
        const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(
            std::chrono::steady_clock::now() - began);
        expect_count("orders in the rush", stock - 1, std::ssize(rush.orders));
        expect_count("sold_out", crowd - (stock - 1), rush.count_refused("sold_out"));
        orders_ = std::move(rush.orders);
        too_late_ = std::move(rush.refused["sold_out"]);
        tell("The other " + std::to_string(crowd) + " press at once, over " +
             std::to_string(crowd_connections) + " connections: " + std::to_string(orders_.size()) +
             " orders, " + std::to_string(too_late_.size()) + " times sold_out, all answered in " +
             std::to_string(took.count()) + " ms.");
        tell("With Mei's that is an order for each of the " + std::to_string(stock) +
             " tickets, and not one more.");
        count(stock, 0, 0);
    }

    void pay_from_accounts() {
        const DemoOrder first = next_order();
        const DemoOrder second = next_order();
        for (const DemoOrder& order : {meis_, first, second}) {
            deposit_and_pay(order);
        }
        tell("Mei, " + name_of(first) + " and " + name_of(second) + " deposit " +
             yuan(deposit_fen) + " each and pay from their accounts; " + yuan(change_fen) +
             " are left.");
        const DemoOrder poor = next_order();
        desk_->pay_refused(poor, "insufficient_funds");
        desk_->expect_status(poor, "reserved");
        tell(name_of(poor) + " has no money: insufficient_funds. The order stays reserved.");
        count(97, 3, 0);
    }

    void pay_through_a_gateway() {
        const DemoOrder order = next_order();
        const std::string gateway_ref = stage_.next_key();
        for (const bool repeat : {false, true}) {
            const json receipt = desk_->pay_outside(order, gateway_ref, price_fen);
            expect_word("outcome", "order_paid", receipt.at("payment").at("outcome"));
            expect_word("reported before", json(repeat).dump(), receipt.at("repeat").dump());
        }
        desk_->expect_balance(order.user_id, 0);
        tell(name_of(order) +
             " pays outside. The gateway reports it twice: the order is paid, once.");
        count(96, 4, 0);
    }

    void wait_in_line() {
        if (moves_clock_) {
            stage_.advance(waiting_from_s * domain::ms_per_s);
        }
        const std::string head = too_late_[0];
        const std::string next = too_late_[1];
        desk_->join_waitlist(head, 1, false);
        desk_->join_waitlist(next, 2, false);
        desk_->join_waitlist(head, 1, true);
        tell(std::string(moves_clock_ ? "Five minutes later " : "") + stage_.name_of(head) +
             " and " + stage_.name_of(next) +
             ", who got nothing, queue up: 1st and 2nd; asked again, the 1st is still 1st.");
        count(96, 4, 2);

        const DemoOrder unwanted = next_order();
        desk_->cancel(unwanted, "cancelled");
        const DemoOrder offered = desk_->offered_to(head);
        tell(name_of(unwanted) + " cancels. The ticket is offered to " + name_of(offered) +
             ", to be paid by " + time_of_day(offered.pay_by) + "; the others have until " +
             time_of_day(meis_.pay_by) + ".");
        count(96, 4, 1);

        desk_->cancel(meis_, "refunded");
        desk_->expect_balance(mei_, deposit_fen);
        left_unpaid_ = desk_->offered_to(next);
        tell("Mei cancels, too, and gets her " + yuan(price_fen) +
             " back. The ticket is offered to " + name_of(left_unpaid_) + ".");
        count(97, 3, 0);

        deposit_and_pay(offered);
        tell(name_of(offered) + " pays.");
        count(96, 4, 0);
    }

    void pay_late() {
        const DemoOrder just_in_time = next_order();
        late_ = next_order();
        stage_.advance((window_s - waiting_from_s - 1) * domain::ms_per_s);
        deposit_and_pay(just_in_time);
        stage_.deposit(late_.user_id, deposit_fen);
        stage_.advance(domain::ms_per_s);
        desk_->pay_refused(late_, "payment_too_late");
        tell("One second before " + time_of_day(late_.pay_by) + " " + name_of(just_in_time) +
             " pays. At " + time_of_day(late_.pay_by) + " " + name_of(late_) +
             " is refused: payment_too_late.");

        const DemoOrder outside = next_order();
        const json receipt = desk_->pay_outside(outside, stage_.next_key(), price_fen);
        const json& payment = receipt.at("payment");
        expect_word("outcome", "credited_to_account", payment.at("outcome"));
        expect_word("reason", "too_late", payment.at("reason"));
        expect_word("status of the order", "timed_out", receipt.at("order").at("status"));
        desk_->expect_balance(outside.user_id, price_fen);
        tell(name_of(outside) + " pays outside, too late as well: the order stays timed_out, " +
             yuan(price_fen) + " are credited to the account.");

        desk_->wait_until_reserved(1);
        tell("All that were not paid in time are in stock again. Only " + name_of(left_unpaid_) +
             " may still pay, until " + time_of_day(left_unpaid_.pay_by) + ".");
        count(1, 5, 0);
    }

    void book_again() {
        const DemoOrder again = desk_->reserve(late_.user_id);
        desk_->pay(again);
        desk_->expect_balance(late_.user_id, change_fen);
        tell(name_of(again) + " reserves again, a new order, and pays it.");
        count(1, 6, 0);
        paid_last_ = again;
    }

    void end() {
        stage_.advance((life_s - window_s) * domain::ms_per_s);
        const DemoRush rush = desk_->reserve({mei_}, 1);
        expect_count("sale_ended", 1, rush.count_refused("sale_ended"));
        desk_->wait_until_reserved(0);
        desk_->expect_status(left_unpaid_, "timed_out");
        tell("The hour is over. Mei tries once more: sale_ended. " + name_of(left_unpaid_) +
             " has let the offer pass: timed_out.");
        count(0, 6, 0);
    }

    void pay_the_shop() {
        const json ended = desk_->look();
        expect_word("status", "ended", ended.at("status"));
        stage_.advance(instant_of(ended.at("closes_at")) - instant_of(ended.at("ends_at")));
        const json closed = stage_.look_until(
            desk_->path(), [](const json& sale) { return !sale.at("closed_at").is_null(); },
            "the time for refunds is over, but the shop is not paid");
        const std::int64_t payout_fen = 6 * price_fen;
        expect_count("payout_fen", payout_fen, closed.at("payout_fen"));
        desk_->expect_balance(shop_, payout_fen);
        desk_->cancel_refused(paid_last_, "order_final");
        tell("Until " + std::string(closed.at("closes_at")) +
             " tickets may be given back. Then the shop is paid " + yuan(payout_fen) +
             ", and a refund is refused: order_final.");
        is_closed_ = true;
        count(0, 6, 0);
    }

    /// An order whose buyer has done nothing with it yet.
    DemoOrder next_order() {
        DemoOrder order = std::move(orders_.back());
        orders_.pop_back();
        return order;
    }

    void deposit_and_pay(const DemoOrder& order) {
        stage_.deposit(order.user_id, deposit_fen);
        desk_->pay(order);
        desk_->expect_balance(order.user_id, change_fen);
    }

    void count(std::int64_t reserved, std::int64_t sold, std::int64_t waiting) {
        const std::int64_t held_fen = is_closed_ ? 0 : sold * price_fen;
        desk_->tell_counts({reserved, sold, waiting},
                           is_own_ ? std::optional(held_fen) : std::nullopt);
    }

    std::string name_of(const DemoOrder& order) const { return stage_.name_of(order.user_id); }

    DemoStage stage_;
    bool is_own_;
    bool moves_clock_;
    bool is_closed_ = false;
    std::string mei_ = stage_.id_of("Mei");
    std::string shop_ = stage_.id_of("Shop");
    std::vector<std::string> crowd_;
    std::optional<DemoSaleDesk> desk_;
    DemoOrder meis_;
    std::vector<DemoOrder> orders_; // of the crowd
    std::vector<std::string> too_late_;
    DemoOrder left_unpaid_;
    DemoOrder late_;
    DemoOrder paid_last_;
};

} // namespace

void tell_sale(const DemoTarget& target, bool is_own) {
    SaleStory(target, is_own).run();
}

} // namespace hongbao::ops
