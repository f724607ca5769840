"""Tokens over HTTP: whom they let do what, until when, and after which rotation, restart or mishap no more."""

import json
import os
import stat
import time
import unittest

import flags
from access import Bearer, bearer
from api import fresh_name, instant_ms
from cases import ServerCase
from events import Events
from forge import Issuer, base64url, claims_of, hs256, unsigned
from server import Server, StartFailed


def token_file(server):
    return server.data / "token-secrets.json"


class TokenCase(ServerCase):
    server_flags = (flags.manual_clock(), *flags.no_daily_limits())

    def token(self, user, **fields):
        return self.assert_ok(self.api.issue_token(user, **fields), 201)["token"]

    def bearing(self, credential):
        api = Bearer(self.server.port, credential)
        self.addCleanup(api.close)
        return api

    def audit_with(self, *headers):
        return self.api.request("GET", "/v1/audit", headers=headers)

    def assert_refused(self, answer, code="credential_invalid", error="invalid_token"):
        self.assert_problem(answer, 401, code)
        challenge = answer.headers["www-authenticate"]
        self.assertTrue(challenge.startswith('Bearer realm="hongbao"'), challenge)
        self.assertEqual(error is not None, f'error="{error}"' in challenge, challenge)

    def rotate(self, overlap_s, key=None):
        return self.api.post("/v1/tokens/secret/rotation",
                             {"overlap_s": overlap_s, "reason": "a test"}, key)


class WhatATokenIsGoodFor(TokenCase):
    def test_it_acts_for_its_user_alone(self):
        alice, bob = self.api.fresh_user("alice", 100), self.api.fresh_user("bob", 100)
        own = self.bearing(self.token(alice))
        self.assertEqual(alice, self.assert_ok(own.get(f"/v1/accounts/{alice}"))["user_id"])
        self.assert_problem(own.get(f"/v1/accounts/{bob}"), 403, "not_yours")
        self.assert_problem(own.get(f"/v1/accounts/{fresh_name('none')}"), 403, "not_yours")
        self.assert_ok(own.post("/v1/transfers", {"to": bob, "amount_fen": 7}, fresh_name("key")), 201)
        self.assert_problem(own.post("/v1/transfers", {"from": bob, "to": alice, "amount_fen": 7},
                                     fresh_name("key")), 403, "not_yours")
        self.assert_balance(bob, 107)
        denied = own.get("/v1/audit")
        self.assert_problem(denied, 403, "not_allowed")
        self.assertIn('error="insufficient_scope"', denied.headers["www-authenticate"])

    def test_who_may_do_nothing_learns_nothing_of_what_a_path_takes(self):
        own = self.bearing(self.token(self.api.fresh_user("alice")))
        for answer in (own.post("/v1/accounts", "not JSON"),
                       own.request("POST", "/v1/accounts", "x", headers=[("X", "y")]),
                       own.get("/v1/audit?surprise=1")):
            self.assert_problem(answer, 403, "not_allowed")
        self.assert_problem(own.get("/v1/nowhere"), 404, "route_not_found")
        self.assert_problem(own.request("PUT", "/v1/audit"), 405, "method_not_allowed")
        wrong = self.bearing("hb_0123456789abcdef_" + "A" * 43)
        self.assert_refused(wrong.post("/v1/accounts", "not JSON"))
        self.assert_refused(wrong.get("/v1/audit?surprise=1"))
        self.assert_problem(wrong.get("/v1/nowhere"), 404, "route_not_found")
        self.assertEqual(204, wrong.request("OPTIONS", "/v1/audit").status)
        for page in ("/livez", "/readyz", "/version", "/openapi.json", "/problems"):
            self.assertEqual(200, wrong.get(page).status, page)

    def test_its_form_and_its_claims(self):
        alice = self.api.fresh_user("alice")
        issued = self.assert_ok(self.api.issue_token(alice, expires_in_s=60), 201)
        self.assertEqual(("Bearer", alice), (issued["token_type"], issued["user_id"]))
        claims = claims_of(issued["token"])
        self.assertEqual(("hongbao", "hongbao", alice),
                         (claims["iss"], claims["aud"], claims["sub"]))
        self.assertEqual(60, claims["exp"] - claims["iat"])
        self.assertNotEqual(issued["token"], self.token(alice, expires_in_s=60))

    def test_for_one_packet_alone(self):
        alice = self.api.fresh_user("alice")
        packets = [self.api.fresh_packet(total_fen=100, count=2) for _ in range(2)]
        issued = self.assert_ok(self.api.issue_token(alice, packet_id=packets[0]), 201)
        self.assertEqual(packets[0], issued["packet_id"])
        own = self.bearing(issued["token"])
        self.assert_ok(own.post(f"/v1/packets/{packets[0]}/open", {}))
        self.assert_problem(own.post(f"/v1/packets/{packets[1]}/open", {}), 403, "not_allowed")
        self.assert_problem(own.get(f"/v1/accounts/{alice}"), 403, "not_allowed")

    def test_who_is_issued_none(self):
        alice = self.api.fresh_user("alice")
        self.assert_problem(self.api.issue_token(fresh_name("none")), 404, "account_not_found")
        for wrong in ({"expires_in_s": 59}, {"expires_in_s": 2_592_001}, {"packet_id": "x"},
                      {"packet_id": "7", "sale_id": "7"}, {"scope": "operator"}):
            self.assert_problem(self.api.issue_token(alice, **wrong), 400, "invalid_request")
        own = self.bearing(self.token(alice))
        self.assert_problem(own.issue_token(alice), 403, "not_allowed")

    def test_headers_that_are_none(self):
        token = self.token(self.api.fresh_user("alice"))
        self.assert_problem(self.audit_with(bearer(token)), 403, "not_allowed")
        for headers in ([("Authorization", "")], [("Authorization", token)],
                        [("Authorization", "Bearer")], [("Authorization", f"Basic {token}")],
                        [("Authorization", "Basic YTpi")], [bearer(token), bearer(token)],
                        [bearer(token + " x")], [bearer("A" * 8_192)], [bearer(token + "A" * 4_096)],
                        [bearer("")], [("Authorization", f"Bearer, {token}")]):
            with self.subTest(headers):
                answer = self.audit_with(*headers)
                self.assert_refused(answer)
                self.assertNotIn(token.encode(), answer.body)


class HowATokenEnds(TokenCase):
    def follow(self, packet, token):
        stream = Events(self.server.port, packet, headers=[bearer(token)])
        self.addCleanup(stream.close)
        return stream.opened()

    def test_one_user_does_not_take_the_streams_of_others(self):
        alice, bob = self.api.fresh_user("alice"), self.api.fresh_user("bob")
        packet = self.api.fresh_packet(total_fen=100, count=5)
        token = self.token(alice)
        streams = [self.follow(packet, token) for _ in range(64)]
        refused = self.bearing(token).get(f"/v1/packets/{packet}/events")
        self.assert_problem(refused, 429, "rate_limited")
        self.follow(packet, self.token(bob))
        streams.pop().close()
        deadline, status = time.monotonic() + 30, 429
        while status != 200 and time.monotonic() < deadline:  # until the server has noticed
            again = Events(self.server.port, packet, headers=[bearer(token)])
            self.addCleanup(again.close)
            status, _ = again.head()
            time.sleep(0.1)
        self.assertEqual(200, status)

    def test_its_time_is_over_to_the_millisecond_and_its_stream_with_it(self):
        alice, packet = self.api.fresh_user("alice"), self.api.fresh_packet(total_fen=100, count=5)
        self.api.advance(1_000 - self.api.now_ms() % 1_000)  # expiry is in whole seconds
        token = self.token(alice, expires_in_s=60)
        own, stream = self.bearing(token), self.follow(packet, token)
        others = self.follow(packet, self.token(alice, expires_in_s=61))
        self.api.advance(59_999)
        self.assert_ok(own.get(f"/v1/accounts/{alice}"))
        self.assert_ok(self.api.open(packet, alice))
        self.assertEqual("claim", stream.next().kind)
        self.api.advance(1)
        self.assert_refused(own.get(f"/v1/accounts/{alice}"), "credential_expired")
        self.assertEqual([], stream.events_to_the_end())
        self.assertEqual("claim", others.next().kind)
        self.assert_ok(self.api.open(packet, self.api.fresh_user("bob")))
        self.assertEqual("claim", others.next().kind)
        self.api.advance(1_000)
        self.assertEqual([], others.events_to_the_end())

    def test_after_a_rotation_it_is_good_for_a_while(self):
        alice, packet = self.api.fresh_user("alice"), self.api.fresh_packet(total_fen=100, count=5)
        before = self.token(alice)
        stream = self.follow(packet, before)
        until = self.assert_ok(self.rotate(120))["formers_until"]
        after = self.token(alice)
        for token in (before, after):
            self.assert_ok(self.bearing(token).get(f"/v1/accounts/{alice}"))
        self.assert_ok(self.rotate(3_000))  # a later one gives the first no more time
        self.restart()
        self.assert_ok(self.bearing(before).get(f"/v1/accounts/{alice}"))
        self.api.advance_to(instant_ms(until))
        self.assert_refused(self.bearing(before).get(f"/v1/accounts/{alice}"))
        self.assert_ok(self.bearing(after).get(f"/v1/accounts/{alice}"))
        self.assertEqual([], stream.events_to_the_end())

    def test_after_a_rotation_without_overlap_it_ends_at_once(self):
        alice, packet = self.api.fresh_user("alice"), self.api.fresh_packet(total_fen=100, count=5)
        before = self.token(alice)
        own, stream = self.bearing(before), self.follow(packet, before)
        self.assert_ok(own.get(f"/v1/accounts/{alice}"))
        key = fresh_name("key")
        done = self.assert_ok(self.rotate(0, key))
        self.assert_refused(own.get(f"/v1/accounts/{alice}"))
        self.assertEqual([], stream.events_to_the_end())
        kept = self.token(alice)
        after = self.bearing(kept)
        again = self.rotate(0, key)
        self.assertEqual((200, done, True), (again.status, again.json, again.replayed))
        self.assert_ok(after.get(f"/v1/accounts/{alice}"))  # which a second rotation would refuse
        self.crash_and_restart()
        again = self.rotate(0, key)
        self.assertEqual((done, True), (again.json, again.replayed))
        self.assert_ok(self.bearing(kept).get(f"/v1/accounts/{alice}"))
        self.assert_refused(self.bearing(before).get(f"/v1/accounts/{alice}"))

    def test_no_more_secrets_are_valid_than_a_start_reads(self):
        alice = self.api.fresh_user("alice")
        for _ in range(17):
            self.assert_ok(self.rotate(86_400))
        token = self.token(alice)
        self.server.kill()
        held = json.loads((path := token_file(self.server)).read_text())
        while len(held["secrets"]) < 1_000:
            held["secrets"].append({"kid": f"{len(held['secrets']):016x}", "secret": base64url(b"f" * 32),
                                    "valid_until": "2094-01-01T00:00:00.000Z"})
        path.write_text(json.dumps(held))
        self.api.close()
        self.server.start()
        type(self).api = self.api.__class__(self.server.port)
        refused = self.rotate(86_400)
        self.assert_problem(refused, 400, "invalid_request")
        self.assertEqual("/overlap_s", refused.json["errors"][0]["pointer"])
        self.assert_ok(self.bearing(token).get(f"/v1/accounts/{alice}"))
        self.assert_ok(self.rotate(0))
        self.crash_and_restart()
        self.assert_ok(self.rotate(86_400))

    def test_a_rotation_that_was_under_way_is_completed_by_the_next_start(self):
        alice = self.api.fresh_user("alice")
        before = self.token(alice)
        self.server.kill()
        path = token_file(self.server)
        held = json.loads(path.read_text())
        secret = {"kid": "f" * 16, "secret": base64url(b"n" * 32)}
        held["prepared"] = {**secret, "formers_until": "2094-01-01T00:00:00.000Z"}
        path.write_text(json.dumps(held))
        self.api.close()
        self.server.start()
        type(self).api = self.api.__class__(self.server.port)
        held = json.loads(path.read_text())
        self.assertEqual(secret, held["secrets"][0])
        self.assertNotIn("prepared", held)
        self.assertEqual(0o600, stat.S_IMODE(path.stat().st_mode))
        self.assert_ok(self.bearing(before).get(f"/v1/accounts/{alice}"))
        self.assert_ok(self.bearing(self.token(alice)).get(f"/v1/accounts/{alice}"))


class HowATokenEndsOnTwoLoops(HowATokenEnds):
    """The streams of each loop end, whichever of them has the request that ends them."""
    server_flags = (*TokenCase.server_flags, flags.event_loop_count(2))


class WhoseAnAnswerIs(TokenCase):
    def test_two_users_with_the_same_key_never_meet(self):
        alice, bob = self.api.fresh_user("alice", 100), self.api.fresh_user("bob", 100)
        carol = self.api.fresh_user("carol")
        key, body = fresh_name("key"), {"to": carol, "amount_fen": 7}
        his_token = self.token(bob)
        as_alice, as_bob = self.bearing(self.token(alice)), self.bearing(his_token)
        first = self.assert_ok(as_alice.post("/v1/transfers", body, key), 201)
        second = as_bob.post("/v1/transfers", body, key)
        self.assertEqual((201, False), (second.status, second.replayed))
        self.assertEqual((alice, bob), (first["from"], second.json["from"]))
        other = self.api.post("/v1/transfers", {"from": alice, "to": bob, "amount_fen": 1}, key)
        self.assertEqual((201, False), (other.status, other.replayed), other)
        for crash in (False, True):
            if crash:
                self.crash_and_restart()
            mine = self.bearing(self.token(alice)).post("/v1/transfers", body, key)
            self.assertEqual((first, True), (mine.json, mine.replayed), "another token, the same user")
            his = self.bearing(his_token).post("/v1/transfers", body, key)
            self.assertEqual((second.json, True), (his.json, his.replayed))
        self.assert_balance(carol, 14)

    def test_of_answers_that_no_record_keeps_too(self):
        packet = self.api.fresh_packet(total_fen=100, count=5)
        users = self.api.fresh_users(2)
        key = fresh_name("key")
        opened = []
        for user in users:
            own = self.bearing(self.token(user))
            opened.append(self.assert_ok(own.post(f"/v1/packets/{packet}/open", {})))
            kept = own.post(f"/v1/packets/{packet}/open", {}, key)
            self.assertEqual((opened[-1]["user_id"], False), (kept.json["user_id"], kept.replayed))
        self.assertEqual(users, [one["user_id"] for one in opened])

    def test_the_longest_names_and_keys_go_together(self):
        user = self.assert_ok(self.api.create_account(fresh_name("u").ljust(64, "x")), 201)["user_id"]
        self.assertEqual(64, len(user))
        self.assert_ok(self.api.deposit(user, 10), 201)
        key, token = fresh_name("key").ljust(255, "k"), self.token(user)
        body = {"to": self.api.fresh_user("bob"), "amount_fen": 1}
        first = self.assert_ok(self.bearing(token).post("/v1/transfers", body, key), 201)
        self.crash_and_restart()
        again = self.bearing(token).post("/v1/transfers", body, key)
        self.assertEqual((first, True), (again.json, again.replayed))

    def test_a_cursor_belongs_to_whom_it_was_given(self):
        alice = self.api.fresh_user("alice", 10)
        self.assert_ok(self.api.deposit(alice, 20), 201)
        path = f"/v1/accounts/{alice}/entries"
        own = self.bearing(self.token(alice))
        cursors = [self.assert_ok(api.get(f"{path}?limit=1"))["next_cursor"]
                   for api in (own, self.api)]
        self.assertNotEqual(*cursors)
        for api, mine, foreign in ((own, *cursors), (self.api, *reversed(cursors))):
            self.assert_ok(api.get(f"{path}?limit=1&cursor={mine}"))
            self.assert_problem(api.get(f"{path}?limit=1&cursor={foreign}"), 400, "invalid_cursor")
        self.assert_ok(self.bearing(self.token(alice)).get(f"{path}?limit=1&cursor={cursors[0]}"))


class TheFile(unittest.TestCase):
    """What a start makes of the file of secrets."""

    def setUp(self):
        self.server = Server()
        self.addCleanup(self.server.remove)
        self.server.start()
        self.path = token_file(self.server)

    def assert_refused(self, *words):
        with self.assertRaises(StartFailed) as refused:
            self.server.start()
        told = str(refused.exception)
        self.assertIn("exit status 2,", told)
        for word in (str(self.path), *words):
            self.assertIn(word, told)

    def test_it_is_made_for_its_owner_alone_and_kept(self):
        self.assertEqual(0o600, stat.S_IMODE(self.path.stat().st_mode))
        before = self.path.read_bytes()
        self.server.restart()
        self.assertEqual(before, self.path.read_bytes())

    def test_others_must_not_read_it(self):
        self.server.stop()
        for mode in (0o640, 0o604, 0o620, 0o602):
            os.chmod(self.path, mode)
            self.assert_refused("chmod 600")
        os.chmod(self.path, 0o600)
        self.server.start()

    def test_what_the_server_would_not_have_written_is_refused(self):
        self.server.stop()
        good = json.loads(self.path.read_text())
        kid = good["secrets"][0]["kid"]
        for text, word in (
                ("", "JSON"), ("{", "JSON"), ("{}", "secrets"), ('{"secrets": []}', "secrets"),
                (json.dumps({"secrets": [{"kid": kid, "secret": base64url(b"s" * 31)}]}), "32"),
                (json.dumps({"secrets": [{"kid": kid, "secret": "not base64url!"}]}), "base64url"),
                (json.dumps({"secrets": [{"kid": "x", "secret": base64url(b"s" * 32)}]}), "kid"),
                (json.dumps({"secrets": [*good["secrets"], *good["secrets"]]}), "kid"),
                (json.dumps({**good, "surprise": 1}), "surprise")):
            with self.subTest(text):
                self.path.write_text(text)
                self.assert_refused(word)
                self.assertNotIn(good["secrets"][0]["secret"], self.server.stderr_text())
        self.path.unlink()
        self.server.start()


class AnIssuerOfTheOperators(unittest.TestCase):
    """Tokens signed elsewhere, by a key of which the server knows the public half."""

    def start(self, algorithm, **settings):
        server = Server()
        self.addCleanup(server.remove)
        issuer = Issuer(server.home, algorithm)
        server.start(*flags.token_issuer(issuer.public_file, algorithm.upper(), **settings))
        return server, issuer

    def test_is_trusted_with_its_own_algorithm_alone(self):
        for algorithm in ("es256", "rs256"):
            with self.subTest(algorithm):
                server, issuer = self.start(algorithm, token_issuer="https://login.example",
                                            token_audience="shop", token_user_claim="uid")
                api = Bearer(server.port)
                api.create_account("alice")
                claims = {"iss": "https://login.example", "aud": ["shop"], "uid": "alice",
                          "exp": 0}
                claims["exp"] = int(self.now_s(api)) + 600
                pem = issuer.public_file.read_bytes()

                def status(token):
                    own = Bearer(server.port, token)
                    self.addCleanup(own.close)
                    answer = own.get("/v1/accounts/alice")
                    return answer.status, answer.code

                invalid = (401, "credential_invalid")
                self.assertEqual((200, None), status(issuer.token(claims)))
                self.assertEqual(invalid, status(issuer.token(claims, alg="HS256")))
                self.assertEqual(invalid, status(hs256(pem, claims)))
                self.assertEqual(invalid, status(hs256(pem, claims, alg=algorithm.upper())))
                self.assertEqual(invalid, status(unsigned({"alg": "none"}, claims) + "."))
                self.assertEqual(invalid, status(issuer.token({**claims, "aud": "hongbao"})))
                self.assertEqual((401, "credential_expired"),
                                 status(issuer.token({**claims, "exp": claims["exp"] - 601})))
                api.close()
                self.assertEqual(0, server.stop())

    def now_s(self, api):
        return claims_of(api.issue_token("alice").json["token"])["iat"]


if __name__ == "__main__":
    unittest.main()
