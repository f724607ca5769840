"""What cannot be seen, mapped or opened is neither missing nor damaged, and stays as it is.

One sentence each: the path, the error in words, the user that asked. Run as an ordinary user without rights.
"""

import pathlib
import shutil
import tempfile
import unittest

import flags
from api import Api
from server import Server, StartFailed
from users import USER, UserRuns, give

MIB = 1 << 20
WRONG_WORDS = ("damaged", "lost its journal", "there is no journal", "restore a backup",
               "rebuilt from the journal", "terminate", "is sound", "is ready")


class CannotSee(unittest.TestCase):
    def setUp(self):
        self.home = pathlib.Path(tempfile.mkdtemp(prefix="hongbao-sight-"))
        self.addCleanup(shutil.rmtree, self.home, ignore_errors=True)
        self.user = UserRuns(self.home)
        self.data = self.home / "data"
        self.journal = self.data / "journal"
        server = Server(flags.journal_map_bytes(64 * MIB), data=self.data)
        self.addCleanup(server.remove)
        with Api(server.start().port) as api:
            api.fresh_user("ann", 1_000)
            self.records = api.audit()["journal_sequence"]
        self.assertEqual(0, server.stop(), server.stderr_text())
        give(self.data)

    def commands(self, data):
        """Every command on a data directory; none may succeed where that cannot be seen."""
        return [("serve", "--data", data, flags.listen("127.0.0.1:0")), ("verify", "--data", data),
                ("dump", "--data", data), ("prove", "7", "--data", data),
                ("archive", "--data", data, "--keep-records", 0), ("rebuild", "--data", data),
                ("backup", "--data", data, "--to", self.home / "copy"),
                ("restore", "--from", data, "--data", self.home / "copy")]

    def assert_refused(self, done, *words):
        told = done.stdout + done.stderr
        self.assertEqual(1, done.returncode, f"{done.args}: {told}")
        for word in words:
            self.assertIn(str(word), done.stderr, done.args)
        for word in WRONG_WORDS:
            self.assertNotIn(word, told, done.args)

    def names(self):
        return sorted(path.name for path in self.data.iterdir())

    def assert_unharmed(self):
        """It starts as it was, with the read model that was there."""
        self.assertEqual(["journal", "model", "token-secrets.json", "webhook-key"],
                         [name for name in self.names() if name != "lock"])
        server = self.user.server(self.data)
        self.addCleanup(server.remove)
        with Api(server.start().port) as api:
            self.assertEqual(self.records, api.audit()["journal_sequence"])
        self.assertEqual(0, server.stop())
        self.assertNotIn("rebuilt from the journal", server.stderr_text())

    def denied(self, path, commands):
        mode = path.stat().st_mode & 0o777
        path.chmod(0)
        try:
            for command in commands:
                with self.subTest((command[0], path.name)):
                    self.assert_refused(self.user.run(*command), path, "Permission denied",
                                        f"uid {USER}")
        finally:
            path.chmod(mode)

    def test_without_rights_every_command_says_so(self):
        self.denied(self.data, self.commands(self.data))
        self.denied(self.journal, self.commands(self.data))
        self.denied(self.journal / "data.mdb", self.commands(self.data))
        self.assert_unharmed()

    def test_a_read_model_that_cannot_be_read_is_left_as_it_is(self):
        needs_it = [command for command in self.commands(self.data)
                    if command[0] in ("serve", "archive")]
        model = self.data / "model"
        found = (model / "data.mdb").read_bytes()
        self.denied(model, needs_it + [("rebuild", "--data", self.data)])
        self.denied(model / "data.mdb", needs_it)
        for path in (model, model / "data.mdb"):
            path.chmod(0)
            done = self.user.run("verify", "--data", self.data)
            path.chmod(0o700)
            self.assertEqual(1, done.returncode, done.stdout + done.stderr)
            self.assertIn("Permission denied", done.stderr)
            self.assertNotIn("differs", done.stdout)
        self.assertEqual(found, (model / "data.mdb").read_bytes())
        self.assert_unharmed()

    def test_a_folder_that_cannot_be_written_is_named(self):
        (self.data / "lock").unlink()
        self.data.chmod(0o500)
        for command in (("serve", "--data", self.data, flags.listen("127.0.0.1:0")),
                        ("rebuild", "--data", self.data),
                        ("archive", "--data", self.data, "--keep-records", 0)):
            self.assert_refused(self.user.run(*command), self.data / "lock", "Permission denied")
        self.data.chmod(0o700)
        self.assert_unharmed()

    def test_names_that_lead_nowhere_are_told_as_such(self):
        loop = self.home / "loop"
        loop.symlink_to("loop")
        longest = self.home / ("n" * 300)
        below = self.user.binary / "below"
        for data, words in ((loop, "Too many levels of symbolic links"),
                            (longest, "File name too long"), (below, "Not a directory")):
            for command in self.commands(data):
                with self.subTest((command[0], data.name[:9])):
                    self.assert_refused(self.user.run(*command), data, words)

    def test_a_link_to_what_is_not_there_is_no_empty_place(self):
        moved = self.home / "elsewhere"
        shutil.rmtree(self.data / "model")
        self.journal.rename(moved)
        self.journal.symlink_to(self.home / "disk" / "journal")
        for command in self.commands(self.data):
            with self.subTest(command[0]):
                self.assert_refused(self.user.run(*command), self.journal, "which is not there")
        self.assertTrue(self.journal.is_symlink())
        whole = self.home / "whole"
        whole.symlink_to(self.home / "disk")
        self.assert_refused(self.user.run("serve", "--data", whole), whole, "which is not there")

    def test_an_archive_that_cannot_be_read_is_no_damage(self):
        done = self.user.run("archive", "--data", self.data, "--keep-records", 0)
        self.assertEqual(0, done.returncode, done.stderr)
        archive = self.journal / "archive"
        segment = next(archive.iterdir())
        reads_all = [command for command in self.commands(self.data)
                     if command[0] not in ("serve", "archive")]
        self.denied(archive, reads_all)
        self.denied(segment, reads_all)
        self.assert_unharmed()

    def test_too_few_descriptors_are_no_damage(self):
        limit = ["prlimit", "--nofile=4"]
        serve, *others = self.commands(self.data)
        done = self.user.run(*serve, wrapper=limit)  # it counts the descriptors it will need first
        self.assertEqual(2, done.returncode, done.stderr)
        self.assertIn("connections_max", done.stderr)
        self.assertIn("ulimit -n", done.stderr)
        for command in others:
            with self.subTest(command[0]):
                self.assert_refused(self.user.run(*command, wrapper=limit), "Too many open files",
                                    "ulimit -n")
        self.assert_unharmed()

    def test_too_few_processes_are_no_damage(self):
        limit = ["prlimit", "--nproc=0"]
        done = self.user.run(*self.commands(self.data)[0], wrapper=limit)
        self.assert_refused(done, "Resource temporarily unavailable", "ulimit -u")
        self.assert_unharmed()


class FewAddresses(unittest.TestCase):
    """`ulimit -v`: the journal and the read model are each mapped as a whole."""

    limit = ["prlimit", f"--as={4096 * MIB}"]

    def setUp(self):
        self.home = pathlib.Path(tempfile.mkdtemp(prefix="hongbao-addresses-"))
        self.addCleanup(shutil.rmtree, self.home, ignore_errors=True)
        self.user = UserRuns(self.home)
        # A build with sanitizers needs more by itself, so it gets no limit.
        if self.user.run("--version", wrapper=self.limit).returncode != 0:
            self.limit = []
        self.server = self.user.server(self.home / "data")
        self.addCleanup(self.server.remove)

    def fill(self):
        with Api(self.server.port) as api:
            api.fresh_user("ann", 1_000)
            sequence = api.audit()["journal_sequence"]
        self.assertEqual(0, self.server.stop(), self.server.stderr_text())
        return sequence

    def test_the_sentence_names_setting_and_limit_and_a_smaller_map_helps_an_existing_journal(self):
        self.server.start()  # with the default map size
        sequence = self.fill()
        model = (self.home / "data" / "model" / "data.mdb").read_bytes()
        self.server.wrapper += self.limit
        if self.limit:
            with self.assertRaises(StartFailed):
                self.server.start()
            told = self.server.stderr_text()
            for words in ("Cannot allocate memory", "ulimit -v", "journal_map_bytes",
                          str(self.home / "data")):
                self.assertIn(words, told)
            self.assertNotIn("damaged", told)
        self.assertEqual(model, (self.home / "data" / "model" / "data.mdb").read_bytes())
        with Api(self.server.start(flags.journal_map_bytes(64 * MIB)).port) as api:
            self.assertEqual(sequence, api.audit()["journal_sequence"])
        sequence = self.fill()
        self.assertNotIn("rebuilt from the journal", self.server.stderr_text())
        for command in ("verify", "dump", "rebuild"):
            done = self.user.run(command, "--data", self.home / "data", wrapper=self.limit)
            self.assertEqual(0, done.returncode, done.stdout + done.stderr)
        del self.server.wrapper[len(self.server.wrapper) - len(self.limit):]
        with Api(self.server.start().port) as api:
            self.assertEqual(sequence, api.audit()["journal_sequence"])
        self.fill()


if __name__ == "__main__":
    unittest.main()
