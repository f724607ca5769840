"""What HTTP itself asks of every answer, on every route: HEAD and OPTIONS, Date, what may be cached,
the Location of what was made, and unknown query parameters."""

import email.utils
import gzip
import json
import re
import time
import unittest

from api import fresh_name, round_of
from cases import ServerCase
from client import Connection, encode_bare
from flags import manual_clock

JSON = "Content-Type: application/json"


class HttpSemantics(ServerCase):
    server_flags = (manual_clock(),)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        api = cls.api
        cls.user = api.fresh_user("ann", 1_000)
        cls.packet = api.fresh_packet(cls.user, total_fen=100, count=5)
        now = api.now_ms()
        cls.campaign = api.fresh_campaign([round_of(now, now + 60_000)], 100)
        cls.sale = api.fresh_sale(now, now + 60_000)
        cls.order = api.reserve(cls.sale, cls.user).json["id"]
        cls.sold_out = api.fresh_sale(now, now + 60_000, 1)
        cls.waiter = api.fresh_user("wei")
        assert api.reserve(cls.sold_out, cls.user).status == 201
        cls.trade = api.deposit(cls.user, 1).json["trade_no"]
        cls.invitation = api.invite(cls.campaign).json["invitation_id"]
        cls.paths = api.get("/openapi.json").json["paths"]

    def target(self, path):
        ids = {"accounts": self.user, "packets": self.packet, "campaigns": self.campaign,
               "sales": self.sale, "orders": self.order, "trades": self.trade,
               "invitations": self.invitation}
        resource = (path.split("/") + ["", ""])[2]
        path = path.replace("{code}", "sold_out")
        if "waitlist/" in path:  # which an earlier request may have left
            assert self.api.join_waitlist(self.sold_out, self.waiter).status == 202
            return path.replace("{id}", self.sold_out).replace("{user_id}", self.waiter)
        return re.sub(r"\{\w+\}", lambda _: ids.get(resource, "7"), path)

    @staticmethod
    def status_of(path):
        """This server is open, since it has no key; nor has it a webhook."""
        return 404 if path.startswith(("/v1/keys/{", "/v1/webhooks/{")) else 200

    def ask(self, method, target, *lines, body=b""):
        with Connection(self.server.port) as line:
            return line.ask(encode_bare(method, target, *lines, body=body))

    def test_head_is_get_without_its_body(self):
        heads = 0
        for path, item in self.paths.items():
            target = self.target(path)
            with self.subTest(target):
                head = self.ask("HEAD", target)
                if "get" not in item:
                    self.assertIn(head.status, (404, 405), head)
                    continue
                heads += 1
                got = self.ask("GET", target)
                self.assertEqual(self.status_of(path), got.status, got)
                changing = ("date", "x-request-id", "connection")
                if path == "/metrics":  # each request counts, and so changes the text
                    changing += ("content-length",)
                self.assertEqual({name: value for name, value in got.headers.items()
                                  if name not in changing},
                                 {name: value for name, value in head.headers.items()
                                  if name not in changing})
                self.assertEqual(got.status, head.status)
        self.assertGreater(heads, 15)
        for target in ("/nowhere", "/v1/packets/9", "/v1/packets/9/events"):
            with self.subTest(target):
                self.assertEqual(404, self.ask("HEAD", target).status)

    def test_a_head_leaves_the_connection_ready_for_the_next_request(self):
        with Connection(self.server.port) as line:
            for target in ("/v1/audit", f"/v1/packets/{self.packet}/events", "/openapi.json"):
                line.send(encode_bare("HEAD", target) + encode_bare("GET", "/livez"))
                self.assertEqual(200, line.read_answer(body_expected=False).status)
                self.assertEqual({"status": "alive"}, self.assert_ok(line.read_answer()))

    def test_options_are_told_on_every_path(self):
        for path, item in self.paths.items():
            target = self.target(path)
            methods = {method.upper() for method in item} | {"OPTIONS"}
            methods |= {"HEAD"} if "GET" in methods else set()
            with self.subTest(target):
                answer = self.ask("OPTIONS", target)
                self.assertEqual((204, b""), (answer.status, answer.body))
                self.assertNotIn("content-length", answer.headers)
                self.assertLessEqual(methods, set(answer.headers["allow"].split(", ")))
                refused = self.ask("BREW", target)
                self.assertEqual(405, refused.status)
                self.assertEqual(answer.headers["allow"], refused.headers["allow"])
        answer = self.ask("OPTIONS", "*")
        self.assertEqual(204, answer.status)
        self.assertLessEqual({"GET", "HEAD", "POST", "PUT", "PATCH", "OPTIONS"},
                             set(answer.headers["allow"].split(", ")))
        self.assert_problem(self.ask("OPTIONS", "/nowhere"), 404, "route_not_found")

    def answers(self):
        """Answers of every kind, the transport's own too."""
        for path, item in self.paths.items():
            for method in item:
                yield self.ask(method.upper(), self.target(path), JSON,
                               body=b"{}" if method != "get" else b"")
        yield self.ask("GET", "/nowhere")
        yield self.ask("DELETE", "/v1/audit")
        yield self.ask("OPTIONS", "/v1/audit")
        for data in (b"nonsense\r\n\r\n", b"GET / HTTP/1.1\r\n\r\n", b"GET / HTTP/3.0\r\n\r\n",
                     encode_bare("GET", "/" + "x" * 2_000),
                     encode_bare("GET", "/", "X-Filler: " + "x" * 17_000),
                     encode_bare("POST", "/v1/accounts", "Transfer-Encoding: chunked"),
                     encode_bare("POST", "/v1/accounts", "Content-Encoding: gzip"),
                     encode_bare("POST", "/v1/accounts", "Content-Length: 9999999")):
            with Connection(self.server.port) as line:
                yield line.ask(data)

    def test_every_answer_has_a_date_and_says_whether_it_may_be_kept(self):
        kept = 0
        for answer in self.answers():
            with self.subTest(answer):
                date = email.utils.parsedate_to_datetime(answer.headers["date"])
                self.assertLess(abs(date.timestamp() - time.time()), 60)
                self.assertTrue(answer.headers["date"].endswith(" GMT"))
                rules = answer.headers["cache-control"].split(", ")
                kept += "no-cache" in rules
                self.assertTrue("no-store" in rules or "etag" in answer.headers, answer)
        documents = sum("ETag" in operation["responses"].get("200", {}).get("headers", {})
                        for item in self.paths.values() for operation in item.values())
        self.assertEqual(documents, kept, "what stays the same as long as the server runs, and nothing else")

    def test_streams_are_passed_on_as_they_come(self):
        for topic in (f"packets/{self.packet}", f"campaigns/{self.campaign}"):
            with self.subTest(topic):
                headers = self.ask("GET", f"/v1/{topic}/events").headers
                self.assertEqual("no-store, no-transform", headers["cache-control"])
                self.assertEqual("no", headers["x-accel-buffering"])

    def test_a_201_names_the_location_of_what_was_made(self):
        api, user, made = self.api, fresh_name("made"), []
        made.append((api.create_account(user), "user_id"))
        made.append((api.send_packet(self.user, total_fen=10, count=1), "id"))
        shop = api.fresh_user("shop", 100, type="merchant")
        now = api.now_ms()
        made.append((api.fund_campaign(shop, [round_of(now, now + 60_000)], 100), "id"))
        made.append((api.open_sale(shop, now, now + 60_000), "id"))
        made.append((api.reserve(self.sale, user), "id"))
        for answer, field in made:
            with self.subTest(answer):
                self.assertEqual(201, answer.status, answer)
                there = self.assert_ok(api.get(answer.headers["location"]))
                self.assertEqual(answer.json[field], there[field])
        again = api.create_account(user)
        self.assertEqual(200, again.status)
        self.assertNotIn("location", again.headers)
        for answer in (api.deposit(user, 5, "key-1"), api.deposit(user, 5, "key-1"),
                       api.withdraw(user, 1), api.transfer(user, self.user, 1)):
            self.assertEqual(201, answer.status, answer)
            there = self.assert_ok(api.get(answer.headers["location"]))
            self.assertEqual(answer.json["trade_no"], there["trade_no"])

    def test_query_parameters_that_a_path_does_not_take_are_refused(self):
        asked = 0
        for path, item in self.paths.items():
            for method, operation in item.items():
                target, body = self.target(path), b"{}" if method != "get" else b""
                taken = [self.resolved(one)["name"] for one in operation.get("parameters", [])
                         if self.resolved(one)["in"] == "query"]
                strange = ["surprise=1", "Limit=1", "limit%20=1", "=1", "x", "%00=1", "lastEventID=1"]
                strange += [f"{name}=1" for name in ("limit", "cursor", "lastEventId")
                            if name not in taken]
                strange += [f"{name}=1&{name}=1" for name in taken]
                for query in strange:
                    with self.subTest((method, target, query)):
                        asked += 1
                        answer = self.ask(method.upper(), f"{target}?{query}", JSON, body=body)
                        self.assert_problem(answer, 400, "invalid_request")
                for query in ("", "&", "&&"):
                    answer = self.ask(method.upper(), f"{target}?{query}", JSON, body=body)
                    if method == "get":
                        self.assertEqual(self.status_of(path), answer.status, answer)
        self.assertGreater(asked, 300)
        for target in ("/livez", "/readyz", "/version", "/openapi.json"):
            answer = self.ask("GET", f"{target}?{'x' * 500}=1")
            self.assert_problem(answer, 400, "invalid_request")
            self.assertLess(len(answer.json["detail"]), 200, "a name is not echoed at length")

    def resolved(self, node):
        document = self.api.get("/openapi.json").json if "$ref" in node else None
        if document is None:
            return node
        for name in node["$ref"].split("/")[1:]:
            document = document[name]
        return document


class Description(ServerCase):
    """/openapi.json: an entity tag, and gzip for clients that accept it."""

    def ask(self, *lines, method="GET"):
        with Connection(self.server.port) as line:
            return line.ask(encode_bare(method, "/openapi.json", *lines))

    def test_it_is_sent_compressed_to_those_who_take_that(self):
        plain = self.ask()
        json.loads(plain.body)
        for accept in ("gzip", "deflate, gzip;q=0.8, br", "*", "x-gzip"):
            with self.subTest(accept):
                packed = self.ask(f"Accept-Encoding: {accept}")
                self.assertEqual("gzip", packed.headers.get("content-encoding"))
                self.assertEqual("application/json", packed.headers["content-type"])
                self.assertEqual(plain.body, gzip.decompress(packed.body))
                self.assertLess(len(packed.body) * 4, len(plain.body))
                self.assertNotEqual(plain.headers["etag"], packed.headers["etag"])
                self.assertIn("Accept-Encoding", packed.headers["vary"])
        for accept in ("identity", "br", "gzip;q=0", "*;q=0", ""):
            with self.subTest(accept):
                answer = self.ask(f"Accept-Encoding: {accept}")
                self.assertNotIn("content-encoding", answer.headers)
                self.assertEqual(plain.body, answer.body)
                self.assertEqual(plain.headers["etag"], answer.headers["etag"])
                self.assertIn("Accept-Encoding", answer.headers["vary"])

    def test_whoever_has_it_is_told_so(self):
        for accept in ("identity", "gzip"):
            line = f"Accept-Encoding: {accept}"
            got = self.ask(line)
            etag = got.headers["etag"]
            self.assertRegex(etag, r'^"[!-~]+"$')
            for method in ("GET", "HEAD"):
                for told in (etag, f"W/{etag}", f'"x", {etag}', "*"):
                    with self.subTest((accept, method, told)):
                        answer = self.ask(line, f"If-None-Match: {told}", method=method)
                        self.assertEqual((304, b""), (answer.status, answer.body))
                        self.assertEqual(etag, answer.headers["etag"])
                        self.assertNotIn("content-length", answer.headers)
                        self.assertEqual("no-cache", answer.headers["cache-control"])
            other = self.ask("Accept-Encoding: " + ("gzip" if accept == "identity" else "identity"))
            for told in (other.headers["etag"], '"x"', "x"):
                with self.subTest((accept, told)):
                    answer = self.ask(line, f"If-None-Match: {told}")
                    self.assertEqual((200, got.body), (answer.status, answer.body))

    def test_the_tag_is_the_same_on_every_server_of_the_same_build(self):
        before = self.ask().headers["etag"]
        self.restart()
        self.assertEqual(before, self.ask().headers["etag"])


if __name__ == "__main__":
    unittest.main()
