"""Where a server may start, row by row: the address, whether there are keys, TLS, a proxy.

Every row is a start of the real binary. One that is refused ends with status 2 and a sentence that says what mends
it; doing what it says makes the same start succeed. One that starts is asked as nobody, to see whether it is open.
HONGBAO_START_TABLE names a file for the table that is printed.
"""

import http.client
import itertools
import os
import pathlib
import re
import shlex
import shutil
import socket
import ssl
import subprocess
import tempfile
import unittest

import flags
from self_signed import self_signed
from server import binary, clean_environment, copy_data, run_command

READY = re.compile(r"hongbao is ready on (\S+)")
OPEN = "open mode"


class OverUnix(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("localhost", timeout=30)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(30)
        self.sock.connect(self.path)


class StartUp(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.home = pathlib.Path(tempfile.mkdtemp(prefix="hongbao-start-"))
        cls.addClassCleanup(shutil.rmtree, cls.home, ignore_errors=True)
        cls.certificate, cls.key = self_signed(cls.home)
        cls.with_key = cls.home / "with-key"
        made = run_command("key", "create", "--name", "first", "--scope", "operator", "--data",
                           cls.with_key)
        assert made.returncode == 0, made.stderr
        cls.credential = made.stdout.strip()
        cls.numbers = itertools.count(1)

    def data(self, keys):
        """A data directory of its own."""
        data = self.home / f"data-{next(self.numbers)}"
        if keys:
            copy_data(self.with_key, data)
        return data

    def settings(self, address, data, tls=False, proxy=False, insecure=False):
        given = {"loopback": "127.0.0.1:0", "another": "0.0.0.0:0",
                 "unix": f"unix:{data}.sock"}[address]
        words = [flags.listen(given)]
        words += [flags.tls_certificate_file(self.certificate),
                  flags.tls_key_file(self.key)] if tls else []
        words += [flags.behind_proxy("192.0.2.1")] if proxy else []
        return words + ([flags.insecure_plain_http()] if insecure else [])

    def start(self, data, settings):
        """The place that it is ready on, or None, and what it said on stderr until then."""
        complaints = self.home / f"stderr-{next(self.numbers)}"
        with open(complaints, "wb") as stderr:
            process = subprocess.Popen([binary(), "serve", "--data", str(data), *settings],
                                       stdout=subprocess.PIPE, stderr=stderr, text=True,
                                       env=clean_environment())
        self.addCleanup(process.stdout.close)
        ready = next(filter(None, map(READY.search, process.stdout)), None)
        if ready is None:
            self.assertEqual(2, process.wait(60), complaints.read_text())
            return None, complaints.read_text()
        self.addCleanup(process.wait, 60)
        self.addCleanup(process.terminate)
        return ready.group(1), complaints.read_text()

    def ask(self, place, credential=None):
        """The status of a look at the audit."""
        if place.startswith("unix:"):
            line = OverUnix(place.removeprefix("unix:"))
        else:
            scheme, host = place.split("://")
            port = int(host.rsplit(":", 1)[1])
            trusting = ssl.create_default_context(cafile=self.certificate)
            line = (http.client.HTTPSConnection("localhost", port, timeout=30, context=trusting)
                    if scheme == "https" else
                    http.client.HTTPConnection("localhost", port, timeout=30))
        self.addCleanup(line.close)
        headers = {"Authorization": f"Bearer {credential}"} if credential else {}
        line.request("GET", "/v1/audit", headers=headers)
        return line.getresponse().status

    def check_row(self, address, keys, tls, proxy, insecure):
        """One start, as the table wants it; what it came to, in words."""
        data = self.data(keys)
        settings = self.settings(address, data, tls, proxy, insecure)
        place, said = self.start(data, settings)
        if address == "another" and (not keys or not (tls or proxy or insecure)):
            self.assertIsNone(place, "it started")
            sentence = said.strip().splitlines()[-1]
            self.assertIn('listen = "0.0.0.0:0"', sentence)
            self.mend(sentence, data, settings, keys, tls or proxy or insecure)
            return f"refused: {sentence.removeprefix('hongbao: ')}".replace(str(self.home), "")
        self.assertIsNotNone(place, said)
        self.assertEqual("https" if tls and address != "unix" else place.split(":")[0],
                         place.split(":")[0])
        is_open = not keys
        self.assertEqual(1 if is_open else 0, said.count(OPEN), said)
        self.assertEqual(200 if is_open else 401, self.ask(place))
        if keys:
            self.assertEqual(200, self.ask(place, self.credential))
        self.assertEqual(401, self.ask(place, "hb_0123456789abcdef_" + "A" * 43))
        return "started, open mode" if is_open else "started, keys required"

    def mend(self, sentence, data, settings, keys, is_safe):
        """Does what the sentence says, and starts again."""
        if not keys:
            command = re.search(r"`hongbao (key create [^`]*)`", sentence).group(1)
            words = shlex.split(command.replace("NAME", "mine"))
            self.assertEqual(str(data), words[words.index("--data") + 1])
            made = run_command(*words)
            self.assertEqual(0, made.returncode, made.stderr)
        if not is_safe:
            for setting in ("tls_certificate_file", "tls_key_file", "behind_proxy",
                            "insecure_plain_http"):
                self.assertIn(setting, sentence)
            settings = [*settings, flags.tls_certificate_file(self.certificate),
                        flags.tls_key_file(self.key)]
        place, said = self.start(data, settings)
        self.assertIsNotNone(place, said)
        self.assertEqual(401, self.ask(place))

    def test_every_row(self):
        def word(answer):
            return "yes" if answer else "no"

        rows = [("listens on", "keys", "TLS", "proxy", "insecure", "start")]
        for address, keys, tls, proxy in itertools.product(
                ("loopback", "unix", "another"), (False, True), (False, True), (False, True)):
            for insecure in (False, True) if address == "another" and not tls and not proxy else (False,):
                with self.subTest((address, keys, tls, proxy, insecure)):
                    came_to = self.check_row(address, keys, tls, proxy, insecure)
                    rows.append((address, word(keys), word(tls), word(proxy), word(insecure),
                                 came_to))
                self.doCleanups()
        self.assertEqual(1 + 24 + 2, len(rows))
        table = "\n".join("| " + " | ".join(row) + " |" for row in rows)
        print(table)
        if file := os.environ.get("HONGBAO_START_TABLE"):
            pathlib.Path(file).write_text(table + "\n")

    def test_what_can_be_known_without_the_journal_config_check_says_too(self):
        for insecure, status in ((False, 2), (True, 0)):
            done = run_command("config", "check", *self.settings("another", self.home / "none",
                                                                 insecure=insecure))
            self.assertEqual(status, done.returncode, done.stderr)
            self.assertEqual(insecure, "tls_certificate_file" not in done.stderr)

    def test_the_manual_clock_is_for_this_machine_alone(self):
        data = self.data(keys=True)
        place, said = self.start(data, [*self.settings("another", data, tls=True),
                                        flags.manual_clock()])
        self.assertIsNone(place)
        self.assertIn("clock", said)

    def test_open_mode_ends_for_good_with_the_first_key(self):
        data = self.data(keys=False)
        place, said = self.start(data, self.settings("loopback", data))
        self.assertIn(OPEN, said)
        self.assertEqual(200, self.ask(place))
        made = run_command("key", "create", "--name", "n", "--scope", "reader", "--data", data)
        self.assertEqual(0, made.returncode, made.stderr)
        self.assertEqual(401, self.ask(place))
        revoked = run_command("key", "revoke", made.stdout.split("_")[1], "--data", data)
        self.assertEqual(0, revoked.returncode, revoked.stderr)
        self.assertEqual(401, self.ask(place), "a revoked key is a key")
        self.doCleanups()
        place, said = self.start(data, self.settings("loopback", data))
        self.assertNotIn(OPEN, said)
        self.assertEqual(401, self.ask(place))

    def test_files_of_secrets_that_others_can_read_refuse_the_start(self):
        data = self.data(keys=True)
        place, said = self.start(data, self.settings("loopback", data))
        self.assertIsNotNone(place, said)
        self.doCleanups()
        secrets = data / "token-secrets.json"
        self.assertEqual(0o600, secrets.stat().st_mode & 0o777)
        for file, settings in ((secrets, self.settings("loopback", data)),
                               (self.key, self.settings("loopback", data, tls=True))):
            for mode in (0o640, 0o604):
                with self.subTest((file.name, oct(mode))):
                    file.chmod(mode)
                    place, said = self.start(data, settings)
                    self.assertIsNone(place)
                    mending = re.search(r"chmod 600 \S+", said)
                    self.assertIsNotNone(mending, said)
                    subprocess.run(shlex.split(mending.group().rstrip(".;,")), check=True)
                    self.assertEqual(0o600, file.stat().st_mode & 0o777)
                    place, said = self.start(data, settings)
                    self.assertIsNotNone(place, said)
                    self.doCleanups()

    def test_a_folder_that_others_can_look_into_is_said(self):
        data = self.data(keys=False)
        place, said = self.start(data, self.settings("loopback", data))
        self.assertEqual(0o700, data.stat().st_mode & 0o777, "made for its owner alone")
        self.assertNotIn("chmod", said)
        self.doCleanups()
        data.chmod(0o755)
        place, said = self.start(data, self.settings("loopback", data))
        self.assertIsNotNone(place)
        self.assertIn(f"chmod 700 {data}", said)


if __name__ == "__main__":
    unittest.main()
