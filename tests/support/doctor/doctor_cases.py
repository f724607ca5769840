"""Runs of `hongbao doctor`: on data that a server has left, and on a machine with faults."""

import json
import pathlib
import shutil
import subprocess
import tempfile
import unittest

import flags
from api import Api
from server import Server, binary, clean_environment, copy_data, run_command

CHECKS = ["configuration", "disk", "sync", "room", "limits", "memory", "clock", "permissions", "certificate", "port",
          "server", "journal", "read model", "archive", "leftovers", "backup", "versions"]
ORDER = ["ok", "note", "warning", "fault"]


class Diagnosis:
    """What a run of the doctor printed as JSON."""

    def __init__(self, done):
        self.done = done
        assert done.stdout, done.stderr
        self.report = json.loads(done.stdout)
        self.checks = {check["name"]: check for check in self.report["checks"]}

    def verdict(self, name):
        return self.checks[name]["verdict"]

    def says(self, name):
        return "\n".join(f"{finding['says']} {finding.get('advice', '')}" for finding in self.checks[name]["findings"])

    def figures(self, name):
        return {key: value for finding in self.checks[name]["findings"]
                for key, value in finding.get("figures", {}).items()}


def doctor(data, *arguments, sync=False, **options):
    more = [] if sync else ["--without-sync"]
    return Diagnosis(run_command("doctor", "--json", "--data", data, flags.listen("127.0.0.1:0"), *more, *arguments,
                                 **options))


def fingerprint(folder):
    """Names, modes, owners, times and sizes: all that would show a change. LMDB's table of readers is made anew by
    whoever is the first to read."""
    found = {}
    for path in (folder, *folder.rglob("*")):
        status = path.lstat()
        written = 0 if path.name == "lock.mdb" else status.st_mtime_ns
        found[str(path)] = (status.st_mode, status.st_uid, written, status.st_size)
    return found


class DoctorCase(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        server = Server()
        cls.addClassCleanup(server.remove)
        with Api(server.start().port) as api:
            cls.ann = api.fresh_user("ann", 1_000)
            api.create_account("late.one")
            cls.records = api.audit()["journal_sequence"]
        assert server.stop() == 0, server.stderr_text()
        cls.original = server.data

    def setUp(self):
        self.home = pathlib.Path(tempfile.mkdtemp(prefix="hongbao-doctor-"))
        self.addCleanup(shutil.rmtree, self.home, ignore_errors=True)
        self.data = self.home / "data"
        copy_data(self.original, self.data)

    def server(self, *more):
        server = Server(*more, data=self.data)
        self.addCleanup(server.remove)
        return server.start()

    def assert_found(self, verdict, name, *words, of=None):
        """A check says that, and the exit status follows from the worst of all."""
        found = of or doctor(self.data)
        self.assertEqual(verdict, found.verdict(name), found.says(name))
        for word in words:
            self.assertIn(str(word), found.says(name))
        worst = max((check["verdict"] for check in found.report["checks"]), key=ORDER.index)
        self.assertEqual(worst, found.report["verdict"])
        self.assertEqual(1 if worst == "fault" else 0, found.done.returncode)
        return found


class MachineCase(unittest.TestCase):
    def setUp(self):
        self.home = pathlib.Path(tempfile.mkdtemp(prefix="hongbao-doctor-"))
        self.addCleanup(shutil.rmtree, self.home, ignore_errors=True)
        self.data = self.home / "data"

    def doctor(self, *arguments, wrapper=(), sync=False, listen="127.0.0.1:0", data=None):
        more = [] if sync else ["--without-sync"]
        command = [*wrapper, binary(), "doctor", "--json", "--data", str(data or self.data), flags.listen(listen), *more,
                   *map(str, arguments)]
        done = subprocess.run(command, capture_output=True, text=True, env=clean_environment(), timeout=120,
                              stdin=subprocess.DEVNULL, check=False)
        assert done.stdout, done.stderr
        return done.returncode, json.loads(done.stdout)

    def finding(self, name, *arguments, **options):
        """The verdict of a check, all that it said, and its figures."""
        status, report = self.doctor(*arguments, **options)
        check = next(check for check in report["checks"] if check["name"] == name)
        words = "\n".join(f"{found['says']} {found.get('advice', '')}" for found in check["findings"])
        if check["verdict"] == "fault":
            self.assertEqual(1, status, words)
        return check["verdict"], words, [found.get("figures", {}) for found in check["findings"]]

    def assert_found(self, verdict, name, *words, arguments=(), **options):
        found, said, _ = self.finding(name, *arguments, **options)
        self.assertEqual(verdict, found, said)
        for word in words:
            self.assertIn(str(word), said)

    def serve(self, *more):
        server = Server(*more, data=self.data)
        self.addCleanup(server.remove)
        return server.start()
