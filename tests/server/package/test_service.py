"""The service as systemd runs it, with all that its unit takes away: started, asked, reloaded, killed, upgraded, removed.

Only where this machine lets root make namespaces and mount; elsewhere it says why not, and the other tests of the package
need neither."""

import sys
import unittest

import packages
from access import OverSocket
from booted import Booted, why_not
from debian_root import DebianRoot
from users import IS_ROOT

SETTINGS = "/etc/hongbao/hongbao.toml"
SOCKET = "/run/hongbao/http.sock"


class Service(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.package, _ = packages.made()

    def setUp(self):
        self.system = None
        if not IS_ROOT:
            return
        self.root = DebianRoot(self.package)
        self.addCleanup(self.root.remove)
        if reason := why_not(self.root):
            print(f"no system can be booted here: {reason}", file=sys.stderr)
            return
        self.root.install(self.package)
        with self.root.path(SETTINGS).open("a") as settings:
            settings.write(f'\nlisten = "unix:{SOCKET}"\nlog_file = "/var/log/hongbao/log"\n')
        self.system = Booted(self.root)
        self.addCleanup(self.system.end)

    def state(self):
        return self.system.show("ActiveState"), self.system.show("StatusText")

    def api(self):
        return OverSocket(self.system.inside(SOCKET))

    def test_a_life_under_systemd(self):
        if self.system is None:
            return
        ready = ("active", f"ready on unix:{SOCKET}")
        self.system.do("systemctl", "start", "hongbao")
        self.assertEqual(ready, self.state())
        self.assertEqual("1min", self.system.show("WatchdogUSec"))
        with self.api() as api:
            user = api.fresh_user("ann", 1_234)
            self.assertEqual(200, api.get("/metrics").status)
        health = ("hongbao", "health", "--config", SETTINGS)
        for who in ("root", "hongbao"):
            become = ("setpriv", f"--reuid={who}", f"--regid={who}", "--clear-groups", "--")
            self.assertEqual("ready\n", self.system.do(*become, *health))

        log = self.root.path("/var/log/hongbao/log")
        log.rename(log.with_name("log.1"))
        self.system.do("systemctl", "reload", "hongbao")
        self.system.wait_until("the log is opened again", log.exists)
        self.assertEqual(ready, self.state())

        former = self.system.show("MainPID")
        self.system.do("systemctl", "kill", "--signal=SIGKILL", "hongbao")
        self.system.wait_until("it is restarted", lambda: self.system.show("NRestarts") == "1" and self.state() == ready)
        self.assertNotEqual(former, self.system.show("MainPID"))

        former = self.system.show("MainPID")
        self.system.do("dpkg", "--force-unsafe-io", "--install", "/srv/new.deb")
        self.assertEqual(ready, self.state())
        self.assertNotEqual(former, self.system.show("MainPID"))
        with self.api() as api:
            self.assertEqual(1_234, api.balance(user))

        self.system.do("systemctl", "enable", "hongbao")
        self.system.do("dpkg", "--purge", "hongbao")
        self.assertEqual("inactive\n", self.system.attempt("systemctl", "is-active", "hongbao").stdout)
        self.assertEqual("", self.system.do("find", "/etc/systemd", "-name", "hongbao*"))
        self.assertTrue(self.root.path("/var/lib/hongbao/journal").exists())


if __name__ == "__main__":
    unittest.main()
