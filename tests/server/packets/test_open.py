"""Grab and open: who gets what, and which refusal comes first when several would fit (rule 10)."""

import itertools
import unittest

from cases import ServerCase, check_problem_document, settled_audit
from flags import manual_clock

# In order of precedence, those that can hold at once together. Each name is a circumstance below.
PRECEDENCE = [("expired", 410, "packet_expired"),
              ("not_recipient", 403, "not_a_recipient"),
              ("wrong_phrase", 403, "wrong_passphrase"),
              ("sender", 403, "sender_may_not_open"),
              ("exhausted", 409, "packet_exhausted")]


class Opening(ServerCase):
    server_flags = (manual_clock(),)

    def test_an_open_is_answered_whole_and_credits_the_account(self):
        packet, user = self.api.fresh_packet(total_fen=10, count=1), self.api.fresh_user("bob")
        answer = self.assert_ok(self.api.open(packet, user))
        self.assertEqual({"packet_id", "user_id", "amount_fen", "opened_at", "repeat"}, set(answer))
        self.assertEqual((packet, user, 10, False), (answer["packet_id"], answer["user_id"],
                                                     answer["amount_fen"], answer["repeat"]))
        self.assert_balance(user, 10)

    def test_opening_again_gives_the_same_amount_marked_as_repeat(self):
        packet, user = self.api.fresh_packet(total_fen=99, count=3), self.api.fresh_user("bob")
        first = self.assert_ok(self.api.open(packet, user))
        again = self.assert_ok(self.api.open(packet, user))
        self.assertEqual({**first, "repeat": True}, again)
        self.assert_balance(user, first["amount_fen"])
        self.assertEqual(2, self.api.packet(packet)["remaining_count"])

    def test_a_repeat_comes_before_exhaustion_expiry_pass_phrase_and_restart(self):
        packet = self.api.fresh_packet(total_fen=20, count=2, passphrase="sesame", expires_in_s=60)
        user, other = self.api.fresh_users(2)
        first = self.assert_ok(self.api.open(packet, user, passphrase="sesame"))
        expected = {**first, "repeat": True}

        def assert_repeat(**fields):
            self.assertEqual(expected, self.assert_ok(self.api.open(packet, user, **fields)))

        assert_repeat()
        assert_repeat(passphrase="wrong")
        self.assert_ok(self.api.open(packet, other, passphrase="sesame"))
        assert_repeat()
        self.api.advance(60_000)
        assert_repeat()
        self.restart()
        assert_repeat()
        self.crash_and_restart()
        assert_repeat()

    def test_a_repeat_after_a_refund_gives_the_same_amount(self):
        packet = self.api.fresh_packet(total_fen=20, count=2, expires_in_s=60)
        user = self.api.fresh_user("bob")
        first = self.assert_ok(self.api.open(packet, user))
        self.api.advance(60_000)
        self.wait_until_refunded(packet)
        self.assertEqual({**first, "repeat": True}, self.assert_ok(self.api.open(packet, user)))

    def situation(self, *circumstances):
        """Makes a packet for which all the circumstances hold; returns how to open it."""
        sender, friend = self.api.fresh_user("ann", 10), self.api.fresh_user("friend")
        opener = sender if "sender" in circumstances else self.api.fresh_user("stranger")
        phrase = {"passphrase": "sesame"} if "wrong_phrase" in circumstances else {}
        recipients = [friend] if "not_recipient" in circumstances else [friend, opener]
        packet = self.api.fresh_packet(sender, "equal", total_fen=1, count=1, expires_in_s=60,
                                       recipients=recipients, sender_may_open=False, **phrase)
        if "exhausted" in circumstances:
            self.assert_ok(self.api.open(packet, friend, **phrase))
        if "expired" in circumstances:
            self.api.advance(60_000)
        return packet, opener, ({"passphrase": "wrong"} if phrase else {})

    def test_the_first_refusal_that_fits_is_told_by_grab_open_and_batch(self):
        names = [name for name, _, _ in PRECEDENCE]
        for size in (1, 2, 3, 5):
            for circumstances in itertools.combinations(names, size):
                first = next(row for row in PRECEDENCE if row[0] in circumstances)
                with self.subTest(circumstances):
                    packet, user, fields = self.situation(*circumstances)
                    _, status, code = first
                    self.assert_problem(self.api.grab(packet, user, **fields), status, code)
                    self.assert_problem(self.api.open(packet, user, **fields), status, code)
                    item = {"packet_id": packet, "user_id": user, **fields}
                    result = self.assert_ok(self.api.open_batch([item]))["results"][0]
                    check_problem_document(self, result, status)
                    self.assertEqual(code, result["code"])

    def test_a_stranger_to_a_directed_exhausted_packet_hears_not_for_you(self):
        packet, stranger, _ = self.situation("not_recipient", "exhausted")
        self.assert_problem(self.api.open(packet, stranger), 403, "not_a_recipient")

    def test_a_frozen_opener_is_told_of_it_before_exhaustion_and_after_expiry(self):
        packet, user, _ = self.situation("exhausted")
        self.assert_ok(self.api.set_status(user, "frozen"))
        self.assert_problem(self.api.open(packet, user), 403, "account_frozen")
        packet, user, _ = self.situation("expired")
        self.assert_ok(self.api.set_status(user, "frozen"))
        self.assert_problem(self.api.open(packet, user), 410, "packet_expired")

    def test_an_unknown_packet_is_told_before_an_unknown_account(self):
        self.assert_problem(self.api.open("1234567890123456789", "nobody-at-all"), 404,
                            "packet_not_found")
        packet = self.api.fresh_packet(total_fen=1, count=1)
        self.assert_problem(self.api.open(packet, "nobody-at-all"), 404, "account_not_found")
        self.assert_problem(self.api.grab(packet, "nobody-at-all"), 404, "account_not_found")

    def test_only_recipients_may_open(self):
        friends = self.api.fresh_users(2)
        packet = self.api.fresh_packet(total_fen=10, count=2, recipients=friends)
        self.assert_problem(self.api.open(packet, self.api.fresh_user()), 403, "not_a_recipient")
        for friend in friends:
            self.assert_ok(self.api.open(packet, friend))

    def test_the_pass_phrase_must_match_exactly(self):
        packet = self.api.fresh_packet(total_fen=10, count=2, passphrase="芝麻开门")
        user = self.api.fresh_user("bob")
        for fields in ({}, {"passphrase": "芝麻"}, {"passphrase": "芝麻开门 "}):
            with self.subTest(fields):
                self.assert_problem(self.api.open(packet, user, **fields), 403, "wrong_passphrase")
        self.assert_ok(self.api.open(packet, user, passphrase="芝麻开门"))

    def test_the_sender_may_open_public_lucky_packets_unless_told_otherwise(self):
        friend = self.api.fresh_user("friend")
        cases = [("lucky", {}, True), ("equal", {}, False),
                 ("lucky", {"sender_may_open": False}, False),
                 ("equal", {"sender_may_open": True}, True),
                 ("lucky", {"passphrase": "x"}, None)]
        for kind, fields, allowed in cases:
            with self.subTest((kind, fields)):
                sender = self.api.fresh_user("ann", 10)
                packet = self.api.fresh_packet(sender, kind, total_fen=2, count=2, **fields)
                answer = self.api.open(packet, sender)
                if allowed:
                    self.assert_ok(answer)
                elif allowed is False:
                    self.assert_problem(answer, 403, "sender_may_not_open")
                else:
                    self.assert_problem(answer, 403)
        sender = self.api.fresh_user("ann", 10)
        packet = self.api.fresh_packet(sender, total_fen=2, count=1, recipients=[friend, sender])
        self.assert_problem(self.api.open(packet, sender), 403, "sender_may_not_open")

    def test_a_grab_sees_a_share_and_changes_nothing(self):
        packet, user = self.api.fresh_packet(total_fen=10, count=1), self.api.fresh_user("bob")
        before = settled_audit(self.api)
        for _ in range(3):
            self.assertEqual({"openable": True}, self.assert_ok(self.api.grab(packet, user)))
        self.assertEqual(before, self.api.audit())
        self.assertEqual(1, self.api.packet(packet)["remaining_count"])

    def test_grabbed_but_empty_when_opened_has_its_own_code(self):
        packet = self.api.fresh_packet(total_fen=10, count=1)
        slow, quick = self.api.fresh_users(2)
        self.assert_ok(self.api.grab(packet, slow))
        self.assert_ok(self.api.open(packet, quick))
        self.assert_problem(self.api.open(packet, slow), 409, "packet_exhausted")
        self.assert_problem(self.api.grab(packet, slow), 409, "packet_exhausted")

    def test_a_refused_open_changes_nothing(self):
        packet, user, _ = self.situation("not_recipient")
        before = settled_audit(self.api)
        self.assert_problem(self.api.open(packet, user), 403, "not_a_recipient")
        self.assertEqual(before, self.api.audit())

    def test_a_batch_of_opens_answers_in_order_with_repeats_and_problems(self):
        packet = self.api.fresh_packet(kind="equal", share_fen=5, count=2)
        other = self.api.fresh_packet(total_fen=7, count=1)
        ann, bob, cat = self.api.fresh_users(3)
        opens = [(packet, ann), (other, ann), (packet, ann), (packet, bob), (packet, cat),
                 ("1234567890123456789", ann), (packet, "nobody-at-all"), (packet, bob)]
        answer = self.api.open_batch([{"packet_id": name, "user_id": user} for name, user in opens])
        results = self.assert_ok(answer)["results"]
        told = [(item.get("amount_fen"), item.get("repeat"), item.get("code")) for item in results]
        self.assertEqual([
            (5, False, None), (7, False, None), (5, True, None), (5, False, None),
            (None, None, "packet_exhausted"), (None, None, "packet_not_found"),
            (None, None, "account_not_found"), (5, True, None)], told)
        self.assert_balance(ann, 12)
        self.assert_balance(bob, 5)

    def test_a_batch_of_1000_opens_works_and_1001_are_refused_whole(self):
        shop = self.api.fresh_user("shop", 1000, type="merchant")
        packet = self.api.fresh_packet(shop, "equal", share_fen=1, count=1000)
        opens = [{"packet_id": packet, "user_id": user} for user in self.api.fresh_users(1001)]
        self.assert_problem(self.api.open_batch(opens), 400, "invalid_request")
        self.assertEqual(1000, self.api.packet(packet)["remaining_count"])
        results = self.assert_ok(self.api.open_batch(opens[:1000]))["results"]
        self.assertEqual([1] * 1000, [item["amount_fen"] for item in results])
        self.assertEqual("exhausted", self.api.packet(packet)["status"])


if __name__ == "__main__":
    unittest.main()
