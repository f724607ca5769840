"""Descriptors 0 to 2 closed at the start: no file of the data directory ever takes their numbers,
so nothing that is printed is written into one."""

import itertools
import os
import pathlib
import shutil
import socket
import subprocess
import tempfile
import time
import unittest

import flags
from api import Api
from cases import fill_journal
from client import Closed
from server import Server, binary, clean_environment, run_command
from streams import with_closed

MIB = 1 << 20
DEADLINE_S = 60
STANDARD = (0, 1, 2)
COMBINATIONS = [closed for count in (1, 2, 3)
                for closed in itertools.combinations(STANDARD, count)]


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


class ClosedStreams(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="hongbao-closed-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.data = self.folder / "data"

    def serve(self, closed, *settings):
        """A server that cannot say that it is ready: it is polled until it is."""
        port = free_port()
        command = [binary(), "serve", "--data", str(self.data), f"--listen=127.0.0.1:{port}",
                   *settings]
        process = subprocess.Popen(with_closed(command, closed), env=clean_environment(),
                                   stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL, start_new_session=True)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        deadline = time.monotonic() + DEADLINE_S
        while not self.is_ready(port):
            self.assertLess(time.monotonic(), deadline, "it never gets ready")
            self.assertIsNone(process.poll(), "it has ended")
            time.sleep(0.02)
        return process, port

    def is_ready(self, port):
        try:
            with Api(port) as api:
                return api.get("/readyz").status == 200
        except Closed:
            return False

    def stop(self, process):
        process.terminate()
        self.assertEqual(0, process.wait(DEADLINE_S))

    def assert_holds_only_who_holds_it(self, lock):
        self.assertRegex(lock.read_text(), r"\A(\d+ [a-z]+\n)?\Z")

    def assert_sound(self):
        done = run_command("verify", "--data", self.data)
        self.assertEqual(0, done.returncode, done.stdout + done.stderr)

    def test_no_file_of_the_server_takes_a_standard_number(self):
        for closed in COMBINATIONS:
            with self.subTest(closed):
                process, _ = self.serve(closed)
                taken = [os.readlink(f"/proc/{process.pid}/fd/{number}") for number in STANDARD]
                self.stop(process)
                for path in taken:
                    self.assertNotIn(str(self.data), path)
                self.assert_holds_only_who_holds_it(self.data / "lock")

    def test_a_journal_that_warns_of_its_room_to_nobody_stays_sound(self):
        process, port = self.serve(STANDARD, flags.journal_map_bytes(16 * MIB),
                                   flags.commit_batch_bytes_max(MIB // 16))
        with Api(port) as api:
            fill_journal(self, api, 100)
        self.stop(process)
        self.assert_holds_only_who_holds_it(self.data / "lock")
        self.assert_sound()

    def test_commands_write_into_no_file_of_the_directory(self):
        server = Server(data=self.data)
        self.addCleanup(server.remove)
        server.start()
        with Api(server.port) as api:
            api.fresh_users(50)
        self.assertEqual(0, server.stop())
        for number, (name, *more) in enumerate((
                ("dump",), ("verify",), ("backup", "--to"), ("archive", "--keep-records", "10"),
                ("rebuild",), ("config", "print"))):
            arguments = [name, *more]
            if arguments[-1] == "--to":
                arguments.append(str(self.folder / f"copy-{number}"))
            if name != "config":
                arguments += ["--data", str(self.data)]
            with self.subTest(arguments):
                done = subprocess.run(with_closed([binary(), *arguments], STANDARD),
                                      env=clean_environment(), timeout=DEADLINE_S)
                self.assertNotEqual(0, done.returncode, "nobody was told, and that is a success")
                for path in self.data.rglob("*"):
                    if path.is_file() and path.suffix != ".zst":
                        self.assertNotIn(b"user_id\":", path.read_bytes(), path)
                        self.assertNotIn(b"hongbao:", path.read_bytes(), path)
                self.assert_sound()


if __name__ == "__main__":
    unittest.main()
