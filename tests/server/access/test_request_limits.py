"""Limits of requests: who asks too much is refused without a trace, and nobody else notices."""

import threading
import time
import unittest

import flags
from access import Bearer, bearer, control
from api import fresh_name
from cases import ServerCase
from client import Connection, encode_request

PER_S = 2
BURST_S = 5
BURST = PER_S * BURST_S


class LimitCase(ServerCase):
    def user_api(self, user=None):
        user = user or self.api.fresh_user("user", 1_000)
        with control(self.server) as operator:
            token = operator.issue_token(user)
        self.assert_ok(token, 201)
        api = Bearer(self.server.port, token.json["token"])
        api.user_id = user
        self.addCleanup(api.close)
        return api

    def assert_limited(self, answer, limit):
        self.assert_problem(answer, 429, "rate_limited")
        self.assertGreaterEqual(int(answer.headers["retry-after"]), 1)
        self.assertEqual(int(answer.headers["retry-after"]), answer.json["retry_after_s"])
        self.assertEqual(str(limit), answer.headers["ratelimit-limit"])
        self.assertLess(int(answer.headers["ratelimit-remaining"]), limit)
        self.assertGreaterEqual(int(answer.headers["ratelimit-reset"]), 0)


class Limits(LimitCase):
    server_flags = (flags.requests_per_s_per_user(PER_S), flags.request_burst_s(BURST_S),
                    flags.requests_per_s_per_key(PER_S), *flags.no_daily_limits())

    def pipelined(self, api, method, target, body=None, count=BURST + 20):
        """Answers to as many of the same request, sent at once: with new keys, so that each would do something."""
        line = Connection(self.server.port).connect()
        self.addCleanup(line.close)
        for _ in range(count):
            key = fresh_name("key") if method == "POST" else None
            line.send(encode_request(method, target, body, key, headers=[bearer(api.credential)]))
        return [line.read_answer() for _ in range(count)]

    def test_beyond_the_burst_a_user_is_refused_and_others_are_not(self):
        ann, bob = self.user_api(), self.user_api()
        answers = self.pipelined(ann, "GET", f"/v1/accounts/{ann.user_id}")
        taken = [answer for answer in answers if answer.status == 200]
        self.assertGreaterEqual(len(taken), BURST)
        self.assertEqual(answers[:BURST], taken[:BURST], "the first ones are let in")
        refused = [answer for answer in answers if answer.status != 200]
        self.assertTrue(refused)
        for answer in refused:
            self.assert_limited(answer, BURST)
        self.assertNotIn("ratelimit-limit", taken[0].headers)
        self.assert_ok(bob.get(f"/v1/accounts/{bob.user_id}"))
        self.assert_ok(self.api.account(ann.user_id))
        self.wait_until("it is let in again", lambda: ann.get(f"/v1/accounts/{ann.user_id}").status == 200)

    def test_what_is_refused_has_done_nothing(self):
        ann, bob = self.user_api(), self.api.fresh_user("bob")
        answers = self.pipelined(ann, "POST", "/v1/transfers", {"to": bob, "amount_fen": 1})
        statuses = [answer.status for answer in answers]
        self.assertEqual({201, 429}, set(statuses))
        self.assert_balance(bob, statuses.count(201))
        self.assert_balance(ann.user_id, 1_000 - statuses.count(201))

    def test_what_is_refused_is_not_even_parsed(self):
        ann = self.user_api()
        self.pipelined(ann, "GET", f"/v1/accounts/{ann.user_id}")
        line = self.connect()
        line.send(encode_request("POST", "/v1/transfers", b"{ this is no JSON", fresh_name("key"),
                                 headers=[bearer(ann.credential)]))
        self.assert_limited(line.read_answer(), BURST)

    def test_batches_cost_as_much_as_their_items(self):
        ann = self.user_api()
        shop = self.api.fresh_user("shop", 10**6, type="merchant")
        packet = self.api.fresh_packet(shop, "equal", share_fen=1, count=1_000)
        opens = [{"packet_id": packet, "user_id": ann.user_id}] * (3 * BURST)
        self.assert_ok(ann.post("/v1/opens", {"opens": opens}))
        answer = ann.get(f"/v1/accounts/{ann.user_id}")
        self.assert_limited(answer, BURST)
        self.assertGreaterEqual(int(answer.headers["retry-after"]), BURST_S, "it is paid off first")

    def test_pages_of_lists_cost_more(self):
        ann = self.user_api()
        answers = self.pipelined(ann, "GET", f"/v1/accounts/{ann.user_id}/entries", count=BURST)
        statuses = [answer.status for answer in answers]
        self.assertEqual([200] * (BURST // 5), statuses[:BURST // 5])
        self.assertIn(429, statuses, "as many of what costs one are let in")

    def test_the_machine_itself_is_not_limited(self):
        ann = self.api.fresh_user("ann", 1)
        with control(self.server) as operator:
            for _ in range(10 * BURST):
                self.assert_ok(operator.account(ann))
                self.assert_ok(self.api.account(ann))

    def test_a_client_far_above_its_limit_slows_nobody(self):
        """The figures are printed and not judged: what counts is that all of the other's requests succeed."""
        shop = self.api.fresh_user("shop", 10**7, type="merchant")
        packet = self.api.fresh_packet(shop, "equal", share_fen=1, count=20_000)
        users = iter(self.api.fresh_users(4_000))
        alone = self.times_of_opens(packet, users)
        ann = self.user_api()
        over, counts = threading.Event(), [0, 0]

        def hammer():
            data = encode_request("GET", f"/v1/accounts/{ann.user_id}",
                                  headers=[bearer(ann.credential)])
            with Connection(self.server.port) as line:
                line.connect()
                while not over.is_set():
                    counts[line.ask(data).status == 429] += 1

        threads = [threading.Thread(target=hammer) for _ in range(8)]
        for thread in threads:
            thread.start()
        try:
            self.wait_until("it is refused", lambda: counts[1] > 8)
            beside = self.times_of_opens(packet, users)
        finally:
            over.set()
            for thread in threads:
                thread.join()
        for name, times in (("alone", alone), ("beside a client far above its limit", beside)):
            print(f"opens {name}: p50 {1e3 * times[len(times) // 2]:.2f} ms, "
                  f"p99 {1e3 * times[len(times) * 99 // 100]:.2f} ms, {len(times) / sum(times):,.0f}/s")
        print(f"the other: {counts[0]} let in, {counts[1]} refused")
        self.assertEqual(1_000, len(beside))

    def times_of_opens(self, packet, users):
        times = []
        for _ in range(1_000):
            began = time.monotonic()
            answer = self.api.open(packet, next(users))
            times.append(time.monotonic() - began)
            self.assert_ok(answer)
        return sorted(times)


class NoLimits(LimitCase):
    server_flags = (flags.requests_per_s_per_user(0), flags.requests_per_s_per_address(0),
                    flags.failed_attempts_per_min_per_address(0))

    def test_zero_is_no_limit(self):
        ann = self.user_api()
        for _ in range(2_000):
            self.assert_ok(ann.get(f"/v1/accounts/{ann.user_id}"))


if __name__ == "__main__":
    unittest.main()
