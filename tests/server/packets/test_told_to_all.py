"""What one client has been told, everybody is shown: views agree while many write and many look.

Accounts that are looked at here are only ever credited, or change by one client's calls, so what
was acknowledged or seen before a read is a floor for what the read must show.
"""

import os
import random
import threading
import unittest

from drill import seed_of_run
import flags
from api import Api, fresh_name
from cases import ServerCase
from client import Connection, encode_request, run_at_once, run_in_threads

WRITERS = 8
LOOKERS = 4


def printed_seed():
    seed = seed_of_run()
    print(f"seed {seed}", flush=True)
    return seed


class Floors:
    """The least that each name must be shown with, raised by any client that learns of more."""

    def __init__(self):
        self._lock = threading.Lock()
        self._floors = {}

    def add(self, name, more):
        with self._lock:
            self._floors[name] = self._floors.get(name, 0) + more

    def of(self, name):
        with self._lock:
            return self._floors.get(name, 0)


class ToldToAll(ServerCase):
    """All of the server's threads share one processor, and there are many routers to be told.

        So a client that is told is likely to act at once, before the next ones are told.
    """

    server_flags = [*flags.no_daily_limits(), flags.router_count(512)]

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.server.wrapper = ["taskset", "--cpu-list", str(min(os.sched_getaffinity(0)))]
        cls.api.close()
        cls.server.restart()
        cls.api = Api(cls.server.port)

    def race(self, write, look, writes, seed):
        """Each writer calls write(api, chance, number) this many times, while lookers look.

        All look until the last writer is done; a writer that fails is done, too.
        """
        finished = set()

        def work(number):
            chance = random.Random(seed * 100 + number)
            with Api(self.server.port) as api:
                if number < WRITERS:
                    try:
                        for _ in range(writes):
                            write(api, chance, number)
                    finally:
                        finished.add(number)
                while len(finished) < WRITERS:
                    look(api, chance)

        run_in_threads(work, WRITERS + LOOKERS)

    def look_during(self, jobs, look, seed):
        """Each looker calls look(lines, chance) again and again, while the jobs are done.

        Jobs and looks are sent many at a time, so that the server is busy, not the test.
        """
        finished = threading.Event()

        def work(number):
            if number == LOOKERS:
                try:
                    for answer in run_at_once(self.server.port, jobs, WRITERS):
                        self.assert_ok(answer, 201)
                finally:
                    finished.set()
                return
            lines = [Connection(self.server.port).connect() for _ in range(WRITERS)]
            for line in lines:
                self.addCleanup(line.close)
            chance = random.Random(seed + number)
            while not finished.is_set():
                look(lines, chance)

        run_in_threads(work, LOOKERS + 1)

    def test_lists_of_packets_sent_are_answered_while_their_senders_send(self):
        seed = printed_seed()
        senders = [self.api.fresh_user("sender", 10_000) for _ in range(WRITERS)]
        jobs = [("POST", "/v1/packets", {"sender": sender, "kind": "equal", "share_fen": 2,
                                         "count": 2}, fresh_name("send"))
                for _ in range(400) for sender in senders]

        def look(lines, chance):
            # The newest packet is the likeliest to be known to some and not yet to others.
            for line in lines:
                line.send(encode_request(
                    "GET", f"/v1/accounts/{chance.choice(senders)}/packets/sent?limit=1"))
            for line in lines:
                self.assert_ok(line.read_answer())

        self.look_during(jobs, look, seed)
        for sender in senders:
            self.assertEqual(400, len(self.api.listing(f"/v1/accounts/{sender}/packets/sent")))

    def test_a_balance_includes_every_statement_line_that_was_seen(self):
        seed = printed_seed()
        chance = random.Random(seed)
        savers = self.api.fresh_users(6, "saver")
        payer = self.api.fresh_user("payer", 100_000)
        jobs = []
        for _ in range(2000):
            saver, amount = chance.choice(savers), chance.randint(1, 9)
            jobs.append(chance.choice([
                ("POST", f"/v1/accounts/{saver}/deposits", {"amount_fen": amount}),
                ("POST", "/v1/transfers", {"from": payer, "to": saver, "amount_fen": amount})])
                + (fresh_name("credit"),))

        def look(lines, chance):
            looked_at = [chance.choice(savers) for _ in lines]
            for line, saver in zip(lines, looked_at):
                line.send(encode_request("GET", f"/v1/accounts/{saver}/entries?limit=1"))
            newest = []
            for line, saver in zip(lines, looked_at):
                newest.append(self.assert_ok(line.read_answer())["items"])
                line.send(encode_request("GET", f"/v1/accounts/{saver}"))
            for line, entries in zip(lines, newest):
                seen = self.assert_ok(line.read_answer())["balance_fen"]
                for entry in entries:
                    self.assertGreaterEqual(seen, entry["balance_after_fen"], entry)

        self.look_during(jobs, look, seed)

    def test_a_change_of_status_is_answered_with_the_status_asked_for(self):
        chance = random.Random(printed_seed())
        for connections, count in ((2, 800), (12, 600)):
            user = self.api.fresh_user("ann", 10)
            jobs = [("PUT", f"/v1/accounts/{user}/status",
                     {"status": chance.choice(["active", "frozen"]), "reason": "a race"}, None)
                    for _ in range(count)]
            for job, answer in zip(jobs, run_at_once(self.server.port, jobs, connections)):
                self.assert_ok(answer)
                self.assertEqual((user, job[2]["status"]),
                                 (answer.json["user_id"], answer.json["status"]))

    def test_two_clients_that_flip_an_account_each_see_their_own_word(self):
        user = self.api.fresh_user("ann", 10)

        def flip(number):
            status = ("active", "frozen")[number]
            with Api(self.server.port) as api:
                for _ in range(400):
                    answer = self.assert_ok(api.set_status(user, status))
                    self.assertEqual(status, answer["status"])

        run_in_threads(flip, 2)

    def test_an_acknowledged_transfer_is_shown_to_the_receiver_by_every_connection(self):
        seed = printed_seed()
        senders = [self.api.fresh_user("ann", 100_000) for _ in range(WRITERS)]
        receivers = self.api.fresh_users(20, "bob")
        told = Floors()
        others = [Api(self.server.port) for _ in senders]
        for other in others:
            self.addCleanup(other.close)

        def transfer(api, chance, number):
            receiver, amount = chance.choice(receivers), chance.randint(1, 9)
            answer = self.assert_ok(api.transfer(senders[number], receiver, amount), 201)
            told.add(receiver, amount)
            floor = told.of(receiver)
            self.assertGreaterEqual(others[number].balance(receiver), floor, receiver)
            page = self.assert_ok(others[number].get(f"/v1/accounts/{receiver}/entries?limit=200"))
            self.assertIn(answer["trade_no"], [line["trade_no"] for line in page["items"]])

        def look(api, chance):
            receiver = chance.choice(receivers)
            floor = told.of(receiver)
            self.assertGreaterEqual(api.balance(receiver), floor, receiver)

        self.race(transfer, look, 80, seed)
        self.assertEqual(sum(map(told.of, receivers)), sum(map(self.api.balance, receivers)))

    def test_an_acknowledged_open_is_in_the_balance_the_statement_the_claims_and_the_list(self):
        seed = printed_seed()
        packets = [self.api.fresh_packet(total_fen=1000, count=100) for _ in range(4)]
        openers = [iter(self.api.fresh_users(50, "opener")) for _ in range(WRITERS)]
        told = Floors()
        others = [Api(self.server.port) for _ in openers]
        for other in others:
            self.addCleanup(other.close)

        def open_one(api, chance, number):
            packet, user, other = chance.choice(packets), next(openers[number]), others[number]
            answer = api.open(packet, user)
            if answer.status == 409:
                return self.assert_problem(answer, 409, "packet_exhausted")
            amount = self.assert_ok(answer)["amount_fen"]
            told.add(packet, 1)
            looks = [
                lambda: self.assertEqual(amount, other.balance(user)),
                lambda: self.assertEqual(
                    [("share_open", "credit", amount, amount, packet)],
                    [(line["type"], line["direction"], line["amount_fen"],
                      line["balance_after_fen"], line["packet_id"])
                     for line in other.entries(user)]),
                lambda: self.assertIn((user, amount),
                                      [(claim["user_id"], claim["amount_fen"])
                                       for claim in other.claims(packet)]),
                lambda: self.assertEqual(
                    [(packet, amount)],
                    [(item["id"], item["own_share_fen"])
                     for item in other.listing(f"/v1/accounts/{user}/packets/received")])]
            chance.shuffle(looks)  # each of them must be right on its own, as if it were the first
            for look_at in looks:
                look_at()

        def look(api, chance):
            packet = chance.choice(packets)
            floor = told.of(packet)
            opened = 100 - api.packet(packet)["remaining_count"]
            self.assertGreaterEqual(opened, floor)
            self.assertGreaterEqual(len(api.claims(packet)), opened, "fewer claims than opens")

        self.race(open_one, look, 40, seed)


if __name__ == "__main__":
    unittest.main()
