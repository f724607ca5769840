"""The operator's commands: key, token, invitation, switch, operations, and keys for commands that go by an address.

They reach the running server by its control socket. A secret is alone on stdout; a refusal is one sentence on stderr
and a status that is not 0.
"""

import json
import os
import re
import subprocess
import unittest

import flags
from access import Bearer
from api import instant_ms, round_of
from commands import OF_CONTROL, InAFolder
from server import Server, binary, clean_environment, run_command

KEY = re.compile(r"^hb_([0-9a-f]{16})_[A-Za-z0-9_-]{43}\n$")


class Commands(unittest.TestCase):
    def setUp(self):
        self.server = Server(flags.manual_clock())
        self.addCleanup(self.server.remove)
        self.data = self.server.data

    def run_on(self, *words, status=0, **environment):
        done = run_command(*words, "--data", self.data, environment=clean_environment(**environment))
        self.assertEqual(status, done.returncode, f"{words}: {done.stdout}{done.stderr}")
        if status != 0:
            self.assertEqual("", done.stdout)
            self.assertRegex(done.stderr, r"^hongbao: .+\n$")
        return done

    def make_key(self, scope, *words):
        done = self.run_on("key", "create", "--name", f"a {scope}", "--scope", scope, *words)
        self.assertRegex(done.stdout, KEY, "stdout has the key alone")
        self.assertNotIn(done.stdout.strip(), done.stderr)
        return done.stdout.strip()

    def bearer(self, credential=None):
        api = Bearer(self.server.port, credential)
        self.addCleanup(api.close)
        return api

    def keys(self):
        return json.loads(self.run_on("key", "list", "--json").stdout)["items"]

    def test_the_first_key_is_made_in_a_folder_that_is_not_there_yet(self):
        self.assertFalse(self.data.exists())
        key = self.make_key("operator", "--expires-in", "90d", "--reason", "the first")
        self.assertIn("operator", self.run_on("key", "list").stdout)
        self.assertFalse((self.data / "control.sock").exists(), "it is over")
        self.server.start()
        self.assertEqual(401, self.bearer().get("/v1/audit").status)
        operator = self.bearer(key)
        self.assertEqual(200, operator.get("/v1/audit").status)
        first = operator.operations()[-1]
        self.assertEqual(("key_created", "local", "the first"),
                         (first["type"], first["principal"], first["reason"]))
        made = operator.keys()[0]
        life_ms = instant_ms(made["expires_at"]) - instant_ms(made["created_at"])
        self.assertAlmostEqual(90 * 86_400_000, life_ms, delta=60_000)
        self.assertEqual(0, self.server.stop())
        self.assertEqual(0, self.server.verify().returncode)

    def test_keys_are_made_rotated_and_revoked_beside_a_server_and_without_one(self):
        for running in (True, False):
            with self.subTest(running=running):
                if running:
                    self.server.start()
                    self.make_key("operator")
                key = self.make_key("reader", "--from", "127.0.0.0/8,::1")
                key_id = key.split("_")[1]
                self.assertIn(["127.0.0.0/8", "::1/128"],
                              [one["address_ranges"] for one in self.keys()])
                rotated = self.run_on("key", "rotate", key_id, "--overlap", "0s")
                self.assertRegex(rotated.stdout, KEY)
                self.assertEqual(key_id, rotated.stdout.split("_")[1])
                if running:
                    self.assertEqual(401, self.bearer(key).get("/v1/audit").status)
                    reader = self.bearer(rotated.stdout.strip())
                    self.assertEqual(200, reader.get("/v1/audit").status)
                self.assertIn(key_id, self.run_on("key", "revoke", key_id, "--reason", "a & b").stdout)
                self.assertIn(key_id, self.run_on("key", "revoke", key_id).stdout, "again")
                if running:
                    self.assertEqual(401, reader.get("/v1/audit").status)
                    self.assertEqual(0, self.server.stop())
        self.assertEqual({"valid", "revoked"}, {one["status"] for one in self.keys()})
        self.assertEqual(1, sum(one["status"] == "valid" for one in self.keys()))

    def test_everything_else_asks_the_running_server(self):
        self.server.start()
        operator = self.bearer(self.make_key("operator"))
        user, shop = operator.fresh_user("user"), operator.fresh_user("shop", 1_000, type="merchant")
        token = self.run_on("token", user, "--expires-in", "5m").stdout.strip()
        self.assertEqual(200, self.bearer(token).account(user).status)
        now = operator.now_ms()
        campaign = operator.fresh_campaign([round_of(now, now + 60_000)], 1_000, shop)
        secret = self.run_on("invitation", "create", campaign, "--guests", "2").stdout.strip()
        listed = json.loads(self.run_on("invitation", "list", "--json").stdout)["items"]
        named = listed[0]["invitation_id"]
        guest = self.bearer().join(named, secret)
        self.assertEqual(201, guest.status, guest)
        self.assertIn("1 guests", self.run_on("invitation", "revoke", named).stdout)
        self.assertEqual("invitation_over", self.bearer().join(named, secret).code)
        self.assertEqual("history is off\n", self.run_on("switch", "history", "off", "--reason", "rush",
                                                         "--retry-after", "1m").stdout)
        self.assertRegex(self.run_on("switch").stdout, r"history +OFF .*local +rush")
        self.assertEqual("history is on\n",
                         self.run_on("switch", "history", "on", "--reason", "over").stdout)
        self.assertEqual(200, self.bearer(token).account(user).status)
        self.run_on("token", "rotate-secret", "--overlap", "0s", "--reason", "drill")
        self.assertEqual(401, self.bearer(token).account(user).status)
        told = self.run_on("operations").stdout
        for word in ("key_created", "invitation_created", "invitation_revoked", "switch_changed",
                     "token_secret_rotated", "drill", "rush"):
            self.assertIn(word, told)
        self.assertEqual(2, len(json.loads(self.run_on("operations", "--limit", "2", "--json")
                                           .stdout)["items"]))

    def test_a_refusal_is_a_sentence_and_status_1(self):
        self.server.start()
        self.make_key("operator")
        for words, said in ((("key", "revoke", "0" * 16), "no such key"),
                            (("key", "create", "--name", "n", "--scope", "merchant", "--account", "nobody"),
                             "no such account"),
                            (("key", "create", "--name", "n", "--scope", "merchant"), "one account"),
                            (("key", "create", "--name", "n", "--scope", "reader", "--from", "x"), "x "),
                            (("token", "nobody"), "no such account"),
                            (("switch", "everything", "off", "--reason", "r"), "no such switch"),
                            (("invitation", "create", "1", "--guests", "1"), "no such campaign")):
            with self.subTest(words):
                self.assertIn(said, self.run_on(*words, status=1).stderr)

    def test_without_a_server_it_is_said_where_none_runs(self):
        for words in OF_CONTROL:
            if words[:2] == ["key", "create"]:
                continue
            with self.subTest(words):
                self.assertIn(str(self.data), self.run_on(*words, status=1).stderr)
                self.assertFalse(self.data.exists(), "a look made a directory")

    def test_after_a_crash_the_socket_that_is_left_is_no_server(self):
        self.server.start()
        self.server.kill()
        self.assertTrue((self.data / "control.sock").exists())
        self.assertIn("no server runs", self.run_on("switch", status=1).stderr)
        self.make_key("reader")

    def test_another_user_is_not_permitted(self):
        if os.geteuid() != 0:
            return  # only root can be another user for a while
        self.server.start()
        for path in (self.server.home, self.data):
            path.chmod(0o755)
        for words in (["switch"], ["key", "create", "--name", "n", "--scope", "operator"]):
            done = subprocess.run([binary(), *words, "--data", str(self.data)], capture_output=True,
                                  text=True, env=clean_environment(), user=65534, group=65534,
                                  extra_groups=[])
            self.assertEqual(1, done.returncode, done.stderr)
            self.assertEqual("", done.stdout)
            self.assertIn("not permitted", done.stderr)

    def test_commands_that_go_by_an_address_show_the_key_of_a_file_or_the_environment(self):
        self.server.start()
        key = self.make_key("operator")
        url = f"http://127.0.0.1:{self.server.port}"
        operator = self.bearer(key)
        sender = operator.fresh_user("sender", 1_000)
        packet = operator.send_packet(sender, total_fen=100, count=1,
                                      split={"when": "up_front", "algorithm": "double_mean"})
        self.assertEqual(201, packet.status, packet)
        self.assertEqual(200, operator.open(packet.json["id"], sender).status)
        prove = ("prove", packet.json["id"], "--server", url)
        file = self.server.home / "key"
        file.write_text(key + "\n")
        file.chmod(0o600)
        self.assertEqual(1, run_command(*prove).returncode, "without a key")
        for words, environment in ((("--key-file", file), {}), ((), {"HONGBAO_KEY": key})):
            with self.subTest(words):
                done = run_command(*prove, *words, environment=clean_environment(**environment))
                self.assertEqual(0, done.returncode, done.stderr)
        file.chmod(0o644)
        done = run_command(*prove, "--key-file", file)
        self.assertEqual(2, done.returncode)
        self.assertIn(f"chmod 600 {file}", done.stderr)
        file.chmod(0o600)
        done = run_command("demo", "--server", url, "--key-file", file)
        self.assertEqual(0, done.returncode, done.stdout + done.stderr)


class Words(InAFolder):
    def test_wrong_words_are_told_before_anything_is_done(self):
        for words, said in ((["key"], "create, list, rotate or revoke"), (["token"], "user"),
                            (["invitation"], "create, list or revoke"), (["switch", "history"], "--reason"),
                            (["key", "create", "--scope", "reader"], "--name"),
                            (["key", "create", "--name", "n", "--scope", "root"], "root"),
                            (["key", "create", "--name", "n", "--scope", "reader", "--expires-in", "90"],
                             "90d"),
                            (["operations", "--limit", "0"], "--limit"),
                            (["token", "rotate-secret"], "--reason")):
            with self.subTest(words):
                done = self.run_here(*words)
                self.assert_status(2, done)
                self.assertIn(said, done.stderr)
                self.assertEqual([], list(self.folder.iterdir()))


if __name__ == "__main__":
    unittest.main()
