// Role: the bounds of records, each at its edge.
#include "persistence/record/bounds.hpp"

#include "domain/limits.hpp"
#include "domain/values/rfc3339.hpp"

#include <gtest/gtest.h>

namespace hongbao::persistence {
namespace {

std::string complaint(domain::Event event) {
    return what_exceeds_bounds({1, 0, std::move(event), {}});
}

TEST(RecordBounds, EachBoundIsHeldAtItsEdge) {
    using namespace domain;
    EXPECT_EQ(complaint(Deposited{std::string(64, 'a'), 1, ""}), "");
    EXPECT_NE(complaint(Deposited{std::string(65, 'a'), 1, ""}), "");
    EXPECT_NE(complaint(Deposited{"", 1, ""}), "");
    EXPECT_EQ(complaint(Deposited{"a", balance_fen_max, ""}), "");
    EXPECT_NE(complaint(Deposited{"a", balance_fen_max + 1, ""}), "");
    EXPECT_NE(complaint(Withdrawn{"a", 0, ""}), "");
    EXPECT_NE(complaint(Withdrawn{"a", -1, ""}), "");
    EXPECT_EQ(complaint(Withdrawn{"a", 1, std::string(4'096, 'x')}), "");
    EXPECT_NE(complaint(Withdrawn{"a", 1, std::string(4'097, 'x')}), "");
    EXPECT_NE(complaint(Transferred{"a", "a", 1, ""}), "");
    PacketSent sent;
    sent.sender = "a";
    sent.total_fen = 3;
    sent.count = 3;
    sent.share_fen_max = 1;
    EXPECT_EQ(complaint(sent), "");
    sent.count = 4;
    EXPECT_NE(complaint(sent), "");
    sent.count = 0;
    EXPECT_NE(complaint(sent), "");
    sent.count = shares_up_front_max;
    sent.total_fen = shares_up_front_max + 1;
    sent.seed = Seed{};
    EXPECT_EQ(complaint(sent), "");
    sent.count += 1;
    EXPECT_NE(complaint(sent), "");
    sent.seed.reset();
    EXPECT_EQ(complaint(sent), "");
    sent.count = 1;
    sent.recipients = {"b", std::string(65, 'c')};
    EXPECT_NE(complaint(sent), "");
    const IdempotencyTag key{"k", {}};
    const auto of_answer = [&key](std::int32_t status, std::size_t body_bytes) {
        return what_exceeds_bounds({1, 0, AnswerKept{status, std::string(body_bytes, 'x')}, key});
    };
    EXPECT_EQ(of_answer(100, 0), "");
    EXPECT_NE(of_answer(99, 0), "");
    EXPECT_EQ(of_answer(599, answer_bytes_max), "");
    EXPECT_NE(of_answer(600, 0), "");
    EXPECT_NE(of_answer(200, answer_bytes_max + 1), "");
    EXPECT_NE(complaint(AnswerKept{200, "{}"}), "") << "for no key";
    Record record{1, instant_ms_max, ShareOpened{{77}, "ann", 88}, {}};
    EXPECT_EQ(what_exceeds_bounds(record), "");
    record.at = instant_ms_max + 1;
    EXPECT_NE(what_exceeds_bounds(record), "");
    record.at = -1;
    EXPECT_NE(what_exceeds_bounds(record), "");
    record.at = 0;
    record.idempotency = IdempotencyTag{std::string(80 + 1 + 255, 'k'), {}};
    EXPECT_EQ(what_exceeds_bounds(record), "");
    record.idempotency->key += 'k';
    EXPECT_NE(what_exceeds_bounds(record), "");
    record.idempotency->key.clear();
    EXPECT_NE(what_exceeds_bounds(record), "");
}

TEST(RecordBounds, OfAnOperation) {
    using namespace domain;
    const auto complaint = [](Operation operation) {
        Record record{1, 1, Withdrawn{"ann", 1, ""}, {}};
        record.operation = std::make_shared<const Operation>(std::move(operation));
        return what_exceeds_bounds(record);
    };
    EXPECT_EQ(complaint({std::string(80, 'p'), std::string(64, 'r'), std::string(512, 'w')}), "");
    EXPECT_EQ(complaint({"p", "", ""}), "");
    EXPECT_NE(complaint({"", "", ""}), "");
    EXPECT_NE(complaint({std::string(81, 'p'), "", ""}), "");
    EXPECT_NE(complaint({"p", std::string(65, 'r'), ""}), "");
    EXPECT_NE(complaint({"p", "", std::string(513, 'w')}), "");
}

TEST(RecordBounds, OfTheAdministration) {
    using namespace domain;
    const auto complaint = [](const Event& event) {
        return what_exceeds_bounds({1, 1, event, {}});
    };
    const AccessId id = "0123456789abcdef";
    const AccessKeyCreated key{id, "", Scope::service, "", {}, 0, {}};
    EXPECT_EQ(complaint(key), "");
    for (const char* wrong : {"", "0123456789abcde", "0123456789abcdef0", "0123456789ABCDEF"}) {
        EXPECT_NE(complaint(AccessKeyCreated{wrong, "", Scope::service, "", {}, 0, {}}), "");
        EXPECT_NE(complaint(AccessKeyRotated{wrong, {}, 0, 0}), "");
        EXPECT_NE(complaint(AccessKeyRevoked{wrong}), "");
        EXPECT_NE(complaint(InvitationCreated{wrong, {}, {81}, 1, 1, {}}), "");
        EXPECT_NE(complaint(InvitationRevoked{wrong}), "");
        EXPECT_NE(complaint(InvitationAccepted{wrong, "ann"}), "");
    }
    const auto altered = [&](auto alter) {
        AccessKeyCreated other = key;
        alter(other);
        return complaint(other);
    };
    EXPECT_NE(altered([](auto& k) { k.scope = Scope::merchant; }), "") << "whose?";
    EXPECT_NE(altered([](auto& k) { k.account = "shop"; }), "");
    EXPECT_NE(altered([](auto& k) { k.expires_at = -1; }), "");
    EXPECT_EQ(altered([](auto& k) { k.name.assign(4'096, 'n'); }), "");
    EXPECT_NE(altered([](auto& k) { k.name.assign(4'097, 'n'); }), "");
    EXPECT_EQ(altered([](auto& k) { k.address_ranges.assign(16, std::string(64, ':')); }), "");
    EXPECT_NE(altered([](auto& k) { k.address_ranges.assign(17, "::/0"); }), "");
    EXPECT_NE(altered([](auto& k) { k.address_ranges = {std::string(65, ':')}; }), "");
    EXPECT_NE(altered([](auto& k) { k.address_ranges = {""}; }), "");
    EXPECT_NE(complaint(AccessKeyRotated{id, {}, -1, 0}), "");
    EXPECT_NE(complaint(AccessKeyRotated{id, {}, 0, -1}), "");
    EXPECT_EQ(complaint(SwitchChanged{Switch::sales, false, 86'400}), "");
    EXPECT_NE(complaint(SwitchChanged{Switch::sales, false, 86'401}), "");
    EXPECT_NE(complaint(SwitchChanged{Switch::sales, false, -1}), "");
    EXPECT_NE(complaint(SwitchChanged{Switch::sales, true, 1}), "");
    EXPECT_NE(complaint(ClockAdvanced{-1}), "");
    EXPECT_NE(complaint(TokenSecretRotated{-1}), "");
    for (const std::int64_t wrong : {0, -1, 1'000'001}) {
        EXPECT_NE(complaint(InvitationCreated{id, {}, {81}, wrong, 1, {}}), "");
    }
    EXPECT_EQ(complaint(InvitationCreated{id, {}, {81}, 1'000'000, 1, {}}), "");
    EXPECT_NE(complaint(InvitationAccepted{id, ""}), "");
}

TEST(RecordBounds, OfWebhooks) {
    using namespace domain;
    const WebhookChanged sound{"0123456789abcdef", "https://example.com/", {}, {}, "", 1, 0, 0};
    const auto altered = [&](auto alter) {
        WebhookChanged other = sound;
        alter(other);
        return what_exceeds_bounds({1, 1, Event(other), {}});
    };
    EXPECT_EQ(altered([](auto&) {}), "");
    EXPECT_NE(altered([](auto& w) { w.webhook_id = "0123456789ABCDEF"; }), "");
    EXPECT_NE(altered([](auto& w) { w.url = ""; }), "");
    EXPECT_EQ(altered([](auto& w) { w.url.assign(2'048, 'u'); }), "");
    EXPECT_NE(altered([](auto& w) { w.url.assign(2'049, 'u'); }), "");
    EXPECT_EQ(altered([](auto& w) { w.types.assign(64, std::string(64, 't')); }), "");
    EXPECT_NE(altered([](auto& w) { w.types.assign(65, "deposited"); }), "");
    EXPECT_NE(altered([](auto& w) { w.types = {std::string(65, 't')}; }), "");
    EXPECT_NE(altered([](auto& w) { w.types = {""}; }), "");
    EXPECT_NE(altered([](auto& w) { w.pause_reason.assign(4'097, 'r'); }), "");
    EXPECT_NE(altered([](auto& w) { w.secret_version = 0; }), "");
    EXPECT_NE(altered([](auto& w) { w.previous_until = -1; }), "");
}

/// `number` must be within `least` and `largest`, and both of these are accepted.
template <typename Event>
void expect_within(Event event, std::int64_t Event::*number, std::int64_t least,
                   std::int64_t largest) {
    for (const std::int64_t inside : {least, largest}) {
        event.*number = inside;
        EXPECT_EQ(complaint(event), "") << inside;
    }
    for (const std::int64_t outside : {INT64_MIN, least - 1, largest + 1, INT64_MAX}) {
        event.*number = outside;
        EXPECT_NE(complaint(event), "") << outside;
    }
}

TEST(RecordBounds, OfASalesTermsAreHeldAtTheirEdges) {
    using namespace domain;
    const SaleOpened sale{{1}, "shop", "", 3, 10, 0, instant_ms_max, 1, 1, 0};
    expect_within(sale, &SaleOpened::price_fen, 1, balance_fen_max / 10);
    expect_within(sale, &SaleOpened::stock, 1, sale_stock_max);
    expect_within(sale, &SaleOpened::starts_at, 0, instant_ms_max);
    expect_within(sale, &SaleOpened::ends_at, 0, instant_ms_max);
    expect_within(sale, &SaleOpened::per_user_limit, 1, 10);
    expect_within(sale, &SaleOpened::payment_window_s, 1, payment_window_s_max);
    expect_within(sale, &SaleOpened::refund_period_s, 0, 0);
    SaleOpened earlier = sale;
    earlier.ends_at = instant_ms_max - 5'999;
    expect_within(earlier, &SaleOpened::refund_period_s, 0, 5);
    SaleOpened named = sale;
    named.title = std::string(4'096, 't');
    EXPECT_EQ(complaint(named), "");
    named.title += 't';
    EXPECT_NE(complaint(named), "");
    named = sale;
    named.group = std::string(4'096, 'g');
    EXPECT_EQ(complaint(named), "");
    named.group += 'g';
    EXPECT_NE(complaint(named), "");
    named = sale;
    named.merchant.clear();
    EXPECT_NE(complaint(named), "");
}

TEST(RecordBounds, OfWhatHappensInASaleAreHeldAtTheirEdges) {
    using namespace domain;
    const OrderReserved reserved{{1}, {2}, "ann", 1, 0, true};
    expect_within(reserved, &OrderReserved::quantity, 1, sale_stock_max);
    expect_within(reserved, &OrderReserved::pay_by, 0, instant_ms_max);
    const OrderPaid paid{{1}, {2}, "ann", 1, 1, 0, 0};
    expect_within(paid, &OrderPaid::quantity, 1, sale_stock_max);
    expect_within(paid, &OrderPaid::amount_fen, 1, balance_fen_max);
    expect_within(paid, &OrderPaid::reserved_at, 0, instant_ms_max);
    expect_within(paid, &OrderPaid::pay_by, 0, instant_ms_max);
    expect_within(OrderRefunded{{1}, {2}, "ann", 1}, &OrderRefunded::amount_fen, 1,
                  balance_fen_max);
    expect_within(SaleClosed{{1}, "shop", 0, 1}, &SaleClosed::payout_fen, 0, balance_fen_max);
    ExternalPaymentTaken taken{{1}, {2}, "ann", std::string(255, 'r'), 1, {}};
    expect_within(taken, &ExternalPaymentTaken::amount_fen, 1, balance_fen_max);
    taken.gateway_ref += 'r';
    EXPECT_NE(complaint(taken), "");
    taken.gateway_ref.clear();
    EXPECT_NE(complaint(taken), "");
    taken.gateway_ref = "r";
    taken.is_suspended = true;
    EXPECT_EQ(complaint(taken), "a payment pays its order and is suspended");
    taken.outcome = ExternalPaymentOutcome::too_late;
    EXPECT_EQ(complaint(taken), "");
    SuspendedPaymentDecided decided{{1}, {2}, "ann", std::string(255, 'r'), 1, {}, {}};
    expect_within(decided, &SuspendedPaymentDecided::amount_fen, 1, balance_fen_max);
    decided.gateway_ref += 'r';
    EXPECT_NE(complaint(decided), "");
    decided.gateway_ref = "r";
    decided.reason = std::string(4'097, 'r');
    EXPECT_NE(complaint(decided), "");
}

TEST(RecordBounds, EveryEventOfASaleNamesSomebody) {
    using namespace domain;
    for (const UserId& nobody : {UserId(), UserId(65, 'a')}) {
        EXPECT_NE(complaint(OrderReserved{{1}, {2}, nobody, 1, 0, false}), "");
        EXPECT_NE(complaint(OrderPaid{{1}, {2}, nobody, 1, 1, 0, 0}), "");
        EXPECT_NE(complaint(OrderCancelled{{1}, {2}, nobody}), "");
        EXPECT_NE(complaint(OrderTimedOut{{1}, {2}, nobody}), "");
        EXPECT_NE(complaint(OrderRefunded{{1}, {2}, nobody, 1}), "");
        EXPECT_NE(complaint(ExternalPaymentTaken{{1}, {2}, nobody, "ref", 1, {}}), "");
        EXPECT_NE(complaint(SuspendedPaymentDecided{{1}, {2}, nobody, "ref", 1, {}, ""}), "");
        EXPECT_NE(complaint(WaitlistJoined{{1}, nobody}), "");
        EXPECT_NE(complaint(WaitlistLeft{{1}, nobody, 1}), "");
        EXPECT_NE(complaint(WaiterPassedOver{{1}, nobody}), "");
        EXPECT_NE(complaint(SaleClosed{{1}, nobody, 1, 1}), "");
    }
}

} // namespace
} // namespace hongbao::persistence
