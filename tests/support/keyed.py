"""Requests under an idempotency key of the test's own: sent, or only written down."""

from api import Api


class UnderKey(Api):
    """Sends every POST with this key (None: without one), whatever the call says."""

    def __init__(self, port, key):
        super().__init__(port)
        self.key = key

    def post(self, target, body=None, key=None):
        return self.request("POST", target, body, self.key)


class Written(Api):
    """Writes a POST down as a job of run_at_once, and sends nothing."""

    def __init__(self, key):
        super().__init__(0)
        self.key = key

    def post(self, target, body=None, key=None):
        return "POST", target, body, self.key
