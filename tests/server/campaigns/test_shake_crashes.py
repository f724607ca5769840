"""Kill -9 amid shakes, and around the end: no result told is lost, nothing is paid twice."""

import os
import random
import time
import unittest

from api import DAY_MS, Api, round_of
from auditor import Auditor
from drill import DrillCase, seed_of_run
from flags import awake_bytes_max, campaign_slices_max, router_count
from server import Server
from workload import Workload, judge_calls, retry_calls

CYCLES = int(os.environ.get("HONGBAO_CRASH_CYCLES", "6"))
CLIENTS = 12
CALLS_LEAST = 150
DEADLINE_S = 60
STORM = [("shake", 40), ("deposit", 1)]


class ShakesAndKill9(DrillCase):
    def setUp(self):
        self.seed = seed_of_run()
        print(f"seed {self.seed}", flush=True)
        self.chance = random.Random(self.seed)

    def start(self, *flags):
        self.server = Server(*flags)
        self.addCleanup(self.server.remove)
        self.server.start()
        self.api = Api(self.server.port)
        self.addCleanup(lambda: self.api.close())
        self.users = self.api.fresh_users(40)
        self.auditor = Auditor()

    def storm(self, campaigns):
        savings = self.api.fresh_users(1, "savings")
        return Workload(self.users, savings, self.seed, campaigns, STORM)

    def wait_until(self, what, holds):
        deadline = time.monotonic() + DEADLINE_S
        while not holds():
            self.assertTrue(self.server.is_running(), self.server.stderr_text()[-2000:])
            self.assertLess(time.monotonic(), deadline, f"never happened: {what}")
            time.sleep(0.005)

    def is_settled(self, campaign):
        """A fast machine spends a budget to the last fen: then there is nothing to give back."""
        shown = self.api.campaign(campaign)
        return shown["closed_at"] or shown["remaining_fen"] == 0

    def crash_and_judge(self, load):
        """Kill -9 now; judges the journal, every answer, and what is answered again after a restart.
        Returns how many calls got no answer."""
        self.server.kill()
        calls = load.finish()
        sound = self.server.verify()
        self.assertEqual(0, sound.returncode, f"{sound.stdout}{sound.stderr}")
        self.assertIn("journal is sound: ", sound.stdout)
        self.auditor.extend(self.server.dump_lines())
        self.assert_none("the auditor objects", self.auditor.faults)
        self.assert_none("told otherwise", judge_calls(calls, self.auditor.model))
        self.server.start()
        self.api = Api(self.server.port)
        told = [call for call in calls if call.answer is not None and call.answer.status == 200]
        unanswered = [call for call in calls if call.answer is None]
        retried = unanswered + self.chance.sample(told, min(80, len(told)))
        self.assert_none("retries differ", retry_calls(retried, self.auditor.model, self.api))
        self.assertEqual(0, self.api.audit()["difference_fen"])
        return len(unanswered)

    def stop_and_judge(self):
        self.api.close()
        self.assertEqual(0, self.server.stop(), self.server.stderr_text()[-2000:])
        self.auditor.extend(self.server.dump_lines())
        self.assert_none("the auditor objects in the end", self.auditor.faults)
        sound = self.server.verify()
        self.assertEqual(0, sound.returncode, f"{sound.stdout}{sound.stderr}")
        self.server.start()
        self.api = Api(self.server.port)
        self.assert_none("views differ", self.auditor.compare_with_views(self.api))
        self.api.close()
        self.assertEqual(0, self.server.stop(), self.server.stderr_text()[-2000:])

    def fund(self, lives_ms, budgets_fen, merchant=None):
        """Campaigns with prizes of 40 to 60 fen at even chances; a last round of prizes of 1 fen, a
        thousandth of a second long, makes each budget worth many slices."""
        now_ms = round(time.time() * 1000)
        rounds = [round_of(now_ms - 1, now_ms + lives_ms - 1, 40, 60, 500, 500),
                  round_of(now_ms + lives_ms - 1, now_ms + lives_ms, 1)]
        return [self.api.fresh_campaign(rounds, budget_fen, merchant, wins_per_user=500)
                for budget_fen in budgets_fen]

    def shake_through_crashes(self, *flags):
        self.start(*flags)
        # More than is ever won; enough for some cycles; too little for the first.
        campaigns = self.fund(DAY_MS, (10_000_000, 16_000, 3_000))
        load, unanswered = self.storm(campaigns), 0
        for _ in range(CYCLES):
            self.api.close()
            load.start(self.server.port, CLIENTS)
            self.wait_until("enough shakes", lambda: load.answered() >= CALLS_LEAST)
            time.sleep(self.chance.uniform(0, 0.2))
            unanswered += self.crash_and_judge(load)
        self.stop_and_judge()
        self.assertGreater(unanswered, 0, "no kill ever met a shake under way")
        spent = self.auditor.model.campaigns[campaigns[2]]
        self.assertLess(spent.escrow_fen, 40, "the smallest budget was never spent")

    def test_in_the_middle_of_a_storm_on_one_slice(self):
        self.shake_through_crashes(campaign_slices_max(1))

    def test_in_the_middle_of_a_storm_on_sixteen_slices(self):
        self.shake_through_crashes(campaign_slices_max(16))

    def test_in_the_middle_of_a_storm_on_campaigns_that_fall_asleep(self):
        self.shake_through_crashes(campaign_slices_max(16), awake_bytes_max(1), router_count(4))

    def test_about_the_end_of_a_campaign_that_is_being_shaken(self):
        self.start(campaign_slices_max(3))
        for early_s in (0.04, 0.0, -0.01, -0.04):
            lives_ms = 1_200
            shop = self.api.fresh_user("shop", 200_000, type="merchant")
            ends_at_s = time.time() + lives_ms / 1000
            campaigns = self.fund(lives_ms, (150_000, 50_000), shop)
            load = self.storm(campaigns)
            self.api.close()
            load.start(self.server.port, CLIENTS)
            time.sleep(max(0, ends_at_s - early_s - time.time()))
            self.crash_and_judge(load)
            for campaign in campaigns:
                self.wait_until("the refund", lambda: self.is_settled(campaign))
            shown = [self.api.campaign(campaign) for campaign in campaigns]
            self.assertEqual(200_000 - sum(item["spent_fen"] for item in shown),
                             self.api.balance(shop))
            self.assertGreater(sum(item["win_count"] for item in shown), 0)
        self.stop_and_judge()


if __name__ == "__main__":
    unittest.main()
