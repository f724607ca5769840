"""Names and pictures over HTTP: changed, the same again, frozen, asleep, in other people's lists, and
after a crash."""

import unittest

from api import Api, fresh_name
from cases import ServerCase
from client import run_at_once
from events import Events
from flags import awake_bytes_max, manual_clock

PICTURE = "https://example.org/a.png"


class Profiles(ServerCase):
    server_flags = (manual_clock(),)

    def sequence(self):
        return self.api.audit()["journal_sequence"]

    def shown(self, user):
        account = self.assert_ok(self.api.account(user))
        return account["username"], account["avatar_url"]

    def test_what_is_given_changes_and_what_is_absent_or_null_stays(self):
        user = fresh_name("ann")
        self.assert_ok(self.api.create_account(user, username="Ann", avatar_url=PICTURE), 201)
        for fields, shown in (({"username": "Anna 安"}, ("Anna 安", PICTURE)),
                              ({"avatar_url": "/b.png"}, ("Anna 安", "/b.png")),
                              ({"username": None, "avatar_url": "/c.png"}, ("Anna 安", "/c.png")),
                              ({"username": "Ann", "avatar_url": None}, ("Ann", "/c.png")),
                              ({"avatar_url": ""}, ("Ann", None)),
                              ({"username": "A", "avatar_url": PICTURE}, ("A", PICTURE))):
            with self.subTest(fields):
                before = self.assert_ok(self.api.account(user))
                changed = self.assert_ok(self.api.change_profile(user, **fields))
                self.assertEqual(shown, (changed["username"], changed["avatar_url"]))
                self.assertEqual(changed, self.assert_ok(self.api.account(user)))
                self.assertEqual({**before, "username": shown[0], "avatar_url": shown[1]}, changed)

    def test_a_body_with_neither_is_refused_with_a_sentence(self):
        user = self.api.fresh_user()
        for fields in ({}, {"username": None}, {"username": None, "avatar_url": None}):
            answer = self.api.change_profile(user, **fields)
            self.assert_problem(answer, 400, "invalid_request")
            self.assertIn("username or avatar_url", answer.json["detail"])
        self.assert_problem(self.api.change_profile(user, username=""), 400, "invalid_request")

    def test_what_is_so_already_leaves_no_record(self):
        user = self.api.fresh_user("ann", 20)
        self.assert_ok(self.api.change_profile(user, username="Ann", avatar_url=PICTURE))
        before = self.sequence()
        for fields in ({"username": "Ann"}, {"avatar_url": PICTURE},
                       {"username": "Ann", "avatar_url": PICTURE}):
            again = self.assert_ok(self.api.change_profile(user, **fields))
            self.assertEqual(("Ann", PICTURE), (again["username"], again["avatar_url"]))
        self.assertEqual(before, self.sequence())
        self.assert_ok(self.api.change_profile(user, username="Anna"))
        self.assertEqual(before + 1, self.sequence())

    def test_who_is_not_there_cannot_be_renamed(self):
        self.assert_problem(self.api.change_profile(fresh_name("nobody"), username="N"), 404,
                            "account_not_found")

    def test_a_frozen_account_and_a_shop_are_renamed_like_any(self):
        user = self.api.fresh_user("cold", 5, type="merchant")
        self.assert_ok(self.api.set_status(user, "frozen"))
        changed = self.assert_ok(self.api.change_profile(user, username="Cold"))
        self.assertEqual(("Cold", "frozen", "merchant", 5),
                         tuple(changed[name] for name in ("username", "status", "type",
                                                          "balance_fen")))

    def test_opening_the_account_again_compares_with_what_it_is_called_now(self):
        user, key = fresh_name("ann"), fresh_name("key")
        body = {"user_id": user, "username": "Ann", "avatar_url": PICTURE}
        first = self.assert_ok(self.api.post("/v1/accounts", body, key), 201)
        self.assert_ok(self.api.change_profile(user, username="Anna", avatar_url=""))
        self.assert_problem(self.api.post("/v1/accounts", body), 409, "account_exists")
        self.assert_ok(self.api.post("/v1/accounts", {"user_id": user, "username": "Anna"}), 200)
        replayed = self.api.post("/v1/accounts", body, key)
        self.assertEqual("true", replayed.headers.get("idempotency-replayed"))
        self.assertEqual(first, self.assert_ok(replayed, 201))

    def test_lists_of_claims_show_the_present_name_of_whoever_opened_before(self):
        ann = self.api.fresh_user("ann")
        packet = self.api.fresh_packet(total_fen=10, count=2)
        self.assert_ok(self.api.open(packet, ann))
        self.assert_ok(self.api.change_profile(ann, username="Anna", avatar_url=PICTURE))
        claim = self.assert_ok(self.api.get(f"/v1/packets/{packet}/claims"))["items"][0]
        self.assertEqual((ann, "Anna", PICTURE),
                         tuple(claim[name] for name in ("user_id", "username", "avatar_url")))

    def test_events_show_the_name_of_the_moment_when_they_are_told(self):
        ann, bob = self.api.fresh_user("ann"), self.api.fresh_user("bob")
        packet = self.api.fresh_packet(total_fen=10, count=2)
        self.assert_ok(self.api.change_profile(ann, username="Ann"))
        self.assert_ok(self.api.open(packet, ann))
        stream = Events(self.server.port, packet)
        self.addCleanup(stream.close)
        stream.opened()
        self.assertEqual("Ann", stream.next().data["username"])
        self.assert_ok(self.api.change_profile(ann, username="Anna"))
        self.assert_ok(self.api.open(packet, bob))
        told = [event.data for event in stream.rest() if event.kind == "claim"]
        self.assertEqual([bob], [claim["user_id"] for claim in told])
        later = Events(self.server.port, packet)
        self.addCleanup(later.close)
        told = [event.data for event in later.opened().rest() if event.kind == "claim"]
        self.assertEqual(["Anna", bob], [claim["username"] for claim in told])

    def test_many_at_once_end_in_one_of_the_names_and_a_record_for_each_change(self):
        user, count = self.api.fresh_user(), 40
        before = self.sequence()
        jobs = [("PATCH", f"/v1/accounts/{user}", {"username": f"name {number % 2}"}, None)
                for number in range(count)]
        answers = run_at_once(self.server.port, jobs, 8)
        names = {self.assert_ok(answer)["username"] for answer in answers}
        self.assertLessEqual(names, {"name 0", "name 1"})
        self.assertIn(self.shown(user)[0], names)
        self.assertTrue(1 <= self.sequence() - before <= count)


class AsleepAndAfterACrash(ServerCase):
    server_flags = (manual_clock(), awake_bytes_max(1))

    def test_name_picture_and_the_reason_of_a_status_are_what_was_acknowledged(self):
        users = [self.api.fresh_user(f"u{number}", 1) for number in range(20)]
        told = {}
        for number, user in enumerate(users):
            if number % 2:
                self.assert_ok(self.api.set_status(user, "frozen", f"reason {number}"))
            picture = f"/{number}.png" if number % 3 else ""
            self.assert_ok(self.api.change_profile(user, avatar_url=PICTURE))
            told[user] = self.assert_ok(self.api.change_profile(user, username=f"Name {number}",
                                                                avatar_url=picture))
        self.assertEqual(told, {user: self.assert_ok(self.api.account(user)) for user in users})
        self.crash_and_restart()
        self.assertEqual(told, {user: self.assert_ok(self.api.account(user)) for user in users})
        self.assert_ok(self.api.deposit(users[1], 1), 201)
        woken = self.assert_ok(self.api.account(users[1]))
        self.assertEqual({**told[users[1]], "balance_fen": 2}, woken)
        self.assert_ok(self.api.change_profile(users[1], username="After"))
        self.api.close()
        self.assertEqual(0, self.server.stop(), self.server.stderr_text())
        done = self.server.verify()
        self.assertEqual(0, done.returncode, done.stderr)
        self.server.start()
        type(self).api = Api(self.server.port)
        self.assertEqual({**woken, "username": "After"}, self.assert_ok(self.api.account(users[1])))


if __name__ == "__main__":
    unittest.main()
