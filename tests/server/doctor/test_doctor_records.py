"""`hongbao doctor` and what holds records: journal, read model, archive, backups. Each is fed a fault that it has to name,
and nothing is changed."""

import datetime
import os
import shutil
import subprocess
import unittest

import flags
from api import Api
from archives import archive
from backups import back_up
from doctor_cases import CHECKS, DoctorCase, doctor, fingerprint
from server import Server, binary, clean_environment, copy_data

DAY_S = 86_400


class Sound(DoctorCase):
    def test_a_sound_folder_is_found_sound_and_stays_as_it_is(self):
        before = fingerprint(self.data)
        found = doctor(self.data, sync=True)
        self.assertEqual(CHECKS, [check["name"] for check in found.report["checks"]])
        for name in ("configuration", "room", "permissions", "certificate", "port", "server", "journal", "read model",
                     "archive", "leftovers"):
            self.assertEqual("ok", found.verdict(name), found.says(name))
        self.assertEqual(0, found.done.returncode, found.done.stdout)
        self.assertEqual("", found.done.stderr)
        self.assertEqual(self.records, found.figures("journal")["last_sequence"])
        self.assertGreaterEqual(found.figures("sync")["commits"], 2)
        self.assertLessEqual(found.figures("sync")["p50_us"], found.figures("sync")["p99_us"])
        self.assertEqual(before, fingerprint(self.data))

    def test_beside_a_server_too_which_is_asked_how_it_is(self):
        server = self.server()
        with Api(server.port) as api:
            api.create_account("another")
            found = self.assert_found("ok", "server", "is ready")
            self.assertIn(f"{self.records + 1} records", found.says("journal"))
            self.assertEqual(200, api.switch("sign_up", False).status)
            self.assert_found("warning", "server", "sign_up", "hongbao switch")
            self.assertEqual(200, api.switch("sign_up", True).status)
            self.assert_found("ok", "server", "is ready")
        self.assertEqual(0, server.stop(), server.stderr_text())

    def test_where_nothing_is_yet_nothing_is_made(self):
        for folder in (self.home / "none", self.home / "no" / "folder"):
            found = doctor(folder)
            self.assertEqual(0, found.done.returncode, found.done.stdout)
            for name in ("permissions", "journal", "read model", "backup"):
                self.assertEqual("ok", found.verdict(name), found.says(name))
        self.assertEqual(["data"], os.listdir(self.home))

    def test_warnings_fail_only_if_asked(self):
        found = doctor(self.data)
        self.assertEqual(("warning", 0), (found.verdict("backup"), found.done.returncode))
        self.assertEqual(1, doctor(self.data, "--strict").done.returncode)

    def test_output_that_cannot_be_written_is_a_failure(self):
        with open("/dev/full", "w", encoding="utf-8") as full:
            done = subprocess.run([binary(), "doctor", "--data", self.data, "--without-sync"], stdout=full,
                                  stderr=subprocess.PIPE, env=clean_environment(), check=False)
        self.assertNotEqual(0, done.returncode)


class Records(DoctorCase):
    def flip(self, name):
        file = self.data / "journal" / "data.mdb"
        found = file.read_bytes()
        self.assertIn(name, found)
        file.write_bytes(found.replace(name, bytes([name[0] ^ 1]) + name[1:]))

    def test_a_damaged_end_is_found_and_left_alone(self):
        self.flip(b"late.one")
        before = fingerprint(self.data)
        self.assert_found("fault", "journal", f"record {self.records}", "hongbao verify", "restore a backup")
        self.assertEqual(before, fingerprint(self.data))

    def test_a_file_that_is_no_journal_is_found(self):
        file = self.data / "journal" / "data.mdb"
        file.write_bytes(b"\x5a" * len(file.read_bytes()))
        self.assert_found("fault", "journal")

    def test_a_pipe_in_a_files_place_is_not_waited_for(self):
        for name, verdict, check in (("model", "warning", "read model"), ("journal", "fault", "journal")):
            file = self.data / name / "data.mdb"
            file.unlink()
            os.mkfifo(file)
            self.assert_found(verdict, check, file, "is not a file")

    def test_journals_that_a_start_put_aside_are_told_of(self):
        shutil.copytree(self.data / "journal", self.data / "journal.broken")
        self.assert_found("warning", "journal", "journal.broken")
        shutil.rmtree(self.data / "journal")
        self.assert_found("fault", "journal", "journal.broken", "there is no other")

    def test_the_read_model_is_told_to_be_missing_unusable_or_marked_by_a_crash(self):
        model = self.data / "model"
        (model / "loading").touch()
        self.assert_found("warning", "read model", "crashed", "rebuilds")
        (model / "loading").unlink()
        self.assert_found("ok", "read model", f"record {self.records}")
        (model / "data.mdb").write_bytes(b"\x5a" * 65_536)
        self.assert_found("warning", "read model", "cannot be used")
        shutil.rmtree(model)
        self.assert_found("ok", "read model", "the next start builds it")
        self.assertFalse(model.exists())

    def test_a_segment_that_is_missing_is_named(self):
        self.assert_found("ok", "archive", "nothing is archived")
        last = archive(self.data)
        self.assertGreater(last, 0)
        found = self.assert_found("ok", "archive", f"records 1 to {last}")
        self.assertEqual(last, found.figures("archive")["archived"])
        segment, = (self.data / "journal" / "archive").glob("segment-*.zst")
        segment.rename(self.home / segment.name)
        self.assert_found("fault", "archive", segment.name.split("-")[1].lstrip("0"), "put the segment back")

    def test_a_gap_between_segments_is_named(self):
        archive(self.data)
        server = self.server()
        with Api(server.port) as api:
            for number in range(5):
                api.create_account(f"more{number}")
        self.assertEqual(0, server.stop(), server.stderr_text())
        archive(self.data)
        first, second = sorted((self.data / "journal" / "archive").glob("segment-*.zst"))
        self.assert_found("ok", "archive", "2 segments")
        for gone in (first, second):
            away = gone.rename(self.home / gone.name)
            self.assert_found("fault", "archive", "put the segment back")
            away.rename(gone)
        self.assert_found("ok", "archive", "2 segments")

    def test_what_is_archived_and_still_in_the_journal_is_told(self):
        """As an archiving leaves it that was ended after its segment, before the journal was cut."""
        before = self.home / "before"
        copy_data(self.data, before)
        last = archive(self.data)
        shutil.copytree(self.data / "journal" / "archive", before / "journal" / "archive", dirs_exist_ok=True)
        self.assert_found("warning", "archive", f"records up to {last} are archived", "`hongbao archive` again",
                          of=doctor(before))


class Backups(DoctorCase):
    def setUp(self):
        super().setUp()
        self.backups = self.home / "backups"
        self.backups.mkdir()

    def with_backups(self, *more):
        return doctor(self.data, flags.backup_dir(self.backups), *more)

    def grow(self, user="grown"):
        server = self.server()
        with Api(server.port) as api:
            api.create_account(user)
        self.assertEqual(0, server.stop(), server.stderr_text())

    def test_the_newest_is_looked_at_and_is_of_this_journal(self):
        self.assert_found("warning", "backup", "backup_dir")
        self.assert_found("fault", "backup", "there is no backup", of=self.with_backups())
        back_up(self.data, self.backups / "monday")
        self.assert_found("ok", "backup", "monday has every record", of=self.with_backups())
        self.grow()
        found = self.assert_found("ok", "backup", of=self.with_backups())
        self.assertGreater(found.figures("backup")["records_since"], 0)
        self.make_older("monday", 2 * DAY_S)
        self.assert_found("warning", "backup", "monday", "2 days old", "another is due", of=self.with_backups())
        self.assert_found("ok", "backup", of=self.with_backups(flags.backup_due_s(3 * DAY_S)))
        back_up(self.data, self.backups / "wednesday")
        found = self.assert_found("ok", "backup", "wednesday", of=self.with_backups())
        self.assertEqual(0, found.figures("backup")["records_since"])

    def make_older(self, name, seconds):
        file = self.backups / name / "journal" / "data.mdb"
        before = datetime.datetime.now().timestamp() - seconds
        os.utime(file, (before, before))

    def test_the_folder_may_be_the_backup_itself(self):
        back_up(self.data, self.backups)
        self.assert_found("ok", "backup", "has every record", of=self.with_backups())

    def test_one_of_another_journal_is_no_backup_of_this(self):
        other = Server()
        self.addCleanup(other.remove)
        other.start()
        self.assertEqual(0, other.stop())
        back_up(other.data, self.backups / "other")
        self.assert_found("fault", "backup", "of another journal", of=self.with_backups())

    def test_one_that_has_more_or_another_course_shows_a_restore(self):
        copy_data(self.data, self.home / "before")
        self.grow()
        back_up(self.data, self.backups / "later")
        shutil.rmtree(self.data)
        (self.home / "before").rename(self.data)
        self.assert_found("fault", "backup", "records are missing here", of=self.with_backups())
        self.grow("another")
        self.grow("one.more")
        self.assert_found("fault", "backup", "of another course", of=self.with_backups())

    def test_a_damaged_one_or_a_missing_folder_is_a_failure_and_nothing_is_written(self):
        back_up(self.data, self.backups / "only")
        before = fingerprint(self.backups)
        self.with_backups()
        self.assertEqual(before, fingerprint(self.backups))
        file = self.backups / "only" / "journal" / "data.mdb"
        file.write_bytes(b"\x5a" * len(file.read_bytes()))
        self.assert_found("fault", "backup", "cannot be used", of=self.with_backups())
        shutil.rmtree(self.backups)
        self.assert_found("fault", "backup", "is its disk mounted?", of=self.with_backups())


if __name__ == "__main__":
    unittest.main()
