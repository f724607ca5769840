// Role: each request, and what its answer must say.
#include "ops/demo/sale_desk.hpp"

#include <mutex>

namespace hongbao::ops {

using nlohmann::json;

namespace {

std::string path_of(const DemoOrder& order) {
    return "/v1/orders/" + order.id;
}

DemoOrder order_of(const json& body) {
    return {body.at("id"), body.at("user_id"), body.at("pay_by")};
}

void expect_refusal(const std::string& code, DemoAnswer&& answer) {
    expect_word("refusal", code, DemoClient::expect(409, std::move(answer)).at("code"));
}

} // namespace

std::int64_t DemoRush::count_refused(const std::string& code) const {
    const auto found = refused.find(code);
    return found == refused.end() ? 0 : static_cast<std::int64_t>(found->second.size());
}

DemoSaleDesk::DemoSaleDesk(DemoStage& stage, const json& terms)
    : stage_(stage), stock_(terms.at("stock")), id_(stage.make("/v1/sales", terms).at("id")) {}

DemoRush DemoSaleDesk::reserve(const std::vector<std::string>& user_ids, std::size_t connections) {
    DemoRush rush;
    std::mutex mutex;
    const std::string here = path() + "/reservations";
    stage_.at_once(user_ids.size(), connections, [&](DemoClient& client, std::size_t i) {
        const auto answer = client.post(here, {{"user_id", user_ids[i]}});
        const std::lock_guard lock(mutex);
        if (answer.status == 201) {
            rush.orders.push_back(order_of(answer.body));
        } else {
            rush.refused[answer.body.at("code")].push_back(user_ids[i]);
        }
    });
    return rush;
}

DemoOrder DemoSaleDesk::reserve(const std::string& user_id) {
    return order_of(DemoClient::expect(
        201, stage_.client().post(path() + "/reservations", {{"user_id", user_id}})));
}

void DemoSaleDesk::join_waitlist(const std::string& user_id, std::int64_t position, bool repeat) {
    const auto receipt =
        DemoClient::expect(202, stage_.client().post(path() + "/waitlist", {{"user_id", user_id}}));
    expect_count("position in the waiting list", position, receipt.at("position"));
    expect_word("joined before", json(repeat).dump(), receipt.at("repeat").dump());
}

DemoOrder DemoSaleDesk::offered_to(const std::string& user_id) {
    const auto orders = stage_.look_until(
        "/v1/accounts/" + user_id + "/orders",
        [](const json& seen) { return !seen.at("items").empty(); },
        "a ticket is free, but the head of the waiting list is not offered it");
    expect_count("orders of the user who waited", 1,
                 static_cast<std::int64_t>(orders.at("items").size()));
    expect_word("status of the offer", "reserved", orders.at("items").at(0).at("status"));
    return order_of(orders.at("items").at(0));
}

void DemoSaleDesk::pay(const DemoOrder& order) {
    const auto paid = DemoClient::expect(
        200, stage_.client().post(path_of(order) + "/payment", json::object(), stage_.next_key()));
    expect_word("status after the payment", "paid", paid.at("status"));
}

void DemoSaleDesk::pay_refused(const DemoOrder& order, const std::string& code) {
    expect_refusal(
        code, stage_.client().post(path_of(order) + "/payment", json::object(), stage_.next_key()));
}

json DemoSaleDesk::pay_outside(const DemoOrder& order, const std::string& gateway_ref,
                               std::int64_t amount_fen) {
    return DemoClient::expect(
        200, stage_.client().post(path_of(order) + "/external-payments",
                                  {{"gateway_ref", gateway_ref}, {"amount_fen", amount_fen}}));
}

void DemoSaleDesk::cancel(const DemoOrder& order, const std::string& status) {
    const auto ended = DemoClient::expect(
        200, stage_.client().post(path_of(order) + "/cancellation", json::object()));
    expect_word("status after the cancellation", status, ended.at("status"));
}

void DemoSaleDesk::cancel_refused(const DemoOrder& order, const std::string& code) {
    expect_refusal(code, stage_.client().post(path_of(order) + "/cancellation", json::object()));
}

void DemoSaleDesk::expect_status(const DemoOrder& order, const std::string& status) {
    expect_word("status of an order", status, stage_.look(path_of(order)).at("status"));
}

void DemoSaleDesk::expect_balance(const std::string& user_id, std::int64_t expected_fen) {
    expect_count("balance_fen of " + stage_.name_of(user_id), expected_fen,
                 stage_.look("/v1/accounts/" + user_id).at("balance_fen"));
}

void DemoSaleDesk::wait_until_reserved(std::int64_t units) {
    stage_.look_until(
        path(), [units](const json& sale) { return sale.at("reserved") == units; },
        "orders are not timed out");
}

void DemoSaleDesk::tell_counts(const DemoCounts& expected, std::optional<std::int64_t> escrow_fen) {
    const json sale = look();
    const std::int64_t available = stock_ - expected.reserved - expected.sold;
    expect_count("available", available, sale.at("available"));
    expect_count("reserved", expected.reserved, sale.at("reserved"));
    expect_count("sold", expected.sold, sale.at("sold"));
    expect_count("waiting", expected.waiting, sale.at("waiting"));
    const json audit = stage_.look("/v1/audit");
    expect_count("difference_fen", 0, audit.at("difference_fen"));
    const std::int64_t held_fen = audit.at("escrow_fen");
    expect_count("escrow_fen", escrow_fen.value_or(held_fen), held_fen);
    tell("  " + std::to_string(available) + " available, " + std::to_string(expected.reserved) +
         " reserved, " + std::to_string(expected.sold) + " sold, " +
         std::to_string(expected.waiting) + " waiting; in escrow" +
         (escrow_fen ? " " : ", with all else on this server, ") + yuan(held_fen) +
         ", difference 0");
}

} // namespace hongbao::ops
