"""Payment, cancellation, a gateway's confirmation and the timeout race for the same orders: the first
wins, the losers are told what has become of the order, and money and stock are exact."""

import random
import time
import unittest
from collections import Counter

from api import fresh_name, instant_ms
from client import Connection, encode_request, run_at_once, run_in_threads
from drill import seed_of_run
from flags import event_loop_count, manual_clock, router_count
from sale_case import PRICE_FEN, SaleCase

BALANCE_FEN = 1_000
ORDERS = 60
ROUNDS = 4
HEAD_START = 0.5  # of the time it takes to send all requests
# An order's status as a client was told -> what it may be in the end.
LATER = {"paid": ("paid", "refunded"), "cancelled": ("cancelled",), "timed_out": ("timed_out",),
         "refunded": ("refunded",)}
EACH = ("pay", "pay", "cancel", "cancel", "gateway", "gateway")


class OrderRaces(SaleCase):
    def setUp(self):
        seed = seed_of_run()
        print(f"seed {seed}", flush=True)
        self.chance = random.Random(seed)

    def orders(self, **fields):
        """Orders that sell out a sale, each of another buyer."""
        sale = self.sale(ORDERS, **fields)
        buyers = self.api.fresh_users(ORDERS)
        deposits = [("POST", f"/v1/accounts/{buyer}/deposits", {"amount_fen": BALANCE_FEN},
                     fresh_name("deposit")) for buyer in buyers]
        run_at_once(self.server.port, deposits, 30)
        answers = run_at_once(self.server.port, [
            ("POST", f"/v1/sales/{sale}/reservations", {"user_id": buyer}, None)
            for buyer in buyers], 30)
        return sale, [self.assert_ok(answer, 201) for answer in answers]

    def job(self, kind, order):
        target = f"/v1/orders/{order['id']}"
        if kind == "pay":
            return ("POST", f"{target}/payment", None, fresh_name("race"))
        if kind == "cancel":
            return ("POST", f"{target}/cancellation", None, None)
        return ("POST", f"{target}/external-payments",
                {"gateway_ref": fresh_name("race"), "amount_fen": PRICE_FEN}, None)

    def line_up(self, orders, kinds):
        """(order, kind) in a random order, in which each order gives one kind a head start, so that
        every kind wins often, however long its way is."""
        runs = []
        for order in orders:
            favourite = self.chance.choice(kinds)
            runs += [(self.chance.random() + HEAD_START * (kind != favourite), order, kind)
                     for kind in kinds]
        return [run[1:] for run in sorted(runs, key=lambda run: run[0])]

    def race(self, orders, kinds, moves_clock=False):
        """Sends all kinds for all orders at once; returns the answers of each order by kind.
        moves_clock: by a millisecond, when some have been answered and some have not."""
        runs = [(order["id"], kind, self.job(kind, order)) for order, kind in self.line_up(
            orders, kinds)]
        told = {order["id"]: {kind: [] for kind in kinds} for order in orders}
        lines = [Connection(self.server.port).connect() for _ in runs]
        moves_at = self.chance.randrange(len(runs) // 8, len(runs) // 3) if moves_clock else None
        first = 0  # whose answers are not read yet
        for place, (line, (_, _, job)) in enumerate(zip(lines, runs)):
            line.send(encode_request(*job))
            if place == moves_at:
                first = self.chance.randint(1, place // 2)
                self.hear(lines[:first], runs[:first], told)
                self.api.advance(1)
        self.hear(lines[first:], runs[first:], told)
        return told

    @staticmethod
    def hear(lines, runs, told):
        for line, (name, kind, _) in zip(lines, runs):
            told[name][kind].append(line.read_answer())
            line.close()

    def judge(self, sale, orders, told):
        """Returns how often each kind came first for an order."""
        self.wait_until("the last timeout", lambda: self.api.sale(sale)["reserved"] == 0)
        winners, sold = Counter(), 0
        for order in orders:
            final = self.api.order(order["id"])
            winners[self.judge_order(order, final, told[order["id"]])] += 1
            sold += final["status"] == "paid"
        self.assert_stock(sale, ORDERS - sold, 0, sold)
        kinds = self.kinds_of(sale)
        won = (kinds["order_cancelled"] + kinds["order_timed_out"] + kinds["order_paid"] +
               winners["gateway"])
        self.assertEqual(ORDERS, won, f"each order has one first: {kinds}")
        return winners

    def judge_order(self, order, final, told):
        paid = [answer for answer in told.get("pay", []) if answer.status == 200]
        payments = [self.assert_ok(answer)["payment"] for answer in told.get("gateway", [])]
        paid_by_gateway = [item for item in payments if item["outcome"] == "order_paid"]
        credited = [item for item in payments if item["outcome"] == "credited_to_account"]
        self.assertLessEqual(len(paid) + len(paid_by_gateway), 1, (final, told))
        self.assertEqual(bool(paid or paid_by_gateway), final["status"] in ("paid", "refunded"))
        for answer in told.get("pay", []):
            if answer.status != 200:
                late = answer.code == "payment_too_late"
                self.assert_problem(answer, 409, "payment_too_late", "order_final")
                self.assertEqual(late, answer.json["order"]["status"] == "timed_out", answer)
                self.assert_leads_to(answer.json["order"], final)
        for answer in told.get("gateway", []):
            self.assert_leads_to(answer.json["order"], final)
        for item in credited:
            self.assertEqual("too_late" if final["status"] == "timed_out" else "order_final",
                             item["reason"])
        for answer in told.get("cancel", []):
            # A cancellation is answered with what the order is from then on.
            self.assertEqual(final["status"], self.assert_ok(answer)["status"], (final, told))
        self.assertCountEqual(payments, final["external_payments"])
        spent_fen = PRICE_FEN * (len(paid) - (final["status"] == "refunded") - len(credited))
        self.assert_balance(order["user_id"], BALANCE_FEN - spent_fen)
        if paid:
            return "pay"
        return "gateway" if paid_by_gateway else final["status"]

    def assert_leads_to(self, told, final):
        self.assertIn(final["status"], LATER.get(told["status"], ()), (told, final))

    def test_pay_cancel_and_gateway_at_once(self):
        winners = Counter()
        for _ in range(ROUNDS):
            sale, orders = self.orders()
            winners += self.judge(sale, orders, self.race(orders, EACH))
        print(dict(winners), flush=True)
        self.assertEqual({"pay", "gateway", "cancelled"}, set(winners))

    def test_pay_cancel_gateway_and_timeout_at_once(self):
        """The clock is moved to pay_by while the requests are under way."""
        winners = Counter()
        for _ in range(ROUNDS):
            sale, orders = self.orders()
            self.to_pay_by(orders[0], -1)
            winners += self.judge(sale, orders, self.race(orders, EACH, moves_clock=True))
        print(dict(winners), flush=True)
        self.assertEqual({"pay", "gateway", "cancelled", "timed_out"}, set(winners))

    def test_only_pay_and_timeout_at_once(self):
        for kind in ("pay", "gateway"):
            sale, orders = self.orders()
            self.to_pay_by(orders[0], -1)
            winners = self.judge(sale, orders, self.race(orders, (kind,), moves_clock=True))
            print(dict(winners), flush=True)
            self.assertEqual(ORDERS, winners[kind] + winners["timed_out"])

    def test_two_cancellations_of_paid_orders_are_one_refund(self):
        sale, orders = self.orders()
        for answers in self.race(orders, ("pay",)).values():
            self.assert_ok(answers["pay"][0])
        for order, answers in zip(orders, self.race(orders, ("cancel",) * 4).values()):
            told = [self.assert_ok(answer) for answer in answers["cancel"]]
            self.assertEqual({"refunded"}, {item["status"] for item in told})
            self.assertEqual([told[0]] * 4, told)
            self.assert_balance(order["user_id"], BALANCE_FEN)
        self.assert_stock(sale, ORDERS, 0, 0)
        self.assertEqual(ORDERS, self.kinds_of(sale)["order_refunded"])

    def test_one_balance_for_many_orders_pays_as_many_as_it_can(self):
        sales = [self.sale() for _ in range(16)]
        buyer = self.buyer(5 * PRICE_FEN + PRICE_FEN - 1)
        orders = [self.reserved(sale, buyer) for sale in sales]
        told = self.race(orders, ("pay",))
        codes = Counter(answers["pay"][0].code for answers in told.values())
        self.assertEqual(Counter({None: 5, "insufficient_funds": 11}), codes)
        self.assert_balance(buyer, PRICE_FEN - 1)
        self.assert_ok(self.api.deposit(buyer, 11 * PRICE_FEN), 201)
        for order in orders:  # a user who was refused still holds the order, and can pay
            answer = told[order["id"]]["pay"][0]
            if answer.code is not None:
                self.assert_order(order, "reserved")
                self.paid(order)
        self.assert_balance(buyer, PRICE_FEN - 1)

    def test_the_close_and_the_last_refunds_at_once(self):
        shop = self.api.fresh_user("shop", type="merchant")
        sale, orders = self.orders(merchant=shop, lasts_ms=1_000)
        for answers in self.race(orders, ("pay",)).values():
            self.assert_ok(answers["pay"][0])
        self.to_close(sale, -1)
        told = self.race(orders, ("cancel",), moves_clock=True)
        self.wait_until_closed(sale)
        refunds = 0
        for order in orders:
            answer = told[order["id"]]["cancel"][0]
            if answer.status == 200:
                refunds += 1
                self.assertEqual("refunded", answer.json["status"])
                self.assert_order(order, "refunded")
            else:
                self.assert_refused(answer, 409, "order_final", "paid")
                self.assert_order(order, "paid")
            self.assert_balance(order["user_id"],
                                BALANCE_FEN - PRICE_FEN * (answer.status != 200))
        print(f"{refunds} refunds before the close", flush=True)
        self.assert_balance(shop, PRICE_FEN * (ORDERS - refunds))


class OrderRacesOnManyThreads(OrderRaces):
    server_flags = (manual_clock(), event_loop_count(3), router_count(4))


class RealTime(OrderRaces):
    """The same by the machine's clock: the requests come in the milliseconds around pay_by."""

    server_flags = ()

    @classmethod
    def setUpClass(cls):
        super(SaleCase, cls).setUpClass()

    def sale(self, stock=10, starts_in_ms=0, lasts_ms=600_000, **fields):
        now_ms = round(time.time() * 1_000)
        return self.api.fresh_sale(now_ms - 1_000, now_ms + lasts_ms, stock, **fields)

    def test_requests_that_arrive_around_pay_by(self):
        winners = Counter()
        for _ in range(2):
            sale, orders = self.orders(payment_window_s=2)
            runs = self.line_up(orders, EACH)
            told = {order["id"]: {kind: [] for kind in EACH} for order in orders}
            lanes = [runs[lane::24] for lane in range(24)]

            def work(lane):
                for order, kind in lanes[lane]:
                    due_ms = instant_ms(order["pay_by"]) + lane - 14
                    time.sleep(max(0, due_ms / 1_000 - time.time()))
                    answer, = run_at_once(self.server.port, [self.job(kind, order)], 1)
                    told[order["id"]][kind].append(answer)

            run_in_threads(work, len(lanes))
            winners += self.judge(sale, orders, told)
        print(dict(winners), flush=True)
        self.assertEqual(2 * ORDERS, winners.total())

    # Cases that move the clock belong to the classes above.
    test_pay_cancel_gateway_and_timeout_at_once = None
    test_only_pay_and_timeout_at_once = None
    test_the_close_and_the_last_refunds_at_once = None


if __name__ == "__main__":
    unittest.main()
