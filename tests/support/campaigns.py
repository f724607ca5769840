"""Campaigns in the auditor: what their records must mean, and what the server must then show.

Written from rule 15 and the API's page alone, like model.py and auditor.py, which use it: the
model folds by CampaignFacts, the auditor compares by campaign_differences.
"""

from collections import Counter

from api import DAY_MS, instant_ms

LIFE_MS_MAX = 366 * DAY_MS
PERMILLE = 1_000
# What a round has, by its name in the API and in the journal's dump.
ROUND_FIELDS = {"starts_at": "starts_at", "ends_at": "ends_at", "win_permille": "win_permille",
                "share_fen_min": "share_fen_min", "share_fen_max": "share_fen_max",
                "wins_per_user": "wins_per_user"}


class Round:
    def __init__(self, record):
        self.starts_ms = instant_ms(record["starts_at"])
        self.ends_ms = instant_ms(record["ends_at"])
        self.win_permille = record["win_permille"]
        self.share_fen_min, self.share_fen_max = record["share_fen_min"], record["share_fen_max"]
        self.wins_per_user = record["wins_per_user"]
        self.wins = Counter()  # by user
        self.shown = {shown: record[name] for shown, name in ROUND_FIELDS.items()}


class Campaign:
    def __init__(self, record):
        self.sequence = record["sequence"]
        self.merchant = record["merchant"]
        self.name = record["name"]
        self.picture, self.text = record.get("picture"), record.get("text", "")
        self.budget_fen = record["budget_fen"]
        self.wins_per_user = record["wins_per_user"]
        self.rounds = [Round(item) for item in record["rounds"]]
        self.created_at = record["at"]
        self.escrow_fen = 0
        self.results = {}  # (user id, request id) -> (amount, round, time), in the order drawn
        self.wins = Counter()  # by user, in all rounds
        self.refund_fen = None
        self.closed_at = None

    @property
    def ends_ms(self):
        return self.rounds[-1].ends_ms

    @property
    def spent_fen(self):
        return sum(amount for amount, _, _ in self.results.values())

    @property
    def smallest_prize_fen(self):
        return min(item.share_fen_min for item in self.rounds)

    def may_win(self, user, running):
        return (self.wins[user] < self.wins_per_user and
                running.wins[user] < running.wins_per_user)

    def status_at(self, now_ms):
        if now_ms >= self.ends_ms:
            return "ended"
        if self.escrow_fen < self.smallest_prize_fen:
            return "spent"
        if any(item.starts_ms <= now_ms < item.ends_ms for item in self.rounds):
            return "running"
        return "upcoming" if now_ms < self.rounds[0].starts_ms else "between_rounds"


class CampaignFacts:
    """The model's part for campaigns: one method a fact, as in the model."""

    def __init__(self):
        super().__init__()
        self.campaigns = {}

    def _campaign_funded(self, record):
        name, campaign = str(record["campaign_id"]), Campaign(record)
        self._new_id(record, name)
        self._amount(record, campaign.budget_fen)
        self._active(record, campaign.merchant)
        if self.accounts[campaign.merchant].type != "merchant":
            self.fault(record, f"{campaign.merchant} is no merchant")
        if campaign.wins_per_user < 1:
            self.fault(record, "lets nobody win")
        self._check_rounds(record, campaign)
        self.campaigns[name] = campaign
        return [(f"user:{campaign.merchant}", -campaign.budget_fen),
                (f"escrow:{name}", campaign.budget_fen)]

    def _check_rounds(self, record, campaign):
        free_from_ms = None
        for number, item in enumerate(campaign.rounds, 1):
            if item.starts_ms >= item.ends_ms:
                self.fault(record, f"round {number} ends before it starts")
            if free_from_ms is not None and item.starts_ms < free_from_ms:
                self.fault(record, f"round {number} overlaps the one before")
            if item.ends_ms <= instant_ms(record["at"]):
                self.fault(record, f"round {number} is over already")
            if not 1 <= item.win_permille <= PERMILLE:
                self.fault(record, f"round {number} has a chance of {item.win_permille} permille")
            if not 1 <= item.share_fen_min <= min(item.share_fen_max, campaign.budget_fen):
                self.fault(record, f"round {number} has prizes of {item.share_fen_min} to "
                                   f"{item.share_fen_max}")
            if item.wins_per_user < 1:
                self.fault(record, f"round {number} lets nobody win")
            free_from_ms = item.ends_ms
        if not campaign.rounds or campaign.ends_ms - instant_ms(record["at"]) > LIFE_MS_MAX:
            self.fault(record, "has no rounds, or ends too late")

    def _shake_drawn(self, record):
        name, user, amount = str(record["campaign_id"]), record["user_id"], record["amount_fen"]
        campaign, number, request = self.campaigns[name], record["round"], record["shake_key"]
        self._active(record, user)
        if (user, request) in campaign.results:
            self.fault(record, f"{user} has a result for request {request} already")
        if campaign.closed_at is not None:
            self.fault(record, f"shakes campaign {name} after it was closed")
        if type(number) is not int or not 1 <= number <= len(campaign.rounds):
            raise ValueError(f"there is no round {number}")
        running = campaign.rounds[number - 1]
        if not running.starts_ms <= instant_ms(record["at"]) < running.ends_ms:
            self.fault(record, f"shakes round {number} of campaign {name} while it does not run")
        if amount != 0:
            self._check_prize(record, campaign, running)
        elif running.win_permille == PERMILLE and campaign.may_win(user, running):
            self.fault(record, f"{user} draws a blank where everybody wins")
        campaign.results.setdefault((user, request), (amount, number, record["at"]))
        return [(f"escrow:{name}", -amount), (f"user:{user}", amount)]

    def _check_prize(self, record, campaign, running):
        user, amount = record["user_id"], record["amount_fen"]
        least, most = running.share_fen_min, running.share_fen_max
        if type(amount) is not int or not least <= amount <= most:
            self.fault(record, f"its prize of {amount!r} is not within {least} and {most}")
        if amount > campaign.escrow_fen:
            self.fault(record, f"its prize of {amount} overdraws what is left of the budget, "
                               f"{campaign.escrow_fen}")
        if running.wins[user] >= running.wins_per_user:
            self.fault(record, f"{user} wins more than {running.wins_per_user} times in a round")
        if campaign.wins[user] >= campaign.wins_per_user:
            self.fault(record, f"{user} wins more than {campaign.wins_per_user} times in all")
        running.wins[user] += 1
        campaign.wins[user] += 1

    def _campaign_closed(self, record):
        name, refund = str(record["campaign_id"]), record["refund_fen"]
        campaign = self.campaigns[name]
        if campaign.closed_at is not None:
            self.fault(record, f"closes campaign {name} a second time")
        if refund != campaign.escrow_fen or refund == 0:
            self.fault(record,
                       f"refunds {refund} of campaign {name}, which holds {campaign.escrow_fen}")
        if instant_ms(record["at"]) < campaign.ends_ms:
            self.fault(record, f"closes campaign {name} before its end")
        if (record["merchant"], record["funded_sequence"]) != (campaign.merchant,
                                                               campaign.sequence):
            self.fault(record, f"is not linked to the funding of campaign {name}")
        campaign.closed_at, campaign.refund_fen = record["at"], refund
        return [(f"escrow:{name}", -refund), (f"user:{campaign.merchant}", refund)]

    def campaign_words_of_line(self, record):
        """What a campaign's record adds to its statement line besides what every line has."""
        name = str(record["campaign_id"])
        counterparty, memo = f"campaign:{name}", ""
        if record["type"] == "campaign_funded":
            memo = record["name"]
        elif record["type"] == "shake_drawn":
            counterparty = self.campaigns[name].merchant
        return {"campaign_id": name, "counterparty": counterparty, "memo": memo}


def end_faults(campaigns):
    """Sentences for campaigns whose money does not add up once everything is folded."""
    faults = []
    for name, campaign in campaigns.items():
        spent_fen, refund_fen = campaign.spent_fen, campaign.refund_fen or 0
        if spent_fen + refund_fen + campaign.escrow_fen != campaign.budget_fen:
            faults.append(f"campaign {name}: {spent_fen} won, {refund_fen} refunded and "
                          f"{campaign.escrow_fen} held of {campaign.budget_fen}")
        if campaign.closed_at is not None and campaign.escrow_fen != 0:
            faults.append(f"campaign {name} is closed and holds {campaign.escrow_fen}")
    return faults


def campaign_differences(name, campaign, live):
    """Sentences for every field of GET that differs from the model at the answer's own `now`."""
    now_ms = instant_ms(live["now"])
    expected = {
        "id": name, "merchant": campaign.merchant, "name": campaign.name,
        "picture": campaign.picture, "text": campaign.text,
        "status": campaign.status_at(now_ms), "budget_fen": campaign.budget_fen,
        "spent_fen": campaign.spent_fen, "remaining_fen": campaign.escrow_fen,
        "win_count": sum(campaign.wins.values()), "shake_count": len(campaign.results),
        "wins_per_user": campaign.wins_per_user, "created_at": campaign.created_at,
        "ends_at": campaign.rounds[-1].shown["ends_at"], "closed_at": campaign.closed_at,
        "refund_fen": campaign.refund_fen,
        "next_starts_at": next((item.shown["starts_at"] for item in campaign.rounds
                                if now_ms < item.starts_ms), None),
        "rounds": [{"round": number, "status": status_at(item, now_ms), **item.shown}
                   for number, item in enumerate(campaign.rounds, 1)]}
    return [f"campaign {name}: {field} is {live.get(field)!r}, not {value!r}"
            for field, value in expected.items()
            if field not in live or live[field] != value]


def status_at(item, now_ms):
    if now_ms < item.starts_ms:
        return "upcoming"
    return "running" if now_ms < item.ends_ms else "ended"


def repeat_differences(api, name, results):
    """Sentences for recorded shakes that are not answered with their result when asked again.

    results: ((user id, request id), (amount, round, time)) pairs of one campaign.
    """
    wrong = []
    for (user, request), (amount, number, at) in results:
        expected = {"campaign_id": name, "user_id": user, "won": amount > 0, "amount_fen": amount,
                    "round": number, "drawn_at": at, "repeat": True}
        answer = api.shake(name, user, request)
        if answer.status != 200 or answer.json != expected:
            wrong.append(f"request {request} of {user} in campaign {name} is answered with "
                         f"{answer!r}, not {expected}")
    return wrong
