"""One request has one result: after every kind of end, after sleep and after kill -9."""

import unittest

from api import fresh_name
from flags import awake_bytes_max, manual_clock
from shake_case import HOUR_MS, ShakeCase


class Repeats(ShakeCase):
    """Whoever is not in use goes to sleep at once, so that later answers come from disk."""

    server_flags = (manual_clock(), awake_bytes_max(1))

    def others_keep_it_from_staying_awake(self):
        for _ in range(3):
            packet = self.api.fresh_packet(total_fen=10, count=2)
            self.assert_ok(self.api.open(packet, self.api.fresh_user("other")))

    def test_the_same_request_has_the_same_result_for_ever(self):
        campaign, times = self.rain([(0, HOUR_MS), (2 * HOUR_MS, 3 * HOUR_MS)], 80, wins_per_user=2)
        bob, cat, dan = self.api.fresh_users(3)
        told = {
            (bob, "win"): self.won(self.api.shake(campaign, bob, "win"), 10),
            (bob, "at-the-limit"): self.blank(self.api.shake(campaign, bob, "at-the-limit")),
            (cat, "win"): self.won(self.api.shake(campaign, cat, "win"), 10)}

        def check(what):
            for (user, request), first in told.items():
                with self.subTest((what, request)):
                    self.leaves_no_trace(lambda: self.assertEqual(
                        {**first, "repeat": True},
                        self.assert_ok(self.api.shake(campaign, user, request))))
            self.assert_balance(bob, sum(item["amount_fen"] for (user, _), item in told.items()
                                         if user == bob))

        check("at once")
        self.others_keep_it_from_staying_awake()
        check("after sleep")
        self.crash_and_restart()
        check("after kill -9")
        self.api.advance_to(times[0][1])
        check("after the round")
        self.api.advance_to(times[1][0])
        told[bob, "later"] = self.won(self.api.shake(campaign, bob, "later"), 10, 2)
        check("in the next round")
        for user in self.api.fresh_users(5):
            told[user, "r"] = self.won(self.api.shake(campaign, user, "r"), 10, 2)
        self.assert_problem(self.api.shake(campaign, dan, "r"), 409, "budget_spent")
        check("when the budget is spent")
        self.others_keep_it_from_staying_awake()
        check("when the budget is spent, after sleep")
        self.assert_problem(self.api.shake(campaign, dan, "r"), 409, "budget_spent")
        self.restart()
        check("when the budget is spent, after a restart")
        self.api.advance_to(times[1][1])
        check("when all is over")
        self.crash_and_restart()
        check("when all is over, after kill -9")

    def test_results_outlast_the_refund(self):
        campaign, times = self.rain([(0, 100)])
        bob = self.api.fresh_user("bob")
        first = self.won(self.api.shake(campaign, bob, "r"), 10)
        self.api.advance_to(times[0][1])
        self.wait_until_closed(campaign)
        for end in (lambda: None, self.others_keep_it_from_staying_awake, self.crash_and_restart,
                    self.others_keep_it_from_staying_awake):
            end()
            self.assertEqual({**first, "repeat": True},
                             self.assert_ok(self.api.shake(campaign, bob, "r")))
            self.assert_problem(self.api.shake(campaign, bob, "new"), 409, "round_not_running")
        self.assert_balance(bob, 10)

    def test_a_campaign_that_slept_ends_on_time(self):
        shop = self.api.fresh_user("shop", 100, type="merchant")
        campaign, times = self.rain([(0, 100)], 100, shop)
        self.won(self.api.shake(campaign, self.api.fresh_user("bob")), 10)
        self.others_keep_it_from_staying_awake()
        self.api.advance_to(times[0][1])
        self.wait_until_closed(campaign)
        self.assert_balance(shop, 90)

    def test_a_shake_key_belongs_to_one_user_of_one_campaign(self):
        first, second = self.rain()[0], self.rain(prize_fen=20)[0]
        bob, cat = self.api.fresh_users(2)
        request = fresh_name("same")
        for campaign, user, prize_fen in ((first, bob, 10), (first, cat, 10), (second, bob, 20),
                                          (second, cat, 20)):
            self.won(self.api.shake(campaign, user, request), prize_fen)
        for pair in (("x", "1"), ("x1", "1"), ("x", "11")):  # no two that run at once are alike
            user = pair[0] + fresh_name("user")
            self.assert_ok(self.api.create_account(user), 201)
            self.won(self.api.shake(first, user, pair[1]), 10)

    def test_a_refusal_is_no_result_and_the_request_can_be_tried_again(self):
        campaign, times = self.rain([(100, 200)])
        bob = self.api.fresh_user("bob")
        self.assert_problem(self.api.shake(campaign, bob, "r"), 409, "round_not_running")
        self.api.advance_to(times[0][0])
        self.won(self.api.shake(campaign, bob, "r"), 10)


if __name__ == "__main__":
    unittest.main()
