"""Role: JSON over HTTP for setting up and checking, never for measuring."""
import http.client
import json
import ssl
import time

BUSY_LOOK_S = 0.05


class HttpFailed(Exception):
    """The server gave another answer than expected; the text shows request and answer."""


class HttpClient:
    """One connection, used for request after request. Code that pauses the server for longer than its
    idle timeout has to renew it."""

    def __init__(self, port: int, credential: str | None = None, secure: bool = False):
        self._headers = {"Content-Type": "application/json"}
        if credential:
            self._headers["Authorization"] = f"Bearer {credential}"
        self._connection = (
            http.client.HTTPSConnection("127.0.0.1", port, timeout=60,
                                        context=ssl._create_unverified_context())  # made for this run
            if secure else http.client.HTTPConnection("127.0.0.1", port, timeout=60))

    def exchange(self, method: str, path: str, body=None, headers=None) -> tuple[int, bytes]:
        """Status and body of the answer."""
        try:
            self._connection.request(method, path, None if body is None else json.dumps(body).encode(),
                                     {**self._headers, **(headers or {})})
            answer = self._connection.getresponse()
            return answer.status, answer.read()
        except (OSError, http.client.HTTPException) as failure:
            self.close()
            raise HttpFailed(f"{method} {path}: {failure!r}") from failure

    def ask(self, method: str, path: str, body=None, headers=None, patience_s: float = 0) -> dict:
        """The answer's JSON; HttpFailed unless the status is 2xx. After a 503 it asks again, for this long."""
        deadline = time.monotonic() + patience_s
        status, text = self.exchange(method, path, body, headers)
        while status == 503 and time.monotonic() < deadline:
            time.sleep(BUSY_LOOK_S)
            status, text = self.exchange(method, path, body, headers)
        if not 200 <= status < 300:
            raise HttpFailed(f"{method} {path}: {status} {text[:500].decode(errors='replace')}")
        return json.loads(text)

    def close(self):
        self._connection.close()
