"""No secret is where it does not belong: keys, tokens, pass phrases, invitations, private keys.

Secrets are planted by using the server as everybody does, rightly and wrongly. Then all that it said and wrote is
searched for them, as text and as the bytes that the text stands for: its output, every answer but the one that made
a secret, dump, verify and config print, the files of journal and read model, its command line and environment. That
a core or a look into its memory would not have them is shown by the kernel refusing both; and the same look finds
them if it was allowed, so that the search is known to work.
"""

import base64
import json
import os
import pathlib
import re
import resource
import shutil
import signal
import ssl
import subprocess
import tempfile
import time
import unittest

import flags
from access import Bearer, OverSocket
from api import round_of
from self_signed import self_signed
from commands import COMMANDS
from server import binary, clean_environment, run_command

PHRASE = "correct-horse-battery-staple-42"
READY = re.compile(r"hongbao is ready on https://127\.0\.0\.1:(\d+)")


def forms_of(secret):
    """A secret as text, and as the bytes that its base64url parts stand for."""
    forms = {secret.encode()}
    parts = (secret.split(".") if secret.count(".") == 2 else
             [secret.split("_", 2)[2] if secret.startswith("hb_") else secret])
    for part in parts:
        if len(part) >= 32 and re.fullmatch(r"[A-Za-z0-9_-]+", part):
            forms.add(part.encode())
            raw = base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
            # What a token says of itself is no secret; its signature is.
            if not raw.startswith(b"{"):
                forms.add(raw)
            else:
                forms.discard(part.encode())
    return forms


class Recorder(OverSocket):
    """Remembers every answer but those that `unheard` are asked for with."""

    def __init__(self, path, heard):
        super().__init__(path)
        self.heard = heard

    def request(self, *arguments, **more):
        answer = super().request(*arguments, **more)
        self.heard.append(repr(sorted(answer.headers.items())).encode() + answer.body)
        return answer

    def unheard(self, method, target, body):
        """An answer with a secret in it."""
        answer = super().request(method, target, body)
        assert answer.status == 201 or answer.status == 200, answer
        return answer.json


class Secrets(unittest.TestCase):
    def setUp(self):
        self.home = pathlib.Path(tempfile.mkdtemp(prefix="hongbao-secrets-"))
        self.addCleanup(shutil.rmtree, self.home, ignore_errors=True)
        self.data = self.home / "data"
        self.certificate, self.tls_key = self_signed(self.home)
        self.heard = []
        self.secrets = {}

    def command(self, *words):
        """A command's output, which may have no secret; `key create` is run by `made_by`."""
        done = run_command(*words, "--data", self.data)
        self.heard += [done.stdout.encode(), done.stderr.encode()]
        return done

    def made_by(self, name, *words):
        done = run_command(*words, "--data", self.data)
        self.assertEqual(0, done.returncode, done.stderr)
        self.heard.append(done.stderr.encode())
        self.secrets[name] = done.stdout.strip()
        self.assertEqual(self.secrets[name] + "\n", done.stdout, "stdout has the secret alone")
        return self.secrets[name]

    def start(self, *more):
        self.stdout, self.stderr = self.home / "stdout", self.home / "stderr"
        with open(self.stdout, "ab") as stdout, open(self.stderr, "ab") as stderr:
            self.process = subprocess.Popen(
                [binary(), "serve", "--data", str(self.data), flags.listen("127.0.0.1:0"),
                 flags.tls_certificate_file(self.certificate), flags.tls_key_file(self.tls_key),
                 *more], stdout=stdout, stderr=stderr, env=clean_environment(), cwd=self.home)
        self.addCleanup(self.process.wait, 60)
        self.addCleanup(self.process.kill)
        while not (ready := READY.search(self.stdout.read_text())):
            self.assertIsNone(self.process.poll(), self.stderr.read_text())
            time.sleep(0.02)
        self.port = int(ready.group(1))
        self.operator = Recorder(self.data / "control.sock", self.heard)
        self.addCleanup(self.operator.close)

    def over_tls(self, credential, method="GET", target="/v1/audit", body=None):
        line = Bearer(self.port, credential)
        line.connect()
        line.socket = ssl.create_default_context(cafile=self.certificate).wrap_socket(
            line.socket, server_hostname="localhost")
        self.addCleanup(line.close)
        answer = line.request(method, target, body)
        self.heard.append(repr(sorted(answer.headers.items())).encode() + answer.body)
        return answer

    def plant(self):
        api = self.operator
        self.secrets["key over the API"] = api.unheard(
            "POST", "/v1/keys", {"name": "n", "scope": "reader", "reason": "planted"})["key"]
        key_id = self.secrets["key over the API"].split("_")[1]
        self.secrets["rotated key"] = api.unheard(
            "POST", f"/v1/keys/{key_id}/rotation", {"reason": "planted"})["key"]
        user, shop = api.fresh_user("user", 10_000), api.fresh_user("shop", 10_000, type="merchant")
        self.secrets["token"] = api.unheard("POST", "/v1/tokens", {"user_id": user})["token"]
        self.made_by("token of the command", "token", user)
        now = api.packet(api.send_packet(user, total_fen=100, count=1, passphrase=PHRASE).json["id"])
        self.secrets["pass phrase"] = PHRASE
        api.open(now["id"], user, passphrase=PHRASE[::-1])
        api.open(now["id"], user, passphrase=PHRASE)
        api.grab(now["id"], user, passphrase=PHRASE)
        starts = int(time.time() * 1_000) + 3_600_000
        campaign = api.fund_campaign(shop, [round_of(starts, starts + 60_000)], 1_000)
        self.assertEqual(201, campaign.status, campaign)
        invitation = api.unheard("POST", "/v1/invitations",
                                 {"campaign_id": campaign.json["id"], "guests_max": 3})
        self.secrets["invitation"] = invitation["secret"]
        path = f"/v1/invitations/{invitation['invitation_id']}/guests"
        self.secrets["guest's token"] = api.unheard(
            "POST", path, {"secret": invitation["secret"], "username": "Dora"})["token"]
        api.post(path, {"secret": invitation["secret"][::-1], "username": "Eve"})
        api.post(path, {"secret": invitation["secret"], "username": 5})
        lines = self.tls_key.read_text().splitlines()
        self.secrets["private key"] = lines[1]
        for number, secret in enumerate(
                json.loads((self.data / "token-secrets.json").read_text())["secrets"]):
            self.secrets[f"secret of tokens {number}"] = secret["secret"]

    def use(self):
        """Each as a credential, as it is and spoilt; in a path and in a query."""
        for secret in list(self.secrets.values()):
            self.over_tls(secret)
            self.over_tls(secret[:-1] + ("A" if secret[-1] != "A" else "B"))
            self.over_tls(None, target=f"/v1/accounts/{secret[:60]}")
            self.over_tls(None, "POST", "/v1/keys", {"name": secret, "scope": "reader"})
        self.assertEqual(200, self.over_tls(self.secrets["key of the command"]).status)

    def look_around(self):
        api = self.operator
        for target in ("/v1/keys", "/v1/switches", "/v1/invitations", "/v1/operations?limit=200",
                       "/v1/audit", "/v1/accounts", "/v1/packets", "/openapi.json", "/docs",
                       "/problems", "/readyz", "/livez", "/version"):
            self.assertEqual(200, api.get(target).status, target)
        self.command("key", "list")
        self.command("key", "list", "--json")
        self.command("switch", "history", "off", "--reason", "planted")
        self.command("operations", "--limit", "200")
        self.command("invitation", "list")
        self.command("config", "print", flags.tls_certificate_file(self.certificate),
                     flags.tls_key_file(self.tls_key))
        self.command("config", "check", flags.tls_certificate_file(self.certificate),
                     flags.tls_key_file(self.tls_key))
        process = pathlib.Path("/proc", str(self.process.pid))
        for file in ("cmdline", "environ", "comm", "maps"):
            self.heard.append((process / file).read_bytes())

    def find(self, places):
        found = []
        for name, secret in self.secrets.items():
            for form in forms_of(secret):
                self.assertGreaterEqual(len(form), 8, name)
                found += [(name, place) for place, content in places.items() if form in content]
        return found

    def test_a_secret_is_found_nowhere(self):
        self.made_by("key of the command", "key", "create", "--name", "n", "--scope", "operator")
        self.start()
        self.plant()
        self.use()
        self.look_around()
        self.assertEqual(10, len(self.secrets), self.secrets.keys())
        self.process.terminate()
        self.assertEqual(0, self.process.wait(60))
        self.command("verify")
        self.command("dump")
        self.command("archive", "--keep-records", "1")
        places = {f"heard {number}": text for number, text in enumerate(self.heard)}
        places["stdout"], places["stderr"] = self.stdout.read_bytes(), self.stderr.read_bytes()
        for file in self.data.rglob("*"):
            if file.is_file() and file.name != "token-secrets.json":
                places[str(file.relative_to(self.home))] = file.read_bytes()
        self.assertGreater(len([place for place in places if place.startswith("data/journal")]), 1)
        self.assertEqual([], self.find(places))
        # The search itself works: what is kept on purpose is found where it is kept.
        kept = self.find({"file": (self.data / "token-secrets.json").read_bytes(),
                          "key": self.tls_key.read_bytes()})
        self.assertIn(("private key", "key"), kept)
        self.assertTrue(any(name.startswith("secret of tokens") for name, _ in kept), kept)

    def test_no_command_takes_a_secret_as_a_word(self):
        for command in COMMANDS:
            told = run_command(*command, "--help").stdout
            for flag in re.findall(r"--[a-z-]+", told):
                self.assertNotRegex(flag, r"^--(key|token|secret|password|credential|bearer)$")

    def test_files_are_their_owners_alone(self):
        self.made_by("key of the command", "key", "create", "--name", "n", "--scope", "operator")
        self.start()
        self.operator.fresh_user("user", 100)
        self.process.terminate()
        self.assertEqual(0, self.process.wait(60))
        for path in (self.data, *self.data.rglob("*")):
            self.assertEqual(0, path.stat().st_mode & 0o077, path)

    def run_alone(self, *settings):
        """A server as a user without rights, with cores of any size allowed."""
        folder = pathlib.Path(tempfile.mkdtemp(prefix="hongbao-core-"))
        self.addCleanup(shutil.rmtree, folder, ignore_errors=True)
        folder.chmod(0o777)
        options = {"user": 65534, "group": 65534, "extra_groups": []} if os.geteuid() == 0 else {}

        def allow_cores():
            _, hard = resource.getrlimit(resource.RLIMIT_CORE)
            resource.setrlimit(resource.RLIMIT_CORE, (hard, hard))

        process = subprocess.Popen(
            [binary(), "serve", "--data", str(folder / "data"), flags.listen("127.0.0.1:0"),
             *settings], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=folder,
            env=clean_environment(PLANTED="in the environment"), preexec_fn=allow_cores, **options)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.wait, 60)
        self.addCleanup(process.kill)
        self.assertTrue(any("is ready on" in line for line in process.stdout))
        looked = subprocess.run(
            ["cat", f"/proc/{process.pid}/environ"], capture_output=True, text=True, **options)
        return folder, process, looked

    def test_nobody_of_the_same_user_looks_into_a_server_and_no_core_is_left(self):
        folder, process, looked = self.run_alone()
        self.assertNotEqual(0, looked.returncode, looked.stdout)
        self.assertIn("Permission denied", looked.stderr)
        self.assertNotIn("in the environment", looked.stdout)
        process.send_signal(signal.SIGABRT)
        self.assertEqual(-signal.SIGABRT, process.wait(60))
        self.assertEqual([], [file for file in folder.iterdir() if file.name != "data"])
        self.assertEqual([], [file for file in folder.rglob("core*")])

    def test_a_debuggable_server_can_be_looked_into(self):
        _, process, looked = self.run_alone(flags.debuggable())
        self.assertEqual(0, looked.returncode, looked.stderr)
        self.assertIn("in the environment", looked.stdout)


if __name__ == "__main__":
    unittest.main()
