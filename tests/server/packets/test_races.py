"""Many at once: identical opens of one user, many users on few shares, duplicates in batches."""

import unittest
from collections import Counter

from api import fresh_name
from cases import ServerCase
from client import run_at_once
from flags import no_daily_limits

CONNECTIONS = 64


class Races(ServerCase):
    server_flags = no_daily_limits()

    def open_job(self, packet, user):
        return ("POST", f"/v1/packets/{packet}/open", {"user_id": user}, None)

    def test_1000_identical_opens_of_one_user_take_one_share(self):
        packet, user = self.api.fresh_packet(total_fen=1000, count=100), self.api.fresh_user("bob")
        answers = run_at_once(self.server.port, [self.open_job(packet, user)] * 1000, CONNECTIONS)
        self.assertEqual({200}, {answer.status for answer in answers})
        self.assertEqual(1, len({answer.json["amount_fen"] for answer in answers}))
        self.assertEqual(1, len({answer.json["opened_at"] for answer in answers}))
        self.assertEqual(Counter({True: 999, False: 1}),
                         Counter(answer.json["repeat"] for answer in answers))
        self.assertEqual(99, self.api.packet(packet)["remaining_count"])
        self.assert_balance(user, answers[0].json["amount_fen"])

    def test_500_users_on_100_shares_share_out_exactly_everything(self):
        for kind in ("lucky", "equal"):
            packet = self.api.fresh_packet(kind=kind, total_fen=5000, count=100)
            users = self.api.fresh_users(500)
            answers = run_at_once(self.server.port,
                                  [self.open_job(packet, user) for user in users], CONNECTIONS)
            won = [answer for answer in answers if answer.status == 200]
            self.assertEqual(100, len(won))
            self.assertEqual(5000, sum(answer.json["amount_fen"] for answer in won))
            for answer in answers:
                if answer.status != 200:
                    self.assert_problem(answer, 409, "packet_exhausted")
            winners = {answer.json["user_id"]: answer.json["amount_fen"] for answer in won}
            claims = {claim["user_id"]: claim["amount_fen"] for claim in self.api.claims(packet)}
            self.assertEqual(winners, claims)
            self.assertEqual("exhausted", self.api.packet(packet)["status"])

    def test_users_who_all_try_five_times_get_one_share_each(self):
        packet = self.api.fresh_packet(total_fen=4000, count=100)
        users = self.api.fresh_users(150)
        answers = run_at_once(self.server.port,
                              [self.open_job(packet, user) for user in users for _ in range(5)],
                              CONNECTIONS)
        by_user = {}
        for answer in answers:
            if answer.status == 200:
                by_user.setdefault(answer.json["user_id"], []).append(answer.json)
            else:
                self.assert_problem(answer, 409, "packet_exhausted")
        self.assertEqual(100, len(by_user))
        for opens in by_user.values():
            self.assertEqual(1, len({item["amount_fen"] for item in opens}))
            self.assertEqual(1, sum(not item["repeat"] for item in opens))
            self.assertEqual(5, len(opens), "a winner's retry was refused")

    def test_batches_racing_with_duplicates_inside_take_each_share_once(self):
        packets = [self.api.fresh_packet(total_fen=1000, count=50) for _ in range(4)]
        users = self.api.fresh_users(80)
        opens = [{"packet_id": packet, "user_id": user} for user in users for packet in packets]
        jobs = [("POST", "/v1/opens", {"opens": (opens + opens[::3])[shift:shift + 400]}, None)
                for shift in (0, 10, 20, 30, 0, 10, 20, 30)]
        answers = run_at_once(self.server.port, jobs, 8)
        amounts, firsts = {}, Counter()
        for job, answer in zip(jobs, answers):
            results = self.assert_ok(answer)["results"]
            self.assertEqual(len(job[2]["opens"]), len(results))
            for item, result in zip(job[2]["opens"], results):
                if "code" in result:
                    self.assertEqual("packet_exhausted", result["code"])
                    continue
                pair = (result["packet_id"], result["user_id"])
                self.assertEqual(pair, (item["packet_id"], item["user_id"]))
                amounts.setdefault(pair, set()).add(result["amount_fen"])
                firsts[pair] += not result["repeat"]
        self.assertEqual({1}, {len(told) for told in amounts.values()})
        self.assertEqual({1}, set(firsts.values()))
        for packet in packets:
            self.assertEqual(50, sum(1 for name, _ in amounts if name == packet))
            self.assertEqual(0, self.api.packet(packet)["remaining_fen"])

    def test_sends_racing_on_one_account_never_overdraw_it(self):
        sender = self.api.fresh_user("ann", 100)
        jobs = [("POST", "/v1/packets", {"sender": sender, "kind": "lucky", "total_fen": 7,
                                         "count": 2}, fresh_name("race")) for _ in range(64)]
        answers = run_at_once(self.server.port, jobs, CONNECTIONS)
        self.assertEqual(Counter({201: 14, 409: 50}), Counter(answer.status for answer in answers))
        self.assert_balance(sender, 2)

    def test_the_same_account_created_64_times_at_once_is_made_once(self):
        for _ in range(10):
            user = fresh_name("same")
            jobs = [("POST", "/v1/accounts", {"user_id": user, "username": user}, None)] * 64
            answers = run_at_once(self.server.port, jobs, CONNECTIONS)
            self.assertEqual(Counter({201: 1, 200: 63}),
                             Counter(answer.status for answer in answers))
            self.assertEqual(1, len({answer.json["created_at"] for answer in answers}))

    def test_freezing_while_withdrawing_loses_nothing(self):
        user = self.api.fresh_user("ann", 1000)
        jobs = [("POST", f"/v1/accounts/{user}/withdrawals", {"amount_fen": 1}, fresh_name("race"))
                for _ in range(200)]
        jobs.insert(100, ("PUT", f"/v1/accounts/{user}/status",
                          {"status": "frozen", "reason": "r"}, None))
        answers = run_at_once(self.server.port, jobs, CONNECTIONS)
        done = sum(answer.status == 201 for answer in answers)
        refused = [answer for answer in answers if answer.status >= 400]
        self.assertEqual(200, done + len(refused))
        for answer in refused:
            self.assert_problem(answer, 403, "account_frozen")
        self.assertGreater(len(refused), 0)
        self.assert_balance(user, 1000 - done)


if __name__ == "__main__":
    unittest.main()
