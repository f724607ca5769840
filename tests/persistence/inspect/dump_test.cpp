// Role: the dump's lines, word for word.
#include "persistence/inspect/dump.hpp"

#include "tests/persistence/journals.hpp"
#include "tests/persistence/shown_story.hpp"

#include <gtest/gtest.h>

namespace hongbao::persistence {
namespace {

using namespace hongbao::testing;

TEST(Dump, TellsTheStoryLineByLine) {
    TemporaryFolder folder;
    write_story(folder.path());
    std::vector<std::string> lines;
    const auto failure = dump(*open_journal(folder.path()), [&lines](std::string_view line) {
        lines.emplace_back(line);
        return true;
    });
    ASSERT_FALSE(failure) << failure->sentence;
    const std::vector<std::string> expected = {
        R"({"sequence":1,"at":"2026-11-21T05:53:14.123Z","type":"account_opened","user_id":"ann","username":"Ann 安","avatar_url":"https://example.org/a.png","account_type":"merchant","postings":[]})",
        R"({"sequence":2,"at":"2026-11-21T05:53:15.123Z","type":"account_opened","user_id":"bob","username":"Bob","avatar_url":null,"account_type":"personal","postings":[]})",
        R"({"sequence":3,"at":"2026-11-21T05:53:16.123Z","type":"account_opened","user_id":"carol","username":"Carol","avatar_url":null,"account_type":"personal","postings":[]})",
        R"({"sequence":4,"at":"2026-11-21T05:53:17.123Z","type":"deposited","user_id":"ann","amount_fen":5000,"reference":"cash","postings":[{"account":"outside","amount_fen":-5000},{"account":"user:ann","amount_fen":5000}],"idempotency_key":"deposit-1"})",
        R"({"sequence":5,"at":"2026-11-21T05:53:18.123Z","type":"packet_sent","packet_id":"77","sender":"ann","kind":"lucky","total_fen":1000,"count":3,"blessing":"Good luck!","recipients":[],"has_passphrase":false,"sender_may_open":true,"share_fen_max":20000,"expires_at":"2026-11-22T05:53:14.123Z","postings":[{"account":"user:ann","amount_fen":-1000},{"account":"escrow:77","amount_fen":1000}]})",
        R"({"sequence":6,"at":"2026-11-21T05:53:19.123Z","type":"share_opened","packet_id":"77","user_id":"bob","amount_fen":300,"postings":[{"account":"escrow:77","amount_fen":-300},{"account":"user:bob","amount_fen":300}]})",
        R"({"sequence":7,"at":"2026-11-21T05:53:20.123Z","type":"share_opened","packet_id":"77","user_id":"ann","amount_fen":200,"postings":[{"account":"escrow:77","amount_fen":-200},{"account":"user:ann","amount_fen":200}]})",
        R"({"sequence":8,"at":"2026-11-21T05:53:21.123Z","type":"packet_sent","packet_id":"78","sender":"ann","kind":"equal","total_fen":300,"count":3,"blessing":"","recipients":["bob","carol","dave"],"has_passphrase":true,"sender_may_open":false,"share_fen_max":20000,"expires_at":"2026-11-21T05:54:14.123Z","postings":[{"account":"user:ann","amount_fen":-300},{"account":"escrow:78","amount_fen":300}]})",
        R"({"sequence":9,"at":"2026-11-21T05:53:22.123Z","type":"share_opened","packet_id":"78","user_id":"bob","amount_fen":100,"postings":[{"account":"escrow:78","amount_fen":-100},{"account":"user:bob","amount_fen":100}]})",
        R"({"sequence":10,"at":"2026-11-21T05:53:23.123Z","type":"share_opened","packet_id":"77","user_id":"carol","amount_fen":500,"postings":[{"account":"escrow:77","amount_fen":-500},{"account":"user:carol","amount_fen":500}]})",
        R"({"sequence":11,"at":"2026-11-21T05:53:24.123Z","type":"packet_closed","packet_id":"78","sender":"ann","refund_fen":200,"sent_sequence":8,"postings":[{"account":"escrow:78","amount_fen":-200},{"account":"user:ann","amount_fen":200}]})",
        R"({"sequence":12,"at":"2026-11-21T05:53:25.123Z","type":"transferred","from":"ann","to":"carol","amount_fen":700,"memo":"rent","postings":[{"account":"user:ann","amount_fen":-700},{"account":"user:carol","amount_fen":700}],"idempotency_key":"transfer-1"})",
        R"({"sequence":13,"at":"2026-11-21T05:53:26.123Z","type":"withdrawn","user_id":"bob","amount_fen":330,"reference":"to the bank","postings":[{"account":"user:bob","amount_fen":-330},{"account":"outside","amount_fen":330}]})",
        R"({"sequence":14,"at":"2026-11-21T05:53:27.123Z","type":"account_status_changed","user_id":"carol","status":"frozen","reason":"asked for it","postings":[]})",
    };
    EXPECT_EQ(lines, expected);
}

TEST(Dump, TellsANewNameAndPictureAsTheyAreFromThenOn) {
    const auto records = records_of({domain::AccountProfileChanged{"ann", "Anna", "/a.png"},
                                     domain::AccountProfileChanged{"ann", "Anna", ""}});
    EXPECT_EQ(
        to_json_line(records[0]),
        R"({"sequence":1,"at":"2026-11-21T05:53:14.123Z","type":"account_profile_changed","user_id":"ann","username":"Anna","avatar_url":"/a.png","postings":[]})");
    EXPECT_EQ(
        to_json_line(records[1]),
        R"({"sequence":2,"at":"2026-11-21T05:53:15.123Z","type":"account_profile_changed","user_id":"ann","username":"Anna","avatar_url":null,"postings":[]})");
}

TEST(Dump, TellsWhatPeopleAreShownWhereThereIsSomething) {
    const std::vector<domain::Record> records = shown_story();
    const auto line = [&](std::size_t place) { return to_json_line(records[place]); };
    const auto has = [&](std::size_t place, const char* words) {
        return line(place).find(words) != std::string::npos;
    };
    EXPECT_TRUE(has(8, R"("blessing":"Luck","cover":"spring-festival","recipients")")) << line(8);
    EXPECT_TRUE(has(9, R"("cover":"https://example.org/cover.png")")) << line(9);
    EXPECT_TRUE(
        has(11, R"("picture":"https://example.org/rain.png","text":"Shake at noon 中午","bud)"))
        << line(11);
    EXPECT_FALSE(has(12, R"("picture")") || has(12, R"("text")")) << line(12);
    EXPECT_TRUE(has(13, R"("title":"Hall 1, 19:30","group":"The Film 电影","price_fen")"))
        << line(13);
    EXPECT_FALSE(has(14, R"("group")")) << line(14);
}

TEST(Dump, NeverShowsAPassPhrasesDigest) {
    // The digest in the story is 20 21 … 2f, which is text: " !\"#$%&'()*+,-./".
    const std::string line = to_json_line(story()[7]);
    EXPECT_EQ(line.find("#$%&"), std::string::npos);
    EXPECT_EQ(line.find("2021"), std::string::npos);
}

TEST(Dump, ShowsTheHashOfASeedAndNeverTheSeed) {
    domain::Record record = story()[4];
    auto& sent = std::get<domain::PacketSent>(record.event);
    for (std::size_t i = 0; i < sizeof(domain::Seed); ++i) {
        (sent.seed ? *sent.seed : sent.seed.emplace())[i] = static_cast<std::uint8_t>(i);
    }
    const std::string line = to_json_line(record);
    EXPECT_NE(
        line.find(
            R"("split_when":"up_front","split_algorithm":"double_mean",)"
            R"("seed_hash":"695329fac7d6f45ea449e04505b8416b819f63ee3eafb18e433424597fec023a")"),
        std::string::npos)
        << line;
    EXPECT_EQ(line.find("000102"), std::string::npos) << line;
    EXPECT_EQ(line.find("\"seed\""), std::string::npos) << line;
}

TEST(Dump, BytesThatAreNoTextStillMakeOneLineOfJson) {
    domain::Record record{1, 0, domain::Deposited{"ann", 1, "\xff\n\"\xc3"}, {}};
    const std::string line = to_json_line(record);
    EXPECT_EQ(line.find('\n'), std::string::npos);
    EXPECT_NE(line.find("\xEF\xBF\xBD\\n\\\""), std::string::npos) << line;
}

struct SaleLine {
    domain::Event event;
    const char* line; // from the type on
};

TEST(Dump, TellsWhatHappensInASale) {
    using namespace domain;
    constexpr InstantMs at = story_begins;
    const auto payment = [](ExternalPaymentOutcome outcome) {
        return ExternalPaymentTaken{{95}, {101}, "bob", "gw-1", 198, outcome};
    };
    const auto suspended = [&] {
        ExternalPaymentTaken taken = payment(ExternalPaymentOutcome::too_late);
        taken.is_suspended = true;
        return taken;
    };
    const std::vector<SaleLine> lines =
        {
            {SaleOpened{{95}, "shop", "Tea 茶", 99, 500, at, at + 60'000, 2, 900, 604'800},
             R"("type":"sale_opened","sale_id":"95","merchant":"shop","title":"Tea 茶","price_fen":99,"stock":500,"starts_at":"2026-11-21T05:53:14.123Z","ends_at":"2026-11-21T05:54:14.123Z","per_user_limit":2,"payment_window_s":900,"refund_period_s":604800,"postings":[]})"},
            {OrderReserved{{95}, {101}, "bob", 2, at + 900'000, false},
             R"("type":"order_reserved","sale_id":"95","order_id":"101","user_id":"bob","quantity":2,"pay_by":"2026-11-21T06:08:14.123Z","is_offer":false,"postings":[]})"},
            {OrderReserved{{95}, {102}, "ann", 1, at + 900'000, true},
             R"("type":"order_reserved","sale_id":"95","order_id":"102","user_id":"ann","quantity":1,"pay_by":"2026-11-21T06:08:14.123Z","is_offer":true,"postings":[]})"},
            {OrderPaid{{95}, {101}, "bob", 2, 198, at, at + 900'000},
             R"("type":"order_paid","sale_id":"95","order_id":"101","user_id":"bob","quantity":2,"amount_fen":198,"reserved_at":"2026-11-21T05:53:14.123Z","pay_by":"2026-11-21T06:08:14.123Z","postings":[{"account":"user:bob","amount_fen":-198},{"account":"escrow:95","amount_fen":198}]})"},
            {OrderCancelled{{95}, {101}, "bob"},
             R"("type":"order_cancelled","sale_id":"95","order_id":"101","user_id":"bob","postings":[]})"},
            {OrderTimedOut{{95}, {101}, "bob"},
             R"("type":"order_timed_out","sale_id":"95","order_id":"101","user_id":"bob","postings":[]})"},
            {OrderRefunded{{95}, {101}, "bob", 198},
             R"("type":"order_refunded","sale_id":"95","order_id":"101","user_id":"bob","amount_fen":198,"postings":[{"account":"escrow:95","amount_fen":-198},{"account":"user:bob","amount_fen":198}]})"},
            {payment(ExternalPaymentOutcome::order_paid),
             R"("type":"external_payment_taken","sale_id":"95","order_id":"101","user_id":"bob","gateway_ref":"gw-1","amount_fen":198,"outcome":"order_paid","postings":[{"account":"outside","amount_fen":-198},{"account":"escrow:95","amount_fen":198}]})"},
            {payment(ExternalPaymentOutcome::too_late),
             R"("type":"external_payment_taken","sale_id":"95","order_id":"101","user_id":"bob","gateway_ref":"gw-1","amount_fen":198,"outcome":"too_late","postings":[{"account":"outside","amount_fen":-198},{"account":"user:bob","amount_fen":198}]})"},
            {suspended(),
             R"("type":"external_payment_taken","sale_id":"95","order_id":"101","user_id":"bob","gateway_ref":"gw-1","amount_fen":198,"outcome":"too_late","is_suspended":true,"postings":[{"account":"outside","amount_fen":-198},{"account":"suspended","amount_fen":198}]})"},
            {SuspendedPaymentDecided{
                 {95}, {101}, "bob", "gw-1", 198, SuspensionEnd::released, "why"},
             R"("type":"suspended_payment_decided","sale_id":"95","order_id":"101","user_id":"bob","gateway_ref":"gw-1","amount_fen":198,"decision":"release","reason":"why","postings":[{"account":"suspended","amount_fen":-198},{"account":"user:bob","amount_fen":198}]})"},
            {SuspendedPaymentDecided{{95}, {101}, "bob", "gw-1", 198, SuspensionEnd::returned, "why"}, R"("type":"suspended_payment_decided","sale_id":"95","order_id":"101","user_id":"bob","gateway_ref":"gw-1","amount_fen":198,"decision":"return","reason":"why","postings":[{"account":"suspended","amount_fen":-198},{"account":"outside","amount_fen":198}]})"},
            {WaitlistJoined{{95}, "carol", 3},
             R"("type":"waitlist_joined","sale_id":"95","user_id":"carol","position":3,"postings":[]})"},
            {WaitlistJoined{{95}, "carol"}, // of an older program
             R"("type":"waitlist_joined","sale_id":"95","user_id":"carol","postings":[]})"},
            {WaitlistLeft{{95}, "carol", 3},
             R"("type":"waitlist_left","sale_id":"95","user_id":"carol","waiter_no":3,"postings":[]})"},
            {WaiterPassedOver{{95}, "carol"},
             R"("type":"waiter_passed_over","sale_id":"95","user_id":"carol","postings":[]})"},
            {SaleClosed{{95}, "shop", 198, 4},
             R"("type":"sale_closed","sale_id":"95","merchant":"shop","payout_fen":198,"opened_sequence":4,"postings":[{"account":"escrow:95","amount_fen":-198},{"account":"user:shop","amount_fen":198}]})"},
            {SaleClosed{{95}, "shop", 0, 4},
             R"("type":"sale_closed","sale_id":"95","merchant":"shop","payout_fen":0,"opened_sequence":4,"postings":[]})"},
        };
    for (const auto& [event, line] : lines) {
        EXPECT_EQ(to_json_line({9, at, event, {}}),
                  R"({"sequence":9,"at":"2026-11-21T05:53:14.123Z",)" + std::string(line));
    }
}

TEST(Dump, TellsWhatABatchWasTold) {
    const domain::Record kept{9, story_begins, domain::AnswerKept{200, R"({"results":[]})"},
                              domain::IdempotencyTag{"k", {}}};
    EXPECT_EQ(
        to_json_line(kept),
        R"({"sequence":9,"at":"2026-11-21T05:53:14.123Z","type":"answer_kept","status":200,"body":"{\"results\":[]}","postings":[],"idempotency_key":"k"})");
}

TEST(Dump, TellsWhatOperatorsDoAndNoSecret) {
    using namespace domain;
    constexpr InstantMs at = story_begins;
    SecretHash hash{};
    hash.fill(0xab);
    const std::vector<SaleLine> lines = {
        {AccessKeyCreated{
             "00000000000000a1", "Till", Scope::operations, "", hash, 0, {"10.0.0.0/8"}},
         R"("type":"access_key_created","key_id":"00000000000000a1","name":"Till","scope":"operator","expires_at":null,"address_ranges":["10.0.0.0/8"],"postings":[]})"},
        {AccessKeyCreated{"00000000000000a1", "", Scope::merchant, "shop", hash, at, {}},
         R"("type":"access_key_created","key_id":"00000000000000a1","name":"","scope":"merchant","account":"shop","expires_at":"2026-11-21T05:53:14.123Z","address_ranges":[],"postings":[]})"},
        {AccessKeyRotated{"00000000000000a1", hash, 0, at},
         R"("type":"access_key_rotated","key_id":"00000000000000a1","previous_until":null,"expires_at":"2026-11-21T05:53:14.123Z","postings":[]})"},
        {AccessKeyRevoked{"00000000000000a1"},
         R"("type":"access_key_revoked","key_id":"00000000000000a1","postings":[]})"},
        {SwitchChanged{Switch::sign_up, false, 30},
         R"("type":"switch_changed","switch":"sign_up","is_on":false,"retry_after_s":30,"postings":[]})"},
        {ClockAdvanced{at},
         R"("type":"clock_advanced","to":"2026-11-21T05:53:14.123Z","postings":[]})"},
        {TokenSecretRotated{at},
         R"("type":"token_secret_rotated","previous_until":"2026-11-21T05:53:14.123Z","postings":[]})"},
        {InvitationCreated{"00000000000000c3", hash, {81}, 3, at, {}},
         R"("type":"invitation_created","invitation_id":"00000000000000c3","campaign_id":"81","guests_max":3,"expires_at":"2026-11-21T05:53:14.123Z","address_ranges":[],"postings":[]})"},
        {InvitationRevoked{"00000000000000c3"},
         R"("type":"invitation_revoked","invitation_id":"00000000000000c3","postings":[]})"},
        {InvitationAccepted{"00000000000000c3", "guest"},
         R"("type":"invitation_accepted","invitation_id":"00000000000000c3","user_id":"guest","postings":[]})"},
        {WebhookChanged{"00000000000000e5",
                        "https://example.com/hook",
                        {"deposited"},
                        WebhookStatus::paused,
                        "gone",
                        2,
                        at,
                        7},
         R"("type":"webhook_changed","webhook_id":"00000000000000e5","url":"https://example.com/hook","types":["deposited"],"status":"paused","pause_reason":"gone","secret_version":2,"previous_until":"2026-11-21T05:53:14.123Z","delivered":7,"postings":[]})"},
    };
    for (const auto& [event, line] : lines) {
        EXPECT_EQ(to_json_line({9, at, event, {}}),
                  R"({"sequence":9,"at":"2026-11-21T05:53:14.123Z",)" + std::string(line));
    }
    Record signed_one{9, at, Withdrawn{"ann", 1, ""}, {}};
    signed_one.operation =
        std::make_shared<const Operation>(Operation{"key:00000000000000a1", "r-1", "asked for"});
    EXPECT_TRUE(to_json_line(signed_one)
                    .ends_with(R"(,"principal":"key:00000000000000a1","request_id":"r-1",)"
                               R"("reason":"asked for"})"));
    Record frozen{9, at, AccountStatusChanged{"ann", AccountStatus::frozen, "lost"}, {}};
    frozen.operation = std::make_shared<const Operation>(Operation{"local", "r-2", ""});
    const std::string line = to_json_line(frozen);
    EXPECT_NE(line.find(R"("reason":"lost")"), std::string::npos) << "the event's own";
    EXPECT_TRUE(line.ends_with(R"(,"principal":"local","request_id":"r-2"})"));
}

TEST(Dump, NamesEveryOutcomeOfAPayment) {
    using enum domain::ExternalPaymentOutcome;
    const std::pair<domain::ExternalPaymentOutcome, std::string> names[] = {
        {order_paid, "order_paid"},         {too_late, "too_late"},
        {order_final, "order_final"},       {wrong_amount, "wrong_amount"},
        {account_frozen, "account_frozen"},
    };
    for (const auto& [outcome, name] : names) {
        const domain::ExternalPaymentTaken taken{{95}, {101}, "bob", "gw-1", 198, outcome};
        const std::string line = to_json_line({9, story_begins, taken, {}});
        EXPECT_NE(line.find("\"outcome\":\"" + name + '"'), std::string::npos) << line;
    }
}

TEST(Dump, StopsWhenItsReaderHasSeenEnoughAndAtDamage) {
    TemporaryFolder folder;
    write_story(folder.path());
    int lines = 0;
    const auto write = [&lines](std::string_view) { return ++lines < 3; };
    EXPECT_FALSE(dump(*open_journal(folder.path()), write));
    EXPECT_EQ(lines, 3);
    const std::uint64_t fifth = 5;
    RawJournal(folder.path()).put("records", key_of(fifth), {});
    lines = -100;
    const auto failure = dump(*open_journal(folder.path()), write);
    ASSERT_TRUE(failure);
    EXPECT_EQ(failure->first_bad_sequence, 5U);
    EXPECT_EQ(lines, -96);
}

} // namespace
} // namespace hongbao::persistence
