"""Requests under an idempotency key that the test chooses: sent, or only noted as jobs."""

from api import Api


class UnderKey(Api):
    """Sends every POST with this key (None: without one), whichever the call names."""

    def __init__(self, port, key):
        super().__init__(port)
        self.key = key

    def post(self, target, body=None, key=None):
        return self.request("POST", target, body, self.key)


class Written(Api):
    """Notes a POST as a job for run_at_once, and sends nothing."""

    def __init__(self, key):
        super().__init__(0)
        self.key = key

    def post(self, target, body=None, key=None):
        return "POST", target, body, self.key
