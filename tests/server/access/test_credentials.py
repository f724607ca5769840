"""Keys over HTTP: what they open and from where, until when, and that nothing is open without once there is one."""

import unittest

import flags
from access import Access, Bearer, bearer, control
from api import fresh_name, instant_text
from cases import ServerCase
from client import encode_request
from events import Events
from server import Server


class KeyCase(ServerCase):
    server_flags = (flags.manual_clock(), *flags.no_daily_limits())

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.access = Access(cls.server)
        cls.addClassCleanup(cls.access.operator.close)
        cls.api.close()
        cls.api = Bearer(cls.server.port, cls.access.key("operator"))

    @staticmethod
    def make_api(server):
        return control(server)

    def crash_and_restart(self):
        credential = self.api.credential
        super().crash_and_restart()
        self.access.operator.close()
        type(self).api = Bearer(self.server.port, credential)

    def bearing(self, credential):
        api = Bearer(self.server.port, credential)
        self.addCleanup(api.close)
        return api

    def follow(self, packet, credential):
        stream = Events(self.server.port, packet, headers=[bearer(credential)])
        self.addCleanup(stream.close)
        return stream.opened()

    def assert_refused(self, answer, code="credential_invalid"):
        self.assert_problem(answer, 401, code)
        self.assertTrue(answer.headers["www-authenticate"].startswith('Bearer realm="hongbao"'))

    def assert_open(self, credential):
        self.assert_ok(self.bearing(credential).get("/v1/audit"))

    def assert_shut(self, credential, code="credential_invalid"):
        self.assert_refused(self.bearing(credential).get("/v1/audit"), code)


class WhatAKeyOpens(KeyCase):
    def test_once_there_is_a_key_nobody_is_let_in_without(self):
        nobody = self.bearing(None)
        answer = nobody.get("/v1/audit")
        self.assert_refused(answer, "credential_missing")
        self.assertEqual('Bearer realm="hongbao"', answer.headers["www-authenticate"])
        self.assert_refused(nobody.post("/v1/accounts", "not JSON"), "credential_missing")
        nobody.send(encode_request("HEAD", "/v1/audit"))
        self.assertEqual(401, nobody.read_answer(body_expected=False).status)
        self.assertEqual(204, nobody.request("OPTIONS", "/v1/audit").status)
        self.assert_problem(nobody.get("/v1/nowhere"), 404, "route_not_found")
        for page in ("/livez", "/readyz", "/version", "/openapi.json"):
            self.assertEqual(200, nobody.get(page).status, page)
        self.assert_ok(self.access.operator.get("/v1/audit"))  # the control socket needs none

    def test_a_scope_is_what_it_says(self):
        reader = self.bearing(self.access.key("reader"))
        self.assert_ok(reader.get("/v1/audit"))
        self.assert_problem(reader.create_account(fresh_name("ann")), 403, "not_allowed")
        gateway = self.bearing(self.access.key("gateway"))
        ann = self.api.fresh_user("ann")
        self.assert_ok(gateway.deposit(ann, 5), 201)
        self.assert_problem(gateway.get(f"/v1/accounts/{ann}"), 403, "not_allowed")
        shop = self.api.fresh_user("shop", type="merchant")
        merchant = self.bearing(self.access.key("merchant", account=shop))
        self.assertEqual(shop, self.assert_ok(merchant.get(f"/v1/accounts/{shop}"))["user_id"])
        self.assert_problem(merchant.get(f"/v1/accounts/{ann}"), 403, "not_yours")

    def test_of_another_server_it_opens_nothing(self):
        other = Server()
        self.addCleanup(other.remove)
        other.start()
        access = Access(other)
        self.addCleanup(access.operator.close)
        self.assert_shut(access.key("operator"))
        self.assert_shut(access.token(access.operator.fresh_user("ann")))

    def test_it_is_for_its_addresses(self):
        there = self.access.key("reader", address_ranges=["192.0.2.0/24"])
        here = self.access.key("reader", address_ranges=["192.0.2.0/24", "127.0.0.0/8"])
        self.assert_open(here)
        unknown = self.bearing("hb_0123456789abcdef_" + "A" * 43).get("/v1/audit")
        refused = self.bearing(there).get("/v1/audit")
        self.assert_refused(refused)
        self.assertEqual(unknown.json["detail"], refused.json["detail"])

    def test_an_altered_one_opens_nothing(self):
        key = self.access.key("reader")
        self.assert_open(key)
        for at in (2, 5, 18, 19, 20, 40, len(key) - 2):
            altered = key[:at] + ("0" if key[at] != "0" else "1") + key[at + 1:]
            answer = self.bearing(altered).get("/v1/audit")
            self.assert_refused(answer)
            self.assertNotIn(key[20:].encode(), answer.body)


class HowAKeyEnds(KeyCase):
    def setUp(self):
        self.packet = self.api.fresh_packet(total_fen=1_000, count=50)

    def test_revoked_it_opens_nothing_from_the_next_request_on_and_its_streams_end(self):
        made = self.access.make_key("reader")
        own, stream = self.bearing(made["key"]), self.follow(self.packet, made["key"])
        others = self.follow(self.packet, self.access.key("reader"))
        self.assert_ok(own.get("/v1/audit"))
        self.assert_ok(self.api.revoke_key(made["key_id"]))
        self.assert_refused(own.get("/v1/audit"))
        self.assertEqual([], stream.events_to_the_end())
        self.assert_ok(self.api.open(self.packet, self.api.fresh_user("ann")))
        self.assertEqual("claim", others.next().kind)
        self.crash_and_restart()
        self.assert_shut(made["key"])

    def test_a_user_with_a_token_keeps_its_stream_when_a_key_is_revoked(self):
        made = self.access.make_key("service")
        issued = self.bearing(made["key"]).issue_token(self.api.fresh_user("ann"))
        stream = self.follow(self.packet, self.assert_ok(issued, 201)["token"])
        self.assert_ok(self.api.revoke_key(made["key_id"]))
        self.assert_ok(self.api.open(self.packet, self.api.fresh_user("bob")))
        self.assertEqual("claim", stream.next().kind)

    def test_its_time_is_over_to_the_millisecond(self):
        expires_ms = self.api.now_ms() + 100_000
        made = self.access.make_key("reader", expires_at=instant_text(expires_ms))
        stream = self.follow(self.packet, made["key"])
        self.api.advance_to(expires_ms - 1)
        self.assert_open(made["key"])
        self.api.advance_to(expires_ms)
        self.assert_shut(made["key"], "credential_expired")
        self.assertEqual([], stream.events_to_the_end())
        wrong = made["key"][:-10] + "A" * 10
        self.assert_shut(wrong)  # who has not the secret learns nothing of its time

    def test_rotated_the_former_secret_is_good_for_a_while(self):
        made = self.access.make_key("reader")
        first, stream = made["key"], self.follow(self.packet, made["key"])
        rotated = self.assert_ok(self.api.rotate_key(made["key_id"], overlap_s=60))
        second = rotated["key"]
        self.assertEqual(made["key_id"], rotated["key_id"])
        self.assertNotEqual(first, second)
        now_ms = self.api.now_ms()
        for crash in (False, True):
            if crash:
                self.crash_and_restart()
                stream = self.follow(self.packet, first)
            self.assert_open(first)
            self.assert_open(second)
        self.api.advance_to(now_ms + 60_000)
        self.assertEqual(401, self.bearing(first).get("/v1/audit").status)
        self.assert_open(second)
        self.assertEqual([], stream.events_to_the_end())

    def test_keys_survive_kill_minus_nine(self):
        key = self.access.key("reader")
        self.crash_and_restart()
        self.assert_open(key)
        self.assert_refused(self.bearing(None).get("/v1/audit"), "credential_missing")


class WhoseAnAnswerIs(KeyCase):
    def test_two_keys_with_the_same_idempotency_key_never_meet(self):
        ann, bob = self.api.fresh_user("ann", 100), self.api.fresh_user("bob")
        services = [self.access.key("service") for _ in range(2)]
        key, body = fresh_name("key"), {"from": ann, "to": bob, "amount_fen": 7}
        first, second = (self.bearing(one).post("/v1/transfers", body, key) for one in services)
        for answer in (first, second):
            self.assertEqual((201, False), (answer.status, answer.replayed), answer)
        self.assertNotEqual(first.json["trade_no"], second.json["trade_no"])
        for crash in (False, True):
            if crash:
                self.crash_and_restart()
            for answer, credential in zip((first, second), services):
                again = self.bearing(credential).post("/v1/transfers", body, key)
                self.assertEqual((answer.json, True), (again.json, again.replayed))
        self.assert_balance(bob, 14)


class OpenMode(unittest.TestCase):
    def test_a_stream_without_a_credential_ends_with_it(self):
        server = Server()
        self.addCleanup(server.remove)
        server.start()
        access = Access(server)
        api = Bearer(server.port)
        self.addCleanup(api.close)
        packet = api.fresh_packet(total_fen=100, count=5)
        stream = Events(server.port, packet).opened()
        self.addCleanup(stream.close)
        self.assertEqual(200, api.get("/v1/audit").status)
        unknown = Bearer(server.port, "hb_0123456789abcdef_" + "A" * 43)
        self.addCleanup(unknown.close)
        self.assertEqual("credential_invalid", unknown.get("/v1/audit").code)
        access.key("operator")
        access.operator.close()
        self.assertEqual("credential_missing", api.get("/v1/audit").code)
        self.assertEqual([], stream.events_to_the_end())


if __name__ == "__main__":
    unittest.main()
