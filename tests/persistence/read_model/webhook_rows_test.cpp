// Role: webhooks as rows: wherever the rows are, and held against the journal by verify.
#include "persistence/read_model/self_check.hpp"
#include "tests/persistence/verified_model.hpp"
#include "tests/persistence/webhook_story.hpp"

#include "domain/books/books.hpp"

#include <gtest/gtest.h>

namespace hongbao::persistence {
namespace {

using namespace hongbao::testing;

/// Everything about them, in lines.
std::string words_of(const domain::Administration& state) {
    std::string words;
    for (const auto& [id, webhook] : state.webhooks) {
        const auto& made = webhook.made;
        words += id + "=" + made.webhook_id + " " + made.url + " status " +
                 std::to_string(static_cast<int>(made.status)) + " '" + made.pause_reason +
                 "' version " + std::to_string(made.secret_version) + " before until " +
                 std::to_string(made.previous_until) + " delivered " +
                 std::to_string(made.delivered) + " created " + std::to_string(webhook.created_at) +
                 " changed " + std::to_string(webhook.changed_at);
        for (const std::string& type : made.types) {
            words += " " + type;
        }
        words += "\n";
    }
    return words;
}

domain::Administration folded(std::span<const domain::Record> records) {
    domain::Books books;
    for (const domain::Record& record : records) {
        EXPECT_EQ(domain::what_is_wrong_with(books, record), "");
        domain::apply(books, record);
    }
    return books.administration;
}

TEST(WebhookRows, TellWhatTheRecordsTellWhereverTheyAre) {
    const auto records = webhook_story();
    for (const Rows rows : everywhere) {
        Followed followed(rows);
        for (std::size_t done = 0; done < records.size(); ++done) {
            followed.add({records[done]});
            const auto found = followed.model->administration();
            ASSERT_TRUE(std::holds_alternative<domain::Administration>(found));
            ASSERT_EQ(words_of(std::get<domain::Administration>(found)),
                      words_of(folded(std::span(records).first(done + 1))))
                << "after record " << done + 1;
        }
    }
}

TEST(WebhookRows, DeliveriesAreNobodysOperation) {
    Followed followed(Rows::in_the_file);
    followed.add(webhook_story());
    EXPECT_FALSE(followed.model->check_now());
    const ModelTotals totals = followed.model->totals();
    EXPECT_EQ(totals.webhook_count, 1U);
    EXPECT_EQ(totals.operation_count, 6U);
}

TEST(WebhookRows, ADamagedJournalIsToldApart) {
    const auto wrong = [](auto alter) {
        auto records = webhook_story();
        domain::Books books;
        for (const domain::Record& record : records) {
            domain::apply(books, record);
        }
        domain::Record next = records[8];
        next.sequence = records.size() + 1;
        alter(std::get<domain::WebhookChanged>(next.event));
        return domain::what_is_wrong_with(books, next);
    };
    EXPECT_EQ(wrong([](auto& hook) { hook.delivered += 1; }), "");
    EXPECT_NE(wrong([](auto& hook) { hook.delivered -= 1; }), "");
    EXPECT_NE(wrong([](auto& hook) { hook.secret_version = 1; }), "");
    EXPECT_NE(wrong([](auto& hook) {
                  hook.webhook_id = "0000000000000000";
                  hook.status = domain::WebhookStatus::removed;
              }),
              "");
}

class WebhookModelTest : public VerifyModelTest {
  protected:
    WebhookModelTest() : VerifyModelTest(webhook_story()) {}
};

TEST_F(WebhookModelTest, VerifyHoldsEachRowAgainstTheJournal) {
    EXPECT_EQ(verdict().state, ModelState::agrees) << verdict().sentence;
    expect_each_differs<Webhooks>(
        books_hook, "table webhooks, key " + books_hook + ", as of record 10",
        {
            {"url is", [](WebhookRow& row) { row.webhook.made.url += "x"; }},
            {"types is", [](WebhookRow& row) { row.webhook.made.types = {"deposited"}; }},
            {"is_paused is", [](WebhookRow& row) { row.is_paused = 1; }},
            {"pause_reason is", [](WebhookRow& row) { row.webhook.made.pause_reason = "x"; }},
            {"secret_version is", [](WebhookRow& row) { row.webhook.made.secret_version = 1; }},
            {"previous_until is", [](WebhookRow& row) { row.webhook.made.previous_until += 1; }},
            {"delivered is", [](WebhookRow& row) { row.webhook.made.delivered += 1; }},
            {"created_at is", [](WebhookRow& row) { row.webhook.created_at += 1; }},
            {"changed_at is", [](WebhookRow& row) { row.webhook.changed_at += 1; }},
        });
    EXPECT_EQ(verdict().state, ModelState::agrees) << "all is as it was";
}

} // namespace
} // namespace hongbao::persistence
