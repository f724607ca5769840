"""Clients that read nothing, or send nothing more: how much memory and how many connections they hold,
and that others are served meanwhile."""

import pathlib
import socket
import time
import unittest

import flags
from cases import ServerCase
from client import Closed, Connection, encode_request

DEADLINE_S = 60
MIB = 1 << 20
BATCH_BYTES_MAX = 4 * MIB


def bytes_on_their_way(port):
    """Bytes that the server has sent and its clients have not read, by the kernel's count."""
    total = 0
    for line in pathlib.Path("/proc/net/tcp").read_text().splitlines()[1:]:
        fields = line.split()
        if int(fields[1].split(":")[1], 16) == port and fields[3] != "0A":  # listening
            total += int(fields[4].split(":")[0], 16)
    return total


class StalledReaders(ServerCase):
    CLIENTS = 40

    def test_a_client_that_pipelines_and_reads_nothing_pins_little_kernel_memory_and_holds_up_nobody(self):
        lines = []
        for _ in range(self.CLIENTS):
            line = Connection(self.server.port)
            line.socket = socket.socket()
            line.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            line.socket.connect(("127.0.0.1", self.server.port))
            line.send(encode_request("GET", "/openapi.json") * 60)
            lines.append(line)
            self.addCleanup(line.close)
        deadline = time.monotonic() + DEADLINE_S
        while bytes_on_their_way(self.server.port) < self.CLIENTS * 16 * 1024:
            self.assertLess(time.monotonic(), deadline, "the answers do not come")
            time.sleep(0.01)
        user = self.api.fresh_user("ann")
        for number in range(100):
            self.assert_ok(self.api.deposit(user, 1), 201)
        pinned = bytes_on_their_way(self.server.port)
        print(f"{pinned / MIB:.1f} MiB on their way to {self.CLIENTS} clients that do not read")
        self.assertLess(pinned, self.CLIENTS * 512 * 1024)
        for _ in range(60):  # a client that reads in the end gets everything
            self.assertEqual(200, lines[-1].read_answer().status)
        for line in lines:
            line.close()


class StalledUploads(ServerCase):
    def test_seventy_large_uploads_that_stall_refuse_nobody_else_s(self):
        body = b'{"accounts": [' + b" " * (BATCH_BYTES_MAX - 16) + b"]}"
        whole = encode_request("POST", "/v1/accounts/batch", body)
        stalled = []
        for _ in range(70):
            line = Connection(self.server.port).connect()
            try:
                line.send(whole[:-1])
            except Closed:  # evicted before it had sent all
                pass
            stalled.append(line)
            self.addCleanup(line.close)
        time.sleep(2.1)  # so that they are slower than new clients
        for _ in range(10):
            with Connection(self.server.port) as line:
                answer = line.request("POST", "/v1/accounts/batch", body)
                self.assertEqual(400, answer.status, answer)  # read as a whole: it is empty
        refused = 0
        for line in stalled:
            try:
                line.send(whole[-1:])
                answer = line.read_answer()
                self.assertIn(answer.status, (400, 408, 503), answer)
                if answer.status == 503:
                    self.assertEqual("overloaded", answer.code)
                    self.assertIn("slow", answer.json["detail"])
                    refused += 1
            except Closed:
                pass
        print(f"{refused} of {len(stalled)} were told that they came too slowly")
        self.assertGreater(refused, 0)


class IdleConnections(ServerCase):
    server_flags = (flags.connections_max(8), flags.streams_max(6))

    def test_when_connections_are_full_the_one_that_is_idle_longest_makes_way(self):
        self.api.close()
        lines = [Connection(self.server.port).connect() for _ in range(8)]
        for line in lines:
            self.assert_ok(line.request("GET", "/livez"))
        for number in range(4):
            lines.append(Connection(self.server.port).connect())
            self.assert_ok(lines[-1].request("GET", "/livez"))
            self.assertTrue(lines[number].read_to_end())
        for line in lines[4:]:
            self.assert_ok(line.request("GET", "/livez"))
            line.close()


if __name__ == "__main__":
    unittest.main()
