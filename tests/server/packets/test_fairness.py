"""GET /v1/packets/{id}/fairness: shares against what the rule made likely, by figures computed here from the
rules: every way of splitting, caps, pages in both orders, packets of many shares."""

import math
import unittest

from cases import ServerCase
from flags import manual_clock, no_daily_limits, share_fen_max

CAP_FEN = 20_000
TOLERANCE = 0.002


def uniform(least, largest):
    width = largest - least + 1
    return (least + largest) / 2, math.sqrt((width * width - 1) / 12)


def double_mean(left, n, cap=CAP_FEN):
    """Rule 11, of the next share."""
    if n == 1:
        return left, 0
    down, up = left // n, -(-left // n)
    if left - (n - 1) <= cap:
        return uniform(1, 2 * down - 1)
    half = min(down - 1, cap - up)
    return uniform(down - half, up + half)


def line_cut(left, n, cap=CAP_FEN):
    """By P(X = x) = C(left − x − 1, n − 2) / C(left − 1, n − 1), and only what leaves the others within the cap."""
    if n == 1:
        return left, 0

    def divisions(fen, shares):
        return sum((-1) ** j * math.comb(shares, j) * math.comb(fen - j * cap - 1, shares - 1)
                   for j in range(shares + 1) if fen - j * cap >= shares)
    ways = {x: divisions(left - x, n - 1) for x in range(1, min(cap, left - n + 1) + 1)}
    all_ways = sum(ways.values())
    mean = sum(x * way for x, way in ways.items()) / all_ways
    return mean, math.sqrt(sum(x * x * way for x, way in ways.items()) / all_ways - mean * mean)


def word_of(z):
    if z is None:
        return "as_expected"
    for bound, word in ((-1.5, "much_less"), (-0.5, "less")):
        if z < bound:
            return word
    return "much_more" if z > 1.5 else "more" if z > 0.5 else "as_expected"


class Fairness(ServerCase):
    server_flags = (manual_clock(), *no_daily_limits())

    def fairness(self, packet, query=""):
        return self.assert_ok(self.api.get(f"/v1/packets/{packet}/fairness{query}"))

    def open_some(self, packet, count):
        return [(user, self.assert_ok(self.api.open(packet, user))["amount_fen"])
                for user in self.api.fresh_users(count, "opener")]

    def assert_shares(self, page, opened, expected):
        """The page has these shares in order, each with the figures expected of it."""
        self.assertEqual([(user, amount) for user, amount in opened],
                         [(item["user_id"], item["amount_fen"]) for item in page["items"]])
        squares = []
        for place, (item, (mean, deviation)) in enumerate(zip(page["items"], expected), 1):
            self.assertEqual(place, item["place"])
            self.assertAlmostEqual(mean, item["mean"], delta=TOLERANCE)
            self.assertAlmostEqual(deviation, item["deviation"], delta=TOLERANCE)
            if deviation == 0:
                self.assertIsNone(item["z"])
            else:
                z = (item["amount_fen"] - mean) / deviation
                squares.append(z * z)
                self.assertAlmostEqual(z, item["z"], delta=TOLERANCE)
            self.assertEqual(word_of(item["z"]), item["luck"])
        if squares:
            self.assertAlmostEqual(sum(squares) / len(squares), page["mean_square_z"], delta=TOLERANCE)
        else:
            self.assertIsNone(page["mean_square_z"])

    def test_shares_drawn_on_open_are_seen_from_what_was_left(self):
        for law, algorithm in ((double_mean, "double_mean"), (line_cut, "line_cut")):
            for total_fen, count, opened_count in ((2_000, 7, 7), (500, 5, 2), (3, 3, 3), (9, 1, 1)):
                with self.subTest((algorithm, total_fen, count)):
                    packet = self.api.fresh_packet(total_fen=total_fen, count=count,
                                                   split={"algorithm": algorithm})
                    opened = self.open_some(packet, opened_count)
                    expected, left = [], total_fen
                    for place, (_, amount) in enumerate(opened):
                        expected.append(law(left, count - place))
                        left -= amount
                    page = self.fairness(packet)
                    self.assertEqual(("at_open", opened_count), (page["basis"], page["opened_count"]))
                    self.assert_shares(page, opened, expected)

    def test_shares_drawn_up_front_are_alike_in_all_places(self):
        for algorithm, deviation in (("line_cut", line_cut(1_000, 5)[1]), ("double_mean", None)):
            with self.subTest(algorithm):
                packet = self.api.fresh_packet(total_fen=1_000, count=5,
                                               split={"when": "up_front", "algorithm": algorithm})
                self.assertEqual(([], None), (self.fairness(packet)["items"],
                                              self.fairness(packet)["mean_square_z"]))
                opened = self.open_some(packet, 3)
                page = self.fairness(packet)
                self.assertEqual("at_send", page["basis"])
                shown = {item["deviation"] for item in page["items"]}
                self.assertEqual(1, len(shown))
                if deviation is None:
                    # 4E[R²]/(3n²) − mean², E[R²] shrinking by 1 − 2/n + 4/(3n²) per draw; the mean of the places.
                    squares, rest = [], 1_000 ** 2
                    for n in range(5, 1, -1):
                        squares.append(4 * rest / (3 * n * n))
                        rest *= 1 - 2 / n + 4 / (3 * n * n)
                    squares.append(rest)
                    self.assertAlmostEqual(math.sqrt(sum(squares) / 5 - 200 ** 2), *shown, delta=1)
                    deviation, = shown
                self.assert_shares(page, opened, [(200, deviation)] * 3)

    def test_equal_shares_have_no_luck(self):
        packet = self.api.fresh_packet(kind="equal", share_fen=30, count=3)
        opened = self.open_some(packet, 3)
        page = self.fairness(packet)
        self.assertEqual("none", page["basis"])
        self.assert_shares(page, opened, [(30, 0)] * 3)

    def test_pages_of_both_orders_join(self):
        packet = self.api.fresh_packet(total_fen=900, count=9)
        self.open_some(packet, 7)
        for order, places in (("", [1, 2, 3, 4, 5, 6, 7]), ("&order=desc", [7, 6, 5, 4, 3, 2, 1])):
            seen, cursor = [], ""
            while cursor is not None:
                page = self.fairness(packet, f"?limit=3{order}" + (cursor and f"&cursor={cursor}"))
                self.assertEqual(7, page["opened_count"])
                seen += [item["place"] for item in page["items"]]
                cursor = page["next_cursor"]
            self.assertEqual(places, seen)
        foreign = self.api.get(f"/v1/packets/{packet}/claims?limit=3").json["next_cursor"]
        self.assert_problem(self.api.get(f"/v1/packets/{packet}/fairness?cursor={foreign}"), 400,
                            "invalid_cursor")
        self.assert_problem(self.api.get(f"/v1/packets/{packet}/fairness?from=2026-01-01T00:00:00Z"), 400,
                            "invalid_request")

    def test_a_packet_that_is_not_there(self):
        for name in ("1234567890123456789", "none"):
            self.assert_problem(self.api.get(f"/v1/packets/{name}/fairness"), 404, "packet_not_found")

    def test_luck_is_the_same_after_a_restart(self):
        packet = self.api.fresh_packet(total_fen=700, count=4)
        self.open_some(packet, 4)
        before = self.fairness(packet)
        self.restart()
        self.assertEqual(before, self.fairness(packet))


class Capped(ServerCase):
    server_flags = (manual_clock(), *no_daily_limits(), share_fen_max(60))

    def test_the_cap_narrows_what_is_likely(self):
        for law, algorithm in ((double_mean, "double_mean"), (line_cut, "line_cut")):
            with self.subTest(algorithm):
                packet = self.api.fresh_packet(total_fen=80, count=3, split={"algorithm": algorithm})
                user = self.api.fresh_user("opener")
                self.assert_ok(self.api.open(packet, user))
                item, = self.assert_ok(self.api.get(f"/v1/packets/{packet}/fairness"))["items"]
                mean, deviation = law(80, 3, 60)
                self.assertAlmostEqual(mean, item["mean"], delta=TOLERANCE)
                self.assertAlmostEqual(deviation, item["deviation"], delta=TOLERANCE)


if __name__ == "__main__":
    unittest.main()
