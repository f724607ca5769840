"""Requests byte by byte over raw sockets: cut, doubled, oversized, piled up, and one at a time."""

import socket
import unittest

from api import fresh_name
from cases import ServerCase
from client import Closed, Connection, encode_request


class Framing(ServerCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user = cls.api.fresh_user("ann", 100)

    def exchange(self, data):
        """Sends bytes on a connection of their own and reads the answer."""
        line = self.connect()
        line.send(data)
        return line.read_answer()

    def head(self, *headers, target="/v1/audit", method="GET"):
        lines = [f"{method} {target} HTTP/1.1", "Host: localhost", *headers]
        return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n"

    def deposit_bytes(self, amount_fen=1, headers=()):
        return encode_request("POST", f"/v1/accounts/{self.user}/deposits",
                              {"amount_fen": amount_fen}, fresh_name("raw"), headers)

    def assert_refused_and_closed(self, data, status, *codes):
        line = self.connect()
        line.send(data)
        self.assert_problem(line.read_answer(), status, *codes)
        self.assertTrue(line.socket is None or line.read_to_end(),
                        "after a framing error the connection stays open")
        self.assert_ok(self.api.get("/livez"))

    def test_two_content_lengths_are_refused(self):
        body = b'{"user_id":"x","username":"x"}'
        for first, second in ((len(body), len(body)), (len(body), 5), (0, len(body))):
            with self.subTest((first, second)):
                data = self.head(f"Content-Length: {first}", f"Content-Length: {second}",
                                 target="/v1/accounts", method="POST") + body
                self.assert_refused_and_closed(data, 400, "bad_request")
        self.assert_refused_and_closed(
            self.head("Content-Length: 5, 5", target="/v1/accounts", method="POST") + body,
            400, "bad_request")

    def test_content_lengths_that_are_no_number_are_refused(self):
        for length in ("", "abc", "-1", "+5", "5.0", "0x5", "1e1", "5 5", "9" * 30):
            with self.subTest(length):
                data = self.head(f"Content-Length: {length}", target="/v1/accounts", method="POST")
                self.assert_refused_and_closed(data + b"hello", (400, 413), "bad_request",
                                               "body_too_large")

    def test_any_transfer_encoding_is_refused(self):
        chunked = b"5\r\nhello\r\n0\r\n\r\n"
        for headers in (["Transfer-Encoding: chunked"], ["Transfer-Encoding: identity"],
                        ["Transfer-Encoding: chunked", "Content-Length: 5"],
                        ["Content-Length: 5", "transfer-encoding: Chunked"],
                        ["Transfer-Encoding: gzip, chunked"]):
            with self.subTest(headers):
                data = self.head(*headers, target="/v1/accounts", method="POST") + chunked
                self.assert_refused_and_closed(data, 411, "length_required")

    def test_a_content_encoding_is_refused(self):
        before = self.api.balance(self.user)
        data = self.deposit_bytes(headers=[("Content-Encoding", "gzip")])
        self.assert_problem(self.exchange(data), 415, "unsupported_content_encoding")
        self.assert_balance(self.user, before)

    def test_a_head_of_17_kib_is_refused_and_one_below_16_kib_is_read(self):
        self.assert_refused_and_closed(self.head("X-Long: " + "x" * 17 * 1024), 431,
                                       "head_too_large")
        self.assert_ok(self.exchange(self.head("X-Long: " + "x" * 15 * 1024)))

    def test_a_head_that_never_ends_is_cut_off(self):
        line = self.connect()
        line.send(b"GET /v1/audit HTTP/1.1\r\n")
        with self.assertRaises(Closed):
            for number in range(1_000_000):
                line.send(b"X-%d: y\r\n" % number)
        self.assert_ok(self.api.get("/livez"))

    def test_101_headers_are_refused_and_100_are_read(self):
        extra = [f"X-{number}: y" for number in range(100)]
        self.assert_refused_and_closed(self.head(*extra), 431, "head_too_large")
        self.assert_ok(self.exchange(self.head(*extra[:99])))

    def test_a_target_of_2_kib_is_refused_and_one_below_1_kib_is_read(self):
        self.assert_refused_and_closed(self.head(target="/" + "x" * 2048), 414, "target_too_long")
        answer = self.exchange(self.head(target="/" + "x" * 1000))
        self.assert_problem(answer, 404, "route_not_found")

    def test_control_characters_in_the_head_are_refused(self):
        for data in (self.head("X-A: b\x00c"), self.head("X-A: b\x01c"), self.head("X\x7f: b"),
                     self.head(target="/v1/au\x01dit"), self.head("X-A: b\rc")):
            with self.subTest(data):
                self.assert_refused_and_closed(data, 400, "bad_request")

    def test_heads_that_are_no_http_are_refused(self):
        for data in (b"hello\r\n\r\n", b"GET\r\n\r\n", b"GET /v1/audit\r\n\r\n",
                     b"GET /v1/audit HTTP/1.1\r\nno colon\r\n\r\n",
                     b"GET /v1/audit HTTP/1.1\r\nHost: localhost\r\n folded\r\n\r\n",
                     b"GET /v1/audit HTTP/1.1\r\nSpace : x\r\n\r\n",
                     b"GET v1/audit HTTP/1.1\r\nHost: localhost\r\n\r\n",
                     b"GET  /v1/audit HTTP/1.1\r\nHost: localhost\r\n\r\n",
                     b"GET /v1/audit SPDY/3\r\nHost: localhost\r\n\r\n"):
            with self.subTest(data):
                self.assert_refused_and_closed(data, 400, "bad_request")

    def test_requests_cut_at_any_byte_have_no_effect(self):
        data = self.deposit_bytes()
        before = self.api.audit()
        for cut in range(1, len(data)):
            line = self.connect()
            line.send(data[:cut])
            line.socket.shutdown(socket.SHUT_WR)
            try:
                answer = line.read_answer()
                self.assertGreaterEqual(answer.status, 400)
            except Closed:
                pass
            line.close()
        self.assertEqual(before, self.api.audit())

    def test_a_client_that_leaves_without_reading_does_no_harm(self):
        before = self.api.balance(self.user)
        for _ in range(50):
            line = Connection(self.server.port).connect()
            line.send(self.deposit_bytes())
            line.close()
        self.assert_ok(self.api.get("/livez"))
        self.assertLessEqual(self.api.balance(self.user), before + 50)

    def test_one_byte_at_a_time_is_a_request_like_any_other(self):
        before = self.api.balance(self.user)
        line = self.connect()
        for byte in self.deposit_bytes(3):
            line.send(bytes([byte]))
        self.assert_ok(line.read_answer(), 201)
        self.assert_balance(self.user, before + 3)

    def test_head_and_body_in_two_pieces_are_one_request(self):
        data = self.deposit_bytes(4)
        for cut in (1, data.index(b"\r\n\r\n") + 2, data.index(b"\r\n\r\n") + 4, len(data) - 1):
            line = self.connect()
            line.send(data[:cut])
            self.assert_ok(self.api.get("/livez"))
            line.send(data[cut:])
            self.assert_ok(line.read_answer(), 201)

    def test_pipelined_requests_are_answered_in_order(self):
        user = self.api.fresh_user("pipe")
        target = f"/v1/accounts/{user}/deposits"
        pile = b"".join(encode_request("POST", target, {"amount_fen": 1}, fresh_name("pipe")) +
                        encode_request("GET", f"/v1/accounts/{user}") for _ in range(50))
        line = self.connect()
        line.send(pile)
        for number in range(1, 51):
            self.assertEqual(number, self.assert_ok(line.read_answer(), 201)["balance_fen"])
            self.assertEqual(number, self.assert_ok(line.read_answer())["balance_fen"])

    def test_a_refusal_of_the_route_keeps_a_pipelined_connection_going(self):
        line = self.connect()
        line.send(encode_request("GET", "/nowhere") + encode_request("POST", "/v1/accounts", b"{") +
                  encode_request("GET", "/livez"))
        self.assertEqual([404, 400, 200], [line.read_answer().status for _ in range(3)])

    def test_a_request_with_connection_close_is_answered_and_then_closed(self):
        line = self.connect()
        line.send(self.head("Connection: close"))
        self.assert_ok(line.read_answer())
        self.assertTrue(line.socket is None or line.read_to_end())

    def test_a_connection_serves_many_requests(self):
        line = self.connect()
        for _ in range(500):
            self.assert_ok(line.request("GET", "/livez"))
        self.assertIsNotNone(line.socket)

    def test_header_names_are_read_in_any_case(self):
        target = f"/v1/accounts/{self.user}/deposits"
        body = b'{"amount_fen":1}'
        data = self.head(f"iDEMPOTENCY-kEY: {fresh_name('case')}", f"CONTENT-length: {len(body)}",
                         "content-TYPE: application/json", target=target, method="POST") + body
        self.assert_ok(self.exchange(data), 201)

    def test_hundreds_of_idle_connections_do_not_stop_others(self):
        idle = [self.connect() for _ in range(300)]
        self.assert_ok(self.api.deposit(self.user, 1), 201)
        for line in idle[::50]:
            self.assert_ok(line.request("GET", "/livez"))


if __name__ == "__main__":
    unittest.main()
