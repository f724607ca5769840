"""What a start does with a damaged journal: it cuts a damaged last commit and says so; anything else it sets aside."""

import hashlib
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

import flags
from api import Api
from server import Server, binary, clean_environment, run_command

PAGE_BYTES = 4096


def digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


class DamageAtStart(unittest.TestCase):
    def setUp(self):
        self.server = Server()
        self.addCleanup(self.server.remove)
        self.data = self.server.data
        self.file = self.data / "journal" / "data.mdb"
        with Api(self.server.start().port) as api:
            for number in range(60):
                api.create_account(f"early-{number:03}")
            api.create_account("late.one")  # a commit of its own, and the last one
            self.records = api.audit()["journal_sequence"]
        self.assertEqual(0, self.server.stop())

    def flip(self, name):
        """One bit of every copy of a name in the journal's file."""
        data = self.file.read_bytes()
        self.assertIn(name, data)
        self.file.write_bytes(data.replace(name, bytes([name[0] ^ 1]) + name[1:]))

    def refused(self):
        done = run_command("serve", "--data", self.data, flags.listen("127.0.0.1:0"), timeout_s=60)
        self.assertEqual(1, done.returncode, done.stdout + done.stderr)
        self.assertNotIn("is ready", done.stdout)
        return done.stderr

    def names(self):
        return sorted(entry.name for entry in self.data.iterdir())

    def test_a_damaged_last_commit_is_cut_and_told_and_the_rest_is_served(self):
        self.flip(b"late.one")
        found = digest(self.file)
        with Api(self.server.start().port) as api:
            self.assertEqual(self.records - 1, api.audit()["journal_sequence"])
            self.assertEqual(404, api.get("/v1/accounts/late.one").status)
            self.assertEqual(200, api.get("/v1/accounts/early-059").status)
            api.create_account("late.two")
        told = self.server.stderr_text()
        self.assertIn(f"record {self.records} is damaged", told)
        self.assertIn(f"Records {self.records} to {self.records} have been cut off, the last of them written at 2", told)
        self.assertIn(f"the journal ends with record {self.records - 1} now", told)
        self.assertIn("replies that rested on these records may have been given", told)
        self.assertIn(f"is kept in {self.data / 'journal.broken'}", told)
        self.assertIn("it is rebuilt from the journal", told, "the model had taken that commit")
        self.assertEqual(found, digest(self.data / "journal.broken" / "data.mdb"))
        length = len(told)
        self.server.restart()
        self.assertNotIn("cut off", self.server.stderr_text()[length:])
        self.assertEqual(0, self.server.stop())
        self.assertEqual(0, self.server.verify().returncode)

    def test_a_second_cut_keeps_the_first_copy(self):
        for name, kept in ((b"late.one", "journal.broken"), (b"late.two", "journal.broken.2")):
            self.flip(name)
            found = digest(self.file)
            with Api(self.server.start().port) as api:
                api.create_account("late.two")
            self.assertEqual(0, self.server.stop())
            self.assertEqual(found, digest(self.data / kept / "data.mdb"))

    def test_damage_before_that_is_refused_and_taken_out_of_the_way(self):
        shutil.rmtree(self.data / "model")  # so that the whole journal is replayed
        self.flip(b"early-007")
        found = digest(self.file)
        told = self.refused()
        self.assertRegex(told, r"record 8 is damaged")
        self.assertIn(f"the journal is kept as {self.data / 'journal.broken'}", told)
        self.assertIn("`hongbao verify --data", told)
        self.assertEqual(found, digest(self.data / "journal.broken" / "data.mdb"))
        self.assertNotIn("journal", self.names())
        for _ in range(2):  # as a supervisor would go on trying
            told = self.refused()
            self.assertIn("holds no journal but one that an earlier start found damaged", told)
            self.assertIn("Restore a backup into a new folder", told)
            self.assertNotIn("journal", self.names())
        self.assertEqual(found, digest(self.data / "journal.broken" / "data.mdb"))

    def test_what_was_taken_out_of_the_way_can_be_read_and_put_back(self):
        shutil.rmtree(self.data / "model")
        good = self.file.read_bytes()
        self.flip(b"early-007")
        self.refused()
        verified = run_command("verify", "--data", self.data)
        self.assertEqual(1, verified.returncode)
        self.assertIn("journal is damaged at record 8", verified.stdout)
        self.assertIn("which a start found damaged", verified.stderr)
        dumped = run_command("dump", "--data", self.data)
        self.assertEqual(7, len(dumped.stdout.splitlines()), "what is before the damage")
        self.assertIn("journal.broken", dumped.stderr)
        self.assertIn("holds no journal but one", run_command("rebuild", "--data", self.data).stderr)
        (self.data / "journal.broken" / "data.mdb").write_bytes(good)  # as if the disk had been repaired
        backup = self.server.home / "backup"
        done = run_command("backup", "--data", self.data, "--to", backup)
        self.assertEqual(0, done.returncode, done.stderr)
        self.assertIn("which a start found damaged", done.stderr)
        os.rename(self.data / "journal.broken", self.data / "journal")
        with Api(self.server.start().port) as api:
            self.assertEqual(self.records, api.audit()["journal_sequence"])

    def test_a_file_that_lacks_pages_or_everything_is_refused_and_no_new_journal_is_made(self):
        whole = self.file.read_bytes()
        for size in (3 * PAGE_BYTES, 100, 0):
            with self.subTest(size):
                self.file.write_bytes(whole[:size])
                told = self.refused()
                self.assertIn("the journal is kept as", told)
                self.assertIn("holds no journal but one", self.refused())
                self.assertNotIn("journal", self.names())
                (self.data / "journal").mkdir()
                shutil.rmtree(self.data / "journal.broken")
                self.file.write_bytes(whole)
        with Api(self.server.start().port) as api:
            self.assertEqual(self.records, api.audit()["journal_sequence"])

    def test_a_journal_that_is_gone_is_missed(self):
        shutil.move(self.data / "journal", self.server.home / "moved")
        for _ in range(2):
            self.assertIn("has lost its journal", self.refused())
        self.assertNotIn("journal", self.names())
        shutil.move(self.server.home / "moved", self.data / "journal")
        with Api(self.server.start().port) as api:
            self.assertEqual(self.records, api.audit()["journal_sequence"])

    def test_what_is_no_damage_renames_nothing(self):
        self.server.start()
        taken = run_command("serve", "--data", self.data, flags.listen("127.0.0.1:0"), timeout_s=60)
        self.assertEqual(3, taken.returncode, taken.stderr)
        port_taken = run_command("serve", "--data", self.server.home / "other",
                                 flags.listen(f"127.0.0.1:{self.server.port}"), timeout_s=60)
        self.assertEqual(1, port_taken.returncode, port_taken.stderr)
        self.assertEqual(0, self.server.stop())
        small = run_command("serve", "--data", self.data, "--listen", "127.0.0.1:0",
                            "--journal-map-bytes", "7", timeout_s=60)
        self.assertEqual(2, small.returncode, small.stderr)
        (self.data / "journal.new").write_text("in the way of nothing")
        with Api(self.server.start().port) as api:
            self.assertEqual(self.records, api.audit()["journal_sequence"])
        self.assertEqual(["control.sock", "journal", "lock", "model", "token-secrets.json", "webhook-key"], self.names())

    def test_a_cut_without_room_for_it_is_refused_and_renames_nothing(self):
        if run_in_a_namespace("mount -t tmpfs none \"$1\"", self.server.home).returncode != 0:
            print("no file system of one's own can be mounted here", flush=True)
            return
        self.flip(b"late.one")
        script = ('mount -t tmpfs -o size="$3" tmpfs "$1" && cp -a "$2"/. "$1"/ && '
                  '"$0" serve --data "$1" --listen 127.0.0.1:0; status=$?; ls "$1"; exit $status')
        room = pathlib.Path(tempfile.mkdtemp(prefix="hongbao-room-"))
        self.addCleanup(shutil.rmtree, room, ignore_errors=True)
        used = sum(file.stat().st_blocks * 512 for file in self.data.rglob("*") if file.is_file())
        done = run_in_a_namespace(script, room, self.data, used + 64 * 1024)
        self.assertEqual(1, done.returncode, done.stdout + done.stderr)
        self.assertIn("No space left on device; the journal is as it was", done.stderr)
        self.assertEqual(["journal", "lock", "model", "token-secrets.json", "webhook-key"], done.stdout.split())


def run_in_a_namespace(script, *arguments):
    """With mounts of its own."""
    command = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", script, binary()]
    return subprocess.run([*command, *map(str, arguments)], text=True, capture_output=True,
                          timeout=60, env=clean_environment(), stdin=subprocess.DEVNULL)


if __name__ == "__main__":
    unittest.main()
