"""Deposits, withdrawals, transfers, and the statement that lists them line by line."""

import unittest

from api import Api, instant_ms
from cases import ServerCase
from client import run_in_threads
from flags import manual_clock

ENTRY_FIELDS = {"line_no", "trade_no", "type", "direction", "amount_fen", "balance_after_fen",
                "counterparty", "memo", "packet_id", "campaign_id", "sale_id", "order_id", "at"}
BALANCE_FEN_MAX = 2**53 - 1


class Money(ServerCase):
    server_flags = (manual_clock(),)

    def test_a_deposit_shows_at_once(self):
        user = self.api.fresh_user("ann", 100)
        answer = self.assert_ok(self.api.deposit(user, 23, reference="bank 7"), 201)
        self.assertEqual((23, 123), (answer["amount_fen"], answer["balance_fen"]))
        self.assertEqual(str(self.api.audit()["journal_sequence"]), answer["trade_no"])
        self.assert_balance(user, 123)

    def test_a_withdrawal_can_take_everything(self):
        user = self.api.fresh_user("ann", 100)
        answer = self.assert_ok(self.api.withdraw(user, 100, reference="cash"), 201)
        self.assertEqual((100, 0), (answer["amount_fen"], answer["balance_fen"]))
        self.assert_balance(user, 0)

    def test_a_withdrawal_of_one_fen_too_much_is_refused_and_changes_nothing(self):
        user = self.api.fresh_user("ann", 100)
        self.assert_problem(self.api.withdraw(user, 101), 409, "insufficient_funds")
        self.assert_balance(user, 100)

    def test_a_transfer_moves_the_money_at_once(self):
        ann, bob = self.api.fresh_user("ann", 100), self.api.fresh_user("bob")
        answer = self.assert_ok(self.api.transfer(ann, bob, 99, memo="lunch"), 201)
        self.assertEqual((99, 1), (answer["amount_fen"], answer["balance_fen"]))
        self.assert_balance(ann, 1)
        self.assert_balance(bob, 99)

    def test_a_transfer_without_the_money_is_refused_and_changes_nothing(self):
        ann, bob = self.api.fresh_user("ann", 100), self.api.fresh_user("bob")
        self.assert_problem(self.api.transfer(ann, bob, 101), 409, "insufficient_funds")
        self.assert_balance(ann, 100)
        self.assert_balance(bob, 0)

    def test_a_transfer_to_oneself_is_refused(self):
        ann = self.api.fresh_user("ann", 100)
        self.assert_problem(self.api.transfer(ann, ann, 1), 422, "same_account")

    def test_a_balance_never_grows_beyond_what_json_can_carry(self):
        rich, other = self.api.fresh_user("rich"), self.api.fresh_user("other", 1)
        audit = self.api.audit()
        rest = BALANCE_FEN_MAX - audit["accounts_fen"] - audit["escrow_fen"]
        step = 10**13
        for _ in range(rest // step):
            self.assert_ok(self.api.deposit(rich, step), 201)
        self.assert_problem(self.api.deposit(rich, step), 422, "balance_too_large")
        self.assert_problem(self.api.deposit(other, step), 422, "money_limit_reached")
        rest %= step
        self.assert_problem(self.api.deposit(other, rest + 1), 422, "money_limit_reached")
        self.assert_ok(self.api.deposit(other, rest), 201)
        for user in (rich, other):
            self.assert_problem(self.api.deposit(user, 1), 422, "money_limit_reached")
        self.assert_ok(self.api.withdraw(other, 1), 201)
        self.assert_ok(self.api.deposit(rich, 1), 201)  # a withdrawal makes room
        self.assert_ok(self.api.transfer(rich, other, step), 201)  # a credit never fails
        for user in (rich, other):
            while balance := self.api.balance(user):  # others need the room, too
                self.assert_ok(self.api.withdraw(user, min(balance, step)), 201)

    def test_totals_in_the_audit_follow_every_movement(self):
        before = self.api.audit()
        user = self.api.fresh_user("ann", 100)
        self.assert_ok(self.api.withdraw(user, 30), 201)
        self.api.fresh_packet(user, total_fen=20, count=2)
        after = self.api.audit()
        moved = {name: after[name] - before[name] for name in
                 ("deposited_fen", "withdrawn_fen", "accounts_fen", "escrow_fen")}
        self.assertEqual({"deposited_fen": 100, "withdrawn_fen": 30, "accounts_fen": 50,
                          "escrow_fen": 20}, moved)
        self.assertEqual(0, after["difference_fen"])
        self.assertNotEqual(before["journal_hash"], after["journal_hash"])

    def test_concurrent_withdrawals_never_take_more_than_there_is(self):
        user = self.api.fresh_user("ann", 50)
        won = []

        def take(_):
            with Api(self.server.port) as api:
                won.extend(answer.status for answer in
                           [api.withdraw(user, 1) for _ in range(10)] if answer.status == 201)

        run_in_threads(take, 8)
        self.assertEqual(50, len(won))
        self.assert_balance(user, 0)

    def test_transfers_in_a_circle_conserve_the_sum(self):
        users = [self.api.fresh_user("ring", 100) for _ in range(4)]

        def pass_on(number):
            with Api(self.server.port) as api:
                for step in range(40):
                    source, target = users[(number + step) % 4], users[(number + step + 1) % 4]
                    self.assertIn(api.transfer(source, target, 7).status, (201, 409))

        run_in_threads(pass_on, 8)
        self.assertEqual(400, sum(self.api.balance(user) for user in users))


class Statements(ServerCase):
    server_flags = (manual_clock(),)

    def story(self):
        """A user with one line of every type; returns the user, its friend, and the packet."""
        ann, bob = self.api.fresh_user("ann"), self.api.fresh_user("bob", 100)
        self.api.deposit(ann, 1000, reference="bank 7")
        self.api.withdraw(ann, 200, reference="cash")
        self.api.transfer(ann, bob, 50, memo="lunch")
        self.api.transfer(bob, ann, 5, memo="change")
        packet = self.api.fresh_packet(ann, "equal", share_fen=10, count=3, expires_in_s=60,
                                       sender_may_open=True, blessing="恭喜发财")
        self.assert_ok(self.api.open(packet, ann))
        self.api.advance(60_000)
        self.wait_until_refunded(packet)
        return ann, bob, packet

    def test_a_statement_has_every_field_of_every_line_newest_first(self):
        before_ms = self.api.now_ms()
        ann, bob, packet = self.story()
        lines = self.api.entries(ann)
        told = [(line["line_no"], line["type"], line["direction"], line["amount_fen"],
                 line["balance_after_fen"], line["packet_id"]) for line in lines]
        self.assertEqual([
            (7, "refund", "credit", 20, 755, packet),
            (6, "share_open", "credit", 10, 735, packet),
            (5, "packet_send", "debit", 30, 725, packet),
            (4, "transfer", "credit", 5, 755, None),
            (3, "transfer", "debit", 50, 750, None),
            (2, "withdrawal", "debit", 200, 800, None),
            (1, "deposit", "credit", 1000, 1000, None)], told)
        for line in lines:
            self.assertEqual(ENTRY_FIELDS, set(line))
        self.assertEqual([before_ms] * 6, [instant_ms(line["at"]) for line in lines[1:]])
        self.assertEqual(self.api.packet(packet)["closed_at"], lines[0]["at"])
        trades = [int(line["trade_no"]) for line in lines]
        self.assertEqual(sorted(set(trades), reverse=True), trades)
        self.assertEqual([(f"packet:{packet}", ""), (ann, ""), (f"packet:{packet}", "恭喜发财"),
                          (bob, "change"), (bob, "lunch"), ("outside", "cash"),
                          ("outside", "bank 7")],
                         [(line["counterparty"], line["memo"]) for line in lines])

    def test_both_sides_of_a_transfer_share_the_trade_number(self):
        ann, bob = self.api.fresh_user("ann", 10), self.api.fresh_user("bob")
        trade = self.assert_ok(self.api.transfer(ann, bob, 10), 201)["trade_no"]
        for user in (ann, bob):
            self.assertEqual(trade, self.api.entries(user)[0]["trade_no"])

    def test_a_statement_can_be_filtered_by_type(self):
        ann, _, _ = self.story()
        for kind, count in (("deposit", 1), ("withdrawal", 1), ("transfer", 2),
                            ("packet_send", 1), ("share_open", 1), ("refund", 1)):
            with self.subTest(kind):
                lines = self.api.listing(f"/v1/accounts/{ann}/entries?type={kind}", limit=1)
                self.assertEqual([kind] * count, [line["type"] for line in lines])

    def test_a_statement_can_be_filtered_by_time_with_from_in_and_to_out(self):
        user = self.api.fresh_user("ann")
        for _ in range(3):
            self.api.deposit(user, 1)
            self.api.advance(1000)
        middle = self.api.entries(user)[1]["at"]
        last = self.api.entries(user)[0]["at"]
        target = f"/v1/accounts/{user}/entries"
        numbers = {query: [line["line_no"] for line in self.api.listing(target + query)]
                   for query in (f"?from={middle}", f"?to={middle}", f"?from={middle}&to={last}")}
        self.assertEqual({f"?from={middle}": [3, 2], f"?to={middle}": [1],
                          f"?from={middle}&to={last}": [2]}, numbers)

    def test_pages_join_without_gap_or_repeat(self):
        user = self.api.fresh_user("ann")
        for _ in range(23):
            self.api.deposit(user, 1)
        for limit in (1, 2, 5, 22, 23, 24, 200):
            with self.subTest(limit):
                lines = self.api.listing(f"/v1/accounts/{user}/entries", limit)
                self.assertEqual(list(range(23, 0, -1)), [line["line_no"] for line in lines])

    def test_the_default_page_has_50_lines(self):
        user = self.api.fresh_user("ann")
        for _ in range(51):
            self.api.deposit(user, 1)
        page = self.assert_ok(self.api.get(f"/v1/accounts/{user}/entries"))
        self.assertEqual(50, len(page["items"]))
        self.assertIsInstance(page["next_cursor"], str)

    def test_a_cursor_stays_in_place_while_lines_are_added(self):
        user = self.api.fresh_user("ann")
        for _ in range(6):
            self.api.deposit(user, 1)
        target = f"/v1/accounts/{user}/entries?limit=3"
        first = self.assert_ok(self.api.get(target))
        for _ in range(4):
            self.api.deposit(user, 1)
        second = self.assert_ok(self.api.get(f"{target}&cursor={first['next_cursor']}"))
        numbers = [line["line_no"] for line in first["items"] + second["items"]]
        self.assertEqual([6, 5, 4, 3, 2, 1], numbers)

    def test_a_statement_without_lines_is_an_empty_page(self):
        user = self.api.fresh_user("new")
        page = self.assert_ok(self.api.get(f"/v1/accounts/{user}/entries"))
        self.assertEqual({"items": [], "next_cursor": None}, page)

    def test_bad_queries_are_refused(self):
        user = self.api.fresh_user("ann", 1)
        for query in ("limit=0", "limit=201", "limit=-1", "limit=ten", "limit=1.0", "limit=",
                      "type=gift", "from=yesterday", "to=2026-13-01T00:00:00.000Z"):
            with self.subTest(query):
                self.assert_problem(self.api.get(f"/v1/accounts/{user}/entries?{query}"),
                                    400, "invalid_request")
        for cursor in ("nonsense", "-1", "%00"):
            with self.subTest(cursor):
                self.assert_problem(self.api.get(f"/v1/accounts/{user}/entries?cursor={cursor}"),
                                    400, "invalid_cursor")


if __name__ == "__main__":
    unittest.main()
