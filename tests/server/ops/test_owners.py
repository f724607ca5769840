"""What root runs in a service user's folder leaves no file of root's, and what an earlier run left is named.

An ordinary user who runs these tests can only make files of that user, which proves as much.
"""

import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

import flags
from api import Api
from server import Server, binary, clean_environment, run_command
from users import IS_ROOT, USER, UserRuns, give, owners


class Owners(unittest.TestCase):
    def setUp(self):
        self.home = pathlib.Path(tempfile.mkdtemp(prefix="hongbao-owners-"))
        self.addCleanup(shutil.rmtree, self.home, ignore_errors=True)
        self.user = UserRuns(self.home)
        self.data = self.home / "data"
        server = Server(data=self.data)
        self.addCleanup(server.remove)
        with Api(server.start().port) as api:
            api.fresh_user("ann", 1_000)
        self.assertEqual(0, server.stop(), server.stderr_text())
        give(self.data)

    def assert_all_the_users(self, folder):
        self.assertEqual(set(), {path for path, uid in owners(folder).items() if uid != USER})

    def assert_starts(self, data):
        server = self.user.server(data)
        self.addCleanup(server.remove)
        server.start()
        self.assertEqual(0, server.stop(), server.stderr_text())
        self.assertNotIn("rebuilt from the journal", server.stderr_text())

    def test_every_command_of_root_leaves_files_of_the_folders_owner(self):
        for arguments in (("archive", "--keep-records", 0), ("rebuild",), ("verify",), ("dump",),
                          ("prove", 7), ("backup", "--to", self.home / "copy")):
            for made_anew in ("lock", "journal/lock.mdb", "model/lock.mdb"):
                (self.data / made_anew).unlink(missing_ok=True)
            done = run_command(*arguments, "--data", self.data)
            with self.subTest(arguments[0]):
                self.assertEqual(1 if arguments[0] == "prove" else 0, done.returncode, done.stderr)
                self.assert_all_the_users(self.data)
        self.assert_starts(self.data)

    def test_a_server_of_root_leaves_files_of_the_folders_owner(self):
        shutil.rmtree(self.data / "model")
        server = Server(data=self.data)
        self.addCleanup(server.remove)
        with Api(server.start().port) as api:
            api.fresh_user("bob", 1_000)
        self.assert_all_the_users(self.data)
        server.kill()
        self.assert_all_the_users(self.data)
        self.assert_starts(self.data)

    def test_a_command_of_root_that_is_killed_leaves_nothing_of_roots(self):
        (self.data / "lock").unlink()
        shutil.rmtree(self.data / "model")
        killed = subprocess.Popen([binary(), "rebuild", "--data", str(self.data)],
                                  env=clean_environment(), stdout=subprocess.DEVNULL)
        while killed.poll() is None and not (self.data / "model").exists():
            pass
        killed.kill()
        killed.wait()
        self.assert_all_the_users(self.data)

    def test_a_copy_into_a_folder_of_somebodys_belongs_to_that_somebody(self):
        for command in (("backup", "--data", self.data, "--to"),
                        ("restore", "--from", self.data, "--data")):
            target = self.home / command[0]
            target.mkdir()
            give(target)
            done = run_command(*command, target)
            self.assertEqual(0, done.returncode, done.stderr)
            self.assert_all_the_users(target)
            self.assert_all_the_users(self.data)
            self.assert_starts(target)

    def test_a_start_names_what_an_earlier_run_of_root_left_and_what_mends_it(self):
        if not IS_ROOT:
            return
        for name in ("lock", "journal/lock.mdb", "journal/data.mdb", "model/data.mdb"):
            path = self.data / name
            os.chown(path, 0, 0)
            done = self.user.run("serve", "--data", self.data, flags.listen("127.0.0.1:0"))
            with self.subTest(name):
                self.assertEqual(1, done.returncode, done.stderr)
                self.assertIn(f"{path} belongs to root", done.stderr)
                self.assertIn(f"`chown -R {USER}:{USER} {self.data}`", done.stderr)
                self.assertNotIn("damage", done.stderr)
                self.assertNotIn("rebuilt from the journal", done.stderr)
            os.chown(path, USER, USER)
        self.assert_starts(self.data)


if __name__ == "__main__":
    unittest.main()
