"""What happens, for programs: every fact that is on disk, in the order of the journal, once; whatever becomes of the
server in between. The judge is the journal itself, as `hongbao dump` prints it."""

import json
import threading
import time
import unittest

from access import Access
from api import Api, fresh_name
from cases import ServerCase
from client import Closed, encode_request
from server import Server, run_command

EVENTS = ("Accept", "text/event-stream")


class Follower:
    """Reads a stream of events until `enough` says so; goes on by Last-Event-ID like an EventSource."""

    def __init__(self, api, target, headers=()):
        self.api, self.target, self.headers = api, target, tuple(headers)
        self.last, self.events = None, []

    def read(self, enough):
        position = (("Last-Event-ID", self.last),) if self.last else ()
        self.api.send(encode_request("GET", self.target, headers=[EVENTS, *self.headers, *position]))
        text = b""
        while not enough(self.events):
            chunk = self.api.socket.recv(65_536)
            if not chunk:
                return False
            text += chunk
            *blocks, text = text.split(b"\n\n")
            for block in blocks:
                fields = dict(line.split(": ", 1) for line in block.decode().split("\n") if ": " in line)
                if "data" in fields:
                    event = json.loads(fields["data"])
                    assert fields["id"] == event["id"] and fields["event"] == event["type"], block
                    self.events.append(event)
                    self.last = event["id"]
        return True


def pages(api, target, limit=7):
    """All items of a feed, page after page, and the position after the last."""
    items, after = [], "0"
    while True:
        answer = api.get(f"{target}{'&' if '?' in target else '?'}after={after}&limit={limit}")
        assert answer.status == 200, answer
        items += answer.json["items"]
        after = answer.json["next_after"]
        if answer.json["is_end"]:
            return items, after


def facts_of(lines):
    """What a feed should tell of the lines of a dump."""
    return [(str(line["sequence"]), line["type"], line["at"]) for line in lines if line["type"] != "answer_kept"]


def told(items):
    return [(item["id"], item["type"], item["at"]) for item in items]


class EventFeed(ServerCase):
    def some_facts(self):
        packet = self.api.fresh_packet(total_fen=1_000, count=3)
        users = [self.api.fresh_user("ann", 500) for _ in range(3)]
        for user in users:
            self.assert_ok(self.api.open(packet, user))
        self.api.transfer(users[0], users[1], 5)
        return packet, users

    def settled(self, target="/v1/events"):
        """The feed once it has reached the journal."""
        last = str(self.api.audit()["journal_sequence"])
        self.wait_until("the feed is there", lambda: pages(self.api, target)[1] >= last or
                        int(pages(self.api, target)[1]) >= int(last))
        return pages(self.api, target)[0]

    def test_pages_have_each_fact_once_in_order(self):
        self.some_facts()
        self.api.open_batch([{"packet_id": "1", "user_id": "nobody"}])
        items = self.settled()
        self.assertEqual(facts_of(map(json.loads, self.server.dump_lines())), told(items))

    def test_filters_let_through_what_they_name(self):
        packet, users = self.some_facts()
        everything = self.settled()
        opened = [item for item in everything if item["type"] == "share_opened" and item["data"]["packet_id"] == packet]
        self.assertEqual(opened, pages(self.api, f"/v1/events?type=share_opened&packet={packet}")[0])
        self.assertEqual(3, len(opened))
        of_user = pages(self.api, f"/v1/events?account={users[1]}")[0]
        self.assertEqual(of_user, pages(self.api, f"/v1/accounts/{users[1]}/events")[0])
        self.assertEqual(["account_opened", "deposited", "share_opened", "transferred"],
                         [item["type"] for item in of_user])
        self.assertEqual([], pages(self.api, "/v1/events?type=sale_opened,sale_closed&account=" + users[1])[0])

    def test_a_packet_is_told_to_those_whom_it_is_for(self):
        recipient = self.api.fresh_user("ann")
        packet = self.api.fresh_packet(total_fen=100, count=1, recipients=[recipient])
        self.settled()
        items = pages(self.api, f"/v1/accounts/{recipient}/events")[0]
        self.assertEqual(["account_opened", "packet_sent"], [item["type"] for item in items])
        self.assertEqual(packet, items[1]["data"]["packet_id"])

    def test_a_sale_has_a_feed_of_its_own(self):
        now_ms = round(time.time() * 1000)
        sales = [self.api.fresh_sale(now_ms - 1_000, now_ms + 3_600_000) for _ in range(2)]
        buyer = self.api.fresh_user("ann", 100_000)
        for sale in sales:
            self.assert_ok(self.api.reserve(sale, buyer), 201)
        everything = self.settled()
        for sale in sales:
            of_sale = pages(self.api, f"/v1/sales/{sale}/events")[0]
            self.assertEqual(["sale_opened", "order_reserved"], [item["type"] for item in of_sale])
            self.assertEqual([item for item in everything if item["data"].get("sale_id") == sale], of_sale)

    def test_wrong_questions_are_told_all_their_faults(self):
        answer = self.api.get("/v1/events?limit=0&type=answer_kept&account=a%20b&packet=x&after=-1")
        self.assert_problem(answer, 400, "invalid_request")
        self.assertEqual({"limit", "type", "account", "packet", "after"},
                         {fault["parameter"] for fault in answer.json["errors"]})
        self.assert_problem(self.api.get("/v1/events?packet=1&sale=2"), 400, "invalid_request")
        self.assert_problem(self.api.get("/v1/accounts/nobody/events"), 404, "account_not_found")
        self.assert_problem(self.api.get("/v1/accounts/nobody/events?account=x"), 400, "invalid_request")
        last = self.api.audit()["journal_sequence"]
        beyond = self.api.get(f"/v1/events?after={last + 1_000}")
        self.assert_problem(beyond, 409, "event_not_reached")
        self.assertIn(f"record {last}", beyond.json["detail"])
        resumed = self.api.ask(encode_request("GET", "/v1/events", headers=[EVENTS, ("Last-Event-ID", str(last + 1_000))]))
        self.assert_problem(resumed, 409, "event_not_reached")
        self.assert_problem(self.api.get("/v1/sales/9/events"), 404, "sale_not_found")

    def test_a_stream_tells_what_comes_and_goes_on_after_a_kill(self):
        user = self.api.fresh_user("ann", 10_000)
        follower = Follower(self.connect(), "/v1/events?after=0")
        self.assertTrue(follower.read(lambda events: any(event["data"].get("user_id") == user for event in events)))
        for round_ in range(3):
            for number in range(20):
                self.api.deposit(user, 1 + number)
            count = len(follower.events)
            self.server.kill()
            self.server.start()
            self.api.close()
            type(self).api = Api(self.server.port)
            follower.api = self.connect()
            last = str(self.api.audit()["journal_sequence"])
            self.assertTrue(follower.read(lambda events, last=last: events and events[-1]["id"] == last), round_)
            self.assertGreater(len(follower.events), count)
        self.assertEqual(facts_of(map(json.loads, self.server.dump_lines())), told(follower.events))

    def test_without_a_position_a_stream_begins_with_what_comes_next(self):
        user = self.api.fresh_user("ann", 100)
        follower = Follower(self.connect(), f"/v1/accounts/{user}/events")
        reader = threading.Thread(target=follower.read, args=(len,))
        reader.start()
        self.wait_until("something was told", lambda: self.api.deposit(user, 5).status == 201 and follower.events)
        reader.join()
        self.assertEqual("deposited", follower.events[0]["type"])

    def test_head_of_both(self):
        for accept, content in ((EVENTS[1], EVENTS[1]), ("application/json", "application/json")):
            answer = self.api.ask(encode_request("HEAD", "/v1/events", headers=[("Accept", accept)]))
            self.assertEqual((200, content), (answer.status, answer.headers["content-type"]))

    def test_archived_facts_are_told_too(self):
        before = facts_of(map(json.loads, self.server.dump_lines()))
        self.some_facts()
        done = run_command("archive", "--data", self.server.data, "--keep-records", "2")
        self.assertEqual(0, done.returncode, done.stderr)
        items = self.settled()
        self.assertEqual(before, told(items)[:len(before)])
        self.assertEqual(facts_of(map(json.loads, self.server.dump_lines())), told(items))

    def test_a_server_that_stops_ends_its_streams(self):
        server = Server()
        self.addCleanup(server.remove)
        server.start()
        api = Api(server.port)
        self.addCleanup(api.close)
        follower = Follower(api, "/v1/events")
        ended = []
        reader = threading.Thread(target=lambda: ended.append(follower.read(lambda events: False)))
        reader.start()
        with Api(server.port) as other:
            self.wait_until("the stream is open",
                            lambda: 'hongbao_streams 1' in other.get("/metrics").body.decode())
        self.assertEqual(0, server.stop())
        reader.join()
        self.assertEqual([False], ended)


class WhoSeesWhat(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server()
        cls.addClassCleanup(cls.server.remove)
        cls.server.start()
        cls.access = Access(cls.server)
        cls.service = cls.access.api("service")
        for shop in ("shop-1", "shop-2"):
            cls.service.create_account(shop, type="merchant")
        for user in ("ann", "bob"):
            cls.service.create_account(user)
        cls.access.operator.deposit("shop-1", 10_000)

    @classmethod
    def tearDownClass(cls):
        for api in (cls.service, cls.access.operator):
            api.close()

    wait_until = ServerCase.wait_until

    def api(self, scope, **fields):
        api = self.access.api(scope, **fields)
        self.addCleanup(api.close)
        return api

    def types(self, api, target="/v1/events"):
        return {item["type"] for item in pages(api, target)[0]}

    def test_a_merchant_is_told_of_its_own_things_alone(self):
        packet = self.service.send_packet("shop-1", total_fen=300, count=3).json["id"]
        self.assertEqual(200, self.service.open(packet, "ann").status)
        first, second = (self.api("merchant", account=shop) for shop in ("shop-1", "shop-2"))
        self.wait_until("the open is told", lambda: "share_opened" in self.types(first))
        for item in pages(first, "/v1/events")[0]:
            self.assertTrue("shop-1" in item["data"].values() or item["data"].get("packet_id") == packet, item)
        self.assertEqual({"account_opened"}, self.types(second))
        self.assertEqual(403, first.get("/v1/events?account=shop-2").status)
        self.assertEqual(403, first.get("/v1/accounts/shop-2/events").status)

    def test_what_operators_do_is_for_readers_and_operators(self):
        self.access.key("gateway")
        for api, sees in ((self.service, False), (self.api("reader"), True), (self.access.operator, True)):
            self.wait_until("the deposit is told", lambda api=api: "deposited" in self.types(api))
            self.assertEqual(sees, "access_key_created" in self.types(api))

    def test_a_user_is_told_of_itself(self):
        ann = self.access.user("ann")
        self.addCleanup(ann.close)
        self.assertEqual(403, ann.get("/v1/events").status)
        self.assertEqual(403, ann.get("/v1/accounts/bob/events").status)
        self.assertIn("account_opened", self.types(ann, "/v1/accounts/ann/events"))

    def test_a_revoked_key_ends_its_stream(self):
        made = self.access.make_key("reader")
        api = Api(self.server.port).connect()
        self.addCleanup(api.close)
        follower = Follower(api, "/v1/events?after=0", [("Authorization", f"Bearer {made['key']}")])
        self.assertTrue(follower.read(len))
        self.assertEqual(200, self.access.operator.revoke_key(made["key_id"] if "key_id" in made else made["id"]).status)
        ended = False
        try:
            while not ended:
                ended = not api.socket.recv(65_536)
        except (Closed, ConnectionError):
            ended = True
        self.assertTrue(ended)

    def test_no_secret_is_told(self):
        packet = self.service.send_packet("shop-1", total_fen=300, count=3, passphrase="open-sesame",
                                          split={"when": "up_front"}).json["id"]
        operator = self.access.operator
        self.wait_until("the packet is told", lambda: any(
            item["data"].get("packet_id") == packet for item in pages(operator, "/v1/events")[0]))
        text = json.dumps(pages(operator, "/v1/events")[0])
        self.assertNotIn("sesame", text)
        self.assertNotIn("digest", text)
        self.assertNotIn('"seed"', text)


class ManyFollowers(ServerCase):
    def test_each_of_many_is_told_all_and_a_stalled_one_holds_nobody_up(self):
        user = self.api.fresh_user("ann", 1)
        stalled = self.connect()
        stalled.send(encode_request("GET", "/v1/events?after=0", headers=[EVENTS]))
        followers = [Follower(self.connect(), f"/v1/events?account={user}") for _ in range(20)]
        readers = [threading.Thread(target=follower.read, args=(lambda events: len(events) >= 50,))
                   for follower in followers]
        for reader in readers:
            reader.start()
        self.wait_until("all follow", lambda: "hongbao_streams 21" in self.api.get("/metrics").body.decode())
        references = [fresh_name("ref") for _ in range(50)]
        for reference in references:
            self.assertEqual(201, self.api.deposit(user, 1, reference=reference).status)
        for reader in readers:
            reader.join()
        for follower in followers:
            self.assertEqual(references, [event["data"]["reference"] for event in follower.events])


if __name__ == "__main__":
    unittest.main()
