"""Behind a proxy that knows nothing but the server's address: nginx with `proxy_pass` alone."""

import http.client
import json
import os
import shutil
import socket
import subprocess
import tempfile
import time
import unittest

from api import Api
from cases import ServerCase
from client import Closed, Connection, encode_bare
from flags import manual_clock

DEADLINE_S = 30
SETTINGS = """
{user}
daemon off;
worker_processes 1;
pid {home}/nginx.pid;
error_log {home}/error.log;
events {{}}
http {{
    access_log off;
    client_body_temp_path {home}/body;
    proxy_temp_path {home}/proxy;
    fastcgi_temp_path {home}/fastcgi;
    uwsgi_temp_path {home}/uwsgi;
    scgi_temp_path {home}/scgi;
    server {{
        listen 127.0.0.1:{port};
        location / {{ proxy_pass http://127.0.0.1:{server_port}; }}
    }}
}}
"""


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class BehindNginx(ServerCase):
    server_flags = (manual_clock(),)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.home = tempfile.mkdtemp(prefix="hongbao-nginx-")
        cls.addClassCleanup(shutil.rmtree, cls.home, ignore_errors=True)
        cls.port = free_port()
        file = os.path.join(cls.home, "nginx.conf")
        with open(file, "w", encoding="utf-8") as settings:
            settings.write(SETTINGS.format(home=cls.home, port=cls.port,
                                           server_port=cls.server.port,
                                           user="user root;" if os.geteuid() == 0 else ""))
        program = shutil.which("nginx") or "/usr/sbin/nginx"
        cls.nginx = subprocess.Popen([program, "-p", cls.home, "-c", file],
                                     stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        cls.addClassCleanup(cls.nginx.wait, DEADLINE_S)
        cls.addClassCleanup(cls.nginx.terminate)
        deadline = time.monotonic() + DEADLINE_S
        while True:
            try:
                with Connection(cls.port).connect():
                    return
            except Closed:
                assert cls.nginx.poll() is None, "nginx has ended"
                assert time.monotonic() < deadline, "nginx does not listen"
                time.sleep(0.02)

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
