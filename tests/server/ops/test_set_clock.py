"""Somebody sets the machine's clock while the server runs: keys stay known, no length is negative.

The server's wall clock is moved by libfaketime; its monotonic clock is left alone.
"""

import os
import pathlib
import subprocess
import unittest

import flags
from api import DAY_MS, Api, fresh_name, instant_ms
from cases import ServerCase
from server import StartFailed

PACKETS = 40  # enough for each router to have some that expire, and some keys


def faketime_library():
    done = subprocess.run(["faketime", "-m", "-f", "+0", "printenv", "LD_PRELOAD"],
                          capture_output=True, text=True, check=True)
    return done.stdout.strip()


class SetClockCase(ServerCase):
    server_flags = flags.no_daily_limits()

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.offset_path = cls.server.home / "clock-offset"
        cls.set_clock("+0")
        cls.api.close()
        assert cls.server.stop() == 0, cls.server.stderr_text()
        cls.server.wrapper = [
            "env", f"LD_PRELOAD={faketime_library()}",
            f"FAKETIME_TIMESTAMP_FILE={cls.offset_path}", "FAKETIME_NO_CACHE=1",
            "FAKETIME_DONT_FAKE_MONOTONIC=1",
            # A sanitizer has to be loaded first, and here it is not.
            f"ASAN_OPTIONS={os.environ.get('ASAN_OPTIONS', '')}:verify_asan_link_order=0"]
        cls.server.start()
        cls.api = Api(cls.server.port)

    @classmethod
    def set_clock(cls, offset):
        """Moves the server's wall clock to an offset from the machine's, such as +3d."""
        written = pathlib.Path(f"{cls.offset_path}.new")
        written.write_text(offset + "\n")
        os.replace(written, cls.offset_path)

    def tearDown(self):
        self.set_clock("+0")

    def server_ms(self):
        account = self.api.account(self.api.fresh_user("now")).json
        return instant_ms(account["created_at"])

    def keyed_requests(self):
        """(target, body, key) of requests of every kind that takes a key."""
        ann, bob = self.api.fresh_user("ann", 100_000), self.api.fresh_user("bob")
        bodies = [(f"/v1/accounts/{ann}/deposits", {"amount_fen": 7}),
                  (f"/v1/accounts/{ann}/withdrawals", {"amount_fen": 5}),
                  ("/v1/transfers", {"from": ann, "to": bob, "amount_fen": 3}),
                  ("/v1/packets", {"sender": ann, "kind": "equal", "share_fen": 2, "count": 3})]
        return [(*request, fresh_name("key")) for request in bodies for _ in range(PACKETS)]


class SetClock(SetClockCase):
    def test_keys_are_known_after_the_clock_jumped_a_year_ahead(self):
        requests = self.keyed_requests()
        firsts = [self.assert_ok(self.api.post(*request), 201) for request in requests]
        before_ms = self.server_ms()
        self.set_clock("+366d")
        self.assertGreater(self.server_ms() - before_ms, 365 * DAY_MS, "the clock has not moved")
        for first in firsts:
            if "expires_at" in first:  # its refund shows that its router has looked at the clock
                self.wait_until_refunded(first["id"])
        sequence = self.api.audit()["journal_sequence"]
        for (target, body, key), first in zip(requests, firsts):
            again = self.api.post(target, body, key)
            self.assertEqual((201, first), (again.status, again.json))
            self.assertTrue(again.replayed, again.headers)
            other = {**body, "memo": "b"} if target == "/v1/transfers" else {**body, "count": 2}
            if target in ("/v1/transfers", "/v1/packets"):
                self.assert_problem(self.api.post(target, other, key), 422,
                                    "idempotency_key_reused")
        self.assertEqual(sequence, self.api.audit()["journal_sequence"])

    def test_a_packet_opened_after_the_clock_was_set_back_took_no_negative_time(self):
        packet = self.api.fresh_packet(total_fen=30, count=3)
        sent_ms = instant_ms(self.api.packet(packet)["created_at"])
        self.set_clock("-3d")
        self.assertLess(self.server_ms(), sent_ms - DAY_MS, "the clock has not moved")
        opens = [self.assert_ok(self.api.open(packet, user)) for user in self.api.fresh_users(3)]
        shown = self.api.packet(packet)
        self.assertEqual(("exhausted", 0), (shown["status"], shown["exhausted_in_ms"]))
        self.assertEqual(30, sum(opened["amount_fen"] for opened in opens))
        self.restart()
        self.assertEqual(shown, self.api.packet(packet))


    def test_ids_stay_ascending_while_the_clock_leaves_their_range_and_comes_back(self):
        ids = []
        for offset in ("+0", "+70y", "+240y", "-60y", "+0"):
            self.set_clock(offset)
            ids += [int(self.api.fresh_packet(total_fen=30, count=3)) for _ in range(3)]
        ticks = [(id_ >> 22, id_ & 0xFFF) for id_ in ids]
        self.assertEqual(sorted(set(ticks)), ticks)


class StartWithAWrongClock(SetClockCase):
    def test_a_start_outside_the_range_of_ids_is_refused_with_the_time_it_saw(self):
        self.api.close()
        self.assertEqual(0, self.server.stop())
        for offset, year in (("+240y", "22"), ("+70y", "20"), ("-60y", "19")):
            self.set_clock(offset)
            with self.subTest(offset), self.assertRaisesRegex(StartFailed, "exit status 1"):
                self.server.start()
            last = self.server.stderr_text().splitlines()[-1]
            self.assertRegex(last, rf"the clock of this machine shows {year}\d\d-")
            self.assertIn("2026-01-01T00:00:00.000Z until 2095-01-01T00:00:00.000Z", last)
        self.set_clock("+0")
        self.server.start()
        type(self).api = Api(self.server.port)

    def test_a_clock_before_the_last_record_is_told_at_the_start(self):
        self.set_clock("+3d")
        self.api.fresh_user("ann")
        self.api.close()
        self.assertEqual(0, self.server.stop())
        self.set_clock("+0")
        self.server.start()
        type(self).api = Api(self.server.port)
        self.assertIn("which is before the journal's last record of", self.server.stderr_text())


class SetClockBeforeStart(SetClockCase):
    def test_keys_are_known_when_a_start_finds_the_clock_a_year_ahead(self):
        requests = self.keyed_requests()[::8]
        firsts = [self.assert_ok(self.api.post(*request), 201) for request in requests]
        self.api.close()
        self.server.kill()
        self.set_clock("+366d")
        self.server.start()
        type(self).api = Api(self.server.port)
        for request, first in zip(requests, firsts):
            again = self.api.post(*request)
            self.assertEqual((201, first), (again.status, again.json))
            self.assertTrue(again.replayed, again.headers)


if __name__ == "__main__":
    unittest.main()
