"""Shakes over HTTP: rounds to the millisecond, one result a request, limits, what is left."""

import unittest
from collections import Counter

from api import instant_ms, instant_text, round_of
from client import run_at_once
from shake_case import HOUR_MS, ShakeCase

SHAKE_FIELDS = {"campaign_id", "user_id", "won", "amount_fen", "round", "drawn_at", "repeat"}
SHAKES_PER_ROUND_MAX = 1_000
CONNECTIONS = 64


class Times(ShakeCase):
    def test_outside_its_rounds_nothing_is_touched_to_the_millisecond(self):
        bob = self.api.fresh_user("bob")
        shop = self.api.fresh_user("shop", 100, type="merchant")
        start_ms = self.api.now_ms()
        campaign, _ = self.rain([(1_000, 2_000), (5_000, 6_000), (6_000, 6_500)], 100, shop)
        won_fen = 0
        for moment_ms, number in ((0, 0), (999, 0), (1_000, 1), (1_999, 1), (2_000, 0), (4_999, 0),
                                  (5_000, 2), (5_999, 2), (6_000, 3), (6_499, 3), (6_500, 0),
                                  (6_501, 0)):
            self.api.advance_to(start_ms + moment_ms)
            if moment_ms >= 6_500:
                self.wait_until_closed(campaign)
            with self.subTest(moment_ms):
                if number:
                    told = self.won(self.api.shake(campaign, self.api.fresh_user()), 10, number)
                    self.assertEqual(instant_text(start_ms + moment_ms), told["drawn_at"])
                    won_fen += 10
                else:
                    self.refused_without_a_trace("round_not_running", 409,
                                                 lambda: self.api.shake(campaign, bob, "same"))
        self.assertEqual(60, won_fen)
        self.assert_balance(bob, 0)
        self.assert_balance(shop, 40)

    def test_a_look_gives_what_counting_down_needs(self):
        campaign, times = self.rain([(1_000, 2_000), (5_000, 6_000)])
        (first, first_end), (second, end) = times
        for moment_ms, status, next_ms, states in (
                (first - 1_000, "upcoming", first, ["upcoming", "upcoming"]),
                (first - 1, "upcoming", first, ["upcoming", "upcoming"]),
                (first, "running", second, ["running", "upcoming"]),
                (first_end - 1, "running", second, ["running", "upcoming"]),
                (first_end, "between_rounds", second, ["ended", "upcoming"]),
                (second - 1, "between_rounds", second, ["ended", "upcoming"]),
                (second, "running", None, ["ended", "running"]),
                (end - 1, "running", None, ["ended", "running"]),
                (end, "ended", None, ["ended", "ended"])):
            self.api.advance_to(moment_ms)
            with self.subTest(moment_ms):
                shown = self.api.campaign(campaign)
                self.assertEqual(
                    (instant_text(moment_ms), status, next_ms and instant_text(next_ms), states),
                    (shown["now"], shown["status"], shown["next_starts_at"],
                     [item["status"] for item in shown["rounds"]]))
                self.assertEqual(times, [tuple(instant_ms(item[name]) for name in (
                    "starts_at", "ends_at")) for item in shown["rounds"]])

    def test_an_answer_is_whole_and_a_win_is_on_the_account_at_once(self):
        shop = self.api.fresh_user("shop", 1_000, type="merchant")
        campaign, _ = self.rain(prize_fen=7, merchant=shop)
        bob, now = self.api.fresh_user("bob"), instant_text(self.api.now_ms())
        told = self.won(self.api.shake(campaign, bob, "r1"), 7)
        self.assertEqual(SHAKE_FIELDS, set(told))
        self.assertEqual((campaign, bob, now), (told["campaign_id"], told["user_id"],
                                                told["drawn_at"]))
        self.assert_balance(bob, 7)
        [entry] = self.api.entries(bob)
        trade = self.api.get(f"/v1/trades/{entry['trade_no']}").json
        self.assertEqual(("shake_win", bob, 7),
                         (trade["type"], trade["to"], trade["amount_fen"]))
        self.assertEqual({
            "line_no": 1, "trade_no": trade["trade_no"],
            "type": "shake_win", "direction": "credit", "amount_fen": 7, "balance_after_fen": 7,
            "counterparty": shop, "memo": "", "packet_id": None, "campaign_id": campaign,
            "sale_id": None, "order_id": None,
            "at": now}, entry)
        shown = self.api.campaign(campaign)
        self.assertEqual((7, 993, 1, 1), tuple(shown[name] for name in (
            "spent_fen", "remaining_fen", "win_count", "shake_count")))
        self.blank(self.api.shake(campaign, bob, "r2"))
        self.assert_balance(bob, 7)
        shown = self.api.campaign(campaign)
        self.assertEqual((1, 2), (shown["win_count"], shown["shake_count"]))


class TheRest(ShakeCase):
    def test_what_is_left_goes_back_once_after_the_last_rounds_end(self):
        shop = self.api.fresh_user("shop", 500, type="merchant")
        campaign, times = self.rain([(0, 10), (50, 60)], 500, shop)
        self.won(self.api.shake(campaign, self.api.fresh_user("bob")), 10)
        for moment_ms in (times[0][1], times[1][1] - 1):
            self.api.advance_to(moment_ms)
            self.assertIsNone(self.api.campaign(campaign)["closed_at"])
        self.assert_balance(shop, 0)
        self.api.advance(1)
        self.wait_until_closed(campaign)
        self.assert_balance(shop, 490)
        shown = self.api.campaign(campaign)
        self.assertEqual(("ended", 10, 0, 490), tuple(shown[name] for name in (
            "status", "spent_fen", "remaining_fen", "refund_fen")))
        line = self.api.entries(shop)[0]
        self.assertEqual(("refund", "credit", 490, 490, f"campaign:{campaign}", "", campaign, None), (
            line["type"], line["direction"], line["amount_fen"], line["balance_after_fen"],
            line["counterparty"], line["memo"], line["campaign_id"], line["packet_id"]))
        for end in (self.restart, self.crash_and_restart):
            end()
            self.api.advance(86_400_000)
            self.assert_balance(shop, 490)
        funded, = self.records_of(campaign, "campaign_funded")
        closed, = self.records_of(campaign, "campaign_closed")
        self.assertEqual(funded["sequence"], closed["funded_sequence"])

    def test_kill_9_just_before_and_right_at_the_end_leaves_one_refund(self):
        for early_ms in (1, 0, 1, 0):
            shop = self.api.fresh_user("shop", 500, type="merchant")
            campaign, times = self.rain([(0, HOUR_MS)], 500, shop)
            self.won(self.api.shake(campaign, self.api.fresh_user("bob")), 10)
            self.api.advance_to(times[0][1] - early_ms)
            self.crash_and_restart()
            if early_ms:
                self.assertLess(self.api.now_ms(), times[0][1])
                self.won(self.api.shake(campaign, self.api.fresh_user("cat")), 10)
            self.api.advance_to(times[0][1])
            self.wait_until_closed(campaign)
            self.assert_balance(shop, 480 if early_ms else 490)
            self.assertEqual(1, len(self.records_of(campaign, "campaign_closed")))
            self.assert_balance(shop, 480 if early_ms else 490)

    def test_a_campaign_that_nobody_shook_gives_everything_back(self):
        shop = self.api.fresh_user("shop", 500, type="merchant")
        campaigns = [self.rain([(5, 10)], 50, shop)[0] for _ in range(10)]
        self.assert_balance(shop, 0)
        self.api.advance(10)
        for campaign in campaigns:
            self.wait_until_closed(campaign)
        self.assert_balance(shop, 500)

    def test_a_budget_spent_to_the_last_fen_ends_without_a_refund(self):
        campaign, times = self.rain([(0, HOUR_MS)], 20)
        for _ in range(2):
            self.won(self.api.shake(campaign, self.api.fresh_user("bob")), 10)
        late = self.api.fresh_user("late")
        self.assertEqual("spent", self.api.campaign(campaign)["status"])
        self.refused_without_a_trace("budget_spent", 409, lambda: self.api.shake(campaign, late))
        for end in (lambda: None, self.crash_and_restart):
            end()
            self.refused_without_a_trace("budget_spent", 409,
                                         lambda: self.api.shake(campaign, late))
        self.api.advance_to(times[0][1])
        self.refused_without_a_trace("round_not_running", 409,
                                     lambda: self.api.shake(campaign, late))
        self.crash_and_restart()
        self.api.advance_to(times[0][1])
        shown = self.api.campaign(campaign)
        self.assertEqual(("ended", 20, 0, None, None), tuple(shown[name] for name in (
            "status", "spent_fen", "remaining_fen", "closed_at", "refund_fen")))
        self.assertEqual([], self.records_of(campaign, "campaign_closed"))

    def test_the_last_prize_may_be_cut_down_to_what_is_left_but_not_below_the_smallest(self):
        for budget_fen, last in ((110, 50), (100, 40), (99, None)):
            with self.subTest(budget_fen):
                campaign, _ = self.rain([(0, 9)], budget_fen, prize_fen=40, largest_fen=60)
                left_fen = budget_fen
                while left_fen >= 40:
                    told = self.assert_ok(self.api.shake(campaign, self.api.fresh_user("bob")))
                    self.assertTrue(40 <= told["amount_fen"] <= min(60, left_fen), told)
                    left_fen -= told["amount_fen"]
                self.assert_problem(self.api.shake(campaign, self.api.fresh_user("late")), 409,
                                    "budget_spent")
                self.assertEqual(left_fen, self.api.campaign(campaign)["remaining_fen"])


class Limits(ShakeCase):
    def test_a_user_wins_k_times_a_round_and_in_all_and_draws_blanks_from_then_on(self):
        campaign, times = self.rain_of_rounds([2, 1, 9, 9], wins_per_user=5)
        bob, cat = self.api.fresh_users(2)
        for number, (wins, (start, _)) in enumerate(zip([2, 1, 2, 0], times), 1):
            self.api.advance_to(start)
            for turn in range(4):
                answer = self.api.shake(campaign, bob)
                if turn < wins:
                    self.won(answer, 10, number)
                else:
                    self.blank(answer, number)
            if number == 2:
                self.crash_and_restart()  # the counts of before still hold
                self.blank(self.api.shake(campaign, bob), number)
        self.assert_balance(bob, 50)
        self.won(self.api.shake(campaign, cat), 10, 4)

    def rain_of_rounds(self, wins_of_rounds, wins_per_user):
        now_ms = self.api.now_ms()
        times = [(now_ms + number * HOUR_MS, now_ms + number * HOUR_MS + HOUR_MS // 2)
                 for number in range(len(wins_of_rounds))]
        rounds = [round_of(*span, wins_per_user=wins) for span, wins in zip(times, wins_of_rounds)]
        return self.api.fresh_campaign(rounds, 10_000, wins_per_user=wins_per_user), times

    def test_a_thousand_shakes_in_a_round_are_enough(self):
        campaign, times = self.rain([(0, HOUR_MS), (HOUR_MS, 2 * HOUR_MS)], win_permille=1,
                                    wins_per_user=1)
        bob = self.api.fresh_user("bob")
        first = self.assert_ok(self.api.shake(campaign, bob, "r0"))
        jobs = [("POST", f"/v1/campaigns/{campaign}/shake",
                 {"user_id": bob, "shake_key": f"r{number}"}, None)
                for number in range(1, SHAKES_PER_ROUND_MAX + 1)]
        answers = run_at_once(self.server.port, jobs, CONNECTIONS)
        self.assertEqual(Counter({200: SHAKES_PER_ROUND_MAX - 1, 409: 1}),
                         Counter(answer.status for answer in answers))
        self.refused_without_a_trace("shake_limit_reached", 409,
                                     lambda: self.api.shake(campaign, bob, "new"))
        self.crash_and_restart()
        self.refused_without_a_trace("shake_limit_reached", 409,
                                     lambda: self.api.shake(campaign, bob, "new"))
        self.assertEqual({**first, "repeat": True},
                         self.assert_ok(self.api.shake(campaign, bob, "r0")))
        self.assert_ok(self.api.shake(campaign, self.api.fresh_user("cat")))
        self.api.advance_to(times[1][0])
        self.assertEqual(2, self.assert_ok(self.api.shake(campaign, bob, "new"))["round"])


class Frozen(ShakeCase):
    def test_a_frozen_user_cannot_shake_but_is_told_earlier_results(self):
        campaign, times = self.rain([(0, 100)])
        bob = self.api.fresh_user("bob")
        first = self.won(self.api.shake(campaign, bob, "r1"), 10)
        self.assert_ok(self.api.set_status(bob, "frozen"))
        self.refused_without_a_trace("account_frozen", 403,
                                     lambda: self.api.shake(campaign, bob, "r2"))
        self.assertEqual({**first, "repeat": True},
                         self.assert_ok(self.api.shake(campaign, bob, "r1")))
        self.assert_ok(self.api.set_status(bob, "active"))
        self.blank(self.api.shake(campaign, bob, "r2"))  # a refusal is no result
        self.assert_ok(self.api.set_status(bob, "frozen"))
        self.api.advance_to(times[0][1])
        self.wait_until_closed(campaign)
        self.refused_without_a_trace("account_frozen", 403,
                                     lambda: self.api.shake(campaign, bob, "r3"))
        self.assertEqual({**first, "repeat": True},
                         self.assert_ok(self.api.shake(campaign, bob, "r1")))

    def test_a_frozen_merchants_campaign_still_pays_and_its_rest_still_returns(self):
        shop = self.api.fresh_user("shop", 100, type="merchant")
        campaign, times = self.rain([(0, HOUR_MS), (2 * HOUR_MS, 3 * HOUR_MS)], 100, shop)
        self.assert_ok(self.api.set_status(shop, "frozen"))
        bob, cat = self.api.fresh_users(2)
        self.won(self.api.shake(campaign, bob), 10)
        self.crash_and_restart()
        self.api.advance_to(times[1][0])
        self.won(self.api.shake(campaign, cat), 10, 2)
        self.api.advance_to(times[1][1])
        self.wait_until_closed(campaign)
        account = self.assert_ok(self.api.account(shop))
        self.assertEqual(("frozen", 80), (account["status"], account["balance_fen"]))
        self.assert_problem(self.api.withdraw(shop, 80), 403, "account_frozen")


if __name__ == "__main__":
    unittest.main()
