"""The test case of sales: a server on the manual clock, sales, and orders as clients were told of them."""

import json
from collections import Counter

from api import fresh_name, instant_ms, instant_text
from auditor import Auditor
from cases import ServerCase
from flags import manual_clock

MINUTE_MS = 60_000
HOUR_MS = 3_600_000
WINDOW_S = 900
PRICE_FEN = 100


class SaleCase(ServerCase):
    server_flags = (manual_clock(),)

    @classmethod
    def setUpClass(cls):
        """A start sets the manual clock back to the last record, or forward to now. Once a record is an
        hour ahead of the machine's clock, it is never set forward."""
        super().setUpClass()
        cls.api.advance(HOUR_MS)
        cls.api.fresh_user("early")

    def sale(self, stock=10, starts_in_ms=0, lasts_ms=HOUR_MS, **fields):
        """A sale's id; it starts this many ms from now."""
        starts_ms = self.api.now_ms() + starts_in_ms
        return self.api.fresh_sale(starts_ms, starts_ms + lasts_ms, stock, **fields)

    def buyer(self, balance_fen=1_000, name="bob"):
        return self.api.fresh_user(name, balance_fen)

    def sold_out(self, stock=1, **fields):
        """A sale of which nothing is left, and the orders that hold its units."""
        sale = self.sale(stock, **fields)
        return sale, [self.reserved(sale, self.buyer()) for _ in range(stock)]

    # Steps that must work: they return the order from the answer
    def reserved(self, sale, user, **fields):
        order = self.assert_ok(self.api.reserve(sale, user, **fields), 201)
        self.assertEqual("reserved", order["status"])
        return order

    def paid(self, order):
        told = self.assert_ok(self.api.pay_order(order["id"]))
        self.assertEqual("paid", told["status"])
        return told

    def cancelled(self, order, status="cancelled"):
        told = self.assert_ok(self.api.cancel_order(order["id"]))
        self.assertEqual(status, told["status"])
        return told

    def paid_externally(self, order, amount_fen=None, reason=None, ref=None, suspended=False):
        """reason: why the money must be credited instead, or suspended. Returns the answer."""
        amount_fen = order["amount_fen"] if amount_fen is None else amount_fen
        ref = ref or fresh_name("gateway")
        told = self.assert_ok(self.api.pay_externally(order["id"], amount_fen, ref))
        payment = {"gateway_ref": ref, "amount_fen": amount_fen, "reason": reason,
                   "status": "suspended" if suspended else "credited",
                   "outcome": "suspended" if suspended else
                              "credited_to_account" if reason else "order_paid"}
        self.assertEqual(payment, {name: told["payment"][name] for name in payment})
        self.assertIs(False, told["repeat"])
        self.assertIn(told["payment"], told["order"]["external_payments"])
        return told

    def waits(self, sale, user, position, repeat=False):
        told = self.assert_ok(self.api.join_waitlist(sale, user), 202)
        self.assertEqual({"sale_id": sale, "user_id": user, "position": position,
                          "repeat": repeat}, told)

    def assert_refused_for(self, order, answer):
        """Refused because of this order, which is shown as it is now."""
        self.assert_problem(answer, 409, "already_reserved")
        self.assertEqual(self.api.order(order["id"]), answer.json["order"])

    # What is seen
    def assert_stock(self, sale, available, reserved, sold, waiting=0):
        shown = self.api.sale(sale)
        self.assertEqual((available, reserved, sold, waiting), tuple(
            shown[name] for name in ("available", "reserved", "sold", "waiting")), shown)

    def assert_order(self, order, status):
        """The order is shown as it was told, except what its status brings; returns it as shown."""
        shown = self.api.order(order["id"])
        self.assertEqual(status, shown["status"])
        for name in ("sale_id", "user_id", "quantity", "amount_fen", "reserved_at", "pay_by"):
            self.assertEqual(order[name], shown[name], name)
        return shown

    def assert_refused(self, answer, status, code, order_status):
        """A refusal that says what the order has become."""
        self.assert_problem(answer, status, code)
        self.assertEqual(order_status, answer.json["order"]["status"], answer)

    def order_of(self, user, sale):
        """The latest order of a user in a sale; None if there is none."""
        return next((order for order in self.api.orders(user) if order["sale_id"] == sale), None)

    def offered(self, sale, user):
        """Waits for the order that a waiting user is given."""
        self.wait_until(f"an offer to {user}", lambda: self.order_of(user, sale) is not None)
        return self.order_of(user, sale)

    def wait_until_timed_out(self, order):
        """Waits until the journal says so, too; by the clock it holds from pay_by on."""
        self.wait_until(f"the timeout of {order['id']}", lambda: self.times_out_now(order))

    def times_out_now(self, order):
        shown = self.api.order(order["id"])
        self.assertEqual("timed_out", shown["status"])
        return shown["ended_at"] is not None

    def wait_until_closed(self, sale):
        self.wait_until(f"the close of sale {sale}",
                        lambda: self.api.sale(sale)["closed_at"] is not None)

    # Time
    def to_pay_by(self, order, more_ms=0):
        return self.api.advance_to(instant_ms(order["pay_by"]) + more_ms)

    def to_end(self, sale, more_ms=0):
        return self.api.advance_to(instant_ms(self.api.sale(sale)["ends_at"]) + more_ms)

    def to_close(self, sale, more_ms=0):
        return self.api.advance_to(instant_ms(self.api.sale(sale)["closes_at"]) + more_ms)

    def now(self):
        return instant_text(self.api.now_ms())

    # The journal
    def records_of(self, sale):
        """The model of the journal, which the auditor must find sound."""
        lines = self.journal_lines()
        self.assertEqual([], Auditor.of_lines(lines).faults[:10])
        return [record for record in map(json.loads, lines) if record.get("sale_id") == sale]

    def kinds_of(self, sale):
        """How many records of each kind the journal has of a sale."""
        return Counter(record["type"] for record in self.records_of(sale))
