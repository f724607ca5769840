// Role: suspended payments in the read model: shown, listed, decided on, summed up and compared
// with the journal, wherever their rows are.
#include "tests/persistence/sale_story.hpp"
#include "tests/persistence/verified_model.hpp"

#include "domain/books/books.hpp"
#include "persistence/read_model/self_check.hpp"

#include <gtest/gtest.h>

#include <string>

namespace hongbao::persistence {
namespace {

using namespace hongbao::testing;
using domain::SuspensionEnd;

domain::ExternalPaymentTaken suspended(std::uint64_t order, const char* user, const char* ref,
                                       domain::Fen amount_fen,
                                       domain::ExternalPaymentOutcome outcome) {
    domain::ExternalPaymentTaken taken{{95}, {order}, user, ref, amount_fen, outcome};
    taken.is_suspended = true;
    return taken;
}

/// The story of sales, and then: gw-4, gw-5 and gw-6 are suspended by records 31 to 33, gw-5 is
/// released to carol by 34, gw-7 suspended by 35 and returned by 36.
std::vector<domain::Record> suspended_story() {
    using enum domain::ExternalPaymentOutcome;
    std::vector<domain::Record> records = sale_story();
    const auto more =
        records_of({suspended(104, "bob", "gw-4", 70'000, too_late),
                    suspended(103, "carol", "gw-5", 80'000, order_final),
                    suspended(104, "bob", "gw-6", 90'000, too_late),
                    domain::SuspendedPaymentDecided{
                        {95}, {103}, "carol", "gw-5", 80'000, SuspensionEnd::released, "hers"},
                    suspended(104, "bob", "gw-7", 5, too_late),
                    domain::SuspendedPaymentDecided{
                        {95}, {104}, "bob", "gw-7", 5, SuspensionEnd::returned, "theirs"}},
                   31);
    records.insert(records.end(), more.begin(), more.end());
    for (std::size_t i = 30; i < records.size(); ++i) {
        records[i].at = story_at(static_cast<std::int64_t>(100 + i));
    }
    return records;
}

std::string words_of(const SuspendedPayment& one) {
    constexpr const char* words[] = {"credited", "suspended", "released", "returned"};
    return std::to_string(one.taken_sequence) + ": " + one.payment.gateway_ref + " of " +
           one.user_id + ", " + std::to_string(one.payment.amount_fen) + " for " +
           std::to_string(one.sale_id.value) + "/" + std::to_string(one.order_id.value) + " " +
           words[static_cast<std::size_t>(one.payment.status)] +
           (one.payment.decision_reason.empty() ? "" : " '" + one.payment.decision_reason + "'");
}

std::string words_of(const Page<SuspendedPayment>& page) {
    std::string words;
    for (const SuspendedPayment& one : page.items) {
        words += std::to_string(one.taken_sequence) + " ";
    }
    return words + (page.next_cursor ? "then " + std::to_string(*page.next_cursor) : "");
}

class SuspendedInTheReadModel : public ::testing::TestWithParam<Rows> {};
INSTANTIATE_TEST_SUITE_P(Everywhere, SuspendedInTheReadModel, ::testing::ValuesIn(everywhere));

TEST_P(SuspendedInTheReadModel, AreListedUntilTheyAreDecidedOn) {
    Followed followed(GetParam());
    const auto records = suspended_story();
    const std::map<domain::Sequence, std::string> lists = {
        {30, ""},       {31, "31 "},       {32, "32 31 "}, {33, "33 32 31 "},
        {34, "33 31 "}, {35, "35 33 31 "}, {36, "33 31 "}};
    for (const domain::Record& record : records) {
        followed.add({record});
        const ReadModel& model = *followed.model;
        ASSERT_TRUE(model.audit().difference_fen() == 0) << record.sequence;
        if (record.sequence >= 30) {
            EXPECT_EQ(words_of(model.suspended_payments({})), lists.at(record.sequence));
        }
    }
    const ReadModel& model = *followed.model;
    EXPECT_TRUE(model.audit().suspended_fen == 160'000);
    EXPECT_EQ(words_of(model.suspended_payments({1, std::nullopt})), "33 then 31");
    EXPECT_EQ(words_of(model.suspended_payments({1, 31})), "31 ");
    EXPECT_EQ(words_of(model.suspended_payments({50, 32})), "31 ") << "decided on since";
    EXPECT_EQ(words_of(model.suspended_payments({50, 30})), "");
    EXPECT_EQ(words_of(model.suspended_payments({50, 0})), "");
    PageRequest page;
    page.order = ListOrder::asc;
    EXPECT_EQ(words_of(model.suspended_payments(page)), "31 33 ");
    page.limit = 1;
    EXPECT_EQ(words_of(model.suspended_payments(page)), "31 then 33");
    page.cursor = 32;
    EXPECT_EQ(words_of(model.suspended_payments(page)), "33 ") << "decided on since";
    page.cursor = 34;
    EXPECT_EQ(words_of(model.suspended_payments(page)), "");
    page.cursor.reset();
    const domain::InstantMs taken_at = records[32].at;
    ASSERT_EQ(records[32].sequence, 33U);
    for (const ListOrder order : {ListOrder::asc, ListOrder::desc}) {
        page.order = order;
        page.from = taken_at;
        page.to.reset();
        EXPECT_EQ(words_of(model.suspended_payments(page)), "33 ") << "from is inclusive";
        page.to = taken_at;
        EXPECT_EQ(words_of(model.suspended_payments(page)), "");
        page.from.reset();
        EXPECT_EQ(words_of(model.suspended_payments(page)), "31 ") << "to is exclusive";
    }
}

TEST_P(SuspendedInTheReadModel, AreToldAsTheyStandAlsoLater) {
    Followed followed(GetParam());
    followed.add(suspended_story());
    const ReadModel& model = *followed.model;
    EXPECT_EQ(words_of(*model.suspended_payment(31)),
              "31: gw-4 of bob, 70000 for 95/104 suspended");
    EXPECT_EQ(words_of(*model.suspended_payment(32)),
              "32: gw-5 of carol, 80000 for 95/103 released 'hers'");
    EXPECT_EQ(words_of(*model.suspended_payment({104}, "gw-7")),
              "35: gw-7 of bob, 5 for 95/104 returned 'theirs'");
    EXPECT_EQ(model.suspended_payment(35)->payment.decided_at, story_at(135));
    for (const domain::Sequence other : {0U, 1U, 26U, 34U, 37U, 4'000'000'000U}) {
        EXPECT_FALSE(model.suspended_payment(other)) << other;
    }
    EXPECT_FALSE(model.suspended_payment({103}, "gw-1")) << "it was credited";
    EXPECT_FALSE(model.suspended_payment({104}, "gw-5")) << "of another order";
    EXPECT_FALSE(model.suspended_payment({999}, "gw-4"));

    const auto statuses_at = [&](domain::Sequence sequence) {
        domain::Record asked; // of a client's request about the order
        asked.sequence = sequence;
        asked.event = domain::OrderReserved{{95}, {103}, "carol", 1, story_at(25), true};
        std::string words;
        for (const auto& payment : model.order_at(asked).external_payments) {
            words += payment.was_suspended() ? "suspended" : "credited ";
            words += payment.decision_reason;
        }
        return words;
    };
    EXPECT_EQ(statuses_at(16), "");
    EXPECT_EQ(statuses_at(18), "credited credited ");
    EXPECT_EQ(statuses_at(33), "credited credited suspended");
    EXPECT_EQ(statuses_at(34), "credited credited suspendedhers");
    const auto lines = model.entries("carol", EntryType::external_payment, {}).items;
    ASSERT_EQ(lines.size(), 2U);
    EXPECT_EQ(lines[0].amount_fen, 80'000);
    EXPECT_EQ(lines[0].memo, "gw-5");
    EXPECT_EQ(lines[0].counterparty, "order:103");
}

/// gw-4 to gw-7 are payments 2, 3 and 4 of order 104, and 3 of order 103.
class VerifySuspendedTest : public VerifyModelTest {
  protected:
    VerifySuspendedTest() : VerifyModelTest(suspended_story()) {}
};

TEST_F(VerifySuspendedTest, EachFieldIsHeldAgainstTheJournal) {
    EXPECT_EQ(verdict().state, ModelState::agrees) << verdict().sentence;
    expect_each_differs<ExternalPayments>(
        {{103}, 3}, "table external_payments, key 103/3",
        {{"status is 1, by the journal it is 2",
          [](ExternalPaymentRow& row) { row.status = domain::ExternalPaymentStatus::suspended; }},
         {"decided_sequence is 33, by the journal it is 34",
          [](ExternalPaymentRow& row) { row.decided_sequence = 33; }},
         {"decided_at is ", [](ExternalPaymentRow& row) { row.decided_at += 1; }},
         {"decision_reason is \"his\", by the journal it is \"hers\"",
          [](ExternalPaymentRow& row) { row.decision_reason = "his"; }}});
    const PairKey credited = external_payment_key({103}, 1);
    ExternalPaymentRow row =
        *decode<ExternalPaymentRow>(get("external_payments", credited), credited);
    row.status = domain::ExternalPaymentStatus::suspended;
    RowBytes bytes;
    encode(row, credited, bytes);
    put("external_payments", credited, bytes);
    expect_differs("table external_payments, key 103/1, as of record 17: status is 1, by the "
                   "journal it is 0");
}

TEST_F(VerifySuspendedTest, ARowThatIsLostAlteredOrTooManyIsNoticed) {
    const auto complaint = [&] {
        const auto opened = ModelStore::open(model_path(), sample_id());
        const std::atomic<bool> stopping{false};
        const auto failure =
            check_model(*std::get<std::unique_ptr<ModelStore>>(opened), stopping, 0);
        return failure ? failure->sentence : "";
    };
    ASSERT_EQ(complaint(), "");
    const std::uint64_t waiting = 33;
    const std::uint64_t decided = 32;
    const RowBytes good = get("suspended", key_of(waiting));
    RawJournal(model_path()).remove("suspended", key_of(waiting));
    expect_differs("table suspended, key 33, as of record 36: the row is missing");
    EXPECT_EQ(complaint(), "the read model has 1 suspended payments instead of 2");
    RowBytes bytes;
    encode(SuspendedRow{{104}, 3, 90'001}, waiting, bytes);
    put("suspended", key_of(waiting), bytes);
    expect_differs("table suspended, key 33, as of record 36: amount_fen is 90001, by the journal "
                   "it is 90000");
    EXPECT_NE(complaint(), "");
    put("suspended", key_of(waiting), good);
    encode(SuspendedRow{{103}, 3, 80'000}, decided, bytes);
    put("suspended", key_of(decided), bytes);
    expect_differs("table suspended, key 32");
    EXPECT_EQ(complaint(), "the read model has 3 suspended payments instead of 2");
}

} // namespace
} // namespace hongbao::persistence
