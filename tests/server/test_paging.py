"""Every list by cursor while others add to it: what was there when the first page was asked for is
seen exactly once and in order; what is added meanwhile moves nothing. Lists are newest first, so
that it is not even seen; a timeline is in journal order, and goes on to the latest."""

import threading
import time
import unittest

from api import Api
from cases import ServerCase
from flags import no_daily_limits

THERE = 60  # items of each list at the first page
ADDED_MIN = 30  # that must have been added before the last page
ADDED_MAX = 300  # where adding ends, for a list that grows where it is read


class Paging(ServerCase):
    server_flags = no_daily_limits()

    def adding(self, add):
        """Runs add(api, number) again and again on a connection of its own until told to stop."""
        stop, failures, added = threading.Event(), [], []

        def work():
            try:
                with Api(self.server.port) as api:
                    while not stop.is_set() and len(added) < ADDED_MAX:
                        answer = add(api, len(added))
                        assert answer.status in (200, 201), answer
                        added.append(answer)
            except BaseException as failure:  # raised by the test's own thread below
                failures.append(failure)

        thread = threading.Thread(target=work)
        thread.start()

        def end():
            stop.set()
            thread.join()
            if failures:
                raise failures[0]

        return added, end

    def seen_while_adding(self, target, name_of, add):
        """Pages through a list while `add` adds to it; all that was seen is there once."""
        added, end = self.adding(add)
        try:
            self.wait_until("the first item is added", lambda: added)
            seen, cursor = [], ""
            while cursor is not None:
                joint = f"&cursor={cursor}" if cursor else ""
                page = self.assert_ok(self.api.get(f"{target}?limit=7{joint}"))
                seen += [name_of(item) for item in page["items"]]
                cursor = page["next_cursor"]
                before = len(added)
                self.wait_until("more is added", lambda: len(added) > min(before + 3, ADDED_MAX - 1))
        finally:
            end()
        self.assertGreater(len(added), ADDED_MIN)
        self.assertEqual(len(seen), len(set(seen)), "an item was seen twice")
        return seen, [name_of(item) for item in self.api.listing(target)]

    def assert_seen_once(self, target, name_of, there, add):
        seen, whole = self.seen_while_adding(target, name_of, add)
        self.assertEqual(there, seen[-len(there):])
        self.assertEqual(seen, whole[-len(seen):], "the order differs from the list's")
        self.assertGreater(len(whole), len(seen))

    def test_a_statement(self):
        user = self.api.fresh_user("ann")
        for _ in range(THERE):
            self.assert_ok(self.api.deposit(user, 1), 201)
        self.assert_seen_once(f"/v1/accounts/{user}/entries", lambda line: line["line_no"],
                              list(range(THERE, 0, -1)), lambda api, _: api.deposit(user, 2))

    def crowd_at_a_packet(self):
        """A packet with room for many, the first THERE who opened it, and those to come."""
        room = THERE + ADDED_MAX
        shop = self.api.fresh_user("shop", room, type="merchant")
        packet = self.api.fresh_packet(shop, "equal", share_fen=1, count=room)
        users = self.api.fresh_users(room)
        for user in users[:THERE]:
            self.assert_ok(self.api.open(packet, user))
        return packet, users[:THERE], users[THERE:]

    def test_the_claims_of_a_packet(self):
        packet, there, to_come = self.crowd_at_a_packet()
        self.assert_seen_once(f"/v1/packets/{packet}/claims", lambda claim: claim["user_id"],
                              there[::-1], lambda api, number: api.open(packet, to_come[number]))

    def test_the_timeline_of_a_packet(self):
        packet, there, to_come = self.crowd_at_a_packet()
        sender = self.api.packet(packet)["sender"]
        seen, whole = self.seen_while_adding(
            f"/v1/packets/{packet}/timeline", lambda fact: fact["user_id"],
            lambda api, number: api.open(packet, to_come[number]))
        self.assertEqual([sender, *there], seen[:THERE + 1])
        self.assertEqual(seen, whole[:len(seen)])

    def test_behind_the_last_fact_of_a_timeline_is_an_empty_page_but_no_packet_is_no_packet(self):
        packet = self.api.fresh_packet(total_fen=100, count=5)
        last = self.api.listing(f"/v1/packets/{packet}/timeline")[-1]["trade_no"]
        for cursor in (last, int(last) + 1000):
            page = self.assert_ok(self.api.get(f"/v1/packets/{packet}/timeline?cursor={cursor}"))
            as_of = page.pop("as_of")
            self.assertGreater(as_of, 0)
            self.assertEqual({"items": [], "next_cursor": None}, page)
        unknown = self.api.get(f"/v1/packets/{int(packet) + 1}/timeline?cursor={last}")
        self.assert_problem(unknown, 404, "packet_not_found")

    def test_packets_sent(self):
        sender = self.api.fresh_user("ann", 100_000)
        there = [self.api.fresh_packet(sender, total_fen=1, count=1) for _ in range(THERE)]
        self.assert_seen_once(f"/v1/accounts/{sender}/packets/sent", lambda packet: packet["id"],
                              there[::-1],
                              lambda api, _: api.send_packet(sender, total_fen=1, count=1))

    def test_packets_received(self):
        sender, friend = self.api.fresh_user("ann", 5000), self.api.fresh_user("bob")

        def give(api, _=None):
            return api.open(api.fresh_packet(sender, total_fen=1, count=1), friend)

        there = [self.assert_ok(give(self.api))["packet_id"] for _ in range(THERE)]
        self.assert_seen_once(f"/v1/accounts/{friend}/packets/received",
                              lambda packet: packet["id"], there[::-1], give)

    def test_orders(self):
        now_ms = round(time.time() * 1_000)
        sale = self.api.fresh_sale(now_ms - 1_000, now_ms + 600_000, 10_000, per_user_limit=10_000)
        user = self.api.fresh_user("ann")
        there = [self.assert_ok(self.api.reserve(sale, user), 201)["id"] for _ in range(THERE)]
        self.assert_seen_once(f"/v1/accounts/{user}/orders", lambda order: order["id"],
                              there[::-1], lambda api, _: api.reserve(sale, user))

    def test_a_page_of_orders_shows_each_as_it_is_now_and_none_of_anybody_else(self):
        now_ms = round(time.time() * 1_000)
        sales = [self.api.fresh_sale(now_ms - 1_000, now_ms + 600_000, 10) for _ in range(9)]
        ann, bob = self.api.fresh_user("ann", 5_000), self.api.fresh_user("bob", 5_000)
        orders = []
        for sale in sales:
            orders.append(self.assert_ok(self.api.reserve(sale, ann), 201)["id"])
            self.assert_ok(self.api.reserve(sale, bob), 201)
        for order in orders[:6]:
            self.assert_ok(self.api.pay_order(order))
        for order in orders[3:9:2]:
            self.assert_ok(self.api.cancel_order(order))
        shown = self.api.listing(f"/v1/accounts/{ann}/orders", limit=2)
        self.assertEqual([self.api.order(order) for order in orders[::-1]], shown)
        self.assertEqual(["paid"] * 3 + ["refunded", "paid", "refunded", "reserved", "cancelled",
                                         "reserved"], [order["status"] for order in shown[::-1]])
        self.assertEqual([], self.api.orders(self.api.fresh_user("cat")))


if __name__ == "__main__":
    unittest.main()
