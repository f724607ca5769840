"""What `hongbao doctor --fix` mends, and what it leaves alone: secrets, leftovers, what is another user's."""

import os
import signal
import unittest

import flags
from doctor_cases import Diagnosis, DoctorCase, doctor, fingerprint
from users import UserRuns, give


class Secrets(DoctorCase):
    def test_a_secret_that_others_can_read_is_named_and_mended(self):
        secret = self.data / "token-secrets.json"
        for mode in (0o644, 0o640, 0o602):
            secret.chmod(mode)
            self.assert_found("fault", "permissions", secret, f"{mode:04o}")
            found = doctor(self.data, "--fix")
            self.assertEqual([f"chmod 0600 {secret}"], found.report["mended"])
            self.assert_found("ok", "permissions", of=found)
            self.assertEqual(0o600, secret.stat().st_mode & 0o7777)
        self.assertEqual([], doctor(self.data, "--fix").report["mended"])

    def test_a_folder_that_lets_others_in_is_warned_of_and_mended_also_beside_a_server(self):
        self.server()
        self.data.chmod(0o755)
        self.assert_found("warning", "permissions", "0755", f"chmod 700 {self.data}")
        self.assertEqual([f"chmod 0700 {self.data}"], doctor(self.data, "--fix").report["mended"])
        self.assertEqual(0o700, self.data.stat().st_mode & 0o7777)

    def test_what_is_mended_is_no_other_file(self):
        """A link in the place of the secret, or another name of it, leads astray."""
        other = self.home / "other"
        other.write_text("kept")
        other.chmod(0o644)
        secret = self.data / "token-secrets.json"
        for lead_astray in (os.symlink, os.link):
            secret.unlink()
            lead_astray(other, secret)
            found = doctor(self.data, "--fix")
            self.assertEqual([], found.report["mended"])
            self.assertEqual("fault", found.verdict("permissions"))
            self.assertEqual(1, len(found.report["not_mended"]), found.report)
            self.assertEqual(0o644, other.stat().st_mode & 0o7777)

    def test_settings_that_others_may_write_are_warned_of(self):
        settings = self.home / "hongbao.toml"
        settings.write_text("")
        settings.chmod(0o646)
        self.assert_found("warning", "permissions", settings, of=doctor(self.data, "--config", settings))
        settings.chmod(0o644)
        self.assert_found("ok", "permissions", of=doctor(self.data, "--config", settings))

    def test_a_user_is_told_what_it_cannot_see_and_of_whom(self):
        user = UserRuns(self.home)
        for path in (self.data, *self.data.rglob("*")):
            os.chown(path, 0, 0)
        arguments = ("doctor", "--json", "--data", self.data, flags.listen("127.0.0.1:0"))
        before = fingerprint(self.data)
        found = Diagnosis(user.run(*arguments))
        for name in ("sync", "permissions", "journal", "read model", "archive", "leftovers", "backup"):
            self.assertEqual("note", found.verdict(name), found.says(name))
        self.assertIn("belongs to root", found.says("journal"))
        self.assertEqual(0, found.done.returncode, found.done.stdout)
        self.assertEqual(before, fingerprint(self.data))
        give(self.data)
        found = Diagnosis(user.run(*arguments))
        self.assertEqual("ok", found.verdict("journal"), found.says("journal"))
        (self.data / "journal").chmod(0o700)
        os.chown(self.data / "journal" / "data.mdb", 0, 0)
        found = Diagnosis(user.run(*arguments))
        self.assertEqual("fault", found.verdict("permissions"), found.says("permissions"))
        self.assertIn("chown -R", found.says("permissions"))


class Leftovers(DoctorCase):
    def test_a_killed_servers_socket_is_told_and_removed(self):
        server = self.server()
        server.kill()
        socket = self.data / "control.sock"
        self.assertTrue(socket.exists())
        self.assert_found("warning", "server", socket, "ended from outside")
        found = doctor(self.data, "--fix")
        self.assertEqual([f"removed {socket}"], found.report["mended"])
        self.assert_found("ok", "server", "no server runs", of=found)
        self.assertFalse(socket.exists())
        self.assertEqual(0, self.server().stop())

    def leave_behind(self):
        left = [self.data / "token-secrets.json.new", self.data / "webhook-key.new"]
        for path in left:
            path.write_text("half")
            path.chmod(0o600)
        return left

    def test_what_interrupted_work_left_is_removed(self):
        (self.data / "journal" / "archive").mkdir()
        left = [*self.leave_behind(), self.data / "journal" / "archive" / "segment.partial",
                self.data / "journal" / "sync-test.a1B2c3"]
        for path in left[2:]:
            path.write_text("half")
        self.assert_found("warning", "leftovers", *left)
        found = doctor(self.data, "--fix")
        self.assertEqual([f"removed {path}" for path in left], found.report["mended"])
        self.assert_found("ok", "leftovers", of=found)
        self.assertEqual([], [path for path in left if path.exists()])
        self.assertEqual(self.records, doctor(self.data).figures("journal")["last_sequence"])

    def test_but_not_beside_a_server(self):
        server = self.server()
        left = self.leave_behind()
        found = doctor(self.data, "--fix")
        self.assertEqual([], found.report["mended"])
        self.assertEqual(2, len(found.report["not_mended"]))
        self.assertIn("a server runs", found.report["not_mended"][0])
        self.assertTrue(all(path.exists() for path in left))
        self.assertEqual(0, server.stop())

    def test_a_backup_that_was_not_completed_is_left_to_people(self):
        unfinished = self.data / "journal.partial"
        unfinished.mkdir()
        self.assert_found("fault", "leftovers", unfinished)
        doctor(self.data, "--fix")
        self.assertTrue(unfinished.exists())

    def test_a_server_that_does_not_answer_is_a_failure(self):
        server = self.server()
        os.killpg(server.process.pid, signal.SIGSTOP)
        self.addCleanup(os.killpg, server.process.pid, signal.SIGCONT)
        self.assert_found("fault", "server", "does not answer")


if __name__ == "__main__":
    unittest.main()
