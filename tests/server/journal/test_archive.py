"""The archive: written beside a server under load, killed at every point, read as one journal.

Then what a full journal gains by it, and what is said when a segment is missing.
"""

import pathlib
import random
import shutil
import subprocess
import tempfile
import time
import unittest

from drill import DrillCase, seed_of_run
import faults
import flags
from api import Api
from archives import archive, archived_to, run_archive, segments, start_archive
from auditor import Auditor
from backups import back_up, dump, restore, verify
from cases import audit_all, fill_journal, settled_audit
from readers import BlockedDump
from sale_workload import busy_sales
from server import Server, StartFailed, binary, clean_environment, copy_data, run_command
from workload import Workload, judge_calls

CLIENTS = 6
CALLS_LEAST = 600
CYCLES = 3
DEADLINE_S = 60
MIB = 1 << 20


class UnderLoad(DrillCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="hongbao-archive-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def test_archiving_beside_a_server_that_is_killed_again_and_again_loses_nothing(self):
        seed = seed_of_run()
        print(f"seed {seed}", flush=True)
        chance = random.Random(seed)
        server = Server(*flags.no_daily_limits())
        self.addCleanup(server.remove)
        server.start()
        api = Api(server.port)
        users = [api.fresh_user("user", 20_000) for _ in range(16)]
        load = Workload(users, api.fresh_users(2, "savings"), seed, sales=busy_sales(api))
        auditor = Auditor()
        ends = [0]
        for cycle in range(CYCLES):
            api.close()
            load.start(server.port, CLIENTS)
            self.let_it_run(load, CALLS_LEAST)
            ends.append(archive(server.data, 100))
            self.assertGreater(ends[-1], ends[-2], "the archive stood still")
            self.let_it_run(load, CALLS_LEAST)
            beside = start_archive(server.data, 10)
            time.sleep(chance.uniform(0, 1.5))
            server.kill()
            said = beside.communicate(timeout=DEADLINE_S)[0]
            if beside.returncode != 0:  # it was killed between naming a segment and trimming
                self.assertEqual(1, beside.returncode, said)
                self.assertIn("it goes on by itself, also after its next start", said)
            calls = load.finish()

            verify(server.data)
            auditor.extend(server.dump_lines())
            self.assertEqual([], auditor.faults[:10], f"cycle {cycle}")
            self.assertEqual([], judge_calls(calls, auditor.model)[:10], f"cycle {cycle}")
            server.start()
            api = Api(server.port)
            wrong = auditor.compare_with_views(api, 8, 8, chance.randrange(10**6))
            self.assertEqual([], wrong[:10], f"cycle {cycle}: views differ")
        api.close()
        self.assertEqual(0, server.stop(), server.stderr_text()[-2000:])
        self.assertNotIn("rebuilt from the journal", server.stderr_text())
        self.assertGreaterEqual(len(segments(server.data)), CYCLES)
        self.judge_copies(server, ends[-1])

    def judge_copies(self, server, archived):
        """Rebuild, backup and restore work on archive and journal as on one."""
        end, lines = verify(server.data), server.dump_lines()
        done = run_command("rebuild", "--data", server.data)
        self.assertEqual(0, done.returncode, done.stderr)
        self.assertEqual([], audit_all(server)[:20])
        backup, made = self.folder / "backup", self.folder / "made"
        self.assertEqual(end, back_up(server.data, backup))
        self.assertEqual([path.read_bytes() for path in segments(server.data)],
                         [path.read_bytes() for path in segments(backup)])
        self.assertEqual(end, restore(backup, made))
        self.assertEqual((lines, lines), (dump(backup), dump(made)))
        restored = Server(*flags.no_daily_limits(), data=made)
        self.addCleanup(restored.remove)
        self.assertEqual([], audit_all(restored)[:20])
        for until in (archived - 1, archived, archived + 1, 17):
            shutil.rmtree(made)
            self.assertEqual(until, restore(backup, made, until)[0])
            self.assertEqual(lines[:until], dump(made))


class Archives(unittest.TestCase):
    """The journal of a server that has stopped; each test has a copy of its data directory."""

    @classmethod
    def setUpClass(cls):
        assert faults.can_trace(), "this test ends processes by strace, which may not trace here"
        cls.server = Server()
        cls.addClassCleanup(cls.server.remove)
        cls.server.start()
        with Api(cls.server.port) as api:
            for user in api.fresh_users(300):
                api.deposit(user, 5)
        cls.server.stop()
        cls.end = verify(cls.server.data)
        cls.lines = dump(cls.server.data)

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="hongbao-archive-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.data = self.folder / "data"
        copy_data(self.server.data, self.data)

    def serving(self):
        server = Server(data=self.data)
        self.addCleanup(server.remove)
        return server

    def assert_the_same(self):
        self.assertEqual(self.end, verify(self.data))
        self.assertEqual(self.lines, dump(self.data))

    def assert_failed(self, done, *words):
        self.assertEqual(1, done.returncode, f"{done.args}: {done.stdout}{done.stderr}")
        for word in words:
            self.assertIn(word, done.stdout + done.stderr, done.args)

    def test_without_a_server_it_frees_the_room_itself(self):
        last = archived_to(run_archive(self.data, 20))
        self.assertLessEqual(last, len(self.lines) - 20)
        self.assertGreater(last, len(self.lines) - 40)
        self.assert_the_same()
        self.assertEqual(0, archived_to(run_archive(self.data, 20)), "nothing is left to do")
        self.assertEqual([], audit_all(self.serving())[:20])

    def test_records_are_kept_by_number_and_by_default_a_million(self):
        done = run_command("archive", "--data", self.data)
        self.assertEqual(0, archived_to(done))
        self.assertIn("the last 1000000 stay (--keep-records)", done.stdout)
        self.assertEqual(2, run_command("archive", "--keep-records", "few").returncode)
        self.assertEqual(2, run_command("archive", "--keep-records", "-1").returncode)
        self.assert_failed(run_archive(self.folder / "missing"), "there is no journal in")

    def test_what_the_read_model_has_not_written_is_not_archived(self):
        shutil.rmtree(self.data / "model")
        self.assert_failed(run_archive(self.data), "there is no read model in", "hongbao rebuild")
        self.assertEqual([], segments(self.data))
        run_command("rebuild", "--data", self.data)
        self.assertGreater(archived_to(run_archive(self.data)), 0)
        self.assert_the_same()

    def test_kill_9_at_any_point_changes_nothing_and_the_next_one_goes_on(self):
        original = self.folder / "original"
        copy_data(self.data, original)
        met = 0
        points = [(calls, when) for calls, most in (("fsync", 4), ("/^rename", 1), ("fdatasync", 4),
                                                   ("pwrite64", 9))
                  for when in range(1, most + 1)]
        for calls, when in points:
            with self.subTest((calls, when)):
                shutil.rmtree(self.data)
                copy_data(original, self.data)
                done = subprocess.run(
                    [*faults.killed_at(calls, when), binary(), "archive", "--data", str(self.data),
                     "--keep-records", "20"], capture_output=True, text=True, timeout=DEADLINE_S,
                    env=clean_environment())
                met += "was not completed: its process was ended (Killed)" in done.stderr
                self.assert_the_same()
                with Api(self.serving().start().port) as api:
                    self.assertEqual(self.end[1], api.audit()["journal_hash"])
                archived_to(run_archive(self.data, 20))
                self.assert_the_same()
                self.assertEqual(1, len(segments(self.data)))
                self.assertEqual([], list((self.data / "journal" / "archive").glob("*.partial")))
        self.assertGreater(met, len(points) / 2, "hardly any end met the command at work")

    def test_a_server_that_was_stopped_in_between_goes_on_at_its_next_start(self):
        done = subprocess.run(
            [*faults.killed_at("fdatasync", 2), binary(), "archive", "--data", str(self.data),
             "--keep-records", "20"], capture_output=True, text=True, timeout=DEADLINE_S,
            env=clean_environment())
        self.assertEqual(1, done.returncode, done.stdout + done.stderr)
        self.assertEqual(1, len(segments(self.data)))
        server = self.serving().start()
        deadline = time.monotonic() + DEADLINE_S
        while archived_to(run_archive(self.data, 20)) != 0:
            self.assertLess(time.monotonic(), deadline)
        self.assertEqual(0, server.stop())
        self.assert_the_same()

    def test_a_server_does_not_need_the_archive_but_verify_and_rebuild_do(self):
        archived_to(run_archive(self.data, 20))
        away = self.folder / "away"
        shutil.move(self.data / "journal" / "archive", away)
        server = self.serving().start()
        with Api(server.port) as api:
            self.assertEqual([], Auditor.of_lines(self.lines).compare_with_views(api)[:10])
            api.fresh_user("late", 5)
        self.assertEqual(0, server.stop(), server.stderr_text()[-2000:])
        words = ("are archived, but no segment in", str(self.data / "journal" / "archive"),
                 "bring back", "segment-00000000000000000001-")
        for command in (["verify"], ["rebuild"], ["dump"], ["backup", "--to", self.folder / "to"]):
            self.assert_failed(run_command(*command, "--data", self.data), *words)
        # An unusable model is kept as it is until the archive is there to build another.
        model = self.data / "model" / "data.mdb"
        model.write_bytes(model.read_bytes()[:20_000])
        with self.assertRaises(StartFailed) as failed:
            server.start()
        for word in ("exit status 1", "it cannot be built anew", *words):
            self.assertIn(word, str(failed.exception))
        self.assertNotIn("restore a backup", str(failed.exception))
        shutil.move(away, self.data / "journal" / "archive")
        server.start()
        self.assertEqual(0, server.stop(), server.stderr_text()[-2000:])
        self.assertEqual([], audit_all(server)[:20])
        verify(self.data)

    def test_damage_in_a_segment_is_named(self):
        archived_to(run_archive(self.data, 20))
        path = segments(self.data)[0]
        data = bytearray(path.read_bytes())
        data[len(data) // 2] ^= 1
        path.write_bytes(data)
        self.assert_failed(run_command("verify", "--data", self.data),
                           "journal is damaged at record ", str(path))


class FullJournal(unittest.TestCase):
    def full_server(self, accounts_per_batch):
        """With its client and an account to pay into; writes are refused."""
        server = Server(flags.journal_map_bytes(16 * MIB), *flags.no_daily_limits())
        self.addCleanup(server.remove)
        server.start()
        api = Api(server.port)
        user = api.fresh_user("ann", 100)
        self.fill(api, user, accounts_per_batch)
        return server, api, user

    def fill(self, api, user, accounts_per_batch):
        fill_journal(self, api, accounts_per_batch)
        self.assertEqual(507, api.deposit(user, 1).status)

    def wait_for_room(self, api, user):
        deadline = time.monotonic() + DEADLINE_S
        while (answer := api.deposit(user, 1)).status != 201:
            self.assertEqual(507, answer.status, answer)
            self.assertLess(time.monotonic(), deadline, "there is never room")
            time.sleep(0.05)

    def test_a_full_journal_takes_writes_again_without_a_restart_once_it_is_archived(self):
        server, api, user = self.full_server(500)
        for cycle in range(2):
            if cycle > 0:
                self.fill(api, user, 500)
            # A little at a time, if the read model is slow to follow.
            all_but_few = api.audit()["journal_sequence"] - 1000
            while archive(server.data, 100) < all_but_few:
                pass
            self.wait_for_room(api, user)
            api.fresh_users(2000)
        self.assertIn("the journal has room again", server.stderr_text())
        before = settled_audit(api)
        api.close()
        self.assertEqual(0, server.stop(), server.stderr_text()[-2000:])
        self.assertLessEqual((server.data / "journal" / "data.mdb").stat().st_size, 16 * MIB)
        self.assertEqual([], audit_all(server, before)[:20])

    def test_readers_that_wait_or_died_keep_no_room_from_being_used_again(self):
        server, api, user = self.full_server(500)
        waiting = BlockedDump(server.data)
        self.addCleanup(waiting.remove)
        for _ in range(3):
            dump_to_head = BlockedDump(server.data)
            self.addCleanup(dump_to_head.remove)
            self.assertNotEqual(0, dump_to_head.lose_its_reader())
        all_but_few = api.audit()["journal_sequence"] - 1000
        while archive(server.data, 100) < all_but_few:
            pass
        self.wait_for_room(api, user)
        api.fresh_users(2000)
        self.assertTrue(waiting.is_there(), "nobody reads the journal")
        api.close()
        self.assertEqual(0, server.stop(), server.stderr_text()[-2000:])
        self.assertLessEqual((server.data / "journal" / "data.mdb").stat().st_size, 16 * MIB)

    def test_archiving_a_little_makes_room_too(self):
        """So little that one step deletes it, with no write after that step."""
        server, api, user = self.full_server(100)
        last = api.audit()["journal_sequence"]
        api.close()
        server.restart()  # so that the read model has written everything
        api = Api(server.port)
        self.assertEqual(507, api.deposit(user, 1).status)
        self.assertLessEqual(archive(server.data, last - 1500), 1500)
        self.wait_for_room(api, user)
        api.close()
        self.assertEqual(0, server.stop(), server.stderr_text()[-2000:])
        self.assertEqual([], audit_all(server)[:20])


if __name__ == "__main__":
    unittest.main()
