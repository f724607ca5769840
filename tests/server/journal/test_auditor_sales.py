"""The auditor of sales judged on journals written by hand: every damage is named."""

import json
import unittest

from api import instant_ms, instant_text
from client import Answer
from hand_journal import AT, JudgedCase, account, judged, record
from sales import order_differences, sale_differences
from waitlists import wait_differences

# Three units of 100 fen, from second 0 to second 60 of 05:53 on the 21st; an order has 10 s to be
# paid, paid ones may be refunded for an hour.
OPENS_AT, ENDS_AT = "2026-11-21T05:53:00.000Z", "2026-11-21T05:54:00.000Z"
CLOSES_AT = "2026-11-21T06:54:00.000Z"


def later(sequence, ms):
    return instant_text(instant_ms(AT.format(sequence)) + ms)


def opened(sequence, merchant="shop", **fields):
    return record(sequence, "sale_opened", key=f"k{sequence}", **{
        "sale_id": "99", "merchant": merchant, "title": "tickets", "price_fen": 100, "stock": 3,
        "starts_at": OPENS_AT, "ends_at": ENDS_AT, "per_user_limit": 2, "payment_window_s": 10,
        "refund_period_s": 3_600, **fields})


def of_order(sequence, kind, order, user, postings=(), key=None, **fields):
    return record(sequence, kind, postings, key, **{"sale_id": "99", "order_id": order,
                                                    "user_id": user, **fields})


def reserved(sequence, order, user, quantity=1, is_offer=False, **fields):
    return of_order(sequence, "order_reserved", order, user, **{
        "quantity": quantity, "pay_by": later(sequence, 10_000), "is_offer": is_offer, **fields})


def paid(sequence, order, user, reserved_in, quantity=1, **fields):
    amount = 100 * quantity
    return of_order(sequence, "order_paid", order, user,
                    [(f"user:{user}", -amount), ("escrow:99", amount)], f"k{sequence}", **{
                        "quantity": quantity, "amount_fen": amount,
                        "reserved_at": AT.format(reserved_in),
                        "pay_by": later(reserved_in, 10_000), **fields})


def cancelled(sequence, order, user, **fields):
    return of_order(sequence, "order_cancelled", order, user, **fields)


def timed_out(sequence, order, user, **fields):
    return of_order(sequence, "order_timed_out", order, user,
                    **{"at": later(sequence, 10_000), **fields})


def refunded(sequence, order, user, amount=100, **fields):
    return of_order(sequence, "order_refunded", order, user,
                    [("escrow:99", -amount), (f"user:{user}", amount)], amount_fen=amount, **fields)


def from_gateway(sequence, order, user, outcome, amount=100, ref=None, **fields):
    to = "escrow:99" if outcome == "order_paid" else f"user:{user}"
    return of_order(sequence, "external_payment_taken", order, user,
                    [("outside", -amount), (to, amount)],
                    gateway_ref=ref or f"g{sequence}", amount_fen=amount, outcome=outcome, **fields)


def joined(sequence, user, **fields):
    return record(sequence, "waitlist_joined", sale_id="99", user_id=user, **fields)


def passed_over(sequence, user):
    return record(sequence, "waiter_passed_over", sale_id="99", user_id=user)


def closed(sequence, payout, **fields):
    postings = [("escrow:99", -payout), ("user:shop", payout)] if payout else []
    return record(sequence, "sale_closed", postings, **{
        "sale_id": "99", "merchant": "shop", "payout_fen": payout, "opened_sequence": 6,
        "at": CLOSES_AT, **fields})


def frozen(sequence, user):
    return record(sequence, "account_status_changed", user_id=user, status="frozen", reason="x")


def before_opening(account_type="merchant"):
    return [account(1, "shop", account_type), account(2, "bob"), account(3, "cat"),
            account(4, "dan"),
            record(5, "deposited", [("outside", -500), ("user:bob", 500)], "k5", user_id="bob",
                   amount_fen=500, reference="bank")]


BASE = before_opening() + [opened(6)]
ONE = BASE + [reserved(7, "1", "bob")]
PAID = ONE + [paid(8, "1", "bob", 7)]
SOLD_OUT = BASE + [reserved(7, "1", "bob", 2), reserved(8, "2", "cat")]


def sound_sale():
    return SOLD_OUT + [
        paid(9, "1", "bob", 7, 2), joined(10, "dan"), cancelled(11, "2", "cat"),
        reserved(12, "3", "dan", is_offer=True), from_gateway(13, "3", "dan", "order_paid"),
        from_gateway(14, "3", "dan", "order_final", 70), refunded(15, "1", "bob", 200),
        reserved(16, "4", "cat"), timed_out(17, "4", "cat"),
        from_gateway(18, "4", "cat", "too_late", at=later(18, 10_000)), closed(19, 100)]


class TheAuditorOfSales(JudgedCase):
    def test_a_sound_sale_has_no_faults_and_holds_every_fen_and_unit(self):
        auditor = judged(sound_sale())
        self.assertEqual([], auditor.faults)
        model = auditor.model
        self.assertEqual({"shop": 100, "bob": 500, "cat": 100, "dan": 70},
                         {user: one.balance_fen for user, one in model.accounts.items()})
        sale = model.sales["99"]
        self.assertEqual((2, 0, 1, 0, 100), (sale.in_stock, sale.reserved, sale.sold,
                                             sale.escrow_fen, sale.payout_fen))
        self.assertEqual(["refunded", "cancelled", "paid", "timed_out"],
                         [order.status for order in sale.orders.values()])
        self.assertEqual((770, 0), (model.deposited_fen, model.escrow_fen))

    def test_values_at_the_very_edge_are_sound(self):
        window_ms, end_ms = 10_000, instant_ms(ENDS_AT)
        first, last = OPENS_AT, instant_text(end_ms - 1)
        in_time = instant_text(end_ms - 1 + window_ms - 1)
        records = before_opening() + [
            opened(6, at=later(6, -60_000), per_user_limit=3),
            reserved(7, "1", "bob", 3, at=first,
                     pay_by=instant_text(instant_ms(first) + window_ms)),
            timed_out(8, "1", "bob", at=instant_text(instant_ms(first) + window_ms)),
            reserved(9, "2", "bob", at=last, pay_by=instant_text(instant_ms(in_time) + 1)),
            paid(10, "2", "bob", 9, at=in_time, reserved_at=last,
                 pay_by=instant_text(instant_ms(in_time) + 1)),
            refunded(11, "2", "bob", at=instant_text(instant_ms(CLOSES_AT) - 1)), closed(12, 0)]
        self.assertEqual([], self.faults_of(records))

    def test_a_sale_that_nobody_may_refund_waits_for_its_last_payment(self):
        records = before_opening() + [opened(6, refund_period_s=0)]
        in_time = instant_text(instant_ms(ENDS_AT) + 10_000)
        self.assertEqual([], self.faults_of(records + [closed(7, 0, at=in_time)]))
        self.assert_named("before its time", records + [
            closed(7, 0, at=instant_text(instant_ms(in_time) - 1))])

    def test_statement_lines_name_the_sale_and_the_order(self):
        model = judged(sound_sale()).model
        told = {user: [(line["type"], line["direction"], line["amount_fen"], line["counterparty"],
                        line["sale_id"], line["order_id"], line["packet_id"])
                       for line in model.accounts[user].entries] for user in ("shop", "bob", "cat")}
        self.assertEqual({
            "shop": [("sale_payout", "credit", 100, "sale:99", "99", None, None)],
            "bob": [("deposit", "credit", 500, None, None, None, None),
                    ("order_payment", "debit", 200, "order:1", "99", "1", None),
                    ("refund", "credit", 200, "order:1", "99", "1", None)],
            "cat": [("external_payment", "credit", 100, "order:4", "99", "4", None)]}, told)

    def test_every_damage_to_an_opening_is_named_in_a_sentence(self):
        start = before_opening()
        cases = [
            ("shop is no merchant", before_opening("personal") + [opened(6)]),
            ("shop is frozen", start + [frozen(6, "shop"), opened(7)]),
            ("has no idempotency key", start + [{**opened(6), "idempotency_key": None}]),
            ("uses the id 99 again", BASE + [opened(7)]),
            ("uses the id 1 again", ONE + [opened(8, sale_id="1")])]
        cases += [(words, start + [opened(6, **fields)]) for words, fields in (
            ("its amount 0", {"price_fen": 0}),
            ("its amount 10000000000001", {"price_fen": 10**13 + 1, "stock": 1,
                                           "per_user_limit": 1}),
            ("stock of 0 is not", {"stock": 0}),
            ("limit a user of 4 is not within 1 and 3", {"per_user_limit": 4}),
            ("limit a user of 0 is not", {"per_user_limit": 0}),
            ("payment window of 0 is not", {"payment_window_s": 0}),
            ("payment window of 259201 is not", {"payment_window_s": 259_201}),
            ("a refund period of -1", {"refund_period_s": -1}),
            ("ends before it starts", {"starts_at": ENDS_AT}),
            ("is over already", {"ends_at": AT.format(6)}),
            ("ends too late", {"ends_at": "2027-11-23T00:00:00.000Z"}),
            ("cannot be understood", {"starts_at": "soon"}))]
        for words, records in cases:
            with self.subTest(words):
                self.assert_named(words, records)

    def test_every_damage_to_reservations_and_waiting_is_named_in_a_sentence(self):
        freed = SOLD_OUT + [joined(9, "dan"), cancelled(10, "2", "cat")]
        before_end = instant_text(instant_ms(ENDS_AT) - 1)
        cases = [
            ("uses the id 1 again", ONE + [reserved(8, "1", "cat")]),
            ("while it does not run",
             BASE + [reserved(7, "1", "bob", at="2026-11-21T05:52:59.999Z")]),
            ("while it does not run", BASE + [reserved(7, "1", "bob", at=ENDS_AT)]),
            ("bob is frozen", BASE + [frozen(7, "bob"), reserved(8, "1", "bob")]),
            ("cannot be understood", BASE + [reserved(7, "1", "nobody")]),
            ("cannot be understood", before_opening() + [reserved(6, "1", "bob")]),
            ("takes 1 of 0 units", SOLD_OUT + [reserved(9, "3", "dan")]),
            ("takes 0 of 3 units", BASE + [reserved(7, "1", "bob", 0)]),
            ("holds more than 2 units", BASE + [reserved(7, "1", "bob", 3)]),
            ("holds more than 2 units", ONE + [reserved(8, "2", "bob", 2)]),
            ("has to be paid by", BASE + [reserved(7, "1", "bob", pay_by=later(7, 9_999))]),
            ("belong to those who wait", freed + [reserved(11, "3", "cat")]),
            ("cat is not at the head", freed + [reserved(11, "3", "cat", is_offer=True)]),
            ("bob is not at the head", BASE + [reserved(7, "1", "bob", is_offer=True)]),
            ("offers 2 units", BASE + [reserved(7, "1", "bob", 2, is_offer=True)]),
            ("dan waits already", SOLD_OUT + [joined(9, "dan"), joined(10, "dan")]),
            ("names place 2 for dan, who is at 1", SOLD_OUT + [joined(9, "dan", position=2)]),
            ("bob waits, and holds 2", SOLD_OUT + [joined(9, "bob")]),
            ("dan waits, but 2 units are to be had", ONE + [joined(8, "dan")]),
            ("dan is frozen", SOLD_OUT + [frozen(9, "dan"), joined(10, "dan")]),
            ("while it does not run", SOLD_OUT + [joined(9, "dan", at=ENDS_AT)]),
            ("passes over dan, who may", freed + [passed_over(11, "dan")]),
            ("with nothing to offer",
             SOLD_OUT + [joined(9, "dan"), frozen(10, "dan"), passed_over(11, "dan")]),
            ("dan is not at the head", SOLD_OUT + [frozen(9, "dan"), passed_over(10, "dan")]),
            ("while it does not run", freed + [frozen(11, "dan"),
                                               {**passed_over(12, "dan"), "at": ENDS_AT}])]
        sound = freed + [frozen(11, "dan"), {**passed_over(12, "dan"), "at": before_end},
                         reserved(13, "3", "cat")]
        self.assertEqual([], self.faults_of(sound))
        for words, records in cases:
            with self.subTest(words):
                self.assert_named(words, records)

    def test_every_damage_to_orders_is_named_in_a_sentence(self):
        late = later(7, 10_000)
        gone = ONE + [cancelled(8, "1", "bob")]
        cases = [
            ("order 1 is paid, not reserved", PAID + [paid(9, "1", "bob", 7)]),
            ("order 1 is cancelled, not reserved", gone + [paid(9, "1", "bob", 7)]),
            ("order 1 has timed out already", ONE + [paid(8, "1", "bob", 7, at=late)]),
            ("other terms", ONE + [paid(8, "1", "bob", 7, 2)]),
            ("other terms", ONE + [paid(8, "1", "bob", 7, pay_by=AT.format(8))]),
            ("other terms", ONE + [paid(8, "1", "bob", 7, reserved_at=AT.format(8))]),
            ("has no idempotency key", ONE + [{**paid(8, "1", "bob", 7), "idempotency_key": None}]),
            ("bob is frozen", ONE + [frozen(8, "bob"), paid(9, "1", "bob", 7)]),
            ("is of another sale or user", ONE + [paid(8, "1", "cat", 7)]),
            ("the balance of cat becomes -100",
             BASE + [reserved(7, "1", "cat"), paid(8, "1", "cat", 7)]),
            ("do not match its fact", ONE + [{**paid(8, "1", "bob", 7), "postings": []}]),
            ("cannot be understood", BASE + [paid(7, "1", "bob", 7)]),
            ("order 1 is paid, not reserved", PAID + [cancelled(9, "1", "bob")]),
            ("order 1 is cancelled, not reserved", gone + [cancelled(9, "1", "bob")]),
            ("order 1 has timed out already", ONE + [cancelled(8, "1", "bob", at=late)]),
            ("order 1 is paid, not reserved", PAID + [timed_out(9, "1", "bob")]),
            ("has time to be paid", ONE + [timed_out(8, "1", "bob", at=later(7, 9_999))]),
            ("order 1 is reserved, not paid", ONE + [refunded(8, "1", "bob")]),
            ("refunds 99 of the 100", PAID + [refunded(9, "1", "bob", 99)]),
            ("sale 99 holds 1, its orders have paid 0", PAID + [refunded(9, "1", "bob", 99)]),
            ("when the sale is to be closed", PAID + [refunded(9, "1", "bob", at=CLOSES_AT)]),
            ("a second time", ONE + [from_gateway(8, "1", "bob", "order_paid", ref="g"),
                                     from_gateway(9, "1", "bob", "order_final", ref="g")]),
            ("'order_paid', not 'too_late'",
             ONE + [from_gateway(8, "1", "bob", "order_paid", at=late)]),
            ("'order_paid', not 'order_final'", PAID + [from_gateway(9, "1", "bob", "order_paid")]),
            ("'order_paid', not 'wrong_amount'",
             ONE + [from_gateway(8, "1", "bob", "order_paid", 99)]),
            ("'order_paid', not 'account_frozen'",
             ONE + [frozen(8, "bob"), from_gateway(9, "1", "bob", "order_paid")]),
            ("'wrong_amount', not 'order_paid'",
             ONE + [from_gateway(8, "1", "bob", "wrong_amount")]),
            ("'lost', not 'order_paid'", ONE + [from_gateway(8, "1", "bob", "lost")])]
        for words, records in cases:
            with self.subTest(words):
                self.assert_named(words, records)

    def test_every_damage_to_a_close_is_named_in_a_sentence(self):
        early = instant_text(instant_ms(CLOSES_AT) - 1)
        cases = [
            ("before its time", PAID + [closed(9, 100, at=early)]),
            ("with 1 units reserved", ONE + [closed(8, 0)]),
            ("pays 99 out of sale 99, which holds 100", PAID + [closed(9, 99)]),
            ("sale 99 holds 1, its orders have paid 0", PAID + [closed(9, 99)]),
            ("is not linked", PAID + [closed(9, 100, opened_sequence=7)]),
            ("is not linked", PAID + [closed(9, 100, merchant="bob")]),
            ("after it was closed", PAID + [closed(9, 100), closed(10, 0)]),
            ("after it was closed", PAID + [closed(9, 100), refunded(10, "1", "bob")])]
        for words, records in cases:
            with self.subTest(words):
                self.assert_named(words, records)
        late = from_gateway(10, "1", "bob", "order_final", at=CLOSES_AT)
        self.assertEqual([], self.faults_of(PAID + [closed(9, 100), late]))


class FakeWaitlist:
    def __init__(self, answers):
        self.answers = iter(answers)

    def join_waitlist(self, *_):
        return Answer(202, {}, json.dumps(next(self.answers)).encode())

    def waitlist_place(self, *_):
        return Answer(200, {}, json.dumps(next(self.answers)).encode())


class TheComparisonOfSales(unittest.TestCase):
    def setUp(self):
        self.model = judged(SOLD_OUT + [paid(9, "1", "bob", 7, 2), joined(10, "dan")]).model
        self.sale = self.model.sales["99"]

    def sale_shown(self, **changes):
        return {"id": "99", "merchant": "shop", "title": "tickets", "group": None,
                "status": "sold_out",
                "price_fen": 100, "stock": 3, "available": 0, "reserved": 1, "sold": 2,
                "waiting": 1, "per_user_limit": 2, "payment_window_s": 10, "starts_at": OPENS_AT,
                "ends_at": ENDS_AT, "created_at": AT.format(6), "closes_at": CLOSES_AT,
                "closed_at": None, "payout_fen": None, "now": AT.format(10), **changes}

    def order_shown(self, **changes):
        return {"id": "2", "sale_id": "99", "user_id": "cat", "quantity": 1, "amount_fen": 100,
                "status": "reserved", "reserved_at": AT.format(8), "pay_by": later(8, 10_000),
                "paid_at": None, "ended_at": None, "external_payments": [], **changes}

    def test_a_sale_that_is_shown_otherwise_is_named_field_by_field(self):
        self.assertEqual([], sale_differences("99", self.sale, self.sale_shown()))
        for field, value in self.sale_shown().items():
            if field == "closes_at":
                self.assertIn("closes_at", sale_differences(
                    "99", self.sale, self.sale_shown(closes_at=ENDS_AT))[0])
            elif field != "now":
                with self.subTest(field):
                    live = self.sale_shown(**{field: 7})
                    self.assertEqual([f"sale 99: {field} is 7, not {value!r}"],
                                     sale_differences("99", self.sale, live))

    def test_the_state_is_judged_by_the_clock_that_was_shown(self):
        def states(model):
            return [model.sales["99"].status_at(instant_ms(now)) for now in (
                "2026-11-21T05:52:59.999Z", OPENS_AT, "2026-11-21T05:53:59.999Z", ENDS_AT,
                CLOSES_AT)]
        self.assertEqual(["upcoming", "sold_out", "sold_out", "ended", "ended"],
                         states(self.model))
        self.assertEqual(["upcoming", "running", "running", "ended", "ended"],
                         states(judged(PAID).model))
        self.assertEqual({"closed"}, set(states(judged(PAID + [closed(9, 100)]).model)))

    def test_an_order_that_is_shown_otherwise_is_named_field_by_field(self):
        order, now_ms = self.model.orders["2"], instant_ms(AT.format(10))
        self.assertEqual([], order_differences("2", order, self.order_shown(), now_ms))
        for field, value in self.order_shown().items():
            with self.subTest(field):
                live = self.order_shown(**{field: 7})
                self.assertEqual([f"order 2: {field} is 7, not {value!r}"],
                                 order_differences("2", order, live, now_ms))

    def test_an_order_may_have_timed_out_by_the_clock_but_not_before(self):
        order, gone = self.model.orders["2"], self.order_shown(status="timed_out")
        pay_by_ms = instant_ms(order.pay_by)
        self.assertEqual([], order_differences("2", order, gone, pay_by_ms))
        self.assertEqual(["order 2: status is 'timed_out', not 'reserved'"],
                         order_differences("2", order, gone, pay_by_ms - 1))

    def test_money_from_a_gateway_is_shown_with_what_became_of_it(self):
        model = judged(ONE + [from_gateway(8, "1", "bob", "wrong_amount", 7, "a"),
                              from_gateway(9, "1", "bob", "order_paid", ref="b")]).model
        self.assertEqual([
            {"gateway_ref": "a", "amount_fen": 7, "outcome": "credited_to_account",
             "status": "credited", "reason": "wrong_amount", "received_at": AT.format(8)},
            {"gateway_ref": "b", "amount_fen": 100, "outcome": "order_paid",
             "status": "credited", "reason": None,
             "received_at": AT.format(9)}], model.orders["1"].external_payments)

    def test_a_waiter_who_is_told_another_position_is_named(self):
        place = {"sale_id": "99", "user_id": "dan", "position": 1}
        right = [{**place, "repeat": True}, place]
        self.assertEqual([], wait_differences(FakeWaitlist(right), "99", [(1, "dan")]))
        for number, told in enumerate(right):
            for field in told:
                with self.subTest((number, field)):
                    wrong = [*right[:number], {**told, field: 7}, *right[number + 1:]]
                    faults = wait_differences(FakeWaitlist(wrong), "99", [(1, "dan")])
                    self.assertEqual(1, len(faults), faults)
                    self.assertIn("dan, who waits in sale 99, is answered with", faults[0])


if __name__ == "__main__":
    unittest.main()
