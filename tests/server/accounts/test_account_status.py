"""Rule 1 over HTTP: each operation for active and frozen accounts, whichever side is frozen."""

import unittest

from api import fresh_name, instant_text
from cases import ServerCase
from flags import manual_clock

FROZEN_SIDES = {"nobody": (), "doer": ("doer",), "other": ("other",), "both": ("doer", "other")}
LIFE_MS = 60_000


class Pair:
    """Two accounts with 100 fen each, once their packets are sent. The other has sent two packets of two
    shares, and the doer has opened one of them; the doer has sent one that nobody opens."""

    def __init__(self, api):
        self.api = api
        self.doer, self.other = api.fresh_user("doer", 110), api.fresh_user("other", 140)
        fields = {"kind": "equal", "share_fen": 10, "count": 2, "expires_in_s": LIFE_MS // 1000}
        self.offered = api.fresh_packet(self.other, **fields)
        self.opened = api.fresh_packet(self.other, **fields)
        assert api.open(self.opened, self.doer).status == 200
        self.expiring = api.fresh_packet(self.doer, **fields)

    def freeze(self, sides):
        for side in sides:
            assert self.api.set_status(getattr(self, side), "frozen").status == 200

    def balances(self):
        return self.api.balance(self.doer), self.api.balance(self.other)


# (operation, request, status when it is done, what it moves for doer and other, stops when the
# doer is frozen). The other's status never stops anything: money that comes in is owed to it.
OPERATIONS = [
    ("deposit", lambda p: p.api.deposit(p.doer, 5), 201, (5, 0), False),
    ("withdrawal", lambda p: p.api.withdraw(p.doer, 5), 201, (-5, 0), True),
    ("transfer out, and in", lambda p: p.api.transfer(p.doer, p.other, 5), 201, (-5, 5), True),
    ("send", lambda p: p.api.send_packet(p.doer, total_fen=20, count=2), 201, (-20, 0), True),
    ("send to a recipient", lambda p: p.api.send_packet(p.doer, total_fen=20, count=1,
                                                        recipients=[p.other]), 201, (-20, 0), True),
    ("grab", lambda p: p.api.grab(p.offered, p.doer), 200, (0, 0), True),
    ("open", lambda p: p.api.open(p.offered, p.doer), 200, (10, 0), True),
    ("grab after the open", lambda p: p.api.grab(p.opened, p.doer), 200, (0, 0), False),
    ("open again", lambda p: p.api.open(p.opened, p.doer), 200, (0, 0), False),
    ("freeze", lambda p: p.api.set_status(p.doer, "frozen"), 200, (0, 0), False),
    ("thaw", lambda p: p.api.set_status(p.doer, "active"), 200, (0, 0), False),
    ("rename", lambda p: p.api.change_profile(p.doer, username="Other"), 200, (0, 0), False),
    ("the same account again", lambda p: p.api.create_account(p.doer), 200, (0, 0), False),
    ("read account", lambda p: p.api.account(p.doer), 200, (0, 0), False),
    ("read statement", lambda p: p.api.get(f"/v1/accounts/{p.doer}/entries"), 200, (0, 0), False),
    ("read sent", lambda p: p.api.get(f"/v1/accounts/{p.doer}/packets/sent"), 200, (0, 0), False),
    ("read received", lambda p: p.api.get(f"/v1/accounts/{p.doer}/packets/received"), 200, (0, 0),
     False),
    ("read packet", lambda p: p.api.get(f"/v1/packets/{p.expiring}"), 200, (0, 0), False),
    ("read claims", lambda p: p.api.get(f"/v1/packets/{p.opened}/claims"), 200, (0, 0), False),
    ("read timeline", lambda p: p.api.get(f"/v1/packets/{p.opened}/timeline"), 200, (0, 0), False),
]


class AccountStatus(ServerCase):
    server_flags = (manual_clock(),)

    def pair(self, sides):
        pair = Pair(self.api)
        pair.freeze(sides)
        self.assertEqual((100, 100), pair.balances())
        return pair

    def test_every_operation_for_either_status_on_either_side_is_as_the_table_says(self):
        for name, act, status, moved, stops in OPERATIONS:
            for whose, sides in FROZEN_SIDES.items():
                with self.subTest(operation=name, frozen=whose):
                    pair = self.pair(sides)
                    answer = act(pair)
                    if stops and "doer" in sides:
                        self.assert_problem(answer, 403, "account_frozen")
                        self.assertEqual((100, 100), pair.balances())
                    else:
                        self.assert_ok(answer, status)
                        self.assertEqual((100 + moved[0], 100 + moved[1]), pair.balances())

    def test_a_preview_tells_a_frozen_sender_and_nobody_else(self):
        for whose, sides in FROZEN_SIDES.items():
            with self.subTest(frozen=whose):
                pair = self.pair(sides)
                shown = self.assert_ok(self.api.preview(pair.doer, total_fen=20, count=2))
                refusal = shown["checks"]["refusal"]
                self.assertEqual("account_frozen" if "doer" in sides else None,
                                 refusal and refusal["code"])

    def test_a_repeat_is_told_to_whom_was_frozen_after_the_open_with_the_amount(self):
        pair = self.pair(("doer",))
        repeat = self.assert_ok(self.api.open(pair.opened, pair.doer))
        self.assertEqual((10, True), (repeat["amount_fen"], repeat["repeat"]))

    def test_refunds_reach_frozen_and_active_senders_alike(self):
        pairs = [self.pair(sides) for sides in FROZEN_SIDES.values()]
        self.api.advance(LIFE_MS)
        for pair in pairs:
            for packet in (pair.offered, pair.opened, pair.expiring):
                self.wait_until_refunded(packet)
            self.assertEqual((120, 130), pair.balances())

    def test_the_first_answer_is_given_again_to_an_account_that_was_frozen_since(self):
        user, key = self.api.fresh_user("cold", 50), fresh_name("key")
        first = self.assert_ok(self.api.withdraw(user, 5, key), 201)
        self.assert_ok(self.api.set_status(user, "frozen"))
        self.assertEqual(first, self.assert_ok(self.api.withdraw(user, 5, key), 201))
        self.assert_problem(self.api.withdraw(user, 5), 403, "account_frozen")
        self.assert_balance(user, 45)

    def test_when_and_why_the_status_was_last_changed_can_be_read(self):
        user = self.api.fresh_user()
        shown = ("status", "status_reason", "status_changed_at")

        def seen():
            account = self.assert_ok(self.api.account(user))
            return tuple(account[name] for name in shown)

        def change(status, reason):
            at_ms = self.api.now_ms()
            account = self.assert_ok(self.api.set_status(user, status, reason))
            self.assertEqual(seen(), tuple(account[name] for name in shown))
            return at_ms

        self.assertEqual(("active", None, None), seen())
        self.assert_ok(self.api.set_status(user, "active", "it is active already"))
        self.assertEqual(("active", None, None), seen())
        frozen_at = instant_text(change("frozen", "phone lost 手机"))
        self.assertEqual(("frozen", "phone lost 手机", frozen_at), seen())
        self.api.advance(5)
        self.assert_ok(self.api.set_status(user, "frozen", "again, for another reason"))
        self.assert_ok(self.api.deposit(user, 5), 201)
        self.assertEqual(("frozen", "phone lost 手机", frozen_at), seen())
        thawed_at = instant_text(change("active", ""))
        self.assertNotEqual(frozen_at, thawed_at)
        self.assertEqual(("active", None, thawed_at), seen())

    def test_only_active_and_frozen_are_words_for_a_status(self):
        user = self.api.fresh_user()
        for word in ("closed", "Frozen", "", None):
            self.assert_problem(self.api.set_status(user, word), 400, "invalid_request")
        self.assertEqual("active", self.assert_ok(self.api.account(user))["status"])


if __name__ == "__main__":
    unittest.main()
