// Role: long random histories of sales: at any moment the read model shows and wakes them as the
// books have them, also when it was begun in the middle, or is rebuilt.
#include "persistence/inspect/verify.hpp"
#include "persistence/read_model/start/bring_up.hpp"
#include "tests/persistence/followed.hpp"
#include "tests/persistence/read_model/sale/random_history.hpp"
#include "tests/persistence/sale_story.hpp"
#include "tests/persistence/sale_words.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace hongbao::persistence {
namespace {

using namespace hongbao::testing;

class SaleHistory : public ::testing::TestWithParam<Rows> {};
INSTANTIATE_TEST_SUITE_P(Everywhere, SaleHistory, ::testing::ValuesIn(everywhere));

void expect_sales_as_in(domain::Books& books, const ReadModel& model, const RandomSales& history,
                        std::uint64_t rows_max) {
    std::set<std::uint64_t> unclosed;
    for (auto& [sale_id, sale] : books.sales) {
        auto sleeping = model.sale(sale_id);
        ASSERT_TRUE(sleeping);
        while (!model.wake_further(*sleeping, rows_max)) {
        }
        ASSERT_EQ(words_of(sleeping->sale, history.orders, history.users),
                  words_of(sale, history.orders, history.users))
            << "sale " << sale_id.value;
        if (!sale.closed_at) {
            unclosed.insert(sale_id.value);
        }
    }
    const auto told = std::get<OpenEntities>(model.open_entities()).sales;
    ASSERT_EQ(told.size(), unclosed.size());
    for (const OpenSale& sale : told) {
        const domain::Sale& ours = books.sales.at(sale.id);
        const bool at_once = ours.reserved_units > 0 || ours.users.waiting() > 0;
        ASSERT_TRUE(unclosed.contains(sale.id.value));
        ASSERT_EQ(sale.due_at, at_once ? 0 : domain::closes_at(ours.terms));
    }
}

void expect_orders_as_in(const domain::Books& books, const ReadModel& model,
                         const RandomSales& history) {
    for (const domain::UserId& user_id : history.users) {
        std::vector<domain::OrderId> told;
        PageRequest page{3, {}};
        do {
            const auto answer =
                *model.orders({.sale_id = {}, .user_id = user_id, .status = {}}, page, 0);
            ASSERT_LE(answer.items.size(), 3U);
            for (const OrderSummary& order : answer.items) {
                told.push_back(order.order_id);
                const domain::Sale& sale = books.sales.at(order.sale_id);
                ASSERT_EQ(words_of(order), words_of(sale, *sale.orders.find(order.order_id)));
            }
            page.cursor = answer.next_cursor;
        } while (page.cursor);
        std::ranges::reverse(told);
        const auto found = history.orders_of.find(user_id);
        ASSERT_EQ(told, found != history.orders_of.end() ? found->second
                                                         : std::vector<domain::OrderId>{});
    }
    for (const auto& [gateway_ref, order_id] : books.order_of_gateway_ref) {
        ASSERT_EQ(model.order_of_gateway_ref(gateway_ref), order_id);
    }
    domain::FenSum suspended_fen = 0;
    PageRequest page;
    page.limit = 3;
    for (bool is_last = false; !is_last; is_last = !page.cursor) {
        const auto answer = model.suspended_payments(page);
        for (const SuspendedPayment& one : answer.items) {
            ASSERT_EQ(one.payment.status, domain::ExternalPaymentStatus::suspended);
            ASSERT_EQ(books.order_of_gateway_ref.at(one.payment.gateway_ref), one.order_id);
            suspended_fen += one.payment.amount_fen;
        }
        page.cursor = answer.next_cursor;
    }
    ASSERT_TRUE(suspended_fen == domain::money_held(books).suspended_fen);
}

TEST_P(SaleHistory, IsToldAndWokenAsTheBooksHaveIt) {
    constexpr std::uint64_t seed = 20261125;
    Followed followed(GetParam());
    RandomSales history(seed);
    SeededRandom random(seed + 1);
    while (history.books.last_sequence < 1'500) {
        std::vector<domain::Record> commit;
        for (std::uint64_t left = 1 + random.below(60); left > 0; --left) {
            commit.push_back(history.next());
        }
        followed.add(commit);
        const Audit audit = followed.model->audit();
        ASSERT_TRUE(audit.difference_fen() == 0);
        const domain::MoneyHeld held = domain::money_held(history.books);
        ASSERT_TRUE(audit.escrow_fen == held.escrow_fen);
        ASSERT_TRUE(audit.suspended_fen == held.suspended_fen);
        if (random.below(4) == 0) {
            expect_sales_as_in(history.books, *followed.model, history, 1 + random.below(9));
        }
    }
    expect_sales_as_in(history.books, *followed.model, history, 1);
    expect_orders_as_in(history.books, *followed.model, history);
    std::map<std::string, int> statuses; // every status has occurred
    for (const domain::OrderId order_id : history.orders) {
        statuses[words_of(followed.model->order(order_id)->status)] += 1;
    }
    EXPECT_EQ(statuses.size(), 5U);
    EXPECT_GT(history.books.order_of_gateway_ref.size(), 10U);
    followed.model->write_all();
    EXPECT_FALSE(followed.model->check_now());
    followed.model.reset();
    followed.journal.reset();
    const auto path = followed.folder.path();
    std::filesystem::remove(ModelStore::mark_in(path / "model"));
    const auto outcome = verify(path / "journal", {}, path / "model");
    const ModelVerdict verdict = std::get<SoundJournal>(outcome).model;
    EXPECT_EQ(verdict.state, ModelState::agrees) << verdict.sentence;
}

constexpr const char* tables[] = {"totals",   "numbers",           "accounts",     "sales",
                                  "orders",   "order_places",      "history",      "keys",
                                  "waiters",  "external_payments", "gateway_refs", "sale_ends",
                                  "suspended"};

/// A journal of a random history, and what a start makes of it.
struct Restarted {
    TemporaryFolder folder;
    RandomSales history{7};
    std::vector<domain::Record> records;

    void write_journal(domain::Sequence last) {
        auto journal = open_journal(folder.path() / "journal");
        std::vector<domain::Record> added;
        while (history.books.last_sequence < last) {
            added.push_back(history.next());
        }
        append_in_commits(*journal, added, {1});
    }
    void bring_up(const char* model, bool rebuild,
                  const std::function<void(const BroughtUp&)>& look) const {
        const auto journal = open_journal(folder.path() / "journal");
        BringUp wanted;
        wanted.model.path = folder.path() / model;
        wanted.model.journal_id = journal->id();
        wanted.model.generation_records_max = 50;
        wanted.model.fail_stop = [](const std::string& sentence) { FAIL() << sentence; };
        wanted.rebuild = rebuild;
        wanted.on_rebuild = [](const std::string& why) { FAIL() << why; };
        const auto up = persistence::bring_up(*journal, wanted);
        ASSERT_TRUE(std::holds_alternative<BroughtUp>(up)) << std::get<Failure>(up).sentence;
        look(std::get<BroughtUp>(up));
    }
};

TEST(SalesAfterAStart, AreAsBeforeWhateverOfThemIsInTheTail) {
    Restarted restarted;
    domain::Sequence modelled = 0;
    for (const domain::Sequence last : {60U, 61U, 150U, 400U, 700U}) {
        restarted.write_journal(last);
        restarted.bring_up("model", false, [&](const BroughtUp& up) {
            EXPECT_EQ(up.records_replayed, last - modelled) << "the tail and no more";
            EXPECT_EQ(up.replayed.books.largest_id, restarted.history.books.largest_id);
            EXPECT_EQ(up.open.sales.size(),
                      std::get<OpenEntities>(up.model->open_entities()).sales.size());
            expect_sales_as_in(restarted.history.books, *up.model, restarted.history, 2);
            expect_orders_as_in(restarted.history.books, *up.model, restarted.history);
        });
        modelled = last;
    }
}

TEST(SalesAfterAStart, AModelBuiltAnewIsTheSameToTheByte) {
    Restarted restarted;
    for (const domain::Sequence last : {40U, 90U, 333U, 700U}) {
        restarted.write_journal(last);
        restarted.bring_up("model", false, [](const BroughtUp&) {});
    }
    restarted.bring_up("anew", true, [](const BroughtUp& up) { EXPECT_TRUE(up.rebuilt); });
    RawJournal one(restarted.folder.path() / "model");
    RawJournal other(restarted.folder.path() / "anew");
    for (const char* table : tables) {
        EXPECT_FALSE(one.entries(table).empty()) << table;
        EXPECT_EQ(one.entries(table), other.entries(table)) << table;
    }
}

/// Answered from the rows of the order and of the payment alone: their sales may sleep.
TEST(SalesAfterAStart, ATailThatDoesNotFollowFromTheModelIsNoticed) {
    using namespace domain;
    struct Case {
        Event event;
        const char* words;
    };
    const InstantMs pay_by = story_at(1'000);
    for (const Case& one :
         {Case{OrderReserved{{97}, {101}, "bob", 1, pay_by, false},
               "order 101 was reserved already"},
          Case{ExternalPaymentTaken{
                   {96}, {106}, "bob", "gw-1", 50, ExternalPaymentOutcome::order_final},
               "payment gw-1 was taken already"},
          Case{WaitlistJoined{{97}, "eve"}, "eve"}}) {
        Followed followed(Rows::in_the_file);
        followed.add(sale_story());
        followed.model.reset();
        auto tail = records_of({one.event}, 31);
        tail[0].at = story_at(100);
        append_in_commits(*followed.journal, tail);
        BringUp wanted;
        wanted.model.path = followed.folder.path() / "model";
        wanted.model.journal_id = followed.journal->id();
        std::string why;
        wanted.on_rebuild = [&why](const std::string& sentence) { why = sentence; };
        EXPECT_TRUE(std::holds_alternative<Failure>(bring_up(*followed.journal, wanted)));
        EXPECT_NE(why.find(one.words), std::string::npos) << why;
    }
}

} // namespace
} // namespace hongbao::persistence
