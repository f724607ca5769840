"""The examples in config/proxies, each by Debian's program in front of a real server: what clients send and get is the
same through them, and the server knows whom it serves.

The clients' addresses are real ones, in a network of the test's own.
"""

import contextlib
import http.client
import itertools
import json
import pathlib
import re
import socket
import subprocess
import tempfile
import time
import unittest

import flags
import own_network
from access import Access, control
from api import fresh_name
from server import Server
from shipped_proxies import Caddy, Haproxy, Nginx
from tls_clients import trusting

DEADLINE_S = 30
PER_S, BURST_S = 20, 10
BATCH_BYTES_MAX = 4 << 20
BODY_BYTES_MAX = 1 << 20
ANN, BOB = own_network.OTHERS
# What differs from one answer to the next, or belongs to a hop.
OF_THE_WAY = {"date", "server", "via", "x-request-id", "connection", "keep-alive", "alt-svc", "transfer-encoding",
              "content-length"}


class Answer:
    def __init__(self, response):
        self.status = response.status
        self.headers = {name.lower(): value for name, value in response.getheaders()}
        self.body = response.read()

    @property
    def json(self):
        return json.loads(self.body)


class Client(http.client.HTTPSConnection):
    """A client at an address of this network, who trusts the proxy's certificate."""

    def __init__(self, proxy, credential=None, address="127.0.0.1"):
        self.secure = trusting(proxy.certificate)
        super().__init__("localhost", proxy.port, timeout=DEADLINE_S, context=self.secure)
        self.address = address
        self.carried = {"Authorization": f"Bearer {credential}"} if credential else {}

    def connect(self):
        plain = socket.create_connection(("127.0.0.1", self.port), DEADLINE_S, (self.address, 0))
        self.line = self.sock = self.secure.wrap_socket(plain, server_hostname="localhost")

    def begin(self, method, target, body=None, **headers):
        text = json.dumps(body) if body is not None else None
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        kind = {"Content-Type": "application/json"} if body is not None else {}
        self.request(method, target, text, {**self.carried, **kind, **named})
        return self.getresponse()

    def ask(self, method, target, body=None, **headers):
        return Answer(self.begin(method, target, body, **headers))


class AnyProxy:
    """The tests of one kind of proxy, which `kind` names."""

    kind = None
    away = ()  # its statuses while no server runs
    loses_over_http_2 = False  # whether a client that is still sending may miss the text of a refusal

    @classmethod
    def setUpClass(cls):
        cls.server = Server(flags.behind_proxy("127.0.0.1"), flags.requests_per_s_per_address(PER_S),
                            flags.request_burst_s(BURST_S), flags.requests_per_s_per_user(0))
        cls.addClassCleanup(cls.server.remove)
        cls.server.start()
        cls.server.flags.append(flags.listen(f"127.0.0.1:{cls.server.port}"))
        cls.access = Access(cls.server)
        cls.addClassCleanup(cls.access.operator.close)
        cls.service = cls.access.key("service")
        cls.proxy = cls.kind(cls.server.port)
        cls.addClassCleanup(cls.proxy.stop)
        cls.home = pathlib.Path(tempfile.mkdtemp(dir=cls.proxy.home))

    @classmethod
    def tearDownClass(cls):
        cls.access.operator.close()
        status = cls.server.stop()
        assert status == 0, f"exit status {status}: {cls.server.stderr_text()[-2000:]}"

    def client(self, address="127.0.0.1", credential=None):
        client = Client(self.proxy, credential or self.service, address)
        self.addCleanup(client.close)
        return client

    def curl(self, *words):
        """A command that asks through the proxy as the service; `words` end with the target."""
        return ["curl", "-sS", "--max-time", str(DEADLINE_S), "--cacert", self.proxy.certificate, "--resolve",
                f"localhost:{self.proxy.port}:127.0.0.1", "-H", f"Authorization: Bearer {self.service}", *words[:-1],
                f"https://localhost:{self.proxy.port}{words[-1]}"]

    def metric(self, name):
        text = self.access.operator.get("/metrics").body.decode()
        return float(re.search(rf"^hongbao_{name} (\S+)$", text, re.M)[1])

    def wait_until(self, what, holds):
        deadline = time.monotonic() + DEADLINE_S
        while not holds():
            self.assertLess(time.monotonic(), deadline, f"never happened: {what}; {self.proxy.said()[-2000:]}")
            time.sleep(0.02)

    # Streams

    def test_each_event_comes_as_it_happens(self):
        operator = self.access.operator
        packet, users = operator.fresh_packet(total_fen=1_000, count=3), operator.fresh_users(3)
        stream = self.client().begin("GET", f"/v1/packets/{packet}/events")
        self.assertEqual(200, stream.status)
        for user in users:
            self.assertEqual(200, operator.open(packet, user).status)
            self.assertEqual(user, self.next_data(stream.readline)["user_id"])
        self.assertIn("exhausted_in_ms", self.next_data(stream.readline))
        self.assertEqual(b"\n", stream.read())

    def test_each_event_comes_as_it_happens_over_http_2(self):
        operator = self.access.operator
        packet, users = operator.fresh_packet(total_fen=1_000, count=3), operator.fresh_users(3)
        with subprocess.Popen(self.curl("-N", "--http2", "-D", str(self.home / "head"), f"/v1/packets/{packet}/events"),
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE) as curl:
            for user in users:
                self.assertEqual(200, operator.open(packet, user).status)
                self.assertEqual(user, self.next_data(curl.stdout.readline)["user_id"])
            self.assertIn("exhausted_in_ms", self.next_data(curl.stdout.readline))
            self.assertEqual(0, curl.wait(DEADLINE_S))
        self.assertTrue((self.home / "head").read_text().startswith("HTTP/2 200"))

    def next_data(self, readline):
        while True:
            line = readline()
            self.assertTrue(line, "the stream has ended")
            if line.startswith(b"data: "):
                return json.loads(line[len("data: "):])

    def test_a_stream_ends_when_its_client_leaves(self):
        packet = self.access.operator.fresh_packet(total_fen=1_000, count=3)
        client = self.client()
        stream = client.begin("GET", f"/v1/packets/{packet}/events")
        self.assertEqual(200, stream.status)
        self.wait_until("the stream is open", lambda: self.metric("streams") == 1)
        client.line.shutdown(socket.SHUT_RDWR)
        stream.close()
        self.wait_until("the server is told", lambda: self.metric("streams") == 0)

    # Bodies

    def send(self, target, size, *words):
        """A batch, or a single account, as a body of that size: the status and what came."""
        path = self.home / "body"
        one = {"user_id": fresh_name("long"), "username": "Ann"}
        text = json.dumps({"accounts": [one]} if target.endswith("batch") else one)
        path.write_text(" " * (size - len(text)) + text)
        done = subprocess.run(self.curl("-H", "Content-Type: application/json", *words, "--data-binary", f"@{path}",
                                        "-w", "\n%{http_code}", target), capture_output=True, text=True, check=False,
                              timeout=DEADLINE_S)
        body, _, status = done.stdout.rpartition("\n")
        return int(status), body

    def test_long_bodies_pass_up_to_the_limit_and_get_the_server_s_answer_above(self):
        for words in (["--http1.1"], ["--http1.1", "-H", "Expect:"], ["--http2"]):
            for target, largest, passed in (("/v1/accounts", BODY_BYTES_MAX, 201),
                                            ("/v1/accounts/batch", BATCH_BYTES_MAX, 200),
                                            ("/v1/opens", BATCH_BYTES_MAX, 400)):  # for which that is no body
                with self.subTest(words, target=target):
                    status, body = self.send(target, largest, *words)
                    self.assertEqual(passed, status, body)
                    for size in (largest + 1, 32 << 20):
                        status, body = self.send(target, size, *words)
                        self.assertEqual(413, status, body)
                        if body or words != ["--http2"] or not self.loses_over_http_2:
                            problem = json.loads(body)
                            self.assertEqual(("body_too_large", "/problems/body_too_large", 413),
                                             (problem["code"], problem["type"], problem["status"]))
                            self.assertTrue(problem["request_id"])

    # Addresses

    def test_each_client_has_the_limit_of_its_own_address(self):
        ann, bob = self.client(ANN), self.client(BOB)
        claims = itertools.cycle([{}, {"X_Forwarded_For": "192.0.2.{}"}, {"Forwarded": "for=192.0.2.{}"}])
        statuses = [ann.ask("GET", "/livez", **{name: value.format(number) for name, value in next(claims).items()}).status
                    for number in range(3 * BURST_S * PER_S)]
        self.assertEqual({200, 429}, set(statuses), "whatever it claims")
        self.assertEqual(200, bob.ask("GET", "/livez").status)

    def test_nobody_can_claim_an_address(self):
        key, user = self.access.key("reader", address_ranges=[ANN]), self.access.operator.fresh_user("user")
        ann, bob = self.client(ANN, key), self.client(BOB, key)
        claims = ({}, {"X_Forwarded_For": "{}"}, {"X_Forwarded_For": "{}, 127.0.0.1"}, {"Forwarded": "for={}"},
                  {"X_Forwarded_For": "{}", "Forwarded": "for={}"}, {"X_Real_IP": "{}"}, {"Forwarded": "for=unknown"},
                  {"Connection": "close, X-Forwarded-For, Forwarded"})
        for claim in claims:
            with self.subTest(claim):
                for client, other, expected in ((ann, BOB, 200), (bob, ANN, 401)):
                    said = {name: value.format(other) for name, value in claim.items()}
                    self.assertEqual(expected, self.past_limits(client, f"/v1/accounts/{user}", said), said)

    def past_limits(self, client, target, said):
        """The status of one request, once the client is not over its limit."""
        deadline = time.monotonic() + DEADLINE_S
        while (status := client.ask("GET", target, **said).status) == 429:
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.05)
        return status

    # Requests and answers

    def test_requests_and_answers_pass_as_they_are(self):
        through, direct = self.client(), http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=DEADLINE_S)
        self.addCleanup(direct.close)
        etag = through.ask("GET", "/openapi.json").headers["etag"]
        for method, target, more in (
                ("GET", "/openapi.json", {}), ("HEAD", "/openapi.json", {}),
                ("GET", "/openapi.json", {"Accept-Encoding": "gzip"}),
                ("GET", "/openapi.json", {"If-None-Match": etag}), ("OPTIONS", "/v1/accounts", {}),
                ("GET", "/v1/accounts/no%2Fbody?a=%20b", {}), ("GET", "/v1//accounts/../x", {}),
                ("GET", "/v1/nothing", {"Accept-Language": "zh-CN"}), ("DELETE", "/v1/accounts", {}),
                ("GET", "/v1/audit", {"Origin": "https://elsewhere.example"}), ("GET", "/v1/audit", {})):
            with self.subTest(method=method, target=target, more=more):
                said = {**through.carried, **more}
                through.request(method, target, headers=said)
                seen = Answer(through.getresponse())
                direct.request(method, target, headers={"Host": "localhost", **said})
                told = Answer(direct.getresponse())
                without_id = [re.sub(rb'"request_id":"[^"]*"', b"", one.body) for one in (told, seen)]
                self.assertEqual(without_id[0], without_id[1])
                self.assertEqual(told.status, seen.status)
                kept = [{name: value for name, value in one.headers.items() if name not in OF_THE_WAY}
                        for one in (told, seen)]
                self.assertEqual(kept[0], kept[1])

    def test_ids_traces_and_keys_pass(self):
        trace = "4bf92f3577b34da6a3ce929d0e0e4736"
        client, user = self.client(), self.access.operator.fresh_user("user")
        said = {"X_Request_Id": "order-77", "traceparent": f"00-{trace}-00f067aa0ba902b7-01", "Idempotency_Key": "once"}
        first, again = (client.ask("POST", f"/v1/accounts/{user}/status", {}, **said) for _ in range(2))
        self.assertEqual("order-77", first.headers["x-request-id"])
        self.assertRegex(first.headers["traceparent"], f"^00-{trace}-[0-9a-f]{{16}}-01$")
        gateway = self.client(credential=self.access.key("gateway"))
        first, again = (gateway.ask("POST", f"/v1/accounts/{user}/deposits", {"amount_fen": 7}, **said) for _ in range(2))
        self.assertEqual((201, 201), (first.status, again.status))
        self.assertNotIn("idempotency-replayed", first.headers)
        self.assertEqual("true", again.headers["idempotency-replayed"])
        self.assertEqual(7, client.ask("GET", f"/v1/accounts/{user}").json["balance_fen"])
        self.assertNotEqual("order-77", client.ask("GET", "/livez").headers["x-request-id"])

    def test_connections_to_the_server_are_kept(self):
        before = self.metric("connections_accepted_total")
        for _ in range(20):
            client = self.client()
            for _ in range(5):
                self.assertEqual(200, client.ask("GET", "/version").status)
            client.close()
        self.assertLess(self.metric("connections_accepted_total") - before, 20)

    # The server's ends

    def test_a_server_that_ends_is_missed_and_found_again(self):
        client, user = self.client(), self.access.operator.fresh_user("user")
        stream = self.client().begin("GET", f"/v1/packets/{self.access.operator.fresh_packet(total_fen=1_000, count=3)}/events")
        self.assertEqual(200, stream.status)
        self.access.operator.close()
        self.server.kill()
        missed = self.ask_again(client, f"/v1/accounts/{user}")
        self.assertIn(missed.status, self.away)
        self.assertEqual("application/problem+json", missed.headers["content-type"])
        self.assertEqual(missed.status, missed.json["status"])
        self.assertEqual("1", missed.headers["retry-after"])
        self.server.start()
        self.wait_until("it is found again", lambda: self.ask_again(client, f"/v1/accounts/{user}").status == 200)
        with contextlib.suppress(http.client.HTTPException, ConnectionError):
            stream.read()  # it has ended, one way or the other

    def ask_again(self, client, target):
        """On a new connection where the proxy has closed the one before."""
        client.close()
        return client.ask("GET", target)


class BehindNginx(AnyProxy, unittest.TestCase):
    kind = Nginx
    away = (502,)


class BehindCaddy(AnyProxy, unittest.TestCase):
    kind = Caddy
    away = (502, 503)
    loses_over_http_2 = True  # by Go's RST_STREAM behind the answer, which curl 7.88 takes for an end before it


class BehindHaproxy(AnyProxy, unittest.TestCase):
    kind = Haproxy
    away = (502, 503)


if __name__ == "__main__":
    own_network.enter()
    unittest.main()
