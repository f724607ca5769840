// Role: books that are checked with every record they take: it follows, its postings sum to zero,
// no money is made or lost, and a plain ledger that knows only the facts agrees.
#pragma once

#include "domain/books/books.hpp"
#include "domain/posting.hpp"
#include "tests/rig/domain_words.hpp"
#include "tests/rig/plain_ledger.hpp"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

namespace hongbao::testing {

inline void expect_no_money_made_or_lost(const domain::Books& books, const PlainLedger& ledger) {
    const domain::MoneyHeld held = money_held(books);
    ASSERT_EQ(held.accounts_fen + held.escrow_fen + held.suspended_fen,
              books.deposited_fen - books.withdrawn_fen);
    ASSERT_EQ(held.accounts_fen, PlainLedger::sum(ledger.users));
    ASSERT_EQ(held.escrow_fen, PlainLedger::sum(ledger.escrow));
    ASSERT_EQ(held.suspended_fen, PlainLedger::sum(ledger.suspended));
    ASSERT_EQ(books.deposited_fen, ledger.deposited_fen);
    ASSERT_EQ(books.withdrawn_fen, ledger.withdrawn_fen);
}

inline void expect_same_balances(const domain::Books& books, const PlainLedger& ledger) {
    ASSERT_EQ(books.accounts.size(), ledger.users.size());
    for (const auto& [user_id, fen] : ledger.users) {
        ASSERT_EQ(books.accounts.at(user_id).standing.balance_fen, fen) << user_id;
        ASSERT_GE(fen, 0) << user_id;
    }
}

class AuditedBooks {
  public:
    void take(const domain::Record& record) {
        ASSERT_EQ(what_is_wrong_with(books, record), "") << words_of(record.event);
        apply(books, record);
        ledger.note(record.event);
        domain::Fen sum_fen = 0;
        for (const domain::Posting& posting : postings_of(record.event)) {
            by_posting_[posting.account_name()] += posting.amount_fen;
            sum_fen += posting.amount_fen;
        }
        ASSERT_EQ(sum_fen, 0);
        ASSERT_NO_FATAL_FAILURE(expect_no_money_made_or_lost(books, ledger));
        journal.push_back(record);
    }

    /// All postings so far add up to what the ledger says of each account.
    void expect_postings_add_up() const {
        auto expected = by_posting_;
        expected["outside"] -= ledger.withdrawn_fen - ledger.deposited_fen;
        for (const auto& [user_id, fen] : ledger.users) {
            expected["user:" + user_id] -= fen;
        }
        for (const auto& [id, fen] : ledger.escrow) {
            expected["escrow:" + std::to_string(id)] -= fen;
        }
        expected["suspended"] -= PlainLedger::sum(ledger.suspended);
        for (const auto& [account, difference_fen] : expected) {
            EXPECT_EQ(difference_fen, 0) << account;
        }
    }

    /// The same records, replayed, give the same books; and no record may come twice.
    void replay(domain::Books& again) const {
        for (const domain::Record& record : journal) {
            ASSERT_EQ(what_is_wrong_with(again, record), "");
            apply(again, record);
            ASSERT_NE(what_is_wrong_with(again, record), "");
        }
        EXPECT_EQ(again.last_sequence, books.last_sequence);
        EXPECT_EQ(again.largest_id, books.largest_id);
    }

    domain::Books books;
    PlainLedger ledger;
    std::vector<domain::Record> journal;

  private:
    std::map<std::string, domain::Fen> by_posting_;
};

} // namespace hongbao::testing
