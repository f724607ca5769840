"""Idempotency keys on every route that moves money: one key, one effect, one answer for ever."""

import unittest

from api import Api, fresh_name, instant_text
from cases import ServerCase
from client import encode_request
from flags import manual_clock, no_daily_limits


class Keys(ServerCase):
    server_flags = (manual_clock(), *no_daily_limits())

    def routes(self):
        """(method, target, body, another body, users whose balances it moves) of each † route."""
        ann, bob = self.api.fresh_user("ann", 1000), self.api.fresh_user("bob", 1000)
        packet = {"sender": ann, "kind": "lucky", "total_fen": 10, "count": 2}
        return [
            (f"/v1/accounts/{ann}/deposits", {"amount_fen": 7}, {"amount_fen": 8}),
            (f"/v1/accounts/{ann}/withdrawals", {"amount_fen": 7, "reference": "a"},
             {"amount_fen": 7, "reference": "b"}),
            ("/v1/transfers", {"from": ann, "to": bob, "amount_fen": 7},
             {"from": bob, "to": ann, "amount_fen": 7}),
            ("/v1/packets", packet, {**packet, "count": 3}), self.sale_route()]

    def sale_route(self):
        now_ms = self.api.now_ms()
        sale = {"merchant": self.api.fresh_user("shop", type="merchant"), "title": "tickets",
                "price_fen": 100, "stock": 5, "starts_at": instant_text(now_ms),
                "ends_at": instant_text(now_ms + 1_000)}
        return "/v1/sales", sale, {**sale, "stock": 6}

    def sequence(self):
        return self.api.audit()["journal_sequence"]

    def test_without_a_key_the_request_is_refused(self):
        for target, body, _ in self.routes():
            with self.subTest(target):
                before = self.sequence()
                self.assert_problem(self.api.post(target, body), 400, "idempotency_key_missing")
                self.assertEqual(before, self.sequence())

    def test_the_same_request_again_gives_the_same_answer_and_no_new_record(self):
        for target, body, _ in self.routes():
            with self.subTest(target):
                key = fresh_name("key")
                first = self.api.post(target, body, key)
                self.assert_ok(first, 201)
                self.assertFalse(first.replayed)
                before = self.sequence()
                for _ in range(3):
                    again = self.api.post(target, body, key)
                    self.assertEqual((201, first.json), (again.status, again.json))
                    self.assertTrue(again.replayed, again.headers)
                self.assertEqual(before, self.sequence())

    def test_the_answer_is_the_first_one_even_when_the_world_has_moved_on(self):
        user, key = self.api.fresh_user("ann", 100), fresh_name("key")
        first = self.assert_ok(self.api.deposit(user, 5, key), 201)
        self.assertEqual(105, first["balance_fen"])
        self.assert_ok(self.api.withdraw(user, 50), 201)
        self.assertEqual(first, self.assert_ok(self.api.deposit(user, 5, key), 201))
        self.assert_ok(self.api.set_status(user, "frozen"))
        self.assertEqual(first, self.assert_ok(self.api.deposit(user, 5, key), 201))
        self.assert_balance(user, 55)

    def test_a_replayed_send_shows_the_packet_as_it_was_sent(self):
        sender, key = self.api.fresh_user("ann", 100), fresh_name("key")
        first = self.assert_ok(self.api.send_packet(sender, key=key, total_fen=9, count=1), 201)
        self.assert_ok(self.api.open(first["id"], self.api.fresh_user("bob")))
        again = self.assert_ok(self.api.send_packet(sender, key=key, total_fen=9, count=1), 201)
        self.assertEqual(first, again)
        self.assert_balance(sender, 91)

    def test_the_same_key_with_another_body_is_refused(self):
        for target, body, other in self.routes():
            with self.subTest(target):
                key = fresh_name("key")
                self.assert_ok(self.api.post(target, body, key), 201)
                before = self.sequence()
                answer = self.api.post(target, other, key)
                self.assert_problem(answer, 422, "idempotency_key_reused")
                self.assertEqual(before, self.sequence())

    def test_the_same_key_with_another_path_is_refused(self):
        ann, bob = self.api.fresh_user("ann", 10), self.api.fresh_user("bob", 10)
        key = fresh_name("key")
        self.assert_ok(self.api.deposit(ann, 5, key), 201)
        self.assert_problem(self.api.deposit(bob, 5, key), 422, "idempotency_key_reused")
        self.assert_problem(self.api.withdraw(ann, 5, key), 422, "idempotency_key_reused")
        self.assert_problem(self.api.transfer(ann, bob, 5, key), 422, "idempotency_key_reused")
        self.assert_balance(ann, 15)
        self.assert_balance(bob, 10)

    def test_bodies_are_compared_by_meaning(self):
        user, key = self.api.fresh_user("ann"), fresh_name("key")
        target = f"/v1/accounts/{user}/deposits"
        first = self.assert_ok(self.api.post(target, b'{"amount_fen":5,"reference":"a"}', key), 201)
        for body in (b'{"reference":"a","amount_fen":5}', b'{ "amount_fen" : 5 ,\n"reference":"a"}',
                     b'{"amount_fen":5,"reference":"\\u0061"}'):
            again = self.api.post(target, body, key)
            self.assertEqual((201, first), (again.status, again.json))
        self.assert_balance(user, 5)

    def test_after_a_restart_and_a_crash_the_first_answer_is_still_given(self):
        done = []
        for target, body, other in self.routes():
            key = fresh_name("key")
            done.append((target, body, other, key, self.assert_ok(
                self.api.post(target, body, key), 201)))
        for end in (self.restart, self.crash_and_restart):
            end()
            before = self.sequence()
            for target, body, other, key, first in done:
                again = self.api.post(target, body, key)
                self.assertEqual((201, first, True), (again.status, again.json, again.replayed))
                self.assert_problem(self.api.post(target, other, key), 422,
                                    "idempotency_key_reused")
            self.assertEqual(before, self.sequence())

    def test_a_refused_request_leaves_its_key_free(self):
        ann, bob = self.api.fresh_user("ann"), self.api.fresh_user("bob")
        for refused, later in (
                (lambda key: self.api.withdraw(ann, 5, key),
                 lambda key: self.api.deposit(ann, 9, key)),
                (lambda key: self.api.transfer(bob, ann, 5, key),
                 lambda key: self.api.transfer(ann, bob, 2, key)),
                (lambda key: self.api.send_packet(bob, key=key, total_fen=50, count=1),
                 lambda key: self.api.send_packet(ann, key=key, total_fen=1, count=1)),
                (lambda key: self.api.deposit("nobody-at-all", 5, key),
                 lambda key: self.api.deposit(bob, 5, key)),
                (lambda key: self.api.deposit(ann, 0, key),
                 lambda key: self.api.deposit(ann, 1, key))):
            key = fresh_name("key")
            self.assertGreaterEqual(refused(key).status, 400)
            answer = later(key)
            self.assert_ok(answer, 201)
            self.assertFalse(answer.replayed)

    def test_a_refused_request_can_succeed_later_under_its_key(self):
        user, key = self.api.fresh_user("ann"), fresh_name("key")
        self.assert_problem(self.api.withdraw(user, 5, key), 409, "insufficient_funds")
        self.assert_ok(self.api.deposit(user, 5), 201)
        self.assert_ok(self.api.withdraw(user, 5, key), 201)
        self.assert_balance(user, 0)

    def test_keys_of_255_characters_work_and_256_are_refused(self):
        for target, body, _ in self.routes():
            with self.subTest(target):
                longest = fresh_name("k").ljust(255, "x")
                self.assert_ok(self.api.post(target, body, longest), 201)
                self.assertTrue(self.api.post(target, body, longest).replayed)
                answer = self.api.post(target, body, longest + "x")
                self.assert_problem(answer, 400, "idempotency_key_invalid")

    def test_every_visible_character_may_stand_in_a_key(self):
        visible = "".join(chr(code) for code in range(0x21, 0x7f))
        user = self.api.fresh_user("ann")
        self.assert_ok(self.api.deposit(user, 1, visible), 201)
        self.assertTrue(self.api.deposit(user, 1, visible).replayed)

    def test_keys_that_differ_by_case_are_two_keys(self):
        user, key = self.api.fresh_user("ann"), fresh_name("key")
        self.assert_ok(self.api.deposit(user, 1, key), 201)
        self.assert_ok(self.api.deposit(user, 1, key.upper()), 201)
        self.assert_balance(user, 2)

    def test_keys_with_other_characters_are_refused(self):
        user = self.api.fresh_user("ann")
        target = f"/v1/accounts/{user}/deposits"
        for key in ("a b", "钥匙", "caf\udce9", ""):
            with self.subTest(repr(key)):
                answer = self.api.post(target, {"amount_fen": 1}, key)
                self.assert_problem(answer, 400, "idempotency_key_invalid",
                                    "idempotency_key_missing")
        self.assert_balance(user, 0)

    def test_two_different_keys_in_one_request_are_refused(self):
        user = self.api.fresh_user("ann")
        answer = self.api.request("POST", f"/v1/accounts/{user}/deposits", {"amount_fen": 1},
                                  headers=[("Idempotency-Key", "one"), ("Idempotency-Key", "two")])
        self.assert_problem(answer, 400)
        self.assert_balance(user, 0)


class KeysInOneBatch(ServerCase):
    """The same request on two connections at once, amid traffic, so that both share a commit."""

    server_flags = no_daily_limits()

    def test_two_identical_requests_at_once_have_exactly_one_effect(self):
        ann, bob = self.api.fresh_user("ann", 100_000), self.api.fresh_user("bob")
        noise_user = self.api.fresh_user("noise")
        lines = [Api(self.server.port) for _ in range(6)]
        for line in lines:
            self.addCleanup(line.close)
        deposited = 0
        for number in range(200):
            key = fresh_name("twice")
            target, body = (
                ("/v1/transfers", {"from": ann, "to": bob, "amount_fen": 3}),
                (f"/v1/accounts/{ann}/deposits", {"amount_fen": 5}),
                (f"/v1/accounts/{ann}/withdrawals", {"amount_fen": 2}),
                ("/v1/packets", {"sender": ann, "kind": "lucky", "total_fen": 4, "count": 2}),
            )[number % 4]
            noise = f"/v1/accounts/{noise_user}/deposits"
            for line in lines[:4]:
                line.send(encode_request("POST", noise, {"amount_fen": 1}, fresh_name("noise")))
            for line in lines[4:]:
                line.send(encode_request("POST", target, body, key))
            for line in lines[:4]:
                self.assert_ok(line.read_answer(), 201)
                deposited += 1
            first, second = [line.read_answer() for line in lines[4:]]
            self.assertEqual((201, 201), (first.status, second.status), (first, second))
            self.assertEqual(first.json, second.json)
            self.assertEqual([False, True], sorted([first.replayed, second.replayed]))
        self.assert_balance(noise_user, deposited)
        self.assert_balance(bob, 50 * 3)
        self.assert_balance(ann, 100_000 + 50 * (5 - 3 - 2 - 4))

    def test_two_different_requests_with_one_key_at_once_have_exactly_one_effect(self):
        user = self.api.fresh_user("ann")
        lines = [Api(self.server.port) for _ in range(2)]
        for line in lines:
            self.addCleanup(line.close)
        expected = 0
        for _ in range(100):
            key = fresh_name("clash")
            for amount, line in enumerate(lines, 1):
                line.send(encode_request("POST", f"/v1/accounts/{user}/deposits",
                                         {"amount_fen": amount}, key))
            answers = [line.read_answer() for line in lines]
            self.assertEqual([201, 422], sorted(answer.status for answer in answers), answers)
            for answer in answers:
                if answer.status == 201:
                    expected += answer.json["amount_fen"]
                else:
                    self.assert_problem(answer, 422, "idempotency_key_reused")
        self.assert_balance(user, expected)


if __name__ == "__main__":
    unittest.main()
