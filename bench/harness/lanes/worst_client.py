#!/usr/bin/env python3
"""Role: one client that does its worst to a server, for S16: KIND PORT SECONDS. It ignores answers, and
ends with status 0 when its time is up.
"""
import socket
import ssl
import sys
import threading
import time
from collections.abc import Callable

BODY_BYTES = 4 << 20
TIMEOUT_S = 1.0


def request(method: str, target: str, body: bytes = b"") -> bytes:
    head = f"{method} {target} HTTP/1.1\r\nHost: localhost\r\n"
    if method == "POST":
        head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
    return head.encode() + b"\r\n" + body


def connected(port: int) -> socket.socket:
    made = socket.create_connection(("127.0.0.1", port), TIMEOUT_S)
    made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return made


def ask_without_end(port: int, until: float, asked: list[bytes]):
    """One request after the other's answer; a broken connection is opened again."""
    number = 0
    while time.monotonic() < until:
        try:
            with connected(port) as line:
                while time.monotonic() < until:
                    line.sendall(asked[number % len(asked)])
                    number += 1
                    line.recv(1 << 20)
        except OSError:
            pass


def at_once(threads: int, work: Callable[[], None]):
    running = [threading.Thread(target=work, daemon=True) for _ in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()


def large_bodies(port: int, until: float):
    """As many names in one object as fit, as many accounts as fit, and one long text."""
    names = b"{" + b",".join(b'"%x":0' % number for number in range(BODY_BYTES // 10)) + b"}"
    accounts = b'{"accounts":[' + b",".join([b"{}"] * (BODY_BYTES // 3 - 8)) + b"]}"
    text = b'{"accounts":"' + b"x" * (BODY_BYTES - 16) + b'"}'
    bodies = [request("POST", "/v1/accounts/batch", body) for body in (names, accounts, text)]
    at_once(4, lambda: ask_without_end(port, until, bodies))


def unread_answers(port: int, until: float):
    """Two hundred connections that pipeline and read nothing; one that pipelines and reads."""
    lines = []
    for _ in range(200):
        line = connected(port)
        line.setblocking(False)
        try:
            line.send(request("GET", "/openapi.json") * 60)
        except OSError:
            pass
        lines.append(line)
    while time.monotonic() < until:
        try:
            with connected(port) as line:
                line.sendall(request("GET", "/openapi.json") * 1000)
                while time.monotonic() < until and line.recv(1 << 20):
                    pass
        except OSError:
            pass


def stalled_uploads(port: int, until: float):
    whole = request("POST", "/v1/accounts/batch", b" " * BODY_BYTES)
    while time.monotonic() < until:
        lines = []
        for _ in range(100):
            try:
                lines.append(connected(port))
                lines[-1].sendall(whole[:-1])
            except OSError:
                pass
        time.sleep(max(0.0, min(1.0, until - time.monotonic())))
        for line in lines:
            line.close()


def audits_and_lists(port: int, until: float):
    asked = [request("GET", target) for target in (
        "/v1/audit", "/v1/accounts/bench-shop/entries?limit=100", "/v1/accounts/bench-shop/sent?limit=100",
        "/openapi.json")]
    at_once(16, lambda: ask_without_end(port, until, asked))


def connects(port: int, until: float):
    """Thousands at once, all closed at once."""
    while time.monotonic() < until:
        lines = []
        try:
            for _ in range(800):
                lines.append(connected(port))
        except OSError:
            pass
        for line in lines:
            line.close()


def handshakes(port: int, until: float):
    """The same greeting again and again: it costs the client nothing, and the server a signature."""
    out = ssl.MemoryBIO()
    greeting = ssl.create_default_context().wrap_bio(ssl.MemoryBIO(), out, server_hostname="localhost")
    try:
        greeting.do_handshake()
    except ssl.SSLWantReadError:
        pass
    hello = out.read()

    def greet():
        while time.monotonic() < until:
            try:
                with connected(port) as line:
                    line.sendall(hello)
                    line.recv(1 << 16)
            except OSError:
                pass
    at_once(4, greet)


KINDS = {"large bodies": large_bodies, "unread answers": unread_answers,
         "stalled uploads": stalled_uploads, "audits and lists": audits_and_lists, "connects": connects}
KINDS_OF_TLS = {"handshakes": handshakes}

if __name__ == "__main__":
    {**KINDS, **KINDS_OF_TLS}[sys.argv[1]](int(sys.argv[2]), time.monotonic() + float(sys.argv[3]))
