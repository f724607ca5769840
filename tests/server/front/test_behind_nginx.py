"""Behind a proxy that knows nothing but the server's address: nginx with `proxy_pass` alone."""

import http.client
import json
import unittest

from api import Api
from cases import ServerCase
from client import encode_bare
from flags import manual_clock
from nginx import Nginx

DEADLINE_S = 30


class BehindNginx(ServerCase):
    server_flags = (manual_clock(),)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        nginx = Nginx(f"location / {{ proxy_pass http://127.0.0.1:{cls.server.port}; }}")
        cls.addClassCleanup(nginx.stop)
        cls.port = nginx.port

    def test_each_event_comes_as_it_happens(self):
        packet = self.api.fresh_packet(total_fen=1_000, count=5)
        users = self.api.fresh_users(5)
        client = http.client.HTTPConnection("127.0.0.1", self.port, timeout=DEADLINE_S)
        self.addCleanup(client.close)
        client.request("GET", f"/v1/packets/{packet}/events")
        stream = client.getresponse()
        self.assertEqual(200, stream.status)
        for user in users:
            self.assert_ok(self.api.open(packet, user))
            self.assertEqual(user, self.next_data(stream)["user_id"])
        self.assertIn("exhausted_in_ms", self.next_data(stream))
        self.assertEqual(b"\n", stream.read())

    def next_data(self, stream):
        while True:
            line = stream.readline()
            self.assertTrue(line, "the stream has ended")
            if line.startswith(b"data: "):
                return json.loads(line[len("data: "):])

    def test_requests_and_answers_pass_as_they_are(self):
        with Api(self.port) as api:
            user = api.fresh_user("ann", 5)
            self.assert_balance(user, 5)
            again = api.deposit(user, 7, "behind-nginx")
            self.assertEqual(201, again.status)
            self.assertTrue(api.deposit(user, 7, "behind-nginx").replayed)
            self.assertEqual(403, api.ask(encode_bare(
                "GET", "/v1/audit", "Origin: https://elsewhere.example")).status)
            head = api.ask(encode_bare("HEAD", "/openapi.json"))
            self.assertEqual(200, head.status)
            self.assertEqual(304, api.ask(encode_bare(
                "GET", "/openapi.json", f"If-None-Match: {head.headers['etag']}")).status)


if __name__ == "__main__":
    unittest.main()
