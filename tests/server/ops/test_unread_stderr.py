"""Nobody reads what the server says: a full pipe, a full disk. Writes, their refusals, probes, the
stop, the fail-stop and the abort work as ever; lost lines are counted and reported later."""

import os
import pathlib
import re
import signal
import subprocess
import time
import unittest

import flags
from api import Api
from cases import fill_journal
from client import Closed
from faults import can_trace, failing
from server import Server, binary, clean_environment
from streams import UnreadPipe

MIB = 1 << 20
DEADLINE_S = 60
LOST = re.compile(r"hongbao: (\d+) lines? w(?:as|ere) lost: nobody read stderr")


class Unread(unittest.TestCase):
    def setUp(self):
        self.pipe = UnreadPipe()
        self.addCleanup(self.pipe.close)

    def server_with_unread_stderr(self, *settings, **more):
        server = Server(*settings, **more)
        self.addCleanup(server.remove)
        server.stderr = self.pipe.into
        return server

    def wait_until(self, what, holds):
        deadline = time.monotonic() + DEADLINE_S
        while not holds():
            self.assertLess(time.monotonic(), deadline, f"never happened: {what}")
            time.sleep(0.005)

    def test_a_filling_journal_refuses_and_the_server_stops_as_ever(self):
        server = self.server_with_unread_stderr(flags.journal_map_bytes(16 * MIB)).start()
        with Api(server.port) as api:
            fill_journal(self, api, 100)
            self.assertEqual(200, api.get("/readyz").status)
        self.assertEqual(0, server.stop())

    def test_a_failed_sync_ends_the_process_with_its_status(self):
        self.assertTrue(can_trace(), "this test makes calls fail by strace, which may not trace")
        server = self.server_with_unread_stderr()
        server.start()
        self.assertEqual(0, server.stop())
        server.wrapper = failing("fdatasync", "EIO", 20)
        server.start()
        with Api(server.port) as api:
            try:
                for _ in range(100):
                    api.fresh_user("ann")
            except (Closed, AssertionError):
                pass
        self.assertEqual(70, server.wait(DEADLINE_S))

    def test_an_abort_ends_the_process(self):
        server = self.server_with_unread_stderr().start()
        server.process.send_signal(signal.SIGABRT)
        self.assertEqual(-signal.SIGABRT, server.wait(DEADLINE_S))

    def test_what_was_lost_is_counted_and_told_once_somebody_reads(self):
        """Each refused request is a line."""
        server = self.server_with_unread_stderr(flags.log_lines_per_s_max(1_000_000)).start()
        requests = 1_000
        with Api(server.port) as api:
            for _ in range(requests):
                self.assertEqual(404, api.get("/nowhere").status)
        text = ""
        while not LOST.search(text):
            text += self.pipe.read_more().decode()
        with Api(server.port) as api:
            api.fresh_user("ann")
        self.pipe.no_more_writers()
        server.terminate()
        while part := self.pipe.read_more():
            text += part.decode()
        self.assertEqual(0, server.wait(DEADLINE_S))
        lost = sum(int(found.group(1)) for found in LOST.finditer(text))
        told = text.count("hongbao: refused: GET no route, 404 route_not_found, ")
        self.assertGreater(lost, 0)
        self.assertEqual(requests, lost + told)
        self.assertIn("hongbao: stopped; the last record is", text)
        self.assertEqual(set(), {line for line in text.splitlines()
                                 if line and not line.startswith("hongbao: ")})

    def test_a_sentence_that_is_said_again_and_again_is_counted(self):
        """Realtime signals are queued: none is missed."""
        server = Server()
        self.addCleanup(server.remove)
        server.start()
        status = pathlib.Path(f"/proc/{server.process.pid}/status")
        for _ in range(1_000):
            server.process.send_signal(signal.SIGRTMIN)
        self.wait_until("all signals are taken", lambda: re.search(
            r"(?m)^ShdPnd:\t0+$", status.read_text()))
        self.assertEqual(0, server.stop(), server.stderr_text())
        sentence = "hongbao: SIGRTMIN+0 is ignored; SIGTERM stops the server"
        told = server.stderr_text().splitlines().count(sentence)
        counted = re.findall(re.escape(sentence) + r" … repeated (\d+) times", server.stderr_text())
        self.assertEqual(1_000, told + sum(map(int, counted)))
        self.assertLess(told, 100)

    def test_a_server_whose_stdout_nobody_reads_serves_and_stops(self):
        server = Server()
        self.addCleanup(server.remove)
        server.start()
        port = server.port
        self.assertEqual(0, server.stop())
        process = subprocess.Popen(
            [binary(), "serve", "--data", str(server.data), f"--listen=127.0.0.1:{port}"],
            stdout=self.pipe.into, stderr=subprocess.PIPE, env=clean_environment())
        self.addCleanup(process.kill)

        def is_ready():
            try:
                with Api(port) as api:
                    return api.get("/readyz").status == 200
            except Closed:
                return False
        self.wait_until("it is ready", is_ready)
        process.terminate()
        self.assertIn(b"stopped; the last record is", process.communicate(timeout=DEADLINE_S)[1])
        self.assertEqual(0, process.returncode)

    def test_a_server_whose_stderr_is_a_full_disk_serves_and_stops(self):
        full = os.open("/dev/full", os.O_WRONLY)
        self.addCleanup(os.close, full)
        server = self.server_with_unread_stderr()
        server.stderr = full
        server.start()
        server.process.send_signal(signal.SIGHUP)
        with Api(server.port) as api:
            api.fresh_user("ann")
        self.assertEqual(0, server.stop())


if __name__ == "__main__":
    unittest.main()
