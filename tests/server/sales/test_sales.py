"""Sales over HTTP: what may be opened, who may reserve, what becomes of an order, and when the merchant
is paid."""

import unittest

from api import DAY_MS, fresh_name, instant_ms, instant_text
from cases import settled_audit
from flags import manual_clock, sale_refund_period_s
from sale_case import HOUR_MS, MINUTE_MS, PRICE_FEN, WINDOW_S, SaleCase

SALE_FIELDS = {"id", "merchant", "title", "group", "status", "price_fen", "stock", "available",
               "reserved", "sold", "waiting", "per_user_limit", "payment_window_s", "starts_at", "ends_at",
               "created_at", "closes_at", "closed_at", "payout_fen", "now"}
ORDER_FIELDS = {"id", "sale_id", "user_id", "quantity", "amount_fen", "status", "reserved_at",
                "pay_by", "paid_at", "ended_at", "external_payments"}
UNKNOWN_IDS = ("0", "abc", "-1", "01", "1234567890123456789", str(2**64), str(2**64 - 1))
LIFE_MS_MAX = 366 * DAY_MS
WINDOW_S_MAX = 72 * 3_600


class Opening(SaleCase):
    def shop(self, **fields):
        return self.api.fresh_user("shop", 1_000, **{"type": "merchant", **fields})

    def test_an_opened_sale_is_answered_whole_and_reads_the_same(self):
        shop, now_ms = self.shop(), self.api.now_ms()
        made = self.assert_ok(self.api.open_sale(
            shop, now_ms + MINUTE_MS, now_ms + HOUR_MS, 30, 250, title="抢购", group="The Film 电影",
            per_user_limit=2, payment_window_s=60), 201)
        self.assertEqual(SALE_FIELDS, set(made))
        self.assertEqual({
            "id": made["id"], "merchant": shop, "title": "抢购", "group": "The Film 电影",
            "status": "upcoming",
            "price_fen": 250, "stock": 30, "available": 30, "reserved": 0, "sold": 0, "waiting": 0,
            "per_user_limit": 2, "payment_window_s": 60,
            "starts_at": instant_text(now_ms + MINUTE_MS), "ends_at": instant_text(now_ms + HOUR_MS),
            "created_at": instant_text(now_ms),
            "closes_at": instant_text(now_ms + HOUR_MS + 7 * DAY_MS), "closed_at": None,
            "payout_fen": None, "now": instant_text(now_ms)}, made)
        self.assertRegex(made["id"], r"\A[1-9][0-9]{0,19}\Z")
        self.assertEqual(made, self.api.sale(made["id"]))

    def test_a_user_may_hold_one_unit_and_has_a_quarter_of_an_hour_unless_told(self):
        shown = self.api.sale(self.sale())
        self.assertEqual((1, WINDOW_S), (shown["per_user_limit"], shown["payment_window_s"]))

    def test_opening_moves_no_money(self):
        shop, before = self.shop(), settled_audit(self.api)
        self.sale(merchant=shop)
        self.assertEqual({**before, "journal_sequence": before["journal_sequence"] + 1},
                         {**self.api.audit(), "journal_hash": before["journal_hash"]})
        self.assertEqual(["deposit"], [line["type"] for line in self.api.entries(shop)])

    def test_a_user_who_may_not_open_a_sale_is_told_why_and_nothing_changes(self):
        now_ms = self.api.now_ms()
        cold, person = self.shop(), self.shop(type="personal")
        self.assert_ok(self.api.set_status(cold, "frozen"))
        for status, code, merchant, ends_ms in (
                (404, "account_not_found", fresh_name("ghost"), now_ms - 1),
                (403, "account_frozen", cold, now_ms - 1),
                (403, "not_a_merchant", person, now_ms - 1),
                (422, "invalid_sale", self.shop(), now_ms - 1)):
            with self.subTest(code):
                self.refused_without_a_trace(code, status, lambda: self.api.open_sale(
                    merchant, now_ms - HOUR_MS, ends_ms))

    def test_impossible_terms_are_refused(self):
        shop, now_ms = self.shop(), self.api.now_ms()
        for name, starts_ms, ends_ms, fields in (
                ("ends when it starts", 5, 5, {}), ("ends before it starts", 5, 4, {}),
                ("is over already", -5, 0, {}),
                ("ends a millisecond too late", 5, LIFE_MS_MAX + 1, {}),
                ("more a user than there are", 0, 5, {"stock": 3, "per_user_limit": 4}),
                ("more money than an amount can be", 0, 5, {"stock": 10**6 + 1,
                                                            "price_fen": 10**7})):
            with self.subTest(name):
                self.refused_without_a_trace("invalid_sale", 422, lambda: self.api.open_sale(
                    shop, now_ms + starts_ms, now_ms + ends_ms, **fields))

    def test_terms_at_the_very_edge_are_accepted(self):
        now_ms = self.api.now_ms()
        for name, starts_ms, ends_ms, fields in (
                ("began long ago", -DAY_MS, 1, {}), ("begins now", 0, 1, {}),
                ("ends at the last moment", 5, LIFE_MS_MAX, {}),
                ("everything for one user", 0, 5, {"stock": 3, "per_user_limit": 3}),
                ("one unit", 0, 5, {"stock": 1}), ("for a fen", 0, 5, {"price_fen": 1}),
                ("the largest stock", 0, 5, {"stock": 10**7, "price_fen": 10**6}),
                ("the largest price", 0, 5, {"stock": 1, "price_fen": 10**13}),
                ("a second to pay", 0, 5, {"payment_window_s": 1}),
                ("three days to pay", 0, 5, {"payment_window_s": WINDOW_S_MAX})):
            with self.subTest(name):
                self.api.fresh_sale(now_ms + starts_ms, now_ms + ends_ms, **fields)

    def test_bad_fields_are_refused_and_nothing_changes(self):
        shop, now_ms = self.shop(), self.api.now_ms()
        sale = self.sale()
        order = self.reserved(sale, self.buyer())
        for field, values in {
                "stock": (0, -1, 10**7 + 1, 1.5, "1", None), "price_fen": (0, 10**13 + 1, "1"),
                "per_user_limit": (0, "1"), "payment_window_s": (0, WINDOW_S_MAX + 1, "1"),
                "title": ("", "n" * 65, 5), "group": ("", "n" * 65, 5, "a\nb"), "surprise": (1,)}.items():
            for value in values:
                with self.subTest((field, value)):
                    self.refused_without_a_trace("invalid_request", 400, lambda: self.api.open_sale(
                        shop, now_ms, now_ms + HOUR_MS, **{field: value}))
        for body in ({"quantity": 0}, {"quantity": "1"}, {"surprise": 1}, {"user_id": "a b"}):
            with self.subTest(body):
                self.refused_without_a_trace("invalid_request", 400, lambda: self.api.reserve(
                    sale, **{"user_id": "bob", **body}))
        for amount_fen, ref in ((0, "g"), (-1, "g"), (1.5, "g"), (1, "two words"), (1, "x" * 129)):
            with self.subTest((amount_fen, ref)):
                self.refused_without_a_trace("invalid_request", 400, lambda: self.api.pay_externally(
                    order["id"], amount_fen, ref))

    def test_what_does_not_exist_is_not_found(self):
        for name in UNKNOWN_IDS:
            with self.subTest(name):
                for answer in (self.api.get(f"/v1/sales/{name}"), self.api.reserve(name, "nobody"),
                               self.api.join_waitlist(name, "nobody")):
                    self.assert_problem(answer, 404, "sale_not_found")
                for answer in (self.api.get(f"/v1/orders/{name}"), self.api.pay_order(name),
                               self.api.cancel_order(name), self.api.pay_externally(name, 1)):
                    self.assert_problem(answer, 404, "order_not_found")
        self.assert_problem(self.api.get("/v1/accounts/nobody/orders"), 404, "account_not_found")


class Reserving(SaleCase):
    def test_a_reservation_is_an_order_that_reads_the_same(self):
        sale, bob = self.sale(per_user_limit=3), self.buyer()
        order = self.reserved(sale, bob, quantity=3)
        self.assertEqual(ORDER_FIELDS, set(order))
        now_ms = self.api.now_ms()
        self.assertEqual({
            "id": order["id"], "sale_id": sale, "user_id": bob, "quantity": 3,
            "amount_fen": 3 * PRICE_FEN, "status": "reserved", "reserved_at": instant_text(now_ms),
            "pay_by": instant_text(now_ms + 1_000 * WINDOW_S), "paid_at": None, "ended_at": None,
            "external_payments": []}, order)
        self.assertEqual(order, self.api.order(order["id"]))
        self.assertEqual([order], self.api.orders(bob))
        self.assert_stock(sale, 7, 3, 0)
        self.assert_balance(bob, 1_000)

    def test_the_first_reason_that_applies_is_told_and_nothing_is_touched(self):
        holder, ghost, cold = self.buyer(), fresh_name("ghost"), self.buyer()
        ended, running = self.sale(lasts_ms=1), self.sale()
        full = self.sale(1)
        self.reserved(full, holder)
        self.assert_ok(self.api.set_status(cold, "frozen"))
        self.api.advance(1)
        upcoming = self.sale(starts_in_ms=1)
        for status, code, sale, user, quantity in (
                (404, "sale_not_found", "1234567890123456789", ghost, 2),
                (403, "sale_not_started", upcoming, ghost, 2),
                (403, "sale_ended", ended, ghost, 2),
                (422, "quantity_too_large", full, holder, 2),
                (422, "quantity_too_large", full, ghost, 2),
                (409, "already_reserved", full, holder, 1),
                (409, "sold_out", full, ghost, 1),
                (409, "sold_out", full, cold, 1),
                (404, "account_not_found", running, ghost, 1),
                (403, "account_frozen", running, cold, 1)):
            with self.subTest((code, user)):
                self.refused_without_a_trace(code, status, lambda: self.api.reserve(
                    sale, user, quantity=quantity))
        self.assert_ok(self.api.set_status(holder, "frozen"))
        self.refused_without_a_trace("already_reserved", 409, lambda: self.api.reserve(full, holder))
        self.assert_stock(full, 0, 1, 0)
        for sale in (upcoming, ended, running):
            self.assert_stock(sale, 10, 0, 0)

    def test_start_and_end_are_exact(self):
        sale = self.sale(starts_in_ms=10, lasts_ms=10)
        states = []
        for more_ms, code in ((9, "sale_not_started"), (1, None), (9, None), (1, "sale_ended")):
            self.api.advance(more_ms)
            answer = self.api.reserve(sale, self.buyer())
            self.assertEqual(code, answer.code, answer)
            states.append(self.api.sale(sale)["status"])
        self.assertEqual(["upcoming", "running", "running", "ended"], states)
        self.assert_stock(sale, 8, 2, 0)

    def test_a_user_may_hold_units_up_to_the_limit_at_once_reserved_or_paid(self):
        sale, bob = self.sale(per_user_limit=3), self.buyer()
        first = self.reserved(sale, bob, quantity=2)
        self.assert_refused_for(first, self.api.reserve(sale, bob, quantity=2))
        second = self.reserved(sale, bob)
        self.assert_refused_for(second, self.api.reserve(sale, bob))
        self.paid(first)
        self.assert_refused_for(second, self.api.reserve(sale, bob))
        for quantity in (1, 3):
            self.assert_problem(self.api.reserve(sale, bob, quantity=quantity), 409,
                                "already_reserved")
        self.cancelled(second)
        third = self.reserved(sale, bob)
        self.cancelled(first, "refunded")
        fourth = self.reserved(sale, bob, quantity=2)
        self.assertEqual([fourth["id"], third["id"], second["id"], first["id"]],
                         [order["id"] for order in self.api.orders(bob)])
        self.assert_stock(sale, 7, 3, 0)

    def test_more_than_is_left_is_sold_out_and_what_is_left_is_not(self):
        sale = self.sale(5, per_user_limit=3)
        self.reserved(sale, self.buyer(), quantity=3)
        late = self.buyer()
        self.assert_problem(self.api.reserve(sale, late, quantity=3), 409, "sold_out")
        self.assertEqual("running", self.api.sale(sale)["status"])
        self.reserved(sale, late, quantity=2)
        self.assertEqual("sold_out", self.api.sale(sale)["status"])

    def test_a_sale_is_running_again_as_soon_as_a_unit_is_back(self):
        sale, (order,) = self.sold_out()
        self.assertEqual("sold_out", self.api.sale(sale)["status"])
        self.cancelled(order)
        self.assertEqual("running", self.api.sale(sale)["status"])


class Paying(SaleCase):
    def test_a_payment_takes_the_money_and_shows_in_the_statement(self):
        sale, bob = self.sale(per_user_limit=2), self.buyer()
        before = settled_audit(self.api)
        order = self.paid(self.reserved(sale, bob, quantity=2))
        after = self.api.audit()
        self.assertEqual((800, 200), (self.api.balance(bob),
                                      after["escrow_fen"] - before["escrow_fen"]))
        line = self.api.entries(bob)[0]
        self.assertEqual({
            "trade_no": str(after["journal_sequence"]), "type": "order_payment", "direction": "debit",
            "amount_fen": 200, "balance_after_fen": 800, "counterparty": f"order:{order['id']}",
            "packet_id": None, "campaign_id": None, "sale_id": sale, "order_id": order["id"],
            "at": self.now()},
            {name: line[name] for name in line if name not in ("line_no", "memo")})
        page = self.assert_ok(self.api.get(f"/v1/accounts/{bob}/entries?type=order_payment"))
        self.assertEqual([line], page["items"])
        self.assert_stock(sale, 8, 0, 2)

    def test_a_buyer_who_lacks_a_fen_may_try_again(self):
        sale, bob = self.sale(), self.buyer(PRICE_FEN - 1)
        order, key = self.reserved(sale, bob), fresh_name("key")
        self.refused_without_a_trace("insufficient_funds", 409,
                                     lambda: self.api.pay_order(order["id"], key))
        self.assertEqual(order, self.assert_order(order, "reserved"))
        self.assert_ok(self.api.deposit(bob, 1), 201)
        told = self.assert_ok(self.api.pay_order(order["id"], key))
        self.assertEqual("paid", told["status"])
        self.assert_balance(bob, 0)

    def test_a_frozen_buyer_cannot_pay_and_still_gets_a_refund(self):
        sale, bob = self.sale(per_user_limit=2), self.buyer()
        first, second = self.paid(self.reserved(sale, bob)), self.reserved(sale, bob)
        self.assert_ok(self.api.set_status(bob, "frozen"))
        self.refused_without_a_trace("account_frozen", 403,
                                     lambda: self.api.pay_order(second["id"]))
        told = self.paid_externally(second, reason="account_frozen")
        self.assertEqual("reserved", told["order"]["status"])
        self.cancelled(first, "refunded")
        self.cancelled(second)
        self.assert_balance(bob, 1_000 + PRICE_FEN)

    def test_a_gateways_payment_moves_no_balance_and_a_refund_goes_to_the_account(self):
        sale, bob = self.sale(), self.buyer()
        before = settled_audit(self.api)
        order = self.reserved(sale, bob)
        self.paid_externally(order)
        after = self.api.audit()
        self.assertEqual((PRICE_FEN, PRICE_FEN, 0), tuple(
            after[name] - before[name] for name in ("deposited_fen", "escrow_fen", "accounts_fen")))
        self.assertEqual(["deposit"], [line["type"] for line in self.api.entries(bob)])
        self.cancelled(order, "refunded")
        self.assert_balance(bob, 1_000 + PRICE_FEN)
        self.assertEqual(("refund", f"order:{order['id']}"), tuple(
            self.api.entries(bob)[0][name] for name in ("type", "counterparty")))

    def test_a_wrong_amount_is_credited_and_the_order_waits_for_the_right_one(self):
        sale, bob = self.sale(), self.buyer()
        order = self.reserved(sale, bob)
        for amount_fen in (PRICE_FEN - 1, PRICE_FEN + 1, 1):
            told = self.paid_externally(order, amount_fen, "wrong_amount")
            self.assertEqual("reserved", told["order"]["status"])
        self.assert_balance(bob, 1_000 + 2 * PRICE_FEN + 1)
        lines = self.api.listing(f"/v1/accounts/{bob}/entries?type=external_payment")
        self.assertEqual([1, PRICE_FEN + 1, PRICE_FEN - 1], [line["amount_fen"] for line in lines])
        self.paid_externally(order)
        self.paid_externally(order, PRICE_FEN, "order_final")
        shown = self.assert_order(order, "paid")
        self.assertEqual([PRICE_FEN - 1, PRICE_FEN + 1, 1, PRICE_FEN, PRICE_FEN],
                         [payment["amount_fen"] for payment in shown["external_payments"]])
        self.assert_stock(sale, 9, 0, 1)

    def test_a_reference_stands_for_one_payment(self):
        sale = self.sale(per_user_limit=2)
        bob = self.buyer()
        first, second, ref = self.reserved(sale, bob), self.reserved(sale, bob), fresh_name("ref")
        told = self.paid_externally(first, ref=ref)
        for again in (lambda: None, self.restart, self.crash_and_restart):
            again()
            self.leaves_no_trace(lambda: self.assertEqual(
                {**told, "repeat": True},
                self.assert_ok(self.api.pay_externally(first["id"], PRICE_FEN, ref))))
            for order, amount_fen in ((first, PRICE_FEN + 1), (second, PRICE_FEN), (second, 7)):
                self.refused_without_a_trace("gateway_ref_reused", 422, lambda: (
                    self.api.pay_externally(order["id"], amount_fen, ref)))
        self.assert_order(second, "reserved")
        self.assert_balance(bob, 1_000)


class Closing(SaleCase):
    """Paid orders may be refunded for a minute after the end."""

    server_flags = (manual_clock(), sale_refund_period_s(60))

    def test_the_merchant_is_paid_once_when_no_order_can_change_any_more(self):
        shop = self.api.fresh_user("shop", type="merchant")
        sale = self.sale(merchant=shop, lasts_ms=1_000, payment_window_s=30, per_user_limit=2)
        sold = [self.paid(self.reserved(sale, self.buyer(), quantity=2)) for _ in range(3)]
        back = self.paid(self.reserved(sale, self.buyer()))
        lapsed = self.reserved(sale, self.buyer())
        self.paid_externally(self.reserved(sale, self.buyer()))
        ends_ms = instant_ms(self.api.sale(sale)["ends_at"])
        self.assertEqual(ends_ms + 60_000, instant_ms(self.api.sale(sale)["closes_at"]))
        self.to_close(sale, -1)
        self.cancelled(back, "refunded")
        self.assert_order(lapsed, "timed_out")
        self.assertEqual(("ended", None), tuple(
            self.api.sale(sale)[name] for name in ("status", "closed_at")))
        self.assert_balance(shop, 0)
        self.api.advance(1)
        self.assert_refused(self.api.cancel_order(sold[0]["id"]), 409, "order_final", "paid")
        self.wait_until_closed(sale)
        self.assert_balance(shop, 7 * PRICE_FEN)
        shown = self.api.sale(sale)
        self.assertEqual(("closed", 7 * PRICE_FEN, shown["closes_at"], 0, 7), tuple(
            shown[name] for name in ("status", "payout_fen", "closed_at", "reserved", "sold")))
        line, = self.api.entries(shop)
        self.assertEqual(("sale_payout", "credit", 7 * PRICE_FEN, f"sale:{sale}", sale, None), tuple(
            line[name] for name in ("type", "direction", "amount_fen", "counterparty", "sale_id",
                                    "order_id")))
        for end in (self.restart, self.crash_and_restart):
            end()
            self.api.advance(DAY_MS)
            self.assert_balance(shop, 7 * PRICE_FEN)
        records = self.records_of(sale)
        closed, = [record for record in records if record["type"] == "sale_closed"]
        self.assertEqual(records[0]["sequence"], closed["opened_sequence"])

    def test_after_the_close_orders_stay_as_they_are_and_a_late_gateway_is_credited(self):
        sale, bob = self.sale(lasts_ms=1_000, payment_window_s=30), self.buyer()
        order, gone = self.paid(self.reserved(sale, bob)), self.reserved(sale, self.buyer())
        self.to_close(sale)
        self.wait_until_closed(sale)
        self.assert_refused(self.api.pay_order(order["id"]), 409, "order_final", "paid")
        self.assert_refused(self.api.cancel_order(order["id"]), 409, "order_final", "paid")
        self.cancelled(gone, "timed_out")
        self.paid_externally(order, PRICE_FEN, "order_final")
        self.paid_externally(gone, PRICE_FEN, "too_late")
        self.assert_balance(bob, 1_000)
        self.assert_problem(self.api.reserve(sale, bob), 403, "sale_ended")

    def test_a_long_time_to_pay_puts_off_the_close(self):
        sale = self.sale(lasts_ms=1_000, payment_window_s=3_600)
        self.to_end(sale, -1)
        order = self.reserved(sale, self.buyer())
        shown = self.api.sale(sale)
        self.assertEqual(HOUR_MS, instant_ms(shown["closes_at"]) - instant_ms(shown["ends_at"]))
        self.to_pay_by(order, -1)
        self.paid(order)
        self.to_close(sale)
        self.wait_until_closed(sale)
        self.assertEqual(PRICE_FEN, self.api.sale(sale)["payout_fen"])

    def test_a_sale_of_which_nothing_is_sold_closes_without_a_payment(self):
        shop = self.api.fresh_user("shop", type="merchant")
        sales = [self.sale(merchant=shop, lasts_ms=1_000) for _ in range(5)]
        self.to_close(sales[-1])
        for sale in sales:
            self.wait_until_closed(sale)
            self.assertEqual(0, self.api.sale(sale)["payout_fen"])
        self.assertEqual([], self.api.entries(shop))

    def test_a_frozen_merchant_is_paid_all_the_same(self):
        shop = self.api.fresh_user("shop", type="merchant")
        sale = self.sale(merchant=shop, lasts_ms=1_000)
        self.paid(self.reserved(sale, self.buyer()))
        self.assert_ok(self.api.set_status(shop, "frozen"))
        self.to_close(sale)
        self.wait_until_closed(sale)
        self.assert_balance(shop, PRICE_FEN)


if __name__ == "__main__":
    unittest.main()
