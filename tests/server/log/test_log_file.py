"""The log's file: turned over under load without a lost line, full, hanging, not to be opened."""

import contextlib
import os
import pathlib
import re
import shutil
import signal
import stat
import subprocess
import threading
import time
import unittest

import flags
from api import Api
from client import Connection, encode_request
from faults import can_trace
from server import Server, StartFailed, run_command

DEADLINE_S = 60
OPENED = "SIGHUP: log_file is opened again"


@contextlib.contextmanager
def writes_that(process, path, injection):
    """Changes the writes to that one file, of all threads of a process that runs."""
    tracer = subprocess.Popen([shutil.which("strace"), "-f", "-qq", "-o", "/dev/null", "-p", str(process.pid),
                               "-P", str(path), "-e", "trace=write", "-e", f"inject=write:{injection}"],
                              stderr=subprocess.DEVNULL)
    tasks = pathlib.Path(f"/proc/{process.pid}/task")
    deadline = time.monotonic() + DEADLINE_S
    try:
        while any("\nTracerPid:\t0\n" in (task / "status").read_text() for task in tasks.iterdir()):
            assert time.monotonic() < deadline and tracer.poll() is None, "strace cannot attach"
            time.sleep(0.01)
        yield
    finally:
        tracer.kill()
        tracer.wait()


class LogFile(unittest.TestCase):
    def setUp(self):
        self.server = Server(flags.log_lines_per_s_max(1_000_000))
        self.addCleanup(self.server.remove)
        self.path = self.server.home / "log"
        self.server.flags.append(flags.log_file(self.path))

    def log_elsewhere(self, path):
        self.server.flags[-1] = flags.log_file(path)

    def wait_until(self, what, holds):
        deadline = time.monotonic() + DEADLINE_S
        while not holds():
            self.assertLess(time.monotonic(), deadline, f"never happened: {what}; {self.server.stderr_text()}")
            time.sleep(0.005)

    def refuse(self, name, times):
        with Connection(self.server.port) as line:
            for i in range(times):
                answer = line.ask(encode_request("GET", "/nowhere", headers=[("X-Request-Id", f"{name}-{i}")]))
                self.assertEqual(404, answer.status)

    def test_its_lines_have_a_time_and_a_level_and_stderr_has_errors_alone(self):
        self.server.start()
        self.refuse("one", 1)
        self.assertEqual(0, self.server.stop())
        self.assertEqual("", self.server.stderr_text())
        self.assertEqual(0o600, stat.S_IMODE(self.path.stat().st_mode))
        text = self.path.read_text("utf-8")
        for line in text.splitlines():
            self.assertRegex(line, r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z (info|warning) \S")
        self.assertIn("Z info refused: GET no route, 404 route_not_found, ", text)
        self.assertIn("Z info ready on http://127.0.0.1:", text)
        self.server.start()  # which goes on in the same file
        self.assertEqual(0, self.server.stop())
        self.assertTrue(self.path.read_text("utf-8").startswith(text))

    def test_turned_over_under_load_it_loses_no_line_and_breaks_none(self):
        self.server.start()
        times, threads, turns = 400, 2, 8
        load = [threading.Thread(target=self.refuse, args=(f"load{number}", times)) for number in range(threads)]
        for one in load:
            one.start()
        for turn in range(turns):
            self.path.rename(self.path.with_suffix(f".{turn}"))
            self.server.process.send_signal(signal.SIGHUP)
            self.wait_until("it is opened again", self.path.exists)
        for one in load:
            one.join()
        self.assertEqual(0, self.server.stop())
        files = [*(self.path.with_suffix(f".{turn}") for turn in range(turns)), self.path]
        texts = [path.read_text("utf-8") for path in files]
        lines = [line for text in texts for line in text.splitlines()]
        self.assertEqual(set(), {text[-200:] for text in texts if text and not text.endswith("\n")})
        ids = re.findall(r"refused: GET no route, 404 route_not_found, \d+ ms, request (load\d-\d+)$",
                         "\n".join(lines), re.M)
        self.assertEqual(sorted(f"load{number}-{i}" for number in range(threads) for i in range(times)), sorted(ids))
        self.assertNotIn(OPENED, texts[0])
        self.assertIn(OPENED, "".join(texts))
        self.assertEqual(set(), {line for line in lines if not re.match(r"\d{4}-\d\d-\d\dT[\d:.]+Z \w+ \S", line)})

    def test_a_file_that_cannot_be_opened_again_goes_on_as_it_was(self):
        folder = self.server.home / "folder"
        folder.mkdir()
        self.log_elsewhere(folder / "log")
        self.server.start()
        folder.rename(self.server.home / "moved")
        self.server.process.send_signal(signal.SIGHUP)
        self.wait_until("it is told", lambda: "goes on in the file from before" in self.server.stderr_text())
        self.assertIn("cannot be opened: No such file or directory", self.server.stderr_text())
        self.refuse("later", 1)
        self.assertEqual(0, self.server.stop())
        self.assertIn("request later-0", (self.server.home / "moved" / "log").read_text())

    def test_a_start_refuses_what_can_be_no_log_and_so_does_config_check(self):
        pipe = self.server.home / "pipe"
        os.mkfifo(pipe)
        for path, why in ((self.server.home / "no" / "log", "cannot be opened: No such file or directory"),
                          (self.server.home, "cannot be opened: Is a directory|is not a regular file"),
                          (pipe, "is not a regular file"), ("/dev/full", "is not a regular file")):
            with self.subTest(path):
                self.log_elsewhere(path)
                with self.assertRaises(StartFailed) as refused:
                    self.server.start()
                self.assertEqual(2, self.server.process.returncode)
                self.assertRegex(str(refused.exception), f'log_file = "{path}" ({why})')
                checked = run_command("config", "check", flags.log_file(path))
                self.assertEqual(2, checked.returncode)
                self.assertRegex(checked.stderr, f'log_file = "{path}" ({why})')
        self.assertEqual(0, run_command("config", "check", flags.log_file(self.path)).returncode)
        self.assertFalse(self.path.exists(), "a check makes nothing")

    def test_a_full_disk_is_told_on_stderr_and_lines_go_on_when_there_is_room(self):
        self.assertTrue(can_trace(), "this test makes calls fail by strace, which may not trace")
        self.server.start()
        with writes_that(self.server.process, self.path, "error=ENOSPC:when=1+"):
            self.refuse("full", 20)
            self.wait_until("it is told", lambda: "cannot be written: No space left" in self.server.stderr_text())
        self.refuse("room", 1)
        self.wait_until("that is told, too", lambda: "can be written again; " in self.server.stderr_text())
        self.assertEqual(0, self.server.stop())
        lost = int(re.search(r"can be written again; (\d+) lines were lost", self.server.stderr_text()).group(1))
        self.assertGreaterEqual(lost, 20)
        self.assertIn("request room-0", self.path.read_text())
        self.assertNotIn("request full-", self.path.read_text())

    def test_a_disk_that_hangs_holds_nobody_up_and_what_is_lost_is_counted(self):
        self.assertTrue(can_trace(), "this test delays calls by strace, which may not trace")
        self.server.start()
        queued, more = 8_192, 200
        with writes_that(self.server.process, self.path, "delay_enter=3000s:when=1+"):
            self.refuse("hang", queued + more)
            with Api(self.server.port) as api:
                api.fresh_user("ann", 5)
                self.assertEqual(200, api.get("/readyz").status)
        self.wait_until("it is told", lambda: "log_file could not be written as fast" in self.path.read_text())
        self.assertEqual(0, self.server.stop())
        text = self.path.read_text("utf-8")
        lost = sum(map(int, re.findall(r"(\d+) lines? w(?:as|ere) lost: log_file could not", text)))
        self.assertGreaterEqual(lost, more - 1)
        self.assertEqual(queued + more, lost + len(set(re.findall(r"request (hang-\d+)$", text, re.M))))

    def test_a_disk_that_hangs_does_not_hold_up_the_stop(self):
        self.assertTrue(can_trace(), "this test delays calls by strace, which may not trace")
        self.server.start()
        with writes_that(self.server.process, self.path, "delay_enter=3000s:when=1+"):
            self.refuse("hang", 1)
            self.server.terminate()
            # The tracer keeps the thread that hangs; the process itself has ended.
            main = pathlib.Path(f"/proc/{self.server.process.pid}/status")
            self.wait_until("it has stopped", lambda: "\nState:\tZ" in main.read_text())
        self.assertEqual(0, self.server.wait())
        self.assertEqual(0, self.server.verify().returncode)


if __name__ == "__main__":
    unittest.main()
