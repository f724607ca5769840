"""Expiry to the millisecond on the manual clock, and the refund that happens exactly once."""

import json
import unittest

from api import instant_ms
from cases import ServerCase
from flags import manual_clock


class Expiry(ServerCase):
    server_flags = (manual_clock(),)

    def records_of(self, packet, kind):
        return [record for record in map(json.loads, self.journal_lines())
                if record["type"] == kind and str(record["packet_id"]) == packet]

    def test_one_millisecond_before_expiry_it_opens_and_at_expiry_it_is_refused(self):
        packet = self.api.fresh_packet(total_fen=30, count=3, expires_in_s=60)
        early, late = self.api.fresh_users(2)
        expires_ms = instant_ms(self.api.packet(packet)["expires_at"])
        self.assertEqual(expires_ms - 1, self.api.advance_to(expires_ms - 1))
        self.assert_ok(self.api.grab(packet, early))
        self.assert_ok(self.api.open(packet, early))
        self.assertEqual(expires_ms, self.api.advance(1))
        self.assert_problem(self.api.open(packet, late), 410, "packet_expired")
        self.assert_problem(self.api.grab(packet, late), 410, "packet_expired")

    def test_what_is_left_goes_back_once_in_one_record_linked_to_the_send(self):
        sender = self.api.fresh_user("ann", 100)
        packet = self.api.fresh_packet(sender, "equal", share_fen=10, count=3, expires_in_s=60)
        self.assert_ok(self.api.open(packet, self.api.fresh_user("bob")))
        self.api.advance(60_000)
        self.wait_until_refunded(packet)
        self.assert_balance(sender, 90)
        shown = self.api.packet(packet)
        self.assertEqual(("expired", 20, None),
                         (shown["status"], shown["refund_fen"], shown["luckiest_user_id"]))
        self.assertEqual([False], [claim["is_luckiest"] for claim in self.api.claims(packet)])
        self.assertIsNone(shown["exhausted_in_ms"])
        self.assertGreaterEqual(instant_ms(shown["closed_at"]), instant_ms(shown["expires_at"]))
        closes = self.records_of(packet, "packet_closed")
        self.assertEqual(1, len(closes))
        self.assertEqual((sender, 20), (closes[0]["sender"], closes[0]["refund_fen"]))
        self.assertEqual([(f"escrow:{packet}", -20), (f"user:{sender}", 20)],
                         sorted((posting["account"], posting["amount_fen"])
                                for posting in closes[0]["postings"]))
        sends = self.records_of(packet, "packet_sent")
        self.assertEqual([sends[0]["sequence"]], [closes[0]["sent_sequence"]])
        self.assert_balance(sender, 90)

    def test_the_refund_is_not_repeated_by_time_or_restarts(self):
        sender = self.api.fresh_user("ann", 100)
        packet = self.api.fresh_packet(sender, total_fen=50, count=5, expires_in_s=60)
        self.api.advance(60_000)
        self.wait_until_refunded(packet)
        for end in (self.restart, self.crash_and_restart):
            end()
            self.api.advance(86_400_000)
            self.assert_balance(sender, 100)
        self.assertEqual(1, len(self.records_of(packet, "packet_closed")))

    def test_a_packet_that_expires_after_a_restart_is_refunded_once(self):
        sender = self.api.fresh_user("ann", 100)
        packet = self.api.fresh_packet(sender, total_fen=50, count=5, expires_in_s=600)
        expires_ms = instant_ms(self.api.packet(packet)["expires_at"])
        self.crash_and_restart()
        self.assertEqual("open", self.api.packet(packet)["status"])
        self.api.advance_to(expires_ms)
        self.wait_until_refunded(packet)
        self.assert_balance(sender, 100)
        self.assertEqual(1, len(self.records_of(packet, "packet_closed")))

    def test_a_crash_right_at_expiry_leaves_one_refund(self):
        for _ in range(5):
            sender = self.api.fresh_user("ann", 100)
            packet = self.api.fresh_packet(sender, total_fen=50, count=5, expires_in_s=60)
            expires_ms = instant_ms(self.api.packet(packet)["expires_at"])
            self.api.advance_to(expires_ms)
            self.crash_and_restart()
            self.api.advance_to(expires_ms)
            self.wait_until_refunded(packet)
            self.assert_balance(sender, 100)

    def test_a_packet_left_empty_closes_without_a_refund(self):
        sender = self.api.fresh_user("ann", 100)
        packet = self.api.fresh_packet(sender, "equal", share_fen=10, count=1, expires_in_s=60)
        self.assert_ok(self.api.open(packet, self.api.fresh_user("bob")))
        self.api.advance(60_000)
        marker = self.api.fresh_packet(total_fen=1, count=1, expires_in_s=60)
        self.api.advance(60_000)
        self.wait_until_refunded(marker)
        shown = self.api.packet(packet)
        self.assertEqual("exhausted", shown["status"])
        self.assertIn(shown["refund_fen"], (0, None))
        self.assert_balance(sender, 90)
        lines = [line["type"] for line in self.api.entries(sender)]
        self.assertNotIn("refund", lines)
        closes = self.records_of(packet, "packet_closed")
        self.assertLessEqual(len(closes), 1)
        self.assertEqual([], [close for close in closes if close["refund_fen"]])

    def test_many_packets_expiring_at_once_are_all_refunded(self):
        sender = self.api.fresh_user("ann", 1000)
        packets = [self.api.fresh_packet(sender, total_fen=10, count=5, expires_in_s=60)
                   for _ in range(100)]
        self.assert_balance(sender, 0)
        self.api.advance(60_000)
        for packet in packets:
            self.wait_until_refunded(packet)
        self.assert_balance(sender, 1000)

    def test_the_refund_is_of_the_packets_own_remainder(self):
        sender = self.api.fresh_user("ann", 1000)
        old = self.api.fresh_packet(sender, total_fen=300, count=3, expires_in_s=60)
        self.api.advance(30_000)
        new = self.api.fresh_packet(sender, total_fen=500, count=5, expires_in_s=60)
        self.api.advance(30_000)
        self.wait_until_refunded(old)
        self.assert_balance(sender, 500)
        self.assertEqual(("open", 500), (self.api.packet(new)["status"],
                                         self.api.packet(new)["remaining_fen"]))

    def test_the_manual_clock_refuses_to_go_backward(self):
        before = self.api.now_ms()
        for value in (-1, "1", 1.5, None):
            answer = self.api.post("/v1/clock/advance", {"advance_ms": value})
            self.assert_problem(answer, 400, "invalid_request")
        self.assertEqual(before, self.api.now_ms())
        self.assertEqual(before + 5, self.api.advance(5))


class WallClock(ServerCase):
    def test_without_the_manual_clock_nobody_can_read_or_move_it(self):
        self.assert_problem(self.api.get("/v1/clock"), 404, "route_not_found")
        answer = self.api.post("/v1/clock/advance", {"advance_ms": 1})
        self.assert_problem(answer, 404, "route_not_found")


if __name__ == "__main__":
    unittest.main()
