"""Webhooks: every fact is delivered, in order, until it is taken; whatever becomes of server and receiver in between. The
judge is the feed, whose own tests hold it against the journal."""

import base64
import pathlib
import shutil
import threading
import unittest

from api import Api, fresh_name
from cases import ServerCase
from flags import manual_clock
from receiver import Receiver, signature
from server import Server, run_command

PRIVATE = "--webhook-private-addresses=127.0.0.0/8"
DAY_MS = 86_400_000


def facts(api, kinds=(), after=0):
    """The sequences that a webhook is owed."""
    found, position, is_end = [], after, False
    while not is_end:
        query = f"/v1/events?after={position}&limit=200" + (f"&type={','.join(kinds)}" if kinds else "")
        answer = api.get(query)
        assert answer.status == 200, answer
        found += [int(item["id"]) for item in answer.json["items"]
                  if item["type"] not in ("webhook_changed", "clock_advanced")]
        position, is_end = answer.json["next_after"], answer.json["is_end"]
    return found


def in_order(sequences):
    """Without those that came again."""
    kept = []
    for one in sequences:
        if not kept or one > kept[-1]:
            kept.append(one)
    return kept


class WebhookCase(ServerCase):
    server_flags = (PRIVATE,)

    def receiver(self, *answer):
        receiver = Receiver(*answer)
        self.addCleanup(receiver.close)
        return receiver

    def hook(self, receiver, **fields):
        answer = self.api.post("/v1/webhooks", {"url": receiver.url, **fields})
        self.assertEqual(201, answer.status, answer)
        self.addCleanup(lambda: self.api.request("DELETE", f"/v1/webhooks/{answer.json['webhook_id']}"))
        return answer.json

    def shown(self, hook):
        return self.api.get(f"/v1/webhooks/{hook['webhook_id']}").json

    def deposit(self, count=1):
        user = self.api.fresh_user("ann")
        for _ in range(count):
            self.assert_ok(self.api.deposit(user, 5), 201)
        return user

    def delivered(self, receiver, owed):
        receiver.wait(lambda messages: {message.sequence for message in messages} >= set(owed))
        self.assertEqual(owed, in_order(receiver.sequences()))


class Deliveries(WebhookCase):
    def test_each_fact_is_delivered_once_in_order_and_signed(self):
        receiver = self.receiver()
        self.deposit(3)
        hook = self.hook(receiver, after="0")
        self.deposit(3)
        owed = facts(self.api)
        self.delivered(receiver, owed)
        self.assertEqual(owed, receiver.sequences())
        events = {item["id"]: item for item in self.api.get("/v1/events?limit=200").json["items"]}
        for message in receiver.messages:
            self.assertTrue(message.is_signed_by(hook["secret"]))
            self.assertFalse(message.is_signed_by("whsec_" + base64.b64encode(b"x" * 32).decode()))
            self.assertEqual("application/json", message.headers["content-type"])
            event = events[str(message.sequence)]
            self.assertEqual({"type": event["type"], "timestamp": event["at"], "data": event}, message.json)
        self.wait_until("it is written down", lambda: int(self.shown(hook)["delivered"]) >= owed[-1])
        self.assertIsNone(self.shown(hook)["failing"])

    def test_types_narrow_it_and_it_begins_with_what_comes_next(self):
        self.deposit()
        receiver = self.receiver()
        last = self.api.audit()["journal_sequence"]
        self.hook(receiver, types=["deposited"])
        self.deposit(2)
        self.delivered(receiver, facts(self.api, ["deposited"], last))

    def test_what_is_refused_comes_again_and_nothing_overtakes_it(self):
        refusals = iter([500, 503, 302])
        receiver = self.receiver(lambda message: next(refusals, 200))
        hook = self.hook(receiver, types=["deposited"])
        last = self.api.audit()["journal_sequence"]
        self.deposit(2)
        receiver.wait(len)
        self.wait_until("it is told", lambda: self.shown(hook)["failing"])
        failing = self.shown(hook)["failing"]
        self.assertIn("500", failing["fault"])
        self.assertGreater(failing["again_at"], failing["since"])
        self.assertEqual("active", self.shown(hook)["status"])
        # Resumed, it is tried at once; so is it after a change of its address.
        for _ in range(3):
            for paused in (True, False):
                count = len(receiver.messages)
                self.api.request("PATCH", f"/v1/webhooks/{hook['webhook_id']}", {"paused": paused})
            receiver.wait(lambda messages, count=count: len(messages) > count)
        self.delivered(receiver, facts(self.api, ["deposited"], last))
        first = receiver.messages[0]
        self.assertEqual({first.id}, {message.id for message in receiver.messages if message.sequence == first.sequence})

    def test_a_dead_endpoint_costs_nobody_else_anything(self):
        hang = threading.Event()
        self.addCleanup(hang.set)
        stuck = self.receiver(lambda message: hang.wait(60) and 200)
        gone = self.receiver()
        gone.close()
        good = self.receiver()
        last = self.api.audit()["journal_sequence"]
        for one in (stuck, gone, good):
            self.hook(one, types=["deposited"])
        self.deposit(20)
        self.delivered(good, facts(self.api, ["deposited"], last))
        self.assertEqual(1, len(stuck.messages), "one is under way")

    def test_410_pauses_at_once_and_resuming_goes_on_from_there(self):
        answers = iter([200, 410])
        receiver = self.receiver(lambda message: next(answers, 200))
        hook = self.hook(receiver, types=["deposited"])
        last = self.api.audit()["journal_sequence"]
        self.deposit(3)
        self.wait_until("it is paused", lambda: self.shown(hook)["status"] == "paused")
        self.assertIn("410", self.shown(hook)["pause_reason"])
        self.deposit(2)
        self.assertEqual(2, len(receiver.messages))
        answer = self.api.request("PATCH", f"/v1/webhooks/{hook['webhook_id']}", {"paused": False})
        self.assertEqual(("active", None), (answer.json["status"], answer.json["pause_reason"]))
        self.delivered(receiver, facts(self.api, ["deposited"], last))

    def test_a_rotation_signs_by_both_secrets_for_a_while(self):
        receiver = self.receiver()
        hook = self.hook(receiver, types=["deposited"])
        path = f"/v1/webhooks/{hook['webhook_id']}/secret/rotation"
        second = self.api.post(path, {"overlap_s": 3600}, fresh_name("rotation")).json
        self.assertNotEqual(hook["secret"], second["secret"])
        self.assertIsNotNone(second["previous_until"])
        self.deposit()
        message = receiver.wait(len)[0]
        self.assertTrue(message.is_signed_by(hook["secret"]) and message.is_signed_by(second["secret"]))
        third = self.api.post(path, {"overlap_s": 0}, fresh_name("rotation")).json
        self.deposit()
        message = receiver.wait(lambda messages: len(messages) > 1)[1]
        self.assertTrue(message.is_signed_by(third["secret"]))
        self.assertFalse(message.is_signed_by(second["secret"]))

    def test_what_was_removed_is_told_nothing_more(self):
        receiver = self.receiver()
        hook = self.hook(receiver, types=["deposited"])
        self.deposit()
        receiver.wait(len)
        path = f"/v1/webhooks/{hook['webhook_id']}"
        self.assertEqual(200, self.api.request("DELETE", path).status)
        self.assert_problem(self.api.get(path), 404, "webhook_not_found")
        self.assert_problem(self.api.request("DELETE", path), 404, "webhook_not_found")
        other = self.receiver()
        self.hook(other, types=["deposited"])
        self.deposit()
        other.wait(len)
        self.assertEqual(1, len(receiver.messages))


class Signatures(unittest.TestCase):
    def test_the_receiver_of_these_tests_signs_as_the_convention_does(self):
        # The example of the specification, standard-webhooks 1.0.0.
        secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
        body = b'{"test": 2432232314}'
        self.assertEqual("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
                         signature(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, body))


class Addresses(ServerCase):
    """Without the setting: nothing but https to public addresses."""

    def test_what_is_refused_when_it_is_made(self):
        for url in ("http://example.com/", "https://127.0.0.1/", "https://10.1.2.3/", "https://192.168.0.1:8443/x",
                    "https://169.254.169.254/latest/meta-data", "https://[::1]/", "https://[::ffff:10.0.0.1]/",
                    "https://[fd00::1]/", "https://[fe80::1]/", "https://0/", "https://2130706433/", "https://0x7f.1/",
                    "ftp://example.com/", "https://", "example.com", "https://user:pass@example.com/",
                    "https://example.com/#part", "https://exa mple.com/", "javascript:alert(1)", "", "https://[64:ff9b::7f00:1]/"):
            with self.subTest(url):
                answer = self.api.post("/v1/webhooks", {"url": url})
                self.assert_problem(answer, 400, "invalid_request")
                self.assertEqual("/url", answer.json["errors"][0]["pointer"])
        self.assertEqual([], self.api.get("/v1/webhooks").json["items"])

    def test_a_name_that_leads_inside_is_refused_when_it_is_connected_to(self):
        answer = self.api.post("/v1/webhooks", {"url": f"https://localhost:{self.server.port}/", "types": ["deposited"]})
        self.assertEqual(201, answer.status, answer)
        self.assert_ok(self.api.deposit(self.api.fresh_user("ann"), 5), 201)
        path = f"/v1/webhooks/{answer.json['webhook_id']}"
        self.wait_until("it has failed", lambda: self.api.get(path).json["failing"])
        self.assertIn("must not reach", self.api.get(path).json["failing"]["fault"])
        self.assertEqual(200, self.api.request("DELETE", path).status)

    def test_other_faults(self):
        good = {"url": "https://example.com/"}
        for fields, code in (({"types": ["nothing"]}, "invalid_request"), ({"types": ["answer_kept"]}, "invalid_request"),
                             ({"types": ["switch_changed"]}, "invalid_request"),
                             ({"after": "x"}, "invalid_request"), ({"after": "999999999"}, "event_not_reached"),
                             ({"surprise": 1}, "invalid_request")):
            with self.subTest(fields):
                self.assertEqual(code, self.api.post("/v1/webhooks", {**good, **fields}).code)

    def test_there_are_at_most_100(self):
        made = [self.api.post("/v1/webhooks", {"url": "https://example.com/", "types": ["sale_closed"]})
                for _ in range(100)]
        self.assertEqual({201}, {answer.status for answer in made})
        self.assert_problem(self.api.post("/v1/webhooks", {"url": "https://example.com/"}), 409, "too_many_webhooks")
        for answer in made:
            self.assertEqual(200, self.api.request("DELETE", f"/v1/webhooks/{answer.json['webhook_id']}").status)


class Crashes(WebhookCase):
    def test_kill_9_loses_nothing(self):
        receiver = self.receiver()
        hook = self.hook(receiver, after="0")
        for _ in range(4):
            self.deposit(15)
            self.server.kill()
            self.server.start()
            self.api.close()
            type(self).api = Api(self.server.port)
        self.deposit()
        owed = facts(self.api)
        receiver.wait(lambda messages: {message.sequence for message in messages} >= set(owed))
        sequences = receiver.sequences()
        self.assertEqual(set(owed), set(sequences))
        # Each restart goes on from a place that was written down: further back, never ahead.
        for before, after in zip(sequences, sequences[1:]):
            self.assertLessEqual(after, owed[owed.index(before) + 1] if before != owed[-1] else before)
        self.assertTrue(all(message.is_signed_by(hook["secret"]) for message in receiver.messages))

    def test_an_orderly_stop_writes_down_how_far_it_got(self):
        receiver = self.receiver()
        hook = self.hook(receiver, types=["deposited"])
        self.deposit(5)
        receiver.wait(lambda messages: len(messages) == 5)
        self.assertEqual(0, self.server.stop())
        self.server.start()
        self.api.close()
        type(self).api = Api(self.server.port)
        self.deposit()
        receiver.wait(lambda messages: len(messages) > 5)
        self.assertEqual(6, len(receiver.messages), self.shown(hook))

    def test_a_copy_delivers_nothing_until_it_is_told_to(self):
        receiver = self.receiver()
        hook = self.hook(receiver, types=["deposited"])
        self.deposit()
        receiver.wait(len)
        copy = Server(PRIVATE)
        self.addCleanup(copy.remove)
        target = pathlib.Path(copy.data)
        shutil.rmtree(target, ignore_errors=True)
        done = run_command("backup", "--data", self.server.data, "--to", str(target.parent / "backup"))
        self.assertEqual(0, done.returncode, done.stderr)
        done = run_command("restore", "--from", str(target.parent / "backup"), "--data", str(target))
        self.assertEqual(0, done.returncode, done.stderr)
        # Neither a command nor a start that delivers nothing makes it a server in its own right.
        done = run_command("key", "list", "--data", str(target))
        self.assertEqual(0, done.returncode, done.stderr)
        copy.start("--webhooks=off")
        self.assertEqual(0, copy.stop())
        copy.start()
        with Api(copy.port) as api:
            path = f"/v1/webhooks/{hook['webhook_id']}"
            self.wait_until("it is paused", lambda: api.get(path).json["status"] == "paused")
            self.assertIn("copy", api.get(path).json["pause_reason"])
            count = len(receiver.messages)
            self.assert_ok(api.deposit(api.fresh_user("bob"), 5), 201)
            self.assertEqual(200, api.request("PATCH", path, {"paused": False}).status)
            message = receiver.wait(lambda messages: len(messages) > count)[-1]
            self.assertFalse(message.is_signed_by(hook["secret"]), "a copy signs as itself")


class ThreeDays(WebhookCase):
    server_flags = (PRIVATE, manual_clock())

    def test_pauses_grow_and_after_three_days_it_is_paused(self):
        receiver = self.receiver(lambda message: 500)
        hook = self.hook(receiver, types=["deposited"])
        self.deposit()
        failures = 0
        while self.shown(hook)["status"] == "active":
            failures += 1
            receiver.wait(lambda messages, failures=failures: len(messages) >= failures)
            self.wait_until("that is known", lambda failures=failures: self.shown(hook)["status"] == "paused" or
                            (self.shown(hook)["failing"] or {}).get("failures") == failures)
            self.api.advance(6 * 3_600_000 + DAY_MS // 20)
        self.assertLess(10, failures)
        self.assertLess(failures, 30)
        self.assertIn("three days", self.shown(hook)["pause_reason"])

    def test_a_receiver_may_ask_to_be_left_alone(self):
        answers = iter([(429, {"Retry-After": "7200"})])
        receiver = self.receiver(lambda message: next(answers, 200))
        hook = self.hook(receiver, types=["deposited"])
        self.deposit()
        self.wait_until("it has failed", lambda: self.shown(hook)["failing"])
        self.api.advance(7_100_000)
        self.assertEqual(1, len(receiver.messages))
        self.api.advance(200_000)
        receiver.wait(lambda messages: len(messages) == 2)


if __name__ == "__main__":
    unittest.main()
