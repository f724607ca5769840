"""The demo: each story to its end, on a server of its own and on a running one, with exact counts."""

import re
import unittest

from cases import ServerCase
from flags import manual_clock
from server import run_command

COUNTS = re.compile(r"  (\d+) available, (\d+) reserved, (\d+) sold, (\d+) waiting; in escrow"
                    r"(, with all else on this server,)? ¥(\d+\.\d\d), difference 0")

# Available, reserved, sold, waiting, and in escrow, up to the point where the clock has to be moved.
BEFORE_THE_DEADLINE = [(100, 0, 0, 0, "0.00"), (99, 1, 0, 0, "0.00"), (0, 100, 0, 0, "0.00"),
                       (0, 97, 3, 0, "9.00"), (0, 96, 4, 0, "12.00"), (0, 96, 4, 2, "12.00"),
                       (0, 96, 4, 1, "12.00"), (0, 97, 3, 0, "9.00"), (0, 96, 4, 0, "12.00")]
AFTER_IT = [(94, 1, 5, 0, "15.00"), (93, 1, 6, 0, "18.00"), (94, 0, 6, 0, "18.00"),
            (94, 0, 6, 0, "0.00")]


def counts_told(story):
    """Each line of counts, without the escrow if others have money there."""
    told = [match.groups() for match in map(COUNTS.fullmatch, story.splitlines()) if match]
    return [(*map(int, line[:4]), None if line[4] else line[5]) for line in told]


def without_escrow(lines):
    return [(*line[:4], None) for line in lines]


class DemoCase(unittest.TestCase):
    def tell(self, *arguments):
        done = run_command("demo", *arguments)
        self.assertEqual((0, ""), (done.returncode, done.stderr), done.stdout)
        self.assertRegex(done.stdout.splitlines()[-1], r"difference_fen: 0\Z")
        return done.stdout

    def tell_to(self, server, *arguments):
        return self.tell(*arguments, "--server", f"http://127.0.0.1:{server.port}")


class OwnServer(DemoCase):
    def test_the_story_of_packets_ends_with_a_refund_and_a_balanced_audit(self):
        for arguments in ([], ["packets"]):
            with self.subTest(arguments):
                story = self.tell(*arguments)
                self.assertGreater(len(story.splitlines()), 30)
                for word in ("luckiest", "refund"):
                    self.assertIn(word, story.lower())
                self.assertIn("1. deposit +¥50.00, then ¥50.00", story)

    def test_the_story_of_a_sale_counts_each_ticket_and_each_fen(self):
        story = self.tell("sale")
        self.assertEqual(BEFORE_THE_DEADLINE + AFTER_IT, counts_told(story))
        for told in ("3 times sale_not_started", "1 order, 19 times already_reserved",
                     "99 orders, 901 times sold_out", "insufficient_funds", "payment_too_late",
                     "sale_ended", "the shop is paid ¥18.00", "order_final",
                     # Six users have deposited, and two more have paid through gateways.
                     "deposited ¥36.00, withdrawn ¥0.00, in accounts ¥36.00, in escrow ¥0.00"):
            self.assertIn(told, story)

    def test_help_lists_the_stories(self):
        done = run_command("demo", "--help")
        self.assertEqual(0, done.returncode)
        for line in (r"packets: .*red packets", r"sale: .*flash sale"):
            self.assertRegex(done.stdout, line)

    def test_an_unknown_story_is_refused_with_the_names_of_those_there_are(self):
        done = run_command("demo", "surprise")
        self.assertEqual((2, ""), (done.returncode, done.stdout))
        self.assertRegex(done.stderr, "surprise.* packets sale")

    def test_without_a_server_at_that_address_it_fails_with_a_sentence(self):
        for story in ("packets", "sale"):
            done = run_command("demo", story, "--server", "http://127.0.0.1:1")
            self.assertEqual(1, done.returncode)
            self.assertIn("the server does not answer", done.stderr)


class WallClock(ServerCase, DemoCase):
    def test_stories_end_where_the_clock_would_have_to_be_moved_and_say_so(self):
        packets = self.tell_to(self.server)
        self.assertIn("wall clock", packets)
        for _ in range(2):  # on a server in use each story has users of its own
            story = self.tell_to(self.server, "sale")
            self.assertIn("wall clock", story)
            self.assertNotIn("payment_too_late", story)
            self.assertEqual(without_escrow(BEFORE_THE_DEADLINE), counts_told(story))


class ManualClock(ServerCase, DemoCase):
    server_flags = (manual_clock(),)

    def test_the_whole_story_of_a_sale_is_told_beside_others_money(self):
        self.api.fresh_packet(kind="equal", share_fen=5, count=3)
        story = self.tell_to(self.server, "sale")
        self.assertEqual(without_escrow(BEFORE_THE_DEADLINE + AFTER_IT), counts_told(story))


if __name__ == "__main__":
    unittest.main()
