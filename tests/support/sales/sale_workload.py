"""The workload's part for sales: what users do there, and how their answers must agree with the journal.

An order's answer tells its state at some moment; its state in the journal at the end must be one
that it could still reach from there.
"""

import time
from collections import Counter

from api import DAY_MS, fresh_name
from calls import Call

# kind, weight
SALE_MIX = [("reserve", 22), ("pay", 14), ("cancel", 9), ("gateway", 7), ("wait", 6),
            ("leave", 2),
            ("read_orders", 4), ("read_order", 3), ("read_sale", 2)]
KINDS = {kind for kind, _ in SALE_MIX}
REPEATED_SHARE = 0.3  # share of the gateways' confirmations that repeat a reference
WRONG_SHARE = 0.1  # share of them with a wrong amount
# What an order in each status can still become.
LATER = {"reserved": {"reserved", "paid", "cancelled", "timed_out", "refunded"},
         "paid": {"paid", "refunded"}, "cancelled": {"cancelled"},
         "timed_out": {"timed_out", "reserved"},  # by the clock, but not yet by the journal
         "refunded": {"refunded"}}
TERMS = ("sale_id", "user_id", "quantity", "amount_fen", "reserved_at", "pay_by")


def busy_sales(api):
    """Two sales, one sold out again and again, one never; both outlast the test, and so does the time
    to pay."""
    now_ms = round(time.time() * 1_000)
    return [api.fresh_sale(now_ms - 1_000, now_ms + DAY_MS, stock, price_fen=30, per_user_limit=2)
            for stock in (10, 1_000)]


class SaleTraffic:
    """sales: those to order from; may change between two calls."""

    def __init__(self, sales):
        self.sales = list(sales)
        self.orders = {}  # id -> amount, as told to anybody
        self.confirmations = []  # (order, body) that gateways have sent

    def next_call(self, kind, user, chance):
        sale = chance.choice(self.sales)
        if kind not in ("wait", "leave", "read_orders", "read_sale") and not self.orders:
            kind = "reserve"
        if kind == "reserve":
            body = {"user_id": user}
            if chance.random() < 0.2:
                body["quantity"] = chance.randint(1, 3)
            return Call(kind, "POST", f"/v1/sales/{sale}/reservations", body, sale=sale)
        if kind == "wait":
            return Call(kind, "POST", f"/v1/sales/{sale}/waitlist", {"user_id": user}, sale=sale)
        if kind == "leave":
            return Call(kind, "DELETE", f"/v1/sales/{sale}/waitlist/{user}", sale=sale)
        if kind == "read_sale":
            return Call(kind, "GET", f"/v1/sales/{sale}", sale=sale)
        if kind == "read_orders":
            return Call(kind, "GET", f"/v1/accounts/{user}/orders?limit=5")
        return self._next_of_order(kind, chance)

    def _next_of_order(self, kind, chance):
        order = chance.choice(list(self.orders)[-30:])
        target = f"/v1/orders/{order}"
        if kind == "pay":
            return Call(kind, "POST", f"{target}/payment", None, fresh_name("load"), order=order)
        if kind == "cancel":
            return Call(kind, "POST", f"{target}/cancellation", order=order)
        if kind == "read_order":
            return Call(kind, "GET", target, order=order)
        body = {"gateway_ref": fresh_name("load"), "amount_fen": self.orders[order]}
        if chance.random() < WRONG_SHARE:
            body["amount_fen"] += 1
        if self.confirmations and chance.random() < REPEATED_SHARE:
            order, body = chance.choice(self.confirmations[-50:])
        self.confirmations.append((order, body))
        return Call(kind, "POST", f"/v1/orders/{order}/external-payments", body, order=order)

    def saw(self, call, answer):
        if answer.status < 300:
            for order in orders_told(call, answer):
                self.orders[order["id"]] = order["amount_fen"]


def orders_told(call, answer):
    """Every order that a successful answer shows."""
    if call.kind == "read_orders":
        return answer.json["items"]
    if call.kind == "gateway":
        return [answer.json["order"]]
    return [answer.json] if call.kind in ("reserve", "pay", "cancel", "read_order") else []


def first_confirmations(calls):
    """Sentences for gateways' references that more than one answer calls new."""
    firsts = Counter(call.body["gateway_ref"] for call in calls if call.kind == "gateway" and
                     call.answer is not None and call.answer.status == 200 and
                     not call.answer.json["repeat"])
    return [f"{count} confirmations of {ref} were told to be the first"
            for ref, count in firsts.items() if count > 1]


def judge_sale_call(call, answer, model):
    """A sentence if the journal does not confirm the answer; None if it does."""
    if answer.status < 300:
        for told in orders_told(call, answer):
            sentence = _judge_order(told, model)
            if sentence:
                return sentence
        return _judge_success(call, answer, model)
    order = model.orders.get(call.order)
    if answer.code == "order_final" and order.status == "reserved":
        return "told that the order is final, but it is not"
    if answer.code == "payment_too_late" and order.status not in ("timed_out", "reserved"):
        return f"told to be too late, but the order is {order.status}"
    if answer.code == "already_reserved" and not any(
            order.user_id == call.body["user_id"]
            for order in model.sales[call.sale].orders.values()):
        return "told to hold units, but never held one"
    return None


def _judge_order(told, model):
    order = model.orders.get(told["id"])
    if order is None:
        return "an acknowledged order is lost"
    recorded = {name: getattr(order, name) for name in TERMS}
    if recorded != {name: told[name] for name in TERMS}:
        return f"an order was told otherwise than {recorded}"
    if order.status not in LATER[told["status"]]:
        return f"an order that was {told['status']} is {order.status}"
    if told["paid_at"] not in (None, order.paid_at):
        return f"an order was paid at {order.paid_at}"
    lost = [payment for payment in told["external_payments"]
            if payment not in order.external_payments]
    return f"a gateway's payment is lost: {lost}" if lost else None


def _judge_success(call, answer, model):
    told = answer.json
    if call.kind == "gateway" and (told["payment"] not in
                                   model.orders[call.order].external_payments):
        return "an acknowledged payment of a gateway is lost, or differs"
    if call.kind == "pay" and told["status"] != "paid":
        return "an order was paid, and is not"
    if call.kind == "cancel" and told["status"] in ("reserved", "paid"):
        return "an order was cancelled, and is not over"
    if call.kind == "wait" and call.body["user_id"] not in model.sales[call.sale].joined:
        return "an acknowledged place in a waiting list is lost"
    if call.kind == "read_sale" and (told["available"] + told["reserved"] + told["sold"] >
                                     told["stock"]):
        return "a sale was shown with more units than it has"
    return None


def recorded_before(call, model):
    """What a retry of a call that took effect must say again; None if nothing."""
    order = model.orders.get(call.order)
    if call.kind == "gateway" and order is not None:
        return next((payment for payment in order.external_payments
                     if payment["gateway_ref"] == call.body["gateway_ref"]), None)
    if call.kind == "cancel" and order is not None and order.ended_at is not None:
        return order.status, order.ended_at
    return None


def told_again(call, answer):
    """The same from a retry's answer."""
    if answer.status != 200:
        return None
    if call.kind == "gateway":
        return answer.json["payment"] if answer.json["repeat"] else None
    return answer.json["status"], answer.json["ended_at"]
