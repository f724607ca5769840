"""What Prometheus sees: the real one scrapes the server with a key of its own, its tool finds nothing to say
against names and rules, figures are those of the traffic and of the audit, and alerts fire on faults that were made."""

import json
import pathlib
import re
import shutil
import tempfile
import unittest

from access import Access
from api import Api, fresh_name
from cases import ServerCase, fill_journal
from client import encode_bare, encode_request
from faults import attached, can_trace
from prometheus import FOLDER, Prometheus, promtool
from server import Server

CASES = pathlib.Path(__file__).with_name("rules_cases.yml")
DASHBOARD = FOLDER.parent / "grafana/hongbao.json"
TEXT = "text/plain; version=0.0.4; charset=utf-8"
NAME = re.compile(r"\b(?:hongbao|process)_[a-z_]+\b")
SUFFIXES = ("_bucket", "_sum", "_count")


def samples(text):
    """{(name, labels): value} of an exposition."""
    found = {}
    for line in text.splitlines():
        if line and not line.startswith("#"):
            name, labels, value = re.fullmatch(r"(\w+)(?:\{(.*)\})? (\S+)", line).groups()
            key = (name, tuple(sorted(re.findall(r'(\w+)="((?:[^"\\]|\\.)*)"', labels or ""))))
            assert key not in found, line
            found[key] = float(value)
    return found


def names_in(expressions):
    found = set()
    for name in NAME.findall(expressions):
        for suffix in SUFFIXES:
            if name.startswith(("hongbao_http_request_duration", "hongbao_commit_")):
                name = name.removesuffix(suffix)
        found.add(name)
    return found


class Metrics(ServerCase):
    def metrics(self):
        answer = self.api.get("/metrics")
        self.assertEqual((200, TEXT), (answer.status, answer.headers["content-type"]))
        return answer.body.decode("ascii")

    def value(self, name, **labels):
        return samples(self.metrics()).get((name, tuple(sorted(labels.items()))), 0)

    def test_prometheus_own_tool_finds_nothing_to_say(self):
        self.api.fresh_user("ann", 100)
        done = promtool("check", "metrics", text=self.metrics())
        self.assertEqual((0, "", ""), (done.returncode, done.stdout, done.stderr))

    def test_requests_are_counted_by_route_and_status(self):
        packet = self.api.fresh_packet(total_fen=1_000, count=2)
        users = self.api.fresh_users(3)
        opened = {"route": "/v1/packets/{id}/open", "method": "POST"}
        before = {code: self.value("hongbao_http_requests_total", **opened, code=code) for code in ("200", "409", "404")}
        refused = self.value("hongbao_refusals_total", code="packet_exhausted")
        shares = self.value("hongbao_facts_total", type="share_opened")
        timed = self.value("hongbao_http_request_duration_seconds_count", **opened)
        self.assertEqual([200, 200, 409], [self.api.open(packet, user).status for user in users])
        self.assertEqual(404, self.api.open("7", users[0]).status)
        after = {code: self.value("hongbao_http_requests_total", **opened, code=code) for code in ("200", "409", "404")}
        self.assertEqual({"200": 2, "409": 1, "404": 1}, {code: after[code] - before[code] for code in after})
        self.assertEqual(1, self.value("hongbao_refusals_total", code="packet_exhausted") - refused)
        self.assertEqual(2, self.value("hongbao_facts_total", type="share_opened") - shares)
        self.assertEqual(4, self.value("hongbao_http_request_duration_seconds_count", **opened) - timed)

    def test_what_takes_no_route_is_counted_too(self):
        before = self.value("hongbao_http_requests_total", route="none", method="any", code="404")
        for path in ("/nothing", "/v1/" + "x" * 100, "/%F0%9F%A7%A7"):
            self.assertEqual(404, self.api.get(path).status)
        line = self.connect()
        line.send(b"nonsense\r\n\r\n")
        self.assertEqual(400, line.read_answer().status)
        self.assertEqual(3, self.value("hongbao_http_requests_total", route="none", method="any", code="404") - before)
        self.assertGreaterEqual(self.value("hongbao_refusals_total", code="bad_request"), 1)

    def test_sums_are_those_of_the_audit(self):
        self.api.fresh_packet(total_fen=1_234, count=3)
        audit = self.api.audit()
        for name in ("deposited_fen", "withdrawn_fen", "accounts_fen", "escrow_fen", "suspended_fen", "difference_fen"):
            self.assertEqual(audit[name], self.value(f"hongbao_audit_{name}"), name)
        self.assertEqual(audit["journal_sequence"], self.value("hongbao_journal_sequence"))

    def test_histograms_add_up(self):
        self.api.fresh_users(3)
        found = samples(self.metrics())
        series = {(name.removesuffix("_bucket"), tuple(label for label in labels if label[0] != "le"))
                  for name, labels in found if name.endswith("_bucket")}
        self.assertGreater(len(series), 3)
        for name, labels in series:
            buckets = [(float(dict(its)["le"]), value) for (one, its), value in found.items()
                       if one == f"{name}_bucket" and tuple(label for label in its if label[0] != "le") == labels]
            buckets.sort()
            self.assertEqual(sorted(count for _, count in buckets), [count for _, count in buckets])
            self.assertEqual(float("inf"), buckets[-1][0])
            self.assertEqual(found[(f"{name}_count", labels)], buckets[-1][1])

    def test_no_user_and_no_id_is_in_it(self):
        user = self.api.fresh_user("an-uncommon-name", 100)
        packet = self.api.fresh_packet(total_fen=1_000, count=2)
        self.assert_ok(self.api.open(packet, user))
        text = self.metrics()
        for secret in (user, packet, "uncommon"):
            self.assertNotIn(secret, text)

    def test_head_and_a_strange_query(self):
        head = self.api.ask(encode_bare("HEAD", "/metrics"))
        self.assertEqual((200, TEXT, b""), (head.status, head.headers["content-type"], head.body))
        self.assert_problem(self.api.get("/metrics?name=up"), 400, "invalid_request")

    def test_the_hottest_comes_first(self):
        packets = [self.api.fresh_packet(total_fen=1_000, count=10) for _ in range(2)]
        users = self.api.fresh_users(6)
        for user in users:
            self.assert_ok(self.api.open(packets[1], user))
        self.assert_ok(self.api.open(packets[0], users[0]))
        self.wait_until("the projector has counted them",
                        lambda: [item["id"] for item in self.api.get("/v1/hottest").json["items"]
                                 if item["id"] in packets] == packets[::-1])


class Rules(unittest.TestCase):
    def test_rules_and_settings_are_right(self):
        for check, file in (("rules", "hongbao.rules.yml"), ("config", "prometheus.yml")):
            arguments = ["--syntax-only"] if check == "config" else []
            done = promtool("check", check, *arguments, FOLDER / file)
            self.assertEqual(0, done.returncode, done.stdout + done.stderr)

    def test_alerts_fire_on_their_faults_alone(self):
        """Each has a time at which it does, and one at which it does not."""
        alerts = set(re.findall(r"- alert: (\w+)", (FOLDER / "hongbao.rules.yml").read_text()))
        cases = CASES.read_text()
        self.assertEqual(alerts, set(re.findall(r"alertname: (\w+)\n        exp_alerts", cases)))
        self.assertEqual(alerts, set(re.findall(r"alertname: (\w+)}", cases)))
        with tempfile.TemporaryDirectory() as home:
            for file in (CASES, FOLDER / "hongbao.rules.yml"):
                shutil.copy(file, home)
            done = promtool("test", "rules", CASES.name, cwd=home)
        self.assertEqual(0, done.returncode, done.stdout + done.stderr)

    def test_the_guide_has_each_alert(self):
        rules = (FOLDER / "hongbao.rules.yml").read_text()
        alerts = re.findall(r"- alert: (\w+)", rules)
        self.assertGreater(len(alerts), 10)
        for page in ("metrics.md", "metrics.zh-CN.md"):
            guide = (FOLDER.parents[1] / "src/ops/guides" / page).read_text("utf-8")
            self.assertEqual(alerts, re.findall(r"^\| `(Hongbao\w+)` \|", guide, re.M), page)


class WhileItHangs(ServerCase):
    """Above all then the server is watched: a commit that does not end, and as many commands as may wait."""

    server_flags = ("--commands-in-flight-max", "1")

    def test_a_server_that_takes_no_more_commands_shows_its_metrics(self):
        assert can_trace(), "this test makes calls slow by strace, which may not trace here"
        user = self.api.fresh_user("ann", 100)
        watcher = Api(self.server.port)
        self.addCleanup(watcher.close)

        def values():
            answer = watcher.get("/metrics")
            self.assertEqual(200, answer.status, answer)
            return samples(answer.body.decode())

        with Api(self.server.port) as writer:
            with attached(self.server.process, "fdatasync", "delay_enter=3000s"):
                writer.send(encode_request("POST", f"/v1/accounts/{user}/deposits", {"amount_fen": 1}, fresh_name("key")))
                self.wait_until("the commit shows", lambda: values()[("hongbao_commit_busy_seconds", ())] > 0.1)
                self.assert_problem(watcher.get("/v1/audit"), 503, "overloaded")
                found = values()
                self.assertEqual(1, found[("hongbao_commands_in_flight", ())])
                self.assertGreater(found[("hongbao_journal_queue_items", ())], 0)
                self.assertEqual(0, found[("hongbao_audit_difference_fen", ())])
                self.assertIn(("hongbao_disk_free_bytes", (("store", "journal"),)), found)
            self.assertEqual(201, writer.read_answer().status)


class Scraped(unittest.TestCase):
    """A server with keys and a small journal, and Prometheus beside it."""

    @classmethod
    def setUpClass(cls):
        cls.server = Server("--journal-map-bytes", "16MiB")
        cls.addClassCleanup(cls.server.remove)
        cls.server.start()
        access = Access(cls.server)
        cls.operator = access.operator
        cls.api = access.api("service")
        cls.prometheus = Prometheus(cls.server.port, access.key("reader"))
        cls.addClassCleanup(cls.prometheus.stop)

    wait_until = ServerCase.wait_until

    def test_faults_that_are_made_raise_their_alerts(self):
        self.wait_until("the server is scraped", lambda: [1.0] == [value for _, value in self.prometheus.values("up")])
        self.assertEqual([], [alert for alert in self.prometheus.firing() if alert != "HongbaoMoneySuspended"])
        self.assertEqual(200, self.operator.switch("history", False).status)
        self.wait_until("the switch is told", lambda: "HongbaoSwitchedOff" in self.prometheus.firing())
        fill_journal(self, self.api, 200)
        self.wait_until("the full journal is told", lambda: "HongbaoJournalFull" in self.prometheus.firing())
        self.assertNotIn("HongbaoBooksOutOfBalance", self.prometheus.firing())

    def test_each_metric_that_rules_and_dashboard_name_is_there(self):
        self.wait_until("the server is scraped", lambda: self.prometheus.values("hongbao_build_info"))
        families = set(re.findall(r"^# TYPE (\w+)", self.operator.get("/metrics").body.decode(), re.M))
        panels = json.loads(DASHBOARD.read_text())["panels"]
        expressions = [target["expr"] for panel in panels for target in panel["targets"]]
        self.assertGreater(len(expressions), 15)
        rules = re.sub(r"^ *#.*$", "", (FOLDER / "hongbao.rules.yml").read_text(), flags=re.M)
        named = names_in(" ".join(expressions) + " ".join(re.findall(r"expr:(?: >-\n)?(.*?)\n *(?:for|labels):", rules, re.S)))
        self.assertGreater(len(named), 20)
        self.assertEqual(set(), named - families)
        for expression in expressions:
            real = expression.replace('"$instance"', '".*"')
            self.prometheus.ask("query", query=real)  # otherwise 400: not a right expression

    def test_a_key_without_the_right_is_refused(self):
        self.assertEqual(403, self.api.get("/metrics").status)


if __name__ == "__main__":
    unittest.main()
