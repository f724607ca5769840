"""Commands beyond the bound in flight: refused as a whole, 503 with Retry-After; then all is well."""

import unittest

from api import fresh_name
from cases import ServerCase
from client import run_at_once
from flags import commands_in_flight_max, no_daily_limits

CONNECTIONS = 96
ROUNDS_MAX = 200


class Overload(ServerCase):
    server_flags = (commands_in_flight_max(4), *no_daily_limits())

    def assert_overloaded(self, answer):
        self.assert_problem(answer, 503, "overloaded")
        self.assertGreaterEqual(int(answer.headers["retry-after"]), 1)

    def flood(self, job):
        """Rounds of requests at once until some were refused; every job with its answer."""
        done = []
        for _ in range(ROUNDS_MAX):
            jobs = [job(number) for number in range(CONNECTIONS)]
            answers = run_at_once(self.server.port, jobs, CONNECTIONS)
            done += zip(jobs, answers)
            if any(answer.status == 503 for answer in answers):
                return done
        self.fail("nothing was ever refused for load")

    def test_deposits_beyond_the_bound_are_refused_and_the_rest_count_exactly(self):
        user = self.api.fresh_user("ann")
        target = f"/v1/accounts/{user}/deposits"
        done = self.flood(lambda _: ("POST", target, {"amount_fen": 1}, fresh_name("flood")))
        taken = 0
        for _, answer in done:
            if answer.status == 201:
                taken += 1
            else:
                self.assert_overloaded(answer)
        self.assertGreater(taken, 0)
        self.assert_balance(user, taken)
        for job, answer in done:
            again = self.api.request(*job)
            self.assert_ok(again, 201)
            self.assertEqual(answer.status == 201, again.replayed)
        self.assert_balance(user, len(done))

    def test_opens_beyond_the_bound_are_refused_and_no_share_is_half_taken(self):
        shop = self.api.fresh_user("shop", 10**6, type="merchant")
        packet = self.api.fresh_packet(shop, "equal", share_fen=1, count=20_000)
        users = iter(self.api.fresh_users(CONNECTIONS * 20) * 10)
        done = self.flood(lambda _: ("POST", f"/v1/packets/{packet}/open",
                                     {"user_id": next(users)}, None))
        winners = set()
        for job, answer in done:
            if answer.status == 200:
                winners.add(job[2]["user_id"])
            else:
                self.assert_overloaded(answer)
        self.assertEqual(20_000 - len(winners), self.api.packet(packet)["remaining_count"])
        for job, _ in done:
            self.assert_ok(self.api.request(*job))

    def test_after_the_flood_the_server_serves_normally(self):
        user = self.api.fresh_user("ann")
        self.flood(lambda _: ("POST", f"/v1/accounts/{user}/deposits", {"amount_fen": 1},
                              fresh_name("flood")))
        balance = self.api.balance(user)
        for number in range(1, 101):
            answer = self.assert_ok(self.api.deposit(user, 1), 201)
            self.assertEqual(balance + number, answer["balance_fen"])
        self.assert_ok(self.api.get("/readyz"))


if __name__ == "__main__":
    unittest.main()
