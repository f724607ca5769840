"""Whose a thing is: users and merchants see their own and what they may look at; the rest does not exist."""

import unittest

from access import Access
from api import fresh_name, instant_text
from cases import assert_problem
from client import encode_request
from flags import manual_clock, no_daily_limits, requests_per_s_per_user, sale_refund_period_s
from matrix_world import World
from server import Server


class Own(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server(manual_clock(), sale_refund_period_s(60), requests_per_s_per_user(0), *no_daily_limits())
        cls.addClassCleanup(cls.server.remove)
        cls.server.start()
        cls.access = Access(cls.server)
        cls.operator = cls.access.operator
        cls.world = World(cls.operator)
        cls.shop, cls.shop2 = (cls.access.api("merchant", account=shop) for shop in cls.world.shops)
        cls.reader = cls.access.api("reader")
        cls.names = [*cls.world.people, *cls.world.shops]

    def setUp(self):
        """New tokens, since tests move the clock."""
        self.alice, self.bob = (self.access.user(user) for user in self.world.people)
        self.addCleanup(self.alice.close)
        self.addCleanup(self.bob.close)

    @classmethod
    def tearDownClass(cls):
        for api in (cls.shop, cls.shop2, cls.reader, cls.operator):
            api.close()
        assert cls.server.stop() == 0, cls.server.stderr_text()
        done = cls.server.verify()
        assert done.returncode == 0, done.stderr

    def refused(self, answer, status, code):
        assert_problem(self, answer, status, code)

    def sees_claims(self, api, packet):
        """Whether it sees claims, timeline and fairness of a packet: all of them, or none."""
        seen = {api.get(f"/v1/packets/{packet}/{what}").status for what in ("claims", "timeline", "fairness")}
        self.assertEqual(1, len(seen), seen)
        return seen == {200}

    # Packets
    def test_claims_are_seen_by_whom_they_concern(self):
        alice, bob, shop, shop2 = self.names
        packet = self.operator.fresh_packet(alice, total_fen=20, count=2, kind="equal", recipients=[shop, bob])
        self.assertTrue(self.sees_claims(self.alice, packet), "the sender")
        self.assertTrue(self.sees_claims(self.bob, packet), "a recipient")
        self.assertTrue(self.sees_claims(self.shop, packet), "another")
        self.assertFalse(self.sees_claims(self.shop2, packet))
        only_one = self.operator.fresh_packet(alice, total_fen=20, count=1, kind="equal", recipients=[shop])
        self.assertTrue(self.sees_claims(self.shop, only_one))
        self.assertFalse(self.sees_claims(self.bob, only_one))

    def test_claims_of_a_packet_with_a_pass_phrase_are_seen_by_whoever_has_a_share(self):
        packet = self.world.private_packet(self.names[0])
        self.assertFalse(self.sees_claims(self.bob, packet))
        self.assertEqual(200, self.bob.post(f"/v1/packets/{packet}/open", {"passphrase": "open sesame"}).status)
        self.assertTrue(self.sees_claims(self.bob, packet))
        self.assertTrue(self.sees_claims(self.reader, packet))

    def follows(self, api, events):
        """The status of the head of a stream."""
        return api.ask(encode_request("HEAD", events, headers=api.carried()), False).status

    def test_a_packet_is_followed_by_whom_its_claims_concern(self):
        packet = self.world.private_packet(self.names[0])
        events = f"/v1/packets/{packet}/events"
        for api in (self.bob, self.shop):
            self.refused(api.get(events), 404, "packet_not_found")
        for api in (self.alice, self.reader):
            self.assertEqual(200, self.follows(api, events))
        self.assertEqual(200, self.bob.post(f"/v1/packets/{packet}/open", {"passphrase": "open sesame"}).status)
        self.assertEqual(200, self.follows(self.bob, events))
        public = f"/v1/packets/{self.world.packet()}/events"
        for api in (self.alice, self.bob, self.shop):
            self.assertEqual(200, self.follows(api, public))

    def test_claims_of_a_public_packet_are_seen_by_all_users(self):
        packet = self.world.packet()
        self.assertTrue(self.sees_claims(self.alice, packet))
        self.assertFalse(self.sees_claims(self.shop, packet), "a merchant sees its own")

    def test_it_stays_so_after_the_packets_end_and_a_restart(self):
        alice, bob, shop, _ = self.names
        packet = self.operator.fresh_packet(alice, total_fen=30, count=2, kind="equal", expires_in_s=60,
                                            recipients=[bob, shop])
        self.assertEqual(200, self.bob.post(f"/v1/packets/{packet}/open", {}).status)
        self.operator.advance(61_000)
        for api in (self.alice, self.bob, self.shop, self.shop2, self.reader, self.operator):
            api.close()
        self.server.restart()
        for api in (self.alice, self.bob, self.shop, self.shop2, self.reader):
            api.port = self.server.port
        self.assertTrue(self.sees_claims(self.bob, packet))
        self.assertTrue(self.sees_claims(self.shop, packet))
        self.assertFalse(self.sees_claims(self.shop2, packet))

    def test_pass_phrases_are_never_shown_again(self):
        phrase = fresh_name("phrase")
        sent = self.alice.post("/v1/packets", {"kind": "lucky", "total_fen": 10, "count": 2, "passphrase": phrase},
                               fresh_name("key"))
        self.assertEqual(201, sent.status, sent)
        packet = sent.json["id"]
        alice = self.names[0]
        shown = [sent, *(self.reader.get(target) for target in (
            f"/v1/packets/{packet}", f"/v1/packets/{packet}/claims", f"/v1/packets/{packet}/timeline",
            f"/v1/packets?sender={alice}", f"/v1/accounts/{alice}/packets/sent", f"/v1/accounts/{alice}/entries",
            "/v1/operations"))]
        for answer in shown:
            self.assertIn(answer.status, (200, 201), answer)
            self.assertNotIn(phrase.encode(), answer.body)

    def test_one_foreign_item_refuses_the_whole_batch(self):
        packets = [self.world.packet(), self.world.packet()]
        items = [{"packet_id": packets[0]}, {"packet_id": packets[1], "user_id": self.names[1]}]
        before = self.operator.audit()
        self.refused(self.alice.open_batch(items), 403, "not_yours")
        self.refused(self.alice.post("/v1/opens", {"opens": items}, fresh_name("key")), 403, "not_yours")
        self.assertEqual(before, self.operator.audit())
        answer = self.alice.open_batch([{"packet_id": packet} for packet in packets])
        self.assertEqual([self.names[0]] * 2, [item["user_id"] for item in answer.json["results"]])

    # Restricted tokens
    def test_a_token_for_one_packet_opens_no_other(self):
        here, there = self.world.packet(), self.world.packet()
        guest = self.access.user(self.names[0], packet_id=here)
        self.addCleanup(guest.close)
        self.refused(guest.open_batch([{"packet_id": here}, {"packet_id": there}]), 403, "not_allowed")
        self.refused(guest.post(f"/v1/packets/{there}/open", {}), 403, "not_allowed")
        self.refused(guest.get(f"/v1/packets/{fresh_name('no id')}".replace(" ", "-")), 403, "not_allowed")
        self.assertEqual(200, guest.post(f"/v1/packets/{here}/open", {}).status)
        self.refused(guest.get(f"/v1/accounts/{self.names[0]}"), 403, "not_allowed")

    def test_a_token_for_one_sale_is_for_the_orders_of_it(self):
        sale, order = self.world.order(self.names[0])
        _, another = self.world.order(self.names[0])
        _, foreign = self.world.order(self.names[1])
        guest = self.access.user(self.names[0], sale_id=sale)
        self.addCleanup(guest.close)
        self.assertEqual(200, guest.get(f"/v1/orders/{order}").status)
        for ask in (lambda name: guest.get(f"/v1/orders/{name}"), guest.pay_order, guest.cancel_order):
            self.refused(ask(another), 403, "not_allowed")
            self.refused(ask(foreign), 404, "order_not_found")
        self.assertEqual(200, guest.pay_order(order).status)
        self.assertEqual("reserved", self.operator.order(another)["status"])

    # Orders and merchants
    def test_a_merchant_sees_the_orders_of_its_sales_and_pays_and_cancels_none(self):
        alice, _, shop, _ = self.names
        sale = self.world.sale(merchant=shop)
        order = self.alice.post(f"/v1/sales/{sale}/reservations", {}).json["id"]
        self.assertEqual(200, self.shop.get(f"/v1/orders/{order}").status)
        self.assertEqual([order], [item["id"] for item in self.shop.listing(f"/v1/sales/{sale}/orders")])
        self.assertEqual([order], [item["id"] for item in self.shop.listing(f"/v1/sales/{sale}/orders?user_id={alice}")])
        self.refused(self.shop2.get(f"/v1/orders/{order}"), 404, "order_not_found")
        self.refused(self.shop2.get(f"/v1/sales/{sale}/orders"), 404, "sale_not_found")
        before = self.operator.audit()
        for other in (self.shop, self.shop2, self.bob):
            status, code = (403, "not_yours") if other is self.shop else (404, "order_not_found")
            self.refused(other.pay_order(order), status, code)
            self.refused(other.cancel_order(order), status, code)
        self.assertEqual(before, self.operator.audit())
        self.assertEqual("paid", self.alice.pay_order(order).json["status"])

    def test_an_order_is_its_buyers_also_when_its_sale_is_over(self):
        now = self.operator.now_ms()
        sale = self.operator.fresh_sale(now, now + 60_000, merchant=self.names[2], payment_window_s=60)
        order = self.alice.post(f"/v1/sales/{sale}/reservations", {}).json["id"]
        self.assertEqual("paid", self.alice.pay_order(order).json["status"])
        self.operator.advance(600_000)
        for other in (self.bob, self.shop2):
            self.refused(other.get(f"/v1/orders/{order}"), 404, "order_not_found")
            self.refused(other.cancel_order(order), 404, "order_not_found")
        self.assertEqual(order, self.alice.get(f"/v1/orders/{order}").json["id"])
        self.assertEqual(order, self.shop.get(f"/v1/orders/{order}").json["id"])
        self.refused(self.alice.cancel_order(order), 409, "order_final")

    def test_a_merchants_lists_are_of_its_own_things(self):
        now = self.operator.now_ms()
        shop, shop2 = self.names[2:]
        for name in (shop, shop2):
            self.world.sale(merchant=name)
            self.operator.fresh_packet(name, total_fen=10, count=1)
            self.operator.fresh_campaign([{"starts_at": instant_text(now), "ends_at": instant_text(now + 60_000),
                                           "win_permille": 1, "share_fen_min": 1, "share_fen_max": 1,
                                           "wins_per_user": 1}], 10, merchant=name)
        for what, field in (("packets", "sender"), ("campaigns", "merchant"), ("sales", "merchant")):
            with self.subTest(what):
                everything = self.shop.listing(f"/v1/{what}", limit=1)
                self.assertEqual({shop}, {item[field] for item in everything})
                self.assertEqual(everything, self.shop.listing(f"/v1/{what}?{field}={shop}"))
                self.assertEqual(everything, self.reader.listing(f"/v1/{what}?{field}={shop}"))
                self.refused(self.shop.get(f"/v1/{what}?{field}={shop2}"), 403, "not_yours")
                self.refused(self.shop.get(f"/v1/{what}?{field}=nobody-at-all"), 403, "not_yours")

    def test_a_merchants_list_of_accounts_is_its_own(self):
        shop = self.names[2]
        account = self.shop.account(shop).json
        self.assertEqual([account], self.shop.listing("/v1/accounts"))
        for query, count in (("type=merchant", 1), ("type=personal", 0), ("status=frozen", 0), (f"prefix={shop}", 1),
                             ("prefix=zzz", 0), (f"from={account['created_at']}", 1), (f"to={account['created_at']}", 0)):
            with self.subTest(query):
                self.assertEqual(count, len(self.shop.listing(f"/v1/accounts?{query}")))
        self.refused(self.shop.get("/v1/accounts?limit=0"), 400, "invalid_request")
        self.refused(self.shop.get("/v1/accounts?cursor=x"), 400, "invalid_cursor")

    # Trades
    def test_a_trade_is_shown_to_both_sides(self):
        alice, bob = self.names[:2]
        trade = self.alice.post("/v1/transfers", {"to": bob, "amount_fen": 5}, fresh_name("key")).json["trade_no"]
        for api in (self.alice, self.bob, self.reader):
            self.assertEqual(alice, api.get(f"/v1/trades/{trade}").json["from"])
        self.refused(self.shop.get(f"/v1/trades/{trade}"), 404, "trade_not_found")

    def test_names_that_are_no_accounts_own_no_trades(self):
        """A deposit is from `outside`; who is called so sees none."""
        trade = self.operator.deposit(self.names[0], 1).json["trade_no"]
        answer = self.operator.issue_token("outside")
        if answer.status == 201:
            self.refused(self.access.user("outside").get(f"/v1/trades/{trade}"), 404, "trade_not_found")
        else:
            self.assertIn(answer.status, (400, 404, 422), answer)

    # Operators
    def test_a_withdrawal_says_who_and_why(self):
        name = fresh_name("reason")
        done = self.operator.withdraw(self.names[0], 1, reason=name)
        self.assertEqual(201, done.status, done)
        said = self.reader.get("/v1/operations").json["items"][0]
        self.assertEqual(("local", name), (said["principal"], said["reason"]), said)
        self.assertEqual(done.headers["x-request-id"], said["request_id"])


if __name__ == "__main__":
    unittest.main()
