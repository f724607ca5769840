"""Lines about requests: which have one, how many, what they say, and what they never say."""

import json
import re
import unittest

import flags
from access import Access, Bearer
from api import Api, fresh_name
from client import Closed, Connection, encode_request
from faults import attached, can_trace
from server import Server

LEFT_OUT = re.compile(r"hongbao: (\d+) more requests? w(?:as|ere) (?:refused with (\w+)|slow): no lines beyond ")
REFUSED = re.compile(r"^hongbao: refused: ", re.M)


class LogCase(unittest.TestCase):
    def started(self, *settings, **more):
        self.server = Server(*settings, **more)
        self.addCleanup(self.server.remove)
        self.server.start()
        api = Api(self.server.port)
        self.addCleanup(api.close)
        return api

    def said(self):
        """Everything on stderr, after an orderly end."""
        self.assertEqual(0, self.server.stop(), self.server.stderr_text()[-2000:])
        return self.server.stderr_text()


class Which(LogCase):
    def test_what_is_refused_has_a_line_and_what_is_answered_in_time_has_none(self):
        api = self.started(flags.log_slow_ms(60_000))
        user = api.fresh_user("ann", 5)
        self.assertEqual(5, api.balance(user))
        self.assertEqual(409, api.withdraw(user, 6).status)
        self.assertEqual(404, api.request("GET", "/nowhere", headers=[("X-Request-Id", "mine-1")]).status)
        lines = [line for line in self.said().splitlines() if "ms, request" in line]
        self.assertEqual(2, len(lines), lines)
        self.assertRegex(lines[0], r"^hongbao: refused: POST /v1/accounts/\{user_id\}/withdrawals, 409 "
                                   r"insufficient_funds, \d+ ms, request [0-9a-f]{16}-[0-9a-f]+$")
        self.assertRegex(lines[1], r"^hongbao: refused: GET no route, 404 route_not_found, \d+ ms, request mine-1$")

    def test_what_the_transport_refuses_has_a_line_too(self):
        self.started()
        for data, code in ((b"GET /v1/audit HTTP/1.1\r\n\r\n", "host_missing"),
                           (b"GET /v1/audit HTTP/3.1\r\nHost: localhost\r\n\r\n", "version_unsupported"),
                           (b"\x01\x02\r\n\r\n", "request_line_malformed")):
            with Connection(self.server.port) as line:
                self.assertGreaterEqual(line.ask(data).status, 400, data)
        text = self.said()
        self.assertEqual(3, len(REFUSED.findall(text)), text)

    def test_a_slow_answer_has_a_line(self):
        self.assertTrue(can_trace(), "this test slows calls by strace, which may not trace")
        api = self.started(flags.log_slow_ms(50))
        user = api.fresh_user("ann")
        with attached(self.server.process, "fdatasync", "delay_enter=100000"):
            self.assertEqual(201, api.deposit(user, 5).status)
        text = self.said()
        self.assertRegex(text, r"(?m)^hongbao: slow: POST /v1/accounts/\{user_id\}/deposits, 201, "
                               r"[0-9]{2,} ms, request \S+$")
        self.assertNotIn(user, text)

    def test_at_debug_each_request_has_a_line_that_says_whose(self):
        api = self.started(flags.log_level("debug"))
        user = api.fresh_user("ann", 5)
        self.assertEqual(200, api.get(f"/v1/accounts/{user}/entries?limit=7").status)
        self.assertRegex(self.said(), r"(?m)^hongbao: answered: GET /v1/accounts/\{user_id\}/entries, 200, .*, from "
                                      rf"127\.0\.0\.1, asked for /v1/accounts/{re.escape(user)}/entries\?limit=7$")

    def test_a_level_leaves_out_what_is_less_urgent(self):
        api = self.started(flags.log_level("error"))
        self.assertEqual(404, api.get("/nowhere").status)
        self.assertEqual("", self.said())


class HowMany(LogCase):
    def test_beyond_so_many_a_second_they_are_counted_for_each_kind(self):
        api = self.started(flags.log_lines_per_s_max(2))
        sent = {"route_not_found": 300, "packet_not_found": 200, "account_not_found": 1}
        targets = {"route_not_found": "/nowhere", "packet_not_found": "/v1/packets/1", "account_not_found":
                   "/v1/accounts/nobody"}
        for code, times in sent.items():
            for _ in range(times):
                self.assertEqual(code, api.get(targets[code]).code)
        text = self.said()
        lines = {code: len(re.findall(rf", 404 {code}, ", text)) for code in sent}
        counted = dict.fromkeys(sent, 0)
        for number, code in LEFT_OUT.findall(text):
            counted[code] += int(number)
        self.assertEqual(sent, {code: lines[code] + counted[code] for code in sent}, text)
        self.assertEqual((1, 0), (lines["account_not_found"], counted["account_not_found"]))
        self.assertGreater(counted["route_not_found"], lines["route_not_found"])

    def test_with_0_they_are_counted_alone(self):
        api = self.started(flags.log_lines_per_s_max(0))
        for _ in range(20):
            api.get("/nowhere")
        text = self.said()
        self.assertFalse(REFUSED.search(text), text)
        self.assertEqual(20, sum(int(number) for number, _ in LEFT_OUT.findall(text)))


class InJson(LogCase):
    def test_every_line_is_an_object(self):
        api = self.started(flags.log_json(), flags.log_lines_per_s_max(1))
        for _ in range(9):
            api.get("/nowhere")
        with Connection(self.server.port) as line:
            line.ask(b"B\"R{K GET / HTTP/1.1\r\n\r\n")
        lines = [json.loads(line) for line in self.said().splitlines()]
        for line in lines:
            self.assertRegex(line["time"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")
            self.assertIn(line["level"], ("error", "warning", "info"))
        refused = [line for line in lines if line["message"] == "refused" and line.get("code") == "route_not_found"]
        self.assertTrue(refused)
        self.assertEqual({"time", "level", "message", "method", "status", "code", "duration_ms", "request_id"},
                         set(refused[0]))
        messages = " ".join(line["message"] for line in lines)
        for sentence in ("open mode: no key", "ready on http://127.0.0.1:", "stopping: ", "stopped; the last record",
                         "more request"):
            self.assertIn(sentence, messages)

    def test_a_start_that_is_refused_says_why_in_an_object(self):
        server = Server(flags.log_json(), flags.flag("listen", "0.0.0.0:0"))
        self.addCleanup(server.remove)
        with self.assertRaises(Exception):
            server.start()
        lines = [json.loads(line) for line in server.stderr_text().splitlines()]
        self.assertEqual(["error"], [line["level"] for line in lines])
        self.assertIn("is reached from other machines", lines[0]["message"])


class PersonalData(LogCase):
    PHONE = "13812345678"

    def provoke(self, api, access):
        """Every kind of line about somebody whose data is known; returns what must not be told."""
        user, name = fresh_name("zoe-planted"), "Zoë Planted"
        self.assertEqual(201, access.operator.create_account(user, username=name).status)
        token = access.token(user)
        of_user = Bearer(self.server.port, token)
        secrets = [user, name, "Planted", self.PHONE, token, "127.0.0.1", "swordfish"]
        for one in (of_user, Bearer(self.server.port), Bearer(self.server.port, "wrong." + token)):
            one.get(f"/v1/accounts/{user}?phone={self.PHONE}")
            one.get(f"/v1/{user}/{self.PHONE}")
            one.deposit(user, -1, reference=self.PHONE)
            one.withdraw(user, 10**9)
            one.open("1", user, passphrase="swordfish")
            one.transfer(user, "nobody", 5, memo=name)
            one.request(self.PHONE, f"/v1/accounts/{user}")
            one.close()
        with Connection(self.server.port) as line:
            line.send(f"GET /v1/accounts/{user} HTTP/1.1\r\nAuthorization: Bearer {token}\r\n\r\n".encode())
            try:
                line.read_answer()
            except Closed:
                pass
        return secrets

    def lines_of(self, *settings):
        self.started(flags.log_lines_per_s_max(1_000), *settings)
        access = Access(self.server)
        secrets = self.provoke(None, access)
        access.operator.close()
        text = self.said()
        self.assertGreater(len(re.findall("refused", text)), 15, text)
        return text, secrets

    def test_above_debug_there_is_none(self):
        for format_flags in ((), (flags.log_json(),)):
            with self.subTest(format_flags):
                text, secrets = self.lines_of(*format_flags)
                told = text.replace("http://127.0.0.1", "")  # where it listens
                for secret in secrets:
                    self.assertNotIn(secret, told)

    def test_at_debug_there_is_but_no_credential(self):
        text, secrets = self.lines_of(flags.log_level("debug"))
        user, token = secrets[0], secrets[4]
        self.assertIn(user, text)
        self.assertIn("from 127.0.0.1", text)
        self.assertNotIn(token, text)
        self.assertNotIn("swordfish", text)


class Traces(LogCase):
    TRACE, SPAN = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"

    def ask(self, target, *values):
        headers = [("traceparent", value) for value in values]
        with Connection(self.server.port) as line:
            return line.ask(encode_request("GET", target, headers=headers))

    def test_a_trace_is_taken_and_passed_on(self):
        self.started(flags.log_json())
        seen = set()
        for target, status in (("/v1/audit", 200), ("/nowhere", 404)):
            answer = self.ask(target, f"00-{self.TRACE}-{self.SPAN}-01")
            self.assertEqual(status, answer.status)
            found = re.fullmatch(rf"00-{self.TRACE}-([0-9a-f]{{16}})-01", answer.headers["traceparent"])
            self.assertTrue(found, answer)
            seen.add(found.group(1))
        self.assertEqual(2, len(seen - {self.SPAN, "0" * 16}))
        traced = [line for line in map(json.loads, self.said().splitlines()) if "trace_id" in line]
        self.assertEqual([(self.TRACE, found.group(1))], [(line["trace_id"], line["span_id"]) for line in traced])

    def test_what_the_transport_refuses_belongs_to_its_trace(self):
        self.started()
        with Connection(self.server.port) as line:
            answer = line.ask(f"POST /v1/accounts HTTP/1.1\r\nHost: localhost\r\ntraceparent: 00-{self.TRACE}-"
                              f"{self.SPAN}-00\r\nContent-Length: 99999999\r\n\r\n".encode())
        self.assertEqual(413, answer.status)
        self.assertRegex(answer.headers.get("traceparent", ""), rf"^00-{self.TRACE}-[0-9a-f]{{16}}-00$")
        self.assertIn(f", trace {self.TRACE} span ", self.said())

    def test_one_that_is_malformed_or_sent_twice_is_ignored(self):
        self.started()
        right = f"00-{self.TRACE}-{self.SPAN}-01"
        for values in ((), ("",), (right.upper(),), (right + "-more",), ("ff" + right[2:],),
                       (f"00-{'0' * 32}-{self.SPAN}-01",), (right, right)):
            with self.subTest(values):
                answer = self.ask("/v1/audit", *values)
                self.assertEqual(200, answer.status)
                self.assertNotIn("traceparent", answer.headers)


if __name__ == "__main__":
    unittest.main()
