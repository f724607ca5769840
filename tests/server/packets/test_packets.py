"""Sending packets: how shares are fixed, what a packet shows, who was luckiest, and the lists."""

import unittest

from api import fresh_name, instant_ms
from cases import ServerCase
from crowd import everybody_at_once
from flags import manual_clock

PACKET_FIELDS = {"id", "link", "sender", "kind", "blessing", "cover", "status", "total_fen", "count",
                 "remaining_fen", "remaining_count", "created_at", "expires_at", "closed_at",
                 "exhausted_in_ms", "luckiest_user_id", "refund_fen"}
CLAIM_FIELDS = {"user_id", "username", "avatar_url", "amount_fen", "opened_at", "is_luckiest"}


class Packets(ServerCase):
    server_flags = (manual_clock(),)

    def open_all(self, packet, count):
        """Opens every share, each by a fresh user; returns (user, amount) in order."""
        return [(user, self.assert_ok(self.api.open(packet, user))["amount_fen"])
                for user in self.api.fresh_users(count, "opener")]

    def test_a_sent_packet_is_shown_whole_and_its_money_leaves_the_sender(self):
        sender = self.api.fresh_user("ann", 100)
        answer = self.api.send_packet(sender, total_fen=60, count=3, blessing="恭喜发财")
        sent = self.assert_ok(answer, 201)
        self.assertLessEqual(PACKET_FIELDS, set(sent))
        expected = {"sender": sender, "kind": "lucky", "blessing": "恭喜发财", "status": "open",
                    "total_fen": 60, "count": 3, "remaining_fen": 60, "remaining_count": 3,
                    "closed_at": None, "exhausted_in_ms": None, "luckiest_user_id": None,
                    "link": "/p/" + sent["id"], "cover": None}
        self.assertEqual(expected, {name: sent[name] for name in expected})
        self.assertEqual(str(int(sent["id"])), sent["id"])
        self.assertEqual(sent, self.api.packet(sent["id"]))
        self.assert_balance(sender, 40)

    def test_a_packet_lives_24_hours_unless_told_otherwise(self):
        for fields, life_ms in (({}, 86_400_000), ({"expires_in_s": 60}, 60_000),
                                ({"expires_in_s": 259_200}, 259_200_000)):
            with self.subTest(fields):
                packet = self.api.packet(self.api.fresh_packet(total_fen=5, count=1, **fields))
                lived = instant_ms(packet["expires_at"]) - instant_ms(packet["created_at"])
                self.assertEqual(life_ms, lived)

    def test_equal_by_share_and_equal_by_total_give_the_same_shares(self):
        for fields in ({"share_fen": 7, "count": 3}, {"total_fen": 21, "count": 3}):
            with self.subTest(fields):
                packet = self.api.fresh_packet(kind="equal", **fields)
                self.assertEqual(21, self.api.packet(packet)["total_fen"])
                self.assertEqual([7, 7, 7], [amount for _, amount in self.open_all(packet, 3)])

    def test_an_equal_total_that_does_not_divide_is_refused_and_never_rounded(self):
        sender = self.api.fresh_user("ann", 100)
        for total_fen in (20, 22):
            answer = self.api.send_packet(sender, "equal", total_fen=total_fen, count=3)
            self.assert_problem(answer, 422, "invalid_split")
        self.assert_balance(sender, 100)

    def test_a_total_below_one_fen_a_share_is_refused(self):
        sender = self.api.fresh_user("ann", 100)
        for kind in ("equal", "lucky"):
            answer = self.api.send_packet(sender, kind, total_fen=2, count=3)
            self.assert_problem(answer, 422, "invalid_split")

    def test_exactly_one_fen_each_is_legal(self):
        for kind in ("equal", "lucky"):
            with self.subTest(kind):
                packet = self.api.fresh_packet(kind=kind, total_fen=10, count=10)
                self.assertEqual([1] * 10, [amount for _, amount in self.open_all(packet, 10)])

    def test_share_and_total_together_or_neither_is_refused(self):
        sender = self.api.fresh_user("ann", 100)
        for fields in ({"kind": "equal", "count": 2}, {"kind": "lucky", "count": 2},
                       {"kind": "equal", "count": 2, "share_fen": 5, "total_fen": 10},
                       {"kind": "lucky", "count": 2, "share_fen": 5}):
            with self.subTest(fields):
                answer = self.api.send_packet(sender, **fields)
                self.assert_problem(answer, (400, 422), "invalid_request", "invalid_split")
        self.assert_balance(sender, 100)

    def test_lucky_shares_are_at_least_one_fen_and_sum_to_the_total(self):
        for total_fen, count in ((100, 1), (100, 2), (11, 10), (1000, 10), (2000, 100)):
            with self.subTest((total_fen, count)):
                packet = self.api.fresh_packet(total_fen=total_fen, count=count)
                amounts = [amount for _, amount in self.open_all(packet, count)]
                self.assertEqual(total_fen, sum(amounts))
                self.assertGreaterEqual(min(amounts), 1)

    def test_lucky_shares_differ_between_packets(self):
        seen = set()
        for _ in range(4):
            packet = self.api.fresh_packet(total_fen=100_000, count=20)
            seen.add(tuple(amount for _, amount in self.open_all(packet, 20)))
        self.assertEqual(4, len(seen))

    def test_without_the_money_nothing_is_sent(self):
        sender = self.api.fresh_user("ann", 99)
        answer = self.api.send_packet(sender, total_fen=100, count=2)
        self.assert_problem(answer, 409, "insufficient_funds")
        self.assert_balance(sender, 99)
        self.assertEqual([], self.api.listing(f"/v1/accounts/{sender}/packets/sent"))

    def test_more_shares_than_recipients_is_refused(self):
        sender = self.api.fresh_user("ann", 100)
        friends = self.api.fresh_users(2)
        answer = self.api.send_packet(sender, total_fen=9, count=3, recipients=friends)
        self.assert_problem(answer, (400, 422), "invalid_split", "invalid_request")
        self.assert_ok(self.api.send_packet(sender, total_fen=9, count=2, recipients=friends), 201)

    def test_the_pass_phrase_is_in_no_answer_and_no_log(self):
        sender, phrase = self.api.fresh_user("ann", 100), "open-sesame-5309"
        sent = self.api.send_packet(sender, total_fen=9, count=3, passphrase=phrase)
        packet = self.assert_ok(sent, 201)["id"]
        user = self.api.fresh_user("bob")
        told = [sent.body, self.api.get(f"/v1/packets/{packet}").body,
                self.api.open(packet, user, passphrase=phrase).body,
                self.api.open(packet, sender, passphrase=phrase + "x").body,
                self.api.get(f"/v1/accounts/{sender}/packets/sent").body,
                self.server.stderr_text().encode(), self.server.stdout_text().encode()]
        self.assertFalse([text for text in told if phrase.encode() in text])

    def test_a_packet_shows_what_is_left_and_names_the_luckiest_only_when_empty(self):
        packet = self.api.fresh_packet(total_fen=90, count=3)
        users = self.api.fresh_users(3)
        left = 90
        for number, user in enumerate(users, 1):
            left -= self.assert_ok(self.api.open(packet, user))["amount_fen"]
            shown = self.api.packet(packet)
            self.assertEqual((left, 3 - number), (shown["remaining_fen"], shown["remaining_count"]))
            if number < 3:
                self.assertEqual(("open", None), (shown["status"], shown["luckiest_user_id"]))
                self.assertFalse(any(claim["is_luckiest"] for claim in self.api.claims(packet)))
            self.api.advance(10)
        shown = self.api.packet(packet)
        claims = self.api.claims(packet)
        best = max(reversed(claims), key=lambda claim: claim["amount_fen"])
        self.assertEqual("exhausted", shown["status"])
        self.assertEqual(best["user_id"], shown["luckiest_user_id"])
        self.assertEqual([best["user_id"]], [c["user_id"] for c in claims if c["is_luckiest"]])
        self.assertEqual(20, shown["exhausted_in_ms"])

    def test_a_packet_its_claims_and_its_timeline_say_as_of_which_record_they_are(self):
        packet = self.api.fresh_packet(total_fen=30, count=3)
        paths = [f"/v1/packets/{packet}{part}" for part in ("", "/claims", "/timeline")]
        for count in range(4):
            last = self.api.audit()["journal_sequence"]
            answers = [self.assert_ok(self.api.get(path)) for path in paths]
            self.assertEqual([last] * 3, [answer["as_of"] for answer in answers])
            self.assertEqual(3 - count, answers[0]["remaining_count"])
            self.assertEqual(count, len(answers[1]["items"]))
            self.assertEqual(count == 3, any(claim["is_luckiest"] for claim in answers[1]["items"]))
            self.assertGreaterEqual(last, int(answers[2]["items"][-1]["trade_no"]))
            if count < 3:
                self.open_all(packet, 1)
        for path in paths:
            self.assert_problem(self.api.get(path.replace(packet, "1")), 404, "packet_not_found")

    def test_claims_that_are_all_there_name_the_luckiest_however_they_race(self):
        count = 40
        for _ in range(10):
            packet = self.api.fresh_packet(total_fen=400, count=count)
            jobs = []
            for user in self.api.fresh_users(count, "racer"):
                jobs.append(("POST", f"/v1/packets/{packet}/open", {"user_id": user}, None))
                jobs.append(("GET", f"/v1/packets/{packet}/claims?limit=200", None, None))
            answers = everybody_at_once(self.server.port, jobs)
            self.assertEqual({200}, {answer.status for answer in answers})
            for answer in answers[1::2]:
                items = answer.json["items"]
                self.assertEqual(len(items) == count, any(item["is_luckiest"] for item in items))

    def test_on_a_tie_the_earliest_is_the_luckiest(self):
        packet = self.api.fresh_packet(kind="equal", share_fen=5, count=3)
        opened = self.open_all(packet, 3)
        self.assertEqual(opened[0][0], self.api.packet(packet)["luckiest_user_id"])
        self.assertEqual([False, False, True],
                         [claim["is_luckiest"] for claim in self.api.claims(packet)])

    def test_claims_have_every_field_newest_first_and_page(self):
        packet = self.api.fresh_packet(total_fen=500, count=7)
        opened = self.open_all(packet, 7)
        for limit in (1, 3, 7, 200):
            claims = self.api.listing(f"/v1/packets/{packet}/claims", limit)
            self.assertEqual(list(reversed(opened)),
                             [(claim["user_id"], claim["amount_fen"]) for claim in claims])
        for claim in claims:
            self.assertEqual(CLAIM_FIELDS, set(claim))
            self.assertEqual((claim["user_id"], None), (claim["username"], claim["avatar_url"]))
            instant_ms(claim["opened_at"])

    def test_sent_and_received_lists_show_the_packet_and_the_own_share(self):
        sender, friend = self.api.fresh_user("ann", 100), self.api.fresh_user("bob")
        first = self.api.fresh_packet(sender, total_fen=10, count=2)
        second = self.api.fresh_packet(sender, total_fen=20, count=2)
        opened = {packet: self.assert_ok(self.api.open(packet, friend))
                  for packet in (first, second)}
        own = self.assert_ok(self.api.open(first, sender))
        sent = self.api.listing(f"/v1/accounts/{sender}/packets/sent", 1)
        received = self.api.listing(f"/v1/accounts/{friend}/packets/received", 1)
        self.assertEqual([second, first], [item["id"] for item in sent])
        self.assertEqual([second, first], [item["id"] for item in received])
        self.assertEqual([None, own["amount_fen"]], [item["own_share_fen"] for item in sent])
        self.assertEqual([None, own["opened_at"]], [item["own_opened_at"] for item in sent])
        for item in received:
            answer = opened[item["id"]]
            self.assertEqual((answer["amount_fen"], answer["opened_at"]),
                             (item["own_share_fen"], item["own_opened_at"]))
            view = self.api.packet(item["id"])
            self.assertEqual(view, {name: item[name] for name in view})

    def test_an_unknown_packet_is_not_found_on_every_route(self):
        user, ghost = self.api.fresh_user(), "1234567890123456789"
        for answer in (self.api.get(f"/v1/packets/{ghost}"),
                       self.api.get(f"/v1/packets/{ghost}/claims"),
                       self.api.grab(ghost, user), self.api.open(ghost, user)):
            self.assert_problem(answer, 404, "packet_not_found")

    def test_packet_ids_are_never_given_twice(self):
        sender = self.api.fresh_user("ann", 50)
        ids = {self.api.fresh_packet(sender, total_fen=1, count=1) for _ in range(20)}
        self.crash_and_restart()
        sender = self.api.fresh_user(fresh_name("again"), 50)
        ids |= {self.api.fresh_packet(sender, total_fen=1, count=1) for _ in range(20)}
        self.assertEqual(40, len(ids))


if __name__ == "__main__":
    unittest.main()
