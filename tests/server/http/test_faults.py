"""What is wrong with a request is told all at once: each fault with its place, in a body or in a query."""

import json
import random
import unittest

from api import fresh_name
from cases import ServerCase, places
from flags import manual_clock

SEED = random.SystemRandom().randrange(2**32)
TOLD_MAX = 100


def account(**changes):
    return {"user_id": fresh_name("new"), "username": "n", **changes}


class Faults(ServerCase):
    server_flags = (manual_clock(),)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user = cls.api.fresh_user("ann", 10_000)
        cls.packet = cls.api.fresh_packet(cls.user, total_fen=100, count=10)

    def faults(self, target, body, key="a-key"):
        answer = self.api.post(target, body, key)
        self.assert_problem(answer, 400, "invalid_request")
        self.assertEqual(answer.json["errors"][0]["detail"], answer.json["detail"].split(" errors has ")[0])
        return places(answer)

    def test_every_fault_of_a_body_is_told_with_its_place(self):
        opening = {"packet_id": self.packet, "user_id": self.user}
        packet = {"sender": self.user, "kind": "lucky", "total_fen": 10, "count": 2}
        start = "2026-11-21T05:53:14.123Z"
        one_round = {"starts_at": start, "ends_at": start, "win_permille": 1, "share_fen_min": 1,
                     "share_fen_max": 1, "wins_per_user": 1}
        campaign = {"merchant": self.user, "name": "rain", "budget_fen": 10, "wins_per_user": 1}
        table = [
            ("/v1/accounts", {}, [("missing", "/user_id"), ("missing", "/username")]),
            ("/v1/accounts", {"user_id": 5, "username": "", "type": "system", "a/b~c": 1},
             [("unknown_field", "/a~1b~0c"), ("wrong_type", "/user_id"), ("too_short", "/username"),
              ("not_allowed", "/type")]),
            ("/v1/accounts", [], [("wrong_type", "")]),
            ("/v1/accounts/batch", {"accounts": [account(), {"user_id": "a b"}, 7, account(surprise=1)]},
             [("invalid_format", "/accounts/1/user_id"), ("missing", "/accounts/1/username"),
              ("wrong_type", "/accounts/2"), ("unknown_field", "/accounts/3/surprise")]),
            ("/v1/accounts/batch", {"accounts": []}, [("too_short", "/accounts")]),
            ("/v1/transfers", {"from": "a b", "amount_fen": 0, "memo": "m" * 129},
             [("invalid_format", "/from"), ("missing", "/to"), ("out_of_range", "/amount_fen"),
              ("too_long", "/memo")]),
            ("/v1/packets", {**packet, "count": 1.0, "split": {"when": "never", "how": 1},
                             "recipients": ["a", "b", 5, "c d"]},
             [("wrong_type", "/count"), ("wrong_type", "/recipients/2"), ("invalid_format", "/recipients/3"),
              ("unknown_field", "/split/how"), ("not_allowed", "/split/when")]),
            ("/v1/packets", {**packet, "total_fen": None, "recipients": ["a", "b", "a"]},
             [("duplicate", "/recipients/2"), ("missing", "/total_fen")]),
            ("/v1/packets/preview", {"count": "2", "kind": "unlucky"},
             [("missing", "/sender"), ("not_allowed", "/kind"), ("wrong_type", "/count"),
              ("missing", "/total_fen")]),
            ("/v1/opens", {"opens": [opening, {}, {**opening, "passphrase": ""}], "x": 1},
             [("unknown_field", "/x"), ("missing", "/opens/1/packet_id"), ("missing", "/opens/1/user_id"),
              ("too_short", "/opens/2/passphrase")]),
            ("/v1/campaigns", {**campaign, "rounds": [
                {**one_round, "share_fen_min": 0, "share_fen_max": "1"}, {**one_round, "starts_at": "now"}]},
             [("out_of_range", "/rounds/0/share_fen_min"), ("wrong_type", "/rounds/0/share_fen_max"),
              ("invalid_format", "/rounds/1/starts_at")]),
            (f"/v1/packets/{self.packet}/open", {"user": self.user},
             [("unknown_field", "/user"), ("missing", "/user_id")]),
            ("/v1/orders/1/cancellation", {"why": 1}, [("unknown_field", "/why")]),
            ("/v1/clock/advance", {"advance_ms": -1}, [("out_of_range", "/advance_ms")])]
        before = self.api.audit()
        for target, body, told in table:
            with self.subTest((target, body)):
                self.assertEqual(told, self.faults(target, body))
        self.assertEqual(before, self.api.audit())
        self.api.fresh_packet(self.user, total_fen=10, count=1)  # the key is free still

    def test_every_faulty_parameter_is_told(self):
        entries = f"/v1/accounts/{self.user}/entries"
        table = {"limit=0&order=up&from=now": [("out_of_range", "limit"), ("not_allowed", "order"),
                                               ("invalid_format", "from")],
                 "limit=x": [("invalid_format", "limit")],
                 "a%2Fb=1&limit=1&limit=2&c": [("unknown_parameter", "a/b"), ("duplicate", "limit"),
                                              ("unknown_parameter", "c")],
                 "from=2026-11-22T00:00:00Z&to=2026-11-21T00:00:00Z": [("out_of_range", "from")],
                 "limit=201&surprise=1&to=x": [("unknown_parameter", "surprise"), ("out_of_range", "limit"),
                                               ("invalid_format", "to")],
                 "type=none": [("not_allowed", "type")]}
        for query, told in table.items():
            with self.subTest(query):
                answer = self.api.get(f"{entries}?{query}")
                self.assert_problem(answer, 400, "invalid_request")
                self.assertEqual(told, places(answer))

    def test_the_parameter_of_a_stream_is_one_too(self):
        answer = self.api.get(f"/v1/packets/{self.packet}/events?lastEventId=x")
        self.assert_problem(answer, 400, "invalid_request")
        self.assertEqual([("invalid_format", "lastEventId")], places(answer))

    def test_a_refusal_that_is_about_one_field_points_to_it(self):
        taken = {"amount_fen": 5, "reference": fresh_name("wire")}
        deposits = f"/v1/accounts/{self.user}/deposits"
        self.assert_ok(self.api.post(deposits, taken, fresh_name("key")), 201)
        packet = {"sender": self.user, "kind": "lucky", "total_fen": 5_000, "count": 101}
        for target, body, code, told in (
                (deposits, {**taken, "amount_fen": 6}, "reference_reused", ("duplicate", "/reference")),
                ("/v1/transfers", {"from": self.user, "to": self.user, "amount_fen": 1}, "same_account",
                 ("not_allowed", "/to")),
                ("/v1/accounts", account(user_id="outside"), "user_id_reserved", ("not_allowed", "/user_id")),
                ("/v1/packets", packet, "too_many_shares", ("out_of_range", "/count"))):
            with self.subTest(code):
                answer = self.api.post(target, body, fresh_name("key"))
                self.assert_problem(answer, 422, code)
                self.assertEqual([told], places(answer))
                self.assertEqual(answer.json["detail"], answer.json["errors"][0]["detail"])
        refusal = self.assert_ok(self.api.post("/v1/packets/preview", packet))["checks"]["refusal"]
        self.assertEqual("/count", refusal["errors"][0]["pointer"])
        results = self.assert_ok(self.api.post("/v1/accounts/batch", {
            "accounts": [account(), account(user_id="outside")]}))["results"]
        self.assertEqual("/accounts/1/user_id", results[1]["errors"][0]["pointer"])

    def test_a_batch_that_is_all_wrong_has_a_short_answer(self):
        for target, field in (("/v1/opens", "opens"), ("/v1/accounts/batch", "accounts")):
            for items in ([{}] * 1_000, [5] * 1_000,
                          [{f"{number}{chr(1) * 250}": 0 for number in range(2)}] * 1_000):
                with self.subTest((target, str(items[0])[:20])):
                    answer = self.api.post(target, {field: items})
                    self.assert_problem(answer, 400, "invalid_request")
                    self.assertLessEqual(len(answer.json["errors"]), TOLD_MAX)
                    self.assertLess(len(answer.body), 150_000)
                    self.assertIn("errors has this and more", answer.json["detail"])

    def test_exactly_as_many_as_are_told_are_told(self):
        faults = self.faults("/v1/opens", {"opens": [5] * 99})
        self.assertEqual([("wrong_type", f"/opens/{number}") for number in range(99)], faults)
        faults = self.faults("/v1/opens", {"opens": [5] * 1_000})
        self.assertEqual([("wrong_type", f"/opens/{number}") for number in range(TOLD_MAX)], faults)

    def test_whatever_json_comes_the_answer_is_a_problem(self):
        chance = random.Random(SEED)
        names = ["user_id", "username", "packet_id", "opens", "accounts", "sender", "kind", "count", "split",
                 "recipients", "rounds", "", "~", "a/b", "\x00", "\u202e", "n" * 200]

        def value(depth):
            kinds = [None, True, 1, -1, 2**64, 0.5, "", "x", chance.choice(names), "2026-11-21T05:53:14.123Z"]
            if depth and chance.random() < 0.6:
                if chance.random() < 0.4:
                    return [value(depth - 1) for _ in range(chance.randrange(4))]
                return {chance.choice(names): value(depth - 1) for _ in range(chance.randrange(8))}
            return chance.choice(kinds)

        before = self.api.audit()
        for target in ("/v1/accounts", "/v1/accounts/batch", "/v1/opens", "/v1/packets", "/v1/packets/preview",
                       "/v1/campaigns", "/v1/sales", "/v1/transfers", f"/v1/packets/{self.packet}/open"):
            for _ in range(100):
                body = value(4)
                with self.subTest(f"seed {SEED}: {target} {json.dumps(body)[:200]}"):
                    answer = self.api.post(target, json.dumps(body), "a-key-of-nobody")
                    self.assert_problem(answer, (400, 404), "invalid_request", "account_not_found")
                    self.assertEqual(answer.code == "invalid_request", "errors" in answer.json)
        self.assertEqual(before, self.api.audit())


if __name__ == "__main__":
    unittest.main()
