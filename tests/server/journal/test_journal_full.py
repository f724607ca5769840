"""A full journal: writes are refused with 507, reads go on, and a larger map takes writes again."""

import unittest

import flags
from api import Api, fresh_name
from cases import audit_all
from server import Server

MIB = 1 << 20
BATCHES_MAX = 200
DEPOSITS_MAX = 50_000


class JournalFull(unittest.TestCase):
    def test_a_full_journal_refuses_writes_serves_reads_and_grows_at_the_next_start(self):
        server = Server(flags.journal_map_bytes(16 * MIB), *flags.no_daily_limits())
        self.addCleanup(server.remove)
        server.start()
        api = Api(server.port)
        user = api.fresh_user("ann", 1000)
        packet = api.fresh_packet(user, total_fen=100, count=5)
        made = self.fill_with_accounts(api)
        balance, refused_key = self.fill_with_deposits(api, user)
        self.assert_full(api, user, packet)
        before = self.views(api, user, packet)

        for end in (server.restart, server.crash_and_restart):
            api.close()
            end()
            api = Api(server.port)
            self.assertEqual(before, self.views(api, user, packet))
            self.assertEqual(507, api.open(packet, made[0]).status)

        api.close()
        self.assertEqual(0, server.stop(), server.stderr_text()[-2000:])
        server.flags = [flags.journal_map_bytes(128 * MIB), *flags.no_daily_limits()]
        server.start()
        api = Api(server.port)
        self.assertEqual(before, self.views(api, user, packet))
        for name in made[:20] + made[-20:]:
            self.assertEqual(200, api.account(name).status)
        retried = api.deposit(user, 1, refused_key)
        self.assertEqual((201, False), (retried.status, retried.replayed))
        self.assertEqual(balance + 1, api.balance(user))
        self.assertEqual(200, api.open(packet, made[0]).status)
        api.fresh_users(2000)
        before = api.audit()
        api.close()
        self.assertEqual(0, server.stop(), server.stderr_text()[-2000:])
        self.assertEqual([], audit_all(server, before)[:20])

    def fill_with_accounts(self, api):
        """Creates accounts of the largest size until one is refused; returns those that were made."""
        made = []
        for _ in range(BATCHES_MAX):
            names = [fresh_name("fill") for _ in range(500)]
            items = [{"user_id": name, "username": "n" * 64, "avatar_url": "/" + "u" * 511}
                     for name in names]
            answer = api.post("/v1/accounts/batch", {"accounts": items})
            if answer.status == 507:
                self.assertEqual("journal_full", answer.code)
                return made
            self.assertEqual(200, answer.status, answer)
            results = answer.json["results"]
            made += [result["user_id"] for result in results if "user_id" in result]
            refused = [result for result in results if "user_id" not in result]
            self.assertLessEqual({result["code"] for result in refused}, {"journal_full"})
            if refused:
                return made
        self.fail("the journal is never full")

    def fill_with_deposits(self, api, user):
        """Deposits 1 fen until one is refused; returns the balance then, and the key that was refused."""
        balance = api.balance(user)
        for _ in range(DEPOSITS_MAX):
            key = fresh_name("fill")
            answer = api.deposit(user, 1, key)
            if answer.status != 201:
                self.assertEqual((507, "journal_full"), (answer.status, answer.code), answer)
                self.assertEqual(balance, api.balance(user))
                return balance, key
            balance += 1
            self.assertEqual(balance, answer.json["balance_fen"])
        self.fail("deposits are never refused")

    def assert_full(self, api, user, packet):
        friend = api.get(f"/v1/accounts/{user}").json["user_id"]
        for answer in (api.deposit(user, 1), api.withdraw(user, 1), api.open(packet, friend),
                       api.send_packet(user, total_fen=5, count=2),
                       api.create_account(fresh_name("late"))):
            self.assertEqual((507, "journal_full"), (answer.status, answer.code), answer)

    def views(self, api, user, packet):
        for target in ("/livez", "/readyz", "/version"):
            self.assertEqual(200, api.get(target).status, target)
        grab = api.grab(packet, user)
        self.assertEqual((200, {"openable": True}), (grab.status, grab.json))
        return (api.audit(), api.account(user).json, api.packet(packet), api.claims(packet),
                api.listing(f"/v1/accounts/{user}/packets/sent"),
                api.get(f"/v1/accounts/{user}/entries?limit=200").json["items"])


if __name__ == "__main__":
    unittest.main()
