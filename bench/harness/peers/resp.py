"""Role: Redis' own protocol over a unix socket, for setting up and checking; never for measuring."""
import socket


class RedisError(Exception):
    """Redis answered with an error; the text is its own."""


class RedisClient:
    def __init__(self, path: str):
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.settimeout(120)
        self._socket.connect(path)
        self._input = self._socket.makefile("rb")

    def ask(self, *words):
        parts = [b"*%d\r\n" % len(words)]
        for word in words:
            text = word if isinstance(word, bytes) else str(word).encode()
            parts.append(b"$%d\r\n%s\r\n" % (len(text), text))
        self._socket.sendall(b"".join(parts))
        return self._answer()

    def _answer(self):
        line = self._input.readline()
        if not line.endswith(b"\r\n"):
            raise RedisError("connection closed")
        kind, rest = line[:1], line[1:-2]
        if kind == b"+":
            return rest.decode()
        if kind == b"-":
            raise RedisError(rest.decode())
        if kind == b":":
            return int(rest)
        if kind == b"$":
            size = int(rest)
            return None if size < 0 else self._input.read(size + 2)[:-2]
        return None if int(rest) < 0 else [self._answer() for _ in range(int(rest))]

    def info(self, section: str) -> dict[str, str]:
        lines = self.ask("INFO", section).decode().splitlines()
        return dict(line.split(":", 1) for line in lines if ":" in line)

    def close(self):
        self._input.close()
        self._socket.close()
