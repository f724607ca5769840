"""One movement of money by its number: both sides, and just what each side's statement says."""

import unittest

from api import fresh_name, round_of
from cases import ServerCase
from flags import awake_bytes_max, manual_clock

FIELDS = {"trade_no", "type", "amount_fen", "from", "to", "memo", "packet_id", "campaign_id",
          "order_id", "sale_id", "at"}
ESCROWS = {"packet": "packet_id", "campaign": "campaign_id", "order": "order_id",
           "sale": "sale_id"}


class Trades(ServerCase):
    server_flags = (manual_clock(),)

    def trade(self, trade_no):
        trade = self.assert_ok(self.api.get(f"/v1/trades/{trade_no}"))
        self.assertEqual(FIELDS, set(trade))
        self.assertEqual(str(trade_no), trade["trade_no"])
        return trade

    def assert_moved(self, trade_no, kind, source, target, amount_fen, memo=""):
        trade = self.trade(trade_no)
        self.assertEqual((kind, source, target, amount_fen, memo),
                         tuple(trade[name] for name in ("type", "from", "to", "amount_fen", "memo")))

    def test_deposits_withdrawals_and_transfers_are_there_at_once_with_both_sides(self):
        ann, bob = self.api.fresh_user("ann"), self.api.fresh_user("bob")
        paid_in = self.assert_ok(self.api.deposit(ann, 70, reference="bank 1"), 201)
        self.assert_moved(paid_in["trade_no"], "deposit", "outside", ann, 70, "bank 1")
        moved = self.assert_ok(self.api.transfer(ann, bob, 30, memo="noodles"), 201)
        self.assert_moved(moved["trade_no"], "transfer", ann, bob, 30, "noodles")
        paid_out = self.assert_ok(self.api.withdraw(bob, 20), 201)
        self.assert_moved(paid_out["trade_no"], "withdrawal", bob, "outside", 20)

    def movements(self):
        """Of each kind that clients ask for: what asks for it, and the balance after it."""
        ann, bob = self.api.fresh_user("ann", 50), self.api.fresh_user("bob")
        reference = fresh_name("bank")
        return [(lambda key: self.api.deposit(ann, 70, key, reference=reference), 120),
                (lambda key: self.api.transfer(ann, bob, 30, key, memo="noodles"), 90),
                (lambda key: self.api.transfer(bob, ann, 10, key), 20),
                (lambda key: self.api.withdraw(ann, 100, key, reference="cash"), 0),
                (lambda key: self.api.deposit(ann, 1, key), 1)]

    def test_who_makes_a_movement_is_told_all_of_it_and_the_balance_after_it(self):
        for ask, balance_fen in self.movements():
            receipt = self.assert_ok(ask(None), 201)
            self.assertEqual({**self.trade(receipt["trade_no"]), "balance_fen": balance_fen},
                             receipt)

    def test_asked_again_it_is_told_in_the_same_words_also_after_kill_9(self):
        movements = [(ask, fresh_name("key")) for ask, _ in self.movements()]
        told = [ask(key) for ask, key in movements]
        deposit, _ = movements[0]
        for end in (lambda: None, self.restart, self.crash_and_restart):
            end()
            for (ask, key), first in zip(movements, told):
                again = ask(key)
                self.assertEqual((201, first.body, True),
                                 (again.status, again.body, again.replayed))
            self.assertEqual(told[0].body, deposit(fresh_name("key")).body)  # by its reference

    def test_they_are_the_same_after_a_crash(self):
        ann = self.api.fresh_user("ann")
        trade_no = self.assert_ok(self.api.deposit(ann, 7), 201)["trade_no"]
        before = self.trade(trade_no)
        self.crash_and_restart()
        self.assertEqual(before, self.trade(trade_no))

    def test_what_moved_no_money_is_no_trade(self):
        ann = self.api.fresh_user("ann")  # opened by the last record
        opened = self.api.audit()["journal_sequence"]
        for trade_no in (opened, opened + 1, opened + 1_000_000, 0, "01", -1, 2**64 - 1, 2**64,
                         "x", "1.0", "%20", ann):
            with self.subTest(trade_no):
                self.assert_problem(self.api.get(f"/v1/trades/{trade_no}"), 404, "trade_not_found")

    def everything_that_moves_money(self):
        """Users with a statement line of every type."""
        api, now_ms = self.api, self.api.now_ms()
        ann, bob = api.fresh_user("ann", 5_000), api.fresh_user("bob", 100)
        shop = api.fresh_user("shop", 5_000, type="merchant")
        self.assert_ok(api.transfer(ann, bob, 10, memo="rent"), 201)
        self.assert_ok(api.withdraw(ann, 10), 201)
        packet = api.fresh_packet(ann, "equal", share_fen=5, count=3, blessing="luck",
                                  expires_in_s=60, sender_may_open=True)
        for user in (ann, bob):
            self.assert_ok(api.open(packet, user))
        campaign = api.fresh_campaign([round_of(now_ms, now_ms + 60_000)], 100, shop)
        self.assertEqual(10, self.assert_ok(api.shake(campaign, bob))["amount_fen"])
        sale = api.fresh_sale(now_ms, now_ms + 60_000, 10, shop, per_user_limit=5)
        orders = [self.assert_ok(api.reserve(sale, ann), 201)["id"] for _ in range(3)]
        for order in orders[:2]:
            self.assert_ok(api.pay_order(order))
        self.assert_ok(api.cancel_order(orders[0]))
        self.assert_ok(api.pay_externally(orders[2], 100, fresh_name("exact")))
        self.assert_ok(api.pay_externally(orders[2], 7, fresh_name("again")))
        api.advance(9 * 86_400_000)  # past the expiry, the round, and the sale with its refunds
        self.wait_until_refunded(packet)
        self.wait_until("the end of the campaign and the payout", lambda: {
            line["type"] for line in api.entries(shop)} >= {"refund", "sale_payout"})
        return [ann, bob, shop]

    def test_every_line_of_a_statement_is_a_side_of_its_trade(self):
        lines = [(user, line) for user in self.everything_that_moves_money()
                 for line in self.api.entries(user)]
        self.assertEqual({"deposit", "withdrawal", "transfer", "packet_send", "share_open",
                          "refund", "campaign_fund", "shake_win", "order_payment",
                          "external_payment", "sale_payout"}, {line["type"] for _, line in lines})
        for user, line in lines:
            with self.subTest((user, line)):
                trade = self.trade(line["trade_no"])
                mine, other = ("to", "from") if line["direction"] == "credit" else ("from", "to")
                self.assertEqual(user, trade[mine])
                for name in ("type", "amount_fen", "memo", "packet_id", "campaign_id", "order_id",
                             "sale_id", "at"):
                    self.assertEqual(line[name], trade[name], name)
                kind, _, number = trade[other].partition(":")
                if number:  # an escrow bears the id of its packet, campaign or sale
                    self.assertEqual(trade[ESCROWS[kind]], number)
                else:
                    self.assertTrue(trade[other] == "outside" or trade["type"] == "transfer")


class TradesOfTheSleeping(Trades):
    """The same with accounts that sleep as soon as they may."""

    server_flags = (*Trades.server_flags, awake_bytes_max(1))


if __name__ == "__main__":
    unittest.main()
