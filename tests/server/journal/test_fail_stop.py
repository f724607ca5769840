"""A journal that cannot be written ends the process with status 70; nothing acknowledged is lost.

strace injects the failure into one call only: the calls after it would work again, so a server that
just went on would be found out.
"""

import unittest

from api import Api
from auditor import Auditor
from drill import seed_of_run
from faults import can_trace, failing
from flags import no_daily_limits
from sale_workload import busy_sales
from server import Server
from workload import Workload, judge_calls

DEADLINE_S = 120


class FailStop(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        assert can_trace(), "this test makes calls fail by strace, which may not trace here"

    def fail_under_load(self, calls, error, when):
        """Runs a server until its call fails; returns the ended server and what its clients did."""
        seed = seed_of_run()
        print(f"seed {seed}", flush=True)
        server = Server(*no_daily_limits())
        self.addCleanup(server.remove)
        server.start()
        with Api(server.port) as api:
            users = [api.fresh_user("user", 20_000) for _ in range(12)]
            savings, sales = api.fresh_users(2, "savings"), busy_sales(api)
        self.assertEqual(0, server.stop())
        server.wrapper = failing(calls, error, when)
        server.start()
        load = Workload(users, savings, seed, sales=sales)
        load.start(server.port, 6)
        try:
            status = server.wait(DEADLINE_S)
        finally:
            server.kill()
            sent = load.finish()
        self.assertEqual(70, status, server.stderr_text()[-2000:])
        self.assertIn("journal", server.stderr_text().lower())
        return server, sent

    def test_one_failing_write_stops_the_process_and_loses_nothing_acknowledged(self):
        for calls, error, when in (("fdatasync", "EIO", 20), ("fdatasync", "EIO", 61),
                                   ("fdatasync", "ENOSPC", 33), ("pwrite64", "EIO", 50),
                                   ("pwrite64", "EIO", 51)):
            with self.subTest((calls, error, when)):
                server, sent = self.fail_under_load(calls, error, when)
                sound = server.verify()
                self.assertEqual(0, sound.returncode, sound.stdout + sound.stderr)
                auditor = Auditor.of_lines(server.dump_lines())
                self.assertEqual([], auditor.faults[:10])
                self.assertEqual([], judge_calls(sent, auditor.model)[:10])
                self.assertTrue(any(call.answer is None for call in sent),
                                "every request was answered, so none met the failure")
                server.wrapper = []
                server.start()
                with Api(server.port) as api:
                    self.assertEqual([], auditor.compare_with_views(api)[:10])
                    api.fresh_user("after", 5)
                self.assertEqual(0, server.stop())
                server.remove()


if __name__ == "__main__":
    unittest.main()
