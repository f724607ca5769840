"""Shedding: with too much to do, history is refused first, then looks, then sends, and never opens and money as a
whole; when there is less to do, all is served again. A disk that does not answer makes the queue, so that nothing
here depends on how fast the machine is."""

import contextlib
import unittest

import flags
from api import fresh_name
from cases import ServerCase
from client import encode_request
from faults import attached, can_trace

IN_FLIGHT_MAX = 60
WAITING = 40
MORE = 30
ORDER = ["history", "looks", "sends"]


class Shedding(ServerCase):
    server_flags = (flags.commands_in_flight_max(IN_FLIGHT_MAX), flags.commit_stall_s(3_600),
                    *flags.no_daily_limits())

    def shed(self):
        return self.assert_ok(self.api.get("/readyz"))["shedding"]

    def deposit_without_waiting(self, user):
        line = self.connect()
        line.send(encode_request("POST", f"/v1/accounts/{user}/deposits", {"amount_fen": 1}, fresh_name("key")))
        return line

    def deposit_or_open_without_waiting(self, number, user, packet):
        if number % 2:
            return self.deposit_without_waiting(user)
        line = self.connect()
        line.send(encode_request("POST", f"/v1/packets/{packet}/open", {"user_id": user}))
        return line

    def watch(self, what, holds):
        """Every state that /readyz showed until the last one holds."""
        seen = [self.shed()]

        def look():
            state = self.shed()
            if state != seen[-1]:
                seen.append(state)
            return holds(state)
        self.wait_until(what, look)
        return seen

    @contextlib.contextmanager
    def queue(self, user):
        """So many deposits wait that everything that can be is shed."""
        assert can_trace(), "this test makes calls slow by strace, which may not trace here"
        with attached(self.server.process, "fdatasync", "delay_enter=3000s"):
            waiting = [self.deposit_without_waiting(user) for _ in range(WAITING)]
            seen = self.watch("everything that can be is shed", lambda state: state == ORDER)
            yield seen
        for line in waiting:
            self.assertEqual(201, line.read_answer().status)

    def assert_shed(self, answer, word):
        self.assert_problem(answer, 503, "overloaded")
        self.assertIn(word, answer.json["detail"])
        self.assertIn(int(answer.headers["retry-after"]), range(1, 13))

    def test_in_order_and_back_again(self):
        user = self.api.fresh_user("ann", 100)
        shop = self.api.fresh_user("shop", 1_000, type="merchant")
        packet = self.api.fresh_packet(shop, "equal", share_fen=1, count=100)
        with self.queue(user) as seen:
            for state in seen:
                self.assertEqual(ORDER[:len(state)], state)
            self.assertEqual(sorted(seen, key=len), seen, "one after the other, and none comes back")
            self.assert_shed(self.api.get(f"/v1/accounts/{user}/entries"), "history")
            self.assert_shed(self.api.get("/v1/audit"), "history")
            self.assert_shed(self.api.get(f"/v1/packets/{packet}"), "looks")
            self.assert_shed(self.api.account(user), "looks")
            self.assert_shed(self.api.transfer(user, shop, 1), "sends")
            self.assert_shed(self.api.create_account(fresh_name("new")), "sends")
            self.assertEqual(200, self.api.get("/livez").status)
            self.assertEqual(200, self.api.get("/readyz").status)
            lines = [self.deposit_or_open_without_waiting(number, user, packet) for number in range(MORE)]
        # Opens and money from outside were let in as long as there was room for one more.
        answers = [line.read_answer() for line in lines]
        refused = [answer for answer in answers if answer.status == 503]
        self.assertEqual(WAITING + MORE - IN_FLIGHT_MAX, len(refused))
        for answer in refused:
            self.assert_problem(answer, 503, "overloaded")
            self.assertIn("Nothing was changed", answer.json["detail"])
        self.assertEqual({200, 201}, {answer.status for answer in answers} - {503})
        seen = self.watch("everything is served again", lambda state: not state)
        self.assertEqual(sorted(seen, key=len, reverse=True), seen)
        self.assert_ok(self.api.get(f"/v1/accounts/{user}/entries"))
        self.assert_ok(self.api.transfer(user, shop, 1), 201)
        text = self.server.stderr_text()
        self.assertIn("too much to do: refused with 503 for now, so that opens go on: history", text)
        self.wait_until("the log tells of the end", lambda:
                        "the load is lower: everything is served again" in self.server.stderr_text())

    def test_a_stream_is_told_to_come_again(self):
        user = self.api.fresh_user("ann", 100)
        shop = self.api.fresh_user("shop", 1_000, type="merchant")
        packet = self.api.fresh_packet(shop, "equal", share_fen=1, count=100)
        with self.queue(user):
            answer = self.api.get(f"/v1/packets/{packet}/events")
            self.assertEqual((200, "text/event-stream"), (answer.status, answer.headers["content-type"]))
            self.assertRegex(answer.body.decode(), r"\Aretry: \d+\n\n\Z")
        self.watch("everything is served again", lambda state: not state)


class Off(ServerCase):
    server_flags = (flags.commands_in_flight_max(IN_FLIGHT_MAX), flags.commit_stall_s(3_600),
                    flags.shed_delay_ms(0))

    def test_with_0_nothing_is_shed(self):
        assert can_trace(), "this test makes calls slow by strace, which may not trace here"
        user = self.api.fresh_user("ann", 100)
        with attached(self.server.process, "fdatasync", "delay_enter=2s"):
            lines = []
            for _ in range(WAITING):
                lines.append(self.connect())
                lines[-1].send(encode_request("POST", f"/v1/accounts/{user}/deposits", {"amount_fen": 1},
                                              fresh_name("key")))
            for line in lines:
                self.assertEqual([], self.assert_ok(self.api.get("/readyz"))["shedding"])
                self.assertEqual(201, line.read_answer().status)


if __name__ == "__main__":
    unittest.main()
