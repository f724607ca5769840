"""A receiver of webhooks, as a program behind a server is one; its signatures are checked by code of its own."""

import base64
import hashlib
import hmac
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


def signature(secret, message_id, at_s, body):
    key = base64.b64decode(secret.removeprefix("whsec_"))
    text = f"{message_id}.{at_s}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key, text, hashlib.sha256).digest()).decode()


class Message:
    def __init__(self, headers, body):
        self.id = headers["webhook-id"]
        self.at_s = int(headers["webhook-timestamp"])
        self.signatures = headers["webhook-signature"].split()
        self.headers, self.body, self.json = headers, body, json.loads(body)
        self.sequence = int(self.json["data"]["id"])

    def is_signed_by(self, secret):
        return signature(secret, self.id, self.at_s, self.body) in self.signatures


class Receiver:
    """Answers each message with what `answer(message)` says: a status, or a status and headers. It may wait."""

    def __init__(self, answer=lambda message: 204):
        self.answer, self.messages, self.changed = answer, [], threading.Condition()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                message = Message(self.headers, body)
                with receiver.changed:
                    receiver.messages.append(message)
                    receiver.changed.notify_all()
                status = receiver.answer(message)
                status, headers = status if isinstance(status, tuple) else (status, {})
                try:
                    self.send_response(status)
                    for name, value in headers.items():
                        self.send_header(name, value)
                    self.send_header("Content-Length", "0")
                    self.end_headers()
                except OSError:
                    pass  # the server has gone, or was killed

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.server.handle_error = lambda *_: None  # a connection of a server that was killed
        self.port = self.server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}/hooks?of=books"
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    def wait(self, enough, timeout_s=30):
        """Until `enough(messages)`; the messages up to then."""
        until = time.monotonic() + timeout_s
        with self.changed:
            while not enough(self.messages):
                left = until - time.monotonic()
                assert left > 0, f"{len(self.messages)} messages came: {[m.id for m in self.messages][-5:]}"
                self.changed.wait(left)
            return list(self.messages)

    def sequences(self):
        with self.changed:
            return [message.sequence for message in self.messages]
