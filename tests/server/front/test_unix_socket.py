"""The unix socket as the address to listen on, and the control socket that every server has."""

import http.client
import os
import shutil
import socket
import stat
import subprocess
import sys
import tempfile
import unittest

from client import Connection
from flags import connections_max, event_loop_count, listen, streams_max
from server import Server, StartFailed
from users import IS_ROOT, NOBODY

DEADLINE_S = 30


class UnixConnection(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("localhost", timeout=DEADLINE_S)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(DEADLINE_S)
        folder = os.open(os.path.dirname(self.path), os.O_PATH)  # it may be long
        try:
            self.sock.connect(f"/proc/self/fd/{folder}/{os.path.basename(self.path)}")
        finally:
            os.close(folder)


def ask(path, target="/v1/audit", method="GET", **headers):
    """The status of one answer over the socket at `path`; absent if none comes."""
    line = UnixConnection(str(path))
    try:
        line.request(method, target, headers={"Host": "localhost", **headers})
        answer = line.getresponse()
        answer.read()
        return answer.status
    except OSError:
        return None
    except http.client.HTTPException:
        return None
    finally:
        line.close()


def mode(path):
    found = os.lstat(path)
    return stat.S_ISSOCK(found.st_mode), stat.S_IMODE(found.st_mode)


class UnixCase(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="hongbao-unix-")
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.path = os.path.join(self.folder, "hongbao.sock")

    def serve(self, *flags, data=None):
        server = Server(*flags, data=data)
        self.addCleanup(server.remove)
        return server.start()


class ListeningThere(UnixCase):
    def test_it_is_served_for_its_group_and_goes_with_the_server(self):
        for loops in (1, 2):
            mask = os.umask(0o077)
            server = self.serve(listen("unix:" + self.path), event_loop_count(loops))
            os.umask(mask)
            self.assertEqual((True, 0o660), mode(self.path))
            self.assertIn(f"hongbao is ready on unix:{self.path}\n", server.stdout_text() + "\n")
            for _ in range(20):
                self.assertEqual(200, ask(self.path))
            self.assertEqual(0, server.stop())
            self.assertFalse(os.path.exists(self.path))

    def test_curl_takes_the_commands_of_the_ready_line(self):
        server = self.serve(listen("unix:" + self.path))
        shown = [line for line in server.stdout_text().splitlines() if line.startswith("  curl ")]
        self.assertEqual(3, len(shown))
        for command in shown:
            done = subprocess.run(["sh", "-c", command + " -w '%{http_code}'"], capture_output=True,
                                  text=True, timeout=DEADLINE_S)
            self.assertRegex(done.stdout, "20[01]$", done.stderr)

    def test_names_are_asked_for_as_over_tcp(self):
        self.serve(listen("unix:" + self.path))
        self.assertEqual(421, ask(self.path, Host="elsewhere.example"))
        self.assertEqual(403, ask(self.path, Origin="https://elsewhere.example"))
        self.assertEqual(200, ask(self.path, Origin="http://localhost"))

    def test_what_a_killed_server_left_is_replaced(self):
        server = self.serve(listen("unix:" + self.path))
        server.kill()
        self.assertTrue(os.path.exists(self.path))
        server.start()
        self.assertEqual(200, ask(self.path))
        self.assertEqual(0, server.stop())

    def test_what_another_server_uses_or_what_is_no_socket_is_not(self):
        self.serve(listen("unix:" + self.path))
        second = Server(listen("unix:" + self.path))
        self.addCleanup(second.remove)
        with self.assertRaisesRegex(StartFailed, "a server listens there already"):
            second.start()
        self.assertEqual(200, ask(self.path))
        precious = os.path.join(self.folder, "precious")
        with open(precious, "w", encoding="utf-8") as file:
            file.write("precious")
        third = Server(listen("unix:" + precious))
        self.addCleanup(third.remove)
        with self.assertRaisesRegex(StartFailed, "no socket"):
            third.start()
        self.assertEqual(8, os.path.getsize(precious))


class Control(UnixCase):
    def test_every_server_has_one_for_its_user_alone(self):
        server = self.serve()
        path = server.data / "control.sock"
        self.assertEqual((True, 0o600), mode(path))
        self.assertEqual(200, ask(path))
        self.assertEqual(200, ask(path, Host="any.example"))
        self.assertEqual(0, server.stop())
        self.assertFalse(path.exists())

    def test_no_page_gets_through(self):
        path = self.serve().data / "control.sock"
        self.assertEqual(403, ask(path, Origin="http://localhost"))
        self.assertEqual(403, ask(path, **{"Sec-Fetch-Site": "same-origin"}))

    def test_what_a_killed_server_left_is_replaced(self):
        server = self.serve()
        server.kill()
        self.assertTrue((server.data / "control.sock").exists())
        server.start()
        self.assertEqual(200, ask(server.data / "control.sock"))

    def test_the_path_may_be_too_long_for_the_kernel(self):
        data = os.path.join(self.folder, "d" * 150)
        server = self.serve(data=data)
        self.assertNotIn("control.sock", server.stderr_text())
        path = os.path.join(data, "control.sock")
        self.assertEqual((True, 0o600), mode(path))
        self.assertEqual(200, ask(path))
        self.assertEqual(0, server.stop())
        self.assertFalse(os.path.exists(path))

    def test_the_operator_gets_in_when_all_connections_are_taken(self):
        server = self.serve(connections_max(4), streams_max(3))
        taken = []
        self.addCleanup(lambda: [line.close() for line in taken])
        for _ in range(4):  # each has begun a request, and so makes no room
            line = Connection(server.port).connect()
            line.send(b"POST /v1/accounts HTTP/1.1\r\nHost: localhost\r\n")
            taken.append(line)
        while True:  # until all four have arrived
            late = Connection(server.port).connect()
            late.send(b"GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n")
            status = late.read_answer().status
            late.close()
            if status == 503:
                break
        for _ in range(10):
            self.assertEqual(200, ask(server.data / "control.sock"))

    def test_another_user_is_turned_away_even_where_the_file_system_lets_it(self):
        server = self.serve()
        path = server.data / "control.sock"
        if not IS_ROOT:  # nobody can become another user; the file system turns others away
            self.assertEqual((True, 0o600), mode(path))
            return
        for folder in (server.home, server.data):
            os.chmod(folder, 0o755)
        os.chmod(path, 0o666)
        script = ("import os, socket, sys\n"
                  f"os.setgid({NOBODY}); os.setuid({NOBODY})\n"
                  "s = socket.socket(socket.AF_UNIX); s.settimeout(30); s.connect(sys.argv[1])\n"
                  "try:\n"
                  "    s.sendall(b'GET /v1/audit HTTP/1.1\\r\\nHost: h\\r\\n\\r\\n')\n"
                  "    print(s.recv(1000))\n"
                  "except OSError as e: print('refused')\n")
        done = subprocess.run([sys.executable, "-c", script, str(path)], capture_output=True,
                              text=True, timeout=DEADLINE_S)
        self.assertEqual("", done.stderr)
        self.assertNotIn("200 OK", done.stdout)
        self.assertEqual(200, ask(path))


if __name__ == "__main__":
    unittest.main()
