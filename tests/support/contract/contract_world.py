"""A small world in which every example of the API's description can be sent, and how to send it.

The accounts alice, bob, carol and the merchant shop are those of the examples. An example's packet
is one of alice's, its campaign one of shop's with a running round, its sale one of shop's that is
running, its order one of alice's that is reserved; its instants lie ahead.
"""

import functools
import json
import re

from access import Bearer, bearer
from api import fresh_name, instant_ms, instant_text
from client import Answer, Connection, encode_request, run_at_once
from contract import EVENTS, JSON
from contract_sales import HOUR_MS, SaleWorld

ALICE = {"user_id": "alice", "username": "Alice", "avatar_url": "https://example.com/alice.png"}
PEOPLE = [ALICE, {"user_id": "bob", "username": "Bob"}, {"user_id": "carol", "username": "Carol"},
          {"user_id": "shop", "username": "Shop", "type": "merchant"}]
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
NEW_KEY = object()
INVITATION_SECRET = "A" * 43


def has_event(text):
    return b"\ndata: " in text and text.endswith(b"\n\n")


class World(SaleWorld):
    def __init__(self, server, contract, case):
        self.server, self.contract, self.case = server, contract, case
        self.api = Bearer(server.port, case.api.credential)
        for account in PEOPLE:
            answer = self.api.post("/v1/accounts", account)
            assert answer.status in (200, 201, 409), answer  # 409: renamed by another test
        self.renew()

    def renew(self):
        """As the examples need it: everybody active, with money and their old names, the rest fresh."""
        for account in PEOPLE:
            self.api.set_status(account["user_id"], "active")
            self.api.change_profile(account["user_id"], username=account["username"],
                                    avatar_url=account.get("avatar_url", ""))
            deposit = self.api.deposit(account["user_id"], 1_000_000)
            assert deposit.status == 201, deposit
        self.trade = deposit.json["trade_no"]
        self.packet = self.api.fresh_packet("alice", total_fen=900, count=9)
        self.campaign = self.fund()
        self.won(self.api.open(self.packet, "carol"), self.shake(self.campaign))
        self.renew_sales()
        self.key_id = self.new_secret_key()
        self.invitation = self.invited()
        self.webhook = self.new_webhook()

    # Asking
    def target(self, operation, names):
        ids = {"campaigns": self.campaign, "packets": self.packet, "accounts": "alice",
               "keys": self.key_id, "webhooks": self.webhook, "invitations": self.invitation["invitation_id"],
               "orders": self.order, "trades": self.trade, "suspended": self.suspended,
               "sales": self.full_sale if "aitlist" in operation.id else self.sale}
        resource = operation.path.split("/")[2] if operation.path.startswith("/v1/") else None
        known = {"user_id": "alice"}
        values = {name: names.get(name, known.get(name, ids.get(resource, parameter["example"])))
                  for parameter in operation.parameters_in("path") for name in [parameter["name"]]}
        return re.sub(r"\{(\w+)\}", lambda match: str(values[match.group(1)]), operation.path)

    def filled(self, example):
        """An example with this world's packet and the like, instants from now on, and a payment that
        no gateway has reported."""
        names = {"PacketId": self.packet, "CampaignId": self.campaign, "SaleId": self.sale,
                 "OrderId": self.order}
        text = json.dumps(example, ensure_ascii=False)
        for name, found in names.items():
            text = text.replace(self.contract.document["components"]["parameters"][name]["example"],
                                found)
        text = text.replace(INVITATION_SECRET, self.invitation["secret"])
        instants = [instant_ms(instant) for instant in INSTANT.findall(text)]
        if instants:
            later_ms = self.api.now_ms() + 60_000 - min(instants)
            text = INSTANT.sub(lambda match: instant_text(instant_ms(match.group()) + later_ms),
                               text)
        filled = json.loads(text)
        for name in ("gateway_ref", "reference"):
            if filled.get(name):
                filled[name] = fresh_name(name)
        return filled

    def example(self, operation, number=0, **changes):
        body = operation.body_examples[number]
        if body is None:
            return None
        changed = {**self.filled(body), **changes}
        return {name: value for name, value in changed.items() if value is not None}

    def new_key(self, operation):
        key = next(item for item in operation.parameters if item["name"] == "Idempotency-Key")
        return fresh_name(key["example"])

    def request(self, operation, body=None, change=None, key=NEW_KEY, headers=(), query="",
                method=None, site="", line=None, **names):
        """The bytes of one request, by default with the operation's first example and the credential of
        the line that it is for."""
        credential = getattr(line or self.api, "credential", None)
        headers = [*([bearer(credential)] if credential else []), *headers]
        if body is None and operation.body:
            body = self.example(operation, **(change or {}))
        if key is NEW_KEY:
            key = self.new_key(operation) if operation.takes("Idempotency-Key") else None
        target = site + self.target(operation, names) + (f"?{query}" if query else "")
        return encode_request(method or operation.method, target, body, key, headers)

    def call(self, operation_id, api=None, over=False, **said):
        """Sends one request, made by request(); returns its judged answer. A stream is read to its end if
        its subject is over, otherwise up to its first event."""
        operation = self.contract.operations[operation_id]
        line = api or self.api
        data = self.request(operation, line=line, **said)
        content = operation.responses.get("200", {}).get("content", {})
        is_asked_for = b"\r\nAccept: text/event-stream\r\n" in data
        if EVENTS in content and (is_asked_for or JSON not in content):
            answer = self.stream(data, line.port, over)
        else:
            line.send(data)
            answer = line.read_answer()
        if operation_id == "changeSwitch":
            assert self.api.switch("history", True).status == 200  # the others need it
        return self.judged(operation, answer)

    def call_together(self, operation, each):
        """Sends many requests with short answers, twenty at a time; returns the judged answers."""
        for first in range(0, len(each), 20):
            batch = each[first:first + 20]
            self.api.send(b"".join(self.request(operation, **said) for said in batch))
            for answer in [self.api.read_answer() for _ in batch]:
                yield self.judged(operation, answer)

    def judged(self, operation, answer):
        faults = self.contract.judge(operation, answer)
        self.case.assertEqual([], faults, f"{operation} answered {answer}")
        return answer

    def stream(self, data, port, over):
        with Connection(port) as line:
            line.send(data)
            answer = line.read_answer()
            if answer.headers.get("content-type") != EVENTS:
                return answer
            while (over or not has_event(line.buffer)) and not line.read_to_end():
                pass
            return Answer(answer.status, answer.headers, line.buffer)

    def announce(self, operation_id, length):
        """Sends only the head of a request, which announces a body of that length."""
        operation = self.contract.operations[operation_id]
        head = (f"{operation.method} {self.target(operation, {})} HTTP/1.1\r\nHost: localhost\r\n"
                f"Content-Length: {length}\r\n\r\n")
        with Connection(self.server.port) as line:
            line.send(head.encode())
            return self.judged(operation, line.read_answer())

    # Making
    def new_secret_key(self, **fields):
        answer = self.api.create_key("reader", **fields)
        assert answer.status == 201, answer
        return answer.json["key_id"]

    def new_webhook(self):
        """A fresh one; those before make room. Nothing is delivered to it: no sale closes, and its name leads nowhere."""
        for one in self.api.get("/v1/webhooks").json["items"]:
            self.api.request("DELETE", f"/v1/webhooks/{one['webhook_id']}")
        answer = self.api.post("/v1/webhooks", {"url": "https://books.example/", "types": ["sale_closed"]})
        assert answer.status == 201, answer
        return answer.json["webhook_id"]

    def revoked_key(self):
        key_id = self.new_secret_key()
        assert self.api.revoke_key(key_id).status == 200
        return key_id

    def expired_key(self):
        key_id = self.new_secret_key(expires_in_s=60)
        self.api.advance(60_000)
        return key_id

    def invited(self, **fields):
        answer = self.api.invite(self.campaign, **fields)
        assert answer.status == 201, answer
        return answer.json

    def join_two(self, operation):
        """Whoever signs up is nobody yet: the key is nobody's."""
        key = self.new_key(self.contract.operations[operation])
        assert self.call(operation, key=key).status == 201
        return self.call(operation, key=key, change={"username": "Another"})

    def join(self, operation, revoked=False, **fields):
        """Signs up by an invitation for one, which somebody has used or which was revoked."""
        invitation = self.invited(guests_max=1, **fields)
        named = invitation["invitation_id"]
        ended = (self.api.revoke_invitation(named) if revoked
                 else self.api.join(named, invitation["secret"]))
        assert ended.status in (200, 201), ended
        return self.call(operation, invitation_id=named, change={"secret": invitation["secret"]})

    def fresh(self, balance_fen=0, **fields):
        return self.api.fresh_user("someone", balance_fen, **fields)

    def frozen(self, **fields):
        user = self.fresh(1_000, **fields)
        assert self.api.set_status(user, "frozen").status == 200
        return user

    def directed(self):
        return self.api.fresh_packet("alice", total_fen=10, count=1, recipients=["carol"])

    def closed_to_sender(self):
        return self.api.fresh_packet("alice", total_fen=10, count=1, sender_may_open=False)

    def locked(self):
        return self.api.fresh_packet("alice", total_fen=10, count=1, passphrase="open sesame")

    def guessed_by(self, user):
        packet = self.locked()
        for number in range(5):
            assert self.api.open(packet, user, passphrase=f"no {number}").status == 403
        return packet

    def exhausted(self):
        packet = self.api.fresh_packet("alice", total_fen=10, count=1)
        self.won(self.api.open(packet, "carol"))
        return packet

    def expired(self):
        packet = self.api.fresh_packet("alice", total_fen=10, count=2, expires_in_s=60)
        self.won(self.api.open(packet, "carol"))
        self.api.advance(60_000)
        return packet

    def refunded(self):
        packet = self.expired()
        self.case.wait_until_refunded(packet)
        return packet

    def terms(self, budget_fen=100_000, starts_in_ms=0, **changes):
        now = self.api.now_ms()
        each = {"starts_at": instant_text(now + starts_in_ms), "win_permille": 1000,
                "ends_at": instant_text(now + starts_in_ms + HOUR_MS), "share_fen_min": 1,
                "share_fen_max": 1, "wins_per_user": 1, **changes}
        return {"merchant": "shop", "name": "Rain", "budget_fen": budget_fen,
                "wins_per_user": 1_000, "rounds": [each]}

    def fund(self, **terms):
        answer = self.api.post("/v1/campaigns", self.terms(**terms), fresh_name("fund"))
        assert answer.status == 201, answer
        return answer.json["id"]

    def shake(self, campaign):
        return self.api.post(f"/v1/campaigns/{campaign}/shake",
                             {"user_id": "carol", "shake_key": "first"})

    def won(self, *answers):
        for answer in answers:
            assert answer.status == 200 and answer.json["amount_fen"] > 0, answer

    def spent(self):
        campaign = self.fund(budget_fen=1)
        self.won(self.shake(campaign))
        return campaign

    def ended(self):
        campaign = self.fund()
        self.won(self.shake(campaign))
        self.api.advance(2 * HOUR_MS)
        self.case.wait_until("the campaign's end", lambda: self.api.get(
            f"/v1/campaigns/{campaign}").json["closed_at"])
        return campaign

    def shaken_out(self):
        """A campaign in which carol has shaken as often as a round allows."""
        campaign = self.fund()
        jobs = [("POST", f"/v1/campaigns/{campaign}/shake",
                 {"user_id": "carol", "shake_key": f"r{number}"}, None, [bearer(self.api.credential)])
                for number in range(1_000)]
        assert {answer.status for answer in run_at_once(self.server.port, jobs, 50)} == {200}
        return campaign

    @functools.cache
    def richest(self):
        """An account that has all the money there can be, except for less than one largest deposit."""
        user, most, step = self.fresh(), 2**53 - 1, 10**13
        jobs = [("POST", f"/v1/accounts/{user}/deposits", {"amount_fen": step}, f"{user}-{number}",
                 [bearer(self.api.credential)]) for number in range(most // step)]
        assert {answer.status for answer in run_at_once(self.server.port, jobs, 50)} == {201}
        return user

    def call_full(self, operation):
        """While there is so much money that a largest deposit is refused."""
        self.richest()
        return self.call(operation, user_id=self.fresh(), change={"amount_fen": 10**13})

    def sent_out(self):
        """An account that has sent as much money as a day allows."""
        user = self.fresh(20_100_000)
        for _ in range(10):
            self.api.fresh_packet(user, total_fen=2_000_000, count=100, kind="equal")
        return user
