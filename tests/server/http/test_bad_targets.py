"""Paths, methods and sizes that no route accepts: 404, 405 with Allow, 413, and nothing changed."""

import unittest

from api import fresh_name
from cases import ServerCase
from client import Connection
from flags import manual_clock

ROUTES = {"/v1/accounts": {"GET", "POST"}, "/v1/accounts/batch": {"POST"}, "/v1/transfers": {"POST"},
          "/v1/accounts/{user}": {"GET", "PATCH"}, "/v1/accounts/{user}/status": {"PUT"},
          "/v1/accounts/{user}/deposits": {"POST"}, "/v1/accounts/{user}/withdrawals": {"POST"},
          "/v1/accounts/{user}/entries": {"GET"}, "/v1/accounts/{user}/packets/sent": {"GET"},
          "/v1/accounts/{user}/packets/received": {"GET"}, "/v1/packets": {"GET", "POST"},
          "/v1/packets/{packet}": {"GET"}, "/v1/packets/{packet}/claims": {"GET"},
          "/v1/packets/{packet}/fairness": {"GET"}, "/docs": {"GET"},
          "/v1/packets/{packet}/events": {"GET"}, "/v1/campaigns": {"GET", "POST"},
          "/v1/campaigns/{packet}": {"GET"}, "/v1/campaigns/{packet}/shake": {"POST"},
          "/v1/campaigns/{packet}/events": {"GET"}, "/v1/sales": {"GET", "POST"},
          "/v1/sales/{packet}": {"GET"}, "/v1/sales/{packet}/reservations": {"POST"},
          "/v1/sales/{packet}/waitlist": {"POST"},
          "/v1/sales/{packet}/waitlist/{user}": {"GET", "DELETE"}, "/v1/orders/{packet}": {"GET"},
          "/v1/orders/{packet}/payment": {"POST"}, "/v1/orders/{packet}/cancellation": {"POST"},
          "/v1/orders/{packet}/external-payments": {"POST"},
          "/v1/accounts/{user}/orders": {"GET"},
          "/v1/packets/{packet}/grab": {"POST"}, "/v1/packets/{packet}/open": {"POST"},
          "/v1/opens": {"POST"}, "/v1/audit": {"GET"}, "/v1/audit/days": {"GET"},
          "/v1/exports/postings": {"GET"}, "/v1/exports/statements": {"GET"}, "/v1/exports/ledger": {"GET"},
          "/v1/accounts/{user}/statement": {"GET"}, "/livez": {"GET"}, "/readyz": {"GET"},
          "/version": {"GET"}, "/openapi.json": {"GET"}}


class BadTargets(ServerCase):
    server_flags = (manual_clock(),)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user = cls.api.fresh_user("ann", 100)
        cls.packet = cls.api.fresh_packet(total_fen=100, count=5)

    def setUp(self):
        self.before = self.api.audit()
        self.addCleanup(lambda: self.assertEqual(self.before, self.api.audit()))

    def test_unknown_routes_are_not_found(self):
        for target in ("/", "/v1", "/v1/", "/v2/accounts", "/v1/account",
                       f"/v1/accounts/{self.user}/", f"/v1/accounts/{self.user}/gifts",
                       f"/v1/accounts/{self.user}/packets", f"/v1/packets/{self.packet}/peek",
                       "/V1/audit", "//v1/audit", "/v1/audit/", "/v1/audit/x", "/etc/passwd",
                       "/v1/../v1/audit", "/%2e%2e/etc/passwd"):
            for method, body in (("GET", None), ("POST", {}), ("PUT", {})):
                with self.subTest((method, target)):
                    answer = self.api.request(method, target, body)
                    self.assert_problem(answer, 404, "route_not_found", "account_not_found")

    def test_an_escaped_slash_is_no_way_around_the_routes(self):
        answer = self.api.request("GET", "/v1%2Faudit")
        self.assert_problem(answer, 400, "bad_request")

    def test_a_wrong_method_is_told_which_are_allowed(self):
        for route, methods in ROUTES.items():
            target = route.format(user=self.user, packet=self.packet)
            for method in ("GET", "POST", "PUT", "DELETE", "PATCH"):
                if method in methods or (route == "/v1/accounts/batch" and
                                         method in ("GET", "PATCH")):
                    continue
                with self.subTest((method, target)):
                    body = None if method in ("GET", "DELETE") else {}
                    answer = self.api.request(method, target, body, fresh_name("key"))
                    self.assert_problem(answer, 405, "method_not_allowed")
                    allowed = {name.strip() for name in answer.headers["allow"].split(",")}
                    self.assertLessEqual(methods, allowed)
                    self.assertNotIn(method, allowed)

    def test_bad_user_ids_in_paths_are_refused(self):
        for user in ("x" * 65, "a%20b", "a%2Fb", "", "%00", "%C3%BC", "a%", "a%zz"):
            for method, suffix, body in (("GET", "", None), ("GET", "/entries", None),
                                         ("GET", "/packets/sent", None), ("GET", "/orders", None),
                                         ("POST", "/deposits", {"amount_fen": 1}),
                                         ("POST", "/withdrawals", {"amount_fen": 1}),
                                         ("PATCH", "", {"username": "n"}),
                                         ("PUT", "/status", {"status": "frozen", "reason": "r"})):
                target = f"/v1/accounts/{user}{suffix}"
                with self.subTest((method, target)):
                    answer = self.api.request(method, target, body, fresh_name("key"))
                    self.assert_problem(answer, (400, 404), "invalid_request", "bad_request",
                                        "route_not_found", "account_not_found")

    def test_bad_packet_ids_in_paths_are_refused(self):
        for packet in ("0", "-1", str(2**64), str(2**63), "9" * 40, "abc", "0" + self.packet,
                       "+" + self.packet, self.packet + ".0", "0x1", "%31" * 3, "1%00", ""):
            for method, suffix, body in (("GET", "", None), ("GET", "/claims", None),
                                         ("POST", "/grab", {"user_id": self.user}),
                                         ("POST", "/open", {"user_id": self.user})):
                target = f"/v1/packets/{packet}{suffix}"
                with self.subTest((method, target)):
                    answer = self.api.request(method, target, body)
                    self.assert_problem(answer, (400, 404), "invalid_request", "bad_request",
                                        "route_not_found", "packet_not_found")

    def test_ids_that_no_sale_or_order_can_have_are_not_found(self):
        taken = {"gateway_ref": "money", "amount_fen": 1}
        for number in ("0", "-1", str(2**64), "9" * 40, "abc", "0" + self.packet, self.packet,
                       self.packet + ".0", "1%00", ""):
            for method, route, body, code in (
                    ("GET", "/v1/sales/{}", None, "sale_not_found"),
                    ("POST", "/v1/sales/{}/reservations", {"user_id": self.user}, "sale_not_found"),
                    ("POST", "/v1/sales/{}/waitlist", {"user_id": self.user}, "sale_not_found"),
                    ("GET", "/v1/orders/{}", None, "order_not_found"),
                    ("POST", "/v1/orders/{}/payment", None, "order_not_found"),
                    ("POST", "/v1/orders/{}/cancellation", {}, "order_not_found"),
                    ("POST", "/v1/orders/{}/external-payments", taken, "order_not_found")):
                target = route.format(number)
                with self.subTest((method, target)):
                    answer = self.api.request(method, target, body, fresh_name("key"))
                    self.assert_problem(answer, (400, 404), "bad_request", "route_not_found", code)

    def test_a_percent_encoded_user_id_is_the_same_user(self):
        encoded = "".join(f"%{byte:02X}" for byte in self.user.encode())
        self.assertEqual(self.user, self.assert_ok(self.api.account(encoded))["user_id"])

    def announce(self, target, length):
        """Sends only the head of a request that announces a body, and reads the answer."""
        with Connection(self.server.port) as line:
            line.send((f"POST {target} HTTP/1.1\r\nHost: localhost\r\nIdempotency-Key: "
                       f"{fresh_name('big')}\r\nContent-Length: {length}\r\n\r\n").encode())
            return line.read_answer()

    def test_bodies_beyond_the_limit_are_refused_before_they_are_read(self):
        one_mib = 1 << 20
        for target, limit in (("/v1/accounts", one_mib), ("/v1/transfers", one_mib),
                              ("/v1/packets", one_mib),
                              (f"/v1/accounts/{self.user}/deposits", one_mib),
                              (f"/v1/packets/{self.packet}/open", one_mib),
                              ("/v1/accounts/batch", 4 * one_mib), ("/v1/opens", 4 * one_mib)):
            for length in (limit + 1, 10**12, 2**63 - 1):
                with self.subTest((target, length)):
                    self.assert_problem(self.announce(target, length), 413, "body_too_large")

    def test_bodies_at_the_limit_are_read(self):
        one_mib = 1 << 20
        grab = b'{"user_id":"%s"}' % self.user.encode()
        answer = self.api.post(f"/v1/packets/{self.packet}/grab", grab.ljust(one_mib))
        self.assertEqual({"openable": True}, self.assert_ok(answer))
        batch = b'{"opens":[{"packet_id":"9","user_id":"%s"}]}' % self.user.encode()
        answer = self.api.post("/v1/opens", batch.ljust(4 * one_mib))
        self.assertEqual("packet_not_found", self.assert_ok(answer)["results"][0]["code"])

    def test_unknown_query_fields_are_refused(self):
        for target in (f"/v1/accounts/{self.user}/entries?surprise=1",
                       f"/v1/packets/{self.packet}/claims?surprise=1",
                       f"/v1/accounts/{self.user}/packets/sent?surprise=1",
                       f"/v1/accounts/{self.user}/orders?surprise=1"):
            with self.subTest(target):
                self.assert_problem(self.api.get(target), 400, "invalid_request")

    def test_request_ids_differ_from_request_to_request(self):
        ids = {self.api.get("/v1/nowhere").json["request_id"] for _ in range(20)}
        self.assertEqual(20, len(ids))


if __name__ == "__main__":
    unittest.main()
