"""The sums of each day: what is counted where, that they are the audit, also after restarts and a rebuild."""

import datetime
import json
import unittest

from api import Api, instant_ms
from cases import ServerCase
from flags import manual_clock
from server import run_command

DAY_MS = 86_400_000
AHEAD_MS = 8 * 3_600_000
SUMS = ("deposited_fen", "withdrawn_fen", "accounts_change_fen", "escrow_change_fen", "suspended_change_fen")


def day_at(at_ms):
    """The day of UTC+8."""
    return datetime.datetime.fromtimestamp((at_ms + AHEAD_MS) / 1000, datetime.timezone.utc).date().isoformat()


def days_of(records):
    """What the dumped records say: {day: (sums, {type: [count, amount]})}."""
    days = {}
    for record in records:
        sums, types = days.setdefault(day_at(instant_ms(record["at"])), ([0] * 5, {}))
        of_type = types.setdefault(record["type"], [0, 0])
        of_type[0] += 1
        for posting in record["postings"]:
            gained, account = posting["amount_fen"], posting["account"].split(":")[0]
            of_type[1] += max(gained, 0)
            if account == "outside":
                sums[0 if gained < 0 else 1] += abs(gained)
            else:
                sums[{"user": 2, "escrow": 3, "suspended": 4}[account]] += gained
    return days


class Days(ServerCase):
    server_flags = (manual_clock(),)

    def days(self, query="", limit=200):
        return self.api.listing("/v1/audit/days" + query, limit)

    def advance_to_midnight(self, more_ms=0):
        self.api.advance(DAY_MS - (self.api.now_ms() + AHEAD_MS) % DAY_MS + more_ms)

    def live_a_little(self):
        ann, bob = self.api.fresh_user("ann", 10_000), self.api.fresh_user("bob", 500)
        self.api.transfer(ann, bob, 70)
        packet = self.api.fresh_packet(ann, total_fen=900, count=3)
        self.api.open(packet, bob)
        self.api.withdraw(bob, 100)

    def days_and_journal(self):
        """Of one moment: refunds that came due may still be on their way."""
        while True:
            before = self.api.audit()
            items, lines = self.days(), self.server.dump_lines()
            if before == self.api.audit():
                return items, lines

    def assert_days_are_the_journals(self):
        items, lines = self.days_and_journal()
        found = {item["day"]: ([item[name] for name in SUMS],
                               {of["type"]: [of["count"], of["amount_fen"]] for of in item["types"]})
                 for item in items}
        expected = days_of(json.loads(line) for line in lines)
        self.assertEqual(expected, found)
        self.assertEqual(sorted(found, reverse=True), [item["day"] for item in items])
        for item in items:
            self.assertEqual(sum(of["count"] for of in item["types"]), item["record_count"])
            self.assertEqual(item["day"], day_at(instant_ms(item["starts_at"])))
            self.assertEqual(0, (instant_ms(item["starts_at"]) + AHEAD_MS) % DAY_MS)

    def assert_they_are_the_audit(self):
        audit, page = self.api.audit(), self.api.get("/v1/audit/days?limit=200").json
        self.assertIsNone(page["next_cursor"])
        if page["as_of"] != audit["journal_sequence"]:
            return False  # something was refunded meanwhile
        sums = [sum(item[name] for item in page["items"]) for name in SUMS]
        self.assertEqual([audit[name] for name in ("deposited_fen", "withdrawn_fen", "accounts_fen", "escrow_fen",
                                                   "suspended_fen")], sums)
        self.assertEqual(audit["journal_sequence"], sum(item["record_count"] for item in page["items"]))
        return True

    def test_the_days_are_the_journals_and_add_up_to_the_audit(self):
        self.live_a_little()
        self.advance_to_midnight(-1)
        self.live_a_little()
        self.advance_to_midnight()
        self.live_a_little()
        self.advance_to_midnight(3 * DAY_MS)
        self.live_a_little()
        self.wait_until("an audit and days of one moment", self.assert_they_are_the_audit)
        self.assert_days_are_the_journals()
        self.restart()
        self.assert_days_are_the_journals()
        self.crash_and_restart()
        self.assert_days_are_the_journals()
        self.api.close()
        self.assertEqual(0, self.server.stop())
        done = run_command("rebuild", "--data", self.server.data)
        self.assertEqual(0, done.returncode, done.stderr)
        verified = self.server.verify()
        self.assertEqual(0, verified.returncode, verified.stdout + verified.stderr)
        self.server.start()
        type(self).api = Api(self.server.port)
        self.assert_days_are_the_journals()

    def test_midnight_belongs_to_the_new_day(self):
        self.advance_to_midnight()
        user = self.api.fresh_user("ann", 5)
        day = self.days()[0]
        self.assertEqual(day_at(self.api.now_ms()), day["day"])
        self.api.advance(DAY_MS - 1)
        self.api.deposit(user, 6)
        self.assertEqual(day["day"], self.days()[0]["day"])
        self.api.advance(1)
        self.api.deposit(user, 7)
        self.assertNotEqual(day["day"], self.days()[0]["day"])
        self.assertEqual(7, self.days()[0]["deposited_fen"])

    def test_a_day_is_listed_if_a_part_of_it_is_wanted(self):
        self.live_a_little()
        self.advance_to_midnight()
        self.live_a_little()
        newest, older = self.days()[:2]
        starts = newest["starts_at"]
        before = starts.replace("16:00:00.000Z", "15:59:59.999Z")
        after = starts.replace("16:00:00.000Z", "16:00:00.001Z")
        self.assertEqual([newest], self.days(f"?from={after}"))
        self.assertEqual([newest], self.days(f"?from={starts}"))
        self.assertEqual([newest, older], self.days(f"?from={before}"))
        self.assertEqual(older, self.days(f"?to={starts}")[0])
        self.assertEqual(newest, self.days(f"?to={after}")[0])
        self.assertEqual(self.days()[::-1], self.days("?order=asc", limit=1))

    def test_it_takes_what_lists_take_and_no_more(self):
        for query, code in (("?limit=0", "invalid_request"), ("?day=2026-11-21", "invalid_request"),
                            ("?from=2026-11-21", "invalid_request"), ("?cursor=" + "A" * 32, "invalid_cursor")):
            self.assert_problem(self.api.get("/v1/audit/days" + query), 400, code)


if __name__ == "__main__":
    unittest.main()
