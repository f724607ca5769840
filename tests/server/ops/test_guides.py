"""The guides are true: each command of README, its Chinese twin, the API guide, the operator's handbook and its
guides to upgrading and to disaster recovery runs against a server of its own and gives what the page promises.
Their links lead somewhere. A page that is wrong is found out."""

import contextlib
import re
import socket
import sqlite3
import subprocess
import sys
import unittest

import guides
from api import Api
from server import Server

LINES_OF_README_MAX = 150


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def anchors_of(text):
    """The names that GitHub gives to the headings."""
    headings = re.findall(r"^#+ (.*)$", re.sub(r"^```.*?^```$", "", text, flags=re.M | re.S), re.M)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


class Pages(unittest.TestCase):
    def setUp(self):
        self.server = Server()
        self.addCleanup(self.server.remove)
        self.server.start()

    def faults_of(self, text):
        home = self.server.home
        return guides.run_page(text, {
            "http://127.0.0.1:8080": f"http://127.0.0.1:{self.server.port}",
            "127.0.0.1:9000": f"127.0.0.1:{free_port()}",
            "/srv/hongbao-": f"{home}/new-",
            "/srv/hongbao": self.server.data,
            "/backup/": f"{home}/backup/",
            "/tmp/drill": home / "drill",
        })

    def assert_page(self, name):
        faults = self.faults_of(guides.page_text(name))
        self.assertEqual([], faults, f"\n\n{guides.PAGES[name]}: " + "\n\n".join(faults))

    def assert_right(self, name):
        self.assert_page(name)
        self.assertEqual(0, self.server.stop(), self.server.stderr_text())

    def test_the_readme_is_true(self):
        self.assert_right("README")

    def test_the_chinese_readme_is_true(self):
        self.assert_right("README.zh-CN")

    def test_the_api_guide_is_true(self):
        self.assert_right("GUIDE")

    def make_records(self):
        """Records to copy, to cut and to archive."""
        with Api(self.server.port) as api:
            for batch in "ab":
                answer = api.post("/v1/accounts/batch", {"accounts": [
                    {"user_id": f"{batch}{number}", "username": "Ann"} for number in range(1_000)]})
                self.assertEqual(200, answer.status)

    def test_the_handbook_is_true(self):
        self.make_records()
        self.assert_right("OPERATION")

    def test_the_way_of_upgrading_is_true(self):
        self.make_records()
        self.assert_right("upgrading")

    def test_the_page_about_events_is_true(self):
        """Its commands, and the consumer in Python: run twice, it has everything once."""
        packet = None
        with Api(self.server.port) as api:
            packet = api.fresh_packet(total_fen=1_000, count=3)
            for user in api.fresh_users(3):
                self.assertEqual(200, api.open(packet, user).status)
        self.assert_page("events")
        program = re.search(r"^```python\n(.*?)^```$", guides.page_text("events"), re.M | re.S)[1]
        program = program.replace("http://127.0.0.1:8080", f"http://127.0.0.1:{self.server.port}")
        for _ in range(2):
            done = subprocess.run([sys.executable, "-c", program], cwd=self.server.home, capture_output=True, text=True,
                                  timeout=60, check=False)
            self.assertEqual(0, done.returncode, done.stderr)
        with contextlib.closing(sqlite3.connect(self.server.home / "consumer.db")) as books:
            self.assertEqual([(3, 1_000)], books.execute(
                "select count(*), sum(fen) from opened where packet = ?", (packet,)).fetchall())

    def test_the_page_about_metrics_is_true(self):
        self.assert_right("metrics")

    def test_the_page_about_books_is_true(self):
        self.assert_right("books")

    def test_the_page_about_the_doctor_is_true(self):
        self.assert_right("doctor")

    def test_the_page_about_top_is_true(self):
        self.assert_right("top")

    def test_disaster_recovery_is_true(self):
        self.make_records()
        self.assert_right("disaster-recovery")

    def test_what_a_page_promises_and_does_not_keep_is_found(self):
        ask = "curl -s http://127.0.0.1:8080"
        for statement, words in (
                ("false", "exit status 1"),
                ("echo $UNKNOWN", "exit status unknown"),
                (f"{ask}/v1/accounts/nobody", "answered [404]"),
                (f"{ask}/livez  # 409 sold_out", "not 409"),
                (f"{ask}/v1/accounts/nobody  # 404 packet_not_found", "no \"code\":\"packet_not_found\""),
                (f"{ask}i/livez  # Idempotency-Replayed: true", "exit status"),
                (f"{ask}/livez  # \"status\":\"dead\"", "no \"status\":\"dead\""),
                (f"{ask}/livez -i  # Content-Type: text", "no Content-Type: text"),
                (f"P=$({ask}/livez); echo $P", "the word that it keeps is none"),
                (f"curl -sf {ask[8:]}/v1/accounts/nobody", "exit status 22"),
                ("curl -s http://127.0.0.1:1/", "exit status 7"),
                ("hongbao verify --data /srv/hongbao  # journal is damaged", "no journal is damaged")):
            with self.subTest(statement):
                faults = self.faults_of(f"# A page\n\n```sh\n{statement}\n```\n")
                self.assertIn(words, "\n".join(faults))
        self.assertEqual([], self.faults_of(
            f"```sh\n{ask}/v1/accounts/nobody  # 404 account_not_found\n```\n"
            f"```console\n$ false\n```\n```sh\n{ask}/livez  # \"status\":\"alive\"\n```\n"))


class Words(unittest.TestCase):
    def test_each_page_for_operators_has_a_chinese_twin(self):
        pages = {name for name in guides.PAGES if not name.endswith(".zh-CN")} - {"GUIDE"}
        self.assertGreater(len(pages), 3)
        self.assertEqual(set(), {name for name in pages if f"{name}.zh-CN" not in guides.PAGES})

    def test_twins_have_the_same_commands_and_promises(self):
        for name in guides.PAGES:
            if not name.endswith(".zh-CN"):
                continue
            english, chinese = (guides.statements_of(guides.page_text(page))
                                for page in (name.removesuffix(".zh-CN"), name))
            with self.subTest(name):
                self.assertEqual([guides.without_comments(statement) for statement in english],
                                 [guides.without_comments(statement) for statement in chinese])
                for one, other in zip(english, chinese):
                    self.assertEqual(guides.Promise(one), guides.Promise(other), one)

    def test_twins_have_the_same_parts(self):
        """As many headings of each rank, and as many rows of tables: nothing was forgotten."""
        def parts(name):
            text = re.sub(r"^ *```.*?^ *```$", "", guides.page_text(name), flags=re.M | re.S)
            return (re.findall(r"^#+", text, re.M), len(re.findall(r"^\|", text, re.M)))
        for name in guides.PAGES:
            if name.endswith(".zh-CN"):
                with self.subTest(name):
                    self.assertEqual(parts(name.removesuffix(".zh-CN")), parts(name))

    def test_both_readmes_have_the_same_figures(self):
        english, chinese = ([sorted(re.findall(r"\d[\d,.]*\d|\d", row))
                             for row in re.findall(r"^  \|.*", guides.page_text(name), re.M)]
                            for name in ("README", "README.zh-CN"))
        self.assertEqual(english, chinese)

    def test_the_readmes_are_short(self):
        for name in ("README", "README.zh-CN"):
            self.assertLessEqual(len(guides.page_text(name).splitlines()), LINES_OF_README_MAX, name)

    def test_links_lead_somewhere(self):
        for name, page in guides.PAGES.items():
            here = guides.ROOT / page
            for target in re.findall(r"\]\(([^)\s]+)\)", guides.page_text(name)):
                if "://" in target:
                    continue
                with self.subTest(page=page, target=target):
                    path, _, anchor = target.partition("#")
                    there = (here.parent / path).resolve() if path else here
                    self.assertTrue(there.exists(), "nothing is there")
                    if anchor:
                        self.assertIn(anchor, anchors_of(there.read_text("utf-8")))

    def test_the_messages_that_the_handbook_explains_are_those_of_the_code(self):
        said = "\n".join("".join(re.findall(r'"((?:[^"\\\n]|\\.)*)"', joined))
                         for folder in ("src/ops", "src/http", "persistence", "actors")
                         for path in sorted((guides.ROOT / folder).rglob("*.cpp"))
                         for joined in re.findall(r'(?:"(?:[^"\\\n]|\\.)*"\s*)+', path.read_text("utf-8")))
        table = guides.page_text("OPERATION").split("| the line says |")[1].split("\n\n")[0]
        lines = [words for row in table.splitlines()[2:]
                 for words in re.findall(r"`([^`]+)`", row.split(" | ")[0])]
        self.assertGreater(len(lines), 10)
        for line in lines:
            for words in filter(None, map(str.strip, line.split("…"))):
                self.assertTrue(words in said, f"nobody says \"{words}\", of \"{line}\"")


if __name__ == "__main__":
    unittest.main()
