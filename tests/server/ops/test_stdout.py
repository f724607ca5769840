"""A command whose output cannot be written has failed: a full disk, a closed descriptor, a reader
that has gone. Each says so in one sentence on stderr."""

import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import unittest

import flags
from api import Api
from server import Server, binary, clean_environment, copy_data
from streams import with_closed

DEADLINE_S = 120
SENTENCE = "not all of the output could be written to stdout: "


class Stdout(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server(flags.manual_clock())
        cls.addClassCleanup(cls.server.remove)
        cls.server.start()
        with Api(cls.server.port) as api:
            users = api.fresh_users(30)
            cls.sender = api.fresh_user("sender", 1_000)
            cls.packet = api.fresh_packet(cls.sender, total_fen=200, count=2,
                                          split={"when": "up_front"})
            for user in users[:2]:
                api.open(cls.packet, user)
        status = cls.server.stop()
        assert status == 0, cls.server.stderr_text()

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="hongbao-stdout-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.copies = 0

    def fresh_path(self):
        self.copies += 1
        return str(self.folder / f"copy-{self.copies}")

    def fresh_data(self):
        """A copy of the data directory, for commands that change it."""
        path = self.fresh_path()
        copy_data(self.server.data, path)
        return path

    def commands(self):
        data = str(self.server.data)
        backup = self.fresh_path()
        copy_data(self.server.data, backup)
        pathlib.Path(backup, "lock").unlink()
        shutil.rmtree(pathlib.Path(backup, "model"))
        return [
            ["--help"], ["--version"], ["serve", "--help"], ["verify", "--help"],
            ["config", "check"], ["config", "print"],
            ["verify", "--data", data], ["dump", "--data", data],
            ["prove", self.packet, "--data", data],
            ["backup", "--data", data, "--to", self.fresh_path()],
            ["restore", "--from", backup, "--data", self.fresh_path()],
            ["archive", "--data", self.fresh_data(), "--keep-records", "10"],
            ["archive", "--data", self.fresh_data()],
            ["rebuild", "--data", self.fresh_data()],
            ["bench", "engine", "--accounts", "10", "--packets", "2", "--opens", "20",
             "--data", self.fresh_path()],
            ["bench", "replay", "--accounts", "10", "--packets", "2", "--records", "30",
             "--data", self.fresh_path()],
            ["bench", "split", "--total-fen", "100", "--count", "5", "--runs", "10"],
            ["bench", "load-data", "--accounts", "100", "--records", "10000", "--data",
             self.fresh_path()],
            ["demo"], ["demo", "sale"],
        ]

    def run_into(self, arguments, stdout, closed=()):
        return subprocess.run(with_closed([binary(), *arguments], closed), stdout=stdout,
                              stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True,
                              timeout=DEADLINE_S, env=clean_environment(), cwd=self.folder)

    def assert_no_success(self, done, errno_words):
        self.assertGreater(done.returncode, 0, "ended by a signal, or as if all were well")
        self.assertIn(SENTENCE + errno_words, done.stderr)
        self.assertEqual(1, done.stderr.count(SENTENCE))

    def test_all_of_them_succeed_when_they_are_read(self):
        for arguments in self.commands():
            with self.subTest(arguments):
                done = self.run_into(arguments, subprocess.PIPE)
                self.assertEqual(0, done.returncode, done.stdout + done.stderr)
                self.assertNotEqual("", done.stdout)

    def test_a_full_disk(self):
        for arguments in self.commands():
            with self.subTest(arguments), open("/dev/full", "w") as full:
                self.assert_no_success(self.run_into(arguments, full), "No space left on device")

    def test_a_closed_descriptor(self):
        for arguments in self.commands():
            with self.subTest(arguments):
                self.assert_no_success(self.run_into(arguments, subprocess.DEVNULL, (1,)),
                                       "Bad file descriptor")

    def test_a_reader_that_has_gone(self):
        for arguments in self.commands():
            with self.subTest(arguments):
                out, into = os.pipe()
                os.close(out)
                try:
                    done = self.run_into(arguments, into)
                finally:
                    os.close(into)
                self.assert_no_success(done, "Broken pipe")

    def test_a_failure_of_the_command_itself_keeps_its_status(self):
        """The status of verify, which finds a row of the read model that differs."""
        data = pathlib.Path(self.fresh_data())
        file, sender = data / "model" / "data.mdb", self.sender.encode()
        self.assertIn(sender, file.read_bytes())
        file.write_bytes(file.read_bytes().replace(sender, sender[:-1] + b"~"))
        with open("/dev/full", "w") as full:
            done = self.run_into(["verify", "--data", str(data)], full)
        self.assertEqual(4, done.returncode, done.stderr)
        self.assertIn(SENTENCE, done.stderr)

    def test_a_command_started_with_children_ignored_still_learns_how_they_ended(self):
        """Otherwise the status of a check that runs in a child would be taken for success."""
        nothing = self.folder / "nothing"
        damaged = pathlib.Path(self.fresh_data())
        file = damaged / "journal" / "data.mdb"
        file.write_bytes(file.read_bytes()[:64 * 1024].replace(b"user", b"uzer"))
        for command in (["verify", "--data", str(damaged)],
                        ["backup", "--data", str(nothing), "--to", self.fresh_path()]):
            with self.subTest(command):
                done = subprocess.run(
                    [binary(), *command], capture_output=True, text=True, timeout=DEADLINE_S,
                    env=clean_environment(),
                    preexec_fn=lambda: signal.signal(signal.SIGCHLD, signal.SIG_IGN))
                self.assertEqual(1, done.returncode, done.stdout + done.stderr)


if __name__ == "__main__":
    unittest.main()
