"""What `hongbao doctor` prints: a page on a terminal and in a file, and an object, which say the same."""

import fcntl
import json
import os
import pty
import re
import struct
import subprocess
import termios
import threading
import unittest

import flags
from doctor_cases import MachineCase
from server import binary, clean_environment, run_command


class Page(MachineCase):
    def on_terminal(self, columns, **environment):
        """What a terminal of that width gets."""
        parent, child = pty.openpty()
        fcntl.ioctl(child, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        printed = bytearray()

        def read():
            while True:
                try:
                    part = os.read(parent, 65_536)
                except OSError:  # so a terminal ends
                    return
                printed.extend(part)

        reader = threading.Thread(target=read)
        reader.start()
        subprocess.run([binary(), "doctor", "--data", str(self.data), "--without-sync"], stdout=child,
                       stderr=subprocess.DEVNULL, check=False, timeout=60,
                       env=clean_environment(**{"TERM": "xterm", **environment}))
        os.close(child)
        reader.join()
        os.close(parent)
        return printed.decode("utf-8").replace("\r\n", "\n")

    def test_a_terminal_gets_colours_and_lines_that_fit_and_a_file_neither(self):
        told = self.on_terminal(72)
        self.assertIn("\033[32mok", told)
        plain = re.sub(r"\033\[[0-9;]*m", "", told)
        self.assertLessEqual(max(len(line) for line in plain.splitlines() if "/" not in line), 72)
        self.assertNotIn("\033", self.on_terminal(72, NO_COLOR="1"))
        self.assertNotIn("\033", self.on_terminal(72, TERM="dumb"))
        filed = run_command("doctor", "--data", self.data, "--without-sync").stdout
        self.assertNotIn("\033", filed)
        self.assertEqual(filed.split()[:20], plain.split()[:20])
        self.assertLessEqual(max(map(len, filed.splitlines())), 100)
        wide = re.sub(r"\033\[[0-9;]*m", "", self.on_terminal(300))
        self.assertLessEqual(max(map(len, wide.splitlines())), 100)
        self.assertRegex(filed.splitlines()[-1], r"^\d+ ok(, \d+ notes?)?(, \d+ warnings?)?(, \d+ faults?)?$")

    def test_page_and_object_say_the_same(self):
        self.data.mkdir(mode=0o755)
        self.data.chmod(0o755)
        status, report = self.doctor("--debuggable=on")
        page = run_command("doctor", "--data", self.data, "--without-sync", flags.listen("127.0.0.1:0"), "--debuggable=on")
        self.assertEqual(status, page.returncode)
        words = " ".join(page.stdout.split())
        for check in report["checks"]:
            self.assertIn(f"{check['findings'][0]['verdict']} {check['name']} ", words)
            if check["name"] == "memory":
                continue  # its figures move
            for finding in check["findings"]:
                self.assertIn(" ".join(finding["says"].split()), words)
                self.assertIn(" ".join(finding["advice"].split()), words)
                self.assertEqual({"verdict", "says", "advice", "can_fix", "figures"}, finding.keys())
        self.assertEqual({"format", "verdict", "version", "data_dir", "checks", "mended", "not_mended"}, report.keys())
        self.assertEqual([True], [finding["can_fix"] for check in report["checks"] for finding in check["findings"]
                                  if check["name"] == "permissions"])
        self.assertIn("--fix does that", words)

    def test_names_that_are_no_text_reach_the_terminal_escaped(self):
        name = os.fsencode(self.home) + b"/bad\xff\x1b[31m"
        os.mkdir(name)
        os.chmod(name, 0o755)
        command = [os.fsencode(binary()), b"doctor", b"--data", name, b"--without-sync"]
        page = subprocess.run(command, capture_output=True, env=clean_environment(), check=False).stdout
        self.assertIn(b"\\x1b[31m", page)
        self.assertNotIn(b"\x1b", page)
        found = subprocess.run([*command, b"--json"], capture_output=True, env=clean_environment(), check=False).stdout
        self.assertIn("\ufffd", json.loads(found)["data_dir"])


if __name__ == "__main__":
    unittest.main()
