"""A small HTTP/1.1 client on raw sockets: keep-alive, pipelining, and arbitrary bytes.

It shares nothing with the server. One Connection belongs to one thread at a time.
"""

import json
import socket
import threading

READ_TIMEOUT_S = 60


class Closed(Exception):
    """The server closed or reset the connection before a whole answer was read."""


class Answer:
    def __init__(self, status, headers, body):
        self.status = status
        self.headers = headers
        self.body = body

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def code(self):
        """The problem's stable code, or None for an answer that is no problem."""
        if "problem+json" not in self.headers.get("content-type", ""):
            return None
        return self.json.get("code")

    @property
    def replayed(self):
        return self.headers.get("idempotency-replayed") == "true"

    def __repr__(self):
        return f"<{self.status} {self.body[:300]!r}>"


def encode_request(method, target, body=None, key=None, headers=()):
    """The bytes of one request. A body that is neither bytes nor text is written as JSON."""
    lines = [f"{method} {target} HTTP/1.1", "Host: 127.0.0.1"]
    if key is not None:
        lines.append(f"Idempotency-Key: {key}")
    lines.extend(f"{name}: {value}" for name, value in headers)
    if body is None:
        payload = b""
    elif isinstance(body, bytes):
        payload = body
    elif isinstance(body, str):
        payload = body.encode()
    else:
        payload = json.dumps(body, ensure_ascii=False).encode()
    if body is not None or method in ("POST", "PUT", "PATCH"):
        lines.append("Content-Type: application/json")
        lines.append(f"Content-Length: {len(payload)}")
    return "\r\n".join(lines).encode("utf-8", "surrogateescape") + b"\r\n\r\n" + payload


def encode_bare(method, target, *lines, body=b"", host="localhost", version="1.1"):
    """The bytes of a request with these header lines only, and a Content-Length if it has a body."""
    head = [f"{method} {target} HTTP/{version}", *([f"Host: {host}"] if host is not None else []),
            *lines, *([f"Content-Length: {len(body)}"] if body else [])]
    return "\r\n".join(head).encode("latin-1") + b"\r\n\r\n" + body


class Connection:
    def __init__(self, port, timeout_s=READ_TIMEOUT_S):
        self.port = port
        self.timeout_s = timeout_s
        self.socket = None
        self.buffer = b""

    def connect(self):
        self.close()
        try:
            self.socket = socket.create_connection(("127.0.0.1", self.port), self.timeout_s)
        except OSError as error:
            raise Closed(str(error)) from error
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return self

    def close(self):
        if self.socket is not None:
            self.socket.close()
        self.socket = None
        self.buffer = b""

    def send(self, data):
        if self.socket is None:
            self.connect()
        try:
            self.socket.sendall(data)
        except TimeoutError:
            raise
        except OSError as error:
            raise Closed(str(error)) from error

    def _receive(self):
        try:
            chunk = self.socket.recv(262_144)
        except TimeoutError:
            raise
        except OSError as error:
            raise Closed(str(error)) from error
        if not chunk:
            raise Closed("end of stream")
        self.buffer += chunk

    def read_answer(self, body_expected=True):
        """Reads one whole answer; what follows is left for the next call."""
        if self.socket is None:
            raise Closed("not connected")
        while b"\r\n\r\n" not in self.buffer:
            self._receive()
        head, self.buffer = self.buffer.split(b"\r\n\r\n", 1)
        lines = head.decode("latin-1").split("\r\n")
        version, status = lines[0].split(" ", 2)[:2]
        assert version == "HTTP/1.1", lines[0]
        headers = {}
        for line in lines[1:]:
            name, value = line.split(":", 1)
            name, value = name.strip().lower(), value.strip()
            headers[name] = f"{headers[name]}, {value}" if name in headers else value
        has_body = body_expected and int(status) not in (204, 304)
        length = int(headers.get("content-length", "0")) if has_body else 0
        body = self._read_chunks() if has_body and "transfer-encoding" in headers else self._read(length)
        if headers.get("connection", "").lower() == "close" and not self.buffer:
            self.close()
        return Answer(int(status), headers, body)

    def _read(self, length):
        while len(self.buffer) < length:
            self._receive()
        taken, self.buffer = self.buffer[:length], self.buffer[length:]
        return taken

    def _read_chunks(self):
        """A body that breaks off raises Closed."""
        body = b""
        while True:
            while b"\r\n" not in self.buffer:
                self._receive()
            size, self.buffer = self.buffer.split(b"\r\n", 1)
            chunk = self._read(int(size, 16) + 2)
            assert chunk.endswith(b"\r\n"), chunk[-20:]
            if len(chunk) == 2:
                return body
            body += chunk[:-2]

    def read_to_end(self):
        """True if the server closes the connection without sending anything more."""
        try:
            self._receive()
        except Closed:
            return True
        return False

    def request(self, method, target, body=None, key=None, headers=()):
        self.send(encode_request(method, target, body, key, headers))
        return self.read_answer()

    def ask(self, data, body_expected=True):
        """The answer to arbitrary bytes; an answer to HEAD has no body."""
        self.send(data)
        return self.read_answer(body_expected and not data.startswith(b"HEAD "))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def run_at_once(port, jobs, connections):
    """Answers to (method, target, body, key) jobs, run over many connections that race each other.

    Each connection has one request in flight; in every round all of them send before any reads,
    so the server really has that many at once. Answers are in the order of the jobs.
    """
    jobs = list(jobs)
    answers = [None] * len(jobs)
    lines = [Connection(port).connect() for _ in range(min(connections, len(jobs)))]
    try:
        for first in range(0, len(jobs), len(lines)):
            batch = list(enumerate(jobs[first:first + len(lines)], first))
            for line, (_, job) in zip(lines, batch):
                line.send(encode_request(*job))
            for line, (index, _) in zip(lines, batch):
                answers[index] = line.read_answer()
    finally:
        for line in lines:
            line.close()
    return answers


def run_in_threads(work, count):
    """Runs work(0) … work(count − 1), each in its own thread, and raises the first failure."""
    failures = []

    def guarded(number):
        try:
            work(number)
        except BaseException as failure:  # raised in the caller's thread below
            failures.append(failure)

    threads = [threading.Thread(target=guarded, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
