"""Guessing a pass phrase gets slower with each wrong one, and never hinders others (rule 11a)."""

import unittest

from cases import ServerCase, check_problem_document
from flags import awake_bytes_max, manual_clock, router_count

RIGHT = "7301"
TOLD = 5  # wrong guesses of one user before waits begin
OF_PACKET = 100  # of all users together, before everybody's first one makes them wait


class Guessing(ServerCase):
    server_flags = (manual_clock(),)

    def packet(self, **fields):
        return self.api.fresh_packet(total_fen=1_000, count=10, passphrase=RIGHT,
                                     expires_in_s=72 * 3_600, **fields)

    def guess(self, packet, user, phrases):
        """The results of one batch."""
        answer = self.assert_ok(self.api.open_batch(
            [{"packet_id": packet, "user_id": user, "passphrase": phrase} for phrase in phrases]))
        return answer["results"]

    def wrong(self, packet, user, times):
        for number in range(times):
            self.assert_problem(self.api.open(packet, user, passphrase=f"wrong{number}"), 403,
                                "wrong_passphrase")

    def assert_waits(self, answer, seconds):
        self.assert_problem(answer, 429, "too_many_attempts")
        self.assertEqual((str(seconds), seconds),
                         (answer.headers.get("retry-after"), answer.json["retry_after_s"]), answer)

    def test_all_four_digit_phrases_in_batches_open_nothing(self):
        packet = self.packet()
        thief, friend = self.api.fresh_users(2)
        phrases = [f"{number:04d}" for number in range(10_000)]
        for first in range(0, 10_000, 1_000):
            results = self.guess(packet, thief, phrases[first:first + 1_000])
            codes = [result.get("code") for result in results]
            told = TOLD if first == 0 else 0
            self.assertEqual(["wrong_passphrase"] * told + ["too_many_attempts"] * (1_000 - told),
                             codes)
        check_problem_document(self, results[-1], 429)
        self.assertEqual(1, results[-1]["retry_after_s"])
        self.assertEqual(10, self.api.packet(packet)["remaining_count"])
        self.assert_waits(self.api.open(packet, thief, passphrase=RIGHT), 1)
        self.assert_ok(self.api.open(packet, friend, passphrase=RIGHT))
        self.api.advance(1_000)
        self.assert_ok(self.api.open(packet, thief, passphrase=RIGHT))

    def test_each_further_wrong_one_makes_the_wait_twice_as_long(self):
        packet, user = self.packet(), self.api.fresh_user("thief")
        self.wrong(packet, user, TOLD)
        wait_s = 1
        for _ in range(14):
            self.assert_waits(self.api.open(packet, user, passphrase=RIGHT), wait_s)
            self.api.advance(wait_s * 1_000 - 1)
            self.assert_waits(self.api.grab(packet, user, passphrase=RIGHT), 1)
            self.api.advance(1)
            wait_s = min(3_600, 2 * wait_s)
            self.assert_waits(self.api.open(packet, user, passphrase="wrong"), wait_s)
        self.api.advance(wait_s * 1_000)
        self.assert_ok(self.api.open(packet, user, passphrase=RIGHT))

    def test_looking_counts_like_opening(self):
        packet, user = self.packet(), self.api.fresh_user("thief")
        for number in range(TOLD):
            self.assert_problem(self.api.grab(packet, user, passphrase=f"{number}"), 403,
                                "wrong_passphrase")
        self.assert_waits(self.api.grab(packet, user, passphrase=RIGHT), 1)
        self.assert_waits(self.api.open(packet, user, passphrase=RIGHT), 1)

    def test_to_give_none_is_no_guess(self):
        packet, user = self.packet(), self.api.fresh_user("bob")
        for _ in range(2 * TOLD):
            self.assert_problem(self.api.grab(packet, user), 403, "wrong_passphrase")
        self.assert_ok(self.api.open(packet, user, passphrase=RIGHT))

    def test_a_lock_is_of_one_packet(self):
        one, other, user = self.packet(), self.packet(), self.api.fresh_user("bob")
        self.wrong(one, user, TOLD)
        self.assert_waits(self.api.open(one, user, passphrase=RIGHT), 1)
        self.assert_ok(self.api.open(other, user, passphrase=RIGHT))

    def test_a_user_with_a_share_is_told_of_it_and_expiry_and_recipients_come_first(self):
        bob, lan = self.api.fresh_users(2)
        packet = self.packet(recipients=[bob] + self.api.fresh_users(9))
        first = self.assert_ok(self.api.open(packet, bob, passphrase=RIGHT))
        for _ in range(2 * TOLD):
            again = self.assert_ok(self.api.open(packet, bob, passphrase="wrong"))
            self.assertEqual({**first, "repeat": True}, again)
            self.assert_problem(self.api.open(packet, lan, passphrase="wrong"), 403,
                                "not_a_recipient")
        public = self.packet()
        self.wrong(public, lan, TOLD)
        self.assert_waits(self.api.open(public, lan, passphrase=RIGHT), 1)
        self.api.advance(72 * 3_600_000)
        self.assert_problem(self.api.open(public, lan, passphrase=RIGHT), 410, "packet_expired")

    def test_many_users_together_do_not_get_many_guesses(self):
        packet = self.packet()
        users = self.api.fresh_users(40)
        for user in users[:20]:
            self.guess(packet, user, [f"{number:04d}" for number in range(TOLD)])
        fresh, honest, early = users[20], users[21], users[0]
        self.assert_waits(self.api.open(packet, fresh, passphrase="wrong"), 1)
        self.assert_waits(self.api.open(packet, fresh, passphrase=RIGHT), 1)
        self.assert_ok(self.api.open(packet, honest, passphrase=RIGHT))
        self.api.advance(1_000)
        self.assert_ok(self.api.open(packet, fresh, passphrase=RIGHT))
        self.assert_waits(self.api.open(packet, early, passphrase=RIGHT), 15)

    def test_the_phrase_is_in_no_answer(self):
        phrase, user = "open sesame", self.api.fresh_user("bob")
        packet = self.api.fresh_packet(total_fen=10, count=1, passphrase=phrase)
        self.wrong(packet, user, TOLD)
        for answer in (self.api.open(packet, user, passphrase=phrase),
                       self.api.get(f"/v1/packets/{packet}"),
                       self.api.get(f"/v1/packets/{packet}/claims"),
                       self.api.preview(user, total_fen=10, count=1, passphrase=phrase)):
            self.assertNotIn(phrase, answer.body.decode())

    def test_a_restart_forgets(self):
        packet, user = self.packet(), self.api.fresh_user("bob")
        self.wrong(packet, user, TOLD)
        self.assert_waits(self.api.open(packet, user, passphrase=RIGHT), 1)
        self.restart()
        self.assert_ok(self.api.open(packet, user, passphrase=RIGHT))


class GuessingAsleep(Guessing):
    """Every packet sleeps as soon as it is idle, and the locks hold all the same."""
    server_flags = Guessing.server_flags + (awake_bytes_max(1), router_count(4))


if __name__ == "__main__":
    unittest.main()
