"""Folders without a journal, and places where none can be made: plain words, exit status 1."""

import pathlib
import shutil
import tempfile
import unittest

import flags
from server import run_command


class DataFolders(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="hongbao-folders-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def assert_refused(self, done, *words):
        told = done.stdout + done.stderr
        self.assertEqual(1, done.returncode, f"{done.args}: {told}")
        for word in words:
            self.assertIn(word, done.stderr, done.args)
        self.assertNotIn("is ready", told)
        self.assertNotIn("is sound", told)

    def serve(self, data):
        return run_command("serve", "--data", data, flags.listen("127.0.0.1:0"), timeout_s=60)

    def test_serve_exits_1_where_a_data_folder_cannot_be_made(self):
        plain = self.folder / "plain"
        plain.write_text("somebody's notes")
        for data in (plain, plain / "below"):
            with self.subTest(data.name):
                self.assert_refused(self.serve(data), str(plain))
        self.assertEqual("somebody's notes", plain.read_text())

    def test_serve_exits_1_where_the_journal_cannot_be_made(self):
        data = self.folder / "data"
        data.mkdir()
        (data / "journal").write_text("no folder")
        self.assert_refused(self.serve(data), "journal")
        self.assertEqual("no folder", (data / "journal").read_text())

    def test_verify_and_dump_say_that_a_folder_holds_no_journal_and_leave_it_as_it_is(self):
        plain = self.folder / "plain"
        plain.write_text("somebody's notes")
        empty = self.folder / "empty"
        empty.mkdir()
        hollow = self.folder / "hollow"
        (hollow / "journal").mkdir(parents=True)
        missing = self.folder / "missing"
        before = sorted(self.folder.rglob("*"))
        for data in (plain, empty, hollow, missing):
            for command in ("verify", "dump"):
                with self.subTest((command, data.name)):
                    done = run_command(command, "--data", data)
                    self.assert_refused(done, str(data), "journal")
                    self.assertEqual("", done.stdout)
                    self.assertNotIn("backup", done.stderr, "nothing is damaged here")
                    self.assertEqual(before, sorted(self.folder.rglob("*")))


if __name__ == "__main__":
    unittest.main()
