"""TLS in the server itself: who is served, what a start refuses, new certificates, a kill under load."""

import os
import re
import shutil
import socket
import ssl
import subprocess
import tempfile
import threading
import unittest

from flags import event_loop_count, tls_certificate_file, tls_key_file
from server import Server, StartFailed, run_command
from tls_clients import Authority, ask, connect, trusting

DEADLINE_S = 60
JSON = {"Content-Type": "application/json"}
ALIVE = b'{"status":"alive"}\n'


def tls(certificate, key):
    return [tls_certificate_file(certificate), tls_key_file(key)]


class TlsCase(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp(prefix="hongbao-tls-")
        cls.addClassCleanup(shutil.rmtree, cls.folder, ignore_errors=True)
        cls.authority = Authority(cls.folder)
        cls.good = cls.authority.make("good")

    def serve(self, *pair, more=()):
        server = Server(*tls(*(pair or self.good)), *more)
        self.addCleanup(server.remove)
        return server.start()


class Serving(TlsCase):
    def test_both_versions_serve_and_older_ones_do_not(self):
        server = self.serve()
        for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
            line = connect(server.port, trusting(self.good[0], version=version))
            self.assertEqual((200, ALIVE), ask(line, "GET", "/livez"))
            self.assertEqual(version.name.replace("_", "."), line.sock.version())
            self.assertEqual(200, ask(line, "GET", "/v1/audit")[0])  # on the same connection
            line.close()
        old = subprocess.run(["openssl", "s_client", "-connect", f"127.0.0.1:{server.port}",
                              "-tls1_1", "-cipher", "ALL:@SECLEVEL=0"],
                             stdin=subprocess.DEVNULL, capture_output=True, text=True,
                             timeout=DEADLINE_S)
        self.assertIn("alert protocol version", old.stderr)
        self.assertIn(f"hongbao is ready on https://127.0.0.1:{server.port}", server.stdout_text())
        self.assertEqual(0, server.stop())

    def test_curl_takes_the_commands_of_the_ready_line(self):
        server = self.serve()
        shown = re.findall(r"^  curl (-s https://.*)$", server.stdout_text(), re.MULTILINE)
        self.assertEqual(3, len(shown))
        for words in shown:
            done = subprocess.run(["sh", "-c", f"curl --cacert {self.good[0]} -w '%{{http_code}}' {words}"],
                                  capture_output=True, text=True, timeout=DEADLINE_S)
            self.assertRegex(done.stdout, "20[01]$", done.stderr)

    def test_pages_of_the_server_itself_may_use_it(self):
        server = self.serve()
        line = connect(server.port, trusting(self.good[0]))
        own = f"https://127.0.0.1:{server.port}"
        self.assertEqual(200, ask(line, "GET", "/v1/audit", Origin=own)[0])
        for other in (own.replace("https", "http"), "https://127.0.0.1", "https://elsewhere.example"):
            self.assertEqual(403, ask(line, "GET", "/v1/audit", Origin=other)[0], other)
        line.close()

    def test_plain_http_is_told_where_to_go(self):
        server = self.serve()
        with socket.create_connection(("127.0.0.1", server.port), DEADLINE_S) as plain:
            plain.sendall(b"GET /readyz HTTP/1.1\r\nHost: localhost\r\n\r\n")
            told = b""
            while part := plain.recv(65536):
                told += part
        self.assertTrue(told.startswith(b"HTTP/1.1 400 "), told)
        self.assertIn(b"https://", told)
        self.assertNotIn(b"ready", told)

    def test_a_client_of_h2_alone_is_told_no(self):
        server = self.serve()
        context = trusting(self.good[0])
        context.set_alpn_protocols(["h2"])
        with self.assertRaisesRegex(ssl.SSLError, "(?i)no_application_protocol|no application protocol"):
            connect(server.port, context).connect()
        context.set_alpn_protocols(["h2", "http/1.1"])
        line = connect(server.port, context)
        self.assertEqual(200, ask(line, "GET", "/livez")[0])
        self.assertEqual("http/1.1", line.sock.selected_alpn_protocol())
        line.close()


class Starting(TlsCase):
    def refusal(self, *flags):
        """What a start says, which `config check` has to say as well."""
        server = Server(*flags)
        self.addCleanup(server.remove)
        with self.assertRaises(StartFailed) as caught:
            server.start()
        self.assertIn("exit status 2,", str(caught.exception))
        checked = run_command("config", "check", "--data", server.data, *flags)
        self.assertEqual(2, checked.returncode)
        said = server.stderr_text()
        self.assertEqual(*(re.sub(r"it is \S+ by", "it is NOW by", text)
                           for text in (said, checked.stderr)))
        self.assertEqual(1, said.count("\n"), said)
        return said

    def copy(self, path, name, mode=0o600):
        copied = os.path.join(self.folder, name)
        shutil.copyfile(path, copied)
        os.chmod(copied, mode)
        return copied

    def test_what_clients_would_refuse_is_refused_with_what_mends_it(self):
        certificate, key = self.good
        other_certificate, other_key = self.authority.make("other")
        ended = self.authority.make("ended", days=30, at="-100d")
        not_yet = self.authority.make("not-yet", at="+3d")
        weak = self.authority.make("weak", key=("rsa", "rsa_keygen_bits:1024"))
        garbage = os.path.join(self.folder, "garbage.pem")
        with open(garbage, "w", encoding="utf-8") as file:
            file.write("garbage\n")
        os.chmod(garbage, 0o600)
        encrypted = os.path.join(self.folder, "encrypted.pem")
        subprocess.run(["openssl", "pkey", "-in", key, "-aes256", "-passout", "pass:secret",
                        "-out", encrypted], check=True, timeout=DEADLINE_S)
        os.chmod(encrypted, 0o600)
        missing = os.path.join(self.folder, "missing.pem")
        both = os.path.join(self.folder, "both.pem")
        with open(both, "wb") as file:
            for part in self.good:
                with open(part, "rb") as source:
                    file.write(source.read())
        os.chmod(both, 0o644)
        table = [
            (tls(missing, key), "cannot be read"),
            (tls(certificate, missing), "cannot be read"),
            (tls(self.folder, key), "cannot be read"),
            (tls(certificate, self.folder), "is not a file"),
            (tls(garbage, key), "holds no certificate in PEM"),
            (tls(certificate, garbage), "holds no private key in PEM"),
            (tls(key, key), "holds no certificate in PEM"),
            (tls(certificate, other_key), "does not belong to the certificate"),
            (tls(other_certificate, key), "does not belong to the certificate"),
            (tls(*ended), "ended at .*: renew it"),
            (tls(*not_yet), "is valid only from .*clock"),
            (tls(*weak), "ee key too small"),
            (tls(certificate, encrypted), "is encrypted.*openssl pkey"),
            (tls(certificate, self.copy(key, "group.pem", 0o640)), "chmod 600"),
            (tls(certificate, self.copy(key, "others.pem", 0o604)), "chmod 600"),
            (tls(both, key), "chmod 600"),
            ([tls_certificate_file(certificate)], "TLS takes both"),
            ([tls_key_file(key)], "TLS takes both"),
        ]
        for flags, expected in table:
            with self.subTest(flags=flags):
                self.assertRegex(self.refusal(*flags), expected)

    def test_an_end_that_is_near_is_told(self):
        soon = self.authority.make("soon", days=5)
        server = self.serve(*soon)
        self.assertRegex(server.stderr_text(), r"soon.cert.pem ends at .*, in [45] days: renew it")
        self.assertEqual(1, server.stderr_text().count("renew it"))
        self.assertEqual(0, server.stop())
        far = self.serve()
        self.assertNotIn("renew it", far.stderr_text())


class Renewing(TlsCase):
    def setUp(self):
        self.paths = [os.path.join(self.folder, f"{self.id()}.{part}") for part in ("cert", "key")]
        self.install(self.good)
        self.server = self.serve(*self.paths, more=[event_loop_count(2)])

    def install(self, pair):
        """As a deploy hook would: each file is replaced at once."""
        for source, path in zip(pair, self.paths):
            shutil.copyfile(source, path + ".new")
            os.chmod(path + ".new", 0o600)
            os.rename(path + ".new", path)

    def hang_up(self, said):
        before = self.server.stderr_text().count(said)
        self.server.process.send_signal(1)
        deadline = threading.Event()
        for _ in range(DEADLINE_S * 50):
            if self.server.stderr_text().count(said) > before:
                return
            deadline.wait(0.02)
        self.fail(f"the log never says {said!r}: {self.server.stderr_text()[-500:]}")

    def shown(self):
        """The name in the certificate that a new connection gets."""
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        line = connect(self.server.port, context)
        line.connect()
        der = line.sock.getpeercert(binary_form=True)
        line.close()
        return next(name for name in ("good", "second") if name.encode() in der)

    def test_a_new_pair_is_for_new_connections_and_a_bad_one_for_none(self):
        second = self.authority.make("second")
        kept = connect(self.server.port, trusting(self.good[0]))
        self.assertEqual(200, ask(kept, "GET", "/readyz")[0])
        self.install(second)
        self.assertEqual("good", self.shown())
        self.hang_up("SIGHUP: certificate and key were read again")
        self.assertEqual("second", self.shown())
        self.assertEqual(200, ask(kept, "GET", "/readyz")[0])
        self.install((second[0], self.good[1]))
        self.hang_up("SIGHUP: the certificate from before stays, because")
        self.assertIn("does not belong", self.server.stderr_text())
        self.assertEqual("second", self.shown())
        os.remove(self.paths[1])
        self.hang_up("SIGHUP: the certificate from before stays, because")
        self.assertEqual("second", self.shown())
        self.assertEqual(200, ask(kept, "GET", "/readyz")[0])
        kept.close()
        self.assertEqual(0, self.server.stop())

    def test_nobody_notices_under_load(self):
        second = self.authority.make("second")
        context = trusting(self.good[0], second[0])
        stop = threading.Event()
        counts, faults = [], []

        def use(lives):
            done = 0
            try:
                while not stop.is_set():
                    line = connect(self.server.port, context)
                    for _ in range(lives):
                        status, body = ask(line, "GET", "/livez")
                        if (status, body) != (200, ALIVE):
                            raise AssertionError(f"{status} {body!r}")
                        done += 1
                    line.close()
            except (OSError, AssertionError) as fault:
                faults.append(repr(fault))
            counts.append(done)

        users = [threading.Thread(target=use, args=(lives,)) for lives in (1, 1, 50, 50)]
        for user in users:
            user.start()
        for turn in range(10):
            self.install((second, self.good)[turn % 2])
            self.hang_up("SIGHUP: certificate and key were read again")
        stop.set()
        for user in users:
            user.join(DEADLINE_S)
        self.assertEqual([], faults)
        self.assertEqual(4, len(counts))
        self.assertTrue(all(counts), counts)
        self.assertEqual(0, self.server.stop())


class Killed(TlsCase):
    def test_what_was_answered_is_there_after_a_kill(self):
        server = self.serve()
        context = trusting(self.good[0])
        line = connect(server.port, context)
        self.assertEqual(201, ask(line, "POST", "/v1/accounts",
                                  '{"user_id":"ann","username":"Ann"}', **JSON)[0])
        line.close()
        told = []  # one entry for each deposit that a client was told of
        begun = threading.Barrier(5)

        def deposit(number):
            own = connect(server.port, context)
            begun.wait(DEADLINE_S)
            try:
                for turn in range(100_000):
                    key = f"{number}-{turn}"
                    status, _ = ask(own, "POST", "/v1/accounts/ann/deposits", '{"amount_fen":1}',
                                    **JSON, **{"Idempotency-Key": key})
                    if status == 201:
                        told.append(key)
            except (OSError, ssl.SSLError, ValueError, Exception):  # however a kill shows itself
                pass

        clients = [threading.Thread(target=deposit, args=(number,)) for number in range(4)]
        for client in clients:
            client.start()
        begun.wait(DEADLINE_S)
        while len(told) < 200:
            threading.Event().wait(0.01)
        server.kill()
        for client in clients:
            client.join(DEADLINE_S)
        server.start()
        line = connect(server.port, context)
        for key in told[-50:]:
            line.request("POST", "/v1/accounts/ann/deposits", '{"amount_fen":1}',
                         {**JSON, "Idempotency-Key": key})
            answer = line.getresponse()
            answer.read()
            self.assertEqual("true", answer.headers.get("Idempotency-Replayed"), key)
        status, body = ask(line, "GET", "/v1/accounts/ann")
        line.close()
        self.assertEqual(200, status)
        balance = int(re.search(rb'"balance_fen":(\d+)', body).group(1))
        self.assertGreaterEqual(balance, len(told))
        self.assertLessEqual(balance, len(told) + 4)  # of each client one may have gone unanswered
        self.assertEqual(0, server.stop())


if __name__ == "__main__":
    unittest.main()
