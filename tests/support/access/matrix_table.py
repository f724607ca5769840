"""Who may do what, operation by operation: written by hand from the page on access, not from the code.

Columns: nobody; a user, with its own thing and with another's; a merchant, the same; gateway, service, reader and
operator; and a user whose token is for one packet, campaign or sale alone: with a request about that, and with one
about something else.

ok   the request is done
401  credential_missing
na   403 not_allowed
ny   403 not_yours
nf   404, like what does not exist
"""

COLUMNS = ("nobody", "user", "other", "shop", "shop2", "gateway", "service", "reader", "operator", "there", "elsewhere")
WORDS = {"credential_missing": "401", "not_allowed": "na", "not_yours": "ny"}

# Grants that many operations share.
KINDS = {
    #                    nobody user other shop shop2 gatew. serv. reader oper. there elsewhere
    "page":             "ok     ok   ok    ok   ok    ok     ok    ok     ok    ok    ok",
    "service":          "401    na   na    na   na    na     ok    na     ok    na    na",
    "gateway":          "401    na   na    na   na    ok     na    na     ok    na    na",
    "operator":         "401    na   na    na   na    na     na    na     ok    na    na",
    "reader":           "401    na   na    na   na    na     na    ok     ok    na    na",
    "audit":            "401    na   na    na   na    na     ok    ok     ok    na    na",
    "own read":         "401    ok   ny    ok   ny    na     ok    ok     ok    na    na",
    "own write":        "401    ok   ny    ok   ny    na     ok    na     ok    na    na",
    "look":             "401    ok   ok    ok   ok    na     ok    ok     ok    ok    na",
    "take part":        "401    ok   ny    ok   ny    na     ok    na     ok    ok    na",
    "found":            "401    ok   nf    ok   nf    na     ok    ok     ok    na    na",
    "found there":      "401    ok   nf    ok   nf    na     ok    ok     ok    ok    na",
    "change there":     "401    ok   nf    ok   nf    na     ok    na     ok    ok    na",
    "shop write":       "401    na   na    ok   ny    na     ok    na     ok    na    na",
    "shop list":        "401    na   na    ok   ny    na     ok    ok     ok    na    na",
    "shop found":       "401    na   na    ok   nf    na     ok    ok     ok    na    na",
    "shop itself":      "401    na   na    ok   ok    na     ok    ok     ok    na    na",
}

OPERATIONS = {
    "GET /livez": "page",
    "GET /readyz": "page",
    "GET /version": "page",
    "GET /openapi.json": "page",
    "GET /docs": "page",
    "GET /docs/openapi-explorer.min.js": "page",
    "GET /problems": "page",
    "GET /problems/{code}": "page",
    "POST /v1/accounts": "service",
    "POST /v1/accounts/batch": "service",
    "GET /v1/accounts": "shop itself",  # the list of whoever asks
    "GET /v1/accounts/{user_id}": "own read",
    "PATCH /v1/accounts/{user_id}": "own write",
    "PUT /v1/accounts/{user_id}/status": "operator",
    "POST /v1/accounts/{user_id}/deposits": "gateway",
    "POST /v1/accounts/{user_id}/withdrawals": "operator",
    "GET /v1/accounts/{user_id}/entries": "own read",
    "GET /v1/accounts/{user_id}/statement": "own read",
    "GET /v1/accounts/{user_id}/packets/sent": "own read",
    "GET /v1/accounts/{user_id}/packets/received": "own read",
    "GET /v1/accounts/{user_id}/orders": "own read",
    "GET /v1/accounts/{user_id}/events": "own read",
    "GET /v1/events": "shop itself",  # what concerns whoever asks
    "POST /v1/transfers": "own write",
    "GET /v1/trades/{trade_no}": "found",
    "POST /v1/packets": "own write",
    "POST /v1/packets/preview": "own write",
    "GET /v1/packets": "shop list",
    "GET /v1/packets/{id}": "look",
    "GET /v1/packets/{id}/events": "look",
    "GET /v1/packets/{id}/claims": "found there",
    "GET /v1/packets/{id}/timeline": "found there",
    "GET /v1/packets/{id}/fairness": "found there",
    "POST /v1/packets/{id}/grab": "take part",
    "POST /v1/packets/{id}/open": "take part",
    "POST /v1/opens": "take part",
    "POST /v1/campaigns": "shop write",
    "GET /v1/campaigns": "shop list",
    "GET /v1/campaigns/{id}": "look",
    "GET /v1/campaigns/{id}/events": "look",
    "POST /v1/campaigns/{id}/shake": "take part",
    "POST /v1/sales": "shop write",
    "GET /v1/sales": "shop list",
    "GET /v1/sales/{id}": "look",
    "GET /v1/sales/{id}/orders": "shop found",
    "GET /v1/sales/{id}/events": "shop found",
    "POST /v1/sales/{id}/reservations": "take part",
    "POST /v1/sales/{id}/waitlist": "take part",
    "GET /v1/sales/{id}/waitlist/{user_id}": "take part",
    "DELETE /v1/sales/{id}/waitlist/{user_id}": "take part",
    "GET /v1/orders/{id}": "found there",
    "POST /v1/orders/{id}/payment": "change there",
    "POST /v1/orders/{id}/cancellation": "change there",
    "POST /v1/orders/{id}/external-payments": "gateway",
    "GET /v1/suspended": "reader",
    "POST /v1/suspended/{trade_no}/decision": "operator",
    "GET /v1/audit": "audit",
    "GET /v1/audit/days": "audit",
    "GET /metrics": "reader",
    "GET /v1/hottest": "reader",
    "GET /v1/exports/postings": "reader",
    "GET /v1/exports/statements": "reader",
    "GET /v1/exports/ledger": "reader",
    "GET /v1/clock": "operator",
    "POST /v1/clock/advance": "operator",
    "POST /v1/webhooks": "service",
    "GET /v1/webhooks": "audit",
    "GET /v1/webhooks/{webhook_id}": "audit",
    "PATCH /v1/webhooks/{webhook_id}": "service",
    "DELETE /v1/webhooks/{webhook_id}": "service",
    "POST /v1/webhooks/{webhook_id}/secret/rotation": "service",
    "POST /v1/tokens": "service",
    "POST /v1/tokens/secret/rotation": "operator",
    "POST /v1/keys": "operator",
    "GET /v1/keys": "operator",
    "GET /v1/keys/{key_id}": "operator",
    "POST /v1/keys/{key_id}/rotation": "operator",
    "DELETE /v1/keys/{key_id}": "operator",
    "GET /v1/switches": "reader",
    "PUT /v1/switches/{name}": "operator",
    "POST /v1/invitations": "service",
    "GET /v1/invitations": "service",
    "GET /v1/invitations/{invitation_id}": "service",
    "DELETE /v1/invitations/{invitation_id}": "service",
    "POST /v1/invitations/{invitation_id}/guests": "page",
    "GET /v1/operations": "reader",
}

# The field that users and merchants may leave out; of a batch that of its items.
OWN_FIELDS = {
    "POST /v1/transfers": "from",
    "POST /v1/packets": "sender",
    "POST /v1/packets/preview": "sender",
    "POST /v1/packets/{id}/grab": "user_id",
    "POST /v1/packets/{id}/open": "user_id",
    "POST /v1/opens": "user_id",
    "POST /v1/campaigns": "merchant",
    "POST /v1/campaigns/{id}/shake": "user_id",
    "POST /v1/sales": "merchant",
    "POST /v1/sales/{id}/reservations": "user_id",
    "POST /v1/sales/{id}/waitlist": "user_id",
}


def is_for_merchants(operation):
    """Whether it is done with things that merchants alone have."""
    return OPERATIONS.get(operation, "").startswith("shop ")


def expected(operation):
    """{column: word}"""
    words = KINDS[OPERATIONS[operation]].split()
    assert len(words) == len(COLUMNS), operation
    return dict(zip(COLUMNS, words))


def printed(rows):
    """The matrix as a table in text; `rows` are {operation: {column: word}}."""
    columns = list(dict.fromkeys(column for row in rows.values() for column in row))
    width = max(map(len, rows))
    lines = [" ".join((operation.ljust(width), *(row.get(column, "").ljust(max(len(column), 4)) for column in columns)))
             for operation, row in {"": {column: column for column in columns}, **rows}.items()]
    return "\n".join(line.rstrip() for line in lines)
