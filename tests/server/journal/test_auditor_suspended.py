"""The auditor of suspended money judged on journals written by hand: every damage is named."""

import unittest

from hand_journal import JudgedCase, judged
from test_auditor_sales import ONE, of_order


def suspended(sequence, order, user, outcome="wrong_amount", amount=700, ref="s", **fields):
    return of_order(sequence, "external_payment_taken", order, user,
                    [("outside", -amount), ("suspended", amount)], gateway_ref=ref,
                    amount_fen=amount, outcome=outcome, is_suspended=True, **fields)


def decided(sequence, order, user, decision="release", amount=700, ref="s", **fields):
    to = f"user:{user}" if decision == "release" else "outside"
    return of_order(sequence, "suspended_payment_decided", order, user,
                    [("suspended", -amount), (to, amount)], f"k{sequence}", **{
                        "gateway_ref": ref, "amount_fen": amount, "decision": decision,
                        "reason": "looked into", **fields})


class TheAuditorOfSuspendedMoney(JudgedCase):
    def test_suspended_money_is_with_nobody_until_it_is_decided_on(self):
        kept = judged(ONE + [suspended(8, "1", "bob")]).model
        self.assertEqual((700, ["8"]), (kept.suspended_fen, list(kept.suspended)))
        self.assertEqual("suspended", kept.orders["1"].external_payments[0]["status"])
        for decision, status, withdrawn_fen in (("release", "released", 0),
                                                ("return", "returned", 700)):
            model = judged(ONE + [suspended(8, "1", "bob"),
                                  decided(9, "1", "bob", decision)]).model
            self.assertEqual((0, {}, withdrawn_fen),
                             (model.suspended_fen, model.suspended, model.withdrawn_fen))
            self.assertEqual(status, model.orders["1"].external_payments[0]["status"])

    def test_a_decision_without_its_suspended_payment_is_named(self):
        base = ONE + [suspended(8, "1", "bob")]
        for words, journal in (
                ("suspends what pays an order",
                 ONE + [suspended(8, "1", "bob", "order_paid", 100)]),
                ("which is not suspended", ONE + [decided(8, "1", "bob")]),
                ("which is not suspended", base + [decided(9, "1", "bob", ref="t")]),
                ("which is not suspended", base + [decided(9, "1", "bob"),
                                                   decided(10, "1", "bob", "return")]),
                ("of another order or amount", base + [decided(9, "1", "bob", amount=699)]),
                ("gives no reason", base + [decided(9, "1", "bob", reason="")]),
                ("has no idempotency key", base + [{name: value for name, value in
                                                    decided(9, "1", "bob").items()
                                                    if name != "idempotency_key"}])):
            with self.subTest(words):
                self.assert_named(words, journal)


if __name__ == "__main__":
    unittest.main()
