"""The drill: a backup under load, restored, started, and compared with what the journal says.

Then everything that can go wrong with a backup: nothing is overwritten, damage is named, and an
interrupted one leaves nothing that could be taken for a backup.
"""

import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import time
import unittest

from drill import DrillCase, seed_of_run
import faults
import flags
from api import Api
from auditor import Auditor
from backups import back_up, dump, everything_in, restore, run_backup, run_restore, verify
from sale_workload import busy_sales
from server import Server, binary, clean_environment, copy_data, run_command
from workload import Workload, judge_calls

CLIENTS = 6
CALLS_LEAST = 400
DEADLINE_S = 60
# Runs a command with a file system of 1 MiB to itself; prints what it leaves there.
SMALL_DISK = ("mount -t tmpfs -o size=1m none \"$0\" && mkdir \"$0/empty\" || exit 99; "
              "\"$@\"; status=$?; echo \"left: $(find \"$0\" -mindepth 1)\"; exit $status")


class Drill(DrillCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="hongbao-backup-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def test_a_backup_under_load_restores_to_what_the_journal_said_then(self):
        seed = seed_of_run()
        print(f"seed {seed}", flush=True)
        server = Server(*flags.no_daily_limits())
        self.addCleanup(server.remove)
        server.start()
        with Api(server.port) as api:
            users = [api.fresh_user("user", 20_000) for _ in range(16)]
            load = Workload(users, api.fresh_users(2, "savings"), seed, sales=busy_sales(api))
        load.start(server.port, CLIENTS)
        ends = []
        for number in range(3):
            self.let_it_run(load, CALLS_LEAST)
            ends.append(back_up(server.data, self.folder / f"backup-{number}"))
        self.let_it_run(load, CALLS_LEAST)
        calls = load.finish()
        self.assertTrue(server.is_running(), server.stderr_text()[-2000:])
        self.assertEqual(0, server.stop(), server.stderr_text()[-2000:])
        lines = server.dump_lines()
        self.assertEqual([], judge_calls(calls, Auditor.of_lines(lines).model)[:10])
        sequences = [*(last for last, _ in ends), len(lines)]
        self.assertEqual(sorted(set(sequences)), sequences, "the load stood still")
        for number, end in enumerate(ends):
            with self.subTest(number):
                self.judge(self.folder / f"backup-{number}", end, lines[:end[0]])

    def judge(self, backup, end, lines):
        """The backup, and what is restored from it, have these records and show them through HTTP."""
        self.assertEqual(end, verify(backup))
        self.assertEqual(lines, dump(backup))
        restored = self.folder / "restored" / backup.name
        self.assertEqual(end, restore(backup, restored))
        self.assertEqual(end, verify(restored))
        self.assertEqual(lines, dump(restored))
        auditor = Auditor.of_lines(lines)
        self.assertEqual([], auditor.faults[:10])
        for data in (restored, backup):
            server = Server(*flags.no_daily_limits(), data=data)
            self.addCleanup(server.remove)
            server.start()
            with Api(server.port) as api:
                self.assertEqual(end[1], api.audit()["journal_hash"])
                self.assertEqual([], auditor.compare_with_views(api)[:10])
                api.fresh_user("after", 5)
            self.assertEqual(0, server.stop(), server.stderr_text()[-2000:])
            self.assertEqual(lines, dump(data)[:len(lines)])


class BackupCase(unittest.TestCase):
    """A journal of a server that has stopped, and a folder of its own for each test."""

    USER = "unmistakable.user-name"
    accounts = 0

    @classmethod
    def setUpClass(cls):
        assert faults.can_trace(), "this test ends processes by strace, which may not trace here"
        cls.server = Server()
        cls.addClassCleanup(cls.server.remove)
        cls.server.start()
        with Api(cls.server.port) as api:
            api.fresh_users(10, "before")
            api.create_account(cls.USER)
            api.fresh_users(20 + cls.accounts, "after")
        cls.server.stop()
        cls.end = verify(cls.server.data)

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="hongbao-backup-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.backup = self.folder / "backup"

    def assert_failed(self, done, *words):
        self.assertEqual(1, done.returncode, f"{done.args}: {done.stdout}{done.stderr}")
        self.assertEqual("", done.stdout, done.args)
        for word in words:
            self.assertIn(word, done.stderr, done.args)

    def assert_no_journal_in(self, data):
        """No command takes the folder for a data directory, and none puts one there."""
        for command in ("verify", "dump"):
            self.assert_failed(run_command(command, "--data", data), "journal")
        self.assert_failed(run_restore(data, self.folder / "restored"), "there is no journal")
        done = run_command("serve", "--data", data, flags.listen("127.0.0.1:0"), timeout_s=60)
        self.assert_failed(done, str(data), "never completed")
        self.assertFalse((data / "journal").exists())


class Backups(BackupCase):
    def test_where_something_lies_nothing_is_overwritten(self):
        self.assertEqual(self.end, back_up(self.server.data, self.backup))
        notes = self.folder / "notes"
        notes.mkdir()
        (notes / "of-somebody").write_text("keep")
        before = everything_in(self.folder)
        for to in (self.backup, notes):
            self.assert_failed(run_backup(self.server.data, to), str(to), "is not empty")
            self.assert_failed(run_restore(self.backup, to), str(to))
        self.assert_failed(run_backup(self.server.data, notes / "of-somebody"), "is no folder")
        self.assert_failed(run_restore(self.backup, self.server.data), "is not empty")
        self.assertEqual(before, everything_in(self.folder))
        self.assertEqual(self.end, verify(self.server.data))

    def test_a_backup_does_not_go_into_its_own_data_directory(self):
        before = everything_in(self.server.data)
        for to in (self.server.data, self.server.data / "backup", self.server.data / "journal"):
            self.assert_failed(run_backup(self.server.data, to), "cannot lie in it")
        self.assertEqual(before, everything_in(self.server.data))

    def test_a_folder_without_a_journal_has_no_backup(self):
        missing = self.folder / "missing"
        self.assert_failed(run_backup(missing, self.backup), f"there is no journal in {missing}")
        self.assert_failed(run_restore(missing, self.backup), f"there is no journal in {missing}")
        self.assertEqual([], os.listdir(self.folder))

    def test_both_ends_have_to_be_named(self):
        for arguments in (["backup"], ["restore"], ["backup", "--data", self.server.data],
                          ["backup", "--to", self.backup, "--surprise"],
                          ["restore", "--data", self.backup]):
            self.assertEqual(2, run_command(*arguments, cwd=self.folder).returncode, arguments)
        self.assertEqual([], os.listdir(self.folder))

    def test_damage_is_named_and_nothing_is_left(self):
        damaged = self.folder / "damaged"
        copy_data(self.server.data, damaged)
        path = damaged / "journal" / "data.mdb"
        data = bytearray(path.read_bytes())
        places = [start for start in range(len(data)) if data.startswith(self.USER.encode(), start)]
        self.assertTrue(places)
        for place in places:
            data[place] ^= 1
        path.write_bytes(data)
        for done in (run_backup(damaged, self.backup), run_restore(damaged, self.backup)):
            self.assert_failed(done, "record 11", "damaged", "10 records before it are sound")
            self.assertFalse(self.backup.exists())

    def test_damage_that_crashes_the_reader_is_told_as_such(self):
        damaged = self.folder / "damaged"
        copy_data(self.server.data, damaged)
        path = damaged / "journal" / "data.mdb"
        data = bytearray(path.read_bytes())
        for page in range(2 * 4096, len(data), 4096):
            data[page + 10:page + 4096] = b"\xa5" * 4086  # all except the pages' numbers
        path.write_bytes(data)
        for done in (run_backup(damaged, self.backup), run_restore(damaged, self.backup)):
            self.assert_failed(done, str(damaged))
            self.assertFalse((self.backup / "journal").exists())

    def test_kill_9_in_the_middle_leaves_no_folder_that_serves_and_the_next_one_works(self):
        for calls, when in (("fsync", 2), ("fdatasync", 1), ("fsync", 3), ("fdatasync", 2),
                            ("fsync", 4), ("fsync", 5), ("/^rename", 1)):
            with self.subTest((calls, when)):
                done = subprocess.run(
                    [*faults.killed_at(calls, when), binary(), "backup", "--data",
                     str(self.server.data), "--to", str(self.backup)],
                    capture_output=True, text=True, timeout=DEADLINE_S, env=clean_environment())
                self.assert_failed(done, "Killed")
                self.assertTrue((self.backup / "journal.partial").exists())
                self.assert_no_journal_in(self.backup)
                self.assertEqual(self.end, back_up(self.server.data, self.backup))
                self.assertEqual(self.end, verify(self.backup))
                self.assertEqual(["journal", "lock"], sorted(os.listdir(self.backup)))
                shutil.rmtree(self.backup)

    def test_a_restore_that_is_killed_in_the_middle_leaves_nothing_that_serves_either(self):
        back_up(self.server.data, self.backup)
        data = self.folder / "data"
        for calls, when in (("fdatasync", 2), ("/^rename", 1)):
            with self.subTest((calls, when)):
                done = subprocess.run(
                    [*faults.killed_at(calls, when), binary(), "restore", "--from",
                     str(self.backup), "--data", str(data)],
                    capture_output=True, text=True, timeout=DEADLINE_S, env=clean_environment())
                self.assert_failed(done, "Killed")
                self.assert_no_journal_in(data)
                self.assertEqual(self.end, restore(self.backup, data))
                shutil.rmtree(data)

    def test_who_kills_the_command_kills_the_copying_too(self):
        command = [*faults.stopped_at("fdatasync", 2), binary(), "backup", "--data",
                   str(self.server.data), "--to", str(self.backup)]
        tracer = subprocess.Popen(command, env=clean_environment(), start_new_session=True)
        try:
            self.wait_until(lambda: (self.backup / "journal.partial" / "data.mdb").exists())
            # While the copying process lives, no other one may use the folder.
            self.assert_failed(run_backup(self.server.data, self.backup), "is in use by process")
            children = pathlib.Path(f"/proc/{tracer.pid}/task/{tracer.pid}/children")
            os.kill(int(children.read_text().split()[0]), signal.SIGKILL)
            self.wait_until(lambda: run_backup(self.server.data, self.backup).returncode == 0)
        finally:
            os.killpg(tracer.pid, signal.SIGKILL)
            tracer.wait(DEADLINE_S)
        self.assertEqual(self.end, verify(self.backup))

    def wait_until(self, holds):
        deadline = time.monotonic() + DEADLINE_S
        while not holds():
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.01)


class FullDisks(BackupCase):
    accounts = 9_000

    def on_a_small_disk(self, *command):
        self.backup.mkdir()
        done = subprocess.run(["unshare", "--user", "--map-root-user", "--mount", "sh", "-c",
                               SMALL_DISK, str(self.backup), *map(str, command)],
                              capture_output=True, text=True, timeout=DEADLINE_S,
                              env=clean_environment())
        self.backup.rmdir()
        return done

    def test_a_full_disk_leaves_nothing(self):
        self.assertGreater((self.server.data / "journal" / "data.mdb").stat().st_size, 1 << 20)
        if self.on_a_small_disk("true").returncode != 0:
            print("no file system of one's own can be mounted here", flush=True)
            return
        for command in (["backup", "--data", self.server.data, "--to"],
                        ["restore", "--from", self.server.data, "--data"]):
            for name in ("new", "empty"):
                with self.subTest((command[0], name)):
                    done = self.on_a_small_disk(binary(), *command, self.backup / name)
                    self.assertEqual(1, done.returncode, done.stdout + done.stderr)
                    self.assertIn("No space left on device", done.stderr)
                    self.assertEqual(f"left: {self.backup / 'empty'}\n", done.stdout)


if __name__ == "__main__":
    unittest.main()
