"""Signals: those that ask for a stop drain, whatever came before or comes after; the others end
nothing."""

import signal
import time
import unittest

from api import Api
from cases import fill_journal
from client import Connection, encode_request
from server import Server, StartFailed

DEADLINE_S = 60
IDLE = [signal.SIGHUP, signal.SIGUSR1, signal.SIGUSR2, signal.SIGALRM, signal.SIGVTALRM,
        signal.SIGPROF, signal.SIGIO, signal.SIGRTMIN, signal.SIGRTMIN + 5, signal.SIGRTMAX]
UNHEARD = [signal.SIGPIPE, signal.SIGXFSZ, signal.SIGCHLD, signal.SIGURG, signal.SIGWINCH,
           signal.SIGCONT]
STOPS = [signal.SIGTERM, signal.SIGINT, signal.SIGXCPU, signal.SIGPWR]


def name_of(number):
    if number >= signal.SIGRTMIN:
        return f"SIGRTMIN+{number - signal.SIGRTMIN}"
    return {signal.SIGIO: "SIGPOLL"}.get(number, signal.Signals(number).name)


class Signals(unittest.TestCase):
    def setUp(self):
        self.server = Server()
        self.addCleanup(self.server.remove)
        self.server.start()

    def wait_for_line(self, text):
        deadline = time.monotonic() + DEADLINE_S
        while text not in self.server.stderr_text():
            self.assertTrue(self.server.is_running(), self.server.process.returncode)
            self.assertLess(time.monotonic(), deadline, f"never said: {text}")
            time.sleep(0.005)

    def assert_serves(self):
        with Api(self.server.port) as api:
            api.fresh_user("ann", 5)

    def test_signals_that_ask_for_nothing_end_nothing_and_are_reported(self):
        for number in IDLE:
            with self.subTest(number):
                self.server.process.send_signal(number)
                self.wait_for_line(f"hongbao: {name_of(number)} is ignored")
                self.assert_serves()
        for number in UNHEARD:
            self.server.process.send_signal(number)
        self.assert_serves()
        self.assertEqual(0, self.server.stop(), self.server.stderr_text())

    def test_signals_that_ask_for_a_stop_drain(self):
        for number in STOPS:
            with self.subTest(number):
                if not self.server.is_running():
                    self.server.start()
                self.server.process.send_signal(number)
                self.assertEqual(0, self.server.wait(), self.server.stderr_text())
        self.assertEqual(len(STOPS), self.server.stderr_text().count("hongbao: stopped; the last"))

    def hold_drain(self):
        """A request under way, which the drain waits for; returns its last part and its connection."""
        with Api(self.server.port) as api:
            user = api.fresh_user("ann")
        line = Connection(self.server.port).connect()
        self.addCleanup(line.close)
        request = encode_request("POST", f"/v1/accounts/{user}/deposits", {"amount_fen": 1}, "one")
        line.send(encode_request("GET", "/livez") + request[:-1])
        self.assertEqual(200, line.read_answer().status)  # so the rest was received, too
        return line, request[-1:]

    def test_asking_again_changes_nothing(self):
        line, rest = self.hold_drain()
        self.server.terminate()
        self.wait_for_line("stopping")
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGUSR1, signal.SIGTERM):
            self.server.process.send_signal(number)
        line.send(rest)
        self.assertIn(line.read_answer().status, (201, 503))
        self.assertEqual(0, self.server.wait(), self.server.stderr_text())

    def test_a_second_ctrl_c_does_not_wait(self):
        self.hold_drain()
        self.server.process.send_signal(signal.SIGINT)
        self.wait_for_line("stopping")
        self.server.process.send_signal(signal.SIGINT)
        self.assertEqual(-signal.SIGINT, self.server.wait())
        self.assertEqual(0, self.server.verify().returncode)


class FileSizeLimit(unittest.TestCase):
    LIMIT_BYTES = 8 << 20

    def test_the_limit_of_file_sizes_is_a_full_journal(self):
        server = Server(wrapper=["prlimit", f"--fsize={self.LIMIT_BYTES}"])
        self.addCleanup(server.remove)
        server.start()
        self.assertIn("limit of file sizes", server.stderr_text())
        with Api(server.port) as api:
            user = api.fresh_user("ann", 5)
            fill_journal(self, api, 50)
            answer = api.deposit(user, 1)
            self.assertEqual((507, "journal_full"), (answer.status, answer.code), answer)
            self.assertEqual(200, api.get("/readyz").status)
            self.assertEqual(5, api.balance(user))
        self.assertEqual(0, server.stop(), server.stderr_text())
        self.assertIn("raise the limit of file sizes (ulimit -f", server.stderr_text())
        server.wrapper = ["prlimit", "--fsize=65536"]
        with self.assertRaises(StartFailed) as refused:
            server.start()
        self.assertEqual(2, server.process.returncode)
        self.assertIn("limit of file sizes (ulimit -f, LimitFSIZE=) is 65536 bytes",
                      str(refused.exception))
        server.wrapper = []
        server.start()
        with Api(server.port) as api:
            self.assertEqual(201, api.deposit(user, 1).status)
        self.assertEqual(0, server.stop(), server.stderr_text())


if __name__ == "__main__":
    unittest.main()
