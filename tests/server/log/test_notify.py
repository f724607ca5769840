"""What the service manager is told: a socket of the test's own stands for systemd's."""

import pathlib
import shutil
import signal
import socket
import time
import unittest

import flags
from api import Api
from client import encode_request
from faults import attached, can_trace
from server import Server

DEADLINE_S = 60
WATCHDOG_MS = 1_000


class Manager:
    """Takes notifications, each as a dictionary, in order."""

    def __init__(self, folder):
        self.path = folder / "notify"
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(str(self.path))
        self.socket.settimeout(DEADLINE_S)
        self.told = []

    def next(self):
        lines = self.socket.recv(65536).decode().splitlines()
        self.told.append(dict(line.split("=", 1) for line in lines))
        return self.told[-1]

    def wait_for(self, holds):
        """The next notification like that."""
        deadline = time.monotonic() + DEADLINE_S
        while time.monotonic() < deadline:
            if holds(told := self.next()):
                return told
        raise AssertionError(f"never told; last: {self.told[-5:]}")

    def wait_for_key(self, key):
        return self.wait_for(lambda told: key in told)


class Notify(unittest.TestCase):
    def setUp(self):
        self.server = Server()
        self.addCleanup(self.server.remove)
        self.manager = Manager(self.server.home)
        self.addCleanup(self.manager.socket.close)

    def start(self, *settings, watchdog_ms=None):
        environment = [f"NOTIFY_SOCKET={self.manager.path}"]
        if watchdog_ms is not None:
            environment.append(f"WATCHDOG_USEC={watchdog_ms * 1_000}")
        self.server.wrapper = ["env", *environment]
        self.server.start(*settings)

    def test_ready_reloading_and_stopping(self):
        self.start(flags.log_file(self.server.home / "log"))
        ready = self.manager.wait_for_key("READY")
        self.assertEqual("1", ready["READY"])
        self.assertEqual(f"ready on http://127.0.0.1:{self.server.port}", ready["STATUS"])
        for _ in range(2):
            before_us = time.monotonic_ns() // 1_000
            self.server.process.send_signal(signal.SIGHUP)
            reloading = self.manager.next()
            self.assertEqual("1", reloading["RELOADING"])
            self.assertLessEqual(before_us, int(reloading["MONOTONIC_USEC"]))
            self.assertLessEqual(int(reloading["MONOTONIC_USEC"]), time.monotonic_ns() // 1_000)
            self.assertEqual({"READY": "1"}, self.manager.next())
        self.server.terminate()
        stopping = self.manager.next()
        self.assertEqual("1", stopping["STOPPING"])
        self.assertIn("stopping", stopping["STATUS"])
        self.assertGreater(int(stopping["EXTEND_TIMEOUT_USEC"]), 0)
        self.assertEqual(0, self.server.wait())

    def test_a_reload_without_anything_to_reload_is_told_as_well(self):
        self.start()
        self.manager.wait_for_key("READY")
        self.server.process.send_signal(signal.SIGHUP)
        self.assertIn("RELOADING", self.manager.next())
        self.assertEqual({"READY": "1"}, self.manager.next())
        self.assertEqual(0, self.server.stop())

    def test_the_watchdog_hears_of_a_server_that_is_well_idle_or_busy(self):
        self.start(watchdog_ms=WATCHDOG_MS)
        for _ in range(3):
            self.manager.wait_for_key("WATCHDOG")
        with Api(self.server.port) as api:
            user = api.fresh_user("ann", 5)
            for _ in range(3):
                seen = len(self.manager.told)
                self.manager.socket.setblocking(False)
                while len(self.manager.told) == seen:
                    self.assertEqual(201, api.deposit(user, 1).status)
                    try:
                        self.manager.next()
                    except BlockingIOError:
                        pass
                self.assertIn("WATCHDOG", self.manager.told[-1])
        self.manager.socket.settimeout(DEADLINE_S)
        self.assertEqual(0, self.server.stop())

    def test_a_commit_that_hangs_is_not_reported_as_well(self):
        self.assertTrue(can_trace(), "this test delays calls by strace, which may not trace")
        self.start(flags.commit_stall_s(1), watchdog_ms=WATCHDOG_MS)
        with Api(self.server.port) as api, Api(self.server.port) as writer:
            user = api.fresh_user("ann", 5)
            with attached(self.server.process, "fdatasync", "delay_enter=3000s"):
                writer.send(encode_request("POST", f"/v1/accounts/{user}/deposits", {"amount_fen": 1}, "hung"))
                fault = self.manager.wait_for_key("STATUS")
                while "has taken longer than commit_stall_s" not in fault["STATUS"]:
                    fault = self.manager.wait_for_key("STATUS")
                self.manager.socket.settimeout(3 * WATCHDOG_MS / 1_000)
                with self.assertRaises(TimeoutError):
                    self.manager.next()
            self.manager.socket.settimeout(DEADLINE_S)
            self.assertEqual(201, writer.read_answer().status)
        self.assertIn("ready on", self.manager.wait_for_key("STATUS")["STATUS"])
        self.manager.wait_for_key("WATCHDOG")
        self.assertEqual(0, self.server.stop())

    def test_a_stopped_process_tells_nothing(self):
        self.start(watchdog_ms=WATCHDOG_MS)
        self.manager.wait_for_key("WATCHDOG")
        self.server.process.send_signal(signal.SIGSTOP)
        self.manager.socket.settimeout(3 * WATCHDOG_MS / 1_000)
        with self.assertRaises(TimeoutError):
            while True:
                self.manager.next()
        self.server.process.send_signal(signal.SIGCONT)
        self.manager.socket.settimeout(DEADLINE_S)
        self.manager.wait_for_key("WATCHDOG")
        self.assertEqual(0, self.server.stop())

    def test_a_manager_that_takes_nothing_holds_nobody_up(self):
        filler = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.addCleanup(filler.close)
        filler.setblocking(False)
        with self.assertRaises(BlockingIOError):
            while True:
                filler.sendto(b"X=1", str(self.manager.path))
        self.start(watchdog_ms=WATCHDOG_MS)
        with Api(self.server.port) as api:
            api.fresh_user("ann", 5)
        self.server.process.send_signal(signal.SIGHUP)
        self.assertEqual(0, self.server.stop(), self.server.stderr_text())

    def test_a_long_start_asks_for_more_time_and_says_how_far_it_is(self):
        self.server.start()
        with Api(self.server.port) as api:
            answer = api.post("/v1/accounts/batch", {"accounts": [
                {"user_id": f"user-{number}", "username": "u"} for number in range(1_000)]})
            self.assertEqual(200, answer.status)
        self.assertEqual(0, self.server.stop())
        shutil.rmtree(self.server.data / "model")
        self.start()
        told = self.manager.next()
        self.assertGreaterEqual(int(told["EXTEND_TIMEOUT_USEC"]), 10_000_000)
        self.assertRegex(told["STATUS"], r"^replaying the journal: \d+ %$")
        self.assertIn("READY", self.manager.wait_for_key("READY"))
        self.assertEqual(0, self.server.stop())

    def test_without_a_socket_nothing_is_told(self):
        self.server.wrapper = ["env", f"WATCHDOG_USEC={WATCHDOG_MS * 1_000}"]
        self.server.start()
        tasks = pathlib.Path(f"/proc/{self.server.process.pid}/task")
        names = {(task / "comm").read_text().strip() for task in tasks.iterdir()}
        self.assertIn("http", names)
        self.assertNotIn("notify", names)
        self.assertEqual(0, self.server.stop())


if __name__ == "__main__":
    unittest.main()
