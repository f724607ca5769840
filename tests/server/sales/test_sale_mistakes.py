"""What other systems got wrong with flash sales (the list at the end of the rules), seen through HTTP,
many connections, kill -9 and restarts. Packets and accounts: test_mistakes_of_others.py."""

import unittest
from collections import Counter

from api import Api, fresh_name
from client import encode_request, run_at_once
from sale_case import HOUR_MS, PRICE_FEN, SaleCase


def reserve_job(sale, user):
    return ("POST", f"/v1/sales/{sale}/reservations", {"user_id": user}, None)


class SaleMistakes(SaleCase):
    def ends(self):
        """Every way for a server to come back."""
        return lambda: None, self.restart, self.crash_and_restart

    # After a timeout the user can never book again.

    def test_who_has_reserved_already_is_shown_the_order_also_after_kill_9(self):
        sale, bob = self.sale(2, per_user_limit=1), self.buyer()
        self.cancelled(self.reserved(sale, bob))
        order = self.reserved(sale, bob)
        other = self.sale(1)
        self.reserved(other, bob)
        for change in (lambda: None, lambda: self.paid(order), self.crash_and_restart):
            change()
            self.assert_refused_for(order, self.api.reserve(sale, bob))
        self.reserved(sale, self.buyer())
        self.assert_refused_for(order, self.api.reserve(sale, bob))  # sold out by now
        self.assert_refused_for(order, self.api.join_waitlist(sale, bob))

    def test_after_a_timeout_the_user_books_again(self):
        sale, bob = self.sale(1, payment_window_s=60), self.buyer()
        seen = []
        for end in self.ends():
            order = self.reserved(sale, bob)
            seen.insert(0, order["id"])
            self.to_pay_by(order)
            self.wait_until_timed_out(order)
            end()
        last = self.paid(self.reserved(sale, bob))
        self.assertEqual([last["id"], *seen], [item["id"] for item in self.api.orders(bob)])
        self.assert_stock(sale, 0, 0, 1)

    def test_after_a_cancellation_and_after_a_refund_the_user_books_again(self):
        sale, bob = self.sale(1), self.buyer()
        for pay, status in ((False, "cancelled"), (True, "refunded"), (False, "cancelled")):
            order = self.reserved(sale, bob)
            if pay:
                self.paid(order)
            self.cancelled(order, status)
        self.paid(self.reserved(sale, bob))
        self.assert_balance(bob, 1_000 - PRICE_FEN)

    # A timeout for a paid order looping for ever.

    def test_a_timeout_of_a_paid_order_is_nothing_and_does_not_go_on_for_ever(self):
        sale = self.sale(2, payment_window_s=60)
        order = self.paid(self.reserved(sale, self.buyer()))
        other = self.reserved(sale, self.buyer())
        for end in self.ends():
            end()
            self.to_pay_by(order, HOUR_MS // 4)
            self.wait_until_timed_out(other)  # so the timer has gone off
            self.leaves_no_trace(lambda: self.assertEqual(order, self.assert_order(order, "paid")))
        self.assert_stock(sale, 1, 0, 1)
        self.assertEqual({"sale_opened": 1, "order_reserved": 2, "order_paid": 1,
                          "order_timed_out": 1}, dict(self.kinds_of(sale)))

    # Cancel overwriting a paid order.

    def test_cancelling_a_paid_order_is_a_refund(self):
        sale, bob = self.sale(1), self.buyer()
        order = self.paid(self.reserved(sale, bob))
        told = self.cancelled(order, "refunded")
        self.assertEqual((order["paid_at"], self.now()), (told["paid_at"], told["ended_at"]))
        self.assert_balance(bob, 1_000)
        self.assert_stock(sale, 1, 0, 0)
        line = self.api.entries(bob)[0]
        self.assertEqual(("refund", "credit", PRICE_FEN, order["id"]), tuple(
            line[name] for name in ("type", "direction", "amount_fen", "order_id")))
        for end in self.ends():
            end()
            self.leaves_no_trace(lambda: self.assertEqual(told, self.cancelled(order, "refunded")))
            self.refused_without_a_trace("order_final", 409,
                                         lambda: self.api.pay_order(order["id"]))
        self.assert_balance(bob, 1_000)

    # A restart that resets stock.

    def test_a_restart_does_not_reset_stock(self):
        sale = self.sale(4)
        orders = [self.reserved(sale, self.buyer()) for _ in range(3)]
        self.paid(orders[0])
        self.cancelled(orders[1])
        for end in self.ends():
            end()
            self.assert_stock(sale, 2, 1, 1)
        users = self.api.fresh_users(20)
        answers = run_at_once(self.server.port, [reserve_job(sale, user) for user in users], 20)
        self.assertEqual(Counter({None: 2, "sold_out": 18}),
                         Counter(answer.code for answer in answers))

    def test_a_restart_in_the_middle_forgets_no_order_and_no_timeout(self):
        sale, bob = self.sale(3, payment_window_s=60), self.buyer()
        kept, paid, lost = (self.reserved(sale, buyer)
                            for buyer in (self.buyer(), bob, self.buyer()))
        paid = self.paid(paid)
        for end in self.ends():
            end()
            for order, status in ((kept, "reserved"), (paid, "paid"), (lost, "reserved")):
                self.assertEqual(order, self.assert_order(order, status))
            self.assert_problem(self.api.reserve(sale, bob), 409, "already_reserved")
        self.paid(kept)
        self.to_pay_by(lost)
        self.wait_until_timed_out(lost)
        self.assert_stock(sale, 1, 0, 2)

    # A crash between reserve and publish leaking a ticket; between the debit and the order.

    def test_a_crash_with_reservations_in_flight_leaks_no_ticket(self):
        for _ in range(3):
            sale, users = self.sale(50), self.api.fresh_users(100)
            lines = [Api(self.server.port).connect() for _ in users]
            for line, user in zip(lines, users):
                line.send(encode_request(*reserve_job(sale, user)))
            told = [lines[place].read_answer() for place in range(20)]
            self.crash_and_restart()
            for line in lines:
                line.close()
            orders = {user: self.order_of(user, sale) for user in users}
            for user, answer in zip(users, told):
                self.assertEqual(answer.json if answer.code is None else None, orders[user])
            held = [user for user in users if orders[user]]
            self.assert_stock(sale, 50 - len(held), len(held), 0)
            answers = run_at_once(self.server.port,
                                  [reserve_job(sale, user) for user in users], 50)
            self.assertEqual(50 - len(held), sum(answer.status == 201 for answer in answers))
            for user, answer in zip(users, answers):
                self.assertEqual(user in held, answer.code == "already_reserved", answer)
            self.assert_stock(sale, 0, 50, 0)

    def test_a_crash_with_payments_in_flight_leaves_no_debit_without_a_paid_order(self):
        for _ in range(3):
            sale = self.sale(60)
            orders = [self.reserved(sale, self.buyer()) for _ in range(60)]
            keys = [fresh_name("key") for _ in orders]
            lines = [Api(self.server.port).connect() for _ in orders]
            for line, order, key in zip(lines, orders, keys):
                line.send(encode_request("POST", f"/v1/orders/{order['id']}/payment", None, key))
            told = [self.assert_ok(line.read_answer()) for line in lines[:10]]
            self.crash_and_restart()
            for line in lines:
                line.close()
            self.assertEqual(told, [self.api.order(order["id"]) for order in orders[:10]])
            for order, key in zip(orders, keys):
                shown = self.api.order(order["id"])
                done = shown["status"] == "paid"
                self.assert_balance(order["user_id"], 1_000 - PRICE_FEN * done)
                again = self.api.pay_order(order["id"], key)
                self.assertEqual("paid", self.assert_ok(again)["status"])
                self.assertEqual(done, again.replayed)
                self.assert_balance(order["user_id"], 1_000 - PRICE_FEN)
            self.assert_stock(sale, 0, 0, 60)
            self.assertEqual(0, self.api.audit()["difference_fen"])

    # "Unknown" reported as "sold out"; calls before the start taking stock.

    def test_an_unknown_sale_is_not_sold_out(self):
        sale, _ = self.sold_out()
        for name in (str(int(sale) + 1), "1234567890123456789", "0", "x"):
            for answer in (self.api.reserve(name, self.buyer()), self.api.get(f"/v1/sales/{name}"),
                           self.api.join_waitlist(name, self.buyer())):
                self.assert_problem(answer, 404, "sale_not_found")

    def test_calls_before_the_start_touch_nothing(self):
        sale, users = self.sale(5, starts_in_ms=1_000), self.api.fresh_users(50)
        self.leaves_no_trace(lambda: self.assertEqual(
            {"sale_not_started"},
            {answer.code for answer in run_at_once(
                self.server.port, [reserve_job(sale, user) for user in users], 50)}))
        for end in self.ends():
            end()
            self.assert_stock(sale, 5, 0, 0)
        self.api.advance_to(self.api.now_ms() + 1_000)
        answers = run_at_once(self.server.port, [reserve_job(sale, user) for user in users], 50)
        self.assertEqual(Counter({None: 5, "sold_out": 45}),
                         Counter(answer.code for answer in answers))
        self.assertEqual({"sale_opened": 1, "order_reserved": 5}, dict(self.kinds_of(sale)))

    def test_calls_after_the_end_touch_nothing(self):
        sale, users = self.sale(5, lasts_ms=1_000), self.api.fresh_users(20)
        self.to_end(sale)
        self.leaves_no_trace(lambda: self.assertEqual(
            {"sale_ended"}, {self.api.reserve(sale, user).code for user in users}))
        self.assert_stock(sale, 5, 0, 0)

    # What gateways confirm late, or twice.

    def test_a_late_gateway_never_revives_stock(self):
        sale, bob = self.sale(1, payment_window_s=60), self.buyer()
        order = self.reserved(sale, bob)
        self.to_pay_by(order)
        self.wait_until_timed_out(order)
        second = self.paid(self.reserved(sale, self.buyer()))
        for end in self.ends():
            end()
            told = self.paid_externally(order, reason="too_late")
            self.assertEqual("timed_out", told["order"]["status"])
            self.assert_stock(sale, 0, 0, 1)
        self.assert_balance(bob, 1_000 + 3 * PRICE_FEN)
        self.assertEqual(3, len(self.assert_order(order, "timed_out")["external_payments"]))
        self.assertEqual(second, self.assert_order(second, "paid"))

    def test_a_gateways_money_for_a_cancelled_order_goes_to_the_account(self):
        sale, bob = self.sale(1), self.buyer()
        order = self.reserved(sale, bob)
        self.cancelled(order)
        self.paid_externally(order, reason="order_final")
        self.assert_balance(bob, 1_000 + PRICE_FEN)
        self.assert_stock(sale, 1, 0, 0)
        self.paid_externally(self.reserved(sale, bob))

    def test_a_gateway_that_confirms_twice_pays_once(self):
        sale, bob = self.sale(2, per_user_limit=2), self.buyer()
        order, ref = self.reserved(sale, bob), fresh_name("gateway")
        job = ("POST", f"/v1/orders/{order['id']}/external-payments",
               {"gateway_ref": ref, "amount_fen": PRICE_FEN}, None)
        answers = [self.assert_ok(answer) for answer in run_at_once(self.server.port, [job] * 32, 32)]
        self.assertEqual(Counter({True: 31, False: 1}), Counter(told["repeat"] for told in answers))
        self.assertEqual(1, len({str(told["payment"]) for told in answers}))
        for end in self.ends():
            end()
            told = self.assert_ok(self.api.request(*job))
            self.assertEqual((True, "order_paid"), (told["repeat"], told["payment"]["outcome"]))
        self.assert_balance(bob, 1_000)
        self.assertEqual(1, self.kinds_of(sale)["external_payment_taken"])
        # A payment under another reference counts as another payment: it goes to the account.
        self.paid_externally(order, reason="order_final")
        self.assert_balance(bob, 1_000 + PRICE_FEN)
        self.assert_stock(sale, 1, 0, 1)


if __name__ == "__main__":
    unittest.main()
