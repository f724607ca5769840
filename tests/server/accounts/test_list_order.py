"""Lists in both orders and within times: each is the same list as the whole, turned round or cut where
the times say, in pages of any size; over restarts too."""

import random
import time
import unittest
from urllib.parse import quote

from api import fresh_name, instant_ms
from cases import ServerCase
from flags import external_credit_fen_max, manual_clock, no_daily_limits

SEED = 20261201
MINUTE_MS = 60_000


class ListOrder(ServerCase):
    server_flags = (manual_clock(), external_credit_fen_max(0), *no_daily_limits())

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        api = cls.api
        cls.random = random.Random(SEED)
        cls.ann, cls.bob = api.fresh_user("ann", 10_000), api.fresh_user("bob", 100)
        users = api.fresh_users(9)
        crowded = api.fresh_packet(cls.ann, "equal", share_fen=1, count=10, expires_in_s=7_200)
        now_ms = api.now_ms()
        sale = api.fresh_sale(now_ms, now_ms + 86_400_000, 10, price_fen=5)
        for user in users:
            api.advance(cls.random.choice((0, 1, MINUTE_MS, 5 * MINUTE_MS)))
            assert api.open(crowded, user).status == 200
            assert api.transfer(cls.ann, cls.bob, 1).status == 201
            packet = api.fresh_packet(cls.ann, "equal", share_fen=1, count=2, sender_may_open=True)
            assert api.open(packet, cls.ann).status == 200
            assert api.open(packet, cls.bob).status == 200
            order = api.reserve(sale, user).json["id"]
            paid = api.pay_externally(order, 6, fresh_name("gateway"))
            assert paid.json["payment"]["status"] == "suspended", paid
        for _ in range(80):  # so many that there are marks
            api.advance(cls.random.choice((0, 0, 1, 1_000)))
            assert api.deposit(cls.ann, 1).status == 201
        api.advance(7_200_000)
        while api.packet(crowded)["refund_fen"] is None:  # which adds a line
            time.sleep(0.01)
        cls.lists = {
            f"/v1/accounts/{cls.ann}/entries": "at",
            f"/v1/accounts/{cls.bob}/entries": "at",
            f"/v1/accounts/{cls.ann}/entries?type=deposit": "at",
            f"/v1/accounts/{cls.ann}/entries?type=packet_send": "at",
            f"/v1/accounts/{cls.ann}/packets/sent": "created_at",
            f"/v1/accounts/{cls.ann}/packets/received": "own_opened_at",
            f"/v1/accounts/{cls.bob}/packets/received": "own_opened_at",
            f"/v1/packets/{crowded}/claims": "opened_at",
            f"/v1/packets/{crowded}/timeline": "at",
            "/v1/suspended": "received_at",
        }

    def whole(self, target):
        """Oldest first, as it comes without being asked for an order."""
        items = self.api.listing(target)
        return items if target.endswith("timeline") else items[::-1]

    def asked(self, target, limit, **query):
        joint = "&" if "?" in target else "?"
        words = "&".join(f"{name}={quote(str(value), safe='')}" for name, value in query.items())
        return self.api.listing(target + joint + words, limit)

    def test_each_list_is_the_same_in_both_orders(self):
        for target in self.lists:
            whole = self.whole(target)
            self.assertGreater(len(whole), 8, target)
            for limit in (1, 4, 200) if len(whole) < 50 else (7, 200):
                with self.subTest(target, limit=limit):
                    self.assertEqual(whole, self.asked(target, limit, order="asc"))
                    self.assertEqual(whole[::-1], self.asked(target, limit, order="desc"))

    def test_times_cut_it_from_inclusive_to_exclusive(self):
        for again in (lambda: None, self.crash_and_restart):
            again()
            for target, field in self.lists.items():
                whole = self.whole(target)
                times = sorted({item[field] for item in whole})
                for _ in range(12):
                    first, last = sorted(self.random.choices(times, k=2))
                    query = {"from": first, "to": last}
                    for name in self.random.choice(((), ("from",), ("to",))):
                        del query[name]
                    order = self.random.choice(("asc", "desc"))
                    expected = [item for item in whole
                                if instant_ms(query.get("from", "1970-01-01T00:00:00.000Z"))
                                <= instant_ms(item[field])
                                < instant_ms(query.get("to", "2200-01-01T00:00:00.000Z"))]
                    with self.subTest(target, order=order, **query):
                        self.assertEqual(expected if order == "asc" else expected[::-1],
                                         self.asked(target, self.random.randint(1, 9), order=order,
                                                    **query))

    def test_what_is_no_order_or_no_time_is_refused_in_words(self):
        for target in self.lists:
            for query, words in (
                    ("order=newest", "order must be desc (newest first) or asc (oldest first)."),
                    ("order=", "order must be desc"), ("order=ASC", "order must be desc"),
                    ("from=yesterday", "from must be an instant like"),
                    ("to=2026-11-21", "to must be an instant like"),
                    ("from=2026-11-21T00:00:00.001Z&to=2026-11-21T00:00:00Z",
                     "from must not be later than to")):
                with self.subTest(target, query=query):
                    answer = self.api.get(target + ("&" if "?" in target else "?") + query)
                    self.assert_problem(answer, 400, "invalid_request")
                    self.assertIn(words, answer.json["detail"])


if __name__ == "__main__":
    unittest.main()
