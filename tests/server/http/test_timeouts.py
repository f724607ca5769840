"""Connections that stall: a request that never becomes complete is refused, an idle connection closed."""

import unittest

from api import fresh_name
from cases import ServerCase
from client import encode_request
from flags import idle_timeout_s, request_deadline_s


class Stalled(ServerCase):
    server_flags = (request_deadline_s(1), idle_timeout_s(1))

    def test_a_request_that_stops_halfway_is_told_so_closed_and_has_no_effect(self):
        user = self.api.fresh_user("ann")
        data = encode_request("POST", f"/v1/accounts/{user}/deposits", {"amount_fen": 5},
                              fresh_name("slow"))
        cuts = (10, data.index(b"\r\n\r\n") + 2, data.index(b"\r\n\r\n") + 4, len(data) - 1)
        lines = [self.connect() for _ in cuts]
        for line, cut in zip(lines, cuts):
            line.send(data[:cut])
        for line in lines:
            self.assert_problem(line.read_answer(), 408, "request_timeout")
            self.assertTrue(line.socket is None or line.read_to_end())
        self.api.close()
        self.assert_balance(user, 0)

    def test_an_idle_connection_is_closed_without_a_word(self):
        fresh, used = self.connect(), self.connect()
        self.assert_ok(used.request("GET", "/livez"))
        for line in (fresh, used):
            self.assertTrue(line.read_to_end())
        self.api.close()


if __name__ == "__main__":
    unittest.main()
