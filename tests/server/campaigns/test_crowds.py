"""Everybody at once, in the three scenes that flash sales are known for: every request on a connection of
its own, all of them sent before any answer is read, and the counts exact."""

import random
import unittest
from collections import Counter

from cases import ServerCase
from crowd import everybody_at_once
from flags import no_daily_limits


class Crowds(ServerCase):
    server_flags = no_daily_limits()

    def open_all(self, opens):
        """The answers to opens of (packet, user), in the order given."""
        return everybody_at_once(self.server.port, [
            ("POST", f"/v1/packets/{packet}/open", {"user_id": user}, None)
            for packet, user in opens])

    def assert_shared_out(self, packet, users, answers, shares, total_fen):
        """Exactly `shares` users have one; the others are told that nothing is left."""
        won = {user: answer.json["amount_fen"]
               for user, answer in zip(users, answers) if answer.status == 200}
        self.assertEqual(Counter({200: shares, 409: len(users) - shares}),
                         Counter(answer.status for answer in answers))
        for answer in answers:
            if answer.status == 409:
                self.assert_problem(answer, 409, "packet_exhausted")
            else:
                self.assertFalse(answer.json["repeat"])
        self.assertEqual(total_fen, sum(won.values()))
        claims = {claim["user_id"]: claim["amount_fen"] for claim in self.api.claims(packet)}
        self.assertEqual(won, claims)

    def test_7000_users_on_100_shares(self):
        packet, users = self.api.fresh_packet(total_fen=10_000, count=100), self.api.fresh_users(7000)
        answers = self.open_all([(packet, user) for user in users])
        self.assert_shared_out(packet, users, answers, 100, 10_000)

    def test_20_identical_requests_are_one_share_and_19_repeats(self):
        packet, user = self.api.fresh_packet(total_fen=10_000, count=100), self.api.fresh_user("bob")
        answers = self.open_all([(packet, user)] * 20)
        self.assertEqual({200}, {answer.status for answer in answers})
        self.assertEqual(Counter({False: 1, True: 19}),
                         Counter(answer.json["repeat"] for answer in answers))
        self.assertEqual(1, len({answer.json["amount_fen"] for answer in answers}))
        self.assertEqual(99, self.api.packet(packet)["remaining_count"])
        self.assert_balance(user, answers[0].json["amount_fen"])

    def test_3_packets_of_50_shares_with_1000_users_each(self):
        seed = random.randrange(1 << 32)
        packets = [self.api.fresh_packet(total_fen=5000, count=50) for _ in range(3)]
        users = self.api.fresh_users(1000)
        opens = [(packet, user) for packet in packets for user in users]
        random.Random(seed).shuffle(opens)
        answers = self.open_all(opens)
        for packet in packets:
            mine = [place for place, (opened, _) in enumerate(opens) if opened == packet]
            with self.subTest(packet=packet, seed=seed):
                self.assert_shared_out(packet, [opens[place][1] for place in mine],
                                       [answers[place] for place in mine], 50, 5000)


if __name__ == "__main__":
    unittest.main()
