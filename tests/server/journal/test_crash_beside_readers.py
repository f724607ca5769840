"""Kill -9 under load while somebody reads the journal: LMDB's lock file stays as the crash left it.

It may be one commit behind. Nothing may be taken for damage, and commands see what the next start sees.
"""

import os
import random
import shutil
import time
import unittest

from api import Api
from auditor import Auditor
from drill import DrillCase, seed_of_run
from flags import no_daily_limits
from readers import BlockedDump
from server import Server, run_command
from workload import Workload, judge_calls, retry_calls

CYCLES = int(os.environ.get("HONGBAO_CRASH_CYCLES", "15"))
CLIENTS = 12
CALLS_LEAST = 150


class CrashesBesideReaders(DrillCase):
    def test_kill_9_beside_a_reader_leaves_no_damage_and_loses_nothing(self):
        seed = seed_of_run()
        print(f"seed {seed}, {CYCLES} cycles", flush=True)
        chance = random.Random(seed)
        server = Server(*no_daily_limits())
        self.addCleanup(server.remove)
        api = Api(server.start().port)
        load = Workload([api.fresh_user("user", 20_000) for _ in range(24)],
                        api.fresh_users(3, "savings"), seed)
        auditor = Auditor()
        for cycle in range(CYCLES):
            reader = BlockedDump(server.data)
            self.addCleanup(reader.remove)
            api.close()
            load.start(server.port, CLIENTS)
            self.let_it_run(load, CALLS_LEAST)
            time.sleep(chance.uniform(0, 0.2))
            server.kill()
            calls = load.finish()
            self.assertTrue(reader.is_there(), "nobody reads the journal")

            sound = server.verify()
            self.assertEqual(0, sound.returncode, f"cycle {cycle}: {sound.stdout}{sound.stderr}")
            auditor.extend(server.dump_lines())
            self.assert_none(f"cycle {cycle}: the auditor objects", auditor.faults)
            self.assert_none(f"cycle {cycle}: told otherwise", judge_calls(calls, auditor.model))
            backup = server.home / "backup"
            done = run_command("backup", "--data", server.data, "--to", backup)
            self.assertIn(f"backup is complete: {auditor.model.sequence} records", done.stdout,
                          f"cycle {cycle}: {done.stderr}")
            shutil.rmtree(backup)

            server.start()
            told = server.stderr_text()
            self.assertNotIn("damaged", told, f"cycle {cycle}")
            self.assertFalse((server.data / "journal.broken").exists(), f"cycle {cycle}: {told}")
            api = Api(server.port)
            self.assertEqual(auditor.model.sequence, api.audit()["journal_sequence"], f"cycle {cycle}")
            retried = [call for call in calls if call.answer is None] + chance.sample(calls, 40)
            self.assert_none(f"cycle {cycle}: retries differ", retry_calls(retried, auditor.model, api))
            reader.remove()
        api.close()
        self.assertEqual(0, server.stop(), server.stderr_text()[-2000:])


if __name__ == "__main__":
    unittest.main()
