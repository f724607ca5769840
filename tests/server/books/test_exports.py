"""The books as files: by routes and by `hongbao export`, as CSV, JSON Lines and a ledger that hledger balances."""

import csv
import io
import json
import pathlib
import re
import subprocess
import tempfile
import unittest

from api import fresh_name
from cases import ServerCase
from client import Connection, encode_request
from flags import manual_clock
from server import run_command

POSTINGS = ["trade_no", "at", "day", "type", "account", "amount_fen", "memo", "packet_id", "campaign_id", "order_id", "sale_id"]
STATEMENT = ["user_id", "line_no", "trade_no", "at", "day", "type", "direction", "amount_fen", "balance_after_fen",
             "counterparty", "memo", "packet_id", "campaign_id", "order_id", "sale_id"]
NASTY = ('=cmd|"/C calc"!A0', "+1", "-1", "@sum", "'quoted'", 'say "hi", you', "date:2020-01-01", "[2020-01-01]", "a, trade_no:1",
         "; comment", "＝wide", "普通 | 话")


def hledger(text, *arguments):
    with tempfile.NamedTemporaryFile("w", suffix=".journal", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        return subprocess.run(["hledger", "-f", file.name, *arguments], capture_output=True, text=True, timeout=60,
                              env={"LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin", "HOME": "/"})


def balances(text):
    """{account: fen} as hledger adds it up, after its checks."""
    for check in ((), ("ordereddates",)):
        done = hledger(text, "check", *check)
        assert done.returncode == 0, done.stderr
    done = hledger(text, "balance", "--flat", "--empty", "-O", "csv")
    assert done.returncode == 0, done.stderr
    rows = list(csv.reader(io.StringIO(done.stdout)))[1:-1]
    return {account: round(float(re.sub("[^-0-9.]", "", amount)) * 100) for account, amount in rows}


class Exports(ServerCase):
    server_flags = (manual_clock(),)

    def setUp(self):
        self.ann, self.bob = self.api.fresh_user("ann", 50_000), self.api.fresh_user("bob")
        self.shop = self.api.fresh_user("shop", 90_000, type="merchant")
        self.odd = fresh_name("-x") + ":"
        self.assert_ok(self.api.create_account(self.odd), 201)
        for text in NASTY:
            self.assert_ok(self.api.deposit(self.odd, 7, reference=text + fresh_name("r")), 201)
            self.assert_ok(self.api.transfer(self.ann, self.bob, 3, memo=text), 201)
        self.api.withdraw(self.ann, 11, reference="=out")
        packet = self.api.fresh_packet(self.ann, total_fen=900, count=3, blessing="=blessed: [2020-01-01]")
        self.assert_ok(self.api.open(packet, self.bob))

    def text(self, target):
        answer = self.api.get(target)
        self.assertEqual(200, answer.status, answer)
        return answer.body.decode()

    def command(self, *words, status=0):
        done = run_command("export", *words, "--data", self.server.data)
        self.assertEqual(status, done.returncode, done.stderr)
        return done.stdout

    def test_hledger_agrees_with_the_audit_and_with_every_account(self):
        audit = self.api.audit()
        found = balances(self.text("/v1/exports/ledger"))
        total = lambda prefix: sum(fen for account, fen in found.items() if account.startswith(prefix))
        self.assertEqual(audit["withdrawn_fen"] - audit["deposited_fen"], found["outside"])
        self.assertEqual((audit["accounts_fen"], audit["escrow_fen"], audit["suspended_fen"]),
                         (total("users:"), total("escrow:"), total("suspended")))
        self.assertEqual(0, sum(found.values()))
        for account in self.api.listing("/v1/accounts"):
            user = account["user_id"]
            name = user[:-1] + "%3A" if user.endswith(":") else user
            self.assertEqual(account["balance_fen"], found.get("users:" + name, 0), user)

    def test_an_accounts_own_ledger_asserts_its_balances(self):
        whole = self.text(f"/v1/accounts/{self.ann}/statement?format=ledger")
        self.assertEqual(self.api.balance(self.ann), balances(whole)["users:" + self.ann])
        self.assertEqual(len(self.api.entries(self.ann)), whole.count(" = "))
        wrong = hledger(whole.replace(" CNY = ", "1 CNY = ", 1), "check")
        self.assertNotEqual(0, wrong.returncode, "an assertion that cannot fail")
        middle = self.api.entries(self.ann)[3]["at"]
        self.api.advance(1_000)
        self.api.deposit(self.ann, 5)
        later = self.text(f"/v1/accounts/{self.ann}/statement?format=ledger&from=" + self.api.entries(self.ann)[0]["at"])
        self.assertIn("opening balance", later)
        self.assertEqual(self.api.balance(self.ann), balances(later)["users:" + self.ann], middle)

    def test_csv_and_json_lines_have_the_same_fields_in_the_same_order(self):
        for target, names in (("/v1/exports/postings", POSTINGS), ("/v1/exports/statements", STATEMENT),
                              (f"/v1/accounts/{self.bob}/statement", STATEMENT)):
            rows = list(csv.DictReader(io.StringIO(self.text(target), newline="")))
            objects = [json.loads(line) for line in self.text(target + "?format=jsonl").splitlines()]
            self.assertEqual(names, list(rows[0]))
            self.assertEqual(set(names), set(objects[0]))
            self.assertEqual(len(objects), len(rows))
            for row, one in zip(rows, objects):
                for name in names:
                    text = "" if one[name] is None else str(one[name])
                    shown = row[name][1:] if row[name].startswith("'") else row[name]
                    self.assertEqual(text, shown, name)

    def test_no_cell_of_text_can_be_a_formula(self):
        for target in ("/v1/exports/postings", "/v1/exports/statements"):
            for row in csv.DictReader(io.StringIO(self.text(target), newline="")):
                for name in ("user_id", "account", "memo", "counterparty"):
                    self.assertNotRegex(row.get(name) or "", r"\A[=+\-@\t\r＝＋－＠]")
        self.assertIn("'=out", self.text("/v1/exports/postings"))

    def test_statements_are_the_entries_of_every_account(self):
        lines = [json.loads(line) for line in self.text("/v1/exports/statements?format=jsonl").splitlines()]
        for user in (self.ann, self.bob, self.odd):
            mine = [{name: value for name, value in line.items() if name not in ("user_id", "day")}
                    for line in lines if line["user_id"] == user]
            self.assertEqual(self.api.entries(user)[::-1], mine)
            alone = [json.loads(line) for line in self.text(f"/v1/accounts/{user}/statement?format=jsonl").splitlines()]
            self.assertEqual([line for line in lines if line["user_id"] == user], alone)

    def test_a_file_is_continued_after_any_of_its_records(self):
        for target, separator in (("/v1/exports/postings?", ""), ("/v1/exports/statements?", ""),
                                  (f"/v1/accounts/{self.ann}/statement?", "")):
            whole = self.text(target).splitlines(keepends=True)
            for place in range(1, len(whole), 7):
                number = int(whole[place].split(",")[0 if "postings" in target else 2])
                rest = self.text(f"{target}after={number}").splitlines(keepends=True)
                expected = [line for line in whole[1:] if int(line.split(",")[0 if "postings" in target else 2]) > number]
                self.assertEqual(whole[:1] + expected, rest)
        self.assertEqual(1, len(self.text("/v1/exports/postings?after=9999999999999999999").splitlines()))

    def test_long_statements_come_whole_and_continue_anywhere(self):
        user = self.api.fresh_user("long")
        for number in range(700):
            self.api.send(encode_request("POST", f"/v1/accounts/{user}/deposits", {"amount_fen": 1 + number},
                                         fresh_name("k")))
            self.assertEqual(201, self.api.read_answer().status)
        lines = self.text(f"/v1/accounts/{user}/statement").splitlines()
        self.assertEqual([str(number) for number in range(1, 701)], [line.split(",")[1] for line in lines[1:]])
        for place in (1, 63, 64, 65, 128, 300, 699, 700):
            rest = self.text(f"/v1/accounts/{user}/statement?after=" + lines[place].split(",")[2]).splitlines()
            self.assertEqual(lines[place + 1:], rest[1:], place)

    def test_the_command_writes_what_the_routes_do(self):
        while True:
            before = self.api.audit()
            pairs = [(self.text(target), self.command(*words)) for target, *words in (
                ("/v1/exports/postings", "postings"), ("/v1/exports/postings?format=jsonl", "postings", "--format", "jsonl"),
                ("/v1/exports/ledger", "postings", "--format", "ledger"), ("/v1/exports/statements", "statements"),
                (f"/v1/accounts/{self.ann}/statement?format=ledger", "statements", "--account", self.ann, "--format", "ledger"),
                ("/v1/exports/statements?after=20", "statements", "--after", "20"))]
            if before == self.api.audit():
                break
        for routed, written in pairs:
            self.assertEqual(routed.replace("\r\n", "\n"), written)

    def test_an_output_file_is_whole_or_as_it_was(self):
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder) / "books.csv"
            file.write_text("before")
            self.command("statements", "--account", "nobody", "--output", str(file), status=1)
            self.assertEqual(("before", ["books.csv"]), (file.read_text(), [one.name for one in file.parent.iterdir()]))
            self.command("postings", "--output", str(file))
            self.assertEqual(self.command("postings"), file.read_bytes().decode().replace("\r\n", "\n"))
            self.assertEqual("", self.command("statements", "--account", "nobody", status=1))

    def test_what_is_asked_wrongly_is_named(self):
        for target, place in (("/v1/exports/statements?format=ledger", "format"), ("/v1/exports/postings?after=x", "after"),
                              ("/v1/exports/ledger?from=today", "from"), ("/v1/exports/ledger?format=csv", "format")):
            answer = self.api.get(target)
            self.assert_problem(answer, 400, "invalid_request")
            self.assertEqual(place, answer.json["errors"][0]["parameter"])
        self.command("statements", "--format", "ledger", status=2)
        self.command("postings", "--account", self.ann, status=2)
        self.assert_problem(self.api.get("/v1/accounts/nobody-at-all/statement"), 404, "account_not_found")

    def test_a_download_that_breaks_off_is_seen_to(self):
        with Connection(self.server.port) as line:
            line.send(encode_request("GET", "/v1/exports/postings"))
            self.assertEqual("chunked", line.read_answer().headers["transfer-encoding"])
        with Connection(self.server.port) as line:
            line.send(b"GET /v1/exports/ledger HTTP/1.0\r\nHost: localhost\r\n\r\n")
            while not line.read_to_end():
                pass
            head, body = line.buffer.split(b"\r\n\r\n", 1)
            self.assertNotIn(b"Transfer-Encoding", head)
            self.assertTrue(body.startswith(b"; The books of hongbao"))
        head = self.api.ask(encode_request("HEAD", "/v1/exports/postings"), body_expected=False)
        self.assertEqual((200, "attachment; filename=\"postings.csv\""), (head.status, head.headers["content-disposition"]))


if __name__ == "__main__":
    unittest.main()
