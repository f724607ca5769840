"""Proxies that are trusted to say whom they speak for, and nginx with TLS in front as one of them.

In open mode this machine needs no key and anybody else does: so a status tells whom the server takes a
client for.
"""

import os
import shutil
import tempfile
import unittest

from client import Connection, encode_bare
from flags import allowed_hosts, behind_proxy, event_loop_count, listen
from nginx import Nginx
from server import Server, StartFailed
from tls_clients import Authority, ask, connect, trusting

HERE, ELSEWHERE = 200, 401


class ProxyCase(unittest.TestCase):
    def serve(self, *flags):
        server = Server(*flags)
        self.addCleanup(server.remove)
        return server.start()

    def status(self, port, *headers):
        with Connection(port).connect() as line:
            line.send(encode_bare("GET", "/v1/audit", *headers))
            return line.read_answer().status


class Headers(ProxyCase):
    def test_they_count_from_a_trusted_address_only(self):
        far = "X-Forwarded-For: 203.0.113.5"
        for flags, expected in (([], HERE),
                                ([behind_proxy("10.0.0.0/8,::1,unix")], HERE),
                                ([behind_proxy("127.0.0.1")], ELSEWHERE),
                                ([behind_proxy("10.0.0.0/8, 127.0.0.0/8")], ELSEWHERE)):
            server = self.serve(*flags)
            self.assertEqual(expected, self.status(server.port, far), flags)
            self.assertEqual(HERE, self.status(server.port), flags)
            self.assertEqual(0, server.stop())

    def test_the_last_address_that_is_not_trusted_counts(self):
        port = self.serve(behind_proxy("127.0.0.1,10.0.0.0/8"), event_loop_count(2)).port
        table = [
            (["X-Forwarded-For: 127.0.0.1"], HERE),
            (["X-Forwarded-For: 203.0.113.5, 127.0.0.1"], ELSEWHERE),
            (["X-Forwarded-For: 127.0.0.1, 203.0.113.5"], ELSEWHERE),
            (["X-Forwarded-For: 127.0.0.1", "X-Forwarded-For: 203.0.113.5, 10.1.2.3"], ELSEWHERE),
            (["X-Forwarded-For: [::1]:4711, 10.0.0.1"], HERE),
            (["Forwarded: for=127.0.0.1;proto=https, for=10.0.0.1"], HERE),
            (['Forwarded: for="[2001:db8::1]:80"'], ELSEWHERE),
            (["Forwarded: for=127.0.0.1", "X-Forwarded-For: 127.0.0.1"], ELSEWHERE),
            (["X-Forwarded-For: unknown"], ELSEWHERE),
            (["X-Forwarded-For: " + "," * 10_000], ELSEWHERE),
            (["Forwarded: " + '"' * 10_000], ELSEWHERE),
            (["Forwarded: for=" + "[" * 10_000], ELSEWHERE),
        ]
        for headers, expected in table:
            self.assertEqual(expected, self.status(port, *headers), str(headers)[:200])

    def test_what_is_no_range_is_refused(self):
        for text in ("proxy.example", "10.0.0.1/8", "127.0.0.1:80", "unix:/tmp/a"):
            server = Server(behind_proxy(text))
            self.addCleanup(server.remove)
            with self.assertRaisesRegex(StartFailed, "behind_proxy = "):
                server.start()


class NginxWithTls(ProxyCase):
    """As it is set up in front: it ends TLS, and adds the address that it sees."""

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="hongbao-proxy-")
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.certificate, self.key = Authority(self.folder).make("proxy")

    def stand_before(self, upstream):
        nginx = Nginx(f"""ssl_certificate {self.certificate};
                          ssl_certificate_key {self.key};
                          location / {{
                              proxy_pass {upstream};
                              proxy_http_version 1.1;
                              proxy_set_header Host $host;
                              proxy_set_header Connection "";
                              proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
                          }}""", listen=" ssl")
        self.addCleanup(nginx.stop)
        return nginx.port

    def check(self, port):
        line = connect(port, trusting(self.certificate))
        self.addCleanup(line.close)
        self.assertEqual(HERE, ask(line, "GET", "/v1/audit")[0])
        self.assertEqual(ELSEWHERE, ask(line, "GET", "/v1/audit",
                                        **{"X-Forwarded-For": "203.0.113.5"})[0])
        self.assertEqual(ELSEWHERE, ask(line, "GET", "/v1/audit",
                                        Forwarded="for=127.0.0.1")[0])  # nginx hands it on unseen
        self.assertEqual(201, ask(line, "POST", "/v1/accounts",
                                  '{"user_id":"ann","username":"Ann"}',
                                  **{"Content-Type": "application/json"})[0])

    def test_over_tcp(self):
        server = self.serve(behind_proxy("127.0.0.1"), allowed_hosts("127.0.0.1"))
        self.check(self.stand_before(f"http://127.0.0.1:{server.port}"))
        self.assertEqual(0, server.stop())

    def test_over_a_unix_socket(self):
        path = os.path.join(self.folder, "hongbao.sock")
        server = self.serve(listen("unix:" + path), behind_proxy("unix,127.0.0.1"))
        self.check(self.stand_before(f"http://unix:{path}:"))
        self.assertEqual(0, server.stop())


if __name__ == "__main__":
    unittest.main()
