"""The waiting list: the first in it is offered a freed unit, with a time to pay of its own; and a
unit that nobody waits for is there for whoever comes next, at once."""

import threading
import unittest
from collections import Counter

from api import Api, fresh_name, instant_ms
from client import encode_request, run_at_once, run_in_threads
from flags import awake_bytes_max, event_loop_count, manual_clock, router_count
from sale_case import PRICE_FEN, SaleCase

SALES = 4
TURNS = 100
PIPELINED = 20


class Waiting(SaleCase):
    def let_it_sleep(self):
        """What a subclass does between two steps."""

    def queue(self, sale, count):
        """Users who wait, the head first."""
        users = [self.buyer() for _ in range(count)]
        for position, user in enumerate(users, 1):
            self.waits(sale, user, position)
        return users

    def assert_nothing_offered(self, sale, users):
        self.assertEqual([], [user for user in users if self.order_of(user, sale)])

    def test_positions_are_in_the_order_of_coming_and_asking_again_changes_nothing(self):
        sale, _ = self.sold_out()
        users = self.queue(sale, 5)
        for again in (lambda: None, self.let_it_sleep, self.restart, self.crash_and_restart):
            again()
            for position, user in enumerate(users, 1):
                self.leaves_no_trace(lambda: self.waits(sale, user, position, repeat=True))
            self.assert_stock(sale, 0, 1, 0, 5)

    def test_the_first_reason_that_applies_is_told_and_nothing_is_touched(self):
        ghost, cold = fresh_name("ghost"), self.buyer()
        full, (order,) = self.sold_out()
        ended, some = self.sale(lasts_ms=1), self.sale(2)
        holder = self.buyer()
        self.reserved(some, holder)
        self.api.advance(1)
        upcoming = self.sale(starts_in_ms=1)
        self.assert_ok(self.api.set_status(cold, "frozen"))
        for status, code, sale, user in (
                (404, "sale_not_found", "1234567890123456789", ghost),
                (403, "sale_not_started", upcoming, ghost), (403, "sale_ended", ended, ghost),
                (409, "already_reserved", full, order["user_id"]),
                (409, "already_reserved", some, holder), (409, "stock_left", some, ghost),
                (409, "stock_left", some, cold), (404, "account_not_found", full, ghost),
                (403, "account_frozen", full, cold)):
            with self.subTest(code):
                self.refused_without_a_trace(code, status,
                                             lambda: self.api.join_waitlist(sale, user))
        self.assert_stock(full, 0, 1, 0)

    def test_a_freed_unit_is_offered_to_the_head_with_a_fresh_time_to_pay(self):
        sale, (order,) = self.sold_out(payment_window_s=60)
        users = self.queue(sale, 3)
        self.api.advance(30_000)
        self.let_it_sleep()
        self.cancelled(order)
        offer = self.offered(sale, users[0])
        now_ms = self.api.now_ms()
        self.assertEqual((1, PRICE_FEN, "reserved", now_ms, now_ms + 60_000), (
            offer["quantity"], offer["amount_fen"], offer["status"],
            instant_ms(offer["reserved_at"]), instant_ms(offer["pay_by"])))
        self.assert_stock(sale, 0, 1, 0, 2)
        for position, user in enumerate(users[1:], 1):
            self.waits(sale, user, position, repeat=True)
        self.assert_nothing_offered(sale, users[1:])
        self.assert_problem(self.api.join_waitlist(sale, users[0]), 409, "already_reserved")
        self.to_pay_by(offer, -1)
        self.paid(offer)
        self.assert_stock(sale, 0, 0, 1, 2)

    def test_units_freed_in_every_way_go_to_the_head_each_in_turn(self):
        sale, (first,) = self.sold_out(payment_window_s=60)
        users = self.queue(sale, 4)
        self.let_it_sleep()
        self.to_pay_by(first)                       # timed out
        second = self.offered(sale, users[0])
        self.assert_nothing_offered(sale, users[1:])
        self.cancelled(second)                      # cancelled
        third = self.paid(self.offered(sale, users[1]))
        self.assert_nothing_offered(sale, users[2:])
        self.let_it_sleep()
        self.cancelled(third, "refunded")           # refunded
        fourth = self.offered(sale, users[2])
        self.assert_nothing_offered(sale, users[3:])
        self.to_pay_by(fourth)
        fifth = self.offered(sale, users[3])
        self.paid_externally(fifth)
        self.assert_stock(sale, 0, 0, 1)
        records = self.records_of(sale)
        self.assertEqual(users, [record["user_id"] for record in records
                                 if record["type"] == "order_reserved" and record["is_offer"]])

    def test_many_units_freed_at_once_are_offered_in_order_and_the_rest_is_for_all(self):
        sale, held = self.sold_out(7, payment_window_s=60)
        users = self.queue(sale, 5)
        self.let_it_sleep()
        self.to_pay_by(held[0])
        for user in users:
            self.offered(sale, user)
        self.wait_until("two units for all", lambda: self.api.sale(sale)["available"] == 2)
        self.assert_stock(sale, 2, 5, 0)
        offers = [record["user_id"] for record in self.records_of(sale)
                  if record["type"] == "order_reserved" and record["is_offer"]]
        self.assertEqual(users, offers)
        for _ in range(2):
            self.reserved(sale, self.buyer())
        self.assert_problem(self.api.reserve(sale, self.buyer()), 409, "sold_out")

    def test_an_order_of_many_units_that_ends_serves_many_who_wait(self):
        sale = self.sale(3, per_user_limit=3)
        order = self.reserved(sale, self.buyer(), quantity=3)
        users = self.queue(sale, 2)
        self.cancelled(order)
        for user in users:
            self.assertEqual(1, self.offered(sale, user)["quantity"])
        self.assert_stock(sale, 1, 2, 0)

    def test_a_newcomer_never_gets_what_belongs_to_those_who_wait(self):
        sale, (order,) = self.sold_out()
        users, newcomers = self.queue(sale, 1), self.api.fresh_users(40)
        jobs = [("POST", f"/v1/sales/{sale}/reservations", {"user_id": user}, None)
                for user in newcomers]
        jobs.insert(20, ("POST", f"/v1/orders/{order['id']}/cancellation", None, None))
        answers = run_at_once(self.server.port, jobs, len(jobs))
        self.assert_ok(answers.pop(20))
        self.assertEqual({"sold_out"}, {answer.code for answer in answers})
        self.offered(sale, users[0])

    def test_a_waiting_user_may_hold_a_unit_already_if_the_limit_is_several(self):
        sale = self.sale(3, per_user_limit=2)
        bob, cat = self.buyer(), self.buyer()
        self.reserved(sale, bob)
        order = self.reserved(sale, cat, quantity=2)
        self.waits(sale, bob, 1)
        self.cancelled(order)
        self.wait_until("the offer", lambda: len(self.api.orders(bob)) == 2)
        self.assert_stock(sale, 1, 2, 0)
        self.assert_problem(self.api.reserve(sale, bob), 409, "already_reserved")

    def test_frozen_heads_are_passed_over_and_may_come_again(self):
        sale, held = self.sold_out(2)
        users = self.queue(sale, 5)
        for user in (users[0], users[1], users[3]):
            self.assert_ok(self.api.set_status(user, "frozen"))
        self.let_it_sleep()
        self.cancelled(held[0])
        self.offered(sale, users[2])
        self.assert_stock(sale, 0, 2, 0, 2)  # a user who was passed over does not wait any more
        self.cancelled(held[1])
        self.offered(sale, users[4])
        self.assert_stock(sale, 0, 2, 0)
        self.assert_nothing_offered(sale, [users[0], users[1], users[3]])
        self.assert_ok(self.api.set_status(users[0], "active"))
        self.waits(sale, users[0], 1)
        passed = [record["user_id"] for record in self.records_of(sale)
                  if record["type"] == "waiter_passed_over"]
        self.assertEqual([users[0], users[1], users[3]], passed)

    def test_if_everybody_who_waits_is_frozen_the_unit_is_for_all(self):
        sale, (order,) = self.sold_out()
        for user in self.queue(sale, 3):
            self.assert_ok(self.api.set_status(user, "frozen"))
        self.cancelled(order)
        self.wait_until("a unit for all", lambda: self.api.sale(sale)["available"] == 1)
        self.reserved(sale, self.buyer())
        self.assert_stock(sale, 0, 1, 0)

    def test_a_user_frozen_after_the_offer_keeps_it_until_its_time_is_up(self):
        sale, (order,) = self.sold_out(payment_window_s=60)
        users = self.queue(sale, 2)
        self.cancelled(order)
        offer = self.offered(sale, users[0])
        self.assert_ok(self.api.set_status(users[0], "frozen"))
        self.assert_problem(self.api.pay_order(offer["id"]), 403, "account_frozen")
        self.to_pay_by(offer)
        self.paid(self.offered(sale, users[1]))

    def test_nothing_is_offered_after_the_end(self):
        for early_ms in (1, 0):
            with self.subTest(early_ms):
                sale, (order,) = self.sold_out(lasts_ms=60_000)
                users = self.queue(sale, 2)
                self.paid(order)
                self.let_it_sleep()
                self.to_end(sale, -early_ms)
                self.cancelled(order, "refunded")
                if early_ms:
                    offer = self.offered(sale, users[0])
                    self.to_end(sale)
                    self.to_pay_by(offer)
                    self.wait_until_timed_out(offer)
                self.assertEqual(("ended", 1, 0), tuple(
                    self.api.sale(sale)[name] for name in ("status", "available", "waiting")))
                self.assert_problem(self.api.join_waitlist(sale, users[1]), 403, "sale_ended")
                self.crash_and_restart()
                self.to_end(sale, 60_000)
                self.assert_nothing_offered(sale, users[early_ms:])
                self.assertEqual(early_ms, sum(
                    record["type"] == "order_reserved" and record["is_offer"]
                    for record in self.records_of(sale)))

    def assert_place(self, sale, user, position):
        place = self.assert_ok(self.api.waitlist_place(sale, user))
        self.assertEqual({"sale_id": sale, "user_id": user, "position": position}, place)

    def assert_gone(self, sale, user):
        for ask in (self.api.waitlist_place, self.api.leave_waitlist):
            self.refused_without_a_trace("not_waiting", 404, lambda: ask(sale, user))

    def leaves(self, sale, user):
        self.assertEqual({"sale_id": sale, "user_id": user, "left": True},
                         self.assert_ok(self.api.leave_waitlist(sale, user)))

    def test_a_place_is_looked_at_without_a_trace_and_left_for_good(self):
        sale, (order,) = self.sold_out()
        users = self.queue(sale, 6)
        for user in (users[2], users[0], users[3]):
            self.leaves(sale, user)
            self.assert_gone(sale, user)
        staying = [users[1], users[4], users[5]]
        for change in (lambda: None, self.let_it_sleep, self.restart, self.crash_and_restart):
            change()
            for position, user in enumerate(staying, 1):
                self.leaves_no_trace(lambda: self.assert_place(sale, user, position))
            self.assert_gone(sale, users[2])
            self.assert_stock(sale, 0, 1, 0, 3)
        self.waits(sale, users[2], 4)
        self.leaves(sale, users[1])
        self.crash_and_restart()
        self.cancelled(order)
        self.offered(sale, users[4])
        self.assert_gone(sale, users[4])
        self.assert_nothing_offered(sale, [users[0], users[1], users[3]])
        self.assert_place(sale, users[5], 1)
        self.assert_place(sale, users[2], 2)

    def test_when_all_have_left_units_are_for_whoever_comes(self):
        sale, (order,) = self.sold_out()
        users = self.queue(sale, 3)
        for user in users[::-1]:
            self.leaves(sale, user)
            self.let_it_sleep()
        self.cancelled(order)
        self.assert_stock(sale, 1, 0, 0)
        self.reserved(sale, users[0])

    def test_nobody_waits_where_there_is_no_list_and_after_the_end(self):
        sale, _ = self.sold_out(lasts_ms=60_000)
        (user,) = self.queue(sale, 1)
        for ask in (self.api.waitlist_place, self.api.leave_waitlist):
            self.refused_without_a_trace("sale_not_found", 404, lambda: ask("12", user))
            self.refused_without_a_trace("sale_not_found", 404, lambda: ask("x", "nobody"))
            self.refused_without_a_trace("account_not_found", 404, lambda: ask(sale, "nobody"))
        self.assert_gone(self.sale(1), user)
        self.assert_ok(self.api.set_status(user, "frozen"))
        self.assert_place(sale, user, 1)
        self.to_end(sale)
        self.assert_gone(sale, user)

    def test_leaving_takes_a_body_or_a_key_and_heeds_neither(self):
        sale, _ = self.sold_out()
        users = self.queue(sale, 2)
        target = f"/v1/sales/{sale}/waitlist/"
        self.assert_ok(self.api.request("DELETE", target + users[0], {}, "key"))
        answer = self.api.request("DELETE", target + users[0], {}, "key")
        self.assert_problem(answer, 404, "not_waiting")
        self.assertFalse(answer.replayed)
        self.assert_ok(self.api.request("DELETE", target + users[1], None, "key"))

    def test_offers_go_on_after_kill_9(self):
        sale, held = self.sold_out(3)
        users = self.queue(sale, 6)
        for place, order in enumerate(held):
            self.cancelled(order)  # told, so it is on record; the offer may not be
            self.crash_and_restart()
            self.offered(sale, users[place])
            self.assert_nothing_offered(sale, users[place + 1:])
        self.assert_stock(sale, 0, 3, 0, 3)


class WaitingOfSleepers(Waiting):
    server_flags = (manual_clock(), awake_bytes_max(1), router_count(4))

    def let_it_sleep(self):
        for _ in range(3):
            packet = self.api.fresh_packet(total_fen=10, count=2)
            self.assert_ok(self.api.open(packet, self.api.fresh_user("other")))


class Reopening(SaleCase):
    """Once somebody is told that an order is cancelled, nobody who asks afterwards is told "sold out"
    from an older state."""

    def test_after_a_cancellation_the_very_next_reservation_succeeds_in_the_hottest_rush(self):
        """Two users of each sale give a unit back and take one again, on another connection: so there
        is always one for a user who has just given one back. A crowd that may have none asks, too."""
        sales = [self.sold_out(2) for _ in range(SALES)]
        stop, self.rushed = threading.Event(), Counter()
        rush = [threading.Thread(target=self.rush, args=(sale, stop)) for sale, _ in sales]
        for thread in rush:
            thread.start()
        try:
            givers = [order for _, held in sales for order in held]
            run_in_threads(lambda number: self.give_back_and_take(givers[number], number),
                           len(givers))
        finally:
            stop.set()
            for thread in rush:
                thread.join()
        print(f"the crowd was told {dict(self.rushed)}", flush=True)
        self.assertEqual({"sold_out", "account_not_found"}, set(self.rushed))
        for sale, _ in sales:
            self.assert_stock(sale, 0, 2, 0)
            kinds = self.kinds_of(sale)
            self.assertEqual((2 * (TURNS + 1), 2 * TURNS), (
                kinds["order_reserved"], kinds["order_cancelled"] + kinds["order_refunded"]))

    def give_back_and_take(self, order, number):
        sale, user = order["sale_id"], order["user_id"]
        with Api(self.server.port) as giver, Api(self.server.port) as taker:
            for turn in range(TURNS):
                if turn % 3 == number % 3:
                    assert giver.pay_order(order["id"]).status == 200
                told = giver.cancel_order(order["id"])
                assert told.json["status"] in ("cancelled", "refunded"), told
                answer = taker.reserve(sale, user)
                assert answer.status == 201, f"turn {turn}: {told} was followed by {answer}"
                order = answer.json

    def rush(self, sale, stop):
        """Users who do not exist: they take nothing, and are told that they do not exist only while units are left."""
        target, told = f"/v1/sales/{sale}/reservations", Counter()
        with Api(self.server.port) as api:
            while not stop.is_set():
                api.send(b"".join(encode_request("POST", target, {"user_id": fresh_name("ghost")})
                                  for _ in range(PIPELINED)))
                told.update(api.read_answer().code for _ in range(PIPELINED))
        self.rushed += told

    def test_the_next_unit_may_go_to_anybody(self):
        """One unit, given back by one and taken by the next, again and again, over four connections."""
        sale, (order,) = self.sold_out()
        lines = [Api(self.server.port) for _ in range(4)]
        for line in lines:
            self.addCleanup(line.close)
        for turn, user in enumerate(self.api.fresh_users(300)):
            giver, taker = lines[turn % 4], lines[(turn + 1) % 4]
            late = taker.reserve(sale, user)
            self.assert_problem(late, 409, "sold_out")
            self.assert_ok(giver.cancel_order(order["id"]))
            order = self.assert_ok(taker.reserve(sale, user), 201)
        self.assert_stock(sale, 0, 1, 0)

    def test_a_unit_that_timed_out_can_be_reserved_as_soon_as_it_is_shown(self):
        sale, (order,) = self.sold_out(payment_window_s=1, lasts_ms=600_000)
        for user in self.api.fresh_users(60):
            self.to_pay_by(order)
            self.wait_until("the unit", lambda: self.api.sale(sale)["available"] == 1)
            order = self.assert_ok(self.api.reserve(sale, user), 201)
            self.assert_problem(self.api.reserve(sale, "nobody"), 409, "sold_out")


class ReopeningOnManyThreads(Reopening):
    server_flags = (manual_clock(), event_loop_count(3), router_count(4))


if __name__ == "__main__":
    unittest.main()
