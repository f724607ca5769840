"""Accounts over HTTP: create, create again, in batches, and what a frozen account may not do."""

import unittest

from api import fresh_name, instant_ms
from cases import ServerCase, check_problem_document
from flags import manual_clock

ACCOUNT_FIELDS = {"user_id", "username", "avatar_url", "type", "status", "status_reason",
                  "status_changed_at", "balance_fen", "created_at"}


class Accounts(ServerCase):
    server_flags = (manual_clock(),)

    def test_a_created_account_is_answered_whole_and_reads_the_same(self):
        user = fresh_name("ann")
        made = self.assert_ok(self.api.create_account(user, username="Ann 安",
                                                      avatar_url="https://example.org/a.png",
                                                      type="merchant"), 201)
        self.assertEqual(ACCOUNT_FIELDS, set(made))
        instant_ms(made["created_at"])
        expected = {"user_id": user, "username": "Ann 安", "type": "merchant", "status": "active",
                    "avatar_url": "https://example.org/a.png", "balance_fen": 0}
        self.assertEqual(expected, {name: made[name] for name in expected})
        self.assertEqual(made, self.assert_ok(self.api.account(user)))

    def test_the_type_is_personal_and_the_avatar_null_unless_given(self):
        made = self.assert_ok(self.api.create_account(fresh_name("bob")), 201)
        self.assertEqual(("personal", None), (made["type"], made["avatar_url"]))

    def test_an_avatar_given_as_null_is_the_same_as_none(self):
        user = fresh_name("bob")
        self.assert_ok(self.api.create_account(user, avatar_url=None), 201)
        self.assert_ok(self.api.create_account(user), 200)

    def test_creating_the_same_account_again_is_200_and_changes_nothing(self):
        user = fresh_name("ann")
        made = self.assert_ok(self.api.create_account(user), 201)
        sequence = self.api.audit()["journal_sequence"]
        self.assertEqual(made, self.assert_ok(self.api.create_account(user), 200))
        self.assertEqual(sequence, self.api.audit()["journal_sequence"])

    def test_creating_the_same_account_after_a_deposit_shows_its_balance(self):
        user = self.api.fresh_user("ann", 70)
        again = self.assert_ok(self.api.create_account(user), 200)
        self.assertEqual(70, again["balance_fen"])

    def test_an_account_that_differs_is_a_conflict(self):
        user = fresh_name("ann")
        self.assert_ok(self.api.create_account(user), 201)
        for fields in ({"username": "another"}, {"type": "merchant"}, {"avatar_url": "https://x"}):
            with self.subTest(fields):
                self.assert_problem(self.api.create_account(user, **fields), 409, "account_exists")

    def test_user_ids_may_use_every_allowed_character_and_64_of_them(self):
        for user in ("Az09._:@-", "x" * 64, "a"):
            with self.subTest(user):
                self.assert_ok(self.api.create_account(user), 201)
                self.assertEqual(user, self.assert_ok(self.api.account(user))["user_id"])

    def test_ids_that_no_path_can_hold_and_those_of_the_system_are_refused(self):
        sequence = self.api.audit()["journal_sequence"]
        reserved = (".", "..", "outside", "packet:1", "campaign:1", "order:1", "sale:1", "suspended",
                    "suspended:1", "packet", "order:", "outside:1")
        for user in reserved:
            with self.subTest(user):
                self.assert_problem(self.api.create_account(user), 422, "user_id_reserved")
        batch = self.assert_ok(self.api.post("/v1/accounts/batch", {"accounts": [
            {"user_id": user, "username": "n"} for user in reserved]}))
        self.assertEqual({"user_id_reserved"}, {item["code"] for item in batch["results"]})
        self.assertEqual(sequence, self.api.audit()["journal_sequence"])
        self.assert_problem(self.api.account("outside"), 404, "account_not_found")

    def test_ids_that_only_resemble_those_are_free(self):
        for user in ("...", ".a", "outsider", "Outside", "packets:1", "packet.1", "my:order:1"):
            with self.subTest(user):
                self.assert_ok(self.api.create_account(user), 201)
                self.assertEqual(user, self.assert_ok(self.api.account(user))["user_id"])

    def test_pictures_may_be_web_addresses_or_paths(self):
        for url in ("https://example.org/a.png?b=c#d", "http://127.0.0.1:8080/%E5%AE%89", "/a/b.png",
                    "/", "https://[::1]/a"):
            with self.subTest(url):
                user = fresh_name("ann")
                self.assert_ok(self.api.create_account(user, avatar_url=url), 201)
                self.assertEqual(url, self.assert_ok(self.api.account(user))["avatar_url"])
        self.assert_ok(self.api.create_account(fresh_name("ann"), avatar_url=""), 201)

    def test_user_ids_differ_by_case(self):
        name = fresh_name("case")
        self.assert_ok(self.api.create_account(name), 201)
        self.assert_ok(self.api.create_account(name.upper()), 201)

    def test_an_unknown_account_is_not_found_on_every_route(self):
        known = self.api.fresh_user("known", 10)
        ghost = fresh_name("ghost")
        answers = [
            self.api.account(ghost), self.api.set_status(ghost, "frozen"),
            self.api.deposit(ghost, 1), self.api.withdraw(ghost, 1),
            self.api.transfer(ghost, known, 1), self.api.transfer(known, ghost, 1),
            self.api.send_packet(ghost, total_fen=5, count=1),
            self.api.get(f"/v1/accounts/{ghost}/entries"),
            self.api.get(f"/v1/accounts/{ghost}/packets/sent"),
            self.api.get(f"/v1/accounts/{ghost}/packets/received")]
        for answer in answers:
            with self.subTest(answer):
                self.assert_problem(answer, 404, "account_not_found")
        self.assert_balance(known, 10)

    def test_a_batch_of_1000_answers_each_item_in_order(self):
        old = self.api.fresh_user("old")
        users = [fresh_name("batch") for _ in range(997)]
        items = [{"user_id": user, "username": user} for user in users]
        items.insert(10, {"user_id": old, "username": old})
        items.insert(20, {"user_id": old, "username": "differs"})
        items.insert(30, {"user_id": users[0], "username": users[0]})
        answer = self.assert_ok(self.api.post("/v1/accounts/batch", {"accounts": items}))
        results = answer["results"]
        self.assertEqual(1000, len(results))
        for number, (item, result) in enumerate(zip(items, results)):
            if number == 20:
                check_problem_document(self, result, 409)
                self.assertEqual("account_exists", result["code"])
            else:
                self.assertEqual(item["user_id"], result["user_id"])
        self.assertEqual(results[-1], self.assert_ok(self.api.account(users[-1])))

    def test_a_batch_of_1001_is_refused_whole(self):
        users = [fresh_name("much") for _ in range(1001)]
        items = [{"user_id": user, "username": user} for user in users]
        answer = self.api.post("/v1/accounts/batch", {"accounts": items})
        self.assert_problem(answer, 400, "invalid_request")
        self.assert_problem(self.api.account(users[0]), 404, "account_not_found")


class FrozenAccounts(ServerCase):
    server_flags = (manual_clock(),)

    def freeze(self, user):
        account = self.assert_ok(self.api.set_status(user, "frozen", "lost phone"))
        self.assertEqual("frozen", account["status"])

    def test_the_status_is_shown_and_can_be_set_back(self):
        user = self.api.fresh_user()
        self.freeze(user)
        self.assertEqual("frozen", self.assert_ok(self.api.account(user))["status"])
        self.assertEqual("active", self.assert_ok(self.api.set_status(user, "active"))["status"])
        self.assert_ok(self.api.deposit(user, 5), 201)
        self.assert_ok(self.api.withdraw(user, 5), 201)

    def test_setting_the_status_it_has_is_200(self):
        user = self.api.fresh_user()
        self.freeze(user)
        self.freeze(user)

    def test_a_frozen_account_cannot_send_transfer_withdraw_open_or_grab(self):
        user, friend = self.api.fresh_user("cold", 1000), self.api.fresh_user("warm", 10)
        packet = self.api.fresh_packet(total_fen=10, count=2)
        self.freeze(user)
        sequence = self.api.audit()["journal_sequence"]
        answers = {
            "send": self.api.send_packet(user, total_fen=10, count=1),
            "transfer": self.api.transfer(user, friend, 1),
            "withdraw": self.api.withdraw(user, 1),
            "open": self.api.open(packet, user),
            "grab": self.api.grab(packet, user)}
        for name, answer in answers.items():
            with self.subTest(name):
                self.assert_problem(answer, 403, "account_frozen")
        item = self.assert_ok(self.api.open_batch([{"packet_id": packet, "user_id": user}]))
        self.assertEqual("account_frozen", item["results"][0]["code"])
        self.assertEqual(sequence, self.api.audit()["journal_sequence"])
        self.assert_balance(user, 1000)

    def test_being_frozen_is_told_before_a_lack_of_money(self):
        user, friend = self.api.fresh_user("cold"), self.api.fresh_user("warm")
        self.freeze(user)
        self.assert_problem(self.api.withdraw(user, 1), 403, "account_frozen")
        self.assert_problem(self.api.transfer(user, friend, 1), 403, "account_frozen")
        self.assert_problem(self.api.send_packet(user, total_fen=1, count=1), 403, "account_frozen")

    def test_a_frozen_account_still_gets_deposits_transfers_and_shares_already_taken(self):
        user, friend = self.api.fresh_user("cold"), self.api.fresh_user("warm", 10)
        packet = self.api.fresh_packet(total_fen=9, count=1)
        first = self.assert_ok(self.api.open(packet, user))
        self.freeze(user)
        self.assert_ok(self.api.deposit(user, 100), 201)
        self.assert_ok(self.api.transfer(friend, user, 10), 201)
        self.assert_balance(user, 119)
        repeat = self.assert_ok(self.api.open(packet, user))
        self.assertEqual((True, first["amount_fen"]), (repeat["repeat"], repeat["amount_fen"]))

    def test_the_packet_of_a_sender_frozen_later_can_be_opened_and_is_refunded(self):
        sender, friend = self.api.fresh_user("cold", 10), self.api.fresh_user("warm")
        packet = self.api.fresh_packet(sender, "equal", total_fen=10, count=2, expires_in_s=60)
        self.freeze(sender)
        self.assertEqual(5, self.assert_ok(self.api.open(packet, friend))["amount_fen"])
        self.api.advance(60_000)
        self.wait_until_refunded(packet)
        self.assert_balance(sender, 5)

    def test_a_frozen_account_stays_frozen_after_kill_9(self):
        user = self.api.fresh_user("cold", 10)
        self.freeze(user)
        self.crash_and_restart()
        self.assertEqual("frozen", self.assert_ok(self.api.account(user))["status"])
        self.assert_problem(self.api.withdraw(user, 1), 403, "account_frozen")


if __name__ == "__main__":
    unittest.main()
