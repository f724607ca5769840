"""Caps on packets: shares, their size, sends and sums per day, and when a day begins."""

import unittest

import flags
from api import DAY_MS, fresh_name, instant_ms, instant_text
from cases import ServerCase
from client import run_at_once

# A day begins at 00:00 UTC+8, which is 16:00 UTC.
DAY_TURN_MS = 16 * 3_600_000


def next_day_turn_ms(now_ms):
    return now_ms - (now_ms - DAY_TURN_MS) % DAY_MS + DAY_MS


class ShareCaps(ServerCase):
    server_flags = (flags.manual_clock(), flags.share_fen_max(50), flags.shares_per_packet_max(4),
                    flags.merchant_shares_per_packet_max(10))

    def test_a_share_may_reach_the_cap_but_not_pass_it(self):
        sender = self.api.fresh_user("ann", 1000)
        for kind, fields in (("equal", {"share_fen": 50, "count": 2}),
                             ("equal", {"total_fen": 150, "count": 3}),
                             ("lucky", {"total_fen": 200, "count": 4})):
            with self.subTest(fields):
                self.assert_ok(self.api.send_packet(sender, kind, **fields), 201)
        for kind, fields in (("equal", {"share_fen": 51, "count": 2}),
                             ("equal", {"total_fen": 153, "count": 3}),
                             ("lucky", {"total_fen": 201, "count": 4}),
                             ("lucky", {"total_fen": 51, "count": 1})):
            with self.subTest(fields):
                answer = self.api.send_packet(sender, kind, **fields)
                self.assert_problem(answer, 422, "share_too_large")
        self.assert_balance(sender, 1000 - 100 - 150 - 200)

    def test_a_lucky_packet_filled_to_the_cap_gives_every_share_the_cap(self):
        packet = self.api.fresh_packet(total_fen=200, count=4)
        amounts = [self.assert_ok(self.api.open(packet, user))["amount_fen"]
                   for user in self.api.fresh_users(4)]
        self.assertEqual([50] * 4, amounts)

    def test_no_lucky_split_gives_a_share_above_the_cap(self):
        for _ in range(25):
            packet = self.api.fresh_packet(total_fen=160, count=4)
            amounts = [self.assert_ok(self.api.open(packet, user))["amount_fen"]
                       for user in self.api.fresh_users(4)]
            self.assertEqual(160, sum(amounts))
            self.assertLessEqual(max(amounts), 50, amounts)

    def test_a_person_may_send_as_many_shares_as_the_cap_says_and_no_more(self):
        sender = self.api.fresh_user("ann", 100)
        self.assert_ok(self.api.send_packet(sender, total_fen=4, count=4), 201)
        answer = self.api.send_packet(sender, total_fen=5, count=5)
        self.assert_problem(answer, 422, "too_many_shares")
        self.assert_balance(sender, 96)

    def test_a_merchant_has_a_cap_of_its_own(self):
        shop = self.api.fresh_user("shop", 100, type="merchant")
        self.assert_ok(self.api.send_packet(shop, total_fen=10, count=10), 201)
        answer = self.api.send_packet(shop, total_fen=11, count=11)
        self.assert_problem(answer, 422, "too_many_shares")
        self.assert_balance(shop, 90)


class DefaultCaps(ServerCase):
    def test_the_largest_share_is_200_yuan_and_a_packet_has_100_shares(self):
        sender = self.api.fresh_user("ann", 100_000)
        for fields, code in (({"total_fen": 20_001, "count": 1}, "share_too_large"),
                             ({"total_fen": 101, "count": 101}, "too_many_shares")):
            self.assert_problem(self.api.send_packet(sender, **fields), 422, code)
        self.assert_ok(self.api.send_packet(sender, total_fen=20_000, count=1), 201)
        self.assert_ok(self.api.send_packet(sender, total_fen=100, count=100), 201)

    def test_a_merchant_may_send_two_million_shares_and_no_more(self):
        shop = self.api.fresh_user("shop", 3_000_000, type="merchant")
        answer = self.api.send_packet(shop, total_fen=2_000_001, count=2_000_001)
        self.assert_problem(answer, 422, "too_many_shares")
        sent = self.api.send_packet(shop, total_fen=2_000_000, count=2_000_000)
        packet = self.assert_ok(sent, 201)["id"]
        self.assertEqual(1, self.assert_ok(self.api.open(packet, self.api.fresh_user()))["amount_fen"])
        self.assertEqual(1_999_999, self.api.packet(packet)["remaining_count"])


class DailyLimits(ServerCase):
    server_flags = (flags.manual_clock(), flags.sends_per_day_max(3),
                    flags.send_sum_per_day_fen_max(100))
    sender_type = "personal"

    def sender(self, balance_fen):
        return self.api.fresh_user("ann", balance_fen, type=self.sender_type)

    def send(self, sender, total_fen=1):
        return self.api.send_packet(sender, total_fen=total_fen, count=1)

    def to_the_start_of_a_day(self):
        self.api.advance_to(next_day_turn_ms(self.api.now_ms()))

    def test_sends_per_day_are_capped_until_midnight_in_utc_plus_8(self):
        self.to_the_start_of_a_day()
        sender = self.sender(1000)
        for _ in range(3):
            self.assert_ok(self.send(sender), 201)
        self.assert_problem(self.send(sender), 422, "daily_limit_reached")
        turn_ms = next_day_turn_ms(self.api.now_ms())
        self.api.advance_to(turn_ms - 1)
        self.assert_problem(self.send(sender), 422, "daily_limit_reached")
        self.api.advance(1)
        for _ in range(3):
            self.assert_ok(self.send(sender), 201)
        self.assert_problem(self.send(sender), 422, "daily_limit_reached")

    def test_the_sum_per_day_may_reach_its_cap_but_not_pass_it(self):
        self.to_the_start_of_a_day()
        sender = self.sender(1000)
        self.assert_ok(self.send(sender, 60), 201)
        self.assert_problem(self.send(sender, 41), 422, "daily_limit_reached")
        self.assert_ok(self.send(sender, 40), 201)
        self.assert_problem(self.send(sender, 1), 422, "daily_limit_reached")
        self.api.advance_to(next_day_turn_ms(self.api.now_ms()))
        self.assert_ok(self.send(sender, 100), 201)

    def test_a_refused_send_does_not_count(self):
        self.to_the_start_of_a_day()
        sender = self.sender(10)
        for _ in range(5):
            self.assert_problem(self.send(sender, 50), 409, "insufficient_funds")
        for _ in range(3):
            self.assert_ok(self.send(sender), 201)

    def test_a_replayed_send_does_not_count_twice(self):
        self.to_the_start_of_a_day()
        sender = self.sender(10)
        for _ in range(5):
            answer = self.api.send_packet(sender, key=f"once-{sender}", total_fen=1, count=1)
            self.assert_ok(answer, 201)
        for _ in range(2):
            self.assert_ok(self.send(sender), 201)
        self.assert_problem(self.send(sender), 422, "daily_limit_reached")

    def test_the_count_of_the_day_survives_a_crash(self):
        self.to_the_start_of_a_day()
        sender = self.sender(10)
        day_ms = self.api.now_ms()
        for _ in range(3):
            self.assert_ok(self.send(sender), 201)
        self.crash_and_restart()
        self.api.advance_to(day_ms)
        self.assertLess(self.api.now_ms(), next_day_turn_ms(day_ms), "the clock left the day")
        self.assert_problem(self.send(sender), 422, "daily_limit_reached")

    def test_limits_are_for_each_user_alone(self):
        self.to_the_start_of_a_day()
        for sender in (self.sender(10), self.sender(10)):
            for _ in range(3):
                self.assert_ok(self.send(sender), 201)

    def test_a_day_turns_at_16_utc_to_the_millisecond(self):
        for before_ms in (1, DAY_MS):
            self.to_the_start_of_a_day()
            turn_ms = next_day_turn_ms(self.api.now_ms())
            self.api.advance_to(turn_ms - before_ms)
            sender = self.sender(1000)
            self.assert_ok(self.send(sender, 100), 201)
            self.api.advance_to(turn_ms - 1)
            self.assertEqual("15:59:59.999Z", instant_text(self.api.now_ms())[11:])
            late = self.send(sender)
            self.api.advance(1)
            self.assertEqual("16:00:00.000Z", instant_text(self.api.now_ms())[11:])
            self.assert_problem(late, 422, "daily_limit_reached")
            self.assert_ok(self.send(sender), 201)


class MerchantDailyLimits(DailyLimits):
    """The same for merchants by their own settings, while a person may send next to nothing."""

    server_flags = (flags.manual_clock(), flags.merchant_sends_per_day_max(3),
                    flags.merchant_send_sum_per_day_fen_max(100), flags.sends_per_day_max(1),
                    flags.send_sum_per_day_fen_max(1))
    sender_type = "merchant"

    def test_a_person_beside_them_has_the_limits_of_persons(self):
        person = self.api.fresh_user("ann", 10)
        self.assert_problem(self.send(person, 2), 422, "daily_limit_reached")
        self.assert_ok(self.send(person, 1), 201)
        self.assert_problem(self.send(person, 1), 422, "daily_limit_reached")


class DefaultDailyLimits(ServerCase):
    """The defaults; the clock stands still, so that no new day begins."""

    server_flags = (flags.manual_clock(),)

    def test_a_person_sends_a_thousand_packets_a_day_and_no_more(self):
        sender = self.api.fresh_user("ann", 1001)
        jobs = [("POST", "/v1/packets", {"sender": sender, "kind": "lucky", "total_fen": 1,
                                         "count": 1}, fresh_name("send")) for _ in range(999)]
        answers = run_at_once(self.server.port, jobs, 16)
        self.assertEqual({201}, {answer.status for answer in answers})
        self.assert_ok(self.api.send_packet(sender, total_fen=1, count=1), 201)
        answer = self.api.send_packet(sender, total_fen=1, count=1)
        self.assert_problem(answer, 422, "daily_limit_reached")

    def test_a_person_sends_200_000_yuan_a_day_and_no_fen_more(self):
        sender = self.api.fresh_user("ann", 20_000_001)
        for _ in range(10):
            self.assert_ok(self.api.send_packet(sender, total_fen=2_000_000, count=100), 201)
        answer = self.api.send_packet(sender, total_fen=1, count=1)
        self.assert_problem(answer, 422, "daily_limit_reached")

    def test_a_merchant_is_not_held_to_the_limits_of_persons(self):
        shop = self.api.fresh_user("shop", 30_000_000, type="merchant")
        self.assert_ok(self.api.send_packet(shop, total_fen=20_000_001, count=10_000), 201)


class LifeTime(ServerCase):
    server_flags = (flags.manual_clock(), flags.packet_life_s_default(3600))

    def life_ms(self, **fields):
        packet = self.api.packet(self.api.fresh_packet(total_fen=1, count=1, **fields))
        return instant_ms(packet["expires_at"]) - instant_ms(packet["created_at"])

    def test_a_packet_lives_from_a_minute_to_72_hours_and_else_as_the_setting_says(self):
        self.assertEqual(60_000, self.life_ms(expires_in_s=60))
        self.assertEqual(72 * 3_600_000, self.life_ms(expires_in_s=72 * 3600))
        self.assertEqual(3_600_000, self.life_ms())
        self.assertEqual(3_600_000, self.life_ms(expires_in_s=None))
        sender = self.api.fresh_user("ann", 10)
        for life_s in (59, 72 * 3600 + 1, 0, -60):
            with self.subTest(life_s):
                answer = self.api.send_packet(sender, total_fen=1, count=1, expires_in_s=life_s)
                self.assert_problem(answer, 400, "invalid_request")
        self.assert_balance(sender, 10)


class Texts(ServerCase):
    def test_a_blessing_has_up_to_128_characters_whatever_their_bytes(self):
        sender = self.api.fresh_user("ann", 100)
        for letter in ("a", "é", "福", "🧧"):
            with self.subTest(letter):
                sent = self.assert_ok(self.api.send_packet(sender, total_fen=1, count=1,
                                                           blessing=letter * 128), 201)
                self.assertEqual(letter * 128, self.api.packet(sent["id"])["blessing"])
                answer = self.api.send_packet(sender, total_fen=1, count=1, blessing=letter * 129)
                self.assert_problem(answer, 400, "invalid_request")
        self.assert_balance(sender, 96)

    def test_a_directed_packet_has_at_most_a_share_for_each_recipient(self):
        sender, friends = self.api.fresh_user("ann", 100), self.api.fresh_users(3)
        for kind in ("lucky", "equal"):
            for count, code in ((1, None), (3, None), (4, "invalid_split")):
                with self.subTest((kind, count)):
                    answer = self.api.send_packet(sender, kind, total_fen=12, count=count,
                                                  recipients=friends)
                    self.assertEqual(code, answer.code, answer)
        self.assert_balance(sender, 100 - 4 * 12)


if __name__ == "__main__":
    unittest.main()
