"""The auditor's own fold of a dumped journal: what every record must mean, and the state after it.

Written from the public contract alone; it shares no code with the server. Each broken rule becomes
one sentence in `faults`, and folding goes on, so one run names everything that is wrong.
"""

import json
import re
from collections import Counter

from administration import AdministrationFacts
from api import DAY_MS, instant_ms
from campaigns import CampaignFacts
from sales import SaleFacts

INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
BALANCE_FEN_MAX = 2**53 - 1
AMOUNT_FEN_MAX = 10**13
ENTRY_TYPES = {"deposited": "deposit", "withdrawn": "withdrawal", "transferred": "transfer",
               "packet_sent": "packet_send", "share_opened": "share_open",
               "packet_closed": "refund", "campaign_funded": "campaign_fund",
               "shake_drawn": "shake_win", "campaign_closed": "refund",
               "order_paid": "order_payment", "order_refunded": "refund",
               "external_payment_taken": "external_payment", "sale_closed": "sale_payout",
               "suspended_payment_decided": "external_payment"}
KEYED = ("deposited", "withdrawn", "transferred", "packet_sent", "campaign_funded", "sale_opened",
         "order_paid", "suspended_payment_decided")


class Account:
    def __init__(self, record):
        self.username = record["username"]
        self.avatar_url = record["avatar_url"]
        self.type = record["account_type"]
        self.usernames = [self.username]  # all it ever had
        self.status = "active"
        self.status_reason = self.status_changed_at = None
        self.created_at = record["at"]
        self.balance_fen = 0
        self.entries = []  # oldest first: dicts as the statement shows them
        self.sent = []
        self.received = []
        self.orders = []


class Packet:
    def __init__(self, record):
        self.sequence = record["sequence"]
        self.sender = record["sender"]
        self.kind = record["kind"]
        self.total_fen = record["total_fen"]
        self.count = record["count"]
        self.blessing = record["blessing"]
        self.cover = record.get("cover")
        self.recipients = record["recipients"] or []
        self.sender_may_open = record["sender_may_open"]
        self.share_fen_max = record["share_fen_max"]
        self.split = {"when": record.get("split_when", "on_open"),
                      "algorithm": record.get("split_algorithm", "double_mean")}
        self.seed_hash = record.get("seed_hash")
        self.created_at = record["at"]
        self.expires_at = record["expires_at"]
        self.escrow_fen = 0
        self.shares = {}  # user id -> amount, in the order of opening
        self.opened_at = {}
        self.refund_fen = None
        self.closed_at = None

    @property
    def remaining_count(self):
        return self.count - len(self.shares)

    @property
    def is_over(self):
        return not self.remaining_count or self.closed_at is not None

    @property
    def luckiest(self):
        """The earliest of the largest shares, once all of them are gone."""
        if self.remaining_count or not self.shares:
            return None
        largest = max(self.shares.values())
        return next(user for user, amount in self.shares.items() if amount == largest)


class Model(CampaignFacts, SaleFacts, AdministrationFacts):
    def __init__(self):
        super().__init__()
        self.accounts = {}
        self.packets = {}
        self.keys = {}
        self.references = {}
        self.by_sequence = {}
        self.outside_fen = 0
        self.suspended_fen = 0
        self.deposited_fen = 0
        self.withdrawn_fen = 0
        self.sequence = 0
        self.faults = []

    @property
    def escrow_fen(self):
        return sum(holder.escrow_fen for holders in self._holders() for holder in holders.values())

    def _holders(self):
        """Packets, campaigns and sales by id: whatever has an escrow."""
        return self.packets, self.campaigns, self.sales

    def _holder_of(self, name):
        return next((holders[name] for holders in self._holders() if name in holders), None)

    def fault(self, record, sentence):
        self.faults.append(f"record {record.get('sequence')} ({record.get('type')}): {sentence}")

    def apply(self, record):
        """Judges one record and applies it. Records must come in the order of the dump."""
        sequence = record.get("sequence")
        if sequence != self.sequence + 1:
            self.fault(record, f"follows record {self.sequence}, so the sequence has a gap")
        self.sequence = sequence if isinstance(sequence, int) else self.sequence + 1
        self.by_sequence[sequence] = record
        if not INSTANT.fullmatch(str(record.get("at"))):
            self.fault(record, f"its time {record.get('at')!r} is no instant with milliseconds")
        self._check_key(record)
        self._check_operation(record)
        handler = getattr(self, "_" + str(record.get("type")), None)
        if handler is None or record.get("type") not in FACTS:
            self.fault(record, "is of an unknown type")
            return
        try:
            expected = handler(record)
        except (KeyError, TypeError, ValueError) as error:
            self.fault(record, f"cannot be understood: {error!r}")
            return
        self._post(record, [posting for posting in expected if posting[1]])

    def _check_key(self, record):
        key = record.get("idempotency_key")
        if key is None:
            if record.get("type") in KEYED:
                self.fault(record, "has no idempotency key")
        elif key in self.keys:
            self.fault(record, f"uses the idempotency key {key!r} of record {self.keys[key]} again")
        else:
            self.keys[key] = record.get("sequence")

    def _post(self, record, expected):
        postings = [(posting["account"], posting["amount_fen"]) for posting in record["postings"]]
        if sum(amount for _, amount in postings) != 0:
            self.fault(record, f"its postings sum to {sum(a for _, a in postings)}, not to zero")
        if Counter(postings) != Counter(expected):
            self.fault(record, f"its postings {postings} do not match its fact, {expected}")
        for name, amount in postings:
            kind, _, holder = name.partition(":")
            if kind == "outside":
                self.outside_fen += amount
            elif name == "suspended":
                self.suspended_fen += amount
                if self.suspended_fen < 0:
                    self.fault(record, f"what is suspended is {self.suspended_fen}")
            elif kind == "user" and holder in self.accounts:
                self._enter(record, holder, amount)
            elif kind == "escrow" and self._holder_of(holder) is not None:
                source = self._holder_of(holder)
                source.escrow_fen += amount
                if source.escrow_fen < 0:
                    self.fault(record, f"escrow of {holder} is {source.escrow_fen}")
            else:
                self.fault(record, f"posts to {name!r}, which does not exist")

    def _enter(self, record, user, amount):
        account = self.accounts[user]
        account.balance_fen += amount
        if not 0 <= account.balance_fen <= BALANCE_FEN_MAX:
            self.fault(record, f"the balance of {user} becomes {account.balance_fen}")
        kind = record["type"]
        other = {record.get("from"): record.get("to"), record.get("to"): record.get("from")}
        memo = {"transferred": "memo", "deposited": "reference", "withdrawn": "reference"}
        words = {}
        if "campaign_id" in record:
            words = self.campaign_words_of_line(record)
        elif "sale_id" in record:
            words = self.sale_words_of_line(record)
        account.entries.append({
            "line_no": len(account.entries) + 1, "trade_no": str(record["sequence"]),
            "type": ENTRY_TYPES.get(kind), "direction": "credit" if amount > 0 else "debit",
            "amount_fen": abs(amount), "balance_after_fen": account.balance_fen,
            "counterparty": other[user] if kind == "transferred" else None,
            "memo": record.get(memo[kind]) if kind in memo else None,
            "packet_id": str(record["packet_id"]) if "packet_id" in record else None,
            "campaign_id": None, "sale_id": None, "order_id": None, "at": record["at"], **words})

    def _active(self, record, user):
        if self.accounts[user].status != "active":
            self.fault(record, f"{user} is frozen and acts all the same")

    def _amount(self, record, amount, most=AMOUNT_FEN_MAX):
        if type(amount) is not int or not 1 <= amount <= most:
            self.fault(record, f"its amount {amount!r} is not within 1 and {most}")

    def _new_id(self, record, name):
        if self._holder_of(name) is not None or name in self.orders:
            self.fault(record, f"uses the id {name} again")

    # One method a fact: judges it, applies all but the money, returns the postings it must have.
    def _account_opened(self, record):
        if record["user_id"] in self.accounts:
            self.fault(record, f"opens {record['user_id']} a second time")
        if record["account_type"] not in ("personal", "merchant"):
            self.fault(record, f"has the account type {record['account_type']!r}")
        self.accounts[record["user_id"]] = Account(record)
        return []

    def _account_status_changed(self, record):
        if record["status"] not in ("active", "frozen"):
            self.fault(record, f"sets the status {record['status']!r}")
        account = self.accounts[record["user_id"]]
        account.status = record["status"]
        account.status_reason = record["reason"] or None
        account.status_changed_at = record["at"]
        return []

    def _account_profile_changed(self, record):
        account = self.accounts[record["user_id"]]
        shown = record["username"], record["avatar_url"]
        if shown == (account.username, account.avatar_url):
            self.fault(record, "changes nothing")
        if not shown[0] or shown[1] == "":
            self.fault(record, f"shows {shown!r}")
        account.username, account.avatar_url = shown
        account.usernames.append(account.username)
        return []

    def _deposited(self, record):
        amount = record["amount_fen"]
        self._amount(record, amount)
        self.deposited_fen += amount
        name = record["user_id"], record["reference"]
        if record["reference"] and name in self.references:
            self.fault(record, f"uses the reference {name[1]!r} of record "
                               f"{self.references[name]} again")
        self.references[name] = record["sequence"]
        return [("outside", -amount), (f"user:{record['user_id']}", amount)]

    def _answer_kept(self, record):
        if "idempotency_key" not in record:
            self.fault(record, "keeps an answer for nobody")
        body = json.loads(record["body"])  # of a batch, or of what had been done before
        if record["status"] not in (200, 201, 202) or not body or body.get("results") == []:
            self.fault(record, "keeps what is no answer")
        return []

    def _withdrawn(self, record):
        amount = record["amount_fen"]
        self._amount(record, amount)
        self._active(record, record["user_id"])
        self.withdrawn_fen += amount
        return [("outside", amount), (f"user:{record['user_id']}", -amount)]

    def _transferred(self, record):
        amount, source, target = record["amount_fen"], record["from"], record["to"]
        self._amount(record, amount)
        self._active(record, source)
        if source == target:
            self.fault(record, f"transfers from {source} to itself")
        return [(f"user:{source}", -amount), (f"user:{target}", amount)]

    def _packet_sent(self, record):
        name, packet = str(record["packet_id"]), Packet(record)
        self._new_id(record, name)
        self._amount(record, packet.total_fen)
        self._active(record, packet.sender)
        cap = packet.share_fen_max
        if packet.count < 1 or packet.total_fen < packet.count:
            self.fault(record, f"splits {packet.total_fen} fen into {packet.count} shares")
        if packet.kind == "equal" and packet.total_fen % packet.count:
            self.fault(record, "is equal, but its total does not divide by its count")
        if cap and packet.total_fen > cap * packet.count:
            self.fault(record, f"its total is above its cap of {cap} a share")
        if (packet.split["when"] == "up_front") != (packet.seed_hash is not None):
            self.fault(record, "has a seed's hash without being split up front, or the reverse")
        if packet.recipients and packet.count > len(set(packet.recipients)):
            self.fault(record, "has more shares than recipients")
        life_ms = instant_ms(packet.expires_at) - instant_ms(packet.created_at)
        if not 60_000 <= life_ms <= 3 * DAY_MS:
            self.fault(record, f"lives for {life_ms} ms")
        self.packets[name] = packet
        self.accounts[packet.sender].sent.append(name)
        return [(f"user:{packet.sender}", -packet.total_fen),
                (f"escrow:{name}", packet.total_fen)]

    def _share_opened(self, record):
        name, user, amount = str(record["packet_id"]), record["user_id"], record["amount_fen"]
        packet = self.packets[name]
        self._active(record, user)
        if user in packet.shares:
            self.fault(record, f"{user} takes a second share of packet {name}")
        if packet.closed_at is not None:
            self.fault(record, f"opens packet {name} after it was closed")
        if instant_ms(record["at"]) >= instant_ms(packet.expires_at):
            self.fault(record, f"opens packet {name} at or after its expiry")
        if packet.recipients and user not in packet.recipients:
            self.fault(record, f"{user} is no recipient of packet {name}")
        if user == packet.sender and not packet.sender_may_open:
            self.fault(record, f"the sender opens packet {name}, and may not")
        least, most = self._share_bounds(packet)
        if packet.remaining_count < 1:
            self.fault(record, f"packet {name} is oversold")
        elif type(amount) is not int or not least <= amount <= most:
            self.fault(record, f"its share of {amount!r} is not within {least} and {most}")
        packet.shares.setdefault(user, amount)
        packet.opened_at.setdefault(user, record["at"])
        self.accounts[user].received.append(name)
        return [(f"escrow:{name}", -amount), (f"user:{user}", amount)]

    @staticmethod
    def _share_bounds(packet):
        """What the next share may be: the split rule with its cap, the last one takes the rest."""
        left, shares = packet.escrow_fen, packet.remaining_count
        if shares <= 1:
            return left, left
        if packet.kind == "equal":
            share = packet.total_fen // packet.count
            return share, share
        if packet.split != {"when": "on_open", "algorithm": "double_mean"}:
            # No rule bounds these by itself; the rest must suffice for the other shares, and no more.
            rest = shares - 1
            return max(1, left - packet.share_fen_max * rest), min(packet.share_fen_max,
                                                                   left - rest)
        floor, ceiling = left // shares, -(-left // shares)
        reach = floor - 1
        if packet.share_fen_max:
            reach = min(reach, packet.share_fen_max - ceiling)
        return floor - reach, ceiling + reach

    def _packet_closed(self, record):
        name, refund = str(record["packet_id"]), record["refund_fen"]
        packet = self.packets[name]
        if packet.closed_at is not None:
            self.fault(record, f"closes packet {name} a second time")
        if refund != packet.escrow_fen:
            self.fault(record,
                       f"refunds {refund} of packet {name}, which holds {packet.escrow_fen}")
        if refund and instant_ms(record["at"]) < instant_ms(packet.expires_at):
            self.fault(record, f"refunds packet {name} before its expiry")
        if record["sender"] != packet.sender or record["sent_sequence"] != packet.sequence:
            self.fault(record, f"is not linked to the send of packet {name}")
        packet.closed_at, packet.refund_fen = record["at"], refund
        return [(f"escrow:{name}", -refund), (f"user:{packet.sender}", refund)]


FACTS = ("account_opened", "account_status_changed", "account_profile_changed", "deposited",
         "withdrawn", "transferred", "packet_sent", "share_opened", "packet_closed",
         "campaign_funded", "shake_drawn", "campaign_closed", "sale_opened", "order_reserved",
         "order_paid", "order_cancelled", "order_timed_out", "order_refunded",
         "external_payment_taken", "waitlist_joined", "waiter_passed_over", "sale_closed",
         "answer_kept", "suspended_payment_decided", "waitlist_left", "access_key_created",
         "access_key_rotated", "access_key_revoked", "switch_changed", "clock_advanced",
         "token_secret_rotated", "invitation_created", "invitation_revoked", "invitation_accepted",
         "webhook_changed")
