"""Keys, tokens and the control socket, as the tests use them.

A server without keys is open to whoever is at this machine, so `Access(server)` makes the first key through the
control socket, as an operator does; from then on every request needs a credential:

    access = Access(server)
    shop = access.api("merchant", account="shop-1")     # an Api that sends a new key of that scope
    alice = access.user("alice")                        # an Api that sends a token of that user
    nobody = access.nobody()

Whoever wants the plain credential asks for `key()` or `token()` and uses `bearer()`.
"""

import pathlib
import socket

from api import Api
from client import Closed

SCOPES = ("service", "merchant", "gateway", "reader", "operator")


def bearer(credential):
    """The header that carries a key or a token."""
    return ("Authorization", f"Bearer {credential}")


class Bearer(Api):
    """An Api whose requests all carry one credential; none if it is None."""

    def __init__(self, port, credential=None, **options):
        super().__init__(port, **options)
        self.credential = credential

    def request(self, method, target, body=None, key=None, headers=()):
        return super().request(method, target, body, key, headers=(*self.carried(), *headers))

    def carried(self):
        return (bearer(self.credential),) if self.credential else ()


class OverSocket(Api):
    """An Api over a unix socket: the control socket of a data directory unless another is named."""

    def __init__(self, path, **options):
        super().__init__(0, **options)
        self.path = pathlib.Path(path)

    def connect(self):
        self.close()
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.socket.settimeout(self.timeout_s)
        try:
            self.socket.connect(str(self.path))
        except OSError as error:
            self.close()
            raise Closed(str(error)) from error
        return self


def control(server):
    """The operator of this machine: the server's control socket."""
    return OverSocket(server.data / "control.sock")


class Access:
    def __init__(self, server):
        self.server = server
        self.operator = control(server)

    def make_key(self, scope, **fields):
        """The whole answer to a new key: `key` is the secret, shown once."""
        answer = self.operator.create_key(scope, **fields)
        assert answer.status == 201, answer
        return answer.json

    def key(self, scope, **fields):
        return self.make_key(scope, **fields)["key"]

    def token(self, user_id, **fields):
        answer = self.operator.issue_token(user_id, **fields)
        assert answer.status == 201, answer
        return answer.json["token"]

    def api(self, scope, **fields):
        """An Api with a new key of the scope. A merchant's account is opened if it is not named."""
        if scope == "merchant" and "account" not in fields:
            fields["account"] = self.operator.fresh_user("shop", type="merchant")
        return Bearer(self.server.port, self.key(scope, **fields))

    def user(self, user_id=None, **fields):
        """An Api with a token of the user, who is opened if none is named."""
        return Bearer(self.server.port,
                      self.token(user_id or self.operator.fresh_user("user"), **fields))

    def nobody(self):
        return Bearer(self.server.port)

