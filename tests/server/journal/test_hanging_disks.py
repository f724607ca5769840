"""Disks that do not answer: the archive's keeps nobody from writing; the journal's shows in /readyz.

A pipe with a segment's name stands for the archive's disk: opening it never ends.
"""

import os
import time
import unittest

import flags
from api import Api, fresh_name
from archives import archive
from cases import assert_problem
from client import encode_request
from faults import attached, can_trace
from server import Server

DEADLINE_S = 60
STALL_S = 1
LOOKS_S = 3  # the archive is looked at every second


def hanging_segment(data, first, last):
    folder = data / "journal" / "archive"
    folder.mkdir(exist_ok=True)
    path = folder / f"segment-{first:020d}-{last:020d}.zst"
    os.mkfifo(path)
    return path


class HangingDisks(unittest.TestCase):
    def started(self, *settings):
        self.server = Server(*settings)
        self.addCleanup(self.server.remove)
        self.server.start()
        api = Api(self.server.port)
        self.addCleanup(api.close)
        return api

    def wait_until(self, what, holds):
        deadline = time.monotonic() + DEADLINE_S
        while not holds():
            self.assertLess(time.monotonic(), deadline, f"never happened: {what}")
            time.sleep(0.02)

    def test_an_archive_that_does_not_answer_keeps_nobody_from_writing_or_stopping(self):
        api = self.started()
        user = api.fresh_user("ann", 100)
        segment = hanging_segment(self.server.data, 1, 2)
        until = time.monotonic() + LOOKS_S
        api.socket.settimeout(DEADLINE_S)
        while time.monotonic() < until:
            self.assertEqual(201, api.deposit(user, 1).status)
            self.assertEqual(200, api.get("/readyz").status)
            time.sleep(0.01)
        self.assertEqual(0, self.server.stop(), self.server.stderr_text()[-2000:])
        segment.unlink()
        self.server.start()
        with Api(self.server.port) as again:
            self.assertEqual(201, again.deposit(user, 1).status)
            archive(self.server.data)
            self.assertEqual(201, again.deposit(user, 1).status)

    def test_readiness_and_writes_tell_of_a_commit_that_does_not_end_until_it_has(self):
        assert can_trace(), "this test makes calls slow by strace, which may not trace here"
        api = self.started(flags.commit_stall_s(STALL_S))
        user = api.fresh_user("ann", 100)
        self.assertEqual(200, api.get("/readyz").status)
        with Api(self.server.port) as writer:
            with attached(self.server.process, "fdatasync", "delay_enter=3000s"):
                writer.send(encode_request("POST", f"/v1/accounts/{user}/deposits",
                                           {"amount_fen": 1}, fresh_name("key")))
                self.wait_until("readiness says no", lambda: api.get("/readyz").status == 503)
                answer = api.get("/readyz")
                assert_problem(self, answer, 503, "not_ready")
                self.assertIn("has not ended a commit for", answer.json["detail"])
                refused = api.deposit(user, 1)
                assert_problem(self, refused, 503, "not_ready")
                self.assertGreaterEqual(int(refused.headers["retry-after"]), 1)
                self.assertEqual(200, api.get("/livez").status)
            self.assertEqual(201, writer.read_answer().status)  # the disk answers again
        self.wait_until("readiness says yes", lambda: api.get("/readyz").status == 200)
        self.assertEqual(102, api.deposit(user, 1).json["balance_fen"])

    def test_a_stop_waits_for_the_journals_disk_no_longer_than_for_requests(self):
        assert can_trace(), "this test makes calls slow by strace, which may not trace here"
        api = self.started(flags.commit_stall_s(STALL_S), flags.drain_timeout_s(2))
        user = api.fresh_user("ann", 100)
        with Api(self.server.port) as writer:
            with attached(self.server.process, "fdatasync", "delay_enter=3000s"):
                writer.send(encode_request("POST", f"/v1/accounts/{user}/deposits",
                                           {"amount_fen": 1}, fresh_name("key")))
                self.wait_until("the commit hangs", lambda: api.get("/readyz").status == 503)
                self.server.terminate()
                self.wait_until("it gives up", lambda: "has not ended a commit within "
                                "drain_timeout_s" in self.server.stderr_text())
            # The threads that strace holds up end with it.
            self.assertEqual(70, self.server.wait(DEADLINE_S))
        self.server.start()
        with Api(self.server.port) as again:
            self.assertGreaterEqual(again.balance(user), 100)


if __name__ == "__main__":
    unittest.main()
