"""The read model on disk: it spares the replay, and whatever happens to it, the journal has the last word."""

import random
import re
import shutil
import signal
import subprocess
import threading
import time
import unittest

from api import Api, DAY_MS, fresh_name
from cases import ServerCase
from client import Closed
from flags import no_daily_limits
from server import Server, StartFailed, binary, run_command

PAGE_BYTES = 4096


def some_history(api, users=12, packets=3):
    """Makes every kind of record; returns the ids to ask about."""
    names = api.fresh_users(users)
    for name in names:
        assert api.deposit(name, 5000, reference="pay day").status == 201
    sent = []
    for number in range(packets):
        packet = api.fresh_packet(sender=names[number], total_fen=600, count=users, sender_may_open=True)
        sent.append(packet)
        for name in names[:users - number]:
            assert api.open(packet, name).status == 200
    assert api.withdraw(names[0], 70).status == 201
    assert api.transfer(names[1], names[2], 33, memo="lunch").status == 201
    buy_tickets(api, names[:9])
    assert api.set_status(names[3], "frozen", "test").status == 200
    return names, sent


def buy_tickets(api, names):
    """Orders in every state of a sale that is sold out, with users who wait, and a gateway's money."""
    now_ms = round(time.time() * 1000)
    sale = api.fresh_sale(now_ms - 1000, now_ms + DAY_MS, 4, price_fen=30)
    orders = [api.reserve(sale, name).json["id"] for name in names[:4]]
    assert {api.join_waitlist(sale, name).status for name in names[4:]} == {202}
    assert api.pay_order(orders[0]).status == api.pay_order(orders[1]).status == 200
    assert [api.cancel_order(order).json["status"] for order in orders[1:3]] == ["refunded",
                                                                                "cancelled"]
    for amount_fen in (7, 30, 30):  # too little, enough, once more
        assert api.pay_externally(orders[3], amount_fen).status == 200
    while api.sale(sale)["waiting"] > len(names) - 6:  # until two have been offered free units
        time.sleep(0.005)


def everything(api, names, packets):
    """What a client can read about them."""
    return {
        "audit": api.audit(),
        "accounts": [api.get(f"/v1/accounts/{name}").json for name in names],
        "entries": [api.entries(name) for name in names],
        "sent": [api.listing(f"/v1/accounts/{name}/packets/sent") for name in names],
        "received": [api.listing(f"/v1/accounts/{name}/packets/received") for name in names],
        "packets": [api.packet(packet) for packet in packets],
        "claims": [api.claims(packet) for packet in packets],
        "orders": [api.orders(name) for name in names],
        "sales": sales_of(api, names),
        "timelines": [api.listing(f"/v1/packets/{packet}/timeline", limit=5) for packet in packets],
    }


def sales_of(api, names):
    """What is shown of the sales in which they have orders, except the time."""
    sales = sorted({order["sale_id"] for name in names for order in api.orders(name)})
    return [{**api.sale(sale), "now": None} for sale in sales]


def replayed(server):
    """How many records the last start replayed."""
    return int(re.search(r"([\d]+) of them replayed", server.stdout_text()).group(1))


class ReadModel(ServerCase):
    server_flags = no_daily_limits()

    @property
    def file(self):
        return self.server.data / "model" / "data.mdb"

    def setUp(self):
        if not self.server.is_running():  # a failed test may have left it like that
            self.start_again()

    def known(self):
        names, packets = some_history(self.api)
        return names, packets, everything(self.api, names, packets)

    def start_again(self):
        self.api.close()
        self.server.start()
        type(self).api = Api(self.server.port)

    def stopped(self):
        self.api.close()
        self.assertEqual(0, self.server.stop())

    def assert_same(self, names, packets, before):
        self.assertEqual(before, everything(self.api, names, packets))
        self.assertEqual(0, self.api.audit()["difference_fen"])

    def assert_rebuilt(self, why):
        self.assertIn("it is rebuilt from the journal", self.server.stderr_text())
        self.assertRegex(self.server.stderr_text(), why)
        self.assertEqual(self.api.audit()["journal_sequence"], replayed(self.server))

    def test_after_an_orderly_stop_nothing_is_replayed_and_everything_is_as_before(self):
        names, packets, before = self.known()
        self.restart()
        self.assertEqual(0, replayed(self.server))
        self.assert_same(names, packets, before)

    def test_after_a_kill_only_the_tail_is_replayed_and_everything_is_as_before(self):
        names, packets, _ = self.known()
        self.restart()
        self.assertEqual(201, self.api.deposit(names[0], 5).status)
        before = everything(self.api, names, packets)
        self.crash_and_restart()
        self.assertLessEqual(replayed(self.server), 1)
        self.assert_same(names, packets, before)

    def test_a_key_is_known_after_a_start_without_replay(self):
        name, key = self.api.fresh_user(balance_fen=100), fresh_name("key")
        first = self.api.deposit(name, 7, key=key)
        self.restart()
        again = self.api.deposit(name, 7, key=key)
        self.assertEqual((first.status, first.json), (again.status, again.json))
        self.assertTrue(again.replayed)
        self.assert_balance(name, 107)

    def test_a_missing_model_is_built_from_the_journal(self):
        names, packets, before = self.known()
        self.stopped()
        shutil.rmtree(self.server.data / "model")
        self.start_again()
        self.assertEqual(before["audit"]["journal_sequence"], replayed(self.server))
        self.assert_same(names, packets, before)

    def test_a_model_cut_short_is_noticed(self):
        names, packets, before = self.known()
        self.stopped()
        with open(self.file, "r+b") as file:
            file.truncate(self.file.stat().st_size // 8 // PAGE_BYTES * PAGE_BYTES)
        self.start_again()
        self.assert_same(names, packets, before)
        self.assertIn("it is rebuilt from the journal", self.server.stderr_text())

    def test_a_file_that_is_no_model_is_noticed(self):
        names, packets, before = self.known()
        self.stopped()
        self.file.write_bytes(b"somebody's notes\n" * 1000)
        self.start_again()
        self.assert_rebuilt("cannot be opened")
        self.assert_same(names, packets, before)

    def test_damaged_rows_are_noticed_whatever_they_damage(self):
        names, packets, before = self.known()
        seed = random.randrange(1 << 32)
        luck = random.Random(seed)
        for word in [names[luck.randrange(len(names))].encode() for _ in range(3)]:
            self.stopped()
            data = bytearray(self.file.read_bytes())
            places = [found.start() for found in re.finditer(re.escape(word), bytes(data))]
            for place in places:
                data[place + luck.randrange(len(word))] ^= 1 << luck.randrange(8)
            self.file.write_bytes(bytes(data))
            with self.subTest(seed=seed, word=word):
                self.assertTrue(places)
                self.start_until_same(names, packets, before)

    def start_until_same(self, names, packets, before):
        """The server may end when it finds damage, at once or later; it never gives a wrong answer,
        and the next start rebuilds the model."""
        for _ in range(3):
            try:
                if not self.server.is_running():
                    self.start_again()
                seen = everything(self.api, names, packets)
            except (Closed, ConnectionError, StartFailed):
                self.server.wait()
                continue
            self.assertEqual(before, seen)
            return
        self.fail(f"the server does not come up: {self.server.stderr_text()}")

    def test_an_altered_name_is_not_taken_for_a_missing_one(self):
        names, packets, before = self.known()
        self.stopped()
        data = bytearray(self.file.read_bytes())
        word = names[0].encode()
        for found in re.finditer(re.escape(word), bytes(data)):
            if data[found.end():found.end() + 1] != b"":
                data[found.start() + len(word) - 1] ^= 1
        self.file.write_bytes(bytes(data))
        self.start_until_same(names, packets, before)
        self.assertIn("it is rebuilt from the journal", self.server.stderr_text())

    def test_a_server_that_ends_by_a_fault_has_its_model_rebuilt(self):
        names, packets, before = self.known()
        self.restart()
        self.server.process.send_signal(signal.SIGSEGV)
        self.server.wait()
        self.start_again()
        self.assert_rebuilt("the last server that used it ended by a fault")
        self.assert_same(names, packets, before)

    def test_a_damaged_key_is_noticed_and_the_retry_does_not_pay_twice(self):
        name, key = self.api.fresh_user(balance_fen=100), fresh_name("key")
        first = self.api.deposit(name, 7, key=key)
        self.stopped()
        data = bytearray(self.file.read_bytes())
        place = data.find(key.encode())
        while place >= 0:  # in the keys, in the history, and in pages that are free by now
            data[place] ^= 1
            place = data.find(key.encode(), place)
        self.file.write_bytes(bytes(data))
        self.start_again()
        self.assertIn("it is rebuilt from the journal", self.server.stderr_text())
        again = self.api.deposit(name, 7, key=key)
        self.assertEqual((first.status, first.json), (again.status, again.json))
        self.assert_balance(name, 107)

    def test_a_start_that_died_while_loading_is_not_repeated(self):
        names, packets, before = self.known()
        self.stopped()
        (self.server.data / "model" / "loading").write_text("")
        self.start_again()
        self.assert_rebuilt("the last server that used it ended by a fault")
        self.assertFalse((self.server.data / "model" / "loading").exists())
        self.assert_same(names, packets, before)

    def test_a_model_of_another_journal_is_noticed(self):
        names, packets, before = self.known()
        other = Server()
        self.addCleanup(other.remove)
        api = Api(other.start().port)
        some_history(api)
        api.close()
        self.assertEqual(0, other.stop())
        self.stopped()
        shutil.copyfile(other.data / "model" / "data.mdb", self.file)
        self.start_again()
        self.assert_rebuilt("of another journal")
        self.assert_same(names, packets, before)

    def test_a_model_ahead_of_its_journal_is_noticed(self):
        self.stopped()
        kept = self.server.home / "kept"
        shutil.rmtree(kept, ignore_errors=True)
        shutil.copytree(self.server.data / "journal", kept)
        self.start_again()
        before_audit = self.api.audit()
        some_history(self.api)
        self.stopped()
        shutil.rmtree(self.server.data / "journal")
        shutil.copytree(kept, self.server.data / "journal")
        self.start_again()
        self.assert_rebuilt("but the journal ends at")
        self.assertEqual(before_audit, self.api.audit())

    def verified(self, status, *more):
        done = run_command("verify", "--data", self.server.data, *more)
        self.assertEqual(status, done.returncode, done.stdout + done.stderr)
        return done.stdout.splitlines()

    def test_verify_compares_the_model_with_the_journal_also_beside_a_busy_server(self):
        stop = threading.Event()

        def deposit():
            with Api(self.server.port) as api:
                name = api.fresh_user()
                while not stop.is_set():
                    api.deposit(name, 1)

        writer = threading.Thread(target=deposit)
        writer.start()
        try:
            for _ in range(3):
                lines = self.verified(0)
                self.assertRegex(lines[-2], "^read model: agrees with the journal")
                self.assertRegex(lines[-1], "^journal is sound: ")
        finally:
            stop.set()
            writer.join()
        some_history(self.api)
        self.stopped()
        self.assertRegex(self.verified(0)[-2], r"^read model: agrees with the journal, record \d+$")
        self.start_again()

    def test_verify_names_a_row_that_differs_and_rebuild_mends_it(self):
        names, packets, before = self.known()
        self.stopped()
        data = self.file.read_bytes()
        self.assertIn(names[0].encode(), data)
        # Its last letter, so that the keys of the numbers stay in order.
        self.file.write_bytes(data.replace(names[0].encode(), names[0][:-1].encode() + b"~"))
        lines = self.verified(4)
        self.assertRegex(lines[-3], "^journal is sound: ")
        self.assertRegex(lines[-2], r"^read model differs from the journal: table \w+, key .*, as of record \d+: ")
        self.assertRegex(lines[-1], "Nothing is lost.*hongbao rebuild")
        self.assertRegex(self.verified(0, "--without-model")[-1], "^journal is sound: ")
        self.assertEqual(0, run_command("rebuild", "--data", self.server.data).returncode)
        self.assertRegex(self.verified(0)[-2], "^read model: agrees with the journal, record")
        self.start_again()
        self.assert_same(names, packets, before)

    def test_verify_tells_a_model_that_ends_its_reader_from_a_damaged_journal(self):
        self.known()
        self.stopped()
        data = bytearray(self.file.read_bytes())
        for page in range(2, len(data) // PAGE_BYTES):  # all except LMDB's meta pages
            data[page * PAGE_BYTES + 16:(page + 1) * PAGE_BYTES] = b"\xff" * (PAGE_BYTES - 16)
        self.file.write_bytes(bytes(data))
        lines = self.verified(4)
        self.assertRegex(lines[-2], "^read model differs from the journal: ")
        self.assertEqual(0, run_command("rebuild", "--data", self.server.data).returncode)
        self.start_again()

    def test_verify_says_that_there_is_no_model_or_that_it_is_being_built(self):
        self.known()
        self.stopped()
        (self.server.data / "model" / "loading").write_text("")
        self.assertRegex(self.verified(0)[-2], "^read model: not checked: .*a start or a rebuild is at work on it")
        shutil.rmtree(self.server.data / "model")
        self.assertEqual("read model: there is none; the next start builds it from the journal",
                         self.verified(0)[-2])
        self.start_again()

    def test_rebuild_makes_the_same_model_and_keeps_off_a_running_server(self):
        names, packets, before = self.known()
        refused = run_command("rebuild", "--data", self.server.data)
        self.assertEqual(3, refused.returncode, refused.stderr)
        self.stopped()
        done = run_command("rebuild", "--data", self.server.data)
        self.assertEqual((0, f"read model is rebuilt: {before['audit']['journal_sequence']} records\n"),
                         (done.returncode, done.stdout), done.stderr)
        self.start_again()
        self.assertEqual(0, replayed(self.server))
        self.assert_same(names, packets, before)

    def test_rebuild_says_where_there_is_no_journal(self):
        done = run_command("rebuild", "--data", self.server.home / "nothing")
        self.assertEqual(1, done.returncode)
        self.assertIn("there is no journal", done.stderr)

    def test_a_rebuild_that_is_killed_is_finished_by_the_next_start(self):
        names, packets, before = self.known()
        self.stopped()
        for delay in ("0", "0.002", "0.01"):
            subprocess.run(["timeout", "-s", "KILL", str(float(delay) + 0.001), binary(), "rebuild", "--data",
                            str(self.server.data)], capture_output=True)
        self.start_again()
        self.assert_same(names, packets, before)

    def test_pages_do_not_move_while_lines_are_added(self):
        name = self.api.fresh_user()
        for amount in range(1, 41):
            self.assertEqual(201, self.api.deposit(name, amount).status)
        seen, cursor = [], ""
        while cursor is not None:
            after = f"&cursor={cursor}" if cursor else ""
            page = self.assert_ok(self.api.get(f"/v1/accounts/{name}/entries?limit=7{after}"))
            seen += [item["amount_fen"] for item in page["items"]]
            cursor = page["next_cursor"]
            self.assertEqual(201, self.api.deposit(name, 1000).status)
            if len(seen) == 21:
                self.restart()
        self.assertEqual(list(range(40, 0, -1)), seen)


if __name__ == "__main__":
    unittest.main()
