"""Many followers, some of which do not read, crashes and stops: what streams cost and whom they harm."""

import pathlib
import signal
import threading
import time
import unittest

import flags
from api import Api
from cases import ServerCase
from client import Closed, encode_bare, encode_request, run_at_once
from crowd import allow_descriptors
from events import Events
from faults import can_trace, strace
from server import Server

DEADLINE_S = 60


def wait_until(what, holds, deadline_s=DEADLINE_S):
    deadline = time.monotonic() + deadline_s
    while not holds():
        assert time.monotonic() < deadline, f"never happened: {what}"
        time.sleep(0.02)


def resident_kb(process):
    status = pathlib.Path(f"/proc/{process.pid}/status").read_text("ascii")
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS")))


def open_in_batches(api, packet, users):
    for first in range(0, len(users), 1000):
        answer = api.open_batch([{"packet_id": packet, "user_id": user}
                                 for user in users[first:first + 1000]])
        assert answer.status == 200, answer
        assert all("amount_fen" in result for result in answer.json["results"]), answer


def large_packet(api, count):
    shop = api.fresh_user("shop", count, type="merchant")
    return api.fresh_packet(shop, "equal", share_fen=1, count=count)


class ACrowdFollows(ServerCase):
    def test_a_thousand_followers_of_one_packet_are_told_the_same(self):
        allow_descriptors(1_200)
        packet = large_packet(self.api, 60)
        users = self.api.fresh_users(60)
        before_kb = resident_kb(self.server.process)
        streams = [Events(self.server.port, packet) for _ in range(1_000)]
        for stream in streams:
            self.addCleanup(stream.close)
            stream.opened()
        print(f"a stream takes {(resident_kb(self.server.process) - before_kb) / 1_000} kB")
        run_at_once(self.server.port, [("POST", f"/v1/packets/{packet}/open", {"user_id": user})
                                       for user in users], 20)
        told = streams[0].rest()
        self.assertEqual(61, len(told))
        facts = self.api.listing(f"/v1/packets/{packet}/timeline")
        self.assertEqual([fact["trade_no"] for fact in facts[1:]], [event.id for event in told[:-1]])
        for stream in streams[1:]:
            self.assertEqual(told, stream.rest())


class StreamsAreBounded(unittest.TestCase):
    def started(self, *settings, wrapper=()):
        server = Server(*settings, wrapper=wrapper)
        self.addCleanup(server.remove)
        return server.start()

    def test_beyond_streams_max_a_client_is_told_to_come_later_and_leaving_makes_room(self):
        server = self.started(flags.streams_max(3))
        with Api(server.port) as api:
            packet = api.fresh_packet(total_fen=100, count=5)
            streams = [Events(server.port, packet).opened() for _ in range(3)]
            # A browser gives up for good on a stream that is refused with a 503.
            hints = {told_to_come_again(self, server.port, packet) for _ in range(5)}
            self.assertGreater(len(hints), 1, "all come again at once")
            # HEAD takes no place, and needs none.
            self.assertEqual(200, api.ask(encode_bare("HEAD", f"/v1/packets/{packet}/events"))
                             .status)
            for _ in range(20):
                streams.pop(0).close()
                wait_until("a place is free again", lambda: is_taken_in(streams, packet))
                told_to_come_again(self, server.port, packet)
            for stream in streams:
                stream.close()
        self.assertEqual(0, server.stop())

    def test_a_follower_that_does_not_read_is_dropped_and_harms_nobody(self):
        server = self.started(flags.streams_max(40))
        with Api(server.port) as api:
            packet = large_packet(api, 20_000)
            users = api.fresh_users(20_000)
            slow = [Events(server.port, packet, receive_bytes=2_048) for _ in range(39)]
            reader = Events(server.port, packet).opened()
            told_to_come_again(self, server.port, packet)
            before_kb = resident_kb(server.process)
            told = []
            thread = threading.Thread(target=lambda: told.extend(reader.rest()))
            thread.start()
            open_in_batches(api, packet, users)
            thread.join(DEADLINE_S)
            reader.close()
            self.assertEqual(20_001, len(told))
            self.assertEqual(users, [event.data["user_id"] for event in told[:-1]])
            # 20,000 events of 200 bytes for each of them would be 160 MB.
            grown_kb = resident_kb(server.process) - before_kb
            print(f"{grown_kb} kB more with 39 who do not read")
            self.assertLess(grown_kb, 60_000)
            wait_until("those who do not read are gone",
                       lambda: is_followed(server.port, packet, 39))
            for stream in slow:
                self.assertTrue(ends_early(stream))
        self.assertEqual(0, server.stop())

    def test_sigterm_ends_all_streams_at_once(self):
        for number in (signal.SIGTERM, signal.SIGINT):
            server = self.started()
            with Api(server.port) as api:
                packet = large_packet(api, 2_000)
                open_in_batches(api, packet, api.fresh_users(1_500))
                streams = [Events(server.port, packet).opened() for _ in range(50)]
                slow = [Events(server.port, packet, receive_bytes=2_048) for _ in range(5)]
                for stream in streams:
                    stream.take(1_500)
            begin = time.monotonic()
            server.process.send_signal(number)
            for stream in streams:
                self.assertTrue(stream.read_to_end())
                stream.close()
            self.assertEqual(0, server.wait(), server.stderr_text())
            self.assertLess(time.monotonic() - begin, 5)
            self.assertNotIn("not answered", server.stderr_text())
            for stream in slow:
                stream.close()


def told_to_come_again(case, port, packet):
    """The milliseconds after which a client that is turned away should try again."""
    with Events(port, packet) as stream:
        status, stream.headers = stream.head()
        case.assertEqual(200, status)
        return stream.refused()


def is_taken_in(streams, packet):
    """Whether one more follower is let in; its stream is added to `streams`."""
    stream = Events(streams[0].port, packet)
    if stream.is_taken_in():
        streams.append(stream)
        return True
    stream.close()
    return False


def is_followed(port, packet, times):
    """Whether this many can follow at once."""
    streams = [Events(port, packet) for _ in range(times)]
    try:
        return all(stream.is_taken_in() for stream in streams)
    finally:
        for stream in streams:
            stream.close()


def ends_early(stream):
    """Whether the server has cut it off: what it was sent stops before the last event."""
    try:
        stream.opened()
        while True:
            if stream.next().kind != "claim":
                return False
    except (Closed, OSError):
        return True
    finally:
        stream.close()


class Durability(unittest.TestCase):
    def started(self, *settings, wrapper=()):
        server = Server(*settings, wrapper=wrapper)
        self.addCleanup(server.remove)
        return server.start()

    def test_no_event_is_lost_doubled_or_taken_back_by_crashes(self):
        server = self.started()
        with Api(server.port) as api:
            packet = large_packet(api, 30_000)
            users = api.fresh_users(30_000)
        told, asked = [], 0
        for _ in range(5):
            stop = threading.Event()
            stream = Events(server.port, packet, told[-1].id if told else None).opened()
            place = [asked]

            def load():
                try:
                    with Api(server.port) as api:
                        while not stop.is_set():
                            api.open_batch([{"packet_id": packet, "user_id": user}
                                            for user in users[place[0]:place[0] + 20]])
                            place[0] += 20
                except Closed:
                    place[0] += 20
            loader = threading.Thread(target=load)
            loader.start()
            goal = len(told) + 300
            while len(told) < goal:
                told.append(stream.next())
            server.kill()
            try:
                while True:  # what had left the server before it was killed
                    told.append(stream.next())
            except Closed:
                stream.close()
            stop.set()
            loader.join(DEADLINE_S)
            asked = place[0]
            server.start()
        with Api(server.port) as api:
            facts = api.listing(f"/v1/packets/{packet}/timeline")[1:]
            self.assertGreater(len(facts), 1_500)
            stream = Events(server.port, packet, told[-1].id).opened()
            told += stream.take(len(facts) - len(told))
            stream.close()
        self.assertEqual([fact["trade_no"] for fact in facts], [event.id for event in told])
        self.assertEqual(0, server.stop())

    def test_an_event_waits_for_its_records_sync(self):
        self.assertTrue(can_trace())
        server = self.started(wrapper=strace("fdatasync", "delay_enter=700000", "10+"))
        with Api(server.port) as api:
            users = api.fresh_users(20)
            packet = large_packet(api, 20)
            stream = Events(server.port, packet).opened()
            took_s = []
            for user in users:
                begin = time.monotonic()
                with Api(server.port) as opener:
                    opener.send(encode_request("POST", f"/v1/packets/{packet}/open",
                                               {"user_id": user}))
                    self.assertEqual(user, stream.next().data["user_id"])
                    took_s.append(time.monotonic() - begin)
                    self.assertEqual(200, opener.read_answer().status)  # the journal rests again
            self.assertGreater(min(took_s[-5:]), 0.7, took_s)
            stream.close()


if __name__ == "__main__":
    unittest.main()
