"""Kill -9 under load, again and again: nothing acknowledged is lost, and nothing happens twice."""

import os
import random
import time
import unittest

from api import DAY_MS, Api, round_of
from auditor import Auditor
from cases import settled_audit
from drill import DrillCase, seed_of_run
from flags import no_daily_limits
from sale_workload import busy_sales
from server import Server
from workload import Workload, judge_calls, retry_calls

CYCLES = int(os.environ.get("HONGBAO_CRASH_CYCLES", "20"))
CLIENTS = 12
CALLS_LEAST = 200


class Crashes(DrillCase):
    def test_nothing_acknowledged_is_lost_or_doubled_by_kill_9_under_load(self):
        seed = seed_of_run()
        print(f"seed {seed}, {CYCLES} cycles", flush=True)
        chance = random.Random(seed)
        server = Server(*no_daily_limits())
        self.addCleanup(server.remove)
        server.start()
        api = Api(server.port)
        users = [api.fresh_user("user", 20_000) for _ in range(24)]
        savings = api.fresh_users(3, "savings")
        load = Workload(users, savings, seed, self.campaigns(api), sales=busy_sales(api))
        auditor = Auditor()
        calls_in_all = unanswered = 0

        for cycle in range(CYCLES):
            api.close()
            load.start(server.port, CLIENTS)
            self.let_it_run(load, CALLS_LEAST)
            time.sleep(chance.uniform(0, 0.4))
            server.kill()
            calls = load.finish()
            calls_in_all += len(calls)
            unanswered += sum(call.answer is None for call in calls)

            sound = server.verify()
            self.assertEqual(0, sound.returncode, f"cycle {cycle}: {sound.stdout}{sound.stderr}")
            self.assertIn("journal is sound: ", sound.stdout.splitlines()[-1])
            auditor.extend(server.dump_lines())
            self.assert_none(f"cycle {cycle}: the auditor objects", auditor.faults)
            self.assert_none(f"cycle {cycle}: told otherwise", judge_calls(calls, auditor.model))

            server.start()
            api = Api(server.port)
            settled_audit(api)  # a unit that was free and not offered yet is offered now
            auditor.extend(server.dump_lines())
            wrong = auditor.compare_with_views(api, 8, 8, chance.randrange(10**6))
            self.assert_none(f"cycle {cycle}: views differ", wrong)
            retried = [call for call in calls if call.answer is None]
            retried += chance.sample(calls, min(60, len(calls)))
            self.assert_none(f"cycle {cycle}: retries differ",
                             retry_calls(retried, auditor.model, api))

        api.close()
        self.assertEqual(0, server.stop(), server.stderr_text()[-2000:])
        auditor.extend(server.dump_lines())
        self.assert_none("after the last cycle the auditor objects", auditor.faults)
        print(f"{calls_in_all} calls, {unanswered} of them unanswered, "
              f"{auditor.model.sequence} records", flush=True)
        self.assertGreater(unanswered, 0, "no kill ever met a request under way")

    def campaigns(self, api):
        """One that outlasts the test, and one whose budget runs out during it."""
        now_ms = round(time.time() * 1000)
        rounds = [round_of(now_ms - 1000, now_ms + DAY_MS, 3, 30, 500, wins_per_user=200)]
        return [api.fresh_campaign(rounds, budget_fen, wins_per_user=200)
                for budget_fen in (1_000_000, 3_000)]


if __name__ == "__main__":
    unittest.main()
