"""nginx in front of a server, as a process of the test."""

import os
import shutil
import socket
import subprocess
import tempfile
import time

DEADLINE_S = 30
SETTINGS = """
{user}
daemon off;
worker_processes 1;
pid {home}/nginx.pid;
error_log {home}/error.log;
events {{}}
http {{
    access_log off;
    client_body_temp_path {home}/body;
    proxy_temp_path {home}/proxy;
    fastcgi_temp_path {home}/fastcgi;
    uwsgi_temp_path {home}/uwsgi;
    scgi_temp_path {home}/scgi;
    server {{
        listen 127.0.0.1:{port}{listen};
        {more}
    }}
}}
"""


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class Nginx:
    """`more`: what stands in its server block; `listen`: what follows the port there."""

    def __init__(self, more, listen=""):
        self.home = tempfile.mkdtemp(prefix="hongbao-nginx-")
        self.port = free_port()
        file = os.path.join(self.home, "nginx.conf")
        with open(file, "w", encoding="utf-8") as settings:
            settings.write(SETTINGS.format(home=self.home, port=self.port, listen=listen, more=more,
                                           user="user root;" if os.geteuid() == 0 else ""))
        program = shutil.which("nginx") or "/usr/sbin/nginx"
        self.process = subprocess.Popen([program, "-p", self.home, "-c", file],
                                        stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + DEADLINE_S
        while not self._listens():
            assert self.process.poll() is None, "nginx has ended"
            assert time.monotonic() < deadline, "nginx does not listen"
            time.sleep(0.02)

    def _listens(self):
        try:
            socket.create_connection(("127.0.0.1", self.port), 1).close()
            return True
        except OSError:
            return False

    def stop(self):
        self.process.terminate()
        self.process.wait(DEADLINE_S)
        shutil.rmtree(self.home, ignore_errors=True)
