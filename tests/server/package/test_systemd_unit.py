"""The unit for systemd: how much it leaves a server, as its guide says, and that this is enough for one."""

import mmap
import pathlib
import re
import signal
import subprocess
import sys
import unittest

import flags
import guides
import unit
from access import control
from api import Api
from server import Server, clean_environment

UNDER_THE_FILTER = [sys.executable, "-B", unit.__file__]
EXPOSURE_MAX = 2.0


def exposure():
    """systemd's own figure, from 0 (sees nothing of the machine) to 10."""
    said = subprocess.run(["systemd-analyze", "security", "--offline=true", "--no-pager", unit.UNIT], check=True,
                          stdout=subprocess.PIPE, text=True).stdout
    return re.search(r"Overall exposure level for hongbao\.service: (\d+\.\d)", said)[1]


class Unit(unittest.TestCase):
    def test_its_exposure_is_low_and_what_the_guide_says(self):
        figure = exposure()
        self.assertLess(float(figure), EXPOSURE_MAX)
        for page in ("installing", "installing.zh-CN"):
            self.assertIn(f"hongbao.service: {figure} OK", guides.page_text(page))

    def test_the_watchdog_waits_far_longer_than_a_commit_may_take(self):
        settings = (guides.ROOT / "config/hongbao.toml").read_text("utf-8")
        commit_stall_s = int(re.search(r"^#commit_stall_s = (\d+)$", settings, re.M)[1])
        self.assertGreaterEqual(int(unit.value_of("WatchdogSec")), 10 * commit_stall_s)

    def test_it_has_descriptors_for_all_connections(self):
        settings = (guides.ROOT / "config/hongbao.toml").read_text("utf-8")
        connections_max = int(re.search(r"^#connections_max = (\d+)$", settings, re.M)[1])
        self.assertGreater(int(unit.value_of("LimitNOFILE")), 2 * connections_max)


class Filtered(unittest.TestCase):
    """A server under the unit's filter of system calls, where a call too many is the end of it."""

    def test_the_filter_is_on(self):
        def end_of(code):
            return subprocess.run([*UNDER_THE_FILTER, sys.executable, "-c", code], check=False, env=clean_environment(),
                                  stderr=subprocess.DEVNULL).returncode
        self.assertEqual(0, end_of("import os; os.getpid()"))
        self.assertEqual(-signal.SIGSYS, end_of("import os; os.chown('/nowhere', 0, 0)"))
        self.assertEqual(-signal.SIGSYS, end_of("import os; os.chroot('/')"))
        self.assertEqual(-signal.SIGSYS, end_of("import mmap; mmap.mmap(-1, 4096, prot=6)"))
        self.assertEqual(6, mmap.PROT_WRITE | mmap.PROT_EXEC)

    def test_a_server_does_everything_under_it(self):
        server = Server()
        self.addCleanup(server.remove)
        server.wrapper = UNDER_THE_FILTER
        log = server.home / "log"
        server.start(flags.log_file(log))
        status = pathlib.Path(f"/proc/{server.process.pid}/status").read_text()
        self.assertIn("Seccomp:\t2\n", status)
        with Api(server.port) as api:
            users = api.fresh_users(5)
            packet = api.fresh_packet(total_fen=1_000, count=3)
            for user in users[:3]:
                self.assertEqual(200, api.open(packet, user).status)
            self.assertEqual(409, api.open(packet, users[3]).status)
            for target in ("/metrics", "/v1/audit", f"/v1/accounts/{users[0]}/entries", "/openapi.json", "/docs"):
                self.assertEqual(200, api.get(target).status, target)
        log.rename(server.home / "log.1")
        server.process.send_signal(signal.SIGHUP)
        with Api(server.port) as api:
            while not log.exists():
                self.assertEqual(200, api.get("/livez").status)
        server.crash_and_restart()
        with control(server) as api:
            self.assertEqual(0, api.audit()["difference_fen"])
        # Without its read model, it is rebuilt.
        self.assertEqual(0, server.stop(), server.stderr_text())
        for file in (server.data / "model").iterdir():
            file.unlink()
        server.start()
        with Api(server.port) as api:
            self.assertEqual(0, api.audit()["difference_fen"])
        self.assertEqual(0, server.stop(), server.stderr_text())


if __name__ == "__main__":
    unittest.main()
