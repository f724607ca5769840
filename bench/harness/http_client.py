"""Role: JSON over HTTP for setting up and checking, never for measuring. One connection per request,
so that no idle timeout of a server can matter."""
import http.client
import json


class HttpFailed(Exception):
    """The server answered something else than asked for; the text shows request and answer."""


def exchange(port: int, method: str, path: str, body=None, headers=None) -> tuple[int, bytes]:
    """Status and body of the answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request(method, path, None if body is None else json.dumps(body).encode(),
                           {"Content-Type": "application/json", **(headers or {})})
        answer = connection.getresponse()
        return answer.status, answer.read()
    except (OSError, http.client.HTTPException) as failure:
        raise HttpFailed(f"{method} {path}: {failure!r}") from failure
    finally:
        connection.close()


def ask(port: int, method: str, path: str, body=None, headers=None) -> dict:
    """The answer's JSON; HttpFailed unless the status is 2xx."""
    status, text = exchange(port, method, path, body, headers)
    if not 200 <= status < 300:
        raise HttpFailed(f"{method} {path}: {status} {text[:500].decode(errors='replace')}")
    return json.loads(text)
