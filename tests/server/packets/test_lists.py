"""Lists of accounts, packets, campaigns, sales and orders: each has what it should, with every filter, in
both orders and page by page, as GET by id shows it; by the clock, and also after a restart."""

import unittest
from urllib.parse import quote

from api import fresh_name, instant_text, round_of
from sale_case import HOUR_MS, MINUTE_MS, SaleCase

WINDOW_MS = 900_000


class Lists(SaleCase):
    def ids(self, target, name="id"):
        return [item[name] for item in self.api.listing(target)]

    def assert_list(self, target, expected, name="id"):
        """`expected`: oldest first."""
        joint = "&" if "?" in target else "?"
        self.assertEqual(expected, self.ids(f"{target}{joint}order=asc", name), target)
        self.assertEqual(expected[::-1], self.ids(target, name), target)
        for order in ("asc", "desc"):
            by_one = f"{target}{joint}order={order}"
            pages = [item[name] for item in self.api.listing(by_one, limit=1)]
            self.assertEqual(expected if order == "asc" else expected[::-1], pages, by_one)

    def assert_as_by_id(self, target, path, volatile=("now", "as_of")):
        items = self.api.listing(target)
        self.assertTrue(items, target)
        for item in items:
            shown = self.assert_ok(self.api.get(path.format(item)))
            for name in volatile:
                item.pop(name, None)
                shown.pop(name, None)
            self.assertEqual(shown, item)

    def restart(self):
        """The manual clock goes on from the last record."""
        self.api.fresh_user("tick")
        super().restart()

    def assert_both_times(self, check):
        """Before and after a restart."""
        check()
        self.restart()
        check()

    # Accounts
    def test_accounts_are_found_by_their_beginning_in_the_order_of_their_ids(self):
        stem = fresh_name("list") + ":"
        named = [self.api.fresh_user(stem + name) for name in ("b", "a.x", "c", "a")]
        frozen, shop = named[2], self.api.fresh_user(stem + "d", type="merchant")
        self.assert_ok(self.api.set_status(frozen, "frozen"))
        target = f"/v1/accounts?prefix={quote(stem, safe='')}"

        def check():
            self.assert_list(target, sorted([*named, shop]), "user_id")
            self.assert_list(target + "&type=merchant", [shop], "user_id")
            self.assert_list(target + "&status=frozen", [frozen], "user_id")
            self.assert_list(target + "&status=frozen&type=merchant", [], "user_id")
            self.assert_as_by_id(target, "/v1/accounts/{0[user_id]}")
        self.assert_both_times(check)

    def test_accounts_are_listed_in_the_order_of_their_opening(self):
        self.api.advance(2 * MINUTE_MS)
        since = instant_text(self.api.now_ms())
        opened = [self.api.fresh_user("z"), self.api.fresh_user("a", type="merchant")]
        until = instant_text(self.api.now_ms() + 1)
        self.api.advance(2 * MINUTE_MS)
        self.api.fresh_user("later")
        within = f"from={since}&to={until}"

        def check():
            self.assert_list(f"/v1/accounts?{within}", opened, "user_id")
            self.assert_list(f"/v1/accounts?{within}&type=merchant", opened[1:], "user_id")
            self.assertEqual(opened[::-1], [one for one in self.ids("/v1/accounts", "user_id")
                                            if one in opened])
        check()
        self.assert_ok(self.api.set_status(opened[0], "frozen"))
        self.assert_list(f"/v1/accounts?{within}&status=frozen", opened[:1], "user_id")
        self.restart()
        check()

    # Packets
    def test_packets_are_found_by_sender_and_status(self):
        sender, friend = self.api.fresh_user("ann", 10_000), self.api.fresh_user("bob")
        packets = [self.api.fresh_packet(sender, total_fen=10, count=1, expires_in_s=life_s)
                   for life_s in (3_600, 3_600, 60)]
        still, gone, short = packets
        self.assert_ok(self.api.open(gone, friend))
        target = f"/v1/packets?sender={sender}"

        def check():
            self.assert_list(target, packets)
            self.assert_list(target + "&status=exhausted", [gone])
            self.assert_as_by_id(target, "/v1/packets/{0[id]}")
            self.assertEqual(packets[::-1],
                             [one for one in self.ids("/v1/packets") if one in packets])
        self.assert_list(target + "&status=open", [still, short])
        self.assert_both_times(check)
        self.api.advance(60_000)
        self.assert_list(target + "&status=open", [still])
        self.assert_list(target + "&status=expired", [short])
        self.wait_until_refunded(short)
        self.assert_list(target + "&status=expired", [short])
        self.assert_both_times(check)

    def test_packets_are_found_by_the_time_of_their_sending(self):
        sender = self.api.fresh_user("ann", 10_000)
        packets, times = [], []
        for _ in range(4):
            times.append(instant_text(self.api.now_ms()))
            packets.append(self.api.fresh_packet(sender, total_fen=1, count=1))
            self.api.advance(20 * MINUTE_MS)
        target = f"/v1/packets?sender={sender}"
        for first in range(4):
            self.assert_list(f"{target}&from={times[first]}", packets[first:])
            self.assert_list(f"{target}&to={times[first]}", packets[:first])
            for last in range(first, 4):
                self.assert_list(f"{target}&from={times[first]}&to={times[last]}",
                                 packets[first:last])

    # Campaigns
    def test_campaigns_are_found_by_merchant_and_status(self):
        shop, now = self.api.fresh_user("shop", 10_000, type="merchant"), self.api.now_ms()
        rounds = [round_of(now + MINUTE_MS, now + 2 * MINUTE_MS),
                  round_of(now + 3 * MINUTE_MS, now + 4 * MINUTE_MS)]
        long, short = [self.assert_ok(self.api.fund_campaign(shop, each, 10), 201)["id"]
                       for each in (rounds, rounds[:1])]
        target, statuses = f"/v1/campaigns?merchant={shop}", ("upcoming", "running",
                                                             "between_rounds", "spent", "ended")

        def check(**expected):
            self.assert_list(target, [long, short])
            for status in statuses:
                self.assert_list(f"{target}&status={status}", expected.get(status, []))
            self.assert_as_by_id(target, "/v1/campaigns/{0[id]}")
        check(upcoming=[long, short])
        self.api.advance(MINUTE_MS)
        check(running=[long, short])
        self.assert_ok(self.api.shake(short, self.api.fresh_user("bob")))
        check(running=[long], spent=[short])
        self.api.advance(MINUTE_MS)
        check(between_rounds=[long], ended=[short])
        self.restart()
        check(between_rounds=[long], ended=[short])
        self.api.advance(2 * MINUTE_MS)
        check(ended=[long, short])

    # Sales and orders
    def test_sales_are_found_by_group(self):
        shop, other = [self.api.fresh_user("shop", type="merchant") for _ in range(2)]
        group = fresh_name("Moon cakes 月饼 & more")
        grouped = [self.sale(merchant=merchant, group=group) for merchant in (shop, other, shop)]
        self.sale(merchant=shop)
        target = f"/v1/sales?group={quote(group, safe='')}"

        def check():
            self.assert_list(target, grouped)
            self.assert_list(f"{target}&merchant={shop}", [grouped[0], grouped[2]])
            self.assert_list(f"{target}&status=running", grouped)
            self.assert_list(f"{target}&status=closed", [])
            self.assert_list("/v1/sales?group=none", [])
        self.assert_both_times(check)

    def test_sales_are_found_by_merchant_and_status(self):
        shop = self.api.fresh_user("shop", type="merchant")
        later = self.sale(1, MINUTE_MS, HOUR_MS, merchant=shop)
        first = self.sale(1, 0, MINUTE_MS, merchant=shop)
        target = f"/v1/sales?merchant={shop}"

        def check(**expected):
            self.assert_list(target, [later, first])
            for status in ("upcoming", "running", "sold_out", "ended", "closed"):
                self.assert_list(f"{target}&status={status}", expected.get(status, []))
            self.assert_as_by_id(target, "/v1/sales/{0[id]}")
        check(upcoming=[later], running=[first])
        self.reserved(first, self.buyer())
        check(upcoming=[later], sold_out=[first])
        self.restart()
        check(upcoming=[later], sold_out=[first])
        self.api.advance(MINUTE_MS)
        check(running=[later], ended=[first])

    def test_orders_are_found_by_sale_user_and_status(self):
        sale, other = self.sale(9, per_user_limit=3), self.sale(9)
        ann, bob = self.buyer(name="ann"), self.buyer()
        orders = [self.reserved(sale, user) for user in (ann, bob, ann, ann)]
        elsewhere = self.reserved(other, ann)["id"]
        self.paid(orders[0])
        self.cancelled(orders[1])
        self.cancelled(self.paid(orders[2]), "refunded")
        ids = [order["id"] for order in orders]
        target = f"/v1/sales/{sale}/orders"

        def check(**expected):
            self.assert_list(target, ids)
            self.assert_list(f"{target}?user_id={ann}", [ids[0], ids[2], ids[3]])
            self.assert_list(f"/v1/accounts/{ann}/orders", [ids[0], ids[2], ids[3], elsewhere])
            for status in ("reserved", "paid", "cancelled", "timed_out", "refunded"):
                found = expected.get(status, [])
                of_ann = [one for one in found if one != ids[1]]
                self.assert_list(f"{target}?status={status}", found)
                self.assert_list(f"{target}?status={status}&user_id={ann}", of_ann)
                of_both = of_ann + ([elsewhere] if ids[3] in found else [])
                self.assert_list(f"/v1/accounts/{ann}/orders?status={status}", of_both)
            self.assert_as_by_id(target, "/v1/orders/{0[id]}", ("ended_at",))
        done = {"paid": [ids[0]], "cancelled": [ids[1]], "refunded": [ids[2]]}
        check(reserved=[ids[3]], **done)
        self.api.advance(WINDOW_MS)
        check(timed_out=[ids[3]], **done)
        self.wait_until_timed_out(orders[3])
        self.assert_both_times(lambda: check(timed_out=[ids[3]], **done))

    # What is refused
    def test_a_cursor_fits_no_other_list(self):
        sender = self.api.fresh_user("ann", 1_000)
        for _ in range(3):
            self.api.fresh_packet(sender, total_fen=1, count=1)
        target = f"/v1/packets?sender={sender}&limit=1"
        cursor = self.assert_ok(self.api.get(target))["next_cursor"]
        self.assert_ok(self.api.get(f"{target}&cursor={cursor}"))
        for other in (f"{target}&status=open", f"{target}&order=asc", "/v1/packets?limit=1",
                      f"{target}&to={instant_text(self.api.now_ms())}", "/v1/sales?limit=1",
                      "/v1/accounts?limit=1", "/v1/accounts?prefix=a"):
            answer = self.api.get(f"{other}&cursor={cursor}")
            self.assert_problem(answer, 400, "invalid_cursor")

    def test_words_that_are_none_and_things_that_are_not_there(self):
        words = {"/v1/accounts?status=": ["active", "frozen"],
                 "/v1/accounts?type=": ["personal", "merchant", "system"],
                 "/v1/packets?status=": ["open", "exhausted", "expired"],
                 "/v1/campaigns?status=": ["upcoming", "running", "between_rounds", "spent", "ended"],
                 "/v1/sales?status=": ["upcoming", "running", "sold_out", "ended", "closed"],
                 f"/v1/sales/{self.sale()}/orders?status=": ["reserved", "paid", "cancelled",
                                                            "timed_out", "refunded"]}
        for target, right in words.items():
            for word in ("", "Open", "x" * 65):
                answer = self.api.get(target + word)
                self.assert_problem(answer, 400, "invalid_request")
                self.assertIn(" ".join(right), answer.json["detail"])
        for prefix in ("", "a" * 65, "a%20b", "%E5%AE%89"):
            self.assert_problem(self.api.get(f"/v1/accounts?prefix={prefix}"), 400, "invalid_request")
        sale = self.sale()
        for target in ("/v1/packets?sender=", "/v1/campaigns?merchant=", "/v1/sales?merchant=",
                       f"/v1/sales/{sale}/orders?user_id="):
            self.assert_problem(self.api.get(target + fresh_name("ghost")), 404, "account_not_found")
        for unknown in ("9", "abc", str(2**64)):
            self.assert_problem(self.api.get(f"/v1/sales/{unknown}/orders"), 404, "sale_not_found")
        self.assertEqual([], self.ids(f"/v1/sales/{sale}/orders"))


if __name__ == "__main__":
    unittest.main()
