"""What other systems got wrong with packets and accounts (the list at the end of the rules), as seen
from outside: through HTTP, many connections, kill -9 and restarts. The same list against the rules
alone is in tests/domain/packet/mistakes_of_others_test.cpp."""

import json
import time
import unittest

from api import Api, DAY_MS, fresh_name
from cases import ServerCase
from client import encode_request, run_at_once
from flags import manual_clock, no_daily_limits

LIFE_MS = 60_000


class MistakesOfOthers(ServerCase):
    server_flags = (manual_clock(), *no_daily_limits())

    def open_jobs(self, packet, users):
        return [("POST", f"/v1/packets/{packet}/open", {"user_id": user}, None) for user in users]

    def journal_of(self, packet):
        return [record for record in map(json.loads, self.journal_lines())
                if str(record.get("packet_id")) == packet]

    # No unique (packet, user); sold-out tested before the earlier result; a duplicate found after
    # the stock was taken.

    def test_one_user_does_not_take_many_shares(self):
        packet, user = self.api.fresh_packet(total_fen=100, count=10), self.api.fresh_user("bob")
        answers = run_at_once(self.server.port, self.open_jobs(packet, [user] * 64), 32)
        self.assertEqual({200}, {answer.status for answer in answers})
        amounts = {answer.json["amount_fen"] for answer in answers}
        self.assertEqual([answer.json["repeat"] for answer in answers].count(False), 1)
        self.assertEqual([self.api.balance(user)], list(amounts))

    def test_a_winner_who_retries_is_not_told_sold_out(self):
        winner, late = self.api.fresh_users(2)
        empty = self.api.fresh_packet(total_fen=10, count=1, expires_in_s=LIFE_MS // 1000)
        over = self.api.fresh_packet(total_fen=10, count=2, expires_in_s=LIFE_MS // 1000)
        first = {packet: self.assert_ok(self.api.open(packet, winner)) for packet in (empty, over)}

        def assert_told_again(when):
            for packet in (empty, over):
                with self.subTest((when, packet)):
                    again = self.assert_ok(self.api.open(packet, winner))
                    self.assertEqual({**first[packet], "repeat": True}, again)
                    self.assert_ok(self.api.grab(packet, winner))

        assert_told_again("at once")
        self.assert_problem(self.api.open(empty, late), 409, "packet_exhausted")
        assert_told_again("after exhaustion")
        self.api.advance(LIFE_MS)
        assert_told_again("at expiry")
        self.wait_until_refunded(over)
        assert_told_again("after the refund")
        self.restart()
        assert_told_again("after a restart")
        self.crash_and_restart()
        assert_told_again("after kill -9")
        self.assert_problem(self.api.open(over, late), 410, "packet_expired")

    def test_a_duplicate_leaks_no_stock(self):
        packet = self.api.fresh_packet(kind="equal", share_fen=1, count=40)
        users = self.api.fresh_users(40)
        answers = run_at_once(self.server.port, self.open_jobs(packet, users[:20] * 10), 64)
        self.assertEqual({200}, {answer.status for answer in answers})
        self.assertEqual(20, self.api.packet(packet)["remaining_count"])
        for user in users[20:]:
            self.assertFalse(self.assert_ok(self.api.open(packet, user))["repeat"])
        self.assertEqual("exhausted", self.api.packet(packet)["status"])

    # Fixed shares rounded up; 1 fen each panics or is refused.

    def test_fixed_shares_are_not_rounded_up_until_the_last_is_negative(self):
        sender = self.api.fresh_user("ann", 1000)
        answer = self.api.send_packet(sender, "equal", total_fen=1000, count=3)
        self.assert_problem(answer, 422, "invalid_split")
        packet = self.api.fresh_packet(sender, "equal", total_fen=999, count=3)
        shares = [self.assert_ok(self.api.open(packet, user))["amount_fen"]
                  for user in self.api.fresh_users(3)]
        self.assertEqual([333] * 3, shares)
        self.assert_balance(sender, 1)

    def test_one_fen_each_neither_panics_nor_is_refused(self):
        for kind in ("lucky", "equal"):
            for split in ({}, {"split": {"when": "up_front", "algorithm": "line_cut"}}):
                if kind == "equal" and split:
                    continue
                packet = self.api.fresh_packet(kind=kind, total_fen=100, count=100, **split)
                answers = run_at_once(self.server.port,
                                      self.open_jobs(packet, self.api.fresh_users(100)), 10)
                self.assertEqual([1] * 100, [answer.json["amount_fen"] for answer in answers])

    # Expiry not checked at open; a refund of unexpired packets; in two transactions; of a stale
    # remainder; a new packet paying an old one's remainder.

    def test_expiry_is_checked_at_open(self):
        packets = [self.api.fresh_packet(total_fen=10, count=2, expires_in_s=LIFE_MS // 1000)
                   for _ in range(50)]
        user = self.api.fresh_user("late")
        self.api.advance(LIFE_MS)
        answers = run_at_once(self.server.port,
                              [self.open_jobs(packet, [user])[0] for packet in packets], 50)
        self.assertEqual({"packet_expired"}, {answer.code for answer in answers})
        self.assert_balance(user, 0)

    def test_the_refund_does_not_select_unexpired_packets(self):
        sender = self.api.fresh_user("ann", 100)
        young = self.api.fresh_packet(sender, total_fen=60, count=2, expires_in_s=61)
        old = self.api.fresh_packet(sender, total_fen=40, count=2, expires_in_s=60)
        self.api.advance(LIFE_MS)
        self.wait_until_refunded(old)
        self.assert_balance(sender, 40)
        self.assertEqual(("open", 60), (self.api.packet(young)["status"],
                                        self.api.packet(young)["remaining_fen"]))

    def test_the_refund_is_not_two_transactions(self):
        """Killed at any moment while many packets are refunded: each is refunded once, in full."""
        for delay_s in (0, 0.02, 0.05, 0.06, 0.08):
            sender = self.api.fresh_user("ann", 3000)
            packets = [self.api.fresh_packet(sender, total_fen=10, count=2,
                                             expires_in_s=LIFE_MS // 1000) for _ in range(300)]
            self.assert_balance(sender, 0)
            expired_ms = self.api.advance(LIFE_MS)
            time.sleep(delay_s)
            self.crash_and_restart()
            self.assertEqual(0, self.api.audit()["difference_fen"])
            self.api.advance_to(expired_ms)
            for packet in packets:
                self.wait_until_refunded(packet)
            self.assert_balance(sender, 3000)
            refunds = self.api.listing(f"/v1/accounts/{sender}/entries?type=refund")
            self.assertEqual(set(packets), {line["packet_id"] for line in refunds})
            self.assertEqual([10] * 300, [line["amount_fen"] for line in refunds])
        closes = [record for record in self.journal_of(packets[0])
                  if record["type"] == "packet_closed"]
        self.assertEqual([[-10, 10]], [[posting["amount_fen"] for posting in close["postings"]]
                                       for close in closes], "down and up are one record")

    def test_the_refund_does_not_use_a_stale_remainder(self):
        """Opens go on to the last millisecond; the refund is of what they left."""
        sender = self.api.fresh_user("ann", 1000)
        packet = self.api.fresh_packet(sender, total_fen=1000, count=100,
                                       expires_in_s=LIFE_MS // 1000)
        self.api.advance(LIFE_MS - 1)
        jobs = self.open_jobs(packet, self.api.fresh_users(80))
        tick = ("POST", "/v1/clock/advance", {"advance_ms": 1}, None)
        answers = run_at_once(self.server.port, [*jobs[:40], tick, *jobs[40:]], 81)
        taken = sum(answer.json.get("amount_fen", 0) for answer in answers)
        self.wait_until_refunded(packet)
        self.assertEqual(1000 - taken, self.api.packet(packet)["refund_fen"])
        self.assert_balance(sender, 1000 - taken)

    def test_a_new_packet_does_not_pay_an_old_ones_remainder(self):
        sender = self.api.fresh_user("ann", 1000)
        old = self.api.fresh_packet(sender, total_fen=300, count=3, expires_in_s=60)
        self.api.advance(30_000)
        new = self.api.fresh_packet(sender, total_fen=500, count=5, expires_in_s=60)
        self.assert_balance(sender, 200)
        self.api.advance(30_000)
        self.wait_until_refunded(old)
        self.crash_and_restart()
        self.assert_balance(sender, 500)
        self.assertEqual(500, self.api.packet(new)["remaining_fen"])
        lines = self.api.listing(f"/v1/accounts/{sender}/entries?type=refund")
        self.assertEqual([(old, 300)], [(line["packet_id"], line["amount_fen"]) for line in lines])

    # Account status stored and never checked. Holds ignored by the balance check; voided twice; a
    # rejected hold committed later.

    def test_the_account_status_is_not_stored_and_never_checked(self):
        user, friend = self.api.fresh_user("cold", 1000), self.api.fresh_user("warm")
        packet = self.api.fresh_packet(total_fen=10, count=2)
        self.assert_ok(self.api.set_status(user, "frozen"))
        for restart in (lambda: None, self.restart, self.crash_and_restart):
            restart()
            for answer in (self.api.send_packet(user, total_fen=10, count=1),
                           self.api.transfer(user, friend, 1), self.api.withdraw(user, 1),
                           self.api.open(packet, user), self.api.grab(packet, user)):
                self.assert_problem(answer, 403, "account_frozen")
        self.assert_balance(user, 1000)

    def test_holds_are_not_ignored_by_the_balance_check(self):
        sender = self.api.fresh_user("ann", 100)
        body = {"sender": sender, "kind": "lucky", "total_fen": 30, "count": 3}
        answers = run_at_once(self.server.port, [("POST", "/v1/packets", body, fresh_name("send"))
                                                 for _ in range(32)], 32)
        self.assertEqual(3, [answer.status for answer in answers].count(201))
        self.assertEqual({None, "insufficient_funds"}, {answer.code for answer in answers})
        self.assert_balance(sender, 10)

    def test_a_hold_is_not_voided_twice(self):
        sender = self.api.fresh_user("ann", 50)
        packet = self.api.fresh_packet(sender, total_fen=50, count=5, expires_in_s=60)
        self.api.advance(LIFE_MS)
        self.wait_until_refunded(packet)
        for end in (self.restart, self.crash_and_restart):
            end()
            self.api.advance(DAY_MS)
            marker = self.api.fresh_packet(total_fen=1, count=1, expires_in_s=60)
            self.api.advance(LIFE_MS)
            self.wait_until_refunded(marker)  # so the timer has gone off
            self.assert_balance(sender, 50)
        self.assertEqual(["packet_sent", "packet_closed"],
                         [record["type"] for record in self.journal_of(packet)])

    def test_a_rejected_hold_is_not_committed_later(self):
        sender, key = self.api.fresh_user("ann", 5), fresh_name("key")
        refused = self.api.send_packet(sender, key=key, total_fen=10, count=1)
        self.assert_problem(refused, 409, "insufficient_funds")
        self.assert_ok(self.api.deposit(sender, 100), 201)
        self.crash_and_restart()
        self.assert_balance(sender, 105)
        self.assertEqual([], self.api.listing(f"/v1/accounts/{sender}/packets/sent"))

    # A restart that resets stock; a crash in between leaking a ticket; "unknown" as "sold out".

    def test_a_restart_does_not_reset_stock(self):
        packet = self.api.fresh_packet(total_fen=100, count=4)
        early, late = self.api.fresh_users(3), self.api.fresh_users(3)
        for user in early:
            self.assert_ok(self.api.open(packet, user))
        before = self.api.packet(packet)
        for end in (self.restart, self.crash_and_restart):
            end()
            self.assertEqual(before, self.api.packet(packet))
        answers = [self.api.open(packet, user) for user in late]
        self.assertEqual([None, "packet_exhausted", "packet_exhausted"],
                         [answer.code for answer in answers])
        self.assertEqual(before["remaining_fen"], answers[0].json["amount_fen"])

    def test_a_crash_between_taking_and_crediting_leaks_no_share(self):
        """Killed with opens in flight: every share that was taken is in an account, and every
        answer that was given still holds."""
        for _ in range(3):
            packet = self.api.fresh_packet(total_fen=1000, count=100)
            users = self.api.fresh_users(100)
            lines = [Api(self.server.port).connect() for _ in range(100)]
            for line, user in zip(lines, users):
                line.send(encode_request(*self.open_jobs(packet, [user])[0]))
            told = {user: lines[number].read_answer().json["amount_fen"]
                    for number, user in enumerate(users[:20])}
            self.crash_and_restart()
            for line in lines:
                line.close()
            claims = {claim["user_id"]: claim["amount_fen"] for claim in self.api.claims(packet)}
            self.assertEqual(told, {user: claims[user] for user in told})
            for user in users:
                self.assert_balance(user, claims.get(user, 0))
            shown = self.api.packet(packet)
            self.assertEqual((1000, 100), (shown["remaining_fen"] + sum(claims.values()),
                                           shown["remaining_count"] + len(claims)))

    def test_unknown_is_not_reported_as_sold_out(self):
        user = self.api.fresh_user()
        for answer in (self.api.open("1234567890123456789", user),
                       self.api.grab("1234567890123456789", user)):
            self.assert_problem(answer, 404, "packet_not_found")
        empty = self.api.fresh_packet(total_fen=1, count=1)
        self.assert_ok(self.api.open(empty, user))
        self.assert_problem(self.api.open(empty, fresh_name("ghost")), 404, "account_not_found")

    # The same idempotency key twice in one batch crashing the service.

    def test_the_same_idempotency_key_twice_in_one_batch_does_not_crash_the_service(self):
        sender, friend = self.api.fresh_user("ann", 10_000), self.api.fresh_user("bob")
        for number in range(20):
            key = fresh_name("twice")
            job = (("POST", "/v1/packets", {"sender": sender, "kind": "lucky", "total_fen": 10,
                                            "count": 2}, key),
                   ("POST", "/v1/transfers", {"from": sender, "to": friend, "amount_fen": 10},
                    key))[number % 2]
            answers = run_at_once(self.server.port, [job] * 16, 16)
            self.assertEqual({201}, {answer.status for answer in answers})
            self.assertEqual(1, len({answer.body for answer in answers}))
            self.assertEqual(15, [answer.replayed for answer in answers].count(True))
        self.assert_balance(sender, 10_000 - 20 * 10)
        self.assertTrue(self.server.is_running())


if __name__ == "__main__":
    unittest.main()
