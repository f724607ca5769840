"""The test case that owns a server: started once a class, audited when the class is done."""

import json
import time
import unittest

from api import Api, fresh_name
from auditor import Auditor
from client import Connection
from server import Server

PROBLEM_FIELDS = ("type", "title", "status", "detail", "code", "request_id")
DEADLINE_S = 30


class ServerCase(unittest.TestCase):
    """One running server for all tests of the class, which therefore use names of their own.

    At the end the server is stopped, its journal judged by the auditor, and a second start must
    show through HTTP exactly what the journal says.
    """

    server_flags = ()

    @staticmethod
    def make_api(server):
        """Whoever judges it when the class is done; of a server with keys another."""
        return Api(server.port)

    @classmethod
    def setUpClass(cls):
        cls.server = Server(*cls.server_flags)
        cls.addClassCleanup(cls.server.remove)
        cls.server.start()
        cls.api = Api(cls.server.port)

    @classmethod
    def tearDownClass(cls):
        cls.api.close()
        before = settled_audit(cls.api)
        cls.api.close()
        status = cls.server.stop()
        if status != 0:
            raise AssertionError(f"exit status {status}: {cls.server.stderr_text()[-2000:]}")
        faults = audit_all(cls.server, before, cls.make_api)
        if faults:
            raise AssertionError("the auditor objects:\n" + "\n".join(faults[:40]))

    def connect(self):
        line = Connection(self.server.port).connect()
        self.addCleanup(line.close)
        return line

    def restart(self):
        self.api.close()
        self.server.restart()
        type(self).api = Api(self.server.port)

    def crash_and_restart(self):
        self.api.close()
        self.server.crash_and_restart()
        type(self).api = Api(self.server.port)

    def journal_lines(self):
        """The dumped journal; the server is stopped for that, and then goes on."""
        self.api.close()
        self.assertEqual(0, self.server.stop(), self.server.stderr_text()[-2000:])
        lines = self.server.dump_lines()
        self.server.start()
        type(self).api = Api(self.server.port)
        return lines

    def leaves_no_trace(self, action):
        """After the clock was moved, the journal may still grow by itself: what other tests made expires.
        So it is tried again; a request that leaves a record leaves one each time."""
        def unchanged():
            before = self.api.audit()
            action()
            return before == self.api.audit()
        self.wait_until("an action that leaves the journal as it was", unchanged)

    def refused_without_a_trace(self, code, status, request):
        self.leaves_no_trace(lambda: self.assert_problem(request(), status, code))

    def assert_ok(self, answer, status=200):
        self.assertEqual(status, answer.status, answer)
        return answer.json

    def assert_problem(self, answer, status, *codes):
        """The answer is a complete problem document with one of the codes (any, if none is named)."""
        assert_problem(self, answer, status, *codes)

    def wait_until(self, what, holds):
        """Tries again until it holds; fails only if the server never gets there."""
        deadline = time.monotonic() + DEADLINE_S
        while not holds():
            self.assertLess(time.monotonic(), deadline, f"never happened: {what}")
            time.sleep(0.005)

    def wait_until_refunded(self, packet_id):
        """Waits for the record that closes an expired packet: refunds may be late."""
        self.wait_until(f"the refund of packet {packet_id}",
                        lambda: self.api.packet(packet_id)["closed_at"] is not None)

    def assert_balance(self, user_id, expected_fen):
        self.assertEqual(expected_fen, self.api.balance(user_id), f"balance of {user_id}")


def assert_problem(case, answer, status, *codes):
    statuses = status if isinstance(status, tuple) else (status,)
    case.assertIn(answer.status, statuses, answer)
    case.assertEqual("application/problem+json",
                     answer.headers.get("content-type", "").split(";")[0], answer)
    problem = answer.json
    check_problem_document(case, problem, answer.status)
    if codes:
        case.assertIn(problem["code"], codes, answer)


def check_problem_document(case, problem, status):
    for field in PROBLEM_FIELDS:
        case.assertIn(field, problem)
    for field in ("type", "title", "detail", "code", "request_id"):
        case.assertIsInstance(problem[field], str, field)
        case.assertTrue(problem[field], f"{field} is empty")
    case.assertEqual(status, problem["status"])
    case.assertEqual(f"/problems/{problem['code']}", problem["type"])
    case.assertEqual(list(PROBLEM_FIELDS), list(problem)[:len(PROBLEM_FIELDS)])
    for fault in problem.get("errors", []):
        check_fault(case, fault)


def check_fault(case, fault):
    """Its place first, in the body or in the query, then its code, then a sentence."""
    place, *others = fault
    case.assertIn(place, ("pointer", "parameter"))
    case.assertEqual(["code", "detail"], others)
    case.assertRegex(fault[place], r"\A(/([^/~]|~[01])*)*\Z" if place == "pointer" else r"\A")
    case.assertRegex(fault["code"], r"\A[a-z_]+\Z")
    case.assertRegex(fault["detail"], r"\S$")


def places(answer):
    """[(code, pointer or parameter)] of a refused request's faults."""
    return [(fault["code"], fault.get("pointer", fault.get("parameter")))
            for fault in answer.json["errors"]]


def fill_journal(case, api, accounts_per_batch, batches_max=1_000):
    """Creates accounts of the largest size until a whole batch is refused."""
    for _ in range(batches_max):
        names = [fresh_name("fill") for _ in range(accounts_per_batch)]
        answer = api.post("/v1/accounts/batch", {"accounts": [
            {"user_id": name, "username": "n" * 64, "avatar_url": "/" + "u" * 511} for name in names]})
        if answer.status == 507:
            return
        case.assertEqual(200, answer.status, answer)
    case.fail("the journal is never full")


def settled_audit(api):
    """/v1/audit once no refund that came due is still on its way to the journal."""
    before, after = None, api.audit()
    while before != after:
        time.sleep(0.15)
        before, after = after, api.audit()
    return after


def audit_all(server, before=None, make_api=lambda server: Api(server.port)):
    """Judges the journal of a stopped server, then starts it and compares every live view.

    before: the answer of /v1/audit taken before the stop, which the replay must reproduce.
    """
    auditor = Auditor.of_lines(server.dump_lines())
    faults = list(auditor.faults)
    server.start()
    api = make_api(server)
    try:
        faults += auditor.compare_with_views(api)
        if before is not None and api.audit() != before:
            faults.append("replay differs from the live state: "
                          f"{json.dumps(before)} became {json.dumps(api.audit())}")
    finally:
        api.close()
        status = server.stop()
    if status != 0:
        faults.append(f"exit status {status} after the comparison")
    return faults
