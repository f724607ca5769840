"""The test case of campaigns: a server on the manual clock, campaigns, and shakes as answered."""

import json

from api import round_of
from cases import ServerCase
from flags import manual_clock

HOUR_MS = 3_600_000  # a kill -9 sets the manual clock back to the last record, or forward to now


class ShakeCase(ServerCase):
    server_flags = (manual_clock(),)

    def rain(self, spans=((0, 1_000),), budget_fen=1_000, merchant=None, wins_per_user=100,
             **fields):
        """A campaign's id and its rounds' (start, end) in ms; spans are ms from now."""
        now_ms = self.api.now_ms()
        times = [(now_ms + start, now_ms + end) for start, end in spans]
        campaign = self.api.fresh_campaign([round_of(*span, **fields) for span in times],
                                           budget_fen, merchant, wins_per_user=wins_per_user)
        return campaign, times

    def won(self, answer, amount_fen, number=1, repeat=False):
        told = self.assert_ok(answer)
        self.assertEqual((True, amount_fen, number, repeat), (
            told["won"], told["amount_fen"], told["round"], told["repeat"]))
        return told

    def blank(self, answer, number=1):
        told = self.assert_ok(answer)
        self.assertEqual((False, 0, number, False), (
            told["won"], told["amount_fen"], told["round"], told["repeat"]))
        return told

    def wait_until_closed(self, campaign):
        self.wait_until(f"the end of campaign {campaign}",
                        lambda: self.api.campaign(campaign)["closed_at"] is not None)

    def records_of(self, campaign, kind):
        return [record for record in map(json.loads, self.journal_lines())
                if record["type"] == kind and record["campaign_id"] == campaign]
