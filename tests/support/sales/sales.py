"""Sales in the auditor: what their records must mean, and what the server must then show.

Written from rules 16 to 20 and the API's page alone, like model.py and auditor.py, which use it:
the model folds by SaleFacts, the auditor compares by sale_differences and order_differences.
"""

from collections import Counter

from api import DAY_MS, instant_ms

LIFE_MS_MAX = 366 * DAY_MS
WINDOW_S_MAX = 72 * 3_600
CREDITED = ("too_late", "order_final", "wrong_amount", "account_frozen")


class Order:
    def __init__(self, record, price_fen):
        self.sale_id, self.user_id = str(record["sale_id"]), record["user_id"]
        self.quantity = record["quantity"]
        self.amount_fen = price_fen * self.quantity
        self.status = "reserved"
        self.reserved_at, self.pay_by = record["at"], record["pay_by"]
        self.paid_at = self.ended_at = None
        self.external_payments = []  # as the API shows them

    def status_at(self, now_ms):
        """An order not paid at pay_by has timed out, whether or not that is recorded yet."""
        if self.status == "reserved" and now_ms >= instant_ms(self.pay_by):
            return "timed_out"
        return self.status


class Sale:
    TERMS = ("merchant", "title", "price_fen", "stock", "starts_at", "ends_at", "per_user_limit",
             "payment_window_s")

    def __init__(self, record):
        self.sequence = record["sequence"]
        self.terms = {name: record[name] for name in self.TERMS}
        self.terms["group"] = record.get("group")
        self.merchant, self.price_fen = record["merchant"], record["price_fen"]
        self.stock, self.per_user_limit = record["stock"], record["per_user_limit"]
        self.window_s, self.refund_period_s = record["payment_window_s"], record["refund_period_s"]
        self.starts_ms, self.ends_ms = instant_ms(record["starts_at"]), instant_ms(record["ends_at"])
        self.created_at = record["at"]
        self.escrow_fen = 0
        self.orders = {}  # by id, in the order reserved
        self.reserved = self.sold = 0  # units
        self.held = Counter()  # units by user, reserved or paid
        self.waiting = {}  # users, the head first; each with the number of the joining
        self.joined_count = 0
        self.joined = set()  # everybody who has ever waited
        self.closed_at = self.payout_fen = None

    @property
    def closes_ms(self):
        return self.ends_ms + 1_000 * max(self.window_s, self.refund_period_s)

    @property
    def in_stock(self):
        return self.stock - self.reserved - self.sold

    @property
    def available(self):
        """Units for whoever comes next: stock belongs to the waiting list first."""
        return max(0, self.in_stock - len(self.waiting))

    def runs_at(self, ms):
        return self.starts_ms <= ms < self.ends_ms

    def status_at(self, now_ms):
        if self.closed_at is not None:
            return "closed"
        if now_ms >= self.ends_ms:
            return "ended"
        if now_ms < self.starts_ms:
            return "upcoming"
        return "running" if self.available else "sold_out"

    def pay(self, order, at):
        order.status, order.paid_at = "paid", at
        self.reserved -= order.quantity
        self.sold += order.quantity

    def end(self, order, status, at):
        """The units are back in stock, and the user may order again."""
        if order.status == "paid":
            self.sold -= order.quantity
        elif order.status == "reserved":
            self.reserved -= order.quantity
        self.held[order.user_id] -= order.quantity
        order.status, order.ended_at = status, at


class SaleFacts:
    """The model's part for sales: one method a fact, as in the model."""

    def __init__(self):
        super().__init__()
        self.sales = {}
        self.orders = {}
        self.gateway_refs = set()
        self.suspended = {}  # undecided payments: trade_no -> as GET /v1/suspended shows it

    def _sale_opened(self, record):
        name, sale = str(record["sale_id"]), Sale(record)
        self._new_id(record, name)
        self._active(record, sale.merchant)
        if self.accounts[sale.merchant].type != "merchant":
            self.fault(record, f"{sale.merchant} is no merchant")
        self._amount(record, sale.price_fen)
        self._amount(record, sale.price_fen * sale.stock)
        for word, value, most in (("stock", sale.stock, 10**7),
                                  ("limit a user", sale.per_user_limit, sale.stock),
                                  ("payment window", sale.window_s, WINDOW_S_MAX)):
            if type(value) is not int or not 1 <= value <= most:
                self.fault(record, f"its {word} of {value!r} is not within 1 and {most}")
        if sale.refund_period_s < 0:
            self.fault(record, f"has a refund period of {sale.refund_period_s} s")
        at_ms = instant_ms(record["at"])
        if sale.starts_ms >= sale.ends_ms:
            self.fault(record, "ends before it starts")
        if not at_ms < sale.ends_ms <= at_ms + LIFE_MS_MAX:
            self.fault(record, "is over already, or ends too late")
        self.sales[name] = sale
        return []

    def _order_reserved(self, record):
        sale, user, quantity = self._open_sale(record), record["user_id"], record["quantity"]
        name, order = str(record["order_id"]), Order(record, sale.price_fen)
        self._new_id(record, name)
        self._running(record, sale)
        self._active(record, user)
        if not 1 <= quantity <= sale.in_stock:
            self.fault(record, f"takes {quantity} of {sale.in_stock} units in stock")
        if record["is_offer"]:
            if quantity != 1:
                self.fault(record, f"offers {quantity} units")
            self._leave_head(record, sale)
        elif quantity > sale.available:
            self.fault(record, "takes units that belong to those who wait")
        if sale.held[user] + quantity > sale.per_user_limit:
            self.fault(record, f"{user} holds more than {sale.per_user_limit} units")
        if instant_ms(order.pay_by) != instant_ms(record["at"]) + 1_000 * sale.window_s:
            self.fault(record, f"has to be paid by {order.pay_by}, not {sale.window_s} s later")
        sale.reserved += quantity
        sale.held[user] += quantity
        sale.orders[name] = self.orders[name] = order
        self.accounts[user].orders.append(name)
        return []

    def _order_paid(self, record):
        sale, order = self._open_sale(record), self._order(record)
        self._active(record, order.user_id)
        self._in_status(record, order, "reserved")
        self._in_time(record, order)
        told = record["amount_fen"], record["quantity"], record["reserved_at"], record["pay_by"]
        if told != (order.amount_fen, order.quantity, order.reserved_at, order.pay_by):
            self.fault(record, f"tells other terms than those of order {record['order_id']}")
        sale.pay(order, record["at"])
        return [(f"user:{order.user_id}", -order.amount_fen),
                (f"escrow:{order.sale_id}", order.amount_fen)]

    def _order_cancelled(self, record):
        sale, order = self._open_sale(record), self._order(record)
        self._in_status(record, order, "reserved")
        self._in_time(record, order)
        sale.end(order, "cancelled", record["at"])
        return []

    def _order_timed_out(self, record):
        sale, order = self._open_sale(record), self._order(record)
        self._in_status(record, order, "reserved")
        if instant_ms(record["at"]) < instant_ms(order.pay_by):
            self.fault(record, f"order {record['order_id']} has time to be paid")
        sale.end(order, "timed_out", record["at"])
        return []

    def _order_refunded(self, record):
        sale, order, amount = self._open_sale(record), self._order(record), record["amount_fen"]
        self._in_status(record, order, "paid")
        if amount != order.amount_fen:
            self.fault(record, f"refunds {amount} of the {order.amount_fen} that were paid")
        if instant_ms(record["at"]) >= sale.closes_ms:
            self.fault(record, f"refunds order {record['order_id']} when the sale is to be closed")
        sale.end(order, "refunded", record["at"])
        return [(f"escrow:{order.sale_id}", -amount), (f"user:{order.user_id}", amount)]

    def _external_payment_taken(self, record):
        order, amount, outcome = self._order(record), record["amount_fen"], record["outcome"]
        self._amount(record, amount)
        if record["gateway_ref"] in self.gateway_refs:
            self.fault(record, f"takes payment {record['gateway_ref']} a second time")
        self.gateway_refs.add(record["gateway_ref"])
        expected = self._outcome(order, amount, instant_ms(record["at"]))
        if outcome != expected:
            self.fault(record, f"its outcome is {outcome!r}, not {expected!r}")
        self.deposited_fen += amount
        is_suspended = record.get("is_suspended", False)
        if is_suspended and outcome not in CREDITED:
            self.fault(record, "suspends what pays an order")
        became = "suspended" if is_suspended else "credited_to_account"
        payment = {
            "gateway_ref": record["gateway_ref"], "amount_fen": amount,
            "outcome": became if outcome in CREDITED else outcome,
            "status": "suspended" if is_suspended else "credited",
            "reason": outcome if outcome in CREDITED else None, "received_at": record["at"]}
        order.external_payments.append(payment)
        if is_suspended:
            self.suspended[str(record["sequence"])] = {
                "trade_no": str(record["sequence"]), "sale_id": order.sale_id,
                "order_id": str(record["order_id"]), "user_id": order.user_id,
                **{name: value for name, value in payment.items() if name != "outcome"},
                "decided_at": None, "decision_reason": None}
            return [("outside", -amount), ("suspended", amount)]
        if outcome in CREDITED:
            return [("outside", -amount), (f"user:{order.user_id}", amount)]
        self._open_sale(record).pay(order, record["at"])
        return [("outside", -amount), (f"escrow:{order.sale_id}", amount)]

    def _suspended_payment_decided(self, record):
        order, amount, ref = self._order(record), record["amount_fen"], record["gateway_ref"]
        trade_no = next((number for number, payment in self.suspended.items()
                         if payment["gateway_ref"] == ref), None)
        if trade_no is None:
            self.fault(record, f"decides on payment {ref}, which is not suspended")
            return []
        waiting = self.suspended.pop(trade_no)
        if (waiting["order_id"], waiting["amount_fen"]) != (str(record["order_id"]), amount):
            self.fault(record, f"is of another order or amount than payment {ref}")
        if not record["reason"]:
            self.fault(record, "gives no reason")
        payment = next(item for item in order.external_payments if item["gateway_ref"] == ref)
        if record["decision"] == "release":
            payment["status"] = "released"
            return [("suspended", -amount), (f"user:{order.user_id}", amount)]
        payment["status"] = "returned"
        self.withdrawn_fen += amount
        return [("suspended", -amount), ("outside", amount)]

    def _outcome(self, order, amount, at_ms):
        """What must become of a gateway's money: the order's state counts before the amount, and the
        amount before the account."""
        status = order.status_at(at_ms)
        if status != "reserved":
            return "too_late" if status == "timed_out" else "order_final"
        if amount != order.amount_fen:
            return "wrong_amount"
        active = self.accounts[order.user_id].status == "active"
        return "order_paid" if active else "account_frozen"

    def _waitlist_joined(self, record):
        sale, user = self._open_sale(record), record["user_id"]
        self._running(record, sale)
        self._active(record, user)
        if user in sale.waiting:
            self.fault(record, f"{user} waits already")
        if sale.held[user] >= sale.per_user_limit:
            self.fault(record, f"{user} waits, and holds {sale.held[user]} units")
        if sale.available:
            self.fault(record, f"{user} waits, but {sale.available} units are to be had")
        sale.joined_count += 1
        sale.waiting[user] = sale.joined_count
        sale.joined.add(user)
        if record.get("position", len(sale.waiting)) != len(sale.waiting):
            self.fault(record, f"names place {record['position']} for {user}, who is at "
                               f"{len(sale.waiting)}")
        return []

    def _waitlist_left(self, record):
        sale, user = self._open_sale(record), record["user_id"]
        self._running(record, sale)
        number = sale.waiting.pop(user, None)
        if number is None:
            self.fault(record, f"{user} leaves the waiting list, but does not wait")
        elif record["waiter_no"] != number:
            self.fault(record, f"names waiter {record['waiter_no']} for {user}, who is {number}")
        return []

    def _waiter_passed_over(self, record):
        sale, user = self._open_sale(record), record["user_id"]
        self._running(record, sale)
        if (self.accounts[user].status == "active" and
                sale.held[user] < sale.per_user_limit):
            self.fault(record, f"passes over {user}, who may be offered a unit")
        if not sale.in_stock:
            self.fault(record, f"passes over {user} with nothing to offer")
        self._leave_head(record, sale)
        return []

    def _sale_closed(self, record):
        name, payout = str(record["sale_id"]), record["payout_fen"]
        sale = self._open_sale(record)
        if instant_ms(record["at"]) < sale.closes_ms:
            self.fault(record, f"closes sale {name} before its time")
        if sale.reserved:
            self.fault(record, f"closes sale {name} with {sale.reserved} units reserved")
        if payout != sale.escrow_fen:
            self.fault(record, f"pays {payout} out of sale {name}, which holds {sale.escrow_fen}")
        if (record["merchant"], record["opened_sequence"]) != (sale.merchant, sale.sequence):
            self.fault(record, f"is not linked to the opening of sale {name}")
        sale.closed_at, sale.payout_fen = record["at"], payout
        return [(f"escrow:{name}", -payout), (f"user:{sale.merchant}", payout)]

    # Shared by several facts
    def _open_sale(self, record):
        sale = self.sales[str(record["sale_id"])]
        if sale.closed_at is not None:
            self.fault(record, f"happens to sale {record['sale_id']} after it was closed")
        return sale

    def _order(self, record):
        order = self.orders[str(record["order_id"])]
        if (order.sale_id, order.user_id) != (str(record["sale_id"]), record["user_id"]):
            self.fault(record, f"order {record['order_id']} is of another sale or user")
        return order

    def _running(self, record, sale):
        if not sale.runs_at(instant_ms(record["at"])):
            self.fault(record, f"happens in sale {record['sale_id']} while it does not run")

    def _in_status(self, record, order, status):
        if order.status != status:
            self.fault(record, f"order {record['order_id']} is {order.status}, not {status}")

    def _in_time(self, record, order):
        if instant_ms(record["at"]) >= instant_ms(order.pay_by):
            self.fault(record, f"order {record['order_id']} has timed out already")

    def _leave_head(self, record, sale):
        user = record["user_id"]
        if user != next(iter(sale.waiting), None):
            self.fault(record, f"{user} is not at the head of the waiting list")
        sale.waiting.pop(user, None)

    @staticmethod
    def sale_words_of_line(record):
        """What a sale's record adds to its statement line besides what every line has."""
        sale_id, order_id = str(record["sale_id"]), record.get("order_id")
        counterparty = f"order:{order_id}" if order_id else f"sale:{sale_id}"
        return {"sale_id": sale_id, "order_id": order_id, "counterparty": counterparty,
                "memo": record.get("gateway_ref", "")}


def sale_end_faults(sales):
    """Sentences for sales whose money does not add up once everything is folded."""
    faults = []
    for name, sale in sales.items():
        due_fen = 0 if sale.closed_at else sale.price_fen * sale.sold
        if sale.escrow_fen != due_fen:
            faults.append(f"sale {name} holds {sale.escrow_fen}, its orders have paid {due_fen}")
        paid = sum(order.quantity for order in sale.orders.values() if order.status == "paid")
        if paid != sale.sold:
            faults.append(f"sale {name} has sold {sale.sold} units, its orders say {paid}")
    return faults


def sale_differences(name, sale, live):
    """Sentences for every field of GET that differs from the model at the answer's own `now`."""
    now_ms = instant_ms(live["now"])
    over = now_ms >= sale.ends_ms  # then nobody waits any more
    expected = {
        "id": name, **sale.terms, "status": sale.status_at(now_ms),
        "available": sale.in_stock if over else sale.available, "reserved": sale.reserved,
        "sold": sale.sold, "waiting": 0 if over else len(sale.waiting),
        "created_at": sale.created_at, "closed_at": sale.closed_at, "payout_fen": sale.payout_fen}
    wrong = [f"sale {name}: {field} is {live.get(field)!r}, not {value!r}"
             for field, value in expected.items() if field not in live or live[field] != value]
    if instant_ms(live["closes_at"]) != sale.closes_ms:
        wrong.append(f"sale {name}: closes_at is {live['closes_at']}, which is not its time")
    return wrong


def order_differences(name, order, live, now_ms):
    """Sentences for every field of an order as shown that differs from the model, at an instant not
    before it was shown."""
    expected = {
        "id": name, "sale_id": order.sale_id, "user_id": order.user_id,
        "quantity": order.quantity, "amount_fen": order.amount_fen, "status": order.status,
        "reserved_at": order.reserved_at, "pay_by": order.pay_by, "paid_at": order.paid_at,
        "ended_at": order.ended_at, "external_payments": order.external_payments}
    if live.get("status") == order.status_at(now_ms) != order.status:
        # The clock says more than the journal.
        expected = {**expected, "status": "timed_out", "ended_at": live.get("ended_at")}
    return [f"order {name}: {field} is {live.get(field)!r}, not {value!r}"
            for field, value in expected.items() if field not in live or live[field] != value]


def suspended_differences(expected, api):
    """Sentences for payments that only one of GET /v1/suspended and the model has."""
    live = {item["trade_no"]: item for item in api.listing("/v1/suspended")}
    return [f"suspended payment {number} is {live.get(number)!r}, not {expected.get(number)!r}"
            for number in sorted({*live, *expected}, key=int)
            if live.get(number) != expected.get(number)]
