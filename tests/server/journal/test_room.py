"""Room runs out while packets are outstanding: their refunds wait for it, and nothing is lost.

In one story the journal's map is small and the next start gives a larger one; in the other the file
system is small and room is made while the server runs.
"""

import os
import shutil
import subprocess
import time
import unittest

import flags
from api import Api, fresh_name, instant_ms
from cases import assert_problem, audit_all, fill_journal, settled_audit
from client import run_at_once
from server import Server, copy_data

MIB = 1 << 20
SHARE_FEN = 3
# More refunds than fit into what a full journal keeps back for requests under way.
MANY_PACKETS = 16_000
SOME_PACKETS = 1_000
DEADLINE_S = 30
# A file system of 40 MiB for the server alone, most of it filled by a file.
SMALL_DISK = ("mount -t tmpfs -o size=40m none \"$0\" && head -c 24M /dev/zero >\"$0/ballast\" && "
              "exec \"$@\"")


def disk_of_its_own(folder):
    return ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", SMALL_DISK, str(folder)]


def can_have_a_disk_of_its_own():
    """Whether this machine lets a process mount a small file system for itself alone."""
    if shutil.which("unshare") is None:
        return False
    server = Server()
    try:
        return subprocess.run([*disk_of_its_own(server.home), "true"], timeout=60,
                              stderr=subprocess.DEVNULL).returncode == 0
    finally:
        server.remove()


class Room(unittest.TestCase):
    def started(self, *settings):
        self.server = Server(flags.manual_clock(), *flags.no_daily_limits(), *settings)
        self.addCleanup(self.server.remove)
        return self.server

    def send_packets(self, api, sender, count):
        """Packets of one share that expire in a minute; the id of one of them."""
        body = {"sender": sender, "kind": "equal", "share_fen": SHARE_FEN, "count": 1,
                "expires_in_s": 60}
        jobs = [("POST", "/v1/packets", body, fresh_name("send")) for _ in range(count)]
        answers = run_at_once(api.port, jobs, 64)
        self.assertEqual({201}, {answer.status for answer in answers})
        return answers[-1].json["id"]

    def assert_full(self, api, user, packet):
        """Writes are refused, reads are answered."""
        for answer in (api.deposit(user, 1), api.transfer(user, "bob", 1), api.open(packet, "bob"),
                       api.send_packet(user, total_fen=5, count=2),
                       api.create_account(fresh_name("late"))):
            assert_problem(self, answer, 507, "journal_full")
        for target in ("/livez", "/readyz", f"/v1/accounts/{user}/entries",
                       f"/v1/accounts/{user}/packets/sent", f"/v1/packets/{packet}/claims"):
            answer = api.get(target)
            self.assertEqual(200, answer.status, answer)

    def assert_refunds_wait(self, api, user, packet):
        """Past every expiry the server lives on, and makes neither refunds nor other records."""
        expires_ms = instant_ms(api.packet(packet)["expires_at"])
        before = api.audit()
        self.assertGreater(before["escrow_fen"], 0)
        api.advance_to(expires_ms + 1000)
        for _ in range(40):  # refunds are tried again and again: give the server time for it
            time.sleep(0.02)
            self.assertTrue(self.server.is_running(), self.server.stderr_text()[-2000:])
            self.assert_full(api, user, packet)
        assert_problem(self, api.grab(packet, "bob"), 410, "packet_expired")
        self.assertEqual((before, None), (api.audit(), api.packet(packet)["closed_at"]))

    def wait_until(self, what, holds):
        deadline = time.monotonic() + DEADLINE_S
        while not holds():
            self.assertLess(time.monotonic(), deadline, f"never happened: {what}")
            time.sleep(0.01)

    def assert_all_refunded(self, api, user, packet, balance_fen):
        self.wait_until("every refund", lambda: api.audit()["escrow_fen"] == 0)
        self.assertEqual(balance_fen, api.balance(user))
        shown = api.packet(packet)
        self.assertEqual(("expired", SHARE_FEN), (shown["status"], shown["refund_fen"]))

    def rich_sender(self, api, packets):
        api.create_account("bob")
        return api.fresh_user("shop", packets * SHARE_FEN + 10, type="merchant")

    def test_refunds_wait_while_the_map_is_full_and_happen_once_it_is_larger(self):
        server = self.started(flags.journal_map_bytes(16 * MIB)).start()
        api = Api(server.port)
        user = self.rich_sender(api, MANY_PACKETS)
        packet = self.send_packets(api, user, MANY_PACKETS)
        fill_journal(self, api, 500)
        self.assert_full(api, user, packet)
        self.assert_refunds_wait(api, user, packet)
        api.close()
        self.assertEqual(0, server.stop(), server.stderr_text()[-2000:])
        server.flags.append(flags.journal_map_bytes(64 * MIB))
        server.flags.remove(flags.journal_map_bytes(16 * MIB))
        server.start()
        api = Api(server.port)
        api.advance(120_000)
        self.assert_all_refunded(api, user, packet, MANY_PACKETS * SHARE_FEN + 10)
        self.assertEqual(201, api.deposit(user, 1).status)
        before = settled_audit(api)
        api.close()
        self.assertEqual(0, server.stop(), server.stderr_text()[-2000:])
        self.assertEqual([], audit_all(server, before)[:20])

    def test_writes_and_refunds_go_on_without_a_restart_once_the_disk_has_room(self):
        if not can_have_a_disk_of_its_own():
            print("no file system of one's own can be mounted here: only the small map is tested",
                  flush=True)
            return
        server = self.started(flags.commit_batch_bytes_max(MIB // 2))
        server.data.mkdir()
        server.wrapper = disk_of_its_own(server.data)
        server.start()
        inside = f"/proc/{server.process.pid}/root{server.data}"
        api = Api(server.port)
        user = self.rich_sender(api, SOME_PACKETS)
        packet = self.send_packets(api, user, SOME_PACKETS)
        fill_journal(self, api, 500)
        self.assert_refunds_wait(api, user, packet)

        os.remove(f"{inside}/ballast")
        key = fresh_name("room")
        self.wait_until("a write that is accepted",
                        lambda: api.deposit(user, 1, key).status == 201)
        self.assert_all_refunded(api, user, packet, SOME_PACKETS * SHARE_FEN + 11)
        before = settled_audit(api)

        # The disk goes away with the server, so its journal is judged in a copy.
        copy = server.home / "copy"
        copy_data(inside, copy)
        api.close()
        self.assertEqual(0, server.stop(), server.stderr_text()[-2000:])
        server.data, server.wrapper = copy, []
        self.assertEqual([], audit_all(server, before)[:20])


if __name__ == "__main__":
    unittest.main()
