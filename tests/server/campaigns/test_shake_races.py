"""Many shakes at once: a budget is won to the last prize and never beyond, on any slices."""

import time
import unittest
from collections import Counter

from api import DAY_MS, round_of
from cases import ServerCase
from client import run_at_once
from crowd import everybody_at_once
from flags import campaign_slices_max

CONNECTIONS = 64
BUDGET_FEN = 16_000
PRIZE_FEN = 40
WINNERS = BUDGET_FEN // PRIZE_FEN
SIGMAS = 5  # some twenty counts are checked against it: a sound server fails once in 10^5 runs


def shake_job(campaign, user, request="r"):
    return ("POST", f"/v1/campaigns/{campaign}/shake", {"user_id": user, "shake_key": request},
            None)


class Race:
    """The same races for each number of slices. A campaign has a slice for each thousand of its
    smallest prizes: the second round, of 1 fen, makes the budget worth 16 of them."""

    def rain(self, budget_fen=BUDGET_FEN, prize_fen=PRIZE_FEN, largest_fen=None, round_wins=1,
             wins_per_user=1_000):
        now_ms = round(time.time() * 1000)
        rounds = [round_of(now_ms - 1_000, now_ms + DAY_MS, prize_fen, largest_fen,
                           wins_per_user=round_wins),
                  round_of(now_ms + DAY_MS, now_ms + 2 * DAY_MS, 1)]
        return self.api.fresh_campaign(rounds, budget_fen, wins_per_user=wins_per_user)

    def shake_at_once(self, campaign, users, request="r"):
        return run_at_once(self.server.port,
                           [shake_job(campaign, user, request) for user in users], CONNECTIONS)

    def sum_won(self, answers):
        """The sum of the wins; every other answer must say that the budget is spent."""
        won_fen = 0
        for answer in answers:
            if answer.status == 200:
                self.assertTrue(answer.json["won"], answer)
                won_fen += answer.json["amount_fen"]
            else:
                self.assert_problem(answer, 409, "budget_spent")
        return won_fen

    def assert_spent(self, campaign, won_fen, wins, budget_fen=BUDGET_FEN):
        shown = self.api.campaign(campaign)
        told = tuple(shown[name] for name in ("spent_fen", "remaining_fen", "win_count",
                                              "shake_count"))
        self.assertEqual((won_fen, budget_fen - won_fen, wins, wins), told)

    def assert_nobody_wins_now(self, campaign, users, request):
        before = self.api.audit()
        for answer in self.shake_at_once(campaign, users, request):
            self.assert_problem(answer, 409, "budget_spent")
        self.assertEqual(before, self.api.audit())

    def test_a_budget_of_equal_prizes_is_won_to_the_last_fen(self):
        campaign, users = self.rain(), self.api.fresh_users(WINNERS + 100)
        answers = self.shake_at_once(campaign, users)
        self.assertEqual(Counter({200: WINNERS, 409: 100}),
                         Counter(answer.status for answer in answers))
        self.assertEqual(BUDGET_FEN, self.sum_won(answers))
        self.assert_spent(campaign, BUDGET_FEN, WINNERS)
        self.assertEqual("spent", self.api.campaign(campaign)["status"])
        losers = [user for user, answer in zip(users, answers) if answer.status == 409]
        self.assert_nobody_wins_now(campaign, losers + self.api.fresh_users(100), "again")
        for user, first, answer in zip(users, answers, self.shake_at_once(campaign, users)):
            if first.status == 200:
                self.assertEqual({**first.json, "repeat": True}, self.assert_ok(answer), user)

    def test_a_crowd_with_a_connection_each_overdraws_nothing(self):
        budget_fen = 10 * PRIZE_FEN
        campaign, users = self.rain(budget_fen), self.api.fresh_users(300)
        answers = everybody_at_once(self.server.port, [shake_job(campaign, user) for user in users])
        self.assertEqual(budget_fen, self.sum_won(answers))
        self.assert_spent(campaign, budget_fen, 10, budget_fen)

    def test_of_unequal_prizes_less_than_the_smallest_is_left(self):
        campaign, users = self.rain(largest_fen=97), self.api.fresh_users(WINNERS + 20)
        answers = self.shake_at_once(campaign, users)
        won_fen = self.sum_won(answers)
        self.assertTrue(BUDGET_FEN - PRIZE_FEN < won_fen <= BUDGET_FEN, won_fen)
        amounts = [answer.json["amount_fen"] for answer in answers if answer.status == 200]
        self.assertTrue(all(PRIZE_FEN <= amount <= 97 for amount in amounts), amounts)
        self.assert_spent(campaign, won_fen, len(amounts))
        self.assert_nobody_wins_now(campaign, self.api.fresh_users(50), "again")

    def test_budgets_for_three_or_four_of_many_are_shared_out_again_and_again(self):
        users = self.api.fresh_users(64)
        for _ in range(20):
            campaign = self.rain(prize_fen=4_000, largest_fen=5_000)
            answers = self.shake_at_once(campaign, users)
            won_fen = self.sum_won(answers)
            self.assertTrue(BUDGET_FEN - 4_000 < won_fen <= BUDGET_FEN, won_fen)
            self.assert_spent(campaign, won_fen, sum(answer.status == 200 for answer in answers))

    def test_one_request_sent_many_times_at_once_wins_one_prize(self):
        campaign, users = self.rain(), self.api.fresh_users(8)
        answers = self.shake_at_once(campaign, users * 50)
        for place, user in enumerate(users):
            told = [self.assert_ok(answer) for answer in answers[place::len(users)]]
            self.assertEqual(Counter({True: 49, False: 1}),
                             Counter(item.pop("repeat") for item in told))
            self.assertTrue(all(item == told[0] for item in told), user)
            self.assert_balance(user, PRIZE_FEN)

    def test_a_user_who_shakes_many_times_at_once_wins_as_often_as_allowed(self):
        for in_round, in_all in ((3, 1_000), (1_000, 2)):
            campaign = self.rain(round_wins=in_round, wins_per_user=in_all)
            users = self.api.fresh_users(4)
            jobs = [shake_job(campaign, user, f"r{turn}") for turn in range(40) for user in users]
            answers = [self.assert_ok(answer) for answer in
                       run_at_once(self.server.port, jobs, CONNECTIONS)]
            wins = Counter(item["user_id"] for item in answers if item["won"])
            self.assertEqual({user: min(in_round, in_all) for user in users}, dict(wins))


class OneSlice(Race, ServerCase):
    server_flags = (campaign_slices_max(1),)


class ThreeSlices(Race, ServerCase):
    server_flags = (campaign_slices_max(3),)


class SixteenSlices(Race, ServerCase):
    server_flags = (campaign_slices_max(16),)


class Chance(ServerCase):
    """What luck gives, over some thousand shakes."""

    def draws(self, win_permille, largest_fen, users=10, turns=300):
        now_ms = round(time.time() * 1000)
        campaign = self.api.fresh_campaign(
            [round_of(now_ms - 1, now_ms + DAY_MS, 1, largest_fen, win_permille, 1_000)],
            10_000_000, wins_per_user=1_000)
        shakers = self.api.fresh_users(users)
        jobs = [shake_job(campaign, user, f"r{turn}") for turn in range(turns) for user in shakers]
        answers = run_at_once(self.server.port, jobs, CONNECTIONS)
        return [self.assert_ok(answer)["amount_fen"] for answer in answers]

    def assert_chance(self, hits, draws, permille, what):
        expected = draws * permille / 1_000
        deviation = (expected * (1 - permille / 1_000)) ** 0.5
        self.assertLessEqual(abs(hits - expected), SIGMAS * deviation,
                             f"{what}: {hits} of {draws}, expected {expected}")

    def test_wins_are_as_frequent_as_the_round_says(self):
        for win_permille in (1_000, 300, 20):
            amounts = self.draws(win_permille, 5)
            wins = sum(amount > 0 for amount in amounts)
            self.assert_chance(wins, len(amounts), win_permille, f"wins of {win_permille} permille")

    def test_every_prize_is_as_likely_as_any_other(self):
        amounts = Counter(self.draws(1_000, 10))
        self.assertEqual(set(range(1, 11)), set(amounts))
        for amount, hits in amounts.items():
            self.assert_chance(hits, amounts.total(), 100, f"prizes of {amount} fen")


if __name__ == "__main__":
    unittest.main()
