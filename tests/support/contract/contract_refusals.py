"""How to provoke every refusal that the API's description lists: a table, read by test_contract.py.

Rows are for the world of contract_world.py. Those of COMMON apply to every operation of a kind;
OWN has those of single operations; WITHIN those that come inside a success.
"""

# Refusals that need a server of their own, and the tests that have it.
ELSEWHERE = {
    "credential_missing": "test_matrix.py",
    "credential_invalid": "test_matrix.py",
    "credential_expired": "test_matrix.py",
    "not_allowed": "test_matrix.py",
    "not_yours": "test_matrix.py",
    "overloaded": "test_overload.py, test_event_crowds.py, tests/http/transport/transport_bounds_test.cpp",
    "rate_limited": "test_request_limits.py",
    "too_many_attempts": "test_request_limits.py, for wrong credentials",
    "switched_off": "test_switches.py",
    "not_ready": "nowhere: replay is over before a test can ask",
    "draining": "test_stop.py",
    "journal_full": "test_journal_full.py, test_room.py",
    "too_many_keys": "tests/domain/administration/administration_test.cpp",
    "too_many_webhooks": "test_webhooks.py",
    "too_many_invitations": "tests/domain/administration/administration_test.cpp",
    "waitlist_full": "nowhere: it takes 5,000,000 users to wait; tests/domain/sale/sale_test.cpp",
    "request_timeout": "test_timeouts.py, tests/http/transport/transport_bounds_test.cpp"}

# Another good body, for a key that has been used.
OTHER = {"createPacket": {"total_fen": 4444}, "createCampaign": {"name": "Another"},
         "createSale": {"title": "Another"}, "decideSuspendedPayment": {"reason": "Another"}}


# Terms that have ended before they begin.
PAST = {"expires_at": "2026-01-01T00:00:00.000Z", "expires_in_s": None}


def reuse_key(world, operation):
    key = world.new_key(world.contract.operations[operation])
    if world.contract.operations[operation].needs("Idempotency-Key"):
        answer = world.call(operation, key=key)
        world.case.assertIn(answer.status, (200, 201), answer)
        return world.call(operation, key=key, change=OTHER.get(operation, {"amount_fen": 7}))
    # The key of another request, which has surely done something.
    answer = world.call("createDeposit", key=key, change={"reference": None})
    world.case.assertEqual(201, answer.status, answer)
    return world.call(operation, key=key)


def is_any(_):
    return True


def method_not_of(world, operation):
    """A method that the path of the operation does not take."""
    return "DELETE" if world.contract.operations[operation].method == "PUT" else "PUT"


def has_body(operation):
    return operation.body is not None


def needs_key(operation):
    return operation.needs("Idempotency-Key")


def takes_key(operation):
    return operation.takes("Idempotency-Key")


def keeps_key(operation):
    return operation.keeps_key()


def is_list(operation):
    return operation.takes("cursor")


def is_stream(operation):
    return operation.takes("Last-Event-ID")


# Which operations, the code, how.
COMMON = [
    (is_any, "bad_request", lambda w, o: w.call(o, headers=[("Host", "another")])),
    (is_any, "method_not_allowed", lambda w, o: w.call(o, method=method_not_of(w, o))),
    (is_any, "length_required", lambda w, o: w.call(o, headers=[("Transfer-Encoding", "chunked")])),
    (is_any, "body_too_large", lambda w, o: w.announce(o, 10**12)),
    (is_any, "target_too_long", lambda w, o: w.call(o, query="x" * 1_100)),
    (is_any, "unsupported_content_encoding",
     lambda w, o: w.call(o, headers=[("Content-Encoding", "gzip")])),
    (is_any, "head_too_large", lambda w, o: w.call(o, headers=[("X-Filler", "x" * 17_000)])),
    (is_any, "origin_not_allowed",
     lambda w, o: w.call(o, headers=[("Origin", "https://elsewhere.example")])),
    (is_any, "misdirected_request", lambda w, o: w.call(o, site="http://elsewhere.example")),
    # A second one beside that of every call.
    (is_any, "unsupported_media_type",
     lambda w, o: w.call(o, body="{}", headers=[("Content-Type", "text/plain")])),
    (is_any, "invalid_request", lambda w, o: w.call(o, query="surprise=1")),
    (has_body, "invalid_json", lambda w, o: w.call(o, body="{")),
    (has_body, "invalid_request", lambda w, o: w.call(o, change={"surprise": 1})),
    (is_list, "invalid_request", lambda w, o: w.call(o, query="limit=0")),
    (is_list, "invalid_cursor", lambda w, o: w.call(o, query="cursor=x")),
    (is_stream, "invalid_request", lambda w, o: w.call(o, headers=[("Last-Event-ID", "x")])),
    (needs_key, "idempotency_key_missing", lambda w, o: w.call(o, key=None)),
    (takes_key, "idempotency_key_invalid", lambda w, o: w.call(o, key="two words")),
    (keeps_key, "idempotency_key_reused", reuse_key)]

ACCOUNTS = ("getAccount", "changeAccountProfile", "changeAccountStatus", "createDeposit",
            "createWithdrawal", "listAccountEntries", "readAccountEvents", "exportAccountStatement", "listPacketsSent", "listPacketsReceived",
            "listAccountOrders")
FEEDS = ("readEvents", "readAccountEvents", "readSaleEvents")
OPENS = ("openShare", "grabShare")
OF_SALE = ("reserveUnits", "joinWaitlist")
OF_WAITER = ("getWaitlistPlace", "leaveWaitlist")
OF_ORDER = ("payOrder", "takeExternalPayment", "cancelOrder")

# By code: {operations: how}; several operations where they are called alike.
OWN = {
    "account_not_found": {
        (*ACCOUNTS, *OF_WAITER): lambda w, o: w.call(o, user_id="nobody"),
        ("listPackets",): lambda w, o: w.call(o, query="sender=nobody"),
        ("listCampaigns", "listSales"): lambda w, o: w.call(o, query="merchant=nobody"),
        ("listSaleOrders",): lambda w, o: w.call(o, query="user_id=nobody"),
        ("createTransfer",): lambda w, o: w.call(o, change={"to": "nobody"}),
        ("createKey",): lambda w, o: w.call(o, change={"scope": "merchant", "account": "nobody"}),
        ("createPacket", "previewPacket"): lambda w, o: w.call(o, change={"sender": "nobody"}),
        ("createCampaign", "createSale"): lambda w, o: w.call(o, change={"merchant": "nobody"}),
        (*OPENS, *OF_SALE, "shakeCampaign", "createToken"):
            lambda w, o: w.call(o, change={"user_id": "nobody"})},
    "account_frozen": {
        ("createWithdrawal",): lambda w, o: w.call(o, user_id=w.frozen()),
        ("createTransfer",): lambda w, o: w.call(o, change={"from": w.frozen()}),
        ("createPacket",): lambda w, o: w.call(o, change={"sender": w.frozen()}),
        ("createCampaign", "createSale"):
            lambda w, o: w.call(o, change={"merchant": w.frozen(type="merchant")}),
        ("payOrder",): lambda w, o: w.call(o, id=w.order_of_frozen()),
        (*OPENS, *OF_SALE, "shakeCampaign"): lambda w, o: w.call(o, change={"user_id": w.frozen()})},
    "insufficient_funds": {
        ("createWithdrawal",): lambda w, o: w.call(o, user_id=w.fresh(1)),
        ("createTransfer",): lambda w, o: w.call(o, change={"from": w.fresh(1)}),
        ("createPacket",): lambda w, o: w.call(o, change={"sender": w.fresh(1)}),
        ("payOrder",): lambda w, o: w.call(o, id=w.order_of(w.fresh(1))),
        ("createCampaign",): lambda w, o: w.call(o, change={"merchant": w.fresh(1, type="merchant")})},
    "account_exists": {("createAccount",): lambda w, o: w.call(o, change={"username": "Other"})},
    "user_id_reserved": {("createAccount",): lambda w, o: w.call(o, change={"user_id": "outside"})},
    "webhook_not_found": {
        ("getWebhook", "changeWebhook", "removeWebhook", "rotateWebhookSecret"): lambda w, o: w.call(o, webhook_id="0" * 16)},
    "event_not_reached": {("createWebhook",): lambda w, o: w.call(o, change={"after": "9223372036854775807"}), FEEDS: lambda w, o: w.call(o, query="after=9223372036854775807")},
    "trade_not_found": {("getTrade",): lambda w, o: w.call(o, trade_no="99999999")},
    "balance_too_large": {
        ("createDeposit",): lambda w, o: w.call(o, user_id=w.richest(), change={"amount_fen": 10**13})},
    "money_limit_reached": {
        ("createDeposit", "takeExternalPayment"): lambda w, o: w.call_full(o)},
    "same_account": {("createTransfer",): lambda w, o: w.call(o, change={"to": "alice"})},
    "invalid_split": {("createPacket",): lambda w, o: w.call(o, change={"total_fen": 1, "count": 2})},
    "too_many_shares": {("createPacket",): lambda w, o: w.call(o, change={"count": 101})},
    "share_too_large": {
        ("createPacket",): lambda w, o: w.call(o, change={"total_fen": 20_001, "count": 1}),
        ("createCampaign",): lambda w, o: w.call(o, body=w.terms(share_fen_max=20_001))},
    "daily_limit_reached": {
        ("createPacket",): lambda w, o: w.call(o, change={"sender": w.sent_out()})},
    "packet_not_found": {
        ("getPacket", "getPacketFairness", "listPacketClaims", "listPacketTimeline", "followPacket",
         *OPENS):
            lambda w, o: w.call(o, id="9")},
    "packet_expired": {OPENS: lambda w, o: w.call(o, id=w.expired())},
    "packet_exhausted": {OPENS: lambda w, o: w.call(o, id=w.exhausted())},
    "not_a_recipient": {OPENS: lambda w, o: w.call(o, id=w.directed())},
    "wrong_passphrase": {OPENS: lambda w, o: w.call(o, id=w.locked())},
    "too_many_attempts": {OPENS: lambda w, o: w.call(o, id=w.guessed_by("bob"), change={"passphrase": "x"})},
    "suspended_not_found": {("decideSuspendedPayment",): lambda w, o: w.call(o, trade_no="1")},
    "already_decided": {("decideSuspendedPayment",): lambda w, o: w.call(o, trade_no=w.decided_payment())},
    "sender_may_not_open": {
        OPENS: lambda w, o: w.call(o, id=w.closed_to_sender(), change={"user_id": "alice"})},
    "key_not_found": {
        ("getKey", "revokeKey", "rotateKey"): lambda w, o: w.call(o, key_id="0" * 16)},
    "key_revoked": {("rotateKey",): lambda w, o: w.call(o, key_id=w.revoked_key())},
    "key_expired": {("rotateKey",): lambda w, o: w.call(o, key_id=w.expired_key())},
    "invalid_key": {("createKey",): lambda w, o: w.call(o, change=PAST)},
    "invitation_not_found": {
        ("getInvitation", "revokeInvitation", "acceptInvitation"): lambda w, o: w.call(o, invitation_id="0" * 16)},
    "invitation_over": {("acceptInvitation",): lambda w, o: w.join(o, revoked=True)},
    "invitation_full": {("acceptInvitation",): lambda w, o: w.join(o)},
    "invalid_invitation": {("createInvitation",): lambda w, o: w.call(o, change=PAST)},
    "switch_not_found": {("changeSwitch",): lambda w, o: w.call(o, name="everything")},
    "campaign_not_found": {
        ("createInvitation",): lambda w, o: w.call(o, change={"campaign_id": "9"}),
        ("getCampaign", "followCampaign", "shakeCampaign"): lambda w, o: w.call(o, id="9")},
    "not_a_merchant": {
        ("createCampaign", "createSale"): lambda w, o: w.call(o, change={"merchant": "alice"}),
        ("createKey",): lambda w, o: w.call(o, change={"scope": "merchant", "account": "alice"})},
    "invalid_rounds": {
        ("createCampaign",): lambda w, o: w.call(o, body=w.terms(starts_in_ms=-10 * 86_400_000))},
    "round_not_running": {
        ("shakeCampaign",): lambda w, o: w.call(o, id=w.fund(starts_in_ms=60_000))},
    "budget_spent": {("shakeCampaign",): lambda w, o: w.call(o, id=w.spent())},
    "shake_limit_reached": {
        ("shakeCampaign",): lambda w, o: w.call(o, id=w.shaken_out(), change={"user_id": "carol"})},
    "sale_not_found": {
        ("getSale", "listSaleOrders", "readSaleEvents", *OF_SALE, *OF_WAITER): lambda w, o: w.call(o, id="9")},
    "invalid_sale": {
        ("createSale",): lambda w, o: w.call(o, change={"stock": 1, "per_user_limit": 2})},
    "sale_not_started": {OF_SALE: lambda w, o: w.call(o, id=w.upcoming_sale())},
    "sale_ended": {OF_SALE: lambda w, o: w.call(o, id=w.ended_sale())},
    "quantity_too_large": {
        ("reserveUnits",): lambda w, o: w.call(o, id=w.sold_out_sale(), change={"quantity": 2})},
    "already_reserved": {OF_SALE: lambda w, o: w.call(o, id=w.sale_held_by("bob"))},
    "sold_out": {("reserveUnits",): lambda w, o: w.call(o, id=w.sold_out_sale())},
    "not_waiting": {OF_WAITER: lambda w, o: w.call(o, user_id="bob")},
    "stock_left": {("joinWaitlist",): lambda w, o: w.call(o, id=w.running_sale())},
    "order_limit_reached": {OF_SALE: lambda w, o: w.call(o, id=w.ordered_out_sale(o))},
    "too_many_external_payments": {
        ("takeExternalPayment",): lambda w, o: w.call(
            o, id=w.overpaid_order(), change={"gateway_ref": "one-too-many"})},
    "order_not_found": {("getOrder", *OF_ORDER): lambda w, o: w.call(o, id="9")},
    "idempotency_key_reused": {("payOrder",): lambda w, o: w.pay_two(o),
                               ("advanceClock",): lambda w, o: w.advance_two(o),
                               ("acceptInvitation",): lambda w, o: w.join_two(o)},
    "gateway_ref_reused": {("takeExternalPayment",): lambda w, o: w.take_two(o)},
    "reference_reused": {("createDeposit",): lambda w, o: w.name_two(o)},
    "payment_too_late": {("payOrder",): lambda w, o: w.call(o, id=w.timed_out_order())},
    "order_final": {
        ("payOrder",): lambda w, o: w.call(o, id=w.paid_order()),
        ("cancelOrder",): lambda w, o: w.call(o, id=w.order_of_closed_sale())},
    "problem_not_found": {("getProblem",): lambda w, o: w.call(o, code="all_gone")},
    # On a server whose clock is that of the machine.
    "route_not_found": {("getClock", "advanceClock"): lambda w, o: w.call(o, api=w.case.wall_api)}}


def open_one(packet, user="bob"):
    return lambda w: w.call("openShares", body={"opens": [
        {"packet_id": packet(w), "user_id": user(w) if callable(user) else user}]})


def preview(**change):
    return lambda w: w.call("previewPacket", change={
        name: value(w) if callable(value) else value for name, value in change.items()})


# (operation, code): how the problem comes about inside a success.
WITHIN = {
    ("createAccounts", "account_exists"): lambda w: w.call("createAccounts", body={"accounts": [
        {"user_id": "alice", "username": "Other"}]}),
    ("createAccounts", "user_id_reserved"): lambda w: w.call("createAccounts", body={"accounts": [
        {"user_id": "..", "username": "Other"}]}),
    ("openShares", "packet_not_found"): open_one(lambda w: "9"),
    ("openShares", "account_not_found"): open_one(lambda w: w.packet, "nobody"),
    ("openShares", "packet_expired"): open_one(lambda w: w.expired()),
    ("openShares", "not_a_recipient"): open_one(lambda w: w.directed()),
    ("openShares", "too_many_attempts"): lambda w: w.call("openShares", body={"opens": [
        {"packet_id": w.guessed_by("bob"), "user_id": "bob", "passphrase": "x"}]}),
    ("openShares", "wrong_passphrase"): open_one(lambda w: w.locked()),
    ("openShares", "sender_may_not_open"): open_one(lambda w: w.closed_to_sender(), "alice"),
    ("openShares", "account_frozen"): open_one(lambda w: w.packet, lambda w: w.frozen()),
    ("openShares", "packet_exhausted"): open_one(lambda w: w.exhausted()),
    ("previewPacket", "account_frozen"): preview(sender=lambda w: w.frozen()),
    ("previewPacket", "invalid_split"): preview(total_fen=1, count=2),
    ("previewPacket", "too_many_shares"): preview(count=101),
    ("previewPacket", "share_too_large"): preview(total_fen=20_001, count=1),
    ("previewPacket", "daily_limit_reached"): preview(sender=lambda w: w.sent_out()),
    ("previewPacket", "insufficient_funds"): preview(sender=lambda w: w.fresh(1))}


def table(contract):
    """{(operation, code): how}, with COMMON's rows for every operation of their kind."""
    rows = {}
    for kind, code, provoke in COMMON:
        rows.update({(operation.id, code): provoke
                     for operation in contract.operations.values() if kind(operation)})
    for code, groups in OWN.items():
        for operations, provoke in groups.items():
            rows.update({(operation, code): provoke for operation in operations})
    return rows


def follow(operation, topic):
    return lambda w: w.call(operation, over=True, id=topic(w))


def follow_to_the_end(operation, topic):
    """Follows something that is over, and then once more after its last event."""
    def ask(world):
        name = topic(world)
        answer = world.call(operation, over=True, id=name)
        last = answer.body.decode().rsplit("id: ", 1)[1].split("\n")[0]
        return world.call(operation, id=name, headers=[("Last-Event-ID", last)])
    return ask


STREAM = [("Accept", "text/event-stream")]
# Successes that no example gives by itself, left-out bodies, and every way for a stream to end.
SUCCESSES = [
    ("createAccount", 201, lambda w: w.call("createAccount", change={"user_id": "dave"})),
    ("rotateKey", 200, lambda w: w.call("rotateKey", body="")),
    ("payOrder", 200, lambda w: w.call("payOrder", id=w.order_of("alice"), body="")),
    ("cancelOrder", 200, lambda w: w.call("cancelOrder", id=w.order_of("alice"), body="")),
    ("cancelOrder", 200, lambda w: w.call("cancelOrder", id=w.paid_order())),
    ("cancelOrder", 200, lambda w: w.call("cancelOrder", id=w.timed_out_order())),
    ("takeExternalPayment", 200,
     lambda w: w.call("takeExternalPayment", id=w.timed_out_order())),
    ("takeExternalPayment", 200, lambda w: w.told_twice()),
    *((feed, 200, lambda w, feed=feed: w.call(feed, headers=STREAM, query="after=0")) for feed in FEEDS),
    ("followPacket", 200, follow("followPacket", lambda w: w.exhausted())),
    ("followPacket", 200, follow("followPacket", lambda w: w.refunded())),
    ("followPacket", 204, follow_to_the_end("followPacket", lambda w: w.exhausted())),
    ("followCampaign", 200, follow("followCampaign", lambda w: w.spent())),
    ("followCampaign", 200, follow("followCampaign", lambda w: w.ended())),
    ("followCampaign", 204, follow_to_the_end("followCampaign", lambda w: w.ended()))]
