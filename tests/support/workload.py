"""Random traffic of many clients, remembered call by call, and judged against a journal's model.

Every client is a thread with a connection, a seed and a list of calls of its own. A call without an
answer may have happened or not; a call with an answer must be found exactly as it was answered.
"""

import random
import threading
from collections import Counter

import sale_workload
from api import fresh_name
from calls import Call
from client import Closed, Connection
from sale_workload import SALE_MIX, SaleTraffic

SHARES = 12
# kind, weight
MIX = [("open", 50), ("deposit", 18), ("transfer", 12), ("send", 6), ("withdraw", 4),
       ("create", 3), ("rename", 2), ("read_balance", 4), ("read_packet", 3)]
SHAKES = ("shake", 30)
REPEATED_SHARE = 0.3  # share of the shakes that repeat a request id


class Workload:
    """users: the accounts that act. savings: accounts that only get deposits, so reads of them can be
    judged. campaigns: those to shake; sales: those to order from; mix: how often each kind of call
    is made, unless the usual."""

    def __init__(self, users, savings, seed, campaigns=(), mix=None, sales=()):
        self.users, self.savings, self.seed = users, savings, seed
        self.campaigns = list(campaigns)
        self.traffic = SaleTraffic(sales)
        self.mix = mix or (MIX + [SHAKES] * bool(self.campaigns) + SALE_MIX * bool(sales))
        self.packets = []
        self.shakes = []  # (campaign, body) that were sent
        self.calls = []
        self._threads = []
        self._stopping = threading.Event()
        self.failures = []

    def start(self, port, clients):
        """Starts the clients; they go on until their connection ends or finish() is called."""
        self._stopping.clear()
        self.calls = []
        self._threads = []
        for number in range(clients):
            calls = []
            self.calls.append(calls)
            self.seed += 1
            self._threads.append(threading.Thread(target=self._client,
                                                  args=(port, random.Random(self.seed), calls)))
        for thread in self._threads:
            thread.start()

    def answered(self):
        return sum(len(calls) for calls in self.calls)

    def finish(self):
        """Ends the clients and returns every call that was sent."""
        self._stopping.set()
        for thread in self._threads:
            thread.join()
        if self.failures:
            raise self.failures[0]
        return [call for calls in self.calls for call in calls]

    def _client(self, port, chance, calls):
        line = Connection(port)
        try:
            line.connect()
            while not self._stopping.is_set():
                call = self._next_call(chance)
                calls.append(call)
                answer = call.run(line)
                if call.kind == "send" and answer.status == 201:
                    self.packets.append(answer.json["id"])
                elif call.kind in sale_workload.KINDS:
                    self.traffic.saw(call, answer)
        except Closed:
            pass
        except BaseException as failure:  # raised again by finish() in the test's own thread
            self.failures.append(failure)
        finally:
            line.close()

    def _next_call(self, chance):
        kind = chance.choices([name for name, _ in self.mix],
                              [weight for _, weight in self.mix])[0]
        if kind == "shake":
            return self._next_shake(chance)
        if kind in sale_workload.KINDS:
            return self.traffic.next_call(kind, chance.choice(self.users), chance)
        user, other = chance.sample(self.users, 2)
        recent = self.packets[-10:]
        if kind in ("open", "read_packet") and not recent:
            kind = "send"
        amount = chance.randint(1, 500)
        if kind == "open":
            packet = chance.choice(recent)
            return Call(kind, "POST", f"/v1/packets/{packet}/open", {"user_id": user},
                        packet=packet)
        if kind == "deposit":
            user = chance.choice([user, chance.choice(self.savings)])
            return Call(kind, "POST", f"/v1/accounts/{user}/deposits", {"amount_fen": amount},
                        fresh_name("load"))
        if kind == "withdraw":
            return Call(kind, "POST", f"/v1/accounts/{user}/withdrawals", {"amount_fen": amount},
                        fresh_name("load"))
        if kind == "transfer":
            return Call(kind, "POST", "/v1/transfers",
                        {"from": user, "to": other, "amount_fen": amount}, fresh_name("load"))
        if kind == "send":
            share = chance.randint(1, 20)
            body = {"sender": user, "kind": chance.choice(["lucky", "equal"]),
                    "total_fen": share * SHARES, "count": SHARES}
            if body["kind"] == "lucky" and chance.random() < 0.5:
                body["split"] = {"when": chance.choice(["on_open", "up_front"]),
                                 "algorithm": chance.choice(["double_mean", "line_cut"])}
            return Call(kind, "POST", "/v1/packets", body, fresh_name("load"))
        if kind == "tick":
            return Call(kind, "POST", "/v1/clock/advance", {"advance_ms": 4 * amount})
        if kind == "create":
            name = fresh_name("born")
            return Call(kind, "POST", "/v1/accounts", {"user_id": name, "username": name})
        if kind == "rename":
            return Call(kind, "PATCH", f"/v1/accounts/{user}", {"username": fresh_name(user[:40])})
        if kind == "read_balance":
            return Call(kind, "GET", f"/v1/accounts/{chance.choice(self.savings)}")
        packet = chance.choice(recent)
        return Call(kind, "GET", f"/v1/packets/{packet}", packet=packet)

    def _next_shake(self, chance):
        shake = (chance.choice(self.campaigns),
                 {"user_id": chance.choice(self.users), "shake_key": fresh_name("load")})
        if self.shakes and chance.random() < REPEATED_SHARE:
            shake = chance.choice(self.shakes[-100:])
        self.shakes.append(shake)
        campaign, body = shake
        return Call("shake", "POST", f"/v1/campaigns/{campaign}/shake", body, campaign=campaign)


def judge_calls(calls, model):
    """Sentences for each answer that the journal's model does not confirm."""
    firsts = Counter(shake_of(call) for call in calls if call.kind == "shake" and
                     call.answer is not None and call.answer.status == 200 and
                     not call.answer.json["repeat"])
    wrong = [f"{count} shakes were told to be the first: {shake}"
             for shake, count in firsts.items() if count > 1]
    wrong += sale_workload.first_confirmations(calls)
    for call in calls:
        if call.answer is not None:
            sentence = _judge(call, call.answer, model)
            if sentence:
                wrong.append(f"{sentence}: {call!r}")
    return wrong


def _judge(call, answer, model):
    if answer.status >= 500 and answer.status not in (503, 507):
        return "an answer that no request deserves"
    if call.key is not None:
        return _judge_keyed(call, answer, model)
    if call.kind == "shake":
        return _judge_shake(call, answer, model)
    if call.kind in sale_workload.KINDS:
        return sale_workload.judge_sale_call(call, answer, model)
    if call.kind == "create":
        if answer.status == 201 and call.body["user_id"] not in model.accounts:
            return "a created account is lost"
    elif call.kind == "open":
        packet, user = model.packets.get(call.packet), call.body["user_id"]
        if packet is None:
            return "an acknowledged packet is lost"
        if answer.status == 200 and packet.shares.get(user) != answer.json["amount_fen"]:
            return f"an acknowledged open is lost, or differs ({packet.shares.get(user)})"
        if answer.code == "packet_exhausted" and packet.remaining_count:
            return "told sold out, but shares are left"
    elif answer.status != 200:
        return None
    elif call.kind == "rename":
        if call.body["username"] not in model.accounts[answer.json["user_id"]].usernames:
            return "an acknowledged name is lost"
    elif call.kind == "read_balance":
        lines = model.accounts[answer.json["user_id"]].entries
        seen = {0} | {line["balance_after_fen"] for line in lines}
        if answer.json["balance_fen"] not in seen:
            return "a balance was shown that is not in the journal"
    elif call.kind == "read_packet":
        if answer.json["remaining_count"] < model.packets[call.packet].remaining_count:
            return "a packet was shown emptier than the journal says"
    return None


def shake_of(call):
    return call.campaign, call.body["user_id"], call.body["shake_key"]


def shake_result(call, model):
    """(amount, round, time) of the record of a shake, or None."""
    name, user, request = shake_of(call)
    return model.campaigns[name].results.get((user, request))


def told_result(answer):
    return answer.json["amount_fen"], answer.json["round"], answer.json["drawn_at"]


def _judge_shake(call, answer, model):
    campaign = model.campaigns.get(call.campaign)
    if campaign is None:
        return "an acknowledged campaign is lost"
    if answer.status == 200:
        recorded = shake_result(call, model)
        if told_result(answer) != recorded or answer.json["won"] != (recorded[0] > 0):
            return f"an acknowledged shake is lost, or differs ({recorded})"
    elif answer.code == "budget_spent":
        left_fen = campaign.budget_fen - campaign.spent_fen
        if left_fen >= max(item.share_fen_min for item in campaign.rounds):
            return f"told that the budget is spent, but {left_fen} are left"
    return None


def _judge_keyed(call, answer, model):
    sequence = model.keys.get(call.key)
    if answer.status >= 400:
        if sequence is not None:
            return "a refused request is in the journal"
        return sale_workload.judge_sale_call(call, answer, model) if call.kind == "pay" else None
    if sequence is None:
        return "an acknowledged request is lost"
    record = model.by_sequence[sequence]
    if call.kind == "pay":
        if (record["type"], str(record["order_id"])) != ("order_paid", call.order):
            return "another record has the payment's key"
        return sale_workload.judge_sale_call(call, answer, model)
    if call.kind == "send":
        return None if str(record["packet_id"]) == answer.json["id"] else "another packet was told"
    if answer.json["trade_no"] != str(sequence):
        return f"the trade number is not the record's ({sequence})"
    if answer.json["amount_fen"] != record["amount_fen"]:
        return f"the amount is not the record's ({record['amount_fen']})"
    return None


def retry_calls(calls, model, line):
    """Sends calls once more, as clients would after a crash; returns sentences for what differs.

    model: the journal before the retries, which says which calls took effect.
    """
    wrong = []
    for call in calls:
        first = call.answer
        before = None
        if call.key is not None:
            before = model.keys.get(call.key)
        elif call.kind == "shake":
            before = shake_result(call, model)
        elif call.kind == "open" and call.packet in model.packets:
            before = model.packets[call.packet].shares.get(call.body["user_id"])
        elif call.kind in sale_workload.KINDS:
            before = sale_workload.recorded_before(call, model)
        again = call.run(line)
        if again.status >= 500:
            wrong.append(f"a retry is answered with {again.status}: {call!r}")
        elif call.key is not None and before is not None:
            if again.status >= 300 or not again.replayed:
                wrong.append(f"a retry of what had happened is not replayed: {call!r}")
            elif first is not None and first.status < 300 and again.json != first.json:
                wrong.append(f"a retry is answered differently than {first!r}: {call!r}")
        elif call.kind == "shake" and before is not None:
            if again.status != 200 or (told_result(again), again.json["repeat"]) != (before, True):
                wrong.append(f"a repeated shake does not give {before} again: {call!r}")
        elif call.kind == "open" and before is not None:
            if again.status != 200 or (again.json["amount_fen"], again.json["repeat"]) != (before,
                                                                                           True):
                wrong.append(f"a repeated open does not give {before} again: {call!r}")
        elif call.kind in sale_workload.KINDS and before is not None:
            if sale_workload.told_again(call, again) != before:
                wrong.append(f"a retry does not tell {before} again: {call!r}")
    return wrong
