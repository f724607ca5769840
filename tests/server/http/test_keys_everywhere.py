"""Every POST honours an Idempotency-Key: one key, one effect, one answer, for as long as it is kept.

The routes that need a key are in test_idempotency.py; here are those that may have one.
"""

import unittest
from collections import Counter

from api import fresh_name, round_of
from client import run_at_once
from flags import awake_bytes_max, manual_clock, no_daily_limits
from keyed import UnderKey, Written
from sale_case import HOUR_MS, PRICE_FEN, SaleCase

TWINS = 6


class Post:
    """One request: `call` sends it by an Api, `other` sends another one; `later` moves the world on
    so that without the key the answer would differ."""

    def __init__(self, name, status, call, other, later=lambda: None):
        self.name, self.status, self.call, self.other = name, status, call, other
        self.later = later


class KeysEverywhere(SaleCase):
    server_flags = (manual_clock(), *no_daily_limits())

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.anyone = cls.api.fresh_user("anyone")

    def under(self, key):
        api = UnderKey(self.server.port, key)
        self.addCleanup(api.close)
        return api

    def rain(self):
        now_ms = self.api.now_ms()
        return self.api.fresh_campaign([round_of(now_ms, now_ms + HOUR_MS)], 1_000)

    def posts(self):
        yield from self.posts_of_accounts_and_packets()
        yield from self.posts_of_sales()

    def posts_of_accounts_and_packets(self):
        new = fresh_name("new")
        yield Post("an account", 201, lambda api: api.create_account(new),
                   lambda api: api.create_account(new, avatar_url="https://example.org/a.png"),
                   lambda: self.assert_ok(self.api.deposit(new, 5), 201))
        names = [fresh_name("some") for _ in range(3)]
        yield Post("a batch of accounts", 200,
                   lambda api: api.post("/v1/accounts/batch", {"accounts": [
                       {"user_id": name, "username": name} for name in names]}),
                   lambda api: api.post("/v1/accounts/batch", {"accounts": [
                       {"user_id": name, "username": name} for name in names[:2]]}),
                   lambda: self.assert_ok(self.api.deposit(names[1], 5), 201))
        packet, bob, cat = self.api.fresh_packet(total_fen=20, count=2), *self.api.fresh_users(2)
        yield Post("an open", 200, lambda api: api.open(packet, bob),
                   lambda api: api.open(packet, cat),
                   lambda: self.assert_ok(self.api.open(packet, self.api.fresh_user())))
        many, users = self.api.fresh_packet(total_fen=90, count=3), self.api.fresh_users(5)
        opens = [{"packet_id": many, "user_id": user} for user in (*users, "nobody-at-all")]
        yield Post("a batch of opens", 200, lambda api: api.open_batch(opens),
                   lambda api: api.open_batch(opens[::-1]),
                   lambda: self.assert_ok(self.api.open_batch(opens)))
        rain, dan, shake = self.rain(), self.api.fresh_user("dan"), fresh_name("shake")
        yield Post("a shake", 200, lambda api: api.shake(rain, dan, shake),
                   lambda api: api.shake(rain, dan, shake + "x"),
                   lambda: self.assert_ok(self.api.deposit(dan, 5), 201))

    def posts_of_sales(self):
        sale, bob = self.sale(), self.buyer()

        def pay_the_first():
            self.paid(self.api.orders(bob)[0])

        yield Post("a reservation", 201, lambda api: api.reserve(sale, bob),
                   lambda api: api.reserve(sale, bob, quantity=2), pay_the_first)
        sold_out, orders = self.sold_out()
        self.waits(sold_out, self.buyer(name="first"), 1)
        waiter, another = self.buyer(name="second"), self.buyer(name="third")
        yield Post("a place in the list", 202, lambda api: api.join_waitlist(sold_out, waiter),
                   lambda api: api.join_waitlist(sold_out, another),
                   lambda: self.cancelled(orders[0]))
        order, other = self.reserved(sale, self.buyer()), self.reserved(sale, self.buyer())
        self.paid_externally(order, 1, "wrong_amount")
        yield Post("a cancellation", 200, lambda api: api.cancel_order(order["id"]),
                   lambda api: api.cancel_order(other["id"]),
                   lambda: self.paid_externally(order, PRICE_FEN, "order_final"))
        paid = self.reserved(sale, self.buyer())
        self.paid(paid)
        self.paid_externally(paid, PRICE_FEN, "order_final")
        yield Post("a refund", 200, lambda api: api.cancel_order(paid["id"]),
                   lambda api: api.cancel_order(other["id"]),
                   lambda: self.paid_externally(paid, PRICE_FEN, "order_final"))
        yield from self.posts_of_gateways(sale)

    def posts_of_gateways(self, sale):
        def of(name, before, amount_fen, later):
            order, ref = self.reserved(sale, self.buyer()), fresh_name("gateway")
            before(order)
            return Post(name, 200, lambda api: api.pay_externally(order["id"], amount_fen, ref),
                        lambda api: api.pay_externally(order["id"], amount_fen + 1, ref),
                        lambda: later(order))

        yield of("a wrong payment", lambda order: None, 1, self.paid)
        yield of("a payment", lambda order: None, PRICE_FEN,
                 lambda order: self.cancelled(order, "refunded"))
        yield of("a payment of a paid order", self.paid, PRICE_FEN,
                 lambda order: self.cancelled(order, "refunded"))
        yield of("a payment of a cancelled order", self.cancelled, PRICE_FEN,
                 lambda order: self.paid_externally(order, PRICE_FEN, "order_final"))

    def assert_replayed(self, post, key, first):
        again = post.call(self.under(key))
        self.assertEqual((post.status, first.body), (again.status, again.body))
        self.assertTrue(again.replayed, again.headers)

    def test_the_same_request_again_gets_the_first_answer_though_the_world_has_moved_on(self):
        for post in self.posts():
            with self.subTest(post.name):
                key = fresh_name("key")
                first = post.call(self.under(key))
                self.assert_ok(first, post.status)
                self.assertFalse(first.replayed)
                post.later()
                self.leaves_no_trace(lambda: self.assert_replayed(post, key, first))

    def test_another_request_with_the_key_is_refused(self):
        for post in self.posts():
            with self.subTest(post.name):
                key = fresh_name("key")
                self.assert_ok(post.call(self.under(key)), post.status)
                self.refused_without_a_trace("idempotency_key_reused", 422,
                                             lambda: post.other(self.under(key)))
                self.refused_without_a_trace("idempotency_key_reused", 422,
                                             lambda: self.api.deposit(self.anyone, 1, key))

    def test_twins_at_once_have_one_effect_and_one_answer(self):
        for post in self.posts():
            with self.subTest(post.name):
                job = post.call(Written(fresh_name("key")))
                answers = run_at_once(self.server.port, [job] * TWINS, TWINS)
                self.assertEqual({(post.status, answers[0].body)},
                                 {(answer.status, answer.body) for answer in answers})
                self.assertEqual({False: 1, True: TWINS - 1},
                                 Counter(answer.replayed for answer in answers))

    def test_after_a_restart_and_kill_9_the_first_answers_are_still_given(self):
        done = []
        for post in self.posts():
            key = fresh_name("key")
            done.append((post, key, post.call(self.under(key))))
            self.assert_ok(done[-1][2], post.status)
            post.later()
        for end in (self.restart, self.crash_and_restart):
            end()
            for post, key, first in done:
                with self.subTest(post.name):
                    self.leaves_no_trace(lambda: self.assert_replayed(post, key, first))
                    self.refused_without_a_trace("idempotency_key_reused", 422,
                                                 lambda: post.other(self.under(key)))

    def refusals(self):
        """What is refused, and where: by the router, the entity, the board, or its account."""
        ann, nobody = self.buyer(), "nobody-at-all"
        packet = self.api.fresh_packet(total_fen=1, count=1)
        self.assert_ok(self.api.open(packet, self.api.fresh_user()))
        sale, (order,) = self.sold_out()
        ref = fresh_name("gateway")
        self.paid_externally(order, ref=ref)
        other = self.reserved(self.sale(), self.buyer())
        done = self.reserved(self.sale(), self.buyer())
        self.cancelled(done)
        return {
            "packet_not_found": lambda api: api.open("77", ann),
            "packet_exhausted": lambda api: api.open(packet, ann),
            "account_not_found": lambda api: api.open(packet, nobody),
            "account_exists": lambda api: api.create_account(ann, avatar_url="https://a.org/a.png"),
            "campaign_not_found": lambda api: api.shake("77", ann),
            "round_not_running": lambda api: api.shake(self.later_rain(), ann),
            "sale_not_found": lambda api: api.reserve("77", ann),
            "sold_out": lambda api: api.reserve(sale, ann),
            "sale_not_started": lambda api: api.reserve(self.sale(starts_in_ms=HOUR_MS), ann),
            "stock_left": lambda api: api.join_waitlist(self.sale(), ann),
            "order_not_found": lambda api: api.cancel_order("77"),
            "gateway_ref_reused": lambda api: api.pay_externally(other["id"], 1, ref),
        }

    def later_rain(self):
        starts_ms = self.api.now_ms() + HOUR_MS
        return self.api.fresh_campaign([round_of(starts_ms, starts_ms + HOUR_MS)], 1_000)

    def test_a_refused_request_leaves_its_key_free(self):
        for code, call in self.refusals().items():
            with self.subTest(code):
                key = fresh_name("key")
                for _ in range(2):
                    answer = call(self.under(key))
                    self.assertEqual(code, answer.code, answer)
                self.assert_key_is_free(key)

    def assert_key_is_free(self, key):
        answer = self.api.deposit(self.anyone, 1, key)
        self.assert_ok(answer, 201)
        self.assertFalse(answer.replayed)

    def test_twins_of_a_refused_request_are_all_told_so(self):
        for code, call in self.refusals().items():
            with self.subTest(code):
                job = call(Written(fresh_name("key")))
                answers = run_at_once(self.server.port, [job] * TWINS, TWINS)
                self.assertEqual({code}, {answer.code for answer in answers})

    def test_a_request_that_finds_its_work_done_keeps_its_answer_too(self):
        for post in self.posts():
            with self.subTest(post.name):
                self.assert_ok(post.call(self.under(fresh_name("key"))), post.status)
                key = fresh_name("key")
                again = post.call(self.under(key))
                self.assertFalse(again.replayed, again.headers)
                if again.status >= 300:
                    self.assert_key_is_free(key)
                    continue
                for end in (lambda: None, self.restart):
                    end()
                    third = post.call(self.under(key))
                    self.assertEqual((again.status, again.body, True),
                                     (third.status, third.body, third.replayed))
                    self.assert_problem(self.api.deposit(self.anyone, 1, key), 422,
                                        "idempotency_key_reused")

    def test_keys_of_another_form_are_refused(self):
        for post in self.posts():
            for key in ("a b", "k" * 256):
                with self.subTest(f"{post.name} {key[:3]}"):
                    self.refused_without_a_trace("idempotency_key_invalid", 400,
                                                 lambda: post.call(self.under(key)))

    def test_questions_look_at_the_form_of_a_key_and_keep_nothing(self):
        packet, ann = self.api.fresh_packet(total_fen=9, count=2), self.buyer()
        for call in (lambda api: api.grab(packet, ann),
                     lambda api: api.preview(ann, total_fen=10, count=2)):
            self.assert_problem(call(self.under("a b")), 400, "idempotency_key_invalid")
            key = fresh_name("key")
            for _ in range(2):
                answer = call(self.under(key))
                self.assert_ok(answer)
                self.assertFalse(answer.replayed)
            self.assert_key_is_free(key)

    def test_a_clock_advanced_again_stands_still(self):
        key = fresh_name("key")
        first = self.under(key).post("/v1/clock/advance", {"advance_ms": 1_000})
        self.assert_ok(first)
        again = self.under(key).post("/v1/clock/advance", {"advance_ms": 1_000})
        self.assertEqual((first.json, True), (self.assert_ok(again), again.replayed))
        self.assertEqual(first.json, self.api.get("/v1/clock").json)
        self.assert_problem(self.under(key).post("/v1/clock/advance", {"advance_ms": 1}), 422,
                            "idempotency_key_reused")

    def test_null_is_as_good_as_absent(self):
        bob, key = self.buyer(), fresh_name("key")
        target = f"/v1/sales/{self.sale()}/reservations"
        first = self.under(key).post(target, {"user_id": bob})
        self.assert_ok(first, 201)
        again = self.under(key).post(target, b'{"quantity":null, "user_id":"%s"}' % bob.encode())
        self.assertEqual((first.body, True), (again.body, again.replayed))
        sender, key = self.api.fresh_user("ann", 100), fresh_name("key")
        packet = {"sender": sender, "kind": "lucky", "total_fen": 10, "count": 2, "split": {}}
        first = self.api.post("/v1/packets", packet, key)
        self.assert_ok(first, 201)
        again = self.api.post("/v1/packets", {**packet, "blessing": None, "split": {"when": None}},
                              key)
        self.assertEqual((first.body, True), (again.body, again.replayed))


class KeysOfTheSleeping(KeysEverywhere):
    """The same with entities that sleep as soon as they may."""

    server_flags = (*KeysEverywhere.server_flags, awake_bytes_max(1))


if __name__ == "__main__":
    unittest.main()
