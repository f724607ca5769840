"""Idempotency keys of sales and payments: one key, one effect, one answer for ever."""

import unittest
from collections import Counter

from api import fresh_name
from client import encode_request, run_at_once
from flags import awake_bytes_max, manual_clock
from sale_case import HOUR_MS, PRICE_FEN, SaleCase


class SaleKeys(SaleCase):
    def ends(self):
        """Every way for a server to come back."""
        return lambda: None, self.restart, self.crash_and_restart

    def opening(self, **fields):
        """What to open a sale with, key included."""
        now_ms = self.api.now_ms()
        return {"merchant": self.api.fresh_user("shop", type="merchant"), "starts_ms": now_ms,
                "ends_ms": now_ms + HOUR_MS, "key": fresh_name("key"), **fields}

    def assert_replayed(self, answer, status, first):
        self.assertEqual(first, self.assert_ok(answer, status))
        self.assertTrue(answer.replayed, answer.headers)

    def test_a_sale_opened_again_is_the_first_one_also_later_and_after_kill_9(self):
        opening = self.opening(stock=2)
        answer = self.api.open_sale(**opening)
        first = self.assert_ok(answer, 201)
        self.assertFalse(answer.replayed)
        self.paid(self.reserved(first["id"], self.buyer()))
        for end in (*self.ends(), lambda: self.to_end(first["id"])):
            end()
            self.leaves_no_trace(lambda: self.assert_replayed(
                self.api.open_sale(**opening), 201, first))
        self.assertEqual(1, self.api.sale(first["id"])["sold"])

    def test_the_same_key_with_other_terms_is_refused(self):
        opening = self.opening()
        self.assert_ok(self.api.open_sale(**opening), 201)
        for changed in (dict(stock=11), dict(price_fen=101), dict(title="others"),
                        dict(ends_ms=opening["ends_ms"] + 1), dict(per_user_limit=1)):
            with self.subTest(changed):
                self.refused_without_a_trace("idempotency_key_reused", 422, lambda: (
                    self.api.open_sale(**{**opening, **changed})))

    def test_a_sale_or_payment_without_a_key_is_refused(self):
        order = self.reserved(self.sale(), self.buyer())
        for target, body in (("/v1/sales", {}), (f"/v1/orders/{order['id']}/payment", None)):
            self.refused_without_a_trace("idempotency_key_missing", 400,
                                         lambda: self.api.post(target, body))

    def test_a_payment_again_is_the_first_answer_whatever_has_become_of_the_order(self):
        sale, bob = self.sale(), self.buyer()
        order, key = self.reserved(sale, bob), fresh_name("key")
        answer = self.api.pay_order(order["id"], key)
        first = self.assert_ok(answer)
        self.assertFalse(answer.replayed)
        balance_fen = 1_000 - PRICE_FEN

        def refund():
            self.cancelled(order, "refunded")
            self.assert_ok(self.api.set_status(bob, "frozen"))

        for end in (*self.ends(), lambda: self.to_pay_by(order), refund, *self.ends()):
            end()
            if end is refund:
                balance_fen += PRICE_FEN
            self.leaves_no_trace(lambda: self.assert_replayed(
                self.api.pay_order(order["id"], key), 200, first))
            self.assert_balance(bob, balance_fen)

    def test_an_empty_body_and_none_are_the_same_payment(self):
        order, key = self.reserved(self.sale(), self.buyer()), fresh_name("key")
        target = f"/v1/orders/{order['id']}/payment"
        first = self.assert_ok(self.api.post(target, None, key))
        self.assert_replayed(self.api.post(target, {}, key), 200, first)
        self.assert_problem(self.api.post(target, {"surprise": 1}, fresh_name("key")), 400,
                            "invalid_request")

    def test_the_same_key_for_another_order_or_request_is_refused(self):
        sale, bob = self.sale(per_user_limit=2), self.buyer()
        first, second, key = self.reserved(sale, bob), self.reserved(sale, bob), fresh_name("key")
        self.assert_ok(self.api.pay_order(first["id"], key))
        for end in self.ends():
            end()
            for request in (lambda: self.api.pay_order(second["id"], key),
                            lambda: self.api.deposit(bob, 5, key),
                            lambda: self.api.open_sale(**self.opening(key=key))):
                self.assert_problem(request(), 422, "idempotency_key_reused")
        self.assert_order(second, "reserved")
        self.assert_balance(bob, 1_000 - PRICE_FEN)

    def test_a_refused_payment_leaves_its_key_free(self):
        sale, bob = self.sale(), self.buyer()
        order, key = self.reserved(sale, bob), fresh_name("key")
        self.cancelled(order)
        self.assert_refused(self.api.pay_order(order["id"], key), 409, "order_final", "cancelled")
        answer = self.api.pay_order(self.reserved(sale, bob)["id"], key)
        self.assertEqual("paid", self.assert_ok(answer)["status"])
        self.assertFalse(answer.replayed)

    def test_the_same_payment_many_times_at_once_is_one_record_and_one_answer(self):
        for _ in range(20):
            sale, bob = self.sale(), self.buyer()
            order, key = self.reserved(sale, bob), fresh_name("key")
            job = ("POST", f"/v1/orders/{order['id']}/payment", None, key)
            answers = run_at_once(self.server.port, [job] * 12, 12)
            told = [self.assert_ok(answer) for answer in answers]
            self.assertEqual([told[0]] * 12, told)
            self.assertEqual(Counter({True: 11, False: 1}),
                             Counter(answer.replayed for answer in answers))
            self.assert_balance(bob, 1_000 - PRICE_FEN)
        self.assertEqual(1, self.kinds_of(sale)["order_paid"])

    def test_the_same_opening_many_times_at_once_is_one_sale(self):
        for _ in range(20):
            opening = self.opening()
            lines = [self.connect() for _ in range(8)]
            body = {"merchant": opening["merchant"], "title": "tickets", "price_fen": 1, "stock": 1,
                    "starts_at": self.now(), "ends_at": "2099-01-01T00:00:00.000Z"}
            self.assert_problem(self.api.post("/v1/sales", body, opening["key"]), 422,
                                "invalid_sale")  # so the key is still free
            body["ends_at"] = self.api.sale(self.sale())["ends_at"]
            for line in lines:
                line.send(encode_request("POST", "/v1/sales", body, opening["key"]))
            answers = [line.read_answer() for line in lines]
            told = [self.assert_ok(answer, 201) for answer in answers]
            self.assertEqual([told[0]] * 8, told)
            self.assertEqual(7, sum(answer.replayed for answer in answers))
            for line in lines:
                line.close()
        self.assertEqual({"sale_opened": 1}, dict(self.kinds_of(told[0]["id"])))

    def test_two_payments_with_two_keys_at_once_are_one_payment(self):
        for _ in range(20):
            sale, bob = self.sale(), self.buyer()
            order = self.reserved(sale, bob)
            jobs = [("POST", f"/v1/orders/{order['id']}/payment", None, fresh_name("key"))
                    for _ in range(6)]
            answers = run_at_once(self.server.port, jobs, 6)
            self.assertEqual(Counter({None: 1, "order_final": 5}),
                             Counter(answer.code for answer in answers))
            for answer in answers:
                if answer.code:
                    self.assert_refused(answer, 409, "order_final", "paid")
            self.assert_balance(bob, 1_000 - PRICE_FEN)


class SaleKeysOfSleepers(SaleKeys):
    server_flags = (manual_clock(), awake_bytes_max(1))


if __name__ == "__main__":
    unittest.main()
