"""Previews: what a send would give and answer, with nothing sent, held or counted."""

import unittest

import flags
from api import DAY_MS, fresh_name, instant_ms
from cases import ServerCase, check_problem_document

FIELDS = {"sender", "kind", "blessing", "cover", "total_fen", "count", "fee_fen", "least_fen",
          "mean_fen", "largest_fen", "directed", "passphrase_required",
          "sender_may_open", "expires_at", "split", "share_fen_max", "checks"}
SHARES = ("total_fen", "least_fen", "mean_fen", "largest_fen")
ON_OPEN = {"when": "on_open", "algorithm": "double_mean"}
PASSED = {"passed": True, "refusal": None}


class Previews(ServerCase):
    server_flags = (flags.manual_clock(), flags.sends_per_day_max(3),
                    flags.send_sum_per_day_fen_max(500_000))

    def shown(self, sender, kind="lucky", **fields):
        return self.assert_ok(self.api.preview(sender, kind, **fields))

    def test_a_preview_is_whole_with_the_defaults_filled_in(self):
        sender = self.api.fresh_user("ann", 10_000)
        shown = self.shown(sender, total_fen=10_000, count=10)
        now_ms = self.api.now_ms()
        self.assertEqual(FIELDS, set(shown))
        expected = {"sender": sender, "kind": "lucky", "blessing": "", "total_fen": 10_000,
                    "count": 10, "fee_fen": 0, "least_fen": 1, "mean_fen": 1000,
                    "largest_fen": 9991, "directed": False, "passphrase_required": False,
                    "sender_may_open": True, "split": ON_OPEN, "share_fen_max": 20_000,
                    "checks": PASSED}
        self.assertEqual(expected, {name: shown[name] for name in expected})
        self.assertEqual(now_ms + DAY_MS, instant_ms(shown["expires_at"]))

    def test_least_mean_and_largest_are_those_of_all_draws_for_every_kind_and_way(self):
        sender = self.api.fresh_user("ann", 10**6)
        up_front = {"when": "up_front", "algorithm": "line_cut"}
        cases = [({"kind": "equal", "share_fen": 7, "count": 3}, (21, 7, 7, 7)),
                 ({"kind": "equal", "total_fen": 21, "count": 3}, (21, 7, 7, 7)),
                 ({"total_fen": 100, "count": 100}, (100, 1, 1, 1)),
                 ({"total_fen": 1_009, "count": 10}, (1_009, 1, 100, 1_000)),
                 ({"total_fen": 1_009, "count": 10, "split": up_front}, (1_009, 1, 100, 1_000)),
                 ({"total_fen": 60_000, "count": 10, "split": up_front}, (60_000, 1, 6_000, 20_000)),
                 ({"total_fen": 180_002, "count": 10}, (180_002, 2, 18_000, 20_000)),
                 ({"total_fen": 200_000, "count": 10}, (200_000, 20_000, 20_000, 20_000))]
        for fields, expected in cases:
            with self.subTest(fields):
                shown = self.shown(sender, **{"kind": "lucky", **fields})
                self.assertEqual(expected, tuple(shown[name] for name in SHARES))
                self.assertEqual(PASSED, shown["checks"])

    def test_the_packet_that_is_sent_is_the_one_that_was_shown(self):
        sender = self.api.fresh_user("ann", 1000)
        friends = self.api.fresh_users(3)
        for kind, fields in (
                ("lucky", {"total_fen": 90, "count": 3}), ("equal", {"share_fen": 5, "count": 2}),
                ("lucky", {"total_fen": 90, "count": 3, "recipients": friends, "passphrase": "x",
                           "blessing": "恭喜", "expires_in_s": 60, "sender_may_open": True,
                           "split": {"when": "up_front"}})):
            with self.subTest(fields):
                shown = self.shown(sender, kind, **fields)
                sent = self.assert_ok(self.api.send_packet(sender, kind, **fields), 201)
                same = set(sent) & set(shown)
                self.assertEqual(FIELDS - same, {"fee_fen", "least_fen", "mean_fen",
                                                 "largest_fen", "checks"})
                self.assertEqual({name: sent[name] for name in same},
                                 {name: shown[name] for name in same})

    def assert_same_refusal(self, sender, kind, fields, code):
        """The preview names the problem that the send would have, and shows shares if the money can be split."""
        shown = self.shown(sender, kind, **fields)
        refused = self.api.send_packet(sender, kind, **fields)
        self.assertEqual(code, refused.code, refused)
        checks = shown["checks"]
        self.assertFalse(checks["passed"])
        check_problem_document(self, checks["refusal"], refused.status)
        for name in ("type", "title", "status", "detail", "code"):
            self.assertEqual(refused.json[name], checks["refusal"][name])
        splits = code in ("account_frozen", "daily_limit_reached", "insufficient_funds")
        self.assertEqual([splits] * 4, [shown[name] is not None for name in SHARES])

    def test_a_preview_is_refused_as_the_send_would_be(self):
        ann = self.api.fresh_user("ann", 10_000)
        cold = self.api.fresh_user("cold", 10_000)
        self.assert_ok(self.api.set_status(cold, "frozen"))
        busy = self.api.fresh_user("busy", 10_000)
        for _ in range(3):
            self.assert_ok(self.api.send_packet(busy, total_fen=1, count=1), 201)
        friends = self.api.fresh_users(2)
        for sender, kind, fields, code in (
                (ann, "equal", {"total_fen": 10, "count": 3}, "invalid_split"),
                (ann, "equal", {"total_fen": 9, "share_fen": 3, "count": 3}, "invalid_split"),
                (ann, "lucky", {"total_fen": 2, "count": 3}, "invalid_split"),
                (ann, "lucky", {"share_fen": 2, "count": 3}, "invalid_split"),
                (ann, "lucky", {"total_fen": 9, "count": 3, "recipients": friends},
                 "invalid_split"),
                (ann, "equal", {"share_fen": 2, "count": 3, "split": {}}, "invalid_split"),
                (ann, "lucky", {"total_fen": 101, "count": 101}, "too_many_shares"),
                (ann, "lucky", {"total_fen": 20_001, "count": 1}, "share_too_large"),
                (ann, "lucky", {"total_fen": 10_001, "count": 1}, "insufficient_funds"),
                (ann, "lucky", {"total_fen": 500_001, "count": 100}, "daily_limit_reached"),
                (busy, "lucky", {"total_fen": 1, "count": 1}, "daily_limit_reached"),
                (cold, "lucky", {"total_fen": 1, "count": 1}, "account_frozen")):
            with self.subTest((code, fields)):
                self.assert_same_refusal(sender, kind, fields, code)

    def test_a_preview_changes_nothing_and_counts_as_no_send(self):
        sender = self.api.fresh_user("ann", 10)
        before = self.api.audit()
        for _ in range(10):
            self.assertTrue(self.shown(sender, total_fen=10, count=2)["checks"]["passed"])
        self.assertEqual(before, self.api.audit())
        self.assert_balance(sender, 10)
        self.assertEqual([], self.api.listing(f"/v1/accounts/{sender}/packets/sent"))
        for _ in range(3):
            self.assert_ok(self.api.send_packet(sender, total_fen=1, count=1), 201)

    def test_a_preview_takes_no_key_and_uses_none_up(self):
        sender, key = self.api.fresh_user("ann", 10), fresh_name("key")
        body = {"sender": sender, "kind": "lucky", "total_fen": 10, "count": 2}
        for _ in range(2):
            answer = self.api.post("/v1/packets/preview", body, key)
            self.assertTrue(self.assert_ok(answer)["checks"]["passed"])
            self.assertFalse(answer.replayed)
        sent = self.api.post("/v1/packets", body, key)
        self.assert_ok(sent, 201)
        self.assertFalse(sent.replayed)

    def test_a_preview_follows_the_account_from_send_to_send_and_day_to_day(self):
        sender = self.api.fresh_user("ann", 30)

        def code():
            refusal = self.shown(sender, total_fen=10, count=2)["checks"]["refusal"]
            return refusal and refusal["code"]

        for _ in range(3):
            self.assertIsNone(code())
            life = {"expires_in_s": 2 * DAY_MS // 1000}  # no refund before the end of the test
            self.assert_ok(self.api.send_packet(sender, total_fen=10, count=2, **life), 201)
        self.assertEqual("daily_limit_reached", code())
        self.api.advance(DAY_MS)
        self.assertEqual("insufficient_funds", code())
        self.assert_ok(self.api.deposit(sender, 10), 201)
        self.assertIsNone(code())

    def test_an_unknown_sender_is_not_found(self):
        answer = self.api.preview(fresh_name("ghost"), total_fen=10, count=2)
        self.assert_problem(answer, 404, "account_not_found")

    def test_the_pass_phrase_is_in_no_answer(self):
        answer = self.api.preview(self.api.fresh_user("ann", 10), total_fen=10, count=2,
                                  passphrase="open-sesame-77")
        self.assertTrue(self.assert_ok(answer)["passphrase_required"])
        self.assertNotIn(b"open-sesame-77", answer.body)

    def test_the_path_is_no_packet(self):
        self.assertEqual(404, self.api.get("/v1/packets/preview").status)


if __name__ == "__main__":
    unittest.main()
