"""`hongbao health`: 0 only if the server serves everybody, otherwise 1 and a sentence, always within its time."""

import json
import signal
import socket
import subprocess
import threading
import time
import unittest

import faults
import flags
from commands import InAFolder
from server import Server, binary, clean_environment, run_command

DEADLINE_S = 60


class Health(unittest.TestCase):
    def setUp(self):
        self.server = Server()
        self.addCleanup(self.server.remove)

    def health(self, *words):
        return run_command("health", "--data", self.server.data, *words, timeout_s=DEADLINE_S)

    def assert_ready(self, *words):
        done = self.health(*words)
        self.assertEqual((0, "ready\n", ""), (done.returncode, done.stdout, done.stderr))
        done = self.health("--json", *words)
        self.assertEqual((0, {"ready": True, "switched_off": [], "shedding": []}),
                         (done.returncode, json.loads(done.stdout)))

    def assert_not_ready(self, reason, *words, code=None):
        done = self.health(*words)
        self.assertEqual((1, ""), (done.returncode, done.stdout), done)
        self.assertRegex(done.stderr, rf"^hongbao: .*{reason}.*\n$")
        done = self.health("--json", *words)
        self.assertEqual((1, ""), (done.returncode, done.stderr))
        said = json.loads(done.stdout)
        self.assertEqual((False, code), (said["ready"], said["code"]))
        self.assertRegex(said["reason"], reason)

    def test_it_is_that_of_the_server_on_the_data(self):
        self.assert_not_ready("no server runs on")
        self.assertFalse(self.server.data.exists(), "asking makes no folder")
        self.server.start()
        self.assert_ready()
        self.server.kill()
        self.assert_not_ready("no server runs on")
        self.server.start()
        self.assert_ready()
        self.assertEqual(0, self.server.stop())
        self.assert_not_ready("no server runs on")

    def test_it_is_that_of_the_server_at_an_address(self):
        self.server.start()
        url = f"http://127.0.0.1:{self.server.port}"
        self.assert_ready("--url", url)
        self.assert_ready("--url", url + "/")
        self.assertEqual(0, self.server.stop())
        self.assert_not_ready("does not answer", "--url", url)

    def test_what_is_switched_off_is_told_and_does_not_make_it_unready(self):
        self.server.start()
        done = run_command("switch", "history", "off", "--reason", "rush", "--data", self.server.data)
        self.assertEqual(0, done.returncode, done.stderr)
        done = self.health()
        self.assertEqual((0, "ready; switched off: history\n"), (done.returncode, done.stdout))

    def test_a_server_that_is_leaving_is_not_ready(self):
        self.server.start(flags.shutdown_delay_s(DEADLINE_S))
        self.server.terminate()
        deadline = time.monotonic() + DEADLINE_S
        while self.health().returncode == 0:
            self.assertLess(time.monotonic(), deadline)
        self.assert_not_ready("draining", code="draining")
        self.server.process.send_signal(signal.SIGTERM)  # cuts it short
        self.assertEqual(0, self.server.wait())

    def test_a_server_that_does_not_answer_costs_no_more_than_the_time_given(self):
        self.server.start()
        self.server.process.send_signal(signal.SIGSTOP)
        self.assert_not_ready("did not answer within 200 ms", "--timeout-ms", "200")
        self.server.process.send_signal(signal.SIGCONT)
        self.assert_ready()

    def test_a_server_whose_queue_is_full_costs_no_more_either(self):
        with socket.socket(socket.AF_UNIX) as listener:
            self.server.data.mkdir()
            listener.bind(str(self.server.data / "control.sock"))
            listener.listen(0)
            with socket.socket(socket.AF_UNIX) as first:
                first.connect(str(self.server.data / "control.sock"))
                self.assert_not_ready("did not answer within 200 ms", "--timeout-ms", "200")

    def test_what_answers_but_is_no_server_of_ours_is_not_ready(self):
        with socket.create_server(("127.0.0.1", 0)) as listener:
            def answer():
                for _ in range(2):
                    line, _ = listener.accept()
                    with line:
                        line.recv(4096)
                        line.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\nConnection: close\r\n\r\nfine")
            threading.Thread(target=answer, daemon=True).start()
            self.assert_not_ready("no hongbao server", "--url",
                                  f"http://127.0.0.1:{listener.getsockname()[1]}")

    def test_a_server_that_is_open_to_commands_alone_is_not_ready(self):
        """`key create` without a server is one, for a moment: here its syncs take their time."""
        self.assertTrue(faults.can_trace(), "this test slows calls by strace, which may not trace")
        self.server.start()
        self.assertEqual(0, self.server.stop())
        command = subprocess.Popen(
            [*faults.slowed("fdatasync", 1), binary(), "key", "create", "--name", "n", "--scope", "reader",
             "--data", str(self.server.data)],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=clean_environment())
        seen = set()
        while command.poll() is None:
            done = self.health("--json")
            self.assertEqual(1, done.returncode, done)
            seen.add(json.loads(done.stdout)["code"])
        self.assertRegex(command.communicate()[0], "^hb_")
        self.assertEqual(0, command.returncode)
        self.assertIn("not_ready", seen)
        self.assertLessEqual(seen, {None, "not_ready", "draining"}, "before, meanwhile, and as it ends")


class Words(InAFolder):
    def test_what_is_no_address_or_no_time_is_wrong(self):
        for words in (["--url", "127.0.0.1:8080"], ["--url", "http://127.0.0.1:8080/readyz"],
                      ["--url", "ftp://127.0.0.1"], ["--url", "http://127.0.0.1:99999"], ["--url", ""],
                      ["--timeout-ms", "0"], ["--timeout-ms", "soon"], ["--timeout-ms", "600001"], ["now"]):
            with self.subTest(words):
                done = self.run_here("health", *words)
                self.assert_status(2, done)
                self.assertEqual("", done.stdout)
                self.assertIn(words[0], done.stderr)
        self.assertEqual([], list(self.folder.iterdir()))

    def test_bad_settings_are_told(self):
        self.assert_status(2, self.run_here("health", HONGBAO_LISTEN="nowhere"))


if __name__ == "__main__":
    unittest.main()
