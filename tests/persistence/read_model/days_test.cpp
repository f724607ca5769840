// Role: the days of the books: which day a record belongs to, what it adds there, and that a day
// which is not what the journal says is noticed by the check behind a start and by verify.
#include "domain/event_type.hpp"
#include "persistence/inspect/comparison.hpp"
#include "persistence/read_model/audit.hpp"
#include "persistence/read_model/days/day.hpp"
#include "persistence/read_model/self_check.hpp"
#include "tests/persistence/sale_story.hpp"
#include "tests/persistence/verified_model.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>

namespace hongbao::persistence {
namespace {

using namespace hongbao::testing;

constexpr domain::InstantMs midnight = 1'795'190'400'000; // 2026-11-21T00:00 of UTC+8
static_assert(domain::business_day(midnight) == domain::business_day(midnight - 1) + 1);

domain::Record record_at(domain::Sequence sequence, domain::InstantMs at, domain::Event event) {
    return {sequence, at, std::move(event), {}};
}

std::vector<domain::Record> around_midnight() {
    using namespace domain;
    return {record_at(1, midnight - 5, AccountOpened{"ann", "Ann", "", AccountType::personal}),
            record_at(2, midnight - 4, AccountOpened{"bob", "Bob", "", AccountType::personal}),
            record_at(3, midnight - 1, Deposited{"ann", 500, "bank-1"}),
            record_at(4, midnight, Deposited{"bob", 300, "bank-2"}),
            record_at(5, midnight - 1, Transferred{"ann", "bob", 70, ""}), // out of order
            record_at(6, midnight + 1, Withdrawn{"bob", 100, "out-1"}),
            record_at(7, midnight + ms_per_day * 2, Deposited{"ann", 1, "bank-3"})};
}

/// "2026-11-20 4: account_opened 2 0, …; +500 -0, accounts 500"
std::string in_words(const BooksDay& day) {
    const auto number = [](domain::FenSum sum) { return std::to_string(static_cast<long>(sum)); };
    std::string text = std::to_string(day.day - domain::business_day(midnight)) + " " +
                       std::to_string(day.sums.count) + ":";
    for (const auto& of : day.types) {
        text.append(" ").append(domain::event_type_word(of.type));
        text += " " + std::to_string(of.sums.count) + " " + number(of.sums.amount_fen) + ",";
    }
    return text + " +" + number(day.sums.deposited_fen) + " -" + number(day.sums.withdrawn_fen) +
           ", accounts " + number(day.sums.accounts_change_fen);
}

std::vector<std::string> days_of(const ReadModel& model, const PageRequest& page) {
    std::vector<std::string> days;
    for (const BooksDay& day : model.days(page).items) {
        days.push_back(in_words(day));
    }
    return days;
}

const std::vector<std::string> expected_days{
    "-1 4: account_opened 2 0, deposited 1 500, transferred 1 70, +500 -0, accounts 500",
    "0 2: deposited 1 300, withdrawn 1 100, +300 -100, accounts 200",
    "2 1: deposited 1 1, +1 -0, accounts 1"};

class DaysIn : public ::testing::TestWithParam<Rows> {};
INSTANTIATE_TEST_SUITE_P(Everywhere, DaysIn, ::testing::ValuesIn(everywhere));

TEST_P(DaysIn, EachRecordIsOfTheDayThatItsTimeIsInAtUtc8) {
    Followed followed(GetParam());
    followed.add(around_midnight());
    PageRequest page;
    page.order = ListOrder::asc;
    EXPECT_EQ(days_of(*followed.model, page), expected_days);
    EXPECT_EQ(followed.model->days(page).as_of, 7U);
    page.order = ListOrder::desc;
    EXPECT_EQ(days_of(*followed.model, page),
              std::vector(expected_days.rbegin(), expected_days.rend()));
}

TEST_P(DaysIn, AWholeDayIsShownIfOnlyAPartOfItIsWanted) {
    Followed followed(GetParam());
    followed.add(around_midnight());
    struct Case {
        std::optional<domain::InstantMs> from;
        std::optional<domain::InstantMs> to;
        std::vector<std::size_t> days;
    };
    const domain::InstantMs day = domain::ms_per_day;
    for (const Case& one : std::vector<Case>{{midnight - 1, midnight, {0}},
                                             {midnight - 1, midnight + 1, {0, 1}},
                                             {midnight, {}, {1, 2}},
                                             {midnight + day - 1, midnight + day, {1}},
                                             {midnight + day, midnight + 2 * day, {}},
                                             {{}, midnight + 2 * day, {0, 1}},
                                             {{}, midnight + 2 * day + 1, {0, 1, 2}},
                                             {{}, 0, {}}}) {
        PageRequest page;
        page.order = ListOrder::asc;
        page.from = one.from;
        page.to = one.to;
        std::vector<std::string> days;
        for (const std::size_t place : one.days) {
            days.push_back(expected_days.at(place));
        }
        EXPECT_EQ(days_of(*followed.model, page), days)
            << one.from.value_or(-1) << " to " << one.to.value_or(-1);
    }
}

TEST_P(DaysIn, APageGoesOnWhereTheOneBeforeItEnded) {
    Followed followed(GetParam());
    followed.add(around_midnight());
    for (const ListOrder order : {ListOrder::asc, ListOrder::desc}) {
        PageRequest page;
        page.order = order;
        page.limit = 1;
        std::vector<std::string> days;
        do {
            const auto answer = followed.model->days(page);
            for (const BooksDay& day : answer.items) {
                days.push_back(in_words(day));
            }
            page.cursor = answer.next_cursor;
        } while (page.cursor);
        if (order == ListOrder::desc) {
            std::reverse(days.begin(), days.end());
        }
        EXPECT_EQ(days, expected_days);
    }
}

TEST_P(DaysIn, AllDaysTogetherAreTheAudit) {
    Followed followed(GetParam());
    followed.add(sale_story());
    PageRequest page;
    page.limit = 200;
    DayRow sums;
    for (const BooksDay& day : followed.model->days(page).items) {
        sums.add(day.sums);
    }
    const Audit audit = followed.model->audit();
    EXPECT_EQ(sums.count, audit.position.last_sequence);
    EXPECT_TRUE(sums.deposited_fen == audit.deposited_fen);
    EXPECT_TRUE(sums.withdrawn_fen == audit.withdrawn_fen);
    EXPECT_TRUE(sums.accounts_change_fen == audit.accounts_fen);
    EXPECT_TRUE(sums.escrow_change_fen == audit.escrow_fen);
    EXPECT_TRUE(sums.suspended_change_fen == audit.suspended_fen);
    EXPECT_TRUE(sums.escrow_change_fen != 0);
}

class DaysModelTest : public VerifyModelTest {
  protected:
    DaysModelTest() : VerifyModelTest(around_midnight()) {}
    static DayKey key_of_deposits(domain::InstantMs at) {
        return {static_cast<std::uint64_t>(domain::business_day(at)),
                domain::Event(domain::Deposited{}).index()};
    }
};

TEST_F(DaysModelTest, VerifyNamesTheFieldThatIsNotTheJournals) {
    const DayKey key = key_of_deposits(midnight);
    expect_each_differs<Days>(
        key, "table days, key " + text_of(key.day) + "/" + text_of(key.type),
        {
            {"count is 2, by the journal it is 1", [](DayRow& row) { row.count += 1; }},
            {"amount_fen is", [](DayRow& row) { row.amount_fen += 1; }},
            {"deposited_fen is", [](DayRow& row) { row.deposited_fen -= 1; }},
            {"withdrawn_fen is", [](DayRow& row) { row.withdrawn_fen += 1; }},
            {"accounts_change_fen is", [](DayRow& row) { row.accounts_change_fen += 1; }},
            {"escrow_change_fen is", [](DayRow& row) { row.escrow_change_fen += 1; }},
            {"suspended_change_fen is", [](DayRow& row) { row.suspended_change_fen += 1; }},
        });
    EXPECT_EQ(verdict().state, ModelState::agrees) << "all is as it was";
}

TEST_F(DaysModelTest, VerifyNamesADayThatIsMissingOrSurplus) {
    const ListedKey place{{List::days, everybody, 0}, key_of_deposits(midnight).day};
    const auto key = place.bytes();
    const RowBytes good = get(Listed::name, key);
    RawJournal(model_path()).remove(Listed::name, key);
    expect_differs("table listed, key " + text_of(place));
    put(Listed::name, key, good);
    const DayKey day = key_of_deposits(midnight + domain::ms_per_day);
    RowBytes bytes;
    encode(DayRow{1, 0, 0, 0, 0, 0, 0}, day, bytes);
    put(Days::name, day.bytes(), bytes);
    expect_differs("table days, key " + text_of(day.day) + "/" + text_of(day.type) +
                   ", as of record 7: no record of the journal has made this row");
}

TEST_F(DaysModelTest, TheCheckBehindAStartAddsThemUp) {
    const auto what_is_wrong = [this] {
        const auto store = std::move(std::get<std::unique_ptr<ModelStore>>(
            ModelStore::open(model_path(), sample_id(), true)));
        const std::atomic<bool> stopping{false};
        const auto wrong = check_model(*store, stopping, 0);
        return wrong ? wrong->sentence : "nothing";
    };
    EXPECT_EQ(what_is_wrong(), "nothing");
    // The first row: it has no link to be lost.
    const DayKey first{key_of_deposits(midnight - 1).day, 0};
    const RowBytes good = get(Days::name, first.bytes());
    for (domain::FenSum DayRow::*sum :
         {&DayRow::deposited_fen, &DayRow::withdrawn_fen, &DayRow::accounts_change_fen,
          &DayRow::escrow_change_fen, &DayRow::suspended_change_fen}) {
        auto row = decode<DayRow>(good, first).value();
        row.*sum += 1;
        RowBytes bytes;
        encode(row, first, bytes);
        put(Days::name, first.bytes(), bytes);
        EXPECT_EQ(what_is_wrong(), "what the read model's days add up to is not its totals");
    }
    auto row = decode<DayRow>(good, first).value();
    row.count -= 1;
    RowBytes bytes;
    encode(row, first, bytes);
    put(Days::name, first.bytes(), bytes);
    EXPECT_EQ(what_is_wrong(), "what the read model's days add up to is not its totals");
    put(Days::name, first.bytes(), good);
    EXPECT_EQ(what_is_wrong(), "nothing");
}

} // namespace
} // namespace hongbao::persistence
