"""For each operation a request that would be done, about a thing of a given owner: a world for the matrix of who may.

`World(operator).ask(operation, owner)` gives a Call. Every call has a thing of its own, so that none is in the way of
the next. The things of others that users take part in are those of the merchant `mall`.
"""

import copy
import dataclasses

from api import fresh_name, instant_text, round_of

HOUR_MS = 3_600_000
NOTHING = "9"  # the id of nothing


@dataclasses.dataclass
class Call:
    target: str
    body: object = None
    key: str = None
    entity: dict = dataclasses.field(default_factory=dict)  # of a token that is good for this call
    absent: str = None  # the same of what does not exist

    def without(self, field):
        """The field left out, also of the items of a batch."""
        call = copy.deepcopy(self)
        for node in (call.body, *call.body.get("opens", [])):
            node.pop(field, None)
        return call


class World:
    def __init__(self, operator):
        """`operator` is an Api that may do everything."""
        self.api = operator
        self.people = [operator.fresh_user(name, 10_000_000) for name in ("alice", "bob")]
        self.shops = [operator.fresh_user(name, 10_000_000, type="merchant") for name in ("shop", "shop2")]
        self.mall = operator.fresh_user("mall", 1_000_000_000, type="merchant")

    def ask(self, operation, owner):
        method, path = operation.split(" ")
        return getattr(self, name_of(method, path))(owner)

    # Things
    def packet(self, **terms):
        return self.api.fresh_packet(self.mall, total_fen=100, count=10, kind="equal", **terms)

    def private_packet(self, owner):
        return self.api.fresh_packet(owner, total_fen=100, count=10, kind="equal", passphrase="open sesame")

    def campaign(self):
        now = self.api.now_ms()
        answer = self.api.fund_campaign(self.mall, [round_of(now, now + 100 * HOUR_MS)], 1_000)
        assert answer.status == 201, answer
        return answer.json["id"]

    def sale(self, merchant=None, **terms):
        now = self.api.now_ms()
        return self.api.fresh_sale(now, now + 100 * HOUR_MS, merchant=merchant or self.mall, **terms)

    def full_sale(self):
        sale = self.sale(stock=1)
        assert self.api.reserve(sale, self.mall).status == 201
        return sale

    def order(self, owner):
        """(sale, order)"""
        sale = self.sale()
        answer = self.api.reserve(sale, owner)
        assert answer.status == 201, answer
        return sale, answer.json["id"]

    def key_id(self):
        answer = self.api.create_key("reader")
        assert answer.status == 201, answer
        return answer.json["key_id"]

    def invitation(self):
        answer = self.api.invite(self.campaign())
        assert answer.status == 201, answer
        return answer.json

    # Pages
    def get_livez(self, _):
        return Call("/livez")

    def get_readyz(self, _):
        return Call("/readyz")

    def get_version(self, _):
        return Call("/version")

    def get_openapi(self, _):
        return Call("/openapi.json")

    def get_docs(self, _):
        return Call("/docs")

    def get_docs_viewer(self, _):
        return Call("/docs/openapi-explorer.min.js")

    def get_problems(self, _):
        return Call("/problems")

    def get_problems_one(self, _):
        return Call("/problems/not_yours")

    # Accounts and money
    def post_accounts(self, _):
        return Call("/v1/accounts", {"user_id": fresh_name("made"), "username": "Made"})

    def post_accounts_batch(self, _):
        return Call("/v1/accounts/batch", {"accounts": [{"user_id": fresh_name("made"), "username": "Made"}]})

    def get_accounts(self, _):
        return Call("/v1/accounts")

    def get_accounts_one(self, owner):
        return Call(f"/v1/accounts/{owner}")

    def patch_accounts_one(self, owner):
        return Call(f"/v1/accounts/{owner}", {"username": fresh_name("Name")})

    def put_accounts_status(self, owner):
        return Call(f"/v1/accounts/{owner}/status", {"status": "active", "reason": fresh_name("reason")})

    def post_accounts_deposits(self, owner):
        return Call(f"/v1/accounts/{owner}/deposits", {"amount_fen": 1}, fresh_name("key"))

    def post_accounts_withdrawals(self, owner):
        return Call(f"/v1/accounts/{owner}/withdrawals", {"amount_fen": 1, "reason": "asked"}, fresh_name("key"))

    def get_accounts_statement(self, owner):
        return Call(f"/v1/accounts/{owner}/statement")

    def get_accounts_entries(self, owner):
        return Call(f"/v1/accounts/{owner}/entries")

    def get_accounts_packets_sent(self, owner):
        return Call(f"/v1/accounts/{owner}/packets/sent")

    def get_accounts_packets_received(self, owner):
        return Call(f"/v1/accounts/{owner}/packets/received")

    def get_accounts_orders(self, owner):
        return Call(f"/v1/accounts/{owner}/orders")

    def post_transfers(self, owner):
        return Call("/v1/transfers", {"from": owner, "to": self.mall, "amount_fen": 1}, fresh_name("key"))

    def get_trades_one(self, owner):
        return Call(f"/v1/trades/{self.api.deposit(owner, 1).json['trade_no']}", absent="/v1/trades/999999999")

    # Packets
    def post_packets(self, owner):
        return Call("/v1/packets", {"sender": owner, "kind": "lucky", "total_fen": 10, "count": 2}, fresh_name("key"))

    def post_packets_preview(self, owner):
        return Call("/v1/packets/preview", {"sender": owner, "kind": "lucky", "total_fen": 10, "count": 2})

    def get_packets(self, owner):
        return Call(f"/v1/packets?sender={owner}")

    def about_packet(self, packet, rest, body=None):
        return Call(f"/v1/packets/{packet}{rest}", body, entity={"packet_id": packet},
                    absent=f"/v1/packets/{NOTHING}{rest}")

    def get_packets_one(self, _):
        return self.about_packet(self.packet(), "")

    def get_packets_events(self, _):
        return self.about_packet(self.packet(), "/events")

    def get_packets_claims(self, owner):
        return self.about_packet(self.private_packet(owner), "/claims")

    def get_packets_timeline(self, owner):
        return self.about_packet(self.private_packet(owner), "/timeline")

    def get_packets_fairness(self, owner):
        return self.about_packet(self.private_packet(owner), "/fairness")

    def post_packets_grab(self, owner):
        return self.about_packet(self.packet(), "/grab", {"user_id": owner})

    def post_packets_open(self, owner):
        return self.about_packet(self.packet(), "/open", {"user_id": owner})

    def post_opens(self, owner):
        packet = self.packet()
        return Call("/v1/opens", {"opens": [{"packet_id": packet, "user_id": owner}]}, entity={"packet_id": packet})

    # Campaigns
    def post_campaigns(self, owner):
        now = self.api.now_ms()
        return Call("/v1/campaigns", {"merchant": owner, "name": "Rain", "budget_fen": 10, "wins_per_user": 1,
                                      "rounds": [round_of(now, now + HOUR_MS)]}, fresh_name("key"))

    def get_campaigns(self, owner):
        return Call(f"/v1/campaigns?merchant={owner}")

    def about_campaign(self, rest, body=None):
        campaign = self.campaign()
        return Call(f"/v1/campaigns/{campaign}{rest}", body, entity={"campaign_id": campaign})

    def get_campaigns_one(self, _):
        return self.about_campaign("")

    def get_campaigns_events(self, _):
        return self.about_campaign("/events")

    def post_campaigns_shake(self, owner):
        return self.about_campaign("/shake", {"user_id": owner, "shake_key": "one"})

    # Sales and orders
    def post_sales(self, owner):
        now = self.api.now_ms()
        return Call("/v1/sales", {"merchant": owner, "title": "Cakes", "price_fen": 1, "stock": 1,
                                  "starts_at": instant_text(now), "ends_at": instant_text(now + HOUR_MS)},
                    fresh_name("key"))

    def get_sales(self, owner):
        return Call(f"/v1/sales?merchant={owner}")

    def about_sale(self, sale, rest, body=None):
        return Call(f"/v1/sales/{sale}{rest}", body, entity={"sale_id": sale}, absent=f"/v1/sales/{NOTHING}{rest}")

    def get_sales_one(self, _):
        return self.about_sale(self.sale(), "")

    def get_sales_orders(self, owner):
        return self.about_sale(self.sale(merchant=owner if owner in self.shops else self.mall), "/orders")

    def get_sales_events(self, owner):
        return self.about_sale(self.sale(merchant=owner if owner in self.shops else self.mall), "/events")

    def post_sales_reservations(self, owner):
        return self.about_sale(self.sale(), "/reservations", {"user_id": owner})

    def post_sales_waitlist(self, owner):
        return self.about_sale(self.full_sale(), "/waitlist", {"user_id": owner})

    def get_sales_waitlist_one(self, owner):
        sale = self.full_sale()
        assert self.api.join_waitlist(sale, owner).status == 202
        return self.about_sale(sale, f"/waitlist/{owner}")

    delete_sales_waitlist_one = get_sales_waitlist_one

    def about_order(self, owner, rest, body=None, key=None):
        sale, order = self.order(owner)
        return Call(f"/v1/orders/{order}{rest}", body, key, {"sale_id": sale}, f"/v1/orders/{NOTHING}{rest}")

    def get_orders_one(self, owner):
        return self.about_order(owner, "")

    def post_orders_payment(self, owner):
        return self.about_order(owner, "/payment", key=fresh_name("key"))

    def post_orders_cancellation(self, owner):
        return self.about_order(owner, "/cancellation")

    def post_orders_external_payments(self, owner):
        return self.about_order(owner, "/external-payments", {"gateway_ref": fresh_name("ref"), "amount_fen": 100})

    # Operators
    def get_suspended(self, _):
        return Call("/v1/suspended")

    def post_suspended_decision(self, owner):
        ref = fresh_name("ref")
        answer = self.api.pay_externally(self.order(owner)[1], 1_000_000, ref)
        assert answer.status == 200, answer
        trade = next(item["trade_no"] for item in self.api.suspended() if item["gateway_ref"] == ref)
        return Call(f"/v1/suspended/{trade}/decision", {"decision": "return", "reason": "looked into"},
                    fresh_name("key"))

    def get_events(self, _):
        return Call("/v1/events?limit=1")

    def get_accounts_events(self, owner):
        return Call(f"/v1/accounts/{owner}/events?limit=1")

    def webhook(self):
        """A fresh one; those before make room."""
        for one in self.api.get("/v1/webhooks").json["items"]:
            assert self.api.request("DELETE", f"/v1/webhooks/{one['webhook_id']}").status == 200
        answer = self.api.post("/v1/webhooks", {"url": "https://books.example/", "types": ["sale_closed"]})
        assert answer.status == 201, answer
        return answer.json["webhook_id"]

    def post_webhooks(self, _):
        self.webhook()
        return Call("/v1/webhooks", {"url": "https://books.example/", "types": ["sale_closed"]})

    def get_webhooks(self, _):
        return Call("/v1/webhooks")

    def get_webhooks_one(self, _):
        return Call(f"/v1/webhooks/{self.webhook()}")

    def patch_webhooks_one(self, _):
        return Call(f"/v1/webhooks/{self.webhook()}", {"paused": True})

    def delete_webhooks_one(self, _):
        return Call(f"/v1/webhooks/{self.webhook()}")

    def post_webhooks_secret_rotation(self, _):
        return Call(f"/v1/webhooks/{self.webhook()}/secret/rotation", {})

    def get_audit(self, _):
        return Call("/v1/audit")

    def get_audit_days(self, _):
        return Call("/v1/audit/days")

    def get_metrics(self, _):
        return Call("/metrics")

    def get_hottest(self, _):
        return Call("/v1/hottest")

    def get_exports_postings(self, _):
        return Call("/v1/exports/postings")

    def get_exports_statements(self, _):
        return Call("/v1/exports/statements")

    def get_exports_ledger(self, _):
        return Call("/v1/exports/ledger")

    def get_clock(self, _):
        return Call("/v1/clock")

    def post_clock_advance(self, _):
        return Call("/v1/clock/advance", {"advance_ms": 1})

    def post_tokens(self, owner):
        return Call("/v1/tokens", {"user_id": owner})

    def post_tokens_secret_rotation(self, _):
        return Call("/v1/tokens/secret/rotation", {"overlap_s": 86_400, "reason": "a test"})

    def post_keys(self, _):
        return Call("/v1/keys", {"name": fresh_name("key"), "scope": "reader", "reason": "a test"})

    def get_keys(self, _):
        return Call("/v1/keys")

    def get_keys_one(self, _):
        return Call(f"/v1/keys/{self.key_id()}")

    def post_keys_rotation(self, _):
        return Call(f"/v1/keys/{self.key_id()}/rotation", {"overlap_s": 0, "reason": "a test"})

    def delete_keys_one(self, _):
        return Call(f"/v1/keys/{self.key_id()}")

    def get_switches(self, _):
        return Call("/v1/switches")

    def put_switches_one(self, _):
        return Call("/v1/switches/history", {"on": True, "reason": fresh_name("reason")})

    def post_invitations(self, _):
        return Call("/v1/invitations", {"campaign_id": self.campaign(), "guests_max": 5, "expires_in_s": 3_600})

    def get_invitations(self, _):
        return Call("/v1/invitations")

    def get_invitations_one(self, _):
        return Call(f"/v1/invitations/{self.invitation()['invitation_id']}")

    def delete_invitations_one(self, _):
        return Call(f"/v1/invitations/{self.invitation()['invitation_id']}")

    def post_invitations_guests(self, _):
        made = self.invitation()
        return Call(f"/v1/invitations/{made['invitation_id']}/guests", {"secret": made["secret"], "username": "Guest"})

    def get_operations(self, _):
        return Call("/v1/operations")


SPECIAL = {"/openapi.json": "openapi", "/docs/openapi-explorer.min.js": "docs_viewer"}


def name_of(method, path):
    """GET /v1/sales/{id}/orders: get_sales_orders. A path that ends with an id is `_one`."""
    parts = path.removeprefix("/v1").strip("/").split("/")
    words = [part for part in parts if not part.startswith("{")] + (["one"] if parts[-1].startswith("{") else [])
    return f"{method.lower()}_{SPECIAL.get(path, '_'.join(words).replace('-', '_'))}"
