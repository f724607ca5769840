"""Campaigns over HTTP: what may be funded, what is refused, what a look at one shows."""

import json
import unittest

from api import DAY_MS, fresh_name, instant_ms, instant_text, round_of
from cases import ServerCase, settled_audit
from flags import manual_clock, share_fen_max

MINUTE_MS = 60_000
SHARE_FEN_MAX = 5_000
LIFE_MS_MAX = 366 * DAY_MS
CAMPAIGN_FIELDS = {"id", "merchant", "name", "picture", "text", "status", "budget_fen",
                   "spent_fen", "remaining_fen", "win_count", "shake_count", "wins_per_user", "rounds", "next_starts_at", "now",
                   "created_at", "ends_at", "closed_at", "refund_fen"}


class CampaignCase(ServerCase):
    server_flags = (manual_clock(), share_fen_max(SHARE_FEN_MAX))

    def two_rounds(self, **fields):
        """From one to two, and from four to five minutes from now."""
        now_ms = self.api.now_ms()
        return [round_of(now_ms + start * MINUTE_MS, now_ms + (start + 1) * MINUTE_MS, **fields)
                for start in (1, 4)]

    def shop(self, balance_fen=1_000):
        return self.api.fresh_user("shop", balance_fen, type="merchant")


class Funding(CampaignCase):
    def test_a_funded_campaign_is_answered_whole_and_reads_the_same(self):
        shop, rounds = self.shop(), self.two_rounds(largest_fen=88, win_permille=300)
        made = self.assert_ok(self.api.fund_campaign(shop, rounds, 700, name="春雨", picture="/rain.png",
                                                     text="中午摇一摇", wins_per_user=3), 201)
        self.assertEqual(CAMPAIGN_FIELDS, set(made))
        now = instant_text(self.api.now_ms())
        self.assertEqual({
            "id": made["id"], "merchant": shop, "name": "春雨", "picture": "/rain.png",
            "text": "中午摇一摇", "status": "upcoming",
            "budget_fen": 700, "spent_fen": 0, "remaining_fen": 700, "win_count": 0,
            "shake_count": 0, "wins_per_user": 3,
            "rounds": [{"round": number, "status": "upcoming", **item}
                       for number, item in enumerate(rounds, 1)],
            "next_starts_at": rounds[0]["starts_at"], "now": now, "created_at": now,
            "ends_at": rounds[1]["ends_at"], "closed_at": None, "refund_fen": None}, made)
        self.assertRegex(made["id"], r"\A[1-9][0-9]{0,19}\Z")
        self.assertEqual(made, self.api.campaign(made["id"]))

    def test_a_campaign_without_picture_and_text_shows_none_and_500_characters_are_taken(self):
        shop, rounds = self.shop(), self.two_rounds()
        for given, shown in (({}, (None, "")), ({"picture": "", "text": None}, (None, "")),
                             ({"picture": "https://x.example/p.png", "text": "文" * 500},
                              ("https://x.example/p.png", "文" * 500))):
            key = fresh_name("fund")
            made = self.api.fund_campaign(shop, rounds, 100, key, **given)
            self.assertEqual(shown, (self.assert_ok(made, 201)["picture"], made.json["text"]))
            self.assertEqual(made.json, self.api.campaign(made.json["id"]))
            again = self.api.fund_campaign(shop, rounds, 100, key, **given)
            self.assertEqual((made.json, True), (again.json, again.replayed))

    def test_the_whole_budget_leaves_the_merchants_balance_as_one_statement_line(self):
        shop, before = self.shop(), settled_audit(self.api)
        campaign = self.api.fresh_campaign(self.two_rounds(), 700, shop, name="spring")
        self.assert_balance(shop, 300)
        after = self.api.audit()
        self.assertEqual(700, after["escrow_fen"] - before["escrow_fen"])
        line = self.api.entries(shop)[0]
        self.assertEqual({
            "line_no": 2, "trade_no": str(after["journal_sequence"]), "type": "campaign_fund",
            "direction": "debit", "amount_fen": 700, "balance_after_fen": 300,
            "counterparty": f"campaign:{campaign}", "memo": "spring", "packet_id": None,
            "campaign_id": campaign, "sale_id": None, "order_id": None,
            "at": instant_text(self.api.now_ms())}, line)

    def test_a_statement_can_be_asked_for_the_lines_of_campaigns_alone(self):
        shop, bob = self.shop(), self.api.fresh_user("bob", 5)
        now_ms = self.api.now_ms()
        campaign = self.api.fresh_campaign([round_of(now_ms, now_ms + MINUTE_MS)], 700, shop)
        self.assert_ok(self.api.shake(campaign, bob))
        for user, kind in ((shop, "campaign_fund"), (bob, "shake_win")):
            with self.subTest(kind):
                page = self.assert_ok(self.api.get(f"/v1/accounts/{user}/entries?type={kind}"))
                self.assertEqual(self.api.entries(user)[:1], page["items"])
                self.assertEqual((kind, campaign), (page["items"][0]["type"],
                                                    page["items"][0]["campaign_id"]))

    def test_the_same_request_again_gives_the_first_answer_also_later_and_after_kill_9(self):
        shop, rounds, key = self.shop(), self.two_rounds(), fresh_name("key")
        first = self.assert_ok(self.api.fund_campaign(shop, rounds, 700, key), 201)
        bob = self.api.fresh_user("bob")
        for again in (lambda: None, lambda: self.api.advance_to(instant_ms(rounds[0]["starts_at"])),
                      lambda: self.assert_ok(self.api.shake(first["id"], bob)),
                      self.crash_and_restart, self.restart):
            again()
            answer = self.api.fund_campaign(shop, rounds, 700, key)
            self.assertEqual(first, self.assert_ok(answer, 201))
            self.assertTrue(answer.replayed)
            self.assert_balance(shop, 300)
        self.assertEqual(["campaign_fund", "deposit"],
                         [line["type"] for line in self.api.entries(shop)])

    def test_the_same_key_with_another_body_is_refused(self):
        shop, rounds, key = self.shop(), self.two_rounds(), fresh_name("key")
        self.assert_ok(self.api.fund_campaign(shop, rounds, 100, key), 201)
        others = [dict(budget_fen=101), dict(name="rain2"), dict(wins_per_user=2),
                  dict(rounds=rounds[:1]), dict(rounds=[rounds[0], {**rounds[1],
                                                                    "win_permille": 1}])]
        for changed in others:
            with self.subTest(changed):
                fields = {"rounds": rounds, "budget_fen": 100, **changed}
                self.assert_problem(self.api.fund_campaign(shop, key=key, **fields), 422,
                                    "idempotency_key_reused")
        self.assert_balance(shop, 900)

    def test_who_may_not_fund_is_told_why_and_nothing_changes(self):
        rounds = self.two_rounds()
        shop, cold, person = self.shop(), self.shop(), self.api.fresh_user("ann", 1_000)
        self.assert_ok(self.api.set_status(cold, "frozen"))
        before = settled_audit(self.api)
        wide = [rounds[0], {**rounds[1], "share_fen_max": SHARE_FEN_MAX + 1}]
        for status, code, merchant, terms, budget_fen in (
                (403, "not_a_merchant", person, rounds, 100),
                (403, "account_frozen", cold, rounds, 100),
                (404, "account_not_found", fresh_name("ghost"), rounds, 100),
                (409, "insufficient_funds", shop, rounds, 1_001),
                (422, "share_too_large", shop, wide, 100),
                # Where several reasons hold: the first that a client can do something about.
                (403, "account_frozen", cold, rounds[::-1], 5_000),
                (403, "not_a_merchant", person, rounds[::-1], 5_000),
                (422, "invalid_rounds", shop, wide[::-1], 5_000),
                (422, "share_too_large", shop, wide, 5_000)):
            with self.subTest((code, merchant)):
                answer = self.api.fund_campaign(merchant, terms, budget_fen)
                self.assert_problem(answer, status, code)
        answer = self.api.post("/v1/campaigns", {"merchant": shop, "name": "rain",
                                                 "budget_fen": 100, "rounds": rounds,
                                                 "wins_per_user": 1})
        self.assert_problem(answer, 400, "idempotency_key_missing")
        self.assertEqual(before, self.api.audit())

    def test_a_budget_of_the_last_fen_and_a_prize_of_the_largest_share_are_legal(self):
        shop = self.shop(SHARE_FEN_MAX)
        rounds = self.two_rounds(prize_fen=SHARE_FEN_MAX)
        self.api.fresh_campaign(rounds, SHARE_FEN_MAX, shop)
        self.assert_balance(shop, 0)

    def test_rounds_that_cannot_be_held_are_refused_and_nothing_changes(self):
        shop, now_ms = self.shop(), self.api.now_ms()
        before = settled_audit(self.api)
        cases = {
            "ends when it starts": [(5, 5)],
            "ends before it starts": [(5, 4)],
            "is over already": [(-10, 0)],
            "one of them is over already": [(-10, 0), (5, 6)],
            "overlap by a millisecond": [(5, 10), (9, 15)],
            "one inside the other": [(5, 50), (10, 20)],
            "the same twice": [(5, 10), (5, 10)],
            "not in order": [(20, 30), (5, 10)],
            "ends a millisecond too late": [(5, LIFE_MS_MAX + 1)],
        }
        rounds_of = {name: [round_of(now_ms + start, now_ms + end) for start, end in spans]
                     for name, spans in cases.items()}
        rounds_of["a smallest prize above the largest"] = [
            round_of(now_ms, now_ms + 5, prize_fen=11, largest_fen=10)]
        rounds_of["a smallest prize above the budget"] = [
            round_of(now_ms, now_ms + 5), round_of(now_ms + 5, now_ms + 9, prize_fen=101)]
        for name, rounds in rounds_of.items():
            with self.subTest(name):
                answer = self.api.fund_campaign(shop, rounds, 100)
                self.assert_problem(answer, 422, "invalid_rounds")
        self.assertEqual(before, self.api.audit())

    def test_rounds_at_the_very_edge_can_be_held(self):
        now_ms = self.api.now_ms()
        for name, spans in {
                "began long ago": [(-DAY_MS, 1)], "begins now": [(0, 1)],
                "ends at the last moment": [(5, LIFE_MS_MAX)],
                "one right after the other": [(5, 10), (10, 15)],
                "a hundred": [(i, i + 1) for i in range(100)]}.items():
            with self.subTest(name):
                rounds = [round_of(now_ms + start, now_ms + end) for start, end in spans]
                self.api.fresh_campaign(rounds, 100)
        self.api.fresh_campaign([round_of(now_ms, now_ms + 1, prize_fen=100, largest_fen=5_000)],
                                100)


class BadInput(CampaignCase):
    """Bad values of each field: refused with 400, and nothing changed."""

    AMOUNTS = ["0", "-1", "1.0", "1e3", '"1"', "null", "true", "[1]", "{}", str(10**13 + 1),
               str(2**63), str(2**64)]
    COUNTS = ["0", "-1", "1.0", '"1"', "null", "true", "[]", str(10**6 + 1), str(2**32 + 1)]
    INSTANTS = ["0", "null", "true", '""', '"tomorrow"', '"2027-01-01"',
                '"2027-02-30T00:00:00.000Z"', '"2027-01-01T25:00:00.000Z"',
                '"2027-01-01T00:00:00.000+08:00"',
                '"2027-01-01 00:00:00.000Z"', '"2027-01-01T00:00:00.000"', "1795240394123"]

    def setUp(self):
        self.shop = self.api.fresh_user("shop", 1_000, type="merchant")
        self.bob = self.api.fresh_user("bob")
        now_ms = self.api.now_ms()
        self.round = round_of(now_ms, now_ms + MINUTE_MS)
        self.body = {"merchant": self.shop, "name": "rain", "budget_fen": 100, "wins_per_user": 1,
                     "rounds": [self.round]}
        self.campaign = self.api.fresh_campaign([self.round], 100)
        self.before = self.api.audit()
        self.addCleanup(self.assert_nothing_changed)

    def assert_nothing_changed(self):
        self.assertEqual(self.before, self.api.audit(), "a refused request changed something")

    def refuse(self, target, text, *words, key=None):
        with self.subTest(text[:200]):
            answer = self.api.post(target, text, key)
            self.assert_problem(answer, 400, "invalid_request")
            for word in words:
                self.assertIn(word, answer.json["detail"])

    def refuse_funding(self, text, *words):
        self.refuse("/v1/campaigns", text, *words, key=fresh_name("bad"))

    def test_bad_fields_of_a_campaign(self):
        for field, texts in {
                "merchant": ['""', '"a b"', "5", "null"],
                "picture": [json.dumps("ftp://x"), json.dumps("/" + "p" * 512), "5"],
                "text": [json.dumps("t" * 501), json.dumps("a\nb"), json.dumps("a\u202eb"), "5"],
                "name": ['""', json.dumps("n" * 65), '"a\\u0000b"', '"a\\nb"', "5", "null"],
                "budget_fen": self.AMOUNTS, "wins_per_user": self.COUNTS,
                "rounds": ["[]", "{}", "null", "5", '"x"', "[5]", "[null]", "[[]]",
                           json.dumps([self.round] * 101)]}.items():
            for text in texts:
                self.refuse_funding(with_raw(self.body, field, text), field)

    def test_bad_fields_of_a_round(self):
        for field, texts in {
                "starts_at": self.INSTANTS, "ends_at": self.INSTANTS,
                "win_permille": [*self.COUNTS, "1001"], "share_fen_min": self.AMOUNTS,
                "share_fen_max": self.AMOUNTS, "wins_per_user": self.COUNTS}.items():
            for text in texts:
                item = with_raw(self.round, field, text)
                self.refuse_funding(with_raw(self.body, "rounds", f"[{item}]"), field)

    def test_missing_unknown_and_doubled_fields(self):
        good = json.dumps(self.body)
        for field in self.body:
            self.refuse_funding(json.dumps(without(self.body, field)), field)
            doubled = good[:-1] + f',"{field}":{json.dumps(self.body[field])}}}'
            with self.subTest(doubled):
                self.assert_problem(self.api.post("/v1/campaigns", doubled, fresh_name("bad")), 400)
        for field in self.round:
            self.refuse_funding(json.dumps({**self.body, "rounds": [without(self.round, field)]}),
                                field)
        self.refuse_funding(json.dumps({**self.body, "surprise": 1}), "surprise")
        self.refuse_funding(json.dumps({**self.body, "rounds": [{**self.round, "surprise": 1}]}),
                            "surprise")

    def test_bad_shakes(self):
        target, body = f"/v1/campaigns/{self.campaign}/shake", {"user_id": self.bob,
                                                                "shake_key": "r"}
        for field, texts in {
                "user_id": ['""', '"a b"', json.dumps("u" * 65), "5", "null"],
                "shake_key": ['""', '"a b"', json.dumps("r" * 65), '"\\u00e9"', '"a\\u0000"',
                               "5", "null", "true", "[]", "{}"]}.items():
            for text in texts:
                self.refuse(target, with_raw(body, field, text), field)
            self.refuse(target, json.dumps(without(body, field)), field)
        self.refuse(target, json.dumps({**body, "surprise": 1}), "surprise")
        for text in ("", "{", "[]", "null"):
            with self.subTest(text):
                self.assert_problem(self.api.post(target, text), 400)

    def test_what_does_not_exist_is_not_found(self):
        packet_id = "1234567890123456789"
        for name in ("0", "abc", "-1", "01", packet_id, str(2**64), str(2**64 - 1)):
            with self.subTest(name):
                self.assert_problem(self.api.get(f"/v1/campaigns/{name}"), 404,
                                    "campaign_not_found")
                self.assert_problem(self.api.shake(name, self.bob), 404, "campaign_not_found")
        ghost = fresh_name("ghost")
        self.assert_problem(self.api.shake(self.campaign, ghost), 404, "account_not_found")
        self.assert_problem(self.api.shake(packet_id, ghost), 404, "campaign_not_found")


def with_raw(body, field, raw):
    """The body with one field written as the given JSON text."""
    parts = {name: json.dumps(value) for name, value in body.items()}
    parts[field] = raw
    return "{" + ",".join(f"{json.dumps(name)}:{text}" for name, text in parts.items()) + "}"


def without(body, field):
    return {name: value for name, value in body.items() if name != field}


if __name__ == "__main__":
    unittest.main()
