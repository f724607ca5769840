"""A gateway's money that does not pay its order: credited up to a limit, beyond it suspended, until
the operator decides (rule 18a)."""

import unittest

from api import fresh_name
from flags import awake_bytes_max, external_credit_fen_max, money_in_system_fen_max, router_count
from sale_case import PRICE_FEN, SaleCase

LIMIT_FEN = 500
MUCH_FEN = 10**13


class Suspended(SaleCase):
    server_flags = SaleCase.server_flags + (external_credit_fen_max(LIMIT_FEN),)

    def late_order(self, **fields):
        """An order that nobody can pay any more, its buyer and its sale."""
        sale, bob = self.sale(3, payment_window_s=60, **fields), self.buyer()
        order = self.reserved(sale, bob)
        self.to_pay_by(order)
        self.wait_until_timed_out(order)
        return sale, bob, order

    def suspended(self, order, amount_fen=MUCH_FEN, reason="too_late", ref=None):
        """The payment as the operator sees it."""
        told = self.paid_externally(order, amount_fen, reason, ref, suspended=True)
        ref = told["payment"]["gateway_ref"]
        return next(item for item in self.api.suspended() if item["gateway_ref"] == ref)

    def assert_status(self, order, ref, status):
        payments = self.api.order(order["id"])["external_payments"]
        self.assertEqual(status, next(item["status"] for item in payments
                                      if item["gateway_ref"] == ref))

    def assert_conserved(self, suspended_fen):
        audit = self.api.audit()
        self.assertEqual((suspended_fen, 0), (audit["suspended_fen"], audit["difference_fen"]))

    def ends(self):
        return (lambda: None, self.restart, self.crash_and_restart)

    def test_money_beyond_the_limit_is_suspended_and_not_credited(self):
        _, bob, order = self.late_order()
        before = self.api.audit()["suspended_fen"]
        self.paid_externally(order, LIMIT_FEN, "too_late")
        self.assert_balance(bob, 1_000 + LIMIT_FEN)
        self.suspended(order, 1)
        self.suspended(order, MUCH_FEN)
        for end in self.ends():
            end()
            self.assert_balance(bob, 1_000 + LIMIT_FEN)
            self.assert_conserved(before + 1 + MUCH_FEN)

    def test_the_exact_amount_in_time_is_never_suspended(self):
        sale, bob = self.sale(1, price_fen=LIMIT_FEN + 1), self.buyer()
        order = self.reserved(sale, bob)
        self.suspended(order, LIMIT_FEN + 2, "wrong_amount")
        self.paid_externally(order)
        self.assert_stock(sale, 0, 0, 1)
        self.assert_balance(bob, 1_000)

    def test_the_list_shows_what_nobody_has_decided_on(self):
        _, bob, order = self.late_order()
        items = [self.suspended(order, MUCH_FEN + number - 7) for number in range(7)]
        first = items[0]
        self.assertEqual(
            {"order_id": order["id"], "sale_id": order["sale_id"], "user_id": bob,
             "amount_fen": MUCH_FEN - 7, "reason": "too_late", "status": "suspended",
             "decided_at": None, "decision_reason": None},
            {name: first[name] for name in ("order_id", "sale_id", "user_id", "amount_fen",
                                            "reason", "status", "decided_at", "decision_reason")})
        names = [item["trade_no"] for item in items]
        self.assertEqual(sorted(names, key=int), names)
        for end in self.ends():
            end()
            shown = [item["trade_no"] for item in self.api.listing("/v1/suspended", limit=2)]
            self.assertEqual(list(reversed(names)),
                             [name for name in shown if name in names], "newest first")
        for number, item in enumerate(items):
            self.assert_ok(self.api.decide(item["trade_no"], ("release", "return")[number % 2]))
            shown = [item["trade_no"] for item in self.api.listing("/v1/suspended", limit=2)]
            self.assertEqual(list(reversed(names[number + 1:])),
                             [name for name in shown if name in names])
        self.restart()
        self.assertEqual([], [item for item in self.api.suspended() if item["trade_no"] in names])

    def test_a_released_payment_is_the_buyers_at_last(self):
        _, bob, order = self.late_order()
        item = self.suspended(order, 7_000)
        before = self.api.audit()
        told = self.assert_ok(self.api.decide(item["trade_no"], "release", reason="he has called"))
        self.assertEqual({**item, "status": "released", "decision_reason": "he has called",
                          "decided_at": told["decided_at"]}, told)
        self.assert_status(order, item["gateway_ref"], "released")
        self.assert_balance(bob, 8_000)
        line = self.api.entries(bob)[0]
        self.assertEqual(("external_payment", "credit", 7_000, f"order:{order['id']}",
                          item["gateway_ref"]),
                         (line["type"], line["direction"], line["amount_fen"],
                          line["counterparty"], line["memo"]))
        after = self.api.audit()
        self.assertEqual(before["suspended_fen"] - 7_000, after["suspended_fen"])
        self.assertEqual(before["withdrawn_fen"], after["withdrawn_fen"])

    def test_a_returned_payment_goes_back_outside(self):
        _, bob, order = self.late_order()
        item, before = self.suspended(order, 7_000), self.api.audit()
        told = self.assert_ok(self.api.decide(item["trade_no"], "return"))
        self.assertEqual("returned", told["status"])
        self.assert_status(order, item["gateway_ref"], "returned")
        self.assert_balance(bob, 1_000)
        after = self.api.audit()
        self.assertEqual(before["suspended_fen"] - 7_000, after["suspended_fen"])
        self.assertEqual(before["withdrawn_fen"] + 7_000, after["withdrawn_fen"])

    def test_a_frozen_account_is_credited_all_the_same(self):
        _, bob, order = self.late_order()
        item = self.suspended(order, 7_000)
        self.assert_ok(self.api.set_status(bob, "frozen"))
        self.assert_ok(self.api.decide(item["trade_no"], "release"))
        self.assert_balance(bob, 8_000)

    def test_a_decision_is_made_once(self):
        _, bob, order = self.late_order()
        item, key = self.suspended(order, 7_000), fresh_name("decision")
        first = self.assert_ok(self.api.decide(item["trade_no"], "release", key))
        for end in self.ends():
            end()
            for decision in ("release", "return"):
                answer = self.api.decide(item["trade_no"], decision)
                self.assert_problem(answer, 409, "already_decided")
                self.assertEqual(first, answer.json["payment"])
            self.assert_balance(bob, 8_000)

    def test_a_gateway_that_repeats_is_told_how_it_stands(self):
        for decision, status in (("release", "released"), ("return", "returned")):
            _, bob, order = self.late_order()
            item = self.suspended(order, 7_000)
            ref = item["gateway_ref"]
            for expected in ("suspended", status):
                for end in self.ends():
                    end()
                    told = self.assert_ok(self.api.pay_externally(order["id"], 7_000, ref))
                    self.assertEqual((True, expected), (told["repeat"], told["payment"]["status"]))
                if expected == "suspended":
                    self.assert_ok(self.api.decide(item["trade_no"], decision))
            self.assert_problem(self.api.pay_externally(order["id"], 7_001, ref), 422,
                                "gateway_ref_reused")

    def test_a_sale_that_is_over_and_a_killed_server_keep_it(self):
        for decision, balance_fen in (("release", 8_000), ("return", 1_000)):
            sale, bob, order = self.late_order()
            item = self.suspended(order, 7_000)
            self.crash_and_restart()
            self.to_close(sale)
            self.wait_until_closed(sale)
            self.assertEqual(item, next(one for one in self.api.suspended()
                                        if one["trade_no"] == item["trade_no"]))
            self.crash_and_restart()
            told = self.assert_ok(self.api.decide(item["trade_no"], decision))
            self.crash_and_restart()
            self.assert_balance(bob, balance_fen)
            self.assert_status(order, item["gateway_ref"], told["status"])
            self.assert_problem(self.api.decide(item["trade_no"], decision), 409,
                                "already_decided")

    def test_what_was_never_suspended_cannot_be_decided_on(self):
        _, bob, order = self.late_order()
        ref = self.paid_externally(order, LIMIT_FEN, "too_late")["payment"]["gateway_ref"]
        line = next(line for line in self.api.entries(bob) if line["memo"] == ref)
        for trade_no in (line["trade_no"], "1", "99999999", "0", "18446744073709551615", "x"):
            self.assert_problem(self.api.decide(trade_no, "release"), 404, "suspended_not_found")

    def test_a_decision_must_be_complete(self):
        _, _, order = self.late_order()
        target = f"/v1/suspended/{self.suspended(order)['trade_no']}/decision"
        good = {"decision": "release", "reason": "r"}
        self.assert_problem(self.api.post(target, good), 400, "idempotency_key_missing")
        for body in ({}, {"decision": "release"}, {"reason": "r"}, {**good, "decision": "keep"},
                     {**good, "reason": ""}, {**good, "reason": "r" * 129}, {**good, "more": 1}):
            with self.subTest(body):
                self.assert_problem(self.api.post(target, body, fresh_name("key")), 400,
                                    "invalid_request")


class SuspendedAsleep(Suspended):
    """The same with everything asleep as soon as it is idle."""
    server_flags = Suspended.server_flags + (awake_bytes_max(1), router_count(4))


class NothingIsCredited(SaleCase):
    server_flags = SaleCase.server_flags + (external_credit_fen_max(0),
                                            money_in_system_fen_max(10_000))

    def test_everything_that_does_not_pay_is_suspended(self):
        sale, bob = self.sale(1), self.buyer()
        order = self.reserved(sale, bob)
        self.paid_externally(order, 1, "wrong_amount", suspended=True)
        self.paid_externally(order)
        self.paid_externally(order, PRICE_FEN, "order_final", suspended=True)
        self.assert_balance(bob, 1_000)
        self.assertEqual(1 + PRICE_FEN, self.api.audit()["suspended_fen"])


    def test_what_is_suspended_counts_against_the_money_in_the_system(self):
        sale, bob = self.sale(1), self.buyer(0)
        order = self.reserved(sale, bob)
        self.cancelled(order)
        audit = self.api.audit()
        room_fen = 10_000 - audit["deposited_fen"] + audit["withdrawn_fen"]
        self.paid_externally(order, room_fen - 1, "order_final", suspended=True)
        self.paid_externally(order, 1, "order_final", suspended=True)
        self.assert_problem(self.api.pay_externally(order["id"], 1), 422, "money_limit_reached")
        one, most = [item["trade_no"] for item in self.api.suspended()[:2]]
        self.assert_ok(self.api.decide(one, "release"))
        self.assert_problem(self.api.pay_externally(order["id"], 1), 422, "money_limit_reached")
        self.assert_ok(self.api.decide(most, "return"))
        self.paid_externally(order, room_fen - 1, "order_final", suspended=True)
        self.assert_balance(bob, 1)


class TheSettingInForceDecides(SaleCase):
    def test_what_was_credited_stays_so_and_what_was_suspended_does_too(self):
        sale, bob = self.sale(1, payment_window_s=60), self.buyer()
        order = self.reserved(sale, bob)
        self.to_pay_by(order)
        self.wait_until_timed_out(order)
        self.paid_externally(order, 100_000, "too_late")
        self.paid_externally(order, 2_000, "too_late", suspended=True)
        for limit_fen in (0, 10**12):
            self.api.close()
            self.assertEqual(0, self.server.stop())
            self.server.flags = [*SaleCase.server_flags, external_credit_fen_max(limit_fen)]
            self.server.start()
            type(self).api = type(self.api)(self.server.port)
            self.assert_balance(bob, 101_000)
            self.assertEqual(2_000, self.api.audit()["suspended_fen"])


if __name__ == "__main__":
    unittest.main()
