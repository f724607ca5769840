"""The test case of campaigns: a server on the manual clock, campaigns, and what a shake told."""

import json

from api import Api, round_of
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

    def refused_without_a_trace(self, code, status, request):
        self.leaves_no_trace(lambda: self.assert_problem(request(), status, code))

    def leaves_no_trace(self, action):
        """The journal may still grow by itself, when time was moved: campaigns of other tests end.
        So it is tried again; what leaves a record leaves one each time."""
        def unchanged():
            before = self.api.audit()
            action()
            return before == self.api.audit()
        self.wait_until("an action that leaves the journal as it was", unchanged)

    def wait_until_closed(self, campaign):
        self.wait_until(f"the end of campaign {campaign}",
                        lambda: self.api.campaign(campaign)["closed_at"] is not None)

    def records_of(self, campaign, kind):
        """Of the stopped server's journal."""
        self.api.close()
        self.assertEqual(0, self.server.stop(), self.server.stderr_text()[-2000:])
        records = [json.loads(line) for line in self.server.dump_lines()]
        self.server.start()
        type(self).api = Api(self.server.port)
        return [record for record in records
                if record["type"] == kind and record["campaign_id"] == campaign]
