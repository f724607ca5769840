"""One request of a workload's client, with what it was answered."""

from client import encode_request


class Call:
    """packet, campaign, sale, order: the id of its subject, where its body does not say."""

    def __init__(self, kind, method, target, body=None, key=None, packet=None, campaign=None,
                 sale=None, order=None):
        self.kind, self.method, self.target, self.body, self.key = kind, method, target, body, key
        self.packet, self.campaign, self.sale, self.order = packet, campaign, sale, order
        self.answer = None

    def __repr__(self):
        return f"{self.kind} {self.target} {self.body} key {self.key} -> {self.answer}"

    def run(self, line):
        line.send(encode_request(self.method, self.target, self.body, self.key))
        self.answer = line.read_answer()
        return self.answer
