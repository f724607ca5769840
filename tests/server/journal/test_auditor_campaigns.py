"""The auditor of campaigns judged on journals written by hand: every damage is named."""

import json
import unittest

from api import instant_ms
from campaigns import ROUND_FIELDS, campaign_differences, repeat_differences
from client import Answer
from hand_journal import AT, LATER, JudgedCase, account, judged, record


# Two rounds, on the 21st and on the 22nd of November, both from second 0 to second 60 of 05:53.
def campaign_round(day, **fields):
    return {"starts_at": f"2026-11-{day}T05:53:00.000Z", "ends_at": f"2026-11-{day}T05:54:00.000Z",
            "win_permille": 500, "share_fen_min": 10, "share_fen_max": 60, "wins_per_user": 1,
            **fields}


def funded(sequence, rounds=None, budget_fen=100, merchant="shop", **fields):
    return record(sequence, "campaign_funded",
                  [(f"user:{merchant}", -budget_fen), ("escrow:88", budget_fen)], f"k{sequence}",
                  campaign_id="88", merchant=merchant, budget_fen=budget_fen,
                  rounds=[campaign_round(21), campaign_round(22)] if rounds is None else rounds,
                  **{"name": "rain", "wins_per_user": 2, **fields})


def shaken(sequence, user, amount_fen, request="r1", number=1, **fields):
    postings = [("escrow:88", -amount_fen), (f"user:{user}", amount_fen)] if amount_fen else []
    return record(sequence, "shake_drawn", postings, campaign_id="88", user_id=user,
                  shake_key=request, round=number, amount_fen=amount_fen, **fields)


def ended(sequence, refund_fen, **fields):
    postings = [("escrow:88", -refund_fen), ("user:shop", refund_fen)] if refund_fen else []
    return record(sequence, "campaign_closed", postings, **{
        "campaign_id": "88", "merchant": "shop", "refund_fen": refund_fen, "funded_sequence": 5,
        "at": "2026-11-22T05:54:00.000Z", **fields})


def before_funding(account_type="merchant"):
    return [account(1, "shop", account_type), account(2, "bob"), account(3, "cat"),
            record(4, "deposited", [("outside", -500), ("user:shop", 500)], "k4", user_id="shop",
                   amount_fen=500, reference="bank")]


def sound_campaign():
    return before_funding() + [
        funded(5), shaken(6, "bob", 60), shaken(7, "cat", 0), shaken(8, "cat", 30, "r2"),
        shaken(9, "bob", 0, "r2", 2, at=LATER.format(9)), ended(10, 10)]


class TheAuditorOfCampaigns(JudgedCase):
    def test_a_sound_campaign_has_no_faults_and_holds_every_fen(self):
        auditor = judged(sound_campaign())
        self.assertEqual([], auditor.faults)
        self.assertEqual({"shop": 410, "bob": 60, "cat": 30},
                         {user: one.balance_fen for user, one in auditor.model.accounts.items()})
        campaign = auditor.model.campaigns["88"]
        self.assertEqual((90, 0, 10), (campaign.spent_fen, campaign.escrow_fen,
                                       campaign.refund_fen))

    def test_values_at_the_very_edge_are_sound(self):
        first = campaign_round(21, starts_at=AT.format(5), ends_at=AT.format(8), win_permille=1000,
                               share_fen_min=100, share_fen_max=100)
        last = campaign_round(21, starts_at=AT.format(8), ends_at="2027-11-22T05:53:14.005Z",
                              win_permille=1, share_fen_min=1, share_fen_max=1)
        records = before_funding() + [
            funded(5, [first, last], budget_fen=101, wins_per_user=1),
            shaken(6, "bob", 100, at=AT.format(5)), shaken(7, "bob", 0, "r2", at=AT.format(7)),
            shaken(8, "cat", 1, "r2", 2, at=AT.format(8))]
        self.assertEqual([], self.faults_of(records))
        for fen, status in ((1, "running"), (0, "spent")):
            campaign = judged(records[:8 - fen]).model.campaigns["88"]
            self.assertEqual((fen, status), (campaign.escrow_fen,
                                             campaign.status_at(instant_ms(AT.format(8)))))
        shown = campaign_differences("88", campaign, {"now": AT.format(8)})
        states = [{"round": 1, "status": "ended"}, {"round": 2, "status": "running"}]
        rounds = next(fault for fault in shown if ": rounds is" in fault)
        for item in states:
            self.assertIn(str(item)[:-1], rounds)
        self.assertIn("campaign 88: next_starts_at is None, not None", shown)

    def test_statement_lines_of_a_campaign_name_it_and_no_packet(self):
        model = judged(sound_campaign()).model
        told = {user: [(line["type"], line["direction"], line["amount_fen"], line["counterparty"],
                        line["memo"], line["campaign_id"], line["packet_id"])
                       for line in model.accounts[user].entries] for user in ("shop", "bob")}
        self.assertEqual({
            "shop": [("deposit", "credit", 500, None, "bank", None, None),
                     ("campaign_fund", "debit", 100, "campaign:88", "rain", "88", None),
                     ("refund", "credit", 10, "campaign:88", "", "88", None)],
            "bob": [("shake_win", "credit", 60, "shop", "", "88", None)]}, told)

    def test_every_damage_to_shakes_and_ends_is_named_in_a_sentence(self):
        start, sound = before_funding(), sound_campaign()
        base = start + [funded(5)]
        once = base + [shaken(6, "bob", 10)]
        frozen = record(6, "account_status_changed", user_id="bob", status="frozen", reason="x")
        certain = campaign_round(21, win_permille=1000)
        generous = [campaign_round(21, wins_per_user=9), campaign_round(22, wins_per_user=9)]
        cases = [
            ("bob has a result for request r1 already", once + [shaken(7, "bob", 0)]),
            ("not within 10 and 60", base + [shaken(6, "bob", 9)]),
            ("not within 10 and 60", base + [shaken(6, "bob", 61)]),
            ("overdraws what is left of the budget, 40",
             base + [shaken(6, "bob", 60), shaken(7, "cat", 60)]),
            ("escrow of 88 is -20", base + [shaken(6, "bob", 60), shaken(7, "cat", 60)]),
            ("wins more than 1 times in a round", once + [shaken(7, "bob", 10, "r2")]),
            ("wins more than 2 times in all", start + [funded(5, generous)] + [
                shaken(6 + i, "bob", 10, f"r{i}") for i in range(3)]),
            ("draws a blank where everybody wins",
             start + [funded(5, [certain]), shaken(6, "bob", 0)]),
            ("while it does not run", base + [shaken(6, "bob", 10, number=2)]),
            ("while it does not run", base + [shaken(6, "bob", 0, at="2026-11-21T05:52:59.999Z")]),
            ("while it does not run", base + [shaken(6, "bob", 0, at="2026-11-21T05:54:00.000Z")]),
            ("there is no round 3", base + [shaken(6, "bob", 10, number=3)]),
            ("there is no round 0", base + [shaken(6, "bob", 10, number=0)]),
            ("bob is frozen", base + [frozen, shaken(7, "bob", 10)]),
            ("cannot be understood", base + [shaken(6, "nobody", 0)]),
            ("do not match its fact", base + [{**shaken(6, "bob", 10), "amount_fen": 11}]),
            ("shakes campaign 88 after it was closed",
             base + [ended(6, 100), shaken(7, "bob", 0, number=2, at=LATER.format(7))]),
            ("closes campaign 88 a second time", sound + [ended(11, 0)]),
            ("refunds 9 of campaign 88, which holds 10", sound[:9] + [ended(10, 9)]),
            ("is closed and holds 1", sound[:9] + [ended(10, 9)]),
            ("refunds 0 of campaign 88, which holds 0",
             start + [funded(5, budget_fen=60), shaken(6, "bob", 60), ended(7, 0)]),
            ("before its end", sound[:9] + [ended(10, 10, at="2026-11-22T05:53:59.999Z")]),
            ("is not linked to the funding", sound[:9] + [ended(10, 10, funded_sequence=4)]),
            ("is not linked to the funding", sound[:9] + [ended(10, 10, merchant="cat")]),
            ("campaign 88: 10 won, 0 refunded and 89 held of 100", base + [
                {**shaken(6, "bob", 10), "postings": [{"account": "escrow:88", "amount_fen": -11},
                                                      {"account": "user:bob", "amount_fen": 11}]}]),
        ]
        for words, records in cases:
            with self.subTest(words):
                self.assert_named(words, records)

    def test_every_damage_to_a_funding_is_named_in_a_sentence(self):
        start = before_funding()
        cases = [
            ("shop is no merchant", before_funding("personal") + [funded(5)]),
            ("shop is frozen", start + [
                record(5, "account_status_changed", user_id="shop", status="frozen", reason="x"),
                funded(6)]),
            ("has no idempotency key", start + [{**funded(5), "idempotency_key": None}]),
            ("the balance of shop becomes -1", start + [funded(5, budget_fen=501)]),
            ("uses the id 88 again", start + [funded(5), funded(6)]),
            ("lets nobody win", start + [funded(5, wins_per_user=0)]),
            ("cannot be understood", start + [funded(5, rounds=[{}])]),
        ]
        for words, rounds in (
                ("has no rounds", []),
                ("ends too late", [campaign_round(21, ends_at="2027-11-23T00:00:00.000Z")]),
                ("round 1 ends before it starts", [campaign_round(
                    21, ends_at="2026-11-21T05:53:00.000Z")]),
                ("round 1 is over already", [campaign_round(20)]),
                ("round 1 is over already", [campaign_round(21, ends_at=AT.format(5))]),
                ("round 2 overlaps the one before", [campaign_round(22), campaign_round(21)]),
                ("round 2 overlaps the one before", [campaign_round(21), campaign_round(
                    22, starts_at="2026-11-21T05:53:59.999Z")]),
                ("a chance of 0 permille", [campaign_round(21, win_permille=0)]),
                ("a chance of 1001 permille", [campaign_round(21, win_permille=1001)]),
                ("prizes of 0 to 60", [campaign_round(21, share_fen_min=0)]),
                ("prizes of 61 to 60", [campaign_round(21, share_fen_min=61)]),
                ("prizes of 101 to 200", [campaign_round(21, share_fen_min=101,
                                                         share_fen_max=200)]),
                ("round 1 lets nobody win", [campaign_round(21, wins_per_user=0)])):
            cases.append((words, start + [funded(5, rounds)]))
        for words, records in cases:
            with self.subTest(words):
                self.assert_named(words, records)


class FakeShakes:
    """Answers shakes with the given answers, in turn."""

    def __init__(self, answers):
        self.answers = iter(answers)

    def shake(self, *_):
        return Answer(200, {}, json.dumps(next(self.answers)).encode())


class TheComparisonOfCampaigns(unittest.TestCase):
    def campaign_shown(self, **changes):
        """How the sound campaign must be shown amid its first round, right after the second shake."""
        shown = [{name: item[inside] for name, inside in ROUND_FIELDS.items()}
                 for item in (campaign_round(21), campaign_round(22))]
        return {"id": "88", "merchant": "shop", "name": "rain", "picture": None,
                "text": "", "status": "running",
                "budget_fen": 100, "spent_fen": 60, "remaining_fen": 40, "win_count": 1,
                "shake_count": 2, "wins_per_user": 2, "created_at": AT.format(5),
                "ends_at": "2026-11-22T05:54:00.000Z", "closed_at": None, "refund_fen": None,
                "now": AT.format(7), "next_starts_at": "2026-11-22T05:53:00.000Z",
                "rounds": [{"round": 1, "status": "running", **shown[0]},
                           {"round": 2, "status": "upcoming", **shown[1]}], **changes}

    def test_a_campaign_that_is_shown_otherwise_is_named_field_by_field(self):
        auditor = judged(sound_campaign()[:7])
        campaign = auditor.model.campaigns["88"]
        self.assertEqual([], campaign_differences("88", campaign, self.campaign_shown()))
        for field, value in self.campaign_shown().items():
            if field != "now":
                with self.subTest(field):
                    wrong = [1] if isinstance(value, list) else 7
                    live = self.campaign_shown(**{field: wrong})
                    self.assertEqual([f"campaign 88: {field} is {wrong}, not {value!r}"],
                                     campaign_differences("88", campaign, live))

    def test_status_and_rounds_are_judged_by_the_clock_that_was_shown(self):
        auditor = judged(sound_campaign()[:7])
        campaign = auditor.model.campaigns["88"]
        for now, status in (("2026-11-21T05:52:59.999Z", "upcoming"),
                            ("2026-11-21T05:54:00.000Z", "between_rounds"),
                            ("2026-11-22T05:53:00.000Z", "running"),
                            ("2026-11-22T05:54:00.000Z", "ended")):
            wrong = campaign_differences("88", campaign, self.campaign_shown(now=now, status="?"))
            self.assertIn(f"campaign 88: status is '?', not {status!r}", wrong)
        spent = judged(before_funding() + [funded(5, budget_fen=65), shaken(6, "bob", 60)])
        self.assertEqual("spent", spent.model.campaigns["88"].status_at(instant_ms(AT.format(7))))

    def test_a_shake_that_is_answered_differently_when_asked_again_is_named(self):
        results = list(judged(sound_campaign()).model.campaigns["88"].results.items())[:2]
        right = {"campaign_id": "88", "user_id": "bob", "won": True, "amount_fen": 60, "round": 1,
                 "drawn_at": AT.format(6), "repeat": True}
        blank = {**right, "user_id": "cat", "won": False, "amount_fen": 0, "drawn_at": AT.format(7)}
        self.assertEqual([], repeat_differences(FakeShakes([right, blank]), "88", results))
        for field in right:
            with self.subTest(field):
                faults = repeat_differences(FakeShakes([right, {**blank, field: 7}]), "88", results)
                self.assertEqual(1, len(faults), faults)
                self.assertIn("request r1 of cat in campaign 88 is answered with", faults[0])


if __name__ == "__main__":
    unittest.main()
