"""A small journal, filled by everything at once, archived, and filled again: writes are done or refused.

Records of a few bytes and of half a megabyte, some of them from timers, come in commits of any
size. The only answers are 2xx, 507 and the rules' own refusals; the process never ends; what it
says is what its journal holds.
"""

import os
import random
import time
import unittest

from drill import seed_of_run
import flags
from api import Api, fresh_name
from archives import archive
from cases import audit_all, settled_audit
from client import Connection, encode_request, run_at_once
from server import Server

MIB = 1 << 20
ROUNDS = int(os.environ.get("HONGBAO_REFILLS", "4"))  # 100 take an hour
CONNECTIONS = 48
RECIPIENTS_MAX = 10_000
WAVES_MAX = 400
SENDS_AT_ONCE = 24
DEADLINE_S = 60


def recipients(count, prefix="recipient"):
    return [f"{prefix}-{number:050}" for number in range(count)]


class JournalRefill(unittest.TestCase):
    def serving(self, *settings):
        server = Server(flags.manual_clock(), *flags.no_daily_limits(), *settings)
        self.addCleanup(server.remove)
        return server.start()

    def shop(self, api, name="shop"):
        return api.fresh_user(name, 10**12, type="merchant")

    def assert_only_room_is_missing(self, jobs, answers):
        for (method, target, body, _), answer in zip(jobs, answers):
            if answer.status == 507:
                self.assertEqual("journal_full", answer.code, answer)
            elif answer.status not in (409, 410):  # refusals by the rules: too late, too few
                self.assertIn(answer.status, (200, 201), f"{method} {target}: {answer}")
        self.assertTrue(self.server.is_running(), self.server.stderr_text()[-2000:])

    def send_job(self, shop, count, expires_in_s=86_400):
        body = {"sender": shop, "kind": "equal", "share_fen": 1, "count": max(1, count),
                "expires_in_s": expires_in_s}
        if count > 0:
            body["recipients"] = recipients(count)
        return ("POST", "/v1/packets", body, fresh_name("send"))

    def test_sends_of_ten_thousand_recipients_at_once_are_done_or_refused(self):
        self.server = self.serving(flags.journal_map_bytes(64 * MIB))
        with Api(self.server.port) as api:
            shop = self.shop(api)
            sent = 0
            while "80 % full" not in self.server.stderr_text():
                self.assertEqual(201, api.request(*self.send_job(shop, RECIPIENTS_MAX)).status)
                sent += 1
            jobs = [self.send_job(shop, RECIPIENTS_MAX) for _ in range(SENDS_AT_ONCE)]
            answers = self.all_in_one_moment(jobs)
            self.assert_only_room_is_missing(jobs, answers)
            self.assertEqual({201, 507}, {answer.status for answer in answers})
            sent += sum(answer.status == 201 for answer in answers)
            self.assertEqual(10**12 - sent * RECIPIENTS_MAX, api.balance(shop))
            before = api.audit()
        self.assertEqual(0, self.server.stop(), self.server.stderr_text()[-2000:])
        self.assertEqual([], audit_all(self.server, before)[:20])

    def all_in_one_moment(self, jobs):
        """Sends all requests but their last bytes, and then the last bytes, so that they arrive at once."""
        lines = [Connection(self.server.port).connect() for _ in jobs]
        for line in lines:
            self.addCleanup(line.close)
        requests = [encode_request(*job) for job in jobs]
        for line, request in zip(lines, requests):
            line.send(request[:-1])
        for line, request in zip(lines, requests):
            line.send(request[-1:])
        return [line.read_answer() for line in lines]

    def wave(self, chance, shop, users, packet):
        """Requests of every size, to be sent at once."""
        jobs = []
        for _ in range(CONNECTIONS):
            kind = chance.random()
            user = chance.choice(users)
            if kind < 0.1:
                jobs.append(self.send_job(shop, chance.randrange(RECIPIENTS_MAX)))
            elif kind < 0.3:
                jobs.append(self.send_job(shop, 0, expires_in_s=60))
            elif kind < 0.5:
                names = [fresh_name("fill") for _ in range(chance.randrange(1, 300))]
                jobs.append(("POST", "/v1/accounts/batch", {"accounts": [
                    {"user_id": name, "username": "n" * 64, "avatar_url": "/" + "u" * 511}
                    for name in names]}, None))
            elif kind < 0.7:
                jobs.append(("POST", f"/v1/packets/{packet}/open", {"user_id": user}, None))
            else:
                jobs.append(("POST", f"/v1/accounts/{user}/deposits",
                             {"amount_fen": 1, "reference": fresh_name("r").ljust(
                                 chance.randrange(129), "r")},
                             fresh_name("deposit")))
        return jobs

    def fill(self, api, chance, shop, users):
        """Waves until not even a small request gets in; returns how many requests were done."""
        packet = api.fresh_packet(shop, "equal", share_fen=1, count=1_000_000)
        done = 0
        for _ in range(WAVES_MAX):
            jobs = self.wave(chance, shop, users, packet)
            answers = run_at_once(self.server.port, jobs, CONNECTIONS)
            self.assert_only_room_is_missing(jobs, answers)
            done += sum(answer.status in (200, 201) for answer in answers)
            api.advance(5_000)  # refunds come due meanwhile
            if all(answer.status == 507 for answer in answers):
                return done
        self.fail("the journal is never full")

    def test_a_journal_that_is_archived_and_filled_again_and_again_never_ends_the_server(self):
        seed = seed_of_run()
        print(f"seed {seed}", flush=True)
        chance = random.Random(seed)
        self.server = self.serving(flags.journal_map_bytes(16 * MIB))
        api = Api(self.server.port)
        shop, users = self.shop(api), api.fresh_users(200)
        for turn in range(ROUNDS):
            done = self.fill(api, chance, shop, users)
            self.assertGreater(done, CONNECTIONS, f"hardly any room before round {turn}")
            if turn % 2 == 1:
                api.close()
                self.server.restart() if turn % 4 == 1 else self.server.crash_and_restart()
                api = Api(self.server.port)
            archive(self.server.data)
            self.wait_for_room(api, users[0])
        before = settled_audit(api)
        api.close()
        self.assertEqual(0, self.server.stop(), self.server.stderr_text()[-2000:])
        sound = self.server.verify()
        self.assertEqual(0, sound.returncode, sound.stdout + sound.stderr)
        self.assertEqual([], audit_all(self.server, before)[:20])

    def wait_for_room(self, api, user):
        """Archiving has freed room; the server may still be deleting what is archived."""
        deadline = time.monotonic() + DEADLINE_S
        while (answer := api.deposit(user, 1)).status != 201:
            self.assertEqual((507, "journal_full"), (answer.status, answer.code))
            self.assertLess(time.monotonic(), deadline, "there is no room again")
            time.sleep(0.05)


if __name__ == "__main__":
    unittest.main()
