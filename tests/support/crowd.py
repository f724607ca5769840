"""A crowd: one connection a request, all requests sent before the first answer is read."""

import resource
import selectors
import socket

from client import Answer, encode_request

PATIENCE_S = 60


def everybody_at_once(port, jobs):
    """Answers to jobs (method, target, body, key), in their order. Raises if one gets no answer."""
    allow_descriptors(len(jobs) + 100)
    requests = [encode_request(*job) for job in jobs]
    lines = []
    try:
        for _ in jobs:
            lines.append(socket.create_connection(("127.0.0.1", port), PATIENCE_S))
        for line, request in zip(lines, requests):
            line.sendall(request)
        return read_all(lines)
    finally:
        for line in lines:
            line.close()


def allow_descriptors(count):
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < count:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(count, hard), hard))


def read_all(lines):
    answers = [None] * len(lines)
    received = [b""] * len(lines)
    missing = len(lines)
    with selectors.DefaultSelector() as selector:
        for place, line in enumerate(lines):
            selector.register(line, selectors.EVENT_READ, place)
        while missing:
            ready = selector.select(PATIENCE_S)
            if not ready:
                raise TimeoutError(f"{missing} of {len(lines)} requests got no answer")
            for key, _ in ready:
                part = key.fileobj.recv(65536)
                if not part:
                    raise ConnectionError(f"closed after {received[key.data]!r}")
                received[key.data] += part
                answers[key.data] = whole_answer(received[key.data])
                if answers[key.data] is not None:
                    selector.unregister(key.fileobj)
                    missing -= 1
    return answers


def whole_answer(data):
    """None while something is missing."""
    head, separator, body = data.partition(b"\r\n\r\n")
    if not separator:
        return None
    first, *fields = head.decode().split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in
               (field.partition(":") for field in fields)}
    if len(body) < int(headers["content-length"]):
        return None
    return Answer(int(first.split()[1]), headers, body)
