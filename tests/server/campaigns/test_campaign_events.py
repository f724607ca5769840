"""Following a campaign: every prize once, in journal order, however the client reads it."""

import unittest

from events import Events
from shake_case import ShakeCase


class FollowingACampaign(ShakeCase):
    def follow(self, campaign, last_id=None):
        stream = Events(self.server.port, campaign, last_id, of="campaigns")
        self.addCleanup(stream.close)
        return stream

    def told_after(self, campaign, last_id=None):
        """All events after one, of a campaign that is over."""
        return self.follow(campaign, last_id).opened().rest()

    def status_after(self, campaign, last_id):
        return self.follow(campaign, last_id).head()[0]

    def shake(self, campaign, user, request="r"):
        return self.assert_ok(self.api.shake(campaign, user, request))

    def test_each_prize_comes_when_it_is_won_blanks_never_and_the_rest_ends_the_stream(self):
        self.followed_campaign()

    def followed_campaign(self):
        """A campaign that is over, followed from its start, and the events received."""
        users = self.api.fresh_users(3)
        campaign, _ = self.rain(budget_fen=1_000, prize_fen=10, largest_fen=90)
        stream = self.follow(campaign).opened()
        events, spent_fen = [], 0
        for user in users:
            won = self.shake(campaign, user)
            self.assertEqual(0, self.shake(campaign, user, "another")["amount_fen"])
            spent_fen += won["amount_fen"]
            event = stream.next()
            events.append(event)
            self.assertEqual(
                ("win", user, user, won["amount_fen"], 1, won["drawn_at"], 1_000 - spent_fen),
                (event.kind, *(event.data[name] for name in (
                    "user_id", "username", "amount_fen", "round", "drawn_at", "remaining_fen"))))
            line = self.api.entries(user)[0]
            self.assertEqual(line["trade_no"], event.id, "an event's id is its record's")
        self.api.advance(1_000)
        events += stream.rest()
        self.assertEqual("ended", events[-1].kind)
        self.assertEqual(1_000 - spent_fen, events[-1].data["refund_fen"])
        self.assertEqual(events, self.told_after(campaign))
        return campaign, events

    def test_after_any_event_exactly_the_rest_follows_also_after_a_crash(self):
        campaign, events = self.followed_campaign()
        for crashed in (False, True):
            if crashed:
                self.crash_and_restart()
            for number, event in enumerate(events[:-1]):
                self.assertEqual(events[number + 1:], self.told_after(campaign, event.id))
            self.assertEqual(204, self.status_after(campaign, events[-1].id))

    def test_a_budget_that_is_all_won_ends_the_stream_at_once(self):
        users = self.api.fresh_users(2)
        campaign, _ = self.rain(budget_fen=100, prize_fen=50)
        stream = self.follow(campaign).opened()
        for user in users:
            self.shake(campaign, user)
        first, second, end = stream.rest()
        self.assertEqual(["win", "win", "spent"], [first.kind, second.kind, end.kind])
        self.assertEqual((f"{second.id}.end", 0), (end.id, end.data["remaining_fen"]))
        self.assertEqual([end], self.told_after(campaign, second.id))
        self.assertEqual(204, self.status_after(campaign, end.id))

    def test_what_is_no_campaign_or_no_event_of_it_is_refused(self):
        users = self.api.fresh_users(1)
        campaign, _ = self.rain()
        other, _ = self.rain()
        self.shake(other, users[0])
        elsewhere = self.follow(other).opened().next()
        self.assertEqual(404, self.status_after("77", None))
        self.assertEqual(404, self.status_after("x", None))
        for last_id in (elsewhere.id, "x", "-1", f"{elsewhere.id}.end"):
            self.assertEqual(400, self.status_after(campaign, last_id), last_id)


if __name__ == "__main__":
    unittest.main()
