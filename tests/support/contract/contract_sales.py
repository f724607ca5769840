"""The flash sales of the contract's world: sales and orders in every state in which a request can
find them. Of the examples' people, bob reserves and waits, alice has the orders, and carol was
faster.
"""

from api import fresh_name, instant_ms

HOUR_MS = 3_600_000


class SaleWorld:
    """A part of World, which has `api` and `case`."""

    def renew_sales(self):
        self.sale, self.full_sale = self.running_sale(), self.sold_out_sale()
        answer = self.api.join_waitlist(self.full_sale, "alice")
        assert answer.status == 202, answer
        self.order = self.order_of("alice")
        self.suspended = self.suspended_payment()

    def running_sale(self, starts_in_ms=0, **terms):
        starts_ms = self.api.now_ms() + starts_in_ms
        return self.api.fresh_sale(starts_ms, starts_ms + HOUR_MS, merchant="shop", **terms)

    def upcoming_sale(self):
        return self.running_sale(starts_in_ms=60_000)

    def ended_sale(self):
        sale = self.running_sale()
        self.api.advance(HOUR_MS)
        return sale

    def sold_out_sale(self):
        sale = self.running_sale(stock=1)
        self.reserved(sale, "carol")
        return sale

    def sale_held_by(self, user):
        sale = self.running_sale()
        self.reserved(sale, user)
        return sale

    def ordered_out_sale(self, operation):
        """Bob has ordered from it as often as anybody may; to join the waiting list it must be sold out."""
        sale = self.running_sale(stock=1)
        for _ in range(1_000):
            assert self.api.cancel_order(self.reserved(sale, "bob")).status == 200
        if operation == "joinWaitlist":
            self.reserved(sale, "carol")
        return sale

    def overpaid_order(self):
        order = self.order_of("alice")
        for _ in range(100):
            answer = self.api.pay_externally(order, 1)
            assert answer.status == 200, answer
        return order

    def suspended_payment(self):
        """Its trade_no."""
        ref = fresh_name("gateway")
        answer = self.api.pay_externally(self.order_of("alice"), 1_000_000, ref)
        assert answer.status == 200, answer
        return next(item["trade_no"] for item in self.api.get("/v1/suspended").json["items"]
                    if item["gateway_ref"] == ref)

    def decided_payment(self):
        trade_no = self.suspended_payment()
        assert self.api.decide(trade_no, "return").status == 200
        return trade_no

    def reserved(self, sale, user):
        answer = self.api.reserve(sale, user)
        assert answer.status == 201, answer
        return answer.json["id"]

    def order_of(self, user, **terms):
        return self.reserved(self.running_sale(**terms), user)

    def order_of_frozen(self):
        user = self.fresh(1_000)
        order = self.order_of(user)
        assert self.api.set_status(user, "frozen").status == 200
        return order

    def paid_order(self):
        order = self.order_of("alice")
        answer = self.api.pay_order(order)
        assert answer.status == 200, answer
        return order

    def timed_out_order(self):
        order = self.order_of("alice", payment_window_s=60)
        self.api.advance(60_000)
        return order

    def order_of_closed_sale(self):
        order = self.paid_order()
        sale = self.api.sale(self.api.order(order)["sale_id"])
        self.api.advance_to(instant_ms(sale["closes_at"]))
        return order

    # For requests that differ only in their path
    def pay_two(self, operation):
        """Two orders with one key."""
        key = self.new_key(self.contract.operations[operation])
        first = self.call(operation, key=key, id=self.order_of("alice"))
        assert first.status == 200, first
        return self.call(operation, key=key, id=self.order_of("alice"))

    def name_two(self, operation):
        """Two deposits with one reference."""
        name = {"reference": fresh_name("reference")}
        assert self.call(operation, change={**name, "amount_fen": 1}).status == 201
        return self.call(operation, change={**name, "amount_fen": 2})

    def advance_two(self, operation):
        key = fresh_name("key")
        assert self.call(operation, key=key, body={"advance_ms": 0}).status == 200
        return self.call(operation, key=key, body={"advance_ms": 1})

    def take_two(self, operation):
        """One gateway's payment for two orders."""
        money = {"gateway_ref": fresh_name("gateway")}
        first = self.call(operation, id=self.order_of("alice"), change=money)
        assert first.status == 200, first
        return self.call(operation, id=self.order_of("alice"), change=money)

    def told_twice(self):
        body = {"gateway_ref": fresh_name("gateway"), "amount_fen": 1}
        first, again = (self.call("takeExternalPayment", body=body) for _ in range(2))
        assert not first.json["repeat"] and again.json["repeat"], again
        return again
