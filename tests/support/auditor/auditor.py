"""The independent auditor: judges a dumped journal, and compares the live HTTP views with it.

`Auditor.of_lines(dump)` folds the dump of `hongbao dump`; `faults` then holds one sentence for each
thing that is wrong, and `compare_with_views(api)` returns sentences for each view that differs.
"""

import json
import random

from administration import operation_differences
from api import instant_ms
from campaigns import campaign_differences, end_faults, repeat_differences
from model import Model
from sales import (order_differences, sale_differences, sale_end_faults,
                   suspended_differences)
from shares import seed_hash, shares_of
from waitlists import wait_differences


# Fields of a statement line that say what it is about; those that do not apply are null.
LINE_IDS = ("packet_id", "campaign_id", "sale_id", "order_id")


class Auditor:
    @classmethod
    def of_lines(cls, lines):
        auditor = cls()
        auditor.extend(lines)
        return auditor

    def __init__(self):
        self.model = Model()
        self._lines = []

    @property
    def faults(self):
        return self.model.faults

    def extend(self, lines):
        """Folds a whole dump, part of which may be folded already: history must not change."""
        lines = list(lines)
        known = len(self._lines)
        if lines[:known] != self._lines:
            self.faults.append(f"the first {known} records are no longer what they were")
        for number, line in enumerate(lines[known:], known + 1):
            try:
                record = json.loads(line)
            except ValueError as error:
                self.faults.append(f"line {number} of the dump is no JSON: {error}")
                continue
            if not isinstance(record, dict):
                self.faults.append(f"line {number} of the dump is no object")
                continue
            self.model.apply(record)
        self._lines = lines
        self._judge_the_end()

    def _judge_the_end(self):
        model = self.model
        held_fen = sum(account.balance_fen for account in model.accounts.values())
        escrow_fen = model.escrow_fen
        suspended_fen = model.suspended_fen
        if held_fen + escrow_fen + suspended_fen + model.outside_fen != 0:
            self.faults.append(f"accounts {held_fen}, escrow {escrow_fen}, suspended "
                               f"{suspended_fen} and the outside {model.outside_fen} do not sum "
                               "to zero")
        waiting_fen = sum(payment["amount_fen"] for payment in model.suspended.values())
        if waiting_fen != suspended_fen:
            self.faults.append(f"{suspended_fen} are suspended, but the payments that nobody has "
                               f"decided on are {waiting_fen}")
        if model.deposited_fen - model.withdrawn_fen != -model.outside_fen:
            self.faults.append("the outside does not hold what was withdrawn less deposited")
        for name, packet in model.packets.items():
            opened_fen = sum(packet.shares.values())
            if opened_fen + (packet.refund_fen or 0) + packet.escrow_fen != packet.total_fen:
                self.faults.append(f"packet {name}: {opened_fen} opened, {packet.refund_fen} "
                                   f"refunded and {packet.escrow_fen} held of {packet.total_fen}")
            if packet.closed_at is not None and packet.escrow_fen != 0:
                self.faults.append(f"packet {name} is closed and holds {packet.escrow_fen}")
            if not packet.remaining_count and packet.escrow_fen != 0:
                self.faults.append(f"packet {name} is exhausted and holds {packet.escrow_fen}")
        self.faults.extend(end_faults(model.campaigns))
        self.faults.extend(sale_end_faults(model.sales))

    def compare_with_views(self, api, accounts_max=120, packets_max=80, seed=1, campaigns_max=40,
                           sales_max=40):
        """Sentences for every live view that differs; where there are many, a seeded sample is read.

        The server must be idle, and have no record that the dump does not have.
        """
        chance = random.Random(seed)
        wrong = self._compare_audit(api) + suspended_differences(self.model.suspended, api)
        wrong += operation_differences(self.model.operations, api)
        for user in sample(chance, sorted(self.model.accounts), accounts_max):
            wrong += self._compare_account(api, user)
        for name in sample(chance, sorted(self.model.packets), packets_max):
            wrong += self._compare_packet(api, name)
        for name in sample(chance, sorted(self.model.campaigns), campaigns_max):
            wrong += self._compare_campaign(api, name, chance)
        for name in sample(chance, sorted(self.model.sales), sales_max):
            wrong += self._compare_sale(api, name, chance)
        return wrong

    def _compare_audit(self, api):
        model, live = self.model, api.audit()
        expected = {
            "deposited_fen": model.deposited_fen, "withdrawn_fen": model.withdrawn_fen,
            "accounts_fen": sum(account.balance_fen for account in model.accounts.values()),
            "escrow_fen": model.escrow_fen, "suspended_fen": model.suspended_fen,
            "difference_fen": 0, "journal_sequence": model.sequence}
        return differences("/v1/audit", expected, live)

    def _compare_account(self, api, user):
        account = self.model.accounts[user]
        answer = api.account(user)
        if answer.status != 200:
            return [f"account {user} is answered with {answer.status}"]
        expected = {"user_id": user, "username": account.username, "type": account.type,
                    "avatar_url": account.avatar_url, "status": account.status,
                    "status_reason": account.status_reason,
                    "status_changed_at": account.status_changed_at,
                    "balance_fen": account.balance_fen, "created_at": account.created_at}
        wrong = differences(f"account {user}", expected, answer.json)
        entries = api.entries(user)
        if len(entries) != len(account.entries):
            return wrong + [f"account {user} has {len(entries)} statement lines, not "
                            f"{len(account.entries)}"]
        for live, line in zip(entries, reversed(account.entries)):
            checked = {name: value for name, value in line.items()
                       if value is not None or name in LINE_IDS}
            wrong += differences(f"line {line['line_no']} of {user}", checked, live)
        for title, names in (("sent", account.sent), ("received", account.received)):
            live = [item["id"] for item in api.listing(f"/v1/accounts/{user}/packets/{title}")]
            if live != list(reversed(names)):
                wrong.append(f"packets {title} of {user} are {live}, not {names} reversed")
        return wrong + self._compare_orders(api, user)

    def _compare_orders(self, api, user):
        names, live = self.model.accounts[user].orders, api.orders(user)
        shown = [item["id"] for item in live]
        if shown != list(reversed(names)):
            return [f"orders of {user} are {shown}, not {names} reversed"]
        return [fault for item in live for fault in self._order_faults(api, item)]

    def _order_faults(self, api, live):
        name = live["id"]
        order = self.model.orders[name]
        due = live["status"] != order.status  # a sale tells the server's time
        now_ms = instant_ms(api.sale(order.sale_id)["now"]) if due else 0
        return order_differences(name, order, live, now_ms)

    def _compare_sale(self, api, name, chance, each_max=20):
        sale = self.model.sales[name]
        answer = api.get(f"/v1/sales/{name}")
        if answer.status != 200:
            return [f"sale {name} is answered with {answer.status}"]
        wrong = sale_differences(name, sale, answer.json)
        for order in sample(chance, sorted(sale.orders), each_max):
            shown = api.get(f"/v1/orders/{order}")
            wrong += (self._order_faults(api, shown.json) if shown.status == 200 else
                      [f"order {order} is answered with {shown.status}"])
        if answer.json["status"] == "sold_out":
            waiting = list(enumerate(sale.waiting, 1))
            wrong += wait_differences(api, name, sample(chance, waiting, each_max))
        return wrong

    def _compare_campaign(self, api, name, chance, repeats_max=20):
        campaign = self.model.campaigns[name]
        answer = api.get(f"/v1/campaigns/{name}")
        if answer.status != 200:
            return [f"campaign {name} is answered with {answer.status}"]
        return (campaign_differences(name, campaign, answer.json) +
                repeat_differences(api, name, sample(chance, list(campaign.results.items()),
                                                     repeats_max)))

    def _compare_packet(self, api, name):
        packet = self.model.packets[name]
        answer = api.get(f"/v1/packets/{name}")
        if answer.status != 200:
            return [f"packet {name} is answered with {answer.status}"]
        live = answer.json
        expected = {"id": name, "sender": packet.sender, "kind": packet.kind,
                    "total_fen": packet.total_fen, "count": packet.count,
                    "remaining_fen": packet.escrow_fen, "remaining_count": packet.remaining_count,
                    "created_at": packet.created_at, "expires_at": packet.expires_at,
                    "link": f"/p/{name}", "cover": packet.cover,
                    "luckiest_user_id": packet.luckiest, "seed_hash": packet.seed_hash,
                    "split": packet.split if packet.kind == "lucky" else None}
        if packet.closed_at is not None:
            # Whether a closed packet still counts shares that nobody took is up to the server.
            for name_left in ("remaining_fen", "remaining_count"):
                expected.pop(name_left)
            if packet.refund_fen:
                expected["refund_fen"] = packet.refund_fen
                expected["closed_at"] = packet.closed_at
        wrong = differences(f"packet {name}", expected, live)
        if (live["blessing"] or "") != (packet.blessing or ""):
            wrong.append(f"packet {name}: blessing {live['blessing']!r}, not {packet.blessing!r}")
        if live["status"] not in possible_status(packet):
            wrong.append(f"packet {name}: status {live['status']}, not {possible_status(packet)}")
        claims = [(item["user_id"], item["amount_fen"], item["opened_at"], item["is_luckiest"])
                  for item in api.claims(name)]
        expected_claims = [(user, amount, packet.opened_at[user], user == packet.luckiest)
                           for user, amount in reversed(packet.shares.items())]
        if claims != expected_claims:
            wrong.append(f"packet {name}: claims are {claims}, not {expected_claims}")
        return wrong + seed_faults(name, packet, live)


def seed_faults(name, packet, live):
    """For a packet split up front: the seed is shown once it is over and no earlier, has the hash that
    was shown at the send, and gives every share that was opened, in order."""
    if packet.seed_hash is None or not packet.is_over:
        return [] if live["seed"] is None else [f"packet {name} tells a seed, and should not"]
    seed = bytes.fromhex(live["seed"] or "")
    if seed_hash(seed) != packet.seed_hash:
        return [f"packet {name}: the hash of the seed {live['seed']} is not {packet.seed_hash}"]
    shares = shares_of(seed, packet.split["algorithm"], packet.total_fen, packet.count,
                       packet.share_fen_max)
    opened = list(packet.shares.values())
    if opened != shares[:len(opened)]:
        return [f"packet {name} gave the shares {opened}, its seed says {shares}"]
    return []


def possible_status(packet):
    """An open packet may already be past its expiry while its refund is still to come."""
    if not packet.remaining_count:
        return ("exhausted",)
    return ("open", "expired") if packet.closed_at is None else ("expired",)


def differences(subject, expected, live):
    return [f"{subject}: {name} is {live.get(name)!r}, not {value!r}"
            for name, value in expected.items()
            if name not in live or live[name] != value]


def sample(chance, names, most):
    return names if len(names) <= most else chance.sample(names, most)
