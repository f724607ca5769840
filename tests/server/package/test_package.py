"""The Debian package on a system of its own: installed, used, upgraded with data, removed and purged."""

import contextlib
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import unittest

import packages
import unit
from access import Bearer
from api import Api
from debian_root import DebianRoot, control_of
from server import READY
from users import IS_ROOT

SETTINGS = "/etc/hongbao/hongbao.toml"
DATA = "/var/lib/hongbao"
CONSENT = "/etc/hongbao/purge-removes-data"
DEADLINE_S = 60


class Installed(unittest.TestCase):
    """Each test has a system on which the package was just installed."""

    @classmethod
    def setUpClass(cls):
        cls.package, _ = packages.made()
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="hongbao-packages-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        cls.next_package = packages.later(
            cls.package, "0.9.0-1", cls.folder, lambda text: text + "\n# The next version says more here.\n")
        cls.bare = DebianRoot(cls.package)
        cls.addClassCleanup(cls.bare.remove)
        cls.bare.note_what_systemctl_is_asked()

    def setUp(self):
        self.root = self.bare.twin()
        self.addCleanup(self.root.remove)
        self.said = self.root.install(self.package)

    @contextlib.contextmanager
    def serving(self):
        """The API of the server that the unit starts, but on a free port, and its process."""
        program = self.root.command(*shlex.split(unit.value_of("ExecStart")), "--listen=127.0.0.1:0", user="hongbao")
        with subprocess.Popen(program, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              env=self.root.environment()) as process:
            said = []
            try:
                found = None
                while found is None:
                    said.append(process.stdout.readline())
                    self.assertTrue(said[-1], f"it ended: {''.join(said)}")
                    found = READY.search(said[-1])
                with Api(int(found[1])) as api:
                    yield api, process
            finally:
                process.terminate()
                said.append(process.communicate(timeout=DEADLINE_S)[0])
        self.assertEqual(0, process.returncode, "".join(said))

    def change_settings(self, line):
        with self.root.path(SETTINGS).open("a") as settings:
            settings.write(f"{line}\n")

    def status(self):
        return self.root.attempt("dpkg-query", "-W", "-f", "${db:Status-Status} ${Version}", "hongbao").stdout

    def asked(self, word):
        return [line for line in self.root.asked_of_systemctl() if word in line]

    def test_an_installation_makes_user_and_folder_and_starts_nothing(self):
        self.assertEqual(f"installed {control_of(self.package, 'Version')}", self.status())
        self.assertIn(f"not started: look at {SETTINGS}", self.said)
        self.assertEqual(["--system daemon-reload"], self.root.asked_of_systemctl())
        self.assertEqual("hongbao:hongbao 700\nhongbao:hongbao 750\n",
                         self.root.do("stat", "-c", "%U:%G %a", DATA, "/var/log/hongbao"))
        self.assertRegex(self.root.do("getent", "passwd", "hongbao"), rf"^hongbao:.*:{DATA}:/usr/sbin/nologin\n$")
        self.assertFalse(self.root.path("/etc/systemd/system/multi-user.target.wants/hongbao.service").is_symlink())
        self.assertEqual("", self.root.do("dpkg", "--verify", "hongbao"))

    def test_an_upgrade_keeps_data_and_settings_and_restarts_what_runs(self):
        self.change_settings("share_fen_max = 30000")
        with self.serving() as (api, _):
            user = api.fresh_user("ann", 1_234)
            head = api.audit()
        self.root.asked_of_systemctl()
        self.root.install(self.next_package)
        self.assertEqual("installed 0.9.0-1", self.status())
        self.assertEqual(["try-restart hongbao.service"], self.asked("start"))
        self.assertIn("share_fen_max = 30000", self.root.path(SETTINGS).read_text())
        self.assertNotIn("The next version", self.root.path(SETTINGS).read_text())
        with self.serving() as (api, _):
            self.assertEqual(1_234, api.balance(user))
            self.assertEqual(head, api.audit())
        self.assertEqual("", self.root.do("find", DATA, "!", "-user", "hongbao"))

    def test_settings_that_nobody_changed_are_those_of_the_new_version(self):
        self.root.install(self.next_package)
        self.assertIn("The next version", self.root.path(SETTINGS).read_text())

    def test_an_upgrade_does_not_restart_what_would_not_start(self):
        kept = self.root.path(SETTINGS).read_text()
        for line, words in (("share_fen_max = 0", "share_fen_max"), ("no_such_setting = 1", "no_such_setting")):
            with self.subTest(line):
                self.root.path(SETTINGS).write_text(f"{kept}\n{line}\n")
                self.root.asked_of_systemctl()
                said = self.root.install(self.next_package)
                self.assertIn(words, said)
                self.assertIn("hongbao was not restarted", said)
                self.assertEqual([], self.asked("start"))
                self.assertEqual("installed 0.9.0-1", self.status())

    def test_a_removal_stops_it_and_keeps_settings_and_data(self):
        self.change_settings("share_fen_max = 30000")
        with self.serving() as (api, _):
            user = api.fresh_user("ann", 77)
        self.root.asked_of_systemctl()
        self.root.do("dpkg", "--remove", "hongbao")
        self.assertEqual(["stop hongbao.service"], self.asked("stop"))
        self.assertFalse(self.root.path("/usr/bin/hongbao").exists())
        self.assertTrue(self.root.path(SETTINGS).exists())
        self.root.install(self.package)
        self.assertIn("share_fen_max = 30000", self.root.path(SETTINGS).read_text())
        with self.serving() as (api, _):
            self.assertEqual(77, api.balance(user))

    def test_a_purge_removes_settings_and_logs_and_keeps_the_data(self):
        with self.serving() as (api, _):
            user = api.fresh_user("ann", 77)
        self.root.path("/var/log/hongbao/log").touch()
        said = self.root.do("dpkg", "--purge", "hongbao")
        self.assertIn(f"its data stays in {DATA}", said)
        for path in ("/etc/hongbao", "/var/log/hongbao", "/usr/share/doc/hongbao"):
            self.assertFalse(self.root.path(path).exists(), path)
        self.root.install(self.package)
        with self.serving() as (api, _):
            self.assertEqual(77, api.balance(user))

    def test_a_purge_with_consent_removes_the_data(self):
        with self.serving() as (api, _):
            api.fresh_user("ann", 77)
        self.root.path(CONSENT).touch()
        said = self.root.do("dpkg", "--purge", "hongbao")
        self.assertNotIn("stays", said)
        for path in ("/etc/hongbao", DATA):
            self.assertFalse(self.root.path(path).exists(), path)

    def test_data_that_a_server_uses_stays_in_spite_of_the_consent(self):
        self.root.path(CONSENT).touch()
        with self.serving() as (api, _):
            user = api.fresh_user("ann", 77)
            said = self.root.do("dpkg", "--purge", "hongbao")
            self.assertIn(f"{DATA} is in use, so it stays", said)
            self.assertEqual(77, api.balance(user))
        self.root.install(self.package)
        with self.serving() as (api, _):
            self.assertEqual(77, api.balance(user))

    def test_data_on_another_disk_goes_by_the_same_consent_and_by_nothing_else(self):
        """The folder is a link there."""
        elsewhere = self.root.path("/srv/hongbao")
        self.root.path(DATA).rename(elsewhere)
        self.root.path(DATA).symlink_to("/srv/hongbao")
        with self.serving() as (api, _):
            api.fresh_user("ann", 77)
        self.root.do("dpkg", "--purge", "hongbao")
        self.assertTrue((elsewhere / "journal").exists())
        self.root.install(self.package)
        self.root.path(CONSENT).touch()
        self.root.do("dpkg", "--purge", "hongbao")
        self.assertEqual([], list(elsewhere.iterdir()))

    def test_a_purge_of_what_never_ran_leaves_nothing_but_the_user(self):
        said = self.root.do("dpkg", "--purge", "hongbao")
        self.assertNotIn("stays", said)
        self.assertFalse(self.root.path(DATA).exists())
        self.assertEqual("", self.root.do("find", "/etc", "/usr", "-name", "*hongbao*"))
        self.root.do("id", "hongbao")

    def test_what_enables_it_goes_with_a_purge_and_comes_back_after_a_removal(self):
        """`systemctl enable` makes this link."""
        link = self.root.path("/etc/systemd/system/multi-user.target.wants/hongbao.service")
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to("/lib/systemd/system/hongbao.service")
        self.root.do("dpkg", "--remove", "hongbao")
        self.root.install(self.package)
        self.assertTrue(link.is_symlink())
        self.root.do("dpkg", "--purge", "hongbao")
        self.assertFalse(link.is_symlink())

    def test_the_first_key_is_made_as_its_readme_says(self):
        """From then on it alone opens the door."""
        readme = self.root.path("/usr/share/doc/hongbao/README.Debian").read_text()
        command, = re.findall(r"runuser -u hongbao -- (hongbao key create (?:.*\\\n)*.*)", readme)
        key = self.root.do("sh", "-c", f"{command} 2>/dev/null", user="hongbao").strip()
        with self.serving() as (api, _), Bearer(api.port, key) as operator:
            self.assertEqual(401, api.get("/v1/accounts/ann").status)
            self.assertEqual(404, operator.get("/v1/accounts/ann").status)

    def test_its_unit_is_right_and_its_commands_work(self):
        self.assertEqual("", self.root.do("systemd-analyze", "verify", "--man=no", "/usr/lib/systemd/system/hongbao.service"))
        check = shlex.split(unit.value_of("ExecStartPre"))
        self.assertEqual("The settings are right.\n", self.root.do(*check, user="hongbao"))
        self.change_settings('log_file = "/var/log/hongbao/log"')
        log = self.root.path("/var/log/hongbao/log")
        with self.serving() as (api, process):
            log.rename(log.with_name("log.1"))
            reload = shlex.split(unit.value_of("ExecReload"))
            self.root.do("env", f"MAINPID={process.pid}", *reload, user="hongbao")
            while not log.exists():
                self.assertEqual(200, api.get("/livez").status)


def load_tests(_loader, tests, _pattern):
    if IS_ROOT:
        return tests
    print("nothing is installed: only root can install packages", file=sys.stderr)
    return unittest.TestSuite()


if __name__ == "__main__":
    unittest.main()
