"""`hongbao prove` and the API guide's own lines: a published seed gives every share again, and whatever
does not agree is named. A fake server stands in for one that cheats."""

import http.server
import json
import threading
import unittest

from api import fresh_name
from cases import ServerCase
from flags import manual_clock
from server import run_command
from shares import lines_of_guide, seed_hash, shares_of

UP_FRONT = {"when": "up_front"}
SEED = bytes(range(32))


class ForgedServer:
    """Answers with the given packet and claims, true or not."""

    def __init__(self, packet, claims):
        answers = {f"/v1/packets/{packet['id']}": packet,
                   f"/v1/packets/{packet['id']}/claims": {"items": claims, "next_cursor": None}}

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                body = json.dumps(answers[self.path.split("?")[0]]).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    def close(self):
        self._server.shutdown()
        self._server.server_close()


class GuidesLines(unittest.TestCase):
    def test_its_lines_are_few_and_need_only_the_standard_library(self):
        lines = [line for line in lines_of_guide().splitlines() if line.strip()]
        self.assertLessEqual(len(lines), 35)
        self.assertEqual({"hashlib", "itertools"},
                         {line.split()[1] for line in lines if "import" in line})

    def test_its_lines_give_the_shares_that_the_code_gives(self):
        self.assertEqual("695329fac7d6f45ea449e04505b8416b819f63ee3eafb18e433424597fec023a",
                         seed_hash(SEED))
        self.assertEqual([2240, 213, 77, 178, 1161, 1449, 2175, 860, 560, 1087],
                         shares_of(SEED, "double_mean", 10_000, 10, 20_000))
        self.assertEqual([1141, 1255, 711, 918, 668, 669, 1116, 1479, 634, 1409],
                         shares_of(SEED, "double_mean", 10_000, 10, 1_500))
        self.assertEqual([456, 204, 632, 1117, 782, 2315, 3289, 844, 123, 238],
                         shares_of(SEED, "line_cut", 10_000, 10, 20_000))


class Prove(ServerCase):
    server_flags = (manual_clock(),)

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server.port}"

    def send(self, **fields):
        sender = self.api.fresh_user("ann", 9_000)
        return self.assert_ok(self.api.send_packet(sender, **fields), 201)

    def open_shares(self, packet, count):
        return [self.assert_ok(self.api.open(packet, user))["amount_fen"]
                for user in self.api.fresh_users(count, "opener")]

    def prove(self, packet, *arguments):
        return run_command("prove", packet, *arguments)

    def both_ways(self, packet, *arguments):
        """From the running server's answers, and from its journal on disk."""
        return (self.prove(packet, "--server", self.url, *arguments),
                self.prove(packet, "--data", self.server.data, *arguments))

    def test_an_exhausted_packet_is_proved_share_by_share(self):
        for algorithm in ("double_mean", "line_cut"):
            sent = self.send(total_fen=9_000, count=20,
                             split={"when": "up_front", "algorithm": algorithm})
            amounts = self.open_shares(sent["id"], 20)
            for done in self.both_ways(sent["id"], "--seed-hash", sent["seed_hash"]):
                with self.subTest((algorithm, done.args[3])):
                    self.assertEqual((0, ""), (done.returncode, done.stderr), done.stdout)
                    for place, amount in enumerate(amounts, 1):
                        self.assertIn(f"share {place}: {amount} fen, opened by ", done.stdout)
                    self.assertIn("proved: 20 of 20 shares", done.stdout)

    def test_an_expired_packet_is_proved_with_the_shares_that_nobody_opened(self):
        sent = self.send(total_fen=500, count=5, split=UP_FRONT, expires_in_s=60)
        self.open_shares(sent["id"], 2)
        self.api.advance(60_000)
        self.wait_until_refunded(sent["id"])
        for done in self.both_ways(sent["id"]):
            self.assertEqual(0, done.returncode, done.stdout + done.stderr)
            self.assertEqual(3, done.stdout.count("nobody opened it"))
            self.assertIn("proved: 2 of 5 shares", done.stdout)

    def test_more_claims_than_a_page_are_proved(self):
        shop = self.api.fresh_user("shop", 100_000, type="merchant")
        sent = self.assert_ok(self.api.send_packet(shop, total_fen=100_000, count=450,
                                                   split=UP_FRONT), 201)
        self.open_shares(sent["id"], 450)
        for done in self.both_ways(sent["id"]):
            self.assertEqual(0, done.returncode, done.stdout + done.stderr)
            self.assertIn("proved: 450 of 450 shares", done.stdout)

    def test_nothing_is_told_of_a_packet_that_is_not_over(self):
        sent = self.send(total_fen=500, count=5, split=UP_FRONT)
        opened = self.open_shares(sent["id"], 4)
        early = self.both_ways(sent["id"])
        last = self.open_shares(sent["id"], 1)
        seed = self.api.packet(sent["id"])["seed"]
        self.assertEqual(500, sum(opened + last))
        for done in early:
            self.assertEqual(1, done.returncode)
            self.assertIn("is not over yet", done.stderr)
            self.assertEqual("", done.stdout)
            self.assertNotIn(seed, done.stderr)

    def test_a_packet_split_on_open_an_equal_one_and_an_unknown_one_cannot_be_proved(self):
        on_open = self.send(total_fen=9, count=3)["id"]
        equal = self.send(kind="equal", share_fen=3, count=3)["id"]
        for packet, words in ((on_open, "not split up front"), (equal, "not split up front"),
                              ("1234567890123456789", "1234567890123456789"),
                              ("packet", "is not a packet id")):
            for done in self.both_ways(packet):
                with self.subTest((packet, done.args[3])):
                    self.assertEqual(1, done.returncode)
                    self.assertIn(words, done.stderr)

    def test_another_hash_than_the_one_noted_is_no_proof(self):
        sent = self.send(total_fen=500, count=5, split=UP_FRONT)
        self.open_shares(sent["id"], 5)
        for done in self.both_ways(sent["id"], "--seed-hash", "0" * 64):
            self.assertEqual(1, done.returncode)
            self.assertIn("NOT PROVED: the hash is not the seed's", done.stdout)

    def forged(self, **changes):
        shares = shares_of(SEED, "double_mean", 10_000, 10, 20_000)
        packet = {"id": "77", "kind": "lucky", "total_fen": 10_000, "count": 10,
                  "share_fen_max": 20_000, "split": {"when": "up_front",
                                                     "algorithm": "double_mean"},
                  "seed_hash": seed_hash(SEED), "seed": SEED.hex(), **changes}
        claims = [{"user_id": fresh_name("user"), "amount_fen": share} for share in shares]
        return packet, claims

    def prove_forged(self, packet, claims):
        server = ForgedServer(packet, list(reversed(claims)))
        self.addCleanup(server.close)
        return self.prove(packet["id"], "--server", server.url)

    def test_a_server_that_cheats_is_found_out(self):
        self.assertEqual(0, self.prove_forged(*self.forged()).returncode)
        packet, claims = self.forged()
        claims[2]["amount_fen"] += 1
        claims[3]["amount_fen"] -= 1
        done = self.prove_forged(packet, claims)
        self.assertEqual(1, done.returncode)
        self.assertIn(f"share 3: 77 fen, but {claims[2]['user_id']} was given 78 fen", done.stdout)
        self.assertIn("NOT PROVED: 2 of 10 opened shares", done.stdout)
        packet, claims = self.forged()
        claims[0], claims[1] = claims[1], claims[0]
        self.assertEqual(1, self.prove_forged(packet, claims).returncode, "out of turn")
        packet, claims = self.forged()
        self.assertEqual(1, self.prove_forged(packet, claims + claims[:1]).returncode, "one more")
        other = bytes(reversed(SEED))
        for changes in ({"seed": other.hex()}, {"seed_hash": seed_hash(other)},
                        {"seed": "00"}, {"seed": "x" * 64}, {"total_fen": 9_999},
                        {"count": 10**12}, {"count": 0}, {"share_fen_max": 1},
                        {"split": {"when": "up_front", "algorithm": "line_cut"}},
                        {"share_fen_max": 1_100,
                         "split": {"when": "up_front", "algorithm": "line_cut"}}, {"kind": None}):
            with self.subTest(changes):
                done = self.prove_forged(*self.forged(**changes))
                self.assertEqual(1, done.returncode, done.stdout + done.stderr)


if __name__ == "__main__":
    unittest.main()
