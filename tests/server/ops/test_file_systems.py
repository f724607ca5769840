"""Where a data folder may lie: a file system that cannot hold a journal is refused, and of one that forgets
it a start warns."""

import pathlib
import shutil
import subprocess
import tempfile
import unittest

import faults
import flags
from api import Api
from server import Server, binary, clean_environment, run_command

# The type that statfs(2) gives, as its first 8 bytes.
NFS, FUSE, OVERLAY = "6969000000000000", "4655736500000000", "30764c7900000000"


def on(file_system):
    """A wrapper under which every folder seems to lie on that file system."""
    return [shutil.which("strace"), "-f", "-qq", "-o", "/dev/null", "-e", "trace=statfs",
            "-e", f"inject=statfs:poke_exit=@arg2={file_system}"]


def can_pretend():
    if not faults.can_trace():
        return False
    done = subprocess.run([*on(NFS), "stat", "-f", "-c", "%T", "/"], capture_output=True, text=True)
    return done.stdout.strip() == "nfs"


class FileSystems(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        assert can_pretend(), "this test changes what calls give by strace, which may not trace"

    def setUp(self):
        self.home = pathlib.Path(tempfile.mkdtemp(prefix="hongbao-systems-"))
        self.addCleanup(shutil.rmtree, self.home, ignore_errors=True)
        self.data = self.home / "data"

    def make(self):
        server = Server(data=self.data)
        self.addCleanup(server.remove)
        with Api(server.start().port) as api:
            api.fresh_user("ann", 1_000)
        self.assertEqual(0, server.stop(), server.stderr_text())

    def run_on(self, file_system, *arguments):
        return subprocess.run([*on(file_system), binary(), *map(str, arguments)],
                              capture_output=True, text=True, env=clean_environment(), timeout=60,
                              stdin=subprocess.DEVNULL)

    def test_a_file_system_without_locks_is_refused_by_all_commands_that_write(self):
        serve = ("serve", "--data", self.data, flags.listen("127.0.0.1:0"))
        done = self.run_on(NFS, *serve)
        self.assertEqual(1, done.returncode, done.stdout)
        self.assertFalse(self.data.exists(), "nothing is made there")
        self.make()
        for command in (serve, ("archive", "--data", self.data, "--keep-records", 0),
                        ("rebuild", "--data", self.data),
                        ("backup", "--data", self.data, "--to", self.home / "copy"),
                        ("restore", "--from", self.data, "--data", self.home / "copy")):
            for name, kind in (("NFS", NFS), ("FUSE", FUSE)):
                with self.subTest((command[0], name)):
                    done = self.run_on(kind, *command)
                    self.assertEqual(1, done.returncode, done.stdout)
                    self.assertIn(f"lies on {name}", done.stderr)
        self.assertFalse((self.home / "copy").exists())
        for command in ("verify", "dump"):  # commands that only read may
            self.assertEqual(0, self.run_on(NFS, command, "--data", self.data).returncode)

    def test_a_containers_layer_is_warned_of_and_served(self):
        server = Server(data=self.data, wrapper=on(OVERLAY))
        self.addCleanup(server.remove)
        with Api(server.start().port) as api:
            api.fresh_user("ann", 1_000)
        server.kill()  # under a tracer no other way to end works
        self.assertEqual(1, server.stderr_text().count(f"{self.data} lies on overlay"))


class RealFileSystems(unittest.TestCase):
    def test_a_folder_in_memory_is_warned_of_and_one_on_a_disk_is_not(self):
        for folder, kind in (("/dev/shm", "tmpfs"), (tempfile.gettempdir(), None)):
            found = subprocess.run(["stat", "-f", "-c", "%T", folder], capture_output=True,
                                   text=True).stdout.strip()
            home = pathlib.Path(tempfile.mkdtemp(prefix="hongbao-systems-", dir=folder))
            self.addCleanup(shutil.rmtree, home, ignore_errors=True)
            server = Server(flags.journal_map_bytes(16 << 20), data=home / "data")
            self.addCleanup(server.remove)
            server.start()
            self.assertEqual(0, server.stop(), server.stderr_text())
            if found == "tmpfs":
                self.assertIn(f"{home / 'data'} lies on tmpfs, in memory", server.stderr_text())
            elif kind is None and found not in ("overlayfs", "overlay"):
                self.assertNotIn("lies on", server.stderr_text())

    def test_a_folder_behind_fuse_is_refused(self):
        home = pathlib.Path(tempfile.mkdtemp(prefix="hongbao-systems-"))
        self.addCleanup(shutil.rmtree, home, ignore_errors=True)
        for name in ("real", "mounted"):
            (home / name).mkdir()
        if subprocess.run(["bindfs", home / "real", home / "mounted"],
                          stderr=subprocess.DEVNULL).returncode != 0:
            print("nothing may be mounted here; the type alone is judged elsewhere", flush=True)
            return
        self.addCleanup(subprocess.run, ["fusermount", "-u", "-z", home / "mounted"])
        done = run_command("serve", "--data", home / "mounted", flags.listen("127.0.0.1:0"))
        self.assertEqual(1, done.returncode, done.stdout)
        self.assertIn("lies on FUSE", done.stderr)
        self.assertEqual([], list((home / "real").iterdir()))


if __name__ == "__main__":
    unittest.main()
