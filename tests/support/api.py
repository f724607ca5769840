"""The HTTP API in the tests' words: one method a route, each returning the plain answer.

`fresh_*` methods make something that nobody else uses, and fail if that did not work. Names come
from a counter, so they are unique within one process.
"""

import datetime
import itertools
import urllib.parse

from client import Connection

_numbers = itertools.count(1)
DAY_MS = 86_400_000


def fresh_name(prefix):
    return f"{prefix}-{next(_numbers)}"


def instant_ms(text):
    """Milliseconds since 1970 of an RFC 3339 instant such as 2026-11-21T05:53:14.123Z."""
    moment = datetime.datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ")
    return round((moment - datetime.datetime(1970, 1, 1)) / datetime.timedelta(milliseconds=1))


def instant_text(ms):
    moment = datetime.datetime(1970, 1, 1) + datetime.timedelta(milliseconds=ms)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{ms % 1000:03d}Z"


def round_of(starts_ms, ends_ms, prize_fen=10, largest_fen=None, win_permille=1_000,
             wins_per_user=1):
    """A campaign's round as a request has it; by default everybody wins once, and the same amount."""
    return {"starts_at": instant_text(starts_ms), "ends_at": instant_text(ends_ms),
            "win_permille": win_permille, "share_fen_min": prize_fen,
            "share_fen_max": largest_fen or prize_fen, "wins_per_user": wins_per_user}


class Api(Connection):
    def get(self, target):
        return self.request("GET", target)

    def post(self, target, body=None, key=None):
        return self.request("POST", target, body, key)

    def patch(self, target, body=None):
        return self.request("PATCH", target, body)

    def put(self, target, body=None):
        return self.request("PUT", target, body)

    # Accounts
    def create_account(self, user_id, **fields):
        return self.post("/v1/accounts", {"user_id": user_id, "username": user_id, **fields})

    def account(self, user_id):
        return self.get(f"/v1/accounts/{user_id}")

    def balance(self, user_id):
        answer = self.account(user_id)
        assert answer.status == 200, answer
        return answer.json["balance_fen"]

    def change_profile(self, user_id, **fields):
        return self.patch(f"/v1/accounts/{user_id}", fields)

    def set_status(self, user_id, status, reason="a test"):
        return self.put(f"/v1/accounts/{user_id}/status", {"status": status, "reason": reason})

    def deposit(self, user_id, amount_fen, key=None, **fields):
        return self.post(f"/v1/accounts/{user_id}/deposits", {"amount_fen": amount_fen, **fields},
                         key or fresh_name("deposit"))

    def withdraw(self, user_id, amount_fen, key=None, **fields):
        return self.post(f"/v1/accounts/{user_id}/withdrawals",
                         {"amount_fen": amount_fen, **fields}, key or fresh_name("withdrawal"))

    def transfer(self, source, target, amount_fen, key=None, **fields):
        body = {"from": source, "to": target, "amount_fen": amount_fen, **fields}
        return self.post("/v1/transfers", body, key or fresh_name("transfer"))

    # Packets
    def send_packet(self, sender, kind="lucky", key=None, **fields):
        return self.post("/v1/packets", {"sender": sender, "kind": kind, **fields},
                         key or fresh_name("send"))

    def preview(self, sender, kind="lucky", **fields):
        return self.post("/v1/packets/preview", {"sender": sender, "kind": kind, **fields})

    def packet(self, packet_id):
        answer = self.get(f"/v1/packets/{packet_id}")
        assert answer.status == 200, answer
        return answer.json

    def grab(self, packet_id, user_id, **fields):
        return self.post(f"/v1/packets/{packet_id}/grab", {"user_id": user_id, **fields})

    def open(self, packet_id, user_id, **fields):
        return self.post(f"/v1/packets/{packet_id}/open", {"user_id": user_id, **fields})

    def open_batch(self, opens):
        return self.post("/v1/opens", {"opens": opens})

    # Campaigns
    def fund_campaign(self, merchant, rounds, budget_fen, key=None, **fields):
        return self.post("/v1/campaigns", {"merchant": merchant, "name": "rain",
                                           "budget_fen": budget_fen, "rounds": rounds,
                                           "wins_per_user": 1, **fields},
                         key or fresh_name("fund"))

    def campaign(self, campaign_id):
        answer = self.get(f"/v1/campaigns/{campaign_id}")
        assert answer.status == 200, answer
        return answer.json

    def shake(self, campaign_id, user_id, shake_key=None):
        return self.post(f"/v1/campaigns/{campaign_id}/shake",
                         {"user_id": user_id, "shake_key": shake_key or fresh_name("shake")})

    # Sales
    def open_sale(self, merchant, starts_ms, ends_ms, stock=10, price_fen=100, key=None, **fields):
        return self.post("/v1/sales", {"merchant": merchant, "title": "tickets",
                                       "price_fen": price_fen, "stock": stock,
                                       "starts_at": instant_text(starts_ms),
                                       "ends_at": instant_text(ends_ms), **fields},
                         key or fresh_name("sale"))

    def sale(self, sale_id):
        answer = self.get(f"/v1/sales/{sale_id}")
        assert answer.status == 200, answer
        return answer.json

    def reserve(self, sale_id, user_id, **fields):
        return self.post(f"/v1/sales/{sale_id}/reservations", {"user_id": user_id, **fields})

    def join_waitlist(self, sale_id, user_id):
        return self.post(f"/v1/sales/{sale_id}/waitlist", {"user_id": user_id})

    def waitlist_place(self, sale_id, user_id):
        return self.get(f"/v1/sales/{sale_id}/waitlist/{user_id}")

    def leave_waitlist(self, sale_id, user_id):
        return self.request("DELETE", f"/v1/sales/{sale_id}/waitlist/{user_id}")

    def order(self, order_id):
        answer = self.get(f"/v1/orders/{order_id}")
        assert answer.status == 200, answer
        return answer.json

    def pay_order(self, order_id, key=None):
        return self.post(f"/v1/orders/{order_id}/payment", key=key or fresh_name("payment"))

    def pay_externally(self, order_id, amount_fen, gateway_ref=None):
        return self.post(f"/v1/orders/{order_id}/external-payments",
                         {"gateway_ref": gateway_ref or fresh_name("gateway"),
                          "amount_fen": amount_fen})

    def suspended(self):
        return self.listing("/v1/suspended")

    def decide(self, trade_no, decision, key=None, reason="looked into"):
        return self.post(f"/v1/suspended/{trade_no}/decision",
                         {"decision": decision, "reason": reason}, key or fresh_name("decision"))

    def cancel_order(self, order_id):
        return self.post(f"/v1/orders/{order_id}/cancellation")

    def listing(self, target, limit=200):
        """Every item of a list, page by page."""
        items, cursor = [], None
        joint = "&" if "?" in target else "?"
        while True:
            after = f"&cursor={urllib.parse.quote(cursor, safe='')}" if cursor else ""
            page = self.get(f"{target}{joint}limit={limit}{after}")
            assert page.status == 200, page
            assert len(page.json["items"]) <= limit, "a page is longer than its limit"
            items.extend(page.json["items"])
            cursor = page.json["next_cursor"]
            if cursor is None:
                return items

    def entries(self, user_id):
        return self.listing(f"/v1/accounts/{user_id}/entries")

    def claims(self, packet_id):
        return self.listing(f"/v1/packets/{packet_id}/claims")

    def orders(self, user_id):
        return self.listing(f"/v1/accounts/{user_id}/orders")

    # Operations
    def audit(self):
        answer = self.get("/v1/audit")
        assert answer.status == 200, answer
        return answer.json

    def now_ms(self):
        answer = self.get("/v1/clock")
        assert answer.status == 200, answer
        return instant_ms(answer.json["now"])

    def advance(self, ms):
        answer = self.post("/v1/clock/advance", {"advance_ms": ms})
        assert answer.status == 200, answer
        return instant_ms(answer.json["now"])

    def advance_to(self, ms):
        """Moves the manual clock forward to an instant; never backward."""
        missing = ms - self.now_ms()
        return self.advance(missing) if missing > 0 else ms

    # Access
    def create_key(self, scope, key=None, **fields):
        """`name` is a fresh one unless it is given."""
        return self.post("/v1/keys", {"name": fresh_name("key"), "scope": scope,
                                      "reason": "a test", **fields}, key)

    def keys(self):
        return self.get("/v1/keys").json["items"]

    def key(self, key_id):
        return self.get(f"/v1/keys/{key_id}")

    def rotate_key(self, key_id, key=None, **fields):
        return self.post(f"/v1/keys/{key_id}/rotation", fields, key)

    def revoke_key(self, key_id):
        return self.request("DELETE", f"/v1/keys/{key_id}")

    def issue_token(self, user_id, key=None, **fields):
        return self.post("/v1/tokens", {"user_id": user_id, **fields}, key)

    def switches(self):
        return {one["name"]: one for one in self.get("/v1/switches").json["items"]}

    def switch(self, name, on, reason="a test", **fields):
        return self.put(f"/v1/switches/{name}", {"on": on, "reason": reason, **fields})

    def invite(self, campaign_id, guests_max=10, key=None, **fields):
        return self.post("/v1/invitations", {"campaign_id": campaign_id, "guests_max": guests_max,
                                             "expires_in_s": 3_600, **fields}, key)

    def invitations(self):
        return self.get("/v1/invitations").json["items"]

    def revoke_invitation(self, invitation_id):
        return self.request("DELETE", f"/v1/invitations/{invitation_id}")

    def join(self, invitation_id, secret, username="Guest", **fields):
        return self.post(f"/v1/invitations/{invitation_id}/guests",
                         {"secret": secret, "username": username, **fields})

    def operations(self):
        return self.listing("/v1/operations")

    # What most tests begin with
    def fresh_user(self, prefix="user", balance_fen=0, **fields):
        user_id = fresh_name(prefix)
        answer = self.create_account(user_id, **fields)
        assert answer.status == 201, answer
        if balance_fen:
            assert self.deposit(user_id, balance_fen).status == 201
        return user_id

    def fresh_users(self, count, prefix="user"):
        """Accounts without money, made in batches."""
        users = [fresh_name(prefix) for _ in range(count)]
        for first in range(0, count, 1000):
            accounts = [{"user_id": user, "username": user} for user in users[first:first + 1000]]
            answer = self.post("/v1/accounts/batch", {"accounts": accounts})
            assert answer.status == 200, answer
            assert all(item.get("user_id") for item in answer.json["results"]), answer
        return users

    def fresh_packet(self, sender=None, kind="lucky", **fields):
        """A packet's id; its sender, unless named, is new and has just enough money."""
        total_fen = fields.get("total_fen") or fields["share_fen"] * fields["count"]
        sender = sender or self.fresh_user("sender", total_fen)
        answer = self.send_packet(sender, kind, **fields)
        assert answer.status == 201, answer
        return answer.json["id"]

    def fresh_campaign(self, rounds, budget_fen, merchant=None, **fields):
        """A campaign's id; its merchant, unless named, is new and has just enough money."""
        merchant = merchant or self.fresh_user("shop", budget_fen, type="merchant")
        answer = self.fund_campaign(merchant, rounds, budget_fen, **fields)
        assert answer.status == 201, answer
        return answer.json["id"]

    def fresh_sale(self, starts_ms, ends_ms, stock=10, merchant=None, **fields):
        """A sale's id; its merchant, unless named, is new."""
        merchant = merchant or self.fresh_user("shop", type="merchant")
        answer = self.open_sale(merchant, starts_ms, ends_ms, stock, **fields)
        assert answer.status == 201, answer
        return answer.json["id"]
