"""The examples in config/proxies as processes of the test: Debian's programs, with the files as they are shipped but
for ports, certificates and what belongs to a service of the machine."""

import os
import pathlib
import re
import shutil
import socket
import subprocess
import tempfile
import time

from tls_clients import Authority

DEADLINE_S = 30
FOLDER = pathlib.Path(__file__).resolve().parents[3] / "config/proxies"
MAIN_OF_NGINX = """
{user}
daemon off;
worker_processes 1;
pid {home}/nginx.pid;
error_log {home}/error.log;
events {{ worker_connections 1024; }}
http {{
    client_body_temp_path {home}/body;
    proxy_temp_path {home}/proxy;
    fastcgi_temp_path {home}/fastcgi;
    uwsgi_temp_path {home}/uwsgi;
    scgi_temp_path {home}/scgi;
    include {home}/hongbao.conf;
}}
"""


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class ShippedProxy:
    """In front of a server that listens on 127.0.0.1:upstream_port. `certificate` is what clients have to trust."""

    def __init__(self, upstream_port):
        self.home = pathlib.Path(tempfile.mkdtemp(prefix="hongbao-proxy-"))
        self.port = free_port()
        self.certificate, self.key = Authority(self.home).make("localhost")
        self.upstream = f"127.0.0.1:{upstream_port}"
        with open(self.home / "said", "wb") as said:
            self.process = subprocess.Popen(self.command(), stdin=subprocess.DEVNULL, stdout=said, stderr=said,
                                            env={**os.environ, "HOME": str(self.home), "XDG_CONFIG_HOME": str(self.home),
                                                 "XDG_DATA_HOME": str(self.home)})
        deadline = time.monotonic() + DEADLINE_S
        while not self._listens():
            assert self.process.poll() is None, f"it has ended: {self.said()}"
            assert time.monotonic() < deadline, f"it does not listen: {self.said()}"
            time.sleep(0.02)

    def said(self):
        return "\n".join(path.read_text("utf-8", "replace") for name in ("said", "error.log")
                         if (path := self.home / name).exists())

    def shipped(self, name, *changes, gone=()):
        """The example without its comments, with each text of `changes`, which has to be there, replaced by another, and
        without the lines that begin with the words in `gone`."""
        text = (FOLDER / name).read_text("utf-8")
        text = re.sub(r"^\s*#.*\n", "", text, flags=re.M)
        for told, real in (("127.0.0.1:8080", self.upstream), *changes):
            assert told in text, f"{name} has no {told!r}"
            text = text.replace(told, real)
        for words in gone:
            assert re.search(rf"^\s*{re.escape(words)}", text, re.M), f"{name} has no line {words!r}"
            text = re.sub(rf"^\s*{re.escape(words)}.*$", "", text, flags=re.M)
        return text

    def write(self, name, text):
        path = self.home / name
        path.write_text(text, "utf-8")
        return str(path)

    def _listens(self):
        try:
            socket.create_connection(("127.0.0.1", self.port), 1).close()
            return True
        except OSError:
            return False

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(DEADLINE_S)
        finally:
            self.process.kill()
            shutil.rmtree(self.home, ignore_errors=True)


class Nginx(ShippedProxy):
    def command(self):
        self.write("hongbao.conf", self.shipped(
            "nginx.conf", ("/etc/nginx/hongbao/fullchain.pem", self.certificate),
            ("/etc/nginx/hongbao/privkey.pem", self.key), ("listen 443 ", f"listen {self.port} "),
            ("/var/log/nginx/hongbao.log", f"{self.home}/access.log"), gone=["listen [::]:443"]))
        main = self.write("nginx.conf", MAIN_OF_NGINX.format(
            home=self.home, user="user root;" if os.geteuid() == 0 else ""))
        return [shutil.which("nginx") or "/usr/sbin/nginx", "-p", str(self.home), "-c", main]


class Caddy(ShippedProxy):
    def command(self):
        file = self.write("Caddyfile", self.shipped(
            "Caddyfile", ("auto_https disable_redirects", "auto_https disable_redirects\n\tadmin off"),
            ("\nhongbao.example {", f"\nhttps://localhost:{self.port} {{\n\ttls {self.certificate} {self.key}")))
        return ["caddy", "run", "--config", file, "--adapter", "caddyfile"]


class Haproxy(ShippedProxy):
    def command(self):
        pair = self.write("pair.pem", pathlib.Path(self.certificate).read_text() + pathlib.Path(self.key).read_text())
        file = self.write("haproxy.cfg", self.shipped(
            "haproxy.cfg", ("/etc/haproxy/hongbao.pem", pair), (":443,[::]:443 ", f":{self.port} "),
            gone=["log /dev/log", "user haproxy", "group haproxy", "chroot", "daemon"]))
        return [shutil.which("haproxy") or "/usr/sbin/haproxy", "-db", "-f", file]
