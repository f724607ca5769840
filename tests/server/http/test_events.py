"""Following a packet: every event once, in journal order, however the client reads it."""

import socket
import time
import unittest
import urllib.parse

import flags
from cases import ServerCase
from client import encode_request
from events import Events

KEEP_ALIVE_MS = 15_000


class FollowingAPacket(ServerCase):
    server_flags = (flags.manual_clock(), *flags.no_daily_limits())

    def follow(self, packet, last_id=None):
        stream = Events(self.server.port, packet, last_id)
        self.addCleanup(stream.close)
        return stream

    def events(self, packet, last_id=None):
        """All events after one, of a packet that is over."""
        return self.follow(packet, last_id).opened().rest()

    def open_all(self, packet, users):
        return [self.assert_ok(self.api.open(packet, user)) for user in users]

    def expected(self, packet):
        """What a client should be told, worked out from the other views; the end as it is now."""
        view = self.api.packet(packet)
        left_fen, left_count = view["total_fen"], view["count"]
        told = []
        for fact in self.api.listing(f"/v1/packets/{packet}/timeline"):
            if fact["type"] == "opened":
                left_fen, left_count = left_fen - fact["amount_fen"], left_count - 1
                told.append((fact["trade_no"], "claim", fact["user_id"], fact["amount_fen"],
                             fact["at"], left_count, left_fen))
                if left_count == 0:
                    told.append((f"{fact['trade_no']}.end", "exhausted", view["luckiest_user_id"],
                                 view["exhausted_in_ms"], view["closed_at"]))
            elif fact["type"] == "closed":
                told.append((fact["trade_no"], "expired", fact["amount_fen"], fact["at"]))
        return told

    def words(self, event):
        names = {"claim": ("user_id", "amount_fen", "opened_at", "remaining_count",
                           "remaining_fen"),
                 "exhausted": ("luckiest_user_id", "exhausted_in_ms", "closed_at"),
                 "expired": ("refund_fen", "closed_at")}
        return (event.id, event.kind, *(event.data[name] for name in names[event.kind]))

    def assert_told(self, packet, events):
        self.assertEqual(self.expected(packet), [self.words(event) for event in events])

    def test_each_claim_comes_when_it_is_made_and_the_end_ends_the_stream(self):
        users = self.api.fresh_users(5)
        packet = self.api.fresh_packet(total_fen=1000, count=5)
        stream = self.follow(packet).opened()
        self.assertEqual("no-store, no-transform", stream.headers["cache-control"])
        self.assertEqual("close", stream.headers["connection"])
        events = []
        for number, user in enumerate(users):
            self.api.advance(1_250)
            opened = self.assert_ok(self.api.open(packet, user))
            events.append(stream.next())
            self.assertEqual(user, events[-1].data["user_id"])
            self.assertEqual(user, events[-1].data["username"])
            self.assertEqual(opened["amount_fen"], events[-1].data["amount_fen"])
            self.assertEqual(4 - number, events[-1].data["remaining_count"])
        events.extend(stream.rest())
        self.assertEqual(2_000, stream.retry)
        self.assertEqual(6_250 - 1_250 * 0, events[-1].data["exhausted_in_ms"])
        self.assert_told(packet, events)
        self.assert_told(packet, self.events(packet))

    def test_after_any_event_exactly_the_rest_follows_also_after_a_crash(self):
        users = self.api.fresh_users(150)
        gone = self.api.fresh_packet(total_fen=40_000, count=150, sender=self.merchant())
        self.open_all(gone, users)
        refunded = self.api.fresh_packet(total_fen=100, count=5, expires_in_s=60)
        self.open_all(refunded, users[:3])
        self.api.advance(61_000)
        self.wait_until_refunded(refunded)
        for restart in (None, self.crash_and_restart, self.restart):
            if restart:
                restart()
            for packet in (gone, refunded):
                events = self.events(packet)
                self.assert_told(packet, events)
                sent = self.api.listing(f"/v1/packets/{packet}/timeline")[0]["trade_no"]
                for start in ("0", sent):
                    self.assertEqual(events, self.events(packet, start))
                for place in range(0, len(events) - 1, 1 if restart is None else 37):
                    self.assertEqual(events[place + 1:], self.events(packet, events[place].id))

    def merchant(self):
        return self.api.fresh_user("shop", 40_000, type="merchant")

    def test_an_open_packet_is_followed_on_from_any_event(self):
        users = self.api.fresh_users(6)
        packet = self.api.fresh_packet(total_fen=600, count=6)
        self.open_all(packet, users[:4])
        whole = self.follow(packet).opened()
        known = whole.take(4)
        streams = [self.follow(packet, event.id).opened() for event in known]
        for place, stream in enumerate(streams):
            self.assertEqual(known[place + 1:], stream.take(3 - place))
        self.open_all(packet, users[4:])
        rest = whole.rest()
        for stream in streams:
            self.assertEqual(rest, stream.rest())
        self.assert_told(packet, known + rest)

    def test_the_refund_of_an_expired_packet_is_its_last_event(self):
        users = self.api.fresh_users(2)
        packet = self.api.fresh_packet(total_fen=100, count=5, expires_in_s=60)
        stream = self.follow(packet).opened()
        self.open_all(packet, users)
        self.api.advance(59_000)
        self.open_all(self.api.fresh_packet(total_fen=5, count=5), users)
        self.api.advance(2_000)
        events = stream.rest()
        self.assertEqual(["claim", "claim", "expired"], [event.kind for event in events])
        self.assertEqual(100 - sum(event.data["amount_fen"] for event in events[:2]),
                         events[2].data["refund_fen"])
        self.assert_told(packet, events)

    def test_a_client_that_closes_its_side_after_asking_is_told_what_there_is(self):
        users = self.api.fresh_users(150)
        packet = self.api.fresh_packet(self.merchant(), total_fen=2_000, count=200)
        self.open_all(packet, users)
        last_id, told = None, 150
        for _ in range(20):
            with Events(self.server.port, packet, last_id) as stream:
                stream.socket.shutdown(socket.SHUT_WR)
                events = stream.opened().take(told)
                self.assertTrue(stream.buffer == b"" and stream.read_to_end())
            self.assertEqual(users[-told:], [event.data["user_id"] for event in events])
            last_id, told = events[6].id, told - 7

    def test_a_client_that_has_the_last_event_is_told_not_to_come_again(self):
        gone = self.api.fresh_packet(total_fen=2, count=2)
        self.open_all(gone, self.api.fresh_users(2))
        refunded = self.api.fresh_packet(total_fen=2, count=2, expires_in_s=60)
        self.api.advance(61_000)
        self.wait_until_refunded(refunded)
        for packet in (gone, refunded):
            last = self.events(packet)[-1]
            with self.connect() as line:
                line.send(encode_request("GET", f"/v1/packets/{packet}/events",
                                         headers=[("Last-Event-ID", last.id)]))
                answer = line.read_answer()
                self.assertEqual((204, b""), (answer.status, answer.body), answer)
                self.assertNotIn("content-length", answer.headers)
                self.assertEqual(200, line.request("GET", "/livez").status)

    def test_an_empty_id_is_none_and_polyfills_send_it_in_the_query(self):
        packet = self.api.fresh_packet(total_fen=3, count=3)
        self.open_all(packet, self.api.fresh_users(3))
        told = self.events(packet)

        def seen(last_id=None, query=""):
            stream = Events(self.server.port, packet, last_id, query=query)
            self.addCleanup(stream.close)
            return stream.opened().rest()

        for last_id in ("", " "):
            self.assertEqual(told, seen(last_id))
        self.assertEqual(told, seen(query="?lastEventId="))
        for at, event in enumerate(told[:-1]):
            self.assertEqual(told[at + 1:], seen(query=f"?lastEventId={event.id}"))
            self.assertEqual(told[at + 1:], seen("", f"?lastEventId={event.id}"))
        # The header has precedence.
        self.assertEqual(told[2:], seen(told[1].id, f"?lastEventId={told[0].id}"))

    def test_wrong_ids_are_refused(self):
        packet = self.api.fresh_packet(total_fen=100, count=5)
        self.open_all(packet, self.api.fresh_users(2))
        last = int(self.follow(packet).opened().take(2)[-1].id)
        self.api.fresh_user("other", 5)
        for text in ("x", "-1", "+1", "1.0", "01", "1 2", f"{last}.end", f"{last}.", f"{last}.1",
                     "0.end", str(last + 1), str(last + 1_000_000), str(2**64 - 1), str(2**64),
                     "9" * 40, "1"):
            with self.subTest(text):
                answer = self.api.request("GET", f"/v1/packets/{packet}/events",
                                          headers=[("Last-Event-ID", text)])
                self.assert_problem(answer, 400, "invalid_request")
                with self.connect() as line:
                    answer = line.request("GET", f"/v1/packets/{packet}/events?lastEventId="
                                                 f"{urllib.parse.quote(text)}")
                    self.assert_problem(answer, 400, "invalid_request")
        answer = self.api.request("GET", f"/v1/packets/{packet}/events",
                                  headers=[("Last-Event-ID", last), ("Last-Event-ID", last)])
        self.assert_problem(answer, 400, "invalid_request", "bad_request")

    def test_unknown_packets_are_not_found(self):
        for packet in ("1234567890123456789", "0", "abc", str(2**64), "%00"):
            answer = self.api.get(f"/v1/packets/{packet}/events")
            self.assert_problem(answer, (400, 404), "packet_not_found", "bad_request")
        self.assertEqual(405, self.api.post("/v1/packets/1/events", {}).status)

    def test_a_head_request_gets_no_stream(self):
        packet = self.api.fresh_packet(total_fen=100, count=5)
        with self.connect() as line:
            answer = line.ask(encode_request("HEAD", f"/v1/packets/{packet}/events"))
            self.assertEqual((200, "text/event-stream"),
                             (answer.status, answer.headers["content-type"]))
            self.assertEqual({"status": "alive"}, line.request("GET", "/livez").json)

    def test_a_quiet_stream_shows_that_it_lives(self):
        users = self.api.fresh_users(1)
        packet = self.api.fresh_packet(total_fen=100, count=5)
        stream = self.follow(packet).opened()
        self.wait_until("the stream begins", lambda: stream.poll(b"retry: 2000\n\n"))
        # The question may still be on its way to the read model when the clock is moved.
        self.wait_until("a sign of life", lambda: self.api.advance(KEEP_ALIVE_MS) and
                        stream.poll(b": keep-alive\n\n"))
        self.open_all(packet, users)
        self.assertEqual("claim", stream.next().kind)
        self.assertGreaterEqual(stream.comments, 1)

    def test_only_the_packets_own_events_come(self):
        users = self.api.fresh_users(3)
        first, second = (self.api.fresh_packet(total_fen=30, count=3) for _ in range(2))
        streams = {packet: self.follow(packet).opened() for packet in (first, second)}
        for user in users:
            for packet in (first, second):
                self.open_all(packet, [user])
                time.sleep(0.01)
        for packet, stream in streams.items():
            self.assert_told(packet, stream.rest())


if __name__ == "__main__":
    unittest.main()
