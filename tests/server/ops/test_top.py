"""`hongbao top`: what the screen shows of a real server with traffic, on terminals of several sizes, while the server
dies and comes back; and that the terminal is as before, however it ends."""

import contextlib
import http.server
import json
import re
import signal
import subprocess
import threading
import unittest

from api import Api
from server import Server, binary, clean_environment, run_command
from terminal import Terminal

EVERY = "--every=0.2"
ENVIRONMENT = {"TERM": "xterm", "LC_ALL": "C.UTF-8"}


def top_command(*words):
    return [binary(), "top", EVERY, *map(str, words)]


@contextlib.contextmanager
def on_terminal(*words, columns=80, rows=24, **environment):
    terminal = Terminal(top_command(*words), clean_environment(**{**ENVIRONMENT, **environment}), columns, rows)
    try:
        yield terminal
    finally:
        terminal.close()


class Traffic:
    """Opens without end: two of three are refused, since the user has opened that packet, or it is exhausted."""

    def __init__(self, port):
        self.port, self.over = port, threading.Event()
        self.thread = threading.Thread(target=self.run, daemon=True)

    def run(self):
        with Api(self.port) as api:
            users = api.fresh_users(3)
            while not self.over.is_set():
                packet = api.fresh_packet(total_fen=100, count=1)
                for user in users:
                    api.open(packet, user)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        self.thread.join()


class AtServer(unittest.TestCase):
    def setUp(self):
        self.server = Server()
        self.addCleanup(self.server.remove)
        self.server.start()

    def assert_ends(self, terminal, status=0, stderr=""):
        self.assertEqual((status, stderr), terminal.end())
        self.assertTrue(terminal.is_restored(), terminal.raw[-200:])


class Live(AtServer):
    def test_it_shows_traffic_heeds_the_size_and_goes_on_after_a_crash(self):
        with on_terminal("--data", self.server.data) as terminal:
            with Traffic(self.server.port):
                terminal.wait_for(lambda text: re.search(r"^opens +[1-9][\d.k]*/s .*█", text, re.M)
                                  and re.search(r"^  packet_exhausted +[1-9][\d.k]*/s ", text, re.M)
                                  and re.search(r"^  packet \d+ +[\d.k]+/s ", text, re.M)
                                  and re.search(r"write and sync p99 +[\d.]+ .?s$", text, re.M), "all figures")
                self.assertIn("books balanced: 0 fen", terminal.screen.text())
                terminal.resize(132, 40)
                terminal.wait_for(lambda text: re.search("^REQUESTS .*COMMITS .*HOTTEST", text, re.M), "three columns")
                terminal.resize(40, 12)
                terminal.wait_for(lambda text: re.search("^REQUESTS +[^ ]+$", text, re.M), "one column")
                terminal.resize(1, 1)
                terminal.resize(80, 24)
                terminal.wait_for(lambda text: re.search("^REQUESTS .*COMMITS", text, re.M), "two columns")
            self.server.kill()
            terminal.wait_for(lambda text: "waiting for the server" in text and "no server runs on" in text, "waiting")
            self.server.start()
            terminal.wait_for(lambda text: "started" in text and re.search(r"^requests +[\d.]+/s", text, re.M),
                              "there again")
            self.assertNotIn("waiting", terminal.screen.text())
            self.assertNotRegex(terminal.screen.text(), r"\s-\d")
            terminal.press(b"xyq")
            self.assert_ends(terminal)

    def test_it_restores_the_terminal_however_it_ends(self):
        ways = {signal.Signals(number).name: number
                for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGQUIT)}
        for name, way in {**ways, "Ctrl-C": b"\x03", "Q": b"Q"}.items():
            with self.subTest(name), on_terminal("--data", self.server.data) as terminal:
                terminal.wait_for(lambda text: "REQUESTS" in text, "drawn")
                self.assertIn(1049, terminal.screen.modes)
                terminal.press(way) if isinstance(way, bytes) else terminal.send(way)
                self.assert_ends(terminal)

    def test_keys_from_elsewhere_are_no_keys(self):
        """A stdin that is no terminal, and has ended, asks for nothing."""
        command = ["sh", "-c", '"$@" < /dev/null', "sh", *top_command("--data", self.server.data)]
        terminal = Terminal(command, clean_environment(**ENVIRONMENT))
        self.addCleanup(terminal.close)
        terminal.wait_for(lambda text: re.search("^requests .*[▁▂▃▄▅▆▇█]{3}", text, re.M), "three intervals")
        terminal.press(b"\x03")
        terminal.end()
        self.assertTrue(terminal.is_restored(), terminal.raw[-200:])

    def test_it_leaves_at_once_while_the_server_says_nothing(self):
        self.server.process.send_signal(signal.SIGSTOP)
        with on_terminal("--data", self.server.data) as terminal:
            terminal.wait_for(lambda text: "waiting for the server" in text, "waiting")
            terminal.press(b"q")
            self.assert_ends(terminal)
        self.server.process.send_signal(signal.SIGCONT)

    def test_it_waits_for_a_server_that_is_not_there_yet(self):
        self.server.kill()
        with on_terminal("--data", self.server.data) as terminal:
            terminal.wait_for(lambda text: "no server runs on" in text, "waiting")
            self.server.start()
            terminal.wait_for(lambda text: "REQUESTS" in text, "there")
            terminal.press(b"q")
            self.assert_ends(terminal)

    def test_what_is_off_is_in_plain_sight_until_it_is_on(self):
        with on_terminal("--data", self.server.data) as terminal:
            terminal.wait_for(lambda text: "switches on" in text, "on")
            for position, shown in (("off", "OFF: sales"), ("on", "switches on")):
                done = run_command("switch", "sales", position, "--reason", "r", "--data", self.server.data)
                self.assertEqual(0, done.returncode, done.stderr)
                terminal.wait_for(lambda text: shown in terminal.screen.lines()[1], shown)

    def test_colours_and_signs_are_those_that_the_terminal_takes(self):
        for words, environment, colours, ascii_only in (
                ([], {}, True, False), (["--no-color"], {}, False, False), ([], {"NO_COLOR": "1"}, False, False),
                ([], {"NO_COLOR": ""}, True, False), ([], {"LC_ALL": "C"}, True, True)):
            with self.subTest(words=words, **environment), \
                    on_terminal("--data", self.server.data, *words, **environment) as terminal:
                terminal.wait_for(lambda text: re.search(r"^requests +[\d.]+/s +[▁▂▃▄▅▆▇█#*+=]+ +most", text, re.M), "bars")
                terminal.press(b"q")
                self.assert_ends(terminal)
                self.assertEqual(colours, bool(terminal.screen.colours))
                self.assertEqual(ascii_only, terminal.raw.isascii())

    def test_an_unknown_terminal_gets_one_interval_as_text(self):
        for kind in ("dumb", "no-such-terminal"):
            with self.subTest(kind), on_terminal("--data", self.server.data, TERM=kind) as terminal:
                self.assert_ends(terminal)
                self.assertIn(b"REQUESTS", terminal.raw)
                self.assertNotIn(b"\x1b", terminal.raw)


class InOtherPlaces(AtServer):
    def test_a_folder_with_a_wide_name_keeps_its_columns(self):
        server = Server(data=self.server.home / "红包红包")
        self.addCleanup(server.kill)
        server.start()
        with on_terminal("--data", server.data) as terminal:
            terminal.wait_for(lambda text: "REQUESTS" in text, "drawn")
            head = terminal.screen.cells[0]
            self.assertIn("红包红包", "".join(head))
            self.assertRegex("".join(head[71:]), r"^\d\d:\d\d:\d\d $")

    def test_by_address_it_needs_a_key_that_may_read_metrics(self):
        done = run_command("key", "create", "--name", "n", "--scope", "reader", "--data", self.server.data)
        self.assertEqual(0, done.returncode, done.stderr)
        url = f"http://127.0.0.1:{self.server.port}/"
        for key, words in ((None, "shows? its metrics|metrics"), ("wrong", "metrics")):
            environment = {} if key is None else {"HONGBAO_KEY": key}
            with self.subTest(key=key), on_terminal("--url", url, **environment) as terminal:
                status, stderr = terminal.end()
                self.assertEqual(1, status)
                self.assertRegex(stderr, rf"^hongbao: the server at http://127.*{words}.*--key-file.*\n$")
                self.assertTrue(terminal.is_restored())
        file = self.server.home / "key"
        file.touch(0o600)
        file.write_text(done.stdout)
        with on_terminal("--url", url, "--key-file", file) as terminal:
            terminal.wait_for(lambda text: "REQUESTS" in text and url.rstrip("/") in text, "drawn")
            self.server.kill()
            terminal.wait_for(lambda text: "the server does not answer" in text, "waiting")
            terminal.press(b"q")
            self.assert_ends(terminal)


class Printed(AtServer):
    def test_once_is_one_interval_as_text(self):
        for words in (["--once"], []):  # stdout is no terminal
            done = run_command(*top_command("--data", self.server.data, *words)[1:])
            self.assertEqual((0, ""), (done.returncode, done.stderr))
            self.assertRegex(done.stdout, r"(?m)^requests +[\d.]+/s$")
            self.assertNotIn("\x1b", done.stdout)
            self.assertLessEqual(max(map(len, done.stdout.splitlines())), 80)

    def test_the_lines_of_json_add_up_to_what_was_done(self):
        done = run_command(*top_command("--data", self.server.data, "--once", "--json")[1:])
        self.assertEqual((0, 1), (done.returncode, done.stdout.count("\n")), done)
        with Api(self.server.port) as api, subprocess.Popen(
                top_command("--data", self.server.data, "--json"), stdout=subprocess.PIPE, text=True,
                env=clean_environment()) as top:
            self.addCleanup(top.kill)
            users = api.fresh_users(20)
            packet = api.fresh_packet(total_fen=1_000, count=20)
            first = json.loads(top.stdout.readline())
            self.assertEqual({}, first["refusals_per_s"])
            opened, refused = 0, 0
            for user in users:
                api.open(packet, user)
            late = api.fresh_users(5)
            for user in late:
                self.assertEqual(409, api.open(packet, user).status)
            while round(opened) < 20 or round(refused) < 5:
                line = json.loads(top.stdout.readline())
                opened += line["facts_per_s"]["share_opened"] * line["interval_s"]
                refused += line["refusals_per_s"].get("packet_exhausted", 0) * line["interval_s"]
            self.assertEqual((20, 5), (round(opened), round(refused)))
            self.assertEqual([packet], [item["id"] for item in line["hottest"]])
            self.assertEqual(0, line["difference_fen"])
            self.server.kill()
            while "waiting" not in (line := json.loads(top.stdout.readline())):
                pass
            self.assertIn("at", line)
            self.server.start()
            while "requests" not in (line := json.loads(top.stdout.readline())):
                pass
            top.kill()

    def test_without_a_server_one_interval_is_a_failure(self):
        self.server.kill()
        for words in (["--once"], ["--once", "--json"], []):
            done = run_command(*top_command("--data", self.server.data, *words)[1:])
            self.assertEqual((1, ""), (done.returncode, done.stdout))
            self.assertRegex(done.stderr, r"^hongbao: no server runs on .*\n$")

    def test_words_that_cannot_be_meant_are_refused(self):
        for words in (["--every=0"], ["--every=soon"], ["--every=nan"], ["--every=1e9"], ["--url", "ftp://x"],
                      ["--url", "http://x:99999"], ["--key-file", "k"], ["now"]):
            with self.subTest(words):
                done = run_command("top", "--data", self.server.data, *words)
                self.assertEqual((2, ""), (done.returncode, done.stdout), done.stderr)

    def test_it_ends_when_nobody_reads(self):
        with subprocess.Popen(top_command("--data", self.server.data, "--json"), stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True, env=clean_environment()) as top:
            self.addCleanup(top.kill)
            top.stdout.readline()
            top.stdout.close()
            self.assertEqual(1, top.wait(60))
            self.assertRegex(top.stderr.read(), "^hongbao: not all of the output .*\n$")


class Liar(http.server.BaseHTTPRequestHandler):
    """Answers what a case wants."""
    page, status = b"", 200
    drips = None  # until this is set, the answer goes on, byte by byte

    def do_GET(self):
        self.send_response(self.status)
        self.send_header("Content-Length", str(len(self.page) + (1 << 20 if self.drips else 0)))
        self.end_headers()
        with contextlib.suppress(ConnectionError):  # who asks has heard enough
            self.wfile.write(self.page)
            while self.drips and not self.drips.wait(0.1):
                self.wfile.write(b"#")

    def log_message(self, *_):
        pass


class Liars(unittest.TestCase):
    """Whatever answers at an address."""

    def setUp(self):
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Liar)
        self.addCleanup(self.server.server_close)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.addCleanup(self.server.shutdown)
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def test_what_is_no_server_of_ours_is_told(self):
        for status, page, words in ((200, b"<html>\n", "line 1"), (200, b"up 1\n", "is no hongbao server"),
                                    (404, b"", "answers 404"), (301, b"", "answers 301"), (200, b"", "is no hongbao"),
                                    (200, b"a 1", "line 1")):
            Liar.status, Liar.page = status, page
            with self.subTest(words), on_terminal("--url", self.url) as terminal:
                status, stderr = terminal.end()
                self.assertEqual(1, status)
                self.assertIn(words, stderr)
                self.assertTrue(terminal.is_restored())

    def test_an_answer_without_end_does_not_fill_the_memory(self):
        Liar.status, Liar.page = 200, b"a 1\n" * (17 << 20)
        done = run_command("top", "--url", self.url, "--once", EVERY)
        self.assertEqual((1, ""), (done.returncode, done.stdout))
        self.assertIn("over 64 MiB", done.stderr)

    def test_an_answer_that_never_ends_is_none(self):
        Liar.status, Liar.page, Liar.drips = 200, b"#", threading.Event()
        self.addCleanup(setattr, Liar, "drips", None)
        self.addCleanup(Liar.drips.set)
        with on_terminal("--url", self.url) as terminal:
            terminal.wait_for(lambda text: "the server's answer does not end" in text, "waiting")
            terminal.press(b"q")
            self.assertEqual((0, ""), terminal.end())

    def test_what_passes_is_waited_for(self):
        Liar.status, Liar.page = 503, b""
        with on_terminal("--url", self.url) as terminal:
            terminal.wait_for(lambda text: "answers 503" in text, "waiting")
            Liar.status, Liar.page = 200, b'hongbao_build_info{version="9"} 1\n'
            terminal.wait_for(lambda text: "REQUESTS" in text, "there")

    def test_neither_words_nor_numbers_from_outside_break_the_screen(self):
        evil = "\x1b[2J\x07\u009b红\\n"
        Liar.status, Liar.page = 200, (
            f'hongbao_build_info{{version="{evil}"}} 1\n'
            f'hongbao_switch_on{{switch="{evil}"}} 0\n'
            f'hongbao_disk_free_bytes{{store="{evil}"}} -1e308\n'
            'hongbao_audit_difference_fen 1e308\nhongbao_shedding_level -7\nhongbao_commit_busy_seconds +Inf\n'
            'hongbao_awake_bytes NaN\nhongbao_awake_entities 1.7e308\nprocess_start_time_seconds 1e300\n'
            'hongbao_commit_duration_seconds_bucket{le="x"} 5\n'
            'hongbao_commit_duration_seconds_bucket{le="+Inf"} 5\n').encode()
        with on_terminal("--url", self.url) as terminal:
            terminal.wait_for(lambda text: "?[2J" in text and "REQUESTS" in text, "drawn")
            terminal.press(b"q")
            self.assertEqual((0, ""), terminal.end())
            self.assertTrue(terminal.is_restored())


if __name__ == "__main__":
    unittest.main()
