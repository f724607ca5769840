"""Keys, switches, invitations and what operators did, as records tell it: a part of the auditor's fold."""

import re

from api import instant_ms

ACCESS_ID = re.compile(r"[0-9a-f]{16}")
PRINCIPAL = re.compile(r"local|key:[0-9a-f]{16}|user:[!-~]{1,64}")
SCOPES = ("merchant", "gateway", "service", "reader", "operator")
SWITCHES = ("sending", "opening", "campaigns", "sales", "sign_up", "history")
KNOWN_MAX = 1_000  # keys, and invitations, that are known at a time
DAY_MS = 86_400_000
# By what it is; anything else is one if it is signed.
OPERATIONS = ("account_status_changed", "withdrawn", "suspended_payment_decided", "access_key_created",
              "access_key_rotated", "access_key_revoked", "switch_changed", "clock_advanced",
              "token_secret_rotated", "invitation_created", "invitation_revoked")


def is_operation(record):
    return "principal" in record or record.get("type") in OPERATIONS


class AdministrationFacts:
    def __init__(self):
        super().__init__()
        self.access_keys = {}  # id -> record fields as they stand; all that there ever were
        self.invitations = {}
        self.webhooks = {}  # id -> the last record about it
        self.switches = {name: {"is_on": True, "retry_after_s": 0} for name in SWITCHES}
        self.operations = []  # records, oldest first

    def _check_operation(self, record):
        if is_operation(record):
            self.operations.append(record)
        if "principal" not in record:
            return
        if not PRINCIPAL.fullmatch(record["principal"]):
            self.fault(record, f"was done by {record['principal']!r}")
        if len(record.get("request_id", "")) > 64 or len(record.get("reason", "")) > 512:
            self.fault(record, "has too long a request id or reason")

    def _new(self, record, name, known):
        identifier = record[name]
        if not ACCESS_ID.fullmatch(identifier):
            self.fault(record, f"has the id {identifier!r}")
        if identifier in known:
            self.fault(record, f"creates {identifier} a second time")

    def _not_over(self, record, known, what):
        if known.get("revoked_at"):
            self.fault(record, f"is about {what} that was revoked at {known['revoked_at']}")

    @staticmethod
    def _has_ended(known, at):
        expires_at = known["expires_at"]
        return "revoked_at" in known or bool(expires_at) and instant_ms(expires_at) <= instant_ms(at)

    def _no_secret(self, record):
        if any("secret" in name or "hash" in name for name in record):
            self.fault(record, "shows a secret or its hash")

    def _access_key_created(self, record):
        self._new(record, "key_id", self.access_keys)
        self._no_secret(record)
        if record["scope"] not in SCOPES:
            self.fault(record, f"has the scope {record['scope']!r}")
        if ("account" in record) != (record["scope"] == "merchant"):
            self.fault(record, "belongs to an account, or to none, unlike its scope")
        if record["expires_at"] and instant_ms(record["expires_at"]) <= instant_ms(record["at"]):
            self.fault(record, "has expired before it was made")
        if sum(not self._has_ended(key, record["at"]) for key in self.access_keys.values()) >= KNOWN_MAX:
            self.fault(record, "is one more than can be valid at a time")
        self.access_keys[record["key_id"]] = {"expires_at": record["expires_at"]}
        return []

    def _access_key_rotated(self, record):
        key = self.access_keys[record["key_id"]]
        self._no_secret(record)
        if self._has_ended(key, record["at"]):
            self.fault(record, "rotates a key that has ended")
        if record["previous_until"]:
            until = instant_ms(record["previous_until"])
            if until > instant_ms(record["at"]) + 30 * DAY_MS:
                self.fault(record, "keeps the secret before for more than 30 days")
            if key["expires_at"] and until > instant_ms(key["expires_at"]):
                self.fault(record, "keeps the secret before for longer than it was good for")
        key["expires_at"] = record["expires_at"]
        return []

    def _access_key_revoked(self, record):
        key = self.access_keys[record["key_id"]]
        self._not_over(record, key, "a key")
        key["revoked_at"] = record["at"]
        return []

    def _switch_changed(self, record):
        switch = self.switches[record["switch"]]
        new = {"is_on": record["is_on"], "retry_after_s": record["retry_after_s"]}
        if new == switch:
            self.fault(record, "changes nothing")
        if new["is_on"] and new["retry_after_s"]:
            self.fault(record, "makes clients wait for what is on")
        switch.update(new)
        return []

    def _clock_advanced(self, record):
        if instant_ms(record["to"]) != instant_ms(record["at"]):
            self.fault(record, f"moves the clock to {record['to']}, which is not its time")
        return []

    def _token_secret_rotated(self, record):
        self._no_secret(record)
        return []

    def _invitation_created(self, record):
        self._new(record, "invitation_id", self.invitations)
        self._no_secret(record)
        if not 1 <= record["guests_max"] <= 1_000_000:
            self.fault(record, f"has {record['guests_max']} places")
        if instant_ms(record["expires_at"]) <= instant_ms(record["at"]):
            self.fault(record, "is over before it was made")
        self.invitations[record["invitation_id"]] = {
            "guests_max": record["guests_max"], "expires_at": record["expires_at"], "guests": []}
        return []

    def _invitation_revoked(self, record):
        invitation = self.invitations[record["invitation_id"]]
        self._not_over(record, invitation, "an invitation")
        invitation["revoked_at"] = record["at"]
        return []

    def _invitation_accepted(self, record):
        invitation = self.invitations[record["invitation_id"]]
        if self._has_ended(invitation, record["at"]):
            self.fault(record, "takes a place of an invitation that is over")
        invitation["guests"].append(record["user_id"])
        if len(invitation["guests"]) > invitation["guests_max"]:
            self.fault(record, f"is guest {len(invitation['guests'])} of {invitation['guests_max']}")
        if "principal" in record:
            self.fault(record, "is a guest's doing, yet signed by an operator")
        return []


    def _webhook_changed(self, record):
        before = self.webhooks.get(record["webhook_id"])
        self._no_secret({name: part for name, part in record.items() if name != "secret_version"})
        if before is None:
            if not ACCESS_ID.fullmatch(record["webhook_id"]) or record["status"] == "removed":
                self.fault(record, "is about a webhook that nobody made")
            if len(self.webhooks) >= 100:
                self.fault(record, "is one webhook too many")
        elif record["delivered"] < before["delivered"] or record["secret_version"] < before["secret_version"]:
            self.fault(record, "goes back")
        if record["delivered"] >= record["sequence"]:
            self.fault(record, "was delivered what has not happened yet")
        if record["status"] == "removed":
            self.webhooks.pop(record["webhook_id"], None)
        else:
            self.webhooks[record["webhook_id"]] = record
        return []


def operation_differences(operations, api, pages=2, limit=200):
    """The newest operations by the dump, and as GET /v1/operations lists them."""
    expected = [{"sequence": one["sequence"], "at": one["at"], "type": one["type"].removeprefix("access_"),
                 "principal": one.get("principal"), "request_id": one.get("request_id") or None,
                 "reason": one.get("reason") or None} for one in reversed(operations)]
    listed, cursor = [], None
    for _ in range(pages):
        answer = api.get(f"/v1/operations?limit={limit}" + (f"&cursor={cursor}" if cursor else ""))
        if answer.status != 200:
            return [f"/v1/operations is answered with {answer.status}"]
        listed += answer.json["items"]
        cursor = answer.json["next_cursor"]
        if not cursor:
            break
    shown = [{name: line[name] for name in ("sequence", "at", "type", "principal", "request_id", "reason")}
             for line in listed]
    wrong = [f"operation {theirs} is, by the journal, {ours}"
             for theirs, ours in zip(shown, expected) if theirs != ours]
    if len(listed) != min(len(expected), pages * limit):
        wrong.append(f"{len(listed)} operations are listed, of {len(expected)}")
    return wrong
