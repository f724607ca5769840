"""Ways of splitting: what a sender may choose, what is shown of it, and that a seed is secret until
its packet is over and proves every share from then on."""

import unittest

from api import instant_ms
from cases import ServerCase
from flags import manual_clock, no_daily_limits
from shares import seed_hash, shares_of

WAYS = [(when, algorithm) for when in ("on_open", "up_front")
        for algorithm in ("double_mean", "line_cut")]


def up_front(algorithm="double_mean"):
    return {"when": "up_front", "algorithm": algorithm}


class Splits(ServerCase):
    server_flags = (manual_clock(), *no_daily_limits())

    def open_all(self, packet, count):
        return [self.assert_ok(self.api.open(packet, user))["amount_fen"]
                for user in self.api.fresh_users(count, "opener")]

    def assert_seed_is_proof(self, packet, opened):
        """What was opened, in order, follows from the published seed, and the hash shown before is the seed's."""
        shown = self.api.packet(packet)
        seed = bytes.fromhex(shown["seed"])
        self.assertEqual(seed_hash(seed), shown["seed_hash"])
        shares = shares_of(seed, shown["split"]["algorithm"], shown["total_fen"], shown["count"],
                           shown["share_fen_max"])
        self.assertEqual(opened, shares[:len(opened)])

    def test_every_way_gives_exact_shares_and_says_which_way_it_was(self):
        for when, algorithm in WAYS:
            for total_fen, count in ((1, 1), (2, 2), (11, 10), (9_000, 30)):
                with self.subTest((when, algorithm, total_fen, count)):
                    split = {"when": when, "algorithm": algorithm}
                    packet = self.api.fresh_packet(total_fen=total_fen, count=count, split=split)
                    self.assertEqual(split, self.api.packet(packet)["split"])
                    amounts = self.open_all(packet, count)
                    self.assertEqual(total_fen, sum(amounts))
                    self.assertGreaterEqual(min(amounts), 1)

    def test_by_default_shares_are_drawn_on_open_by_double_mean(self):
        for fields in ({}, {"split": None}, {"split": {}}):
            with self.subTest(fields):
                shown = self.api.packet(self.api.fresh_packet(total_fen=9, count=3, **fields))
                self.assertEqual({"when": "on_open", "algorithm": "double_mean"}, shown["split"])
                self.assertEqual((None, None), (shown["seed_hash"], shown["seed"]))

    def test_an_equal_packet_has_nothing_to_split(self):
        sender = self.api.fresh_user("ann", 100)
        for split in ({}, up_front()):
            answer = self.api.send_packet(sender, "equal", share_fen=5, count=2, split=split)
            self.assert_problem(answer, 422, "invalid_split")
        self.assertIsNone(self.api.packet(self.api.fresh_packet(sender, "equal", share_fen=5,
                                                                count=2))["split"])
        self.assert_balance(sender, 90)

    def test_terms_that_a_way_of_splitting_cannot_meet_are_refused(self):
        shop = self.api.fresh_user("shop", 10_000_000, type="merchant")
        line_cut = {"algorithm": "line_cut"}
        for fields, code in (
                ({"total_fen": 60_000, "count": 3, "split": line_cut}, "share_too_large"),
                ({"total_fen": 60_000, "count": 3, "split": up_front("line_cut")},
                 "share_too_large"),
                ({"total_fen": 9_999, "count": 1_001, "split": line_cut}, "too_many_shares")):
            with self.subTest(fields):
                self.assert_problem(self.api.send_packet(shop, **fields), 422, code)
        for fields in ({"split": {"when": "later"}}, {"split": {"algorithm": "fair"}},
                       {"split": {"seed": "00"}}, {"split": "up_front"}):
            with self.subTest(fields):
                answer = self.api.send_packet(shop, total_fen=10, count=2, **fields)
                self.assert_problem(answer, 400, "invalid_request")
        self.assert_balance(shop, 10_000_000)

    def test_no_share_is_above_the_cap_whatever_the_way(self):
        for split, total_fen in ((up_front(), 60_000), (up_front(), 45_000),
                                 (up_front("line_cut"), 25_000),
                                 ({"algorithm": "line_cut"}, 25_000)):
            with self.subTest((split, total_fen)):
                for _ in range(5):
                    packet = self.api.fresh_packet(total_fen=total_fen, count=3, split=split)
                    self.assertLessEqual(max(self.open_all(packet, 3)), 20_000)

    def test_the_seed_is_told_when_the_packet_is_exhausted_and_proves_the_shares(self):
        for algorithm in ("double_mean", "line_cut"):
            with self.subTest(algorithm):
                sender = self.api.fresh_user("ann", 9_000)
                sent = self.assert_ok(self.api.send_packet(sender, total_fen=9_000, count=20,
                                                           split=up_front(algorithm)), 201)
                self.assertEqual((64, None), (len(sent["seed_hash"]), sent["seed"]))
                opened = self.open_all(sent["id"], 19)
                self.assertIsNone(self.api.packet(sent["id"])["seed"])
                opened += self.open_all(sent["id"], 1)
                self.assertEqual(sent["seed_hash"], self.api.packet(sent["id"])["seed_hash"])
                self.assert_seed_is_proof(sent["id"], opened)

    def test_the_seed_of_an_expired_packet_is_told_once_its_rest_is_refunded(self):
        packet = self.api.fresh_packet(total_fen=9_000, count=20, split=up_front(),
                                       expires_in_s=60)
        opened = self.open_all(packet, 7)
        self.assertIsNone(self.api.packet(packet)["seed"])
        self.api.advance_to(instant_ms(self.api.packet(packet)["expires_at"]))
        self.wait_until_refunded(packet)
        self.assert_seed_is_proof(packet, opened)

    def test_two_sends_have_two_seeds(self):
        hashes = {self.api.packet(self.api.fresh_packet(total_fen=9, count=3, split=up_front()))
                  ["seed_hash"] for _ in range(10)}
        self.assertEqual(10, len(hashes))

    def test_a_repeated_send_gets_the_first_answer_without_the_seed(self):
        sender = self.api.fresh_user("ann", 100)
        ask = lambda: self.api.send_packet(sender, key=f"{sender}-send", total_fen=9, count=3,
                                           split=up_front())
        sent = self.assert_ok(ask(), 201)
        self.open_all(sent["id"], 3)
        self.assertIsNotNone(self.api.packet(sent["id"])["seed"])
        self.assertEqual(sent, self.assert_ok(ask(), 201))

    def test_before_the_end_the_seed_is_in_no_answer_no_log_and_no_dump(self):
        sender, user = self.api.fresh_user("ann", 100), self.api.fresh_user("bob")
        sent = self.api.send_packet(sender, total_fen=90, count=3, split=up_front())
        packet = self.assert_ok(sent, 201)["id"]
        told = [sent.body, self.api.open(packet, user).body, self.api.open(packet, user).body,
                self.api.grab(packet, user).body, self.api.get(f"/v1/packets/{packet}").body,
                self.api.get(f"/v1/packets/{packet}/claims").body,
                self.api.get(f"/v1/accounts/{sender}/packets/sent").body,
                self.api.get(f"/v1/accounts/{user}/packets/received").body,
                self.api.get(f"/v1/accounts/{sender}/entries").body]
        told += [line.encode() for line in self.server.dump_lines()]
        told += [self.server.stderr_text().encode(), self.server.stdout_text().encode()]
        self.open_all(packet, 2)
        seed = self.api.packet(packet)["seed"].encode()
        self.assertEqual(64, len(seed))
        self.assertFalse([text for text in told if seed in text])

    def test_after_kill_9_in_the_middle_the_rest_of_the_shares_are_the_same(self):
        opened, packets = {}, []
        for algorithm in ("double_mean", "line_cut"):
            packets.append(self.api.fresh_packet(total_fen=9_000, count=20,
                                                 split=up_front(algorithm)))
            opened[packets[-1]] = self.open_all(packets[-1], 7)
        self.crash_and_restart()
        for packet in packets:
            opened[packet] += self.open_all(packet, 6)
        self.crash_and_restart()
        for packet in packets:
            opened[packet] += self.open_all(packet, 7)
            self.assertEqual(9_000, sum(opened[packet]))
            self.assert_seed_is_proof(packet, opened[packet])

    def test_a_merchants_largest_packet_opens_up_front_too(self):
        shop = self.api.fresh_user("shop", 20_000_000, type="merchant")
        for algorithm in ("double_mean", "line_cut"):
            with self.subTest(algorithm):
                packet = self.api.fresh_packet(shop, total_fen=10_000_000, count=2_000_000,
                                               split=up_front(algorithm))
                amounts = self.open_all(packet, 3)
                self.assertTrue(all(1 <= amount <= 20_000 for amount in amounts))


class SplitsAsleep(ServerCase):
    """With room for one entity, a packet sleeps between its opens and wakes without its shares."""

    server_flags = (manual_clock(), *no_daily_limits(), "--awake-bytes-max=1")

    def test_a_packet_that_slept_goes_on_with_the_same_shares(self):
        packets = {self.api.fresh_packet(total_fen=9_000, count=6, split=up_front(algorithm)): []
                   for algorithm in ("double_mean", "line_cut") for _ in range(3)}
        for user in self.api.fresh_users(6, "opener"):
            for packet, opened in packets.items():
                opened.append(self.assert_ok(self.api.open(packet, user))["amount_fen"])
        for packet, opened in packets.items():
            shown = self.api.packet(packet)
            self.assertEqual(opened, shares_of(bytes.fromhex(shown["seed"]),
                                               shown["split"]["algorithm"], 9_000, 6, 20_000))


if __name__ == "__main__":
    unittest.main()
