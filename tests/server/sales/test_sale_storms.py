"""Kill -9 in the middle of a storm of orders: sales that sell out, time out, end and close while many
clients reserve, wait, pay and cancel; no result told is lost, nothing is paid twice."""

import os
import random
import time
import unittest

from api import Api
from auditor import Auditor
from cases import settled_audit
from drill import DrillCase, seed_of_run
from flags import (awake_bytes_max, event_loop_count, manual_clock, router_count,
                   sale_refund_period_s)
from sale_workload import SALE_MIX
from server import Server
from workload import Workload, judge_calls, retry_calls

CYCLES = int(os.environ.get("HONGBAO_CRASH_CYCLES", "6"))
CLIENTS = 12
CALLS_LEAST = 250
DEADLINE_S = 60
WINDOW_S, LASTS_MS, REFUND_PERIOD_S = 12, 60_000, 30
STORM = [*SALE_MIX, ("tick", 3), ("deposit", 1)]  # a tick is up to two seconds


class SalesAndKill9(DrillCase):
    def setUp(self):
        self.seed = seed_of_run()
        print(f"seed {self.seed}", flush=True)
        self.chance = random.Random(self.seed)
        self.auditor = Auditor()

    def start(self, *flags):
        self.server = Server(manual_clock(), sale_refund_period_s(REFUND_PERIOD_S), *flags)
        self.addCleanup(self.server.remove)
        self.server.start()
        self.api = Api(self.server.port)
        self.addCleanup(lambda: self.api.close())
        self.api.advance(3_600_000)  # beyond any time to which a start may set the clock forward
        self.users = [self.api.fresh_user("user", 5_000) for _ in range(30)]
        return Workload(self.users, self.api.fresh_users(1, "savings"), self.seed, mix=STORM,
                        sales=self.fresh_sales())

    def fresh_sales(self):
        """Sales of few units and of many; some allow more than one unit a user."""
        now_ms = self.api.now_ms()
        return [self.api.fresh_sale(now_ms, now_ms + LASTS_MS, stock, price_fen=30,
                                    per_user_limit=limit, payment_window_s=WINDOW_S)
                for stock, limit in ((2, 1), (9, 3), (40, 2))]

    def run_for_a_while(self, load):
        self.api.close()
        load.start(self.server.port, CLIENTS)
        deadline = time.monotonic() + DEADLINE_S
        while load.answered() < CALLS_LEAST:
            self.assertTrue(self.server.is_running(), self.server.stderr_text()[-2000:])
            self.assertLess(time.monotonic(), deadline, "the load does not get going")
            time.sleep(0.005)
        time.sleep(self.chance.uniform(0, 0.3))

    def judge_journal(self):
        sound = self.server.verify()
        self.assertEqual(0, sound.returncode, f"{sound.stdout}{sound.stderr}")
        self.assertIn("journal is sound: ", sound.stdout)
        self.auditor.extend(self.server.dump_lines())
        self.assert_none("the auditor objects", self.auditor.faults)

    def crash_and_judge(self, load):
        """Kill -9 now; judges the journal, every answer, and what is answered again after a restart.
        Returns how many calls got no answer."""
        self.server.kill()
        calls = load.finish()
        self.judge_journal()
        self.assert_none("told otherwise", judge_calls(calls, self.auditor.model))
        self.server.start()
        self.api = Api(self.server.port)
        calls = [call for call in calls if call.kind != "tick"]
        unanswered = [call for call in calls if call.answer is None]
        told = [call for call in calls if call.answer is not None and call.answer.status < 300]
        retried = unanswered + self.chance.sample(told, min(80, len(told)))
        self.assert_none("retries differ", retry_calls(retried, self.auditor.model, self.api))
        self.assertEqual(0, self.api.audit()["difference_fen"])
        return len(unanswered)

    def stop_and_compare(self):
        """Once nothing is due any more, every view must be what the journal says."""
        settled_audit(self.api)
        self.api.close()
        self.assertEqual(0, self.server.stop(), self.server.stderr_text()[-2000:])
        self.judge_journal()
        self.server.start()
        self.api = Api(self.server.port)
        self.assertEqual(self.auditor.model.sequence,
                         settled_audit(self.api)["journal_sequence"], "a start wrote more")
        self.assert_none("views differ", self.auditor.compare_with_views(
            self.api, seed=self.chance.randrange(10**6)))

    def trade_through_crashes(self, *flags):
        load, unanswered = self.start(*flags), 0
        for _ in range(CYCLES):
            self.run_for_a_while(load)
            unanswered += self.crash_and_judge(load)
            self.stop_and_compare()
            load.traffic.sales = load.traffic.sales[-3:] + self.fresh_sales()
        self.api.advance(LASTS_MS + 1_000 * (WINDOW_S + REFUND_PERIOD_S))
        self.wait_until_all_closed()
        self.stop_and_compare()
        self.assertGreater(unanswered, 0, "no kill ever met a call under way")
        self.assert_everything_happened()

    def wait_until_all_closed(self):
        deadline = time.monotonic() + DEADLINE_S
        for sale in self.auditor.model.sales:
            while self.api.sale(sale)["closed_at"] is None:
                self.assertLess(time.monotonic(), deadline, f"sale {sale} is never closed")
                time.sleep(0.01)

    def assert_everything_happened(self):
        """Checks that the storm met every case it is for: otherwise it proves little."""
        model = self.auditor.model
        kinds = {record["type"] for record in model.by_sequence.values()}
        self.assertLessEqual({"order_paid", "order_cancelled", "order_timed_out", "order_refunded",
                              "external_payment_taken", "waitlist_joined", "sale_closed"}, kinds)
        self.assertTrue(any(record.get("is_offer") for record in model.by_sequence.values()))
        self.assertEqual({"cancelled", "timed_out", "refunded", "paid"},
                         {order.status for order in model.orders.values()})
        self.assertEqual(0, model.escrow_fen)

    def test_in_the_middle_of_a_storm(self):
        self.trade_through_crashes()

    def test_kill_9_in_the_middle_of_a_storm_on_many_threads(self):
        self.trade_through_crashes(event_loop_count(2), router_count(4))

    def test_kill_9_in_the_middle_of_a_storm_on_sales_that_fall_asleep(self):
        self.trade_through_crashes(awake_bytes_max(1), router_count(4))


if __name__ == "__main__":
    unittest.main()
