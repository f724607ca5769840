// Role: sales and orders as clients see them: by the clock, whether or not it is recorded yet.
#include "tests/http/openapi_document.hpp"

#include "domain/sale/sale.hpp"
#include "http/api/orders/render.hpp"
#include "http/api/render.hpp"
#include "http/api/sales/render.hpp"
#include "http/api/suspended/render.hpp"

#include <optional>

using namespace hongbao;
using namespace hongbao::http;
using namespace hongbao::testing;

namespace {

using domain::ExternalPaymentOutcome;
using domain::ExternalPaymentStatus;
using domain::InstantMs;
using domain::OrderStatus;

constexpr InstantMs starts_at = 10'000;
constexpr InstantMs ends_at = 20'000;

/// Ten units from second 10 to 20; closes two minutes after.
persistence::SaleSummary sale_of(std::int64_t reserved, std::int64_t sold, std::uint64_t waiting) {
    persistence::SaleSummary sale;
    sale.terms = {.sale_id = {7},
                  .merchant = "shop",
                  .title = "Cakes",
                  .price_fen = 300,
                  .stock = 10,
                  .starts_at = starts_at,
                  .ends_at = ends_at,
                  .per_user_limit = 2,
                  .payment_window_s = 60,
                  .refund_period_s = 120};
    sale.reserved_units = reserved;
    sale.sold_units = sold;
    sale.waiting = waiting;
    return sale;
}

persistence::OrderSummary order_of(OrderStatus status) {
    persistence::OrderSummary order;
    order.sale_id.value = 7;
    order.order_id.value = 8;
    order.user_id = "bob";
    order.quantity = 2;
    order.amount_fen = 600;
    order.status = status;
    order.reserved_at = 11'000;
    order.pay_by = 71'000;
    return order;
}

json shown(const persistence::OrderSummary& order) {
    return json::parse(render_order(order));
}

TEST(SaleAnswers, HaveTheFieldsThatAreDescribed) {
    expect_fields(render(sale_of(0, 0, 0), 1), schema("Sale"), "Sale");
    actors::ExternalPaymentReceipt receipt;
    receipt.order.external_payments.push_back({});
    const json taken = json::parse(render_external_payment(receipt));
    expect_fields(taken, schema("ExternalPaymentReceipt"), "ExternalPaymentReceipt");
    expect_fields(taken.at("order"), schema("Order"), "Order");
    expect_fields(taken.at("payment"), schema("ExternalPayment"), "ExternalPayment");
    EXPECT_EQ(taken.at("order").at("external_payments").at(0), taken.at("payment"));
    expect_fields(json::parse(render_wait({}, {})), schema("WaitReceipt"), "WaitReceipt");
    expect_fields(json::parse(render_page({}, std::nullopt)), schema("OrderPage"), "OrderPage");
}

TEST(SaleAnswers, TellTheStateOfASaleByTheClock) {
    struct Case {
        const char* what;
        std::int64_t reserved, sold;
        std::uint64_t waiting;
        InstantMs now;
        const char* state;
        std::int64_t available;
    };
    for (const Case& each : {
             Case{"before", 0, 0, 0, starts_at - 1, "upcoming", 10},
             Case{"at the start", 0, 0, 0, starts_at, "running", 10},
             Case{"one unit left", 4, 5, 0, starts_at, "running", 1},
             Case{"all reserved", 10, 0, 0, starts_at, "sold_out", 0},
             Case{"all sold", 0, 10, 0, ends_at - 1, "sold_out", 0},
             Case{"free units belong to the waiting", 4, 5, 1, starts_at, "sold_out", 0},
             Case{"more wait than units are free", 4, 5, 3, starts_at, "sold_out", 0},
             Case{"one waits, two are free", 4, 4, 1, starts_at, "running", 1},
             Case{"at the end", 0, 0, 0, ends_at, "ended", 10},
             Case{"nobody waits after the end", 4, 5, 3, ends_at, "ended", 1},
             Case{"sold out and over", 0, 10, 0, ends_at, "ended", 0},
         }) {
        SCOPED_TRACE(each.what);
        const json sale = render(sale_of(each.reserved, each.sold, each.waiting), each.now);
        EXPECT_EQ(sale.at("status"), each.state);
        EXPECT_EQ(sale.at("available"), each.available);
        EXPECT_EQ(sale.at("waiting"), each.now < ends_at ? each.waiting : 0);
        EXPECT_EQ(sale.at("reserved"), each.reserved);
        EXPECT_EQ(sale.at("sold"), each.sold);
    }
}

TEST(SaleAnswers, TellThatASaleIsClosedOnceTheMerchantIsPaid) {
    auto sale = sale_of(0, 3, 0);
    const InstantMs closes_at = domain::closes_at(sale.terms);
    EXPECT_EQ(closes_at, ends_at + 120'000);
    const json before = render(sale, closes_at);
    EXPECT_EQ(before.at("status"), "ended");
    EXPECT_EQ(before.at("closes_at"), "1970-01-01T00:02:20.000Z");
    EXPECT_TRUE(before.at("closed_at").is_null() && before.at("payout_fen").is_null());
    sale.closed_at = closes_at + 5;
    sale.payout_fen = 0;
    const json after = render(sale, closes_at + 5);
    EXPECT_EQ(after.at("status"), "closed");
    EXPECT_EQ(after.at("closed_at"), "1970-01-01T00:02:20.005Z");
    EXPECT_EQ(after.at("payout_fen"), 0);
}

TEST(SaleAnswers, TellHowAnOrderStandsWhateverTheClockSays) {
    EXPECT_EQ(shown(order_of(OrderStatus::reserved)).at("status"), "reserved");
    auto order = order_of(OrderStatus::timed_out);
    EXPECT_TRUE(shown(order).at("ended_at").is_null()) << "it is not recorded yet";
    order.ended_at = order.pay_by + 20;
    EXPECT_EQ(shown(order).at("ended_at"), "1970-01-01T00:01:11.020Z");
}

TEST(SaleAnswers, TellOfAPaidOrder) {
    auto order = order_of(OrderStatus::paid);
    order.paid_at = 12'000;
    const json paid = shown(order);
    EXPECT_EQ(paid, json::parse(R"({"id": "8", "sale_id": "7", "user_id": "bob", "quantity": 2,
        "amount_fen": 600, "status": "paid", "reserved_at": "1970-01-01T00:00:11.000Z",
        "pay_by": "1970-01-01T00:01:11.000Z", "paid_at": "1970-01-01T00:00:12.000Z",
        "ended_at": null, "external_payments": []})"));
    EXPECT_EQ(shown(order_of(OrderStatus::cancelled)).at("status"), "cancelled");
    EXPECT_EQ(shown(order_of(OrderStatus::refunded)).at("status"), "refunded");
}

TEST(SaleAnswers, TellWhatBecameOfAGatewaysMoney) {
    struct Case {
        ExternalPaymentOutcome outcome;
        json reason;
    };
    const Case cases[] = {{ExternalPaymentOutcome::order_paid, nullptr},
                          {ExternalPaymentOutcome::too_late, "too_late"},
                          {ExternalPaymentOutcome::order_final, "order_final"},
                          {ExternalPaymentOutcome::wrong_amount, "wrong_amount"},
                          {ExternalPaymentOutcome::account_frozen, "account_frozen"}};
    auto order = order_of(OrderStatus::reserved);
    for (const Case& each : cases) {
        order.external_payments.push_back({.gateway_ref = R"(a"\b)",
                                           .amount_fen = 600,
                                           .outcome = each.outcome,
                                           .at = 12'000,
                                           .status = ExternalPaymentStatus::credited,
                                           .decided_at = 0,
                                           .decision_reason = {}});
    }
    const json payments = shown(order).at("external_payments");
    ASSERT_EQ(payments.size(), std::size(cases));
    for (std::size_t i = 0; i < std::size(cases); ++i) {
        EXPECT_EQ(payments[i].at("outcome"), i == 0 ? "order_paid" : "credited_to_account");
        EXPECT_EQ(payments[i].at("status"), "credited");
        EXPECT_EQ(payments[i].at("reason"), cases[i].reason);
        EXPECT_EQ(payments[i].at("gateway_ref"), R"(a"\b)");
        EXPECT_EQ(payments[i].at("received_at"), "1970-01-01T00:00:12.000Z");
    }
}

TEST(SaleAnswers, ShowTheOrderToWhoComesSecond) {
    const auto order = order_of(OrderStatus::timed_out);
    const Problem problem =
        problem_of(actors::OrderRefusal{domain::Rejection::payment_too_late, order});
    const json told = json::parse(render_problem(problem, "id"));
    EXPECT_EQ(told.at("code"), "payment_too_late");
    EXPECT_EQ(told.at("status"), 409);
    EXPECT_EQ(told.at("order"), shown(order));
    EXPECT_TRUE(told.at("detail").get<std::string>().starts_with("The order is timed_out."));
}

TEST(Problems, AreJsonWhateverTheirDetailQuotes) {
    for (const char* said : {R"(a "quoted" \ word)", "a\nline", "\xFF is not UTF-8", "红包"}) {
        const json told = json::parse(render_problem(invalid_request(said), "id"));
        const json expected{{"type", "/problems/invalid_request"},
                            {"title", kind_of("invalid_request").title},
                            {"status", 400},
                            {"detail", *said == '\xFF' ? "\uFFFD is not UTF-8" : said},
                            {"code", "invalid_request"},
                            {"request_id", "id"}};
        EXPECT_EQ(told, expected);
    }
}

TEST(Pages, HoldTheirItemsAndTheCursorOfTheNext) {
    EXPECT_EQ(render_page({}, std::nullopt), R"({"items":[],"next_cursor":null})");
    EXPECT_EQ(render_page({"[]", "2"}, "Az-_"), R"({"items":[[],2],"next_cursor":"Az-_"})");
}

} // namespace
