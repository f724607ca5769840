"""Everybody at once, in the three scenes that flash sales are known for: every request on a connection of
its own, all of them sent before any answer is read, and the counts exact; also after a restart."""

import random
import unittest
from collections import Counter

from crowd import everybody_at_once
from sale_case import PRICE_FEN, SaleCase


class SaleCrowds(SaleCase):
    def reserve_all(self, requests):
        """The answers to reservations of (sale, user), in the order given."""
        return everybody_at_once(self.server.port, [
            ("POST", f"/v1/sales/{sale}/reservations", {"user_id": user}, None)
            for sale, user in requests])

    def assert_counts(self, answers, **expected):
        """How many answers are of which kind, and no other; `reserved` are the orders."""
        kinds = Counter("reserved" if answer.status == 201 else answer.code for answer in answers)
        self.assertEqual(expected, dict(kinds))
        for answer in answers:
            if answer.status != 201:
                self.assert_problem(answer, 409)

    def orders_in(self, sale, users, answers):
        """The winners' orders: one unit each, held for a quarter of an hour."""
        orders = {answer.json["id"]: answer.json for answer in answers if answer.status == 201}
        self.assertEqual(len(orders), sum(answer.status == 201 for answer in answers))
        for user, answer in zip(users, answers):
            if answer.status == 201:
                self.assertEqual((sale, user, 1, PRICE_FEN, "reserved"), tuple(
                    answer.json[name] for name in ("sale_id", "user_id", "quantity", "amount_fen",
                                                   "status")))
        self.assertEqual(len(orders), len({order["user_id"] for order in orders.values()}))
        return orders

    def assert_on_record(self, sale, orders):
        """The journal has one record for each order and no others, before and after a restart."""
        records = self.records_of(sale)
        self.assertEqual({"sale_opened": 1, "order_reserved": len(orders)},
                         dict(Counter(record["type"] for record in records)))
        recorded = {record["order_id"]: record["user_id"] for record in records
                    if record["type"] == "order_reserved"}
        self.assertEqual({name: order["user_id"] for name, order in orders.items()}, recorded)
        for name, order in orders.items():
            self.assertEqual(order, self.api.order(name))

    def assert_shown(self, sale, stock, orders):
        self.assert_stock(sale, stock - orders, orders, 0)
        self.assertEqual("running" if stock > orders else "sold_out", self.api.sale(sale)["status"])

    def test_7000_users_on_100_tickets(self):
        sale, users = self.sale(100), self.api.fresh_users(7_000)
        answers = self.reserve_all([(sale, user) for user in users])
        self.assert_counts(answers, reserved=100, sold_out=6_900)
        orders = self.orders_in(sale, users, answers)
        self.assertEqual(100, len(orders))
        self.assert_shown(sale, 100, 100)
        losers = [user for user, answer in zip(users, answers) if answer.status == 409]
        self.assertEqual([], [order for user in losers[::100] for order in self.api.orders(user)])
        again = self.reserve_all([(sale, user) for user in users])
        self.assert_counts(again, already_reserved=100, sold_out=6_900)
        self.assert_on_record(sale, orders)
        self.assert_shown(sale, 100, 100)

    def test_20_identical_requests_are_one_order(self):
        for stock in (100, 1):  # also of the last unit: its holder is not told "sold out"
            with self.subTest(stock):
                sale, user = self.sale(stock), self.buyer()
                answers = self.reserve_all([(sale, user)] * 20)
                self.assert_counts(answers, reserved=1, already_reserved=19)
                orders = self.orders_in(sale, [user] * 20, answers)
                self.assert_shown(sale, stock, 1)
                self.assertEqual(list(orders.values()), self.api.orders(user))
                self.assert_on_record(sale, orders)
                self.assert_counts(self.reserve_all([(sale, user)] * 20), already_reserved=20)
                self.assert_shown(sale, stock, 1)

    def test_3_sales_of_50_tickets_with_1000_users_each(self):
        seed = random.randrange(1 << 32)
        print(f"seed {seed}", flush=True)
        sales, users = [self.sale(50) for _ in range(3)], self.api.fresh_users(1_000)
        requests = [(sale, user) for sale in sales for user in users]
        random.Random(seed).shuffle(requests)
        answers = self.reserve_all(requests)
        for sale in sales:
            mine = [place for place, (asked, _) in enumerate(requests) if asked == sale]
            told = [answers[place] for place in mine]
            self.assert_counts(told, reserved=50, sold_out=950)
            orders = self.orders_in(sale, [requests[place][1] for place in mine], told)
            self.assert_shown(sale, 50, 50)
            self.assert_on_record(sale, orders)
            self.assert_shown(sale, 50, 50)

    def test_a_crowd_that_wants_unequal_numbers_of_units_never_oversells(self):
        sale, users = self.sale(100, per_user_limit=3), self.api.fresh_users(300)
        answers = everybody_at_once(self.server.port, [
            ("POST", f"/v1/sales/{sale}/reservations",
             {"user_id": user, "quantity": place % 3 + 1}, None)
            for place, user in enumerate(users)])
        taken = sum(answer.json["quantity"] for answer in answers if answer.status == 201)
        self.assertEqual({(201, None), (409, "sold_out")},
                         {(answer.status, answer.code) for answer in answers})
        self.assertEqual(100, taken, "somebody wants a single unit to the last")
        self.assert_stock(sale, 0, 100, 0)


if __name__ == "__main__":
    unittest.main()
