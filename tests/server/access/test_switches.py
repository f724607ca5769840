"""Switches: each stops exactly what it is for, without a trace, through kill -9 and restart, until it is on again."""

import unittest

import flags
from access import control
from api import fresh_name, round_of
from cases import ServerCase

SWITCHES = ("sending", "opening", "campaigns", "sales", "sign_up", "history")


class Switches(ServerCase):
    server_flags = (flags.manual_clock(), *flags.no_daily_limits())

    def setUp(self):
        self.operator = control(self.server)
        self.addCleanup(self.operator.close)
        self.shop = self.api.fresh_user("shop", 10**6, type="merchant")
        self.ann = self.api.fresh_user("ann", 10**6)
        self.packet = self.api.fresh_packet(self.shop, "equal", share_fen=1, count=1_000)
        self.addCleanup(self.all_on)

    def all_on(self):
        for name in SWITCHES:
            self.switch(name, True)

    def switch(self, name, is_on, **fields):
        self.operator.close()
        self.assert_ok(self.operator.switch(name, is_on, **fields))

    def now_ms(self):
        return self.api.now_ms()

    def calls(self):
        """By switch, what it stops; under None, what no switch stops. Each does something new, or reads."""
        api, ann, shop = self.api, self.ann, self.shop
        user = api.fresh_user("new") if self.signs_up() else ann
        return {
            "sending": {
                "transfer": lambda: api.transfer(ann, shop, 1),
                "send": lambda: api.send_packet(ann, "equal", share_fen=1, count=1),
            },
            "opening": {
                "open": lambda: api.open(self.packet, user),
                "opens": lambda: api.open_batch([{"packet_id": self.packet, "user_id": user}]),
                "grab": lambda: api.grab(self.packet, user),
            },
            "campaigns": {
                "campaign": lambda: api.fund_campaign(
                    shop, [round_of(self.now_ms() + 1_000, self.now_ms() + 2_000)], 100),
            },
            "sales": {
                "sale": lambda: api.open_sale(shop, self.now_ms() + 1_000, self.now_ms() + 2_000),
            },
            "sign_up": {
                "account": lambda: api.create_account(fresh_name("new")),
                "accounts": lambda: api.post("/v1/accounts/batch", {"accounts": [
                    {"user_id": fresh_name("new"), "username": "New"}]}),
            },
            "history": {
                "entries": lambda: api.get(f"/v1/accounts/{ann}/entries"),
                "claims": lambda: api.get(f"/v1/packets/{self.packet}/claims"),
                "packets": lambda: api.get("/v1/packets"),
                "accounts": lambda: api.get("/v1/accounts"),
            },
            None: {
                "deposit": lambda: api.deposit(ann, 1),
                "withdraw": lambda: api.withdraw(ann, 1),
                "look": lambda: api.get(f"/v1/packets/{self.packet}"),
                "account": lambda: api.account(ann),
                "audit": lambda: api.get("/v1/audit"),
                "livez": lambda: api.get("/livez"),
                "status": lambda: api.set_status(ann, "active"),
            },
        }

    def signs_up(self):
        return "sign_up" not in self.api.get("/readyz").json["switched_off"]

    def assert_stops(self, off):
        """What is off is refused and leaves no record, and everything else works."""
        self.assertEqual(sorted(off), sorted(self.api.get("/readyz").json["switched_off"]))
        for name, calls in self.calls().items():
            for what, call in calls.items():
                with self.subTest(off=off, what=what):
                    if name in off:
                        self.refused_without_a_trace("switched_off", 503, call)
                        answer = call()
                        self.assertIn(f"switched off {name} ", answer.json["detail"])
                        self.assertEqual("30", answer.headers["retry-after"])
                    else:
                        answer = call()
                        self.assertIn(answer.status, (200, 201), answer)

    def test_each_stops_its_own_alone_until_it_is_on_again(self):
        self.assert_stops([])
        for name in SWITCHES:
            self.switch(name, False)
            self.assert_stops([name])
            self.switch(name, True)
        self.assert_stops([])

    def test_all_at_once_leave_paying_and_operating(self):
        for name in SWITCHES:
            self.switch(name, False)
        self.assert_stops(list(SWITCHES))

    def test_they_survive_a_kill_and_a_restart_and_the_log_tells(self):
        self.switch("opening", False, reason="a leak", retry_after_s=7)
        for again in (self.crash_and_restart, self.restart):
            self.operator.close()
            lines = self.server.stderr_text().count("the switch opening is off")
            again()
            self.assertEqual(lines + 1, self.server.stderr_text().count("the switch opening is off"))
            answer = self.api.open(self.packet, self.ann)
            self.assert_problem(answer, 503, "switched_off")
            self.assertEqual("7", answer.headers["retry-after"])
            self.assertNotIn("a leak", answer.body.decode())
        self.assertIn("a leak", self.server.stderr_text())
        self.switch("opening", True)
        self.assertIn("the switch opening is on again", self.server.stderr_text())
        self.assert_ok(self.api.open(self.packet, self.ann))
        self.operator.close()
        self.restart()
        self.assert_ok(self.api.open(self.packet, self.api.fresh_user("bob")))

    def test_the_operator_is_stopped_too_and_streams_go_on(self):
        self.switch("opening", False)
        self.operator.close()
        self.assert_problem(self.operator.open(self.packet, self.ann), 503, "switched_off")
        self.switch("history", False)
        line = self.connect()
        line.send(b"HEAD /v1/packets/%s/events HTTP/1.1\r\nHost: localhost\r\n\r\n" % self.packet.encode())
        self.assertEqual(200, line.read_answer(body_expected=False).status)


if __name__ == "__main__":
    unittest.main()
