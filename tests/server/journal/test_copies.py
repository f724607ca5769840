"""A data folder copied while its server was running: verify and a start come to the same verdict."""

import pathlib
import shutil
import tempfile
import threading
import unittest

from api import Api
from server import Server, StartFailed, run_command

META_BYTES = 2 * 4096
COMMITS = 8


class Copies(unittest.TestCase):
    def setUp(self):
        self.home = pathlib.Path(tempfile.mkdtemp(prefix="hongbao-copies-"))
        self.addCleanup(shutil.rmtree, self.home, ignore_errors=True)
        self.server = Server()
        self.addCleanup(self.server.remove)
        self.api = Api(self.server.start().port)
        self.addCleanup(self.api.close)
        self.file = self.server.data / "journal" / "data.mdb"

    def copies(self):
        """The file as cp reads it: the beginning first, the rest some commits later."""
        for name in ("early", "later", "last"):
            self.api.fresh_user(name)
        for commits in range(COMMITS):
            begin = self.file.read_bytes()[:META_BYTES]
            for _ in range(commits):
                self.api.fresh_user("new")
            journal = self.home / f"copy-{commits}" / "journal"
            journal.mkdir(parents=True)
            (journal / "data.mdb").write_bytes(begin + self.file.read_bytes()[META_BYTES:])
            yield commits, journal.parent

    def starts_as_it_is(self, data):
        """Whether a server starts on the copy and reports no damage."""
        server = Server(data=data)
        self.addCleanup(server.remove)
        try:
            server.start()
        except StartFailed:
            self.assertIn("`hongbao backup`", server.stderr_text())
            return False
        self.assertEqual(0, server.stop(), server.stderr_text())
        return "damaged" not in server.stderr_text()

    def test_what_a_start_does_not_take_verify_does_not_call_sound(self):
        verdicts = []
        for commits, data in self.copies():
            done = run_command("verify", "--data", data)
            with self.subTest(commits=commits):
                self.assertEqual(done.returncode == 0, "journal is sound" in done.stdout)
                if done.returncode != 0:
                    self.assertIn("`hongbao backup`", done.stdout)
                    to = data.parent / f"restored-{commits}"
                    restored = run_command("restore", "--from", data, "--data", to)
                    self.assertEqual(1, restored.returncode, restored.stderr)
                verdicts.append(done.returncode == 0)
                self.assertEqual(verdicts[-1], self.starts_as_it_is(data),
                                 done.stdout + done.stderr)
        self.assertTrue(verdicts[0], "nothing was committed while that copy was made")
        self.assertIn(False, verdicts)

    def test_verify_beside_a_server_that_commits_all_the_time_finds_it_sound(self):
        stopping = threading.Event()

        def write():
            with Api(self.server.port) as api:
                while not stopping.is_set():
                    api.fresh_user("busy")

        writer = threading.Thread(target=write)
        writer.start()
        try:
            for _ in range(10):
                done = run_command("verify", "--data", self.server.data)
                self.assertEqual(0, done.returncode, done.stdout + done.stderr)
        finally:
            stopping.set()
            writer.join()
        self.assertEqual(0, self.server.stop(), self.server.stderr_text())


if __name__ == "__main__":
    unittest.main()
