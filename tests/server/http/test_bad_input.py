"""Bad requests on every route that takes a body: each refused in full, and nothing changed."""

import json
import unittest
from urllib.parse import quote

from api import fresh_name, instant_text, round_of
from cases import ServerCase, check_problem_document
from flags import manual_clock

BAD_AMOUNTS = ["0", "-1", str(2**63 - 1), str(2**63), str(2**64), "-9223372036854775809",
               str(10**13 + 1), "1e3", "1.0", "1.5", '"1"', "null", "true", "[1]", "{}"]
WRONG_TEXTS = ["5", "true", "[]", "{}"]
WRONG_INTEGERS = ['"2"', "2.0", "2e0", "true", "[]", "{}", "null"]
BAD_PICTURES = ["x", "a.png", "//example.org/a.png", "/\\example.org", "javascript:alert(1)",
                "data:image/png;base64,AA", "file:///etc/passwd", "https://", "https:///a",
                "https://x/a b", "https://x/\"onload=", "https://x/'", "https://x/<", " https://x",
                "https://x\\y", "/a\nb", "/\u5934.png"]
# Marks that turn the direction of writing, Unicode's noncharacters, and control characters.
BAD_IN_TEXT = ["a\u202egpj.exe", "\u2066a", "a\u2069", "a\u200e", "\u200fa", "a\u061c", "\u202aa",
               "\ufeffa", "a\ufffe", "a\uffff", "a\U0010ffff", "a\u2028b", "a\u0085", "a\x7f"]
# Nothing to be seen.
EMPTY_NAMES = [" ", "\u00a0", "\u3000", "\u200b", "\u200c\u200d", "\u2060", "\u00ad", "\ufe0f",
               "\U000e0041", "\u3164", "\u2800", "\u115f \u200b"]
GOOD_TEXTS = ["\u5b89", "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645", "\U0001f468\u200d\U0001f467",
              "\u2764\ufe0f", "\u05e9\u05dc\u05d5\u05dd", "\u0e2a\u200b\u0e27", "e\u0301"]
BAD_USER_IDS = ["", "x" * 65, "a b", "a/b", "ünï", "a\u0000b", "a#b", "a?b", "a\nb"]


class Route:
    """One route with a good body, and what each of its fields is."""

    def __init__(self, method, target, body, required, key=False, integers=(), users=()):
        self.method, self.target, self.body, self.required = method, target, body, required
        self.key, self.integers, self.users = key, integers, users

    def __str__(self):
        return f"{self.method} {self.target}"

    def with_raw(self, field, raw):
        """The good body with one field written as the given JSON text."""
        parts = {name: json.dumps(value) for name, value in self.body.items()}
        parts[field] = raw
        return "{" + ",".join(f"{json.dumps(name)}:{text}" for name, text in parts.items()) + "}"


class BadInput(ServerCase):
    server_flags = (manual_clock(),)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        api = cls.api
        cls.ann, cls.bob = api.fresh_user("ann", 10**6), api.fresh_user("bob", 10**6)
        packet = cls.packet = api.fresh_packet(total_fen=100, count=5)
        cls.routes = [
            Route("POST", "/v1/accounts", {"user_id": fresh_name("new"), "username": "n",
                                           "avatar_url": "/x.png", "type": "personal"},
                  ["user_id", "username"], users=["user_id"]),
            Route("PATCH", f"/v1/accounts/{cls.ann}", {"username": "n", "avatar_url": "/x.png"}, []),
            Route("PUT", f"/v1/accounts/{cls.ann}/status", {"status": "frozen", "reason": "r"},
                  ["status", "reason"]),
            Route("POST", f"/v1/accounts/{cls.ann}/deposits", {"amount_fen": 5, "reference": "r"},
                  ["amount_fen"], True, ["amount_fen"]),
            Route("POST", f"/v1/accounts/{cls.ann}/withdrawals",
                  {"amount_fen": 5, "reference": "r"}, ["amount_fen"], True, ["amount_fen"]),
            Route("POST", "/v1/transfers",
                  {"from": cls.ann, "to": cls.bob, "amount_fen": 5, "memo": "m"},
                  ["from", "to", "amount_fen"], True, ["amount_fen"], ["from", "to"]),
            Route("POST", "/v1/packets",
                  {"sender": cls.ann, "kind": "lucky", "total_fen": 50, "count": 2,
                   "blessing": "b", "passphrase": "p"},
                  ["sender", "kind", "count"], True, ["total_fen", "count"], ["sender"]),
            Route("POST", "/v1/packets",
                  {"sender": cls.ann, "kind": "equal", "share_fen": 5, "count": 2},
                  ["sender", "kind", "count"], True, ["share_fen", "count"], ["sender"]),
            Route("POST", "/v1/packets/preview",
                  {"sender": cls.ann, "kind": "lucky", "total_fen": 50, "count": 2,
                   "blessing": "b", "passphrase": "p"},
                  ["sender", "kind", "count"], False, ["total_fen", "count"], ["sender"]),
            Route("POST", f"/v1/packets/{packet}/open", {"user_id": cls.bob, "passphrase": "p"},
                  ["user_id"], users=["user_id"]),
            Route("POST", f"/v1/packets/{packet}/grab", {"user_id": cls.bob, "passphrase": "p"},
                  ["user_id"], users=["user_id"]),
            Route("POST", "/v1/accounts/batch",
                  {"accounts": [{"user_id": fresh_name("new"), "username": "n"}]}, ["accounts"]),
            Route("POST", "/v1/opens", {"opens": [{"packet_id": packet, "user_id": cls.bob}]},
                  ["opens"]),
            Route("POST", "/v1/clock/advance", {"advance_ms": 0}, ["advance_ms"]),
        ]

    def setUp(self):
        self.before = self.api.audit()
        self.addCleanup(self.assert_nothing_changed)

    def assert_nothing_changed(self):
        self.assertEqual(self.before, self.api.audit(), "a refused request changed something")

    def refuse(self, route, body, *codes, status=400):
        """Sends one bad body to a route and checks the refusal against the contract."""
        answer = self.api.request(route.method, route.target, body,
                                  fresh_name("bad") if route.key else None)
        self.assert_problem(answer, status, *codes)
        return answer

    def test_bodies_that_are_no_json_are_refused(self):
        for route in self.routes:
            with self.subTest(str(route)):
                good = json.dumps(route.body).encode()
                for body in (b"", b" ", b"{", good[:-1], good + b"x", good + good, good + b",",
                             b"{'a':1}", good[:-1] + b",}", b"\xff\xfe" + good, b"nul", b"NaN",
                             good.replace(b'": "', b'": "\xff', 1) if b'": "' in good else b"\xff",
                             good[:-1] + b',"x":"\xed\xa0\x80"}', good[:-1] + b',"x":"\x01"}',
                             b"// note\n" + good, good + b"\0", good + b"\0 anything",
                             good + b"\0" + good, b"\0" + good, good[:-1] + b"\0}",
                             b"\xef\xbb\xbf" + good, good + b"\xef\xbb\xbf",
                             good + b"\x0b", good + b"\xc2\xa0",
                             good[:-1] + b',"x":"\\ud800"}', good[:-1] + b',"\\udc00":1}'):
                    with self.subTest(body[:80]):
                        self.refuse(route, body, "invalid_json")

    def test_a_replay_with_something_behind_its_body_is_no_replay(self):
        for route in self.routes:
            if not route.key:
                continue
            key, good = fresh_name("replay"), json.dumps(route.body).encode()
            for body in (good + b"\0", good + b"\0 anything", b"\xef\xbb\xbf" + good, good + b"x"):
                with self.subTest((str(route), body)):
                    answer = self.api.request(route.method, route.target, body, key)
                    self.assert_problem(answer, 400, "invalid_json")
        user = self.api.fresh_user("twice")
        target, good = f"/v1/accounts/{user}/deposits", b'{"amount_fen":78}'
        first = self.assert_ok(self.api.post(target, good, "again"), 201)
        for body in (good + b"\0", good + b"\0 anything", b"\xef\xbb\xbf" + good):
            with self.subTest(body):
                self.assert_problem(self.api.post(target, body, "again"), 400, "invalid_json")
        self.assertEqual(first, self.assert_ok(self.api.post(target, good + b" \r\n", "again"), 201))
        self.assert_balance(user, 78)
        self.before = self.api.audit()

    def test_a_nul_written_as_an_escape_is_a_control_character(self):
        for route in self.routes:
            with self.subTest(str(route)):
                for field, value in route.body.items():
                    if isinstance(value, str) and field not in ("packet_id",):
                        with self.subTest(field):
                            self.refuse(route, {**route.body, field: value + "\0"},
                                        "invalid_request")
                    renamed = {name + "\0" if name == field else name: said
                               for name, said in route.body.items()}
                    self.refuse(route, renamed, "invalid_request")

    def test_more_values_or_fields_than_any_request_has_are_refused_while_reading(self):
        for route in self.routes:
            good = json.dumps(route.body)[:-1]
            for what, body in (
                    ("fields", good + "".join(f',"k{number}":0' for number in range(64)) + "}"),
                    ("values", good + ',"x":[' + "0," * 20_000 + "0]}"),
                    ("values", good + ',"x":[' + "0," * 20_000 + "no JSON"),
                    ("name", good + f',"{"k" * 5_000}":0}}')):
                with self.subTest((str(route), what)):
                    answer = self.refuse(route, body, "invalid_request")
                    self.assertIn(what, answer.json["detail"])
                    self.assertLess(len(answer.json["detail"]), 300)

    def test_json_that_is_no_object_is_refused(self):
        for route in self.routes:
            with self.subTest(str(route)):
                for body in ("null", "[]", "5", '"text"', "true", f"[{json.dumps(route.body)}]"):
                    with self.subTest(body[:80]):
                        self.refuse(route, body, "invalid_request", "invalid_json")

    def test_unknown_fields_are_refused_and_named(self):
        for route in self.routes:
            with self.subTest(str(route)):
                answer = self.refuse(route, {**route.body, "surprise": 1}, "invalid_request")
                self.assertIn("surprise", answer.json["detail"])

    def test_missing_fields_are_refused_and_named(self):
        for route in self.routes:
            with self.subTest(str(route)):
                self.refuse(route, {}, "invalid_request")
                for field in route.required:
                    body = {name: value for name, value in route.body.items() if name != field}
                    with self.subTest(field):
                        answer = self.refuse(route, body, "invalid_request")
                        self.assertIn(field, answer.json["detail"])

    def test_fields_of_the_wrong_type_are_refused_and_named(self):
        for route in self.routes:
            with self.subTest(str(route)):
                for field, value in route.body.items():
                    wrong = WRONG_TEXTS if isinstance(value, str) else (
                        WRONG_INTEGERS if isinstance(value, int) else ['"x"', "5", "{}", "null"])
                    if isinstance(value, str) and field in route.required:
                        wrong = wrong + ["null"]
                    for raw in wrong:
                        with self.subTest((field, raw)):
                            body = route.with_raw(field, raw)
                            answer = self.refuse(route, body, "invalid_request")
                            self.assertIn(field, answer.json["detail"])

    def test_duplicate_keys_are_refused(self):
        for route in self.routes:
            with self.subTest(str(route)):
                field, value = next(iter(route.body.items()))
                again = (json.dumps(route.body)[:-1] +
                         f", {json.dumps(field)}: {json.dumps(value)}}}")
                self.refuse(route, again, "invalid_json", "invalid_request")

    def test_nesting_deeper_than_16_is_refused(self):
        for route in self.routes:
            with self.subTest(str(route)):
                for depth in (17, 1000, 100_000):
                    deep = json.dumps(route.body)[:-1] + ', "x": ' + "[" * depth + "]" * depth + "}"
                    with self.subTest(depth):
                        self.refuse(route, deep, "invalid_json", "invalid_request")
                self.refuse(route, "[" * 100_000, "invalid_json", "invalid_request")

    def test_amounts_that_are_no_whole_fen_in_range_are_refused(self):
        for route in self.routes:
            with self.subTest(str(route)):
                for field in route.integers:
                    for raw in BAD_AMOUNTS:
                        with self.subTest((field, raw)):
                            codes = ("invalid_request",) if field != "count" else (
                                "invalid_request", "too_many_shares", "invalid_split")
                            status = 400 if field != "count" else (400, 422)
                            self.refuse(route, route.with_raw(field, raw), *codes, status=status)

    def test_bad_user_ids_in_bodies_are_refused(self):
        for route in self.routes:
            with self.subTest(str(route)):
                for field in route.users:
                    for user in BAD_USER_IDS:
                        with self.subTest((field, user)):
                            self.refuse(route, {**route.body, field: user}, "invalid_request")

    def test_texts_beyond_their_bounds_are_refused(self):
        long_texts = {"username": ["", "n" * 65, "安" * 65, "a\tb", "a\u0000b"],
                      "avatar_url": ["u" * 513], "type": ["system", "", "Personal"],
                      "reason": ["r" * 129], "reference": ["r" * 129], "memo": ["m" * 129],
                      "blessing": ["b" * 129, "福" * 129], "kind": ["", "unlucky"],
                      "status": ["", "closed"]}
        for route in self.routes:
            with self.subTest(str(route)):
                for field in route.body:
                    for text in long_texts.get(field, []):
                        with self.subTest((field, text[:10])):
                            self.refuse(route, {**route.body, field: text}, "invalid_request")

    def routes_of_texts(self):
        """(route, its field of text that others see, whether it is a name)."""
        names = {"username", "name", "title"}
        for route in [*self.routes, *self.shop_routes()]:
            for field in route.body:
                if field in names | {"blessing", "memo", "reference", "reason"}:
                    yield route, field, field in names

    def shop_routes(self):
        now_ms = self.api.now_ms()
        begins, ends = instant_text(now_ms), instant_text(now_ms + 60_000)
        shop = self.api.fresh_user("shop", 1_000, type="merchant")
        self.before = self.api.audit()
        rounds = [round_of(now_ms, now_ms + 60_000)]
        return [Route("POST", "/v1/campaigns", {"merchant": shop, "name": "rain", "budget_fen": 10,
                                                "wins_per_user": 1, "rounds": rounds}, [], True),
                Route("POST", "/v1/sales", {"merchant": shop, "title": "gala", "price_fen": 1,
                                            "stock": 1, "starts_at": begins, "ends_at": ends}, [],
                      True)]

    def test_texts_that_look_like_something_else_or_like_nothing_are_refused_and_named(self):
        for route, field, is_name in self.routes_of_texts():
            for text in BAD_IN_TEXT + (EMPTY_NAMES if is_name else []):
                with self.subTest((str(route), field, ascii(text))):
                    answer = self.refuse(route, {**route.body, field: text}, "invalid_request")
                    self.assertIn(field, answer.json["detail"])

    def test_texts_of_every_script_are_taken(self):
        for text in GOOD_TEXTS:
            preview = self.api.preview(self.ann, total_fen=5, count=1, blessing=text)
            self.assertEqual(text, self.assert_ok(preview)["blessing"], ascii(text))

    def test_pictures_that_are_no_web_address_are_refused(self):
        for route in [route for route in self.routes if "avatar_url" in route.body]:
            for text in BAD_PICTURES:
                with self.subTest((str(route), text)):
                    answer = self.refuse(route, {**route.body, "avatar_url": text},
                                         "invalid_request")
                    self.assertIn("avatar_url", answer.json["detail"])

    def test_what_a_client_wrote_is_shown_back_in_part_and_so_that_it_can_be_seen(self):
        long_name = "n" * 5_000  # no long name in a longer body is read at all
        shown = {long_name: "n" * 64 + "\u2026", "\u202etxt\u200b": "\\u{202E}txt\\u{200B}",
                 "two\nlines": "two\\u{000A}lines", "\u5b89" * 65: "\u5b89" * 64 + "\u2026",
                 "\x1b[2J": "\\u{001B}[2J", "": '""'}
        opens = {"packet_id": self.packet, "user_id": self.bob}
        account = {"user_id": fresh_name("new"), "username": "n"}
        for name, told in shown.items():
            bodies = [("/v1/opens", {"opens": [{**opens, name: 1}]}),
                      ("/v1/opens", {"opens": [opens], name: 1}),
                      ("/v1/accounts/batch", {"accounts": [{**account, name: 1}]}),
                      ("/v1/accounts", {**account, name: 1}),
                      ("/v1/packets/preview", {"sender": self.ann, "kind": "lucky", "total_fen": 5,
                                               "count": 1, "split": {name: 1}})]
            twice = json.dumps({**account, name: 1})
            bodies.append(("/v1/accounts", f'{twice[:-1]}, {json.dumps(name)}: 2}}'))
            for target, body in bodies:
                with self.subTest((target, ascii(name[:20]))):
                    answer = self.api.post(target, body)
                    self.assert_problem(answer, 400, "invalid_request")
                    self.assertIn(told, answer.json["detail"])
                    self.assertLess(len(answer.json["detail"]), 64 * 8 + 80)
            for query in (f"{quote(name[:300])}=1", f"limit=1&{quote(name[:300])}",
                          f"{quote(name[:300])}=1&{quote(name[:300])}=1"):
                with self.subTest(query[:20]):
                    if not name and query.startswith("limit") or len(query) > 900:
                        continue  # an empty part of a query is no parameter; a target's length is bounded
                    answer = self.api.get(f"/v1/accounts/{self.ann}/entries?{query}")
                    self.assert_problem(answer, 400, "invalid_request")
                    self.assertIn(told, answer.json["detail"])
                    self.assertLess(len(answer.json["detail"]), 64 * 8 + 80)
        broken = self.api.get(f"/v1/accounts/{self.ann}/entries?%FF%C3(=1")
        self.assert_problem(broken, 400, "invalid_request")
        self.assertIn("\\xFF\\xC3(", broken.json["detail"])

    def test_other_bad_fields_of_a_send_are_refused(self):
        route = next(route for route in self.routes if route.target == "/v1/packets")
        for fields in ({"expires_in_s": 59}, {"expires_in_s": 259_201}, {"expires_in_s": "60"},
                       {"expires_in_s": 60.0}, {"sender_may_open": 1}, {"sender_may_open": "yes"},
                       {"recipients": "bob"}, {"recipients": [1, 2]}, {"recipients": ["a b", "c"]},
                       {"count": 0}, {"count": -1}):
            with self.subTest(fields):
                codes = ("invalid_request", "invalid_split")
                self.refuse(route, {**route.body, **fields}, *codes, status=(400, 422))

    def test_bad_items_of_a_batch_are_refused_whole_or_alone_and_change_nothing(self):
        packet, user = self.packet, self.bob
        accounts = [None, 5, "x", [], {}, {"user_id": "ok-id"}, {"username": "n"},
                    {"user_id": "a b", "username": "n"}, {"user_id": 5, "username": "n"},
                    {"user_id": fresh_name("new"), "username": "n", "surprise": 1}]
        opens = [None, 5, [], {}, {"packet_id": packet}, {"user_id": user},
                 {"packet_id": int(packet), "user_id": user},
                 {"packet_id": packet, "user_id": user, "surprise": 1},
                 {"packet_id": packet, "user_id": "a b"}, {"packet_id": "abc", "user_id": user},
                 {"packet_id": "0" + packet, "user_id": user},
                 {"packet_id": str(2**64), "user_id": user}]
        for target, field, items in (("/v1/accounts/batch", "accounts", accounts),
                                     ("/v1/opens", "opens", opens)):
            for item in items:
                with self.subTest((target, item)):
                    answer = self.api.post(target, {field: [item]})
                    if answer.status == 200:
                        problem = answer.json["results"][0]
                        check_problem_document(self, problem, problem["status"])
                        self.assertIn(problem["code"], ("invalid_request", "packet_not_found"))
                    else:
                        self.assert_problem(answer, 400, "invalid_request")


if __name__ == "__main__":
    unittest.main()
