"""Point in time: a restore that stops at a sequence or an instant shows what was there then."""

import json
import pathlib
import shutil
import tempfile
import unittest

import flags
from api import Api, instant_ms, instant_text
from auditor import Auditor
from backups import back_up, dump, restore, run_restore, verify
from server import Server


class PointInTime(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        """A journal of a story on a manual clock, some of it in commits of many records."""
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="hongbao-restore-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder, ignore_errors=True)
        server = Server(flags.manual_clock(), *flags.no_daily_limits())
        cls.addClassCleanup(server.remove)
        server.start()
        with Api(server.port) as api:
            cls.tell_a_story(api)
            cls.backup = cls.folder / "backup"
            cls.end = back_up(server.data, cls.backup)  # beside the running server
        assert server.stop() == 0
        cls.lines = server.dump_lines()
        cls.instants = [instant_ms(json.loads(line)["at"]) for line in cls.lines]
        assert cls.end[0] == len(cls.lines)

    @classmethod
    def tell_a_story(cls, api):
        users = api.fresh_users(6)  # one commit
        api.deposit(users[0], 5_000)
        api.advance(1_000)
        packet = api.fresh_packet(users[0], total_fen=900, count=4, expires_in_s=60)
        api.advance(1)
        opens = [{"packet_id": packet, "user_id": user} for user in users[1:4]]
        assert api.open_batch(opens).status == 200
        api.advance(30_000)
        api.fresh_users(5, "late")
        api.transfer(users[0], users[5], 77, memo="late")
        api.advance(60_000)  # the rest of the packet is refunded
        while api.audit()["escrow_fen"] != 0:
            pass
        api.set_status(users[2], "frozen")
        api.withdraw(users[0], 10)

    def setUp(self):
        self.data = pathlib.Path(tempfile.mkdtemp(dir=self.folder)) / "data"

    def assert_restored(self, until, expected_last):
        last, chain_hash = restore(self.backup, self.data, until)
        self.assertEqual(expected_last, last)
        self.assertEqual(self.lines[:last], dump(self.data))
        self.assertEqual((last, chain_hash), verify(self.data))
        if last == self.end[0]:
            self.assertEqual(self.end[1], chain_hash)

    def test_until_each_sequence_it_has_exactly_these_records(self):
        for last in range(1, len(self.lines) + 1):
            with self.subTest(last):
                self.setUp()
                self.assert_restored(last, last)

    def test_until_each_instant_it_has_what_happened_up_to_it(self):
        first, latest = self.instants[0], self.instants[-1]
        self.assertGreater(len(set(self.instants)), 3)
        moments = {moment for at in set(self.instants) for moment in (at - 1, at, at + 1)}
        for moment in sorted(moments):
            with self.subTest(moment - first):
                self.setUp()
                text = instant_text(moment)
                if first <= moment <= latest:
                    self.assert_restored(text, sum(at <= moment for at in self.instants))
                    continue
                done = run_restore(self.backup, self.data, text)
                self.assertEqual(1, done.returncode, done.stdout + done.stderr)
                self.assertIn(instant_text(first if moment < first else latest), done.stderr)
                self.assertFalse(self.data.exists())

    def test_past_the_end_it_names_the_end(self):
        last = len(self.lines)
        done = run_restore(self.backup, self.data, last + 1)
        self.assertEqual(1, done.returncode)
        self.assertIn(f"there is no record {last + 1}: the last one is {last}, of "
                      f"{instant_text(self.instants[-1])}", done.stderr)
        self.assertEqual([], list(self.data.parent.iterdir()))

    def test_what_is_neither_a_sequence_nor_an_instant_is_a_bad_argument(self):
        for text in ("0", "-1", "many", "2026-11-21", "2026-13-01T00:00:00Z",
                     "2026-11-21T08:00:00+08:00"):
            with self.subTest(text):
                done = run_restore(self.backup, self.data, f"{text}")
                self.assertEqual(2, done.returncode, done.stdout + done.stderr)
                self.assertFalse(self.data.exists())

    def test_what_was_restored_serves_and_goes_its_own_way(self):
        # In the middle of the batch of opens, so in the middle of a packet.
        opened = [number for number, line in enumerate(self.lines, 1)
                  if json.loads(line)["type"] == "share_opened"]
        restore(self.backup, self.data, opened[1])
        auditor = Auditor.of_lines(self.lines[:opened[1]])
        server = Server(flags.manual_clock(), *flags.no_daily_limits(), data=self.data)
        self.addCleanup(server.remove)
        server.start()
        with Api(server.port) as api:
            self.assertEqual([], auditor.compare_with_views(api))
            third = json.loads(self.lines[opened[2] - 1])
            answer = api.open(third["packet_id"], third["user_id"])
            self.assertEqual((200, False), (answer.status, answer.json["repeat"]), answer)
        self.assertEqual(0, server.stop(), server.stderr_text()[-2000:])
        lines = dump(self.data)
        self.assertEqual(self.lines[:opened[1]], lines[:opened[1]])
        self.assertEqual([], Auditor.of_lines(lines).faults)
        self.assertEqual(len(lines), verify(self.data)[0])


if __name__ == "__main__":
    unittest.main()
