"""A start and an offline command on one folder: the start waits for a command, but not for another server."""

import contextlib
import fcntl
import os
import pathlib
import shutil
import subprocess
import tempfile
import time
import unittest

import faults
import flags
from api import Api
from server import Server, binary, clean_environment, run_command

DEADLINE_S = 60


@contextlib.contextmanager
def held(data, name):
    """The folder's lock, held by this process, with that name in it."""
    with open(data / "lock", "w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        lock.write(f"{os.getpid()} {name}\n")
        lock.flush()
        yield
        lock.truncate(0)


class WaitingStart(unittest.TestCase):
    def setUp(self):
        self.home = pathlib.Path(tempfile.mkdtemp(prefix="hongbao-waiting-"))
        self.addCleanup(shutil.rmtree, self.home, ignore_errors=True)
        self.data = self.home / "data"
        server = Server(data=self.data)
        self.addCleanup(server.remove)
        with Api(server.start().port) as api:
            api.fresh_user("ann", 1_000)
        self.assertEqual(0, server.stop(), server.stderr_text())

    def start(self):
        """A start in the background; what it says goes to `said`."""
        self.said = self.home / "said"
        with open(self.said, "wb") as said:
            process = subprocess.Popen(
                [binary(), "serve", "--data", str(self.data), flags.listen("127.0.0.1:0")],
                stdout=said, stderr=said, stdin=subprocess.DEVNULL, env=clean_environment())
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return process

    def wait_for(self, words):
        deadline = time.monotonic() + DEADLINE_S
        while words not in self.said.read_text():
            self.assertLess(time.monotonic(), deadline, self.said.read_text())
            time.sleep(0.02)

    def test_a_start_waits_for_an_offline_command_and_names_it(self):
        with held(self.data, "archive"):
            process = self.start()
            self.wait_for(f"process {os.getpid()} (`hongbao archive`)")
            self.wait_for("waits")
        self.wait_for("hongbao is ready")
        process.terminate()
        self.assertEqual(0, process.wait(DEADLINE_S))
        self.assertEqual(1, self.said.read_text().count("waits"), "once is enough")

    def test_a_start_that_waits_can_be_stopped(self):
        with held(self.data, "rebuild"):
            process = self.start()
            self.wait_for("waits")
            process.terminate()
            self.assertEqual(0, process.wait(DEADLINE_S))
        self.assertNotIn("is ready", self.said.read_text())

    def test_a_start_beside_a_server_ends_at_once(self):
        server = Server(data=self.data)
        self.addCleanup(server.remove)
        server.start()
        done = run_command("serve", "--data", self.data, flags.listen("127.0.0.1:0"))
        self.assertEqual(3, done.returncode, done.stderr)
        self.assertIn(f"process {server.process.pid}", done.stderr)
        self.assertEqual(0, server.stop())
        with held(self.data, "serve"):
            done = run_command("serve", "--data", self.data, flags.listen("127.0.0.1:0"))
            self.assertEqual(3, done.returncode, done.stderr)

    def test_a_start_goes_on_as_soon_as_a_command_was_killed(self):
        self.assertTrue(faults.can_trace())
        command = subprocess.Popen(
            [*faults.stopped_at("fdatasync", 1), binary(), "rebuild", "--data", str(self.data)],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            env=clean_environment(), start_new_session=True)
        self.addCleanup(command.wait)
        self.addCleanup(command.kill)
        lock = self.data / "lock"
        deadline = time.monotonic() + DEADLINE_S
        while "rebuild" not in lock.read_text():
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.02)
        self.start()
        self.wait_for("(`hongbao rebuild`)")
        os.kill(int(lock.read_text().split()[0]), 9)
        self.wait_for("hongbao is ready")

    def test_an_archive_beside_another_command_does_not_wait_for_a_server(self):
        with held(self.data, "rebuild"):
            done = run_command("archive", "--data", self.data, "--keep-records", 0)
        self.assertEqual(3, done.returncode, done.stdout + done.stderr)
        self.assertIn("`hongbao rebuild`", done.stderr)


if __name__ == "__main__":
    unittest.main()
