"""Every list by cursor while others add to it: what was there at the first page is seen exactly once
and in order; what is added meanwhile shifts nothing. Newest first, it is not even seen; oldest first,
as a timeline is, a list goes on to the latest."""

import threading
import time
import unittest
from urllib.parse import quote

from api import Api
from cases import ServerCase, assert_problem
from flags import no_daily_limits
from server import Server, run_command

THERE = 60  # items of each list at the first page
ADDED_MIN = 30  # how many must have been added before the last page
ADDED_MAX = 300  # where adding stops, for a list that grows at the end that is read


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
            except BaseException as failure:  # raised in the test's own thread below
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
        """Pages through a list while `add` adds to it; what is seen must have no item twice."""
        added, end = self.adding(add)
        try:
            self.wait_until("the first item is added", lambda: added)
            seen, cursor = [], ""
            while cursor is not None:
                joint = f"&cursor={cursor}" if cursor else ""
                limit = ("&" if "?" in target else "?") + "limit=7"
                page = self.assert_ok(self.api.get(f"{target}{limit}{joint}"))
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
        """A packet with many shares, the first THERE users who opened it, and those to come."""
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

    def test_a_statement_from_its_oldest_line(self):
        user = self.api.fresh_user("ann")
        for _ in range(2 * THERE):
            self.assert_ok(self.api.deposit(user, 1), 201)
        seen, whole = self.seen_while_adding(
            f"/v1/accounts/{user}/entries?order=asc", lambda line: line["line_no"],
            lambda api, _: api.deposit(user, 2))
        self.assertEqual(list(range(1, len(seen) + 1)), seen)
        self.assertGreater(len(seen), 2 * THERE)
        self.assertEqual(seen, whole[:len(seen)])

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


class Cursors(ServerCase):
    """A cursor belongs to its list and filters alone: anywhere else it is refused, and never taken for
    the end of a list or for another place in it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        api, now_ms = cls.api, round(time.time() * 1_000)
        cls.ann, cls.bob = api.fresh_user("ann", 1_000), api.fresh_user("bob", 1_000)
        sales = [api.fresh_sale(now_ms - 1_000, now_ms + 600_000, 10, per_user_limit=10)
                 for _ in range(2)]
        cls.packets = []
        for _ in range(3):
            for user, other in ((cls.ann, cls.bob), (cls.bob, cls.ann)):
                packet = api.fresh_packet(user, "equal", share_fen=1, count=4,
                                          sender_may_open=True)
                assert api.open(packet, user).status == 200
                assert api.open(packet, other).status == 200
                assert api.transfer(user, other, 1).status == 201
                cls.packets.append(packet)
                for sale in sales:
                    assert api.reserve(sale, user).status == 201
        accounts = [f"/v1/accounts/{user}" for user in (cls.ann, cls.bob)]
        packets = [f"/v1/packets/{packet}" for packet in cls.packets[:2]]
        cls.lists = [f"{account}/{what}" for account in accounts
                     for what in ("entries", "packets/sent", "packets/received", "orders")]
        cls.lists += [f"{packet}/{what}" for packet in packets for what in ("claims", "timeline")]
        cls.lists += [f"{accounts[0]}/entries?{query}" for query in (
            "type=packet_send", "type=transfer", "from=2026-01-01T00:00:00Z",
            "to=2094-01-01T00:00:00Z", "from=2026-01-01T00:00:00Z&type=transfer",
            "from=2026-01-01T00:00:00Z&to=2094-01-01T00:00:00Z",
            "order=asc", "order=asc&type=transfer", "order=asc&from=2026-01-01T00:00:00Z")]
        cls.lists += [f"{accounts[0]}/{what}?{query}" for what in (
            "packets/sent", "packets/received", "orders") for query in (
                "order=asc", "from=2026-01-01T00:00:00Z", "to=2094-01-01T00:00:00Z")]
        cls.lists += [f"{packets[0]}/{query}" for query in (
            "claims?order=asc", "claims?from=2026-01-01T00:00:00Z", "timeline?order=desc",
            "timeline?to=2094-01-01T00:00:00Z")]

    def page(self, target, **query):
        joint = "&" if "?" in target else "?"
        return self.api.get(target + joint + "&".join(f"{name}={quote(str(value), safe='')}"
                                                      for name, value in query.items()))

    def cursor_of(self, target):
        cursor = self.assert_ok(self.page(target, limit=1))["next_cursor"]
        self.assertIsNotNone(cursor, target)
        return cursor

    def assert_refused(self, answer):
        self.assert_problem(answer, 400, "invalid_cursor")

    def test_it_goes_on_in_its_own_list_and_is_refused_in_every_other(self):
        cursors = {target: self.cursor_of(target) for target in self.lists}
        self.assertEqual(len(cursors), len(set(cursors.values())))
        for target, cursor in cursors.items():
            whole = self.api.listing(target)
            self.assertEqual(whole[1:], self.assert_ok(self.page(target, cursor=cursor))["items"])
            for other in self.lists:
                if other != target:
                    with self.subTest(f"of {target} at {other}"):
                        self.assert_refused(self.page(other, cursor=cursor))

    def test_text_that_is_no_cursor_is_refused(self):
        for target in self.lists:
            cursor = self.cursor_of(target)
            turned = cursor[:-1] + ("A" if cursor[-1] != "A" else "B")
            for bad in ("", "0", "1", "4711", "-1", "x", str(2**64 - 1), cursor[:-1], cursor[1:],
                        cursor + "A", cursor + "=", cursor + "==", " " + cursor, cursor + " ",
                        turned, cursor.swapcase(), cursor * 20, "A" * 32, "\x00" * 32, "ü" * 32):
                with self.subTest((target, bad[:40])):
                    self.assert_refused(self.page(target, cursor=bad))

    def test_the_limit_may_change_and_filters_may_be_written_differently_but_must_mean_the_same(self):
        account = f"/v1/accounts/{self.ann}/entries"
        first = self.assert_ok(self.page(account, limit=2, type="transfer",
                                         **{"from": "2026-01-01T00:00:00Z"}))
        whole = self.api.listing(f"{account}?type=transfer")
        cursor = first["next_cursor"]
        for query in ({"from": "2026-01-01T00:00:00.000Z", "type": "transfer"},
                      {"type": "transfer", "from": "2026-01-01T00:00:00.0Z"},
                      {"order": "desc", "type": "transfer", "from": "2026-01-01T00:00:00Z"}):
            for limit in (1, 3, 200):
                rest = self.assert_ok(self.page(account, limit=limit, cursor=cursor, **query))
                self.assertEqual(whole[2:2 + limit], rest["items"])
        escaped = account.replace("/entries", "/%65ntries")
        self.assertEqual(whole[2:], self.assert_ok(self.page(
            escaped, cursor=cursor, type="transfer", **{"from": "2026-01-01T00:00:00Z"}))["items"])
        for query in ({}, {"type": "transfer"}, {"from": "2026-01-01T00:00:00Z"},
                      {"from": "2026-01-01T00:00:00Z", "type": "transfer", "order": "asc"},
                      {"from": "2026-01-01T00:00:00.001Z", "type": "transfer"},
                      {"from": "2026-01-01T00:00:00Z", "type": "deposit"},
                      {"to": "2026-01-01T00:00:00Z", "type": "transfer"}):
            with self.subTest(query):
                self.assert_refused(self.page(account, cursor=cursor, **query))

    def test_it_stays_valid_over_a_restart_and_a_crash(self):
        cursors = {target: self.cursor_of(target) for target in self.lists}
        pages = {target: self.page(target, cursor=cursor).json["items"]
                 for target, cursor in cursors.items()}
        for again in (self.restart, self.crash_and_restart):
            again()
            for target, cursor in cursors.items():
                with self.subTest((again.__name__, target)):
                    page = self.assert_ok(self.page(target, cursor=cursor))
                    self.assertEqual(pages[target], page["items"])

    def test_a_list_that_has_lost_its_place_refuses_it(self):
        """Restored to an earlier point: the place that the cursor names is not there any more."""
        user = self.api.fresh_user("late", 1)
        packet = self.api.fresh_packet(kind="equal", share_fen=1, count=9)
        until = self.api.audit()["journal_sequence"]
        for _ in range(3):
            self.assert_ok(self.api.deposit(user, 1), 201)
            self.assert_ok(self.api.open(packet, self.api.fresh_user()))
        lists = [f"/v1/accounts/{user}/entries", f"/v1/packets/{packet}/claims",
                 f"/v1/packets/{packet}/timeline"]
        cursors = {target: self.assert_ok(self.page(target, limit=2))["next_cursor"]
                   for target in lists}
        backup, data = self.server.home / "backup", self.server.home / "restored"
        for command in (["backup", "--data", self.server.data, "--to", backup],
                        ["restore", "--from", backup, "--data", data, "--until", until]):
            done = run_command(*command)
            self.assertEqual(0, done.returncode, done.stderr)
        earlier = Server(data=data)
        self.addCleanup(earlier.remove)
        earlier.start()
        with Api(earlier.port) as api:
            for target, cursor in cursors.items():
                with self.subTest(target):
                    self.assertIsNotNone(cursor)
                    assert_problem(self, api.get(f"{target}?cursor={cursor}"), 400,
                                   "invalid_cursor")

    def test_an_unknown_packet_is_told_where_there_is_no_cursor_to_doubt(self):
        cursor = self.cursor_of(f"/v1/packets/{self.packets[0]}/timeline")
        other = f"/v1/packets/{int(self.packets[0]) + 1}/timeline"
        self.assert_problem(self.api.get(other), 404, "packet_not_found")
        self.assert_refused(self.page(other, cursor=cursor))


if __name__ == "__main__":
    unittest.main()
