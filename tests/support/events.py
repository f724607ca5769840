"""A reader of server-sent events on a raw socket, as the HTML standard defines them."""

import json
import re
import socket

from client import Closed, Connection, encode_request


class Event:
    def __init__(self, number, kind, data):
        self.id = number
        self.kind = kind
        self.data = data

    def __eq__(self, other):
        return (self.id, self.kind, self.data) == (other.id, other.kind, other.data)

    def __repr__(self):
        return f"<{self.id} {self.kind} {self.data}>"


class Events(Connection):
    """One stream, of a packet or a campaign. receive_bytes bounds the kernel's buffer, for a client
    that reads slowly."""

    def __init__(self, port, entity_id, last_id=None, receive_bytes=None, timeout_s=60,
                 of="packets", query="", headers=()):
        super().__init__(port, timeout_s)
        self.comments = 0
        self.retry = None
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        if receive_bytes is not None:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_bytes)
        self.socket.settimeout(timeout_s)
        self.socket.connect(("127.0.0.1", port))
        headers = [("Accept", "text/event-stream"), *headers]
        if last_id is not None:
            headers.append(("Last-Event-ID", last_id))
        self.send(encode_request("GET", f"/v1/{of}/{entity_id}/events{query}", headers=headers))

    def head(self):
        """Status and headers; the stream itself stays unread."""
        while b"\r\n\r\n" not in self.buffer:
            self._receive()
        text, self.buffer = self.buffer.split(b"\r\n\r\n", 1)
        lines = text.decode().split("\r\n")
        headers = dict(line.lower().split(": ", 1) for line in lines[1:])
        return int(lines[0].split(" ")[1]), headers

    def opened(self):
        status, self.headers = self.head()
        assert status == 200, (status, self.buffer)
        assert self.headers["content-type"] == "text/event-stream", self.headers
        return self

    def is_taken_in(self):
        """Whether the stream has begun; otherwise the client was told when to try again."""
        status, self.headers = self.head()
        assert status == 200, (status, self.buffer)
        if "content-length" not in self.headers:
            return True
        self.refused()
        return False

    def refused(self):
        """Reads what a client that should try again is told: when, and the end of the stream."""
        while not self.read_to_end():
            pass
        hint = re.fullmatch(rb"retry: (\d+)\n\n", self.buffer)
        assert hint and 1_000 <= int(hint[1]) <= 3_000, self.buffer
        assert self.headers["content-type"] == "text/event-stream", self.headers
        assert self.headers["content-length"] == str(len(self.buffer)), self.headers
        assert self.headers["connection"] == "close", self.headers
        return int(hint[1])

    def poll(self, text):
        """Whether these bytes have come and are not read yet; waits for a moment."""
        self.socket.settimeout(0.05)
        try:
            self._receive()
        except TimeoutError:
            pass
        finally:
            self.socket.settimeout(self.timeout_s)
        return text in self.buffer

    def next(self):
        """The next event; Closed if the stream ends first."""
        while True:
            while b"\n\n" not in self.buffer:
                self._receive()
            block, self.buffer = self.buffer.split(b"\n\n", 1)
            fields = dict(line.split(": ", 1) for line in block.decode().split("\n"))
            if "" in fields:
                self.comments += 1
            elif "retry" in fields:
                self.retry = int(fields["retry"])
            else:
                assert set(fields) == {"id", "event", "data"}, fields
                return Event(fields["id"], fields["event"], json.loads(fields["data"]))

    def take(self, count):
        return [self.next() for _ in range(count)]

    def events_to_the_end(self):
        """What is told before the server ends the stream, whatever for."""
        events = []
        try:
            while True:
                events.append(self.next())
        except Closed:
            return events

    def rest(self):
        """Every event up to the last one, after which the server ends the stream."""
        events = [self.next()]
        while events[-1].kind in ("claim", "win"):
            events.append(self.next())
        assert self.buffer == b"" and self.read_to_end(), "nothing follows the end"
        return events
