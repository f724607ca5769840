"""The time to pay, to the millisecond on the manual clock: before pay_by, at it and after it; also for
sales that sleep."""

import unittest

from api import fresh_name, instant_ms
from flags import awake_bytes_max, manual_clock, router_count
from sale_case import HOUR_MS, PRICE_FEN, WINDOW_S, SaleCase

JUST_IN_TIME = (-WINDOW_S * 1_000 + 1, -1_000, -1)  # ms after pay_by
TOO_LATE = (0, 1, 1_000, HOUR_MS)


class Window(SaleCase):
    def let_it_sleep(self):
        """What a subclass does before the clock moves."""

    def order_at(self, more_ms, stock=1, **fields):
        """A reserved order of a fresh buyer, this long after its pay_by, and its sale."""
        sale, buyer = self.sale(stock, lasts_ms=24 * HOUR_MS, **fields), self.buyer()
        order = self.reserved(sale, buyer)
        self.let_it_sleep()
        self.to_pay_by(order, more_ms)
        return sale, order

    def assert_stock_comes_back(self, sale, stock=1, sold=0):
        self.wait_until("stock after the timeout", lambda: self.api.sale(sale)["reserved"] == 0)
        self.assert_stock(sale, stock, 0, sold)

    def test_pay_by_is_the_window_after_the_reservation(self):
        for window_s in (1, 60, WINDOW_S, 72 * 3_600):
            with self.subTest(window_s):
                sale = self.sale(payment_window_s=window_s)
                order = self.reserved(sale, self.buyer())
                self.assertEqual(self.now(), order["reserved_at"])
                self.assertEqual(1_000 * window_s, instant_ms(order["pay_by"]) -
                                 instant_ms(order["reserved_at"]))

    def test_a_payment_strictly_before_pay_by_wins(self):
        for more_ms in JUST_IN_TIME:
            with self.subTest(more_ms):
                sale, order = self.order_at(more_ms)
                told = self.paid(order)
                self.assertEqual((self.now(), None), (told["paid_at"], told["ended_at"]))
                self.assert_balance(order["user_id"], 1_000 - PRICE_FEN)
                self.to_pay_by(order, 1_000)
                self.assertEqual(told, self.assert_order(order, "paid"))
                self.assert_stock(sale, 0, 0, 1)

    def test_a_payment_at_pay_by_or_after_it_is_refused(self):
        for more_ms in TOO_LATE:
            with self.subTest(more_ms):
                sale, order = self.order_at(more_ms)
                for _ in range(2):
                    self.assert_refused(self.api.pay_order(order["id"]), 409, "payment_too_late",
                                        "timed_out")
                self.assert_balance(order["user_id"], 1_000)
                self.assert_order(order, "timed_out")
                self.assert_stock_comes_back(sale)

    def test_a_gateways_payment_strictly_before_pay_by_pays_the_order(self):
        for more_ms in JUST_IN_TIME:
            with self.subTest(more_ms):
                sale, order = self.order_at(more_ms)
                told = self.paid_externally(order)
                self.assertEqual(self.now(), told["payment"]["received_at"])
                self.assertEqual(("paid", self.now()), (told["order"]["status"],
                                                        told["order"]["paid_at"]))
                self.assert_balance(order["user_id"], 1_000)
                self.to_pay_by(order, 1_000)
                self.assertEqual(told["order"], self.assert_order(order, "paid"))
                self.assert_stock(sale, 0, 0, 1)

    def test_a_gateways_payment_at_pay_by_or_after_it_is_credited(self):
        for more_ms in TOO_LATE:
            with self.subTest(more_ms):
                sale, order = self.order_at(more_ms)
                told = self.paid_externally(order, reason="too_late")
                self.assertEqual("timed_out", told["order"]["status"])
                self.assert_balance(order["user_id"], 1_000 + PRICE_FEN)
                self.assert_stock_comes_back(sale)
                self.assertEqual([told["payment"]],
                                 self.assert_order(order, "timed_out")["external_payments"])

    def test_a_cancellation_counts_as_one_strictly_before_pay_by(self):
        for more_ms in JUST_IN_TIME:
            with self.subTest(more_ms):
                sale, order = self.order_at(more_ms)
                told = self.cancelled(order)
                self.assertEqual((self.now(), None), (told["ended_at"], told["paid_at"]))
                self.assert_stock(sale, 1, 0, 0)
                self.to_pay_by(order, 1_000)
                self.assertEqual(told, self.assert_order(order, "cancelled"))

    def test_a_cancellation_at_pay_by_or_after_it_finds_the_order_timed_out(self):
        for more_ms in TOO_LATE:
            with self.subTest(more_ms):
                sale, order = self.order_at(more_ms)
                self.cancelled(order, "timed_out")
                self.assert_stock_comes_back(sale)
                self.cancelled(order, "timed_out")

    def test_the_clock_alone_says_that_an_order_has_timed_out(self):
        """Read at once, before any timer can have gone off."""
        sale = self.sale(60, lasts_ms=HOUR_MS)
        orders = [self.reserved(sale, self.buyer()) for _ in range(60)]
        self.let_it_sleep()
        self.to_pay_by(orders[0], -1)
        for order in orders[:5]:
            self.assert_order(order, "reserved")
        self.api.advance(1)
        for order in reversed(orders):
            self.assert_order(order, "timed_out")
            self.assertEqual("timed_out", self.api.orders(order["user_id"])[0]["status"])

    def test_the_stock_is_back_at_exactly_pay_by(self):
        sale, order = self.order_at(-1)
        late = self.buyer()
        self.refused_without_a_trace("sold_out", 409, lambda: self.api.reserve(sale, late))
        self.assert_stock(sale, 0, 1, 0)
        self.api.advance(1)
        self.assert_stock_comes_back(sale)
        second = self.reserved(sale, late)
        self.assertEqual(order["pay_by"], second["reserved_at"])
        self.assertEqual(order["pay_by"], self.assert_order(order, "timed_out")["ended_at"])
        kinds = [record["type"] for record in self.records_of(sale)]
        self.assertEqual(["sale_opened", "order_reserved", "order_timed_out", "order_reserved"],
                         kinds)

    def test_orders_time_out_one_by_one_each_in_its_own_millisecond(self):
        sale, orders = self.sale(5), []
        for _ in range(5):
            orders.append(self.reserved(sale, self.buyer()))
            self.api.advance(1)
        self.let_it_sleep()
        self.to_pay_by(orders[0], -1)
        for gone in range(1, 6):
            self.api.advance(1)
            self.wait_until("one more unit in stock",
                            lambda: self.api.sale(sale)["available"] == gone)
            self.assertEqual(["timed_out"] * gone + ["reserved"] * (5 - gone),
                             [self.api.order(order["id"])["status"] for order in orders])
        self.assertEqual([order["pay_by"] for order in orders],
                         [self.api.order(order["id"])["ended_at"] for order in orders])

    def test_the_end_of_the_sale_does_not_end_the_time_to_pay(self):
        sale, buyers = self.sale(3, lasts_ms=1_000), [self.buyer() for _ in range(3)]
        self.to_end(sale, -1)
        orders = [self.reserved(sale, buyer) for buyer in buyers]
        self.let_it_sleep()
        self.to_end(sale)
        self.assert_problem(self.api.reserve(sale, self.buyer()), 403, "sale_ended")
        self.to_pay_by(orders[0], -1)
        self.paid(orders[0])
        self.paid_externally(orders[1])
        self.api.advance(1)
        self.assert_refused(self.api.pay_order(orders[2]["id"]), 409, "payment_too_late",
                            "timed_out")
        self.assert_stock_comes_back(sale, 1, 2)

    def test_a_refusal_keeps_the_key_of_the_payment_free(self):
        sale, order = self.order_at(0)
        key = fresh_name("key")
        self.assert_problem(self.api.pay_order(order["id"], key), 409, "payment_too_late")
        self.assert_stock_comes_back(sale)
        second = self.reserved(sale, order["user_id"])
        told = self.assert_ok(self.api.pay_order(second["id"], key))
        self.assertEqual(("paid", second["id"]), (told["status"], told["id"]))


class WindowOfSleepers(Window):
    """Whoever is not in use goes to sleep at once, so that every order comes from disk."""

    server_flags = (manual_clock(), awake_bytes_max(1), router_count(4))

    def let_it_sleep(self):
        for _ in range(3):
            packet = self.api.fresh_packet(total_fen=10, count=2)
            self.assert_ok(self.api.open(packet, self.api.fresh_user("other")))


class WindowAfterKill9(Window):
    def let_it_sleep(self):
        self.crash_and_restart()


if __name__ == "__main__":
    unittest.main()
