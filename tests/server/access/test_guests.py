"""Guests: whoever has an invitation signs up, once for each place, and is somebody of its own from then on."""

import unittest

import flags
from access import Access, Bearer, control
from api import fresh_name, round_of
from cases import ServerCase, audit_all, settled_audit


class Guests(ServerCase):
    server_flags = (flags.manual_clock(),)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.access = Access(cls.server)
        cls.addClassCleanup(cls.access.operator.close)
        cls.api.close()
        cls.api = cls.access.api("operator")
        now = cls.api.now_ms()
        cls.campaign = cls.api.fresh_campaign([round_of(now, now + 3_600_000)], 100_000)

    @classmethod
    def tearDownClass(cls):
        before = settled_audit(cls.api)
        cls.api.close()
        assert cls.server.stop() == 0, cls.server.stderr_text()
        assert audit_all(cls.server, before, control) == []

    def nobody(self, credential=None):
        api = Bearer(self.server.port, credential)
        self.addCleanup(api.close)
        return api

    def invited(self, places=3, **fields):
        answer = self.api.invite(self.campaign, places, **fields)
        self.assertEqual(201, answer.status, answer)
        return answer.json["invitation_id"], answer.json["secret"]

    def sign_up(self, invitation, key=None, api=None, **fields):
        named, secret = invitation
        body = {"secret": secret, "username": "Dora", **fields}
        return (api or self.nobody()).post(f"/v1/invitations/{named}/guests", body, key)

    def places_taken(self, invitation):
        return self.api.get(f"/v1/invitations/{invitation[0]}").json["guests"]

    def test_a_guest_has_an_account_and_a_token_for_it_and_for_nobody_else(self):
        invitation = self.invited()
        answer = self.sign_up(invitation)
        self.assertEqual(201, answer.status, answer)
        guest = answer.json["account"]["user_id"]
        self.assertEqual(f"/v1/accounts/{guest}", answer.headers["location"])
        mine = self.nobody(answer.json["token"])
        self.assertEqual("Dora", mine.account(guest).json["username"])
        shaken = mine.post(f"/v1/campaigns/{self.campaign}/shake", {"shake_key": fresh_name("s")})
        self.assertEqual(200, shaken.status, shaken)
        self.assertEqual(shaken.json["amount_fen"], mine.balance(guest))
        other = self.sign_up(invitation).json["account"]["user_id"]
        self.assertNotEqual(guest, other)
        self.assertEqual("not_yours", mine.account(other).code)
        self.assertEqual(2, self.places_taken(invitation))

    def test_a_repeat_takes_no_second_place_and_gives_the_same_account_another_token(self):
        invitation, key = self.invited(places=1), fresh_name("k" * 22)
        first = self.sign_up(invitation, key)
        self.assertEqual(201, first.status, first)
        guest = first.json["account"]["user_id"]
        self.assertEqual(200, self.nobody(first.json["token"]).change_profile(guest, username="Eve").status)
        for restarts in (False, True):
            if restarts:
                self.api.close()
                self.server.crash_and_restart()
                self.api.port = self.server.port
            again = self.sign_up(invitation, key)
            self.assertEqual((201, True), (again.status, again.replayed), again)
            self.assertEqual((guest, "Eve"), (again.json["account"]["user_id"],
                                              again.json["account"]["username"]))
            self.assertEqual(200, self.nobody(again.json["token"]).account(guest).status)
            self.assertNotEqual(first.json["token"], again.json["token"])
        self.assertEqual(1, self.places_taken(invitation))
        self.assertEqual("idempotency_key_reused", self.sign_up(invitation, key, username="Fay").code)
        self.assertEqual("invitation_full", self.sign_up(invitation).code)

    def test_a_key_that_could_be_guessed_is_refused_and_another_secret_finds_nothing(self):
        invitation, key = self.invited(), fresh_name("k" * 22)
        self.assertEqual("idempotency_key_invalid", self.sign_up(invitation, "k" * 21).code)
        self.assertEqual(201, self.sign_up(invitation, key).status)
        self.assertEqual("invitation_not_found",
                         self.sign_up(invitation, key, secret=self.invited()[1]).code)
        self.assertEqual(1, self.places_taken(invitation))

    def test_an_invitation_is_for_its_addresses_until_it_is_over(self):
        elsewhere = self.invited(address_ranges=["192.0.2.0/24"])
        self.assertEqual("not_allowed", self.sign_up(elsewhere).code)
        here = self.invited(address_ranges=["127.0.0.0/8"])
        key = fresh_name("a-key-that-nobody-guesses")
        answer = self.sign_up(here, key)
        self.assertEqual(201, answer.status, answer)
        self.assertTrue(self.sign_up(here, key).replayed)
        self.assertEqual(200, self.api.revoke_invitation(here[0]).status)
        self.assertEqual("invitation_over", self.sign_up(here).code)
        self.assertEqual("invitation_over", self.sign_up(here, key).code, "nor is a guest given another token")
        guest = self.nobody(answer.json["token"])
        self.assertEqual(200, guest.account(answer.json["account"]["user_id"]).status)

    def test_a_repeat_of_what_made_a_secret_does_not_show_it_again(self):
        for make in (lambda key: self.api.create_key("reader", key, name="one"),
                     lambda key: self.api.invite(self.campaign, 1, key)):
            key = fresh_name("once")
            first, again = make(key), make(key)
            self.assertTrue(again.replayed, again)
            secret = "key" if "key" in first.json else "secret"
            self.assertIsNone(first.json["note"])
            self.assertIsNone(again.json[secret])
            self.assertIn("once", again.json["note"])
            self.assertEqual({**first.json, secret: None, "note": again.json["note"]}, again.json)

    def test_while_sign_up_is_switched_off_nobody_signs_up(self):
        invitation = self.invited()
        self.assertEqual(200, self.api.switch("sign_up", False).status)
        self.addCleanup(self.api.switch, "sign_up", True)
        answer = self.sign_up(invitation)
        self.assertEqual((503, "switched_off"), (answer.status, answer.code))
        self.assertEqual(0, self.places_taken(invitation))


if __name__ == "__main__":
    unittest.main()
