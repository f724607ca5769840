"""Kill -9 at every step: the server dies at the n-th of its own system calls, for every n, in the middle of
a story in which everything happens that can happen to orders. After a restart, what was told holds,
no money has moved without its order, and the story goes on to its exact end.

The calls are those that write and sync the journal, and those that answer clients.
"""

import random
import time
import unittest
from collections import Counter

from api import Api, fresh_name, instant_ms
from auditor import Auditor
from client import Closed
from drill import seed_of_run
from faults import can_trace, killed_at
from flags import manual_clock, sale_refund_period_s
from server import Server, StartFailed

DEADLINE_S = 60
BALANCE_FEN, PRICE_FEN, WRONG_FEN = 1_000, 100, 7
WINDOW_S, REFUND_PERIOD_S, LASTS_MS = 60, 60, 600_000
PEOPLE = ("ann", "bob", "cat", "dan", "eve")
# An order's status as a client was told -> what it may be after a crash.
LATER = {"reserved": {"reserved", "paid", "cancelled", "timed_out"}, "paid": {"paid", "refunded"},
         "cancelled": {"cancelled"}, "timed_out": {"timed_out"}, "refunded": {"refunded"}}
RECORDS = {"sale_opened": 1, "order_reserved": 5, "waitlist_joined": 2, "order_paid": 2,
           "order_cancelled": 1, "order_refunded": 1, "order_timed_out": 1,
           "external_payment_taken": 3, "sale_closed": 1}
BALANCES = {"shop": 2 * PRICE_FEN, "ann": BALANCE_FEN, "bob": BALANCE_FEN, "cat": BALANCE_FEN,
            "dan": BALANCE_FEN + PRICE_FEN, "eve": BALANCE_FEN + WRONG_FEN - PRICE_FEN}


class Story:
    """A sale of two units from its opening to its close. A client repeats a step that was not answered,
    and never one that was."""

    def __init__(self, users, now_ms):
        self.users, self.now_ms, self.starts_ms = users, now_ms, now_ms
        self.api, self.sale = None, None
        self.orders = {}  # by name, as last told
        self.name = fresh_name("story")
        self.left = [
            self.open, lambda: self.reserve("ann"), lambda: self.pay("ann"),
            lambda: self.reserve("bob"), lambda: self.wait("cat"), lambda: self.wait("dan"),
            lambda: self.cancel("bob", "cancelled"), lambda: self.see_offer("cat"),
            lambda: self.confirm("cat", PRICE_FEN, "order_paid"),
            lambda: self.cancel("ann", "refunded"), lambda: self.see_offer("dan"),
            lambda: self.time_out("dan"),
            lambda: self.confirm("dan", PRICE_FEN, "credited_to_account"),
            lambda: self.reserve("eve"),
            lambda: self.confirm("eve", WRONG_FEN, "credited_to_account"),
            lambda: self.pay("eve"), self.close]

    def go_on(self, api):
        """To the end, or until the server is gone."""
        self.api = api
        while self.left:
            self.api.advance_to(self.now_ms)  # a restart has set the clock back to the last record
            self.left[0]()
            del self.left[0]

    def ask(self, status, answer):
        assert answer.status == status, (self.name, len(self.left), answer)
        return answer.json

    def until(self, what, holds):
        deadline = time.monotonic() + DEADLINE_S
        while not holds():
            assert time.monotonic() < deadline, f"never happened: {what}"
            time.sleep(0.005)

    def open(self):
        self.sale = self.ask(201, self.api.open_sale(
            self.users["shop"], self.starts_ms, self.starts_ms + LASTS_MS, 2, PRICE_FEN,
            f"{self.name}-open", payment_window_s=WINDOW_S))["id"]

    def reserve(self, name):
        answer = self.api.reserve(self.sale, self.users[name])
        if answer.code == "already_reserved":  # done before the crash, but nobody was told
            self.orders[name] = self.latest(name)
        else:
            self.orders[name] = self.ask(201, answer)

    def latest(self, name):
        return next((order for order in self.api.orders(self.users[name])
                     if order["sale_id"] == self.sale), None)

    def pay(self, name):
        order = self.orders[name]["id"]
        told = self.ask(200, self.api.pay_order(order, f"{self.name}-{name}"))
        assert told["status"] == "paid", told
        self.orders[name] = told

    def wait(self, name):
        self.ask(202, self.api.join_waitlist(self.sale, self.users[name]))

    def cancel(self, name, status):
        told = self.ask(200, self.api.cancel_order(self.orders[name]["id"]))
        assert told["status"] == status, told
        self.orders[name] = told

    def see_offer(self, name):
        self.until(f"an offer to {name}", lambda: self.latest(name))
        self.orders[name] = self.latest(name)

    def confirm(self, name, amount_fen, outcome):
        told = self.ask(200, self.api.pay_externally(self.orders[name]["id"], amount_fen,
                                                     f"{self.name}-{name}"))
        assert told["payment"]["outcome"] == outcome, told
        self.orders[name] = told["order"]

    def time_out(self, name):
        self.now_ms = instant_ms(self.orders[name]["pay_by"])
        self.api.advance_to(self.now_ms)
        order = self.orders[name]["id"]
        self.until("the timeout", lambda: self.api.order(order)["ended_at"])
        self.orders[name] = self.api.order(order)

    def close(self):
        self.now_ms = self.starts_ms + LASTS_MS + 1_000 * REFUND_PERIOD_S
        self.api.advance_to(self.now_ms)
        self.until("the close", lambda: self.api.sale(self.sale)["closed_at"])


class SaleCrashes(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        assert can_trace(), "this test makes calls fail by strace, which may not trace here"

    def setUp(self):
        seed = seed_of_run()
        print(f"seed {seed}", flush=True)
        self.chance = random.Random(seed)
        self.server = Server(manual_clock(), sale_refund_period_s(REFUND_PERIOD_S))
        self.addCleanup(self.server.remove)
        self.auditor = Auditor()

    def start(self, *wrapper):
        self.server.wrapper = list(wrapper)
        self.server.start()
        return Api(self.server.port)

    def users(self, api):
        """Fresh accounts by name; they put the clock, far ahead of the machine's, on record."""
        api.advance(3_600_000)
        users = {name: api.fresh_user(name, BALANCE_FEN) for name in PEOPLE}
        return {**users, "shop": api.fresh_user("shop", type="merchant")}

    def die_at(self, calls, when):
        """Takes a story to its end through a kill at that call; returns whether the kill came in its midst."""
        with self.start() as api:
            users = self.users(api)
            story = Story(users, api.now_ms())
        self.server.kill()
        try:
            api = self.start(*killed_at(calls, when))
        except StartFailed:
            api = None
        if api is not None:
            with api:
                try:
                    story.go_on(api)
                except Closed:
                    pass
        steps_left = len(story.left)
        self.server.kill()
        self.judge_journal()
        with self.start() as api:
            self.judge_told(story, api)
            story.go_on(api)
            self.judge_end(story, api)
        self.server.kill()
        records = self.judge_journal()
        self.assertEqual(RECORDS, Counter(record["type"] for record in records
                                          if record.get("sale_id") == story.sale))
        return steps_left

    def judge_journal(self):
        sound = self.server.verify()
        self.assertEqual(0, sound.returncode, f"{sound.stdout}{sound.stderr}")
        self.auditor.extend(self.server.dump_lines())
        self.assertEqual([], self.auditor.faults[:10])
        return self.auditor.model.by_sequence.values()

    def judge_told(self, story, api):
        """Right after the restart: what was told holds, and balances are what the orders say."""
        self.assertEqual(0, api.audit()["difference_fen"])
        for name, told in story.orders.items():
            live = api.order(told["id"])
            self.assertIn(live["status"], LATER[told["status"]], (name, told, live))
            for field in ("paid_at", "ended_at"):
                self.assertIn(told[field], (None, live[field]), (name, told, live))
            for payment in told["external_payments"]:
                self.assertIn(payment, live["external_payments"])
        for name in PEOPLE:
            self.assert_balance(api, story.users[name])

    def assert_balance(self, api, user):
        """What the account has paid and got, according to the user's orders."""
        expected = BALANCE_FEN
        for order in api.orders(user):
            credited = [item["amount_fen"] for item in order["external_payments"]
                        if item["outcome"] == "credited_to_account"]
            by_gateway = len(credited) < len(order["external_payments"])
            expected += sum(credited)
            expected -= order["amount_fen"] * (order["paid_at"] is not None and not by_gateway)
            expected += order["amount_fen"] * (order["status"] == "refunded")
        self.assertEqual(expected, api.balance(user), f"balance of {user}")

    def judge_end(self, story, api):
        self.assertEqual({"ann": "refunded", "bob": "cancelled", "cat": "paid", "dan": "timed_out",
                          "eve": "paid"},
                         {name: api.order(order["id"])["status"]
                          for name, order in story.orders.items()})
        self.assertEqual(BALANCES, {name: api.balance(user) for name, user in story.users.items()})
        shown = api.sale(story.sale)
        self.assertEqual(("closed", 0, 2, 2 * PRICE_FEN), tuple(
            shown[name] for name in ("status", "reserved", "sold", "payout_fen")))
        again = api.pay_order(story.orders["eve"]["id"], f"{story.name}-eve")
        self.assertTrue(again.status == 200 and again.replayed, again)

    def die_at_each(self, calls, stride=1):
        """Kills at every call, or at every n-th from a random one on, until a story ends before its kill."""
        when, met = self.chance.randint(1, stride), Counter()
        while (steps_left := self.die_at(calls, when)) > 0:
            met[steps_left] += 1
            when += stride
        print(f"{calls}: up to call {when}, steps left when it came: {dict(met)}", flush=True)
        self.assertGreater(len(met), 2, "the kills met hardly any step")
        with self.start() as api:
            self.assertEqual([], self.auditor.compare_with_views(api)[:10])

    def test_at_every_sync_of_the_journal(self):
        self.die_at_each("fdatasync")

    def test_at_writes_of_the_journals_pages(self):
        self.die_at_each("pwrite64", 3)

    def test_at_writes_of_runs_of_pages(self):
        self.die_at_each("writev")

    def test_at_answers_that_no_client_hears(self):
        self.die_at_each("sendto,sendmsg", 2)


if __name__ == "__main__":
    unittest.main()
