"""Debian's Prometheus as a process of the test, scraping one server every second."""

import json
import os
import pathlib
import re
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request

DEADLINE_S = 60
FOLDER = pathlib.Path(__file__).resolve().parents[3] / "config/prometheus"


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def promtool(*arguments, text=None, cwd=None):
    """The finished process of one of promtool's checks."""
    return subprocess.run(["promtool", *map(str, arguments)], input=text, capture_output=True, text=True,
                          timeout=DEADLINE_S, cwd=cwd, check=False)


class Prometheus:
    """By the shipped example and rules, but that it looks every second and alerts at once."""

    def __init__(self, target_port, key):
        self.home = pathlib.Path(tempfile.mkdtemp(prefix="hongbao-prometheus-"))
        self.port = free_port()
        key_file = self.home / "hongbao.key"
        key_file.write_text(key)
        settings = (FOLDER / "prometheus.yml").read_text()
        for told, real in (("127.0.0.1:8080", f"127.0.0.1:{target_port}"), ("interval: 15s", "interval: 1s"),
                           ("/etc/prometheus/hongbao.key", str(key_file))):
            assert told in settings, told
            settings = settings.replace(told, real)
        (self.home / "prometheus.yml").write_text(settings)
        rules = (FOLDER / "hongbao.rules.yml").read_text()
        (self.home / "hongbao.rules.yml").write_text(re.sub(r"\bfor: \w+", "for: 0s", rules))
        self.process = subprocess.Popen(
            ["prometheus", f"--config.file={self.home / 'prometheus.yml'}", f"--storage.tsdb.path={self.home / 'data'}",
             f"--web.listen-address=127.0.0.1:{self.port}", "--log.level=error"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            env={**os.environ, "HOME": str(self.home)})

    def ask(self, path, **query):
        """`data` of the answer, as soon as there is one."""
        url = f"http://127.0.0.1:{self.port}/api/v1/{path}?{urllib.parse.urlencode(query)}"
        deadline = time.monotonic() + DEADLINE_S
        while True:
            try:
                with urllib.request.urlopen(url, timeout=DEADLINE_S) as answer:
                    return json.load(answer)["data"]
            except (urllib.error.URLError, ConnectionError):
                assert self.process.poll() is None, "prometheus has ended"
                assert time.monotonic() < deadline, "prometheus does not answer"
                time.sleep(0.1)

    def values(self, expression):
        """[(labels, value)] of an expression now."""
        return [(one["metric"], float(one["value"][1]))
                for one in self.ask("query", query=expression)["result"]]

    def firing(self):
        """Names of the alerts that fire."""
        return {alert["labels"]["alertname"] for alert in self.ask("alerts")["alerts"] if alert["state"] == "firing"}

    def stop(self):
        self.process.terminate()
        self.process.wait(DEADLINE_S)
        shutil.rmtree(self.home, ignore_errors=True)
