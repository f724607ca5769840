"""What a browser sends for somebody else's page: refused, unless the operator allows that page.

Any page can make a browser send simple requests to this machine (no JSON, and it cannot read the
answer), and can point its own name here (DNS rebinding). Each case is tried on every route.
"""

import json
import re
import unittest

from api import Api, fresh_name
from cases import ServerCase
from client import Connection, encode_bare
from flags import allowed_hosts, allowed_origins, manual_clock
from server import Server, run_command

SHOP, OTHER = "https://shop.example.com", "https://elsewhere.example"
ALLOWED = (allowed_origins(f"{SHOP},http://localhost:3000"), allowed_hosts("pay.example.com"))
JSON = "Content-Type: application/json"


def operations(api):
    """(method, target, body) of every operation, with ids that do not exist."""
    for path, item in api.get("/openapi.json").json["paths"].items():
        for method in item:
            target = re.sub(r"\{(\w+)\}", lambda match: "nobody" if match[1] == "user_id" else "7",
                            path)
            yield method.upper(), target, b"{}" if method in ("post", "put", "patch") else b""


class Browsers(ServerCase):
    server_flags = (manual_clock(),)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user = cls.api.fresh_user("ann", 1_000)
        cls.operations = list(operations(cls.api))
        assert len(cls.operations) > 30, cls.operations

    def setUp(self):
        before = self.api.audit(), self.api.now_ms()
        self.addCleanup(lambda: self.assertEqual(before, (self.api.audit(), self.api.now_ms())))

    def on_every_route(self, *lines, host="localhost"):
        with Connection(self.server.port) as line:
            for method, target, body in self.operations:
                for said in (method, "HEAD" if method == "GET" else method, "OPTIONS"):
                    data = encode_bare(said, target, *lines, body=body, host=host)
                    yield f"{said} {target} {lines} {host}", said, line.ask(data)

    def assert_all_refused(self, status, code, *lines, host="localhost"):
        for what, method, answer in self.on_every_route(*lines, host=host):
            with self.subTest(what):
                self.assertEqual(status, answer.status, answer)
                self.assertNotIn("access-control-allow-origin", answer.headers)
                if method != "HEAD":
                    self.assert_problem(answer, status, code)

    def test_a_name_that_was_made_to_lead_here_reaches_no_route(self):
        for host in ("rebound.example", f"rebound.example:{self.server.port}",
                     "localhost.rebound.example", "127.0.0.1.rebound.example", "0.0.0.0"):
            self.assert_all_refused(421, "misdirected_request", JSON, host=host)

    def test_a_foreign_page_reaches_no_route(self):
        for origin in (OTHER, "null", f"http://127.0.0.1:{self.server.port}",
                       f"https://localhost:{self.server.port}", "http://localhost:1", ""):
            self.assert_all_refused(403, "origin_not_allowed", f"Origin: {origin}", JSON,
                                    host=f"localhost:{self.server.port}")
        self.assert_all_refused(403, "origin_not_allowed", "Sec-Fetch-Site: cross-site", JSON)

    def test_the_servers_own_page_and_other_programs_reach_all_routes(self):
        host = f"localhost:{self.server.port}"
        for lines in ([], [f"Origin: http://{host}", "Sec-Fetch-Site: same-origin"],
                      [f"Origin: http://{host.upper()}"], ["Sec-Fetch-Site: none"]):
            for what, _, answer in self.on_every_route(*lines, JSON, host=host):
                with self.subTest(what):
                    self.assertNotIn(answer.status, (403, 415, 421), answer)
                    self.assertNotIn("access-control-allow-origin", answer.headers)

    def test_the_names_of_this_machine_for_itself_are_its_own(self):
        for host in ("localhost", "LOCALHOST:1", "127.0.0.1", "127.1.2.3:80", "[::1]:8080"):
            with self.subTest(host), Connection(self.server.port) as line:
                self.assert_ok(line.ask(encode_bare("GET", "/v1/audit", host=host)))
                absolute = encode_bare("GET", f"http://{host}/v1/audit", host="rebound.example")
                self.assert_ok(line.ask(absolute))
                absolute = encode_bare("GET", "http://rebound.example/v1/audit", host=host)
                self.assert_problem(line.ask(absolute), 421, "misdirected_request")

    def test_http_1_0_needs_no_host(self):
        with Connection(self.server.port) as line:
            self.assert_ok(line.ask(encode_bare("GET", "/v1/audit", host=None, version="1.0")))

    def test_a_host_that_is_none_is_malformed(self):
        for host in ("", ":80", "a b", "a/b", "u@localhost", "localhost:x", "localhost:65536",
                     "[::1", "[localhost]"):
            with self.subTest(host), Connection(self.server.port) as line:
                answer = line.ask(encode_bare("GET", "/v1/audit", host=host))
                self.assert_problem(answer, 400, "bad_request")

    def test_a_body_is_json_or_refused(self):
        good = ("application/json", "APPLICATION/JSON", "application/json;charset=utf-8",
                "application/json; charset=\"UTF-8\"")
        bad = ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x",
               "text/plain;charset=application/json", "application/json; charset=utf-16",
               "application/json; a=b", "application/problem+json", "", None)
        with Connection(self.server.port) as line:
            for types in [[one] for one in bad] + [["application/json", "text/plain"]]:
                lines = [f"Content-Type: {one}" for one in types if one is not None]
                for method, target, body in self.operations:
                    with self.subTest((types, method, target)):
                        data = encode_bare(method, target, *lines, "Idempotency-Key: k",
                                           body=body or b"{}")
                        self.assert_problem(line.ask(data), 415, "unsupported_media_type")
            for one in good:
                with self.subTest(one):
                    data = encode_bare("POST", f"/v1/accounts/{self.user}/withdrawals",
                                       f"Content-Type: {one}", f"Idempotency-Key: {fresh_name('k')}",
                                       body=b'{"amount_fen":1000000}')
                    self.assert_problem(line.ask(data), 409, "insufficient_funds")
            self.assert_problem(line.ask(encode_bare("POST", "/v1/accounts")), 400, "invalid_json")
            empty = encode_bare("POST", "/v1/orders/7/cancellation", "Content-Type: text/plain")
            self.assert_problem(line.ask(empty), 404, "order_not_found")

    def test_what_pages_did_before_is_refused(self):
        """The attacks that worked once: a form's POST as text, to the server's own name or a rebound one."""
        port = self.server.port
        deposit = b'{"amount_fen":5}'
        target = f"/v1/accounts/{self.user}/withdrawals"
        for status, lines, host in (
                (403, [f"Origin: {OTHER}", "Content-Type: text/plain",
                       "Sec-Fetch-Site: cross-site"], f"127.0.0.1:{port}"),
                (415, ["Content-Type: text/plain"], f"127.0.0.1:{port}"),
                (421, ["Origin: http://rebound.example", "Content-Type: application/json"],
                 "rebound.example")):
            with self.subTest(status), Connection(port) as line:
                data = encode_bare("POST", target, *lines, "Idempotency-Key: attack", body=deposit,
                                   host=host)
                self.assertEqual(status, line.ask(data).status)
                advance = encode_bare("POST", "/v1/clock/advance", *lines,
                                      body=b'{"advance_ms":1}', host=host)
                self.assertEqual(status, line.ask(advance).status)


class AllowedPages(ServerCase):
    server_flags = (manual_clock(), *ALLOWED)

    def ask(self, method, target, *lines, body=b"", host="localhost"):
        with Connection(self.server.port) as line:
            return line.ask(encode_bare(method, target, *lines, body=body, host=host))

    def assert_readable(self, answer, origin):
        self.assertEqual(origin, answer.headers.get("access-control-allow-origin"), answer)
        self.assertIn("Origin", answer.headers["vary"])
        exposed = answer.headers["access-control-expose-headers"].split(", ")
        self.assertLessEqual({"X-Request-Id", "Idempotency-Replayed", "Retry-After", "Location",
                              "ETag", "traceparent"}, set(exposed))
        self.assertNotIn("access-control-allow-credentials", answer.headers)

    def test_an_allowed_page_reads_answers_problems_streams_and_refusals_of_the_transport(self):
        packet = self.api.fresh_packet(total_fen=10, count=1)
        body = json.dumps({"user_id": fresh_name("page"), "username": "p"}).encode()
        for origin in (SHOP, "http://localhost:3000"):
            line = f"Origin: {origin}"
            for status, said in (
                    (200, ("GET", "/v1/audit", line, "Sec-Fetch-Site: cross-site")),
                    (404, ("GET", "/v1/packets/9", line)),
                    (404, ("GET", "/nowhere", line)),
                    (405, ("PUT", "/v1/audit", line)),
                    (200, ("HEAD", "/v1/audit", line)),
                    (200, ("GET", f"/v1/packets/{packet}/events", line)),
                    (200, ("GET", "/openapi.json", line)),
                    (415, ("POST", "/v1/accounts", line)),
                    (411, ("POST", "/v1/accounts", line, "Transfer-Encoding: chunked")),
                    (431, ("GET", "/v1/audit", line, "X-Filler: " + "x" * 17_000))):
                with self.subTest((origin, said[:2])):
                    answer = self.ask(*said, body=body if status == 415 else b"")
                    self.assertEqual(status, answer.status, answer)
                    self.assert_readable(answer, origin)
        made = self.ask("POST", "/v1/accounts", f"Origin: {SHOP}", JSON, body=body)
        self.assertEqual(201, made.status, made)
        self.assert_readable(made, SHOP)

    def test_others_are_refused_and_read_nothing(self):
        for origin in (OTHER, "null", "http://shop.example.com", SHOP + ":444",
                       "https://shop.example.com.elsewhere.example"):
            for method in ("GET", "POST", "OPTIONS"):
                with self.subTest((origin, method)):
                    answer = self.ask(method, "/v1/accounts", f"Origin: {origin}", JSON, body=b"{}")
                    self.assert_problem(answer, 403, "origin_not_allowed")
                    self.assertNotIn("access-control-allow-origin", answer.headers)
                    self.assertIn("Origin", answer.headers["vary"])
        # Whether the page is allowed or not, the host must be one of this server's names.
        answer = self.ask("GET", "/v1/audit", f"Origin: {SHOP}", host="rebound.example")
        self.assert_problem(answer, 421, "misdirected_request")
        self.assert_ok(self.ask("GET", "/v1/audit", host="pay.example.com:4711"))

    def test_a_preflight_is_answered_for_each_path(self):
        asked = (f"Origin: {SHOP}", "Access-Control-Request-Method: POST",
                 "Access-Control-Request-Headers: content-type,idempotency-key")
        for target, methods in (("/v1/accounts", {"POST", "OPTIONS"}),
                                ("/v1/audit?x=1", {"GET", "HEAD", "OPTIONS"}),
                                ("/v1/accounts/a", {"GET", "HEAD", "PATCH", "OPTIONS"}),
                                ("/v1/accounts/a/status", {"PUT", "OPTIONS"})):
            with self.subTest(target):
                answer = self.ask("OPTIONS", target, *asked)
                self.assertEqual((204, b""), (answer.status, answer.body))
                self.assert_readable(answer, SHOP)
                allowed = answer.headers["access-control-allow-methods"].split(", ")
                self.assertLessEqual(methods, set(allowed))
                self.assertEqual(answer.headers["allow"], ", ".join(allowed))
                wanted = {"content-type", "idempotency-key", "x-request-id", "last-event-id",
                          "authorization", "cache-control", "traceparent"}
                given = answer.headers["access-control-allow-headers"].lower().split(", ")
                self.assertEqual(wanted, set(given))
                self.assertEqual("600", answer.headers["access-control-max-age"])
                self.assertNotIn("access-control-allow-private-network", answer.headers)
        answer = self.ask("OPTIONS", "/v1/accounts", *asked,
                          "Access-Control-Request-Private-Network: true")
        self.assertEqual("true", answer.headers["access-control-allow-private-network"])
        self.assertEqual(404, self.ask("OPTIONS", "/nowhere", *asked).status)


class Settings(unittest.TestCase):
    def test_names_that_are_none_are_refused_at_the_start_with_what_is_right(self):
        for name, value in (("allowed_origins", "*"), ("allowed_origins", "null"),
                            ("allowed_origins", "shop.example.com"),
                            ("allowed_origins", "https://shop.example.com/"),
                            ("allowed_origins", "https://shop.example.com,"),
                            ("allowed_origins", "https://*.example.com"),
                            ("allowed_origins", "ftp://shop.example.com"),
                            ("allowed_hosts", "*"), ("allowed_hosts", "https://pay.example.com"),
                            ("allowed_hosts", "pay.example.com/x"), ("allowed_hosts", "a b"),
                            ("allowed_hosts", "pay.example.com:0"),
                            ("allowed_hosts", "pay.example.com:x"), ("allowed_hosts", "[::1")):
            with self.subTest((name, value)):
                done = run_command("config", "check", f"--{name.replace('_', '-')}", value)
                self.assertNotEqual(0, done.returncode)
                said = done.stdout + done.stderr
                self.assertIn(f'{name} = "{value}"', said)
                self.assertIn("it has to be", said)

    def test_a_file_may_name_several_as_an_array(self):
        server = Server()
        self.addCleanup(server.remove)
        file = server.home / "hongbao.toml"
        file.write_text(f'allowed_origins = ["{SHOP}", "http://localhost:3000"]\n'
                        'allowed_hosts = "pay.example.com, other.example.com:81"\n', "utf-8")
        with Api(server.start("--config", str(file)).port) as api:
            for host, status in (("pay.example.com", 200), ("other.example.com:81", 200),
                                 ("other.example.com", 421)):
                self.assertEqual(status, api.ask(encode_bare("GET", "/livez", host=host)).status)
            for origin, status in ((SHOP, 200), ("http://localhost:3000", 200), (OTHER, 403)):
                answer = api.ask(encode_bare("GET", "/livez", f"Origin: {origin}"))
                self.assertEqual(status, answer.status)


if __name__ == "__main__":
    unittest.main()
