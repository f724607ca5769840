"""`hongbao doctor` and the machine: disks, room, limits, clock, settings, certificates, ports; and its page on a
terminal. Each check is fed a fault that it has to name."""

import fcntl
import json
import os
import pathlib
import pty
import re
import shutil
import socket
import struct
import subprocess
import tempfile
import termios
import threading
import unittest

import faults
import flags
from api import Api
from self_signed import self_signed
from server import Server, binary, clean_environment, run_command
from users import IS_ROOT, UserRuns

# A journal on a file system that is read-only by then, for the command alone.
READ_ONLY = ("mount -t tmpfs -o size=400m none \"$0\" && cp -a \"$1\" \"$0/data\" && mount -o remount,ro \"$0\" && "
             "shift && exec \"$@\"")
IN_A_NAMESPACE = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c"]

# A file system of 40 MiB for the command alone, filled but for some kilobytes.
FULL_DISK = ("mount -t tmpfs -o size=40m,nr_inodes=100 none \"$0\" && mkdir \"$0/data\" && "
             "head -c {size} /dev/zero >\"$0/ballast\"; "
             "for i in $(seq {files}); do touch \"$0/$i\" || break; done 2>/dev/null; exec \"$@\"")


def on_a_full_disk(folder, size="8M", files=0):
    return [*IN_A_NAMESPACE, FULL_DISK.format(size=size, files=files), str(folder)]


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


class Disks(MachineCase):
    def test_a_slow_disk_is_slow_and_one_that_hangs_stalls(self):
        self.assertTrue(faults.can_trace(), "this test delays calls by strace, which may not trace")
        self.assert_found("warning", "sync", "slow: at most", sync=True, wrapper=faults.slowed("fdatasync", 0.05))
        self.assert_found("fault", "sync", "stalls", "commit_stall_s", sync=True, arguments=["--commit-stall-s=1"],
                          wrapper=faults.slowed("fdatasync", 1.1))

    def test_a_disk_that_fails_is_a_failure(self):
        self.assert_found("fault", "sync", "Input/output error", sync=True,
                          wrapper=faults.failing("fdatasync", "EIO", "1"))
        self.assertEqual([], list(self.home.iterdir()), "nothing is left of the measuring")

    def test_memory_is_no_disk(self):
        self.assertEqual("tmpfs", subprocess.run(["stat", "-f", "-c", "%T", "/dev/shm"], capture_output=True, text=True,
                                                 check=True).stdout.strip())
        data = pathlib.Path("/dev/shm") / self.home.name
        self.assert_found("warning", "disk", "tmpfs", "is gone when this machine stops", data=data)
        self.assert_found("warning", "sync", "nothing is written", data=data, sync=True)
        self.assertFalse(data.exists())

    def test_a_file_system_that_cannot_hold_a_journal_is_refused(self):
        nfs = "6969000000000000"
        self.assert_found("fault", "disk", "lies on NFS", wrapper=[
            shutil.which("strace"), "-f", "-qq", "-o", "/dev/null", "-e", "trace=statfs", "-e",
            f"inject=statfs:poke_exit=@arg2={nfs}"])

    def test_a_disk_without_room_is_found_by_bytes_and_by_names(self):
        self.home.chmod(0o777)
        self.assert_found("fault", "room", "left", "make room", wrapper=on_a_full_disk(self.home))
        self.assert_found("fault", "sync", "No space left on device", sync=True,
                          wrapper=on_a_full_disk(self.home, size="50M"))
        self.assert_found("fault", "room", "names of files", wrapper=[
            word.replace("size=40m", "size=400m") for word in on_a_full_disk(self.home, size="1", files=200)])

    def test_a_read_only_disk_is_a_fault_and_its_journal_is_read_all_the_same(self):
        server = self.serve()
        self.assertEqual(0, server.stop())
        there = self.home / "there"
        there.mkdir()
        there.chmod(0o777)
        wrapper = [*IN_A_NAMESPACE, READ_ONLY, str(there), str(self.data)]
        for name, word in (("disk", "mounted read-only"), ("sync", "Read-only file system")):
            self.assert_found("fault", name, word, sync=True, wrapper=wrapper, data=there / "data")
        _, report = self.doctor(wrapper=wrapper, data=there / "data")
        journal = next(check for check in report["checks"] if check["name"] == "journal")
        self.assertEqual("ok", journal["verdict"], journal)

    def test_what_is_no_folder_holds_no_journal(self):
        file = self.home / "file"
        file.write_text("kept")
        file.chmod(0o644)
        nowhere = self.home / "nowhere"
        nowhere.symlink_to(self.home / "gone")
        self.assert_found("fault", "permissions", "is no folder", data=file)
        self.assert_found("fault", "permissions", "Not a directory", data=file / "below")
        self.assert_found("fault", "permissions", "is its disk mounted?", data=nowhere)
        self.doctor("--fix", data=file)
        self.assertEqual((0o644, "kept"), (file.stat().st_mode & 0o7777, file.read_text()))

    def test_a_journal_that_is_full_is_told_with_what_helps(self):
        server = self.serve(flags.journal_map_bytes(16 << 20))
        with Api(server.port) as api:
            for size in (1_000, 100, 10, 1):  # what is too much at once leaves room for less
                for batch in range(100):
                    answer = api.post("/v1/accounts/batch", {"accounts": [
                        {"user_id": f"u{size}-{batch}-{number}", "username": "A" * 64,
                         "avatar_url": "https://a/" + "b" * 400} for number in range(size)]})
                    if "journal_full" in json.dumps(answer.json):
                        break
            self.assertIn("journal_full", json.dumps(answer.json))
        small = flags.journal_map_bytes(16 << 20)
        self.assert_found("fault", "room", "refused with 507", "hongbao archive", arguments=[small])
        self.assertEqual(0, server.stop(), server.stderr_text())
        self.assert_found("warning", "room", "hongbao archive", arguments=[small])
        self.assert_found("ok", "room")


class Limits(MachineCase):
    def test_too_few_open_files_are_named_to_a_user_who_cannot_have_more(self):
        user = UserRuns(self.home)
        done = user.run("doctor", "--data", self.data, "--without-sync", wrapper=["prlimit", "--nofile=1000:1000"])
        self.assertRegex(" ".join(done.stdout.split()),
                         r" fault limits connections_max = 12000 needs \d+ open files[^→]*ulimit -n")
        self.assertEqual(1, done.returncode)
        done = user.run("doctor", "--data", self.data, "--without-sync", "--connections-max=20", "--streams-max=10",
                        wrapper=["prlimit", "--nofile=2000:2000"])
        self.assertRegex(done.stdout, r"(?m)^ok +limits ")

    def test_more_streams_than_the_kernel_has_mappings_for_and_short_files_are_named(self):
        mappings = int(pathlib.Path("/proc/sys/vm/max_map_count").read_text("ascii"))
        streams = mappings
        self.assert_found("fault", "limits", "vm.max_map_count",
                          arguments=[flags.streams_max(streams), flags.connections_max(2 * streams)])
        self.assert_found("warning", "limits", "ulimit -f", wrapper=["prlimit", f"--fsize={1 << 30}"])

    def test_more_memory_than_there_is_is_a_failure(self):
        self.assert_found("fault", "memory", "awake_bytes_max", arguments=["--awake-bytes-max=8TiB"])
        self.assert_found("ok", "memory", arguments=["--awake-bytes-max=1MiB"])


class Clock(MachineCase):
    def test_a_clock_behind_the_journal_is_a_failure_and_what_is_synchronised_is_told(self):
        server = self.serve()
        with Api(server.port) as api:
            api.create_account("ann")
        self.assertEqual(0, server.stop())
        verdict, words, figures = self.finding("clock")
        self.assertIn(verdict, ("ok", "warning", "note"), words)
        self.assertEqual(verdict == "ok", figures[0].get("synchronised", False))
        self.assert_found("fault", "clock", "before the journal's last record", wrapper=["faketime", "-f", "-2h"])
        self.assert_found("fault", "clock", "there are ids only for times", wrapper=["faketime", "1999-01-01"])
        self.assert_found("warning", "clock", "time moves only by", arguments=[flags.manual_clock()])


class Configuration(MachineCase):
    def test_wrong_settings_are_named_and_hide_the_rest(self):
        status, report = self.doctor("--share-fen-max=many")
        self.assertEqual(1, status)
        verdicts = {check["name"]: check["verdict"] for check in report["checks"]}
        self.assertEqual({"configuration": "fault", "versions": "ok"},
                         {name: verdict for name, verdict in verdicts.items() if verdict != "note"})
        self.assertFalse(self.data.exists())

    def test_all_faults_of_a_file_are_told_at_once(self):
        settings = self.home / "hongbao.toml"
        settings.write_text('share_fen_max = "many"\nlisten = "nowhere"\nno_such_setting = 1\n')
        status, report = self.doctor("--config", settings, "--fix")
        self.assertEqual(1, status)
        said = [finding["says"] for finding in report["checks"][0]["findings"]]
        for word in ("share_fen_max", "no_such_setting"):
            self.assertEqual(1, sum(word in one for one in said), said)
        self.assertEqual([], report["mended"] + report["not_mended"])

    def test_what_config_check_refuses_the_doctor_does_too(self):
        key = self.home / "issuer.pem"
        key.write_text("no key")
        missing = self.home / "missing.pem"
        for more, word in ((flags.token_issuer(key), key), (flags.token_issuer(missing), missing),
                           (["--log-file=/no/folder/log"], "/no/folder/log"),
                           ([flags.listen("0.0.0.0:0")], "hongbao key create")):
            with self.subTest(word):
                done = run_command("config", "check", "--data", self.data, *more)
                self.assertEqual(2, done.returncode, done.stdout)
                self.assertIn(str(word), done.stderr)
                listen = "0.0.0.0:0" if "0.0.0.0:0" in more[0] else "127.0.0.1:0"
                others = [flag for flag in more if not flag.startswith("--listen")]
                self.assert_found("fault", "configuration", word, arguments=others, listen=listen)

    def test_what_is_dangerous_on_purpose_is_warned_of(self):
        self.assert_found("warning", "configuration", "debuggable", arguments=["--debuggable=on"])


class Certificates(MachineCase):
    def with_tls(self, certificate, key):
        return [f"--tls-certificate-file={certificate}", f"--tls-key-file={key}"]

    def test_dates_key_and_names_are_looked_at(self):
        certificate, key = self_signed(self.home, days=90)
        tls = self.with_tls(certificate, key)
        self.assert_found("ok", "certificate", "in 8", arguments=tls)
        self.assert_found("warning", "certificate", "ends", arguments=tls, wrapper=["faketime", "-f", "+80d"])
        self.assert_found("fault", "certificate", "ended", arguments=tls, wrapper=["faketime", "-f", "+91d"])
        self.assert_found("warning", "certificate", "pay.example.org",
                          arguments=[*tls, "--allowed-hosts=localhost:8443,pay.example.org"])
        _, other_key = self_signed(self.home, name="other")
        self.assert_found("fault", "certificate", other_key, arguments=self.with_tls(certificate, other_key))
        key.chmod(0o644)
        self.assert_found("fault", "certificate", "chmod 600", arguments=tls)

    def test_another_user_who_may_not_read_the_key_is_told_so_and_finds_no_fault(self):
        certificate, key = self_signed(self.home, days=90)
        server = self.serve(*self.with_tls(certificate, key))
        user = UserRuns(self.home)
        for path in (key, self.data, *self.data.rglob("*")):
            os.chown(path, 0, 0)
        done = user.run("doctor", "--json", "--data", self.data, "--without-sync", flags.listen("127.0.0.1:0"),
                        *self.with_tls(certificate, key))
        check = next(check for check in json.loads(done.stdout)["checks"] if check["name"] == "certificate")
        self.assertEqual("note", check["verdict"], check)
        self.assertIn(str(key), check["findings"][0]["says"])
        self.assertEqual(0, server.stop(), server.stderr_text())

    def test_a_server_that_still_shows_the_old_one_is_told_of(self):
        certificate, key = self_signed(self.home)
        tls = self.with_tls(certificate, key)
        server = self.serve(*tls)
        listen = f"127.0.0.1:{server.port}"
        self.assert_found("warning", "certificate", "ends", arguments=tls, listen=listen)  # within two days
        self.assertNotIn("another certificate", self.finding("certificate", *tls, listen=listen)[1])
        self_signed(self.home)  # renewed in its place
        self.assert_found("warning", "certificate", "shows another certificate", "systemctl reload", arguments=tls,
                          listen=listen)
        self.assertEqual(0, server.stop())


class Ports(MachineCase):
    def test_who_has_the_port_is_named(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            listen = f"127.0.0.1:{taken.getsockname()[1]}"
            self.assert_found("fault", "port", f"process {os.getpid()}", listen=listen)
        self.assert_found("ok", "port", "is free", listen=listen)
        self.assert_found("fault", "port", "is no address of this machine", listen="192.0.2.1:8080")

    def test_the_running_servers_port_is_its_own_and_another_ones_is_not(self):
        server = self.serve()
        self.assert_found("ok", "port", "the running server", server.process.pid, listen=f"127.0.0.1:{server.port}")
        with socket.socket() as other:
            other.bind(("127.0.0.1", 0))
            other.listen()
            self.assert_found("warning", "port", f"process {os.getpid()}", "other settings",
                              listen=f"127.0.0.1:{other.getsockname()[1]}")
            unused = other.getsockname()[1]
        self.assert_found("warning", "port", "runs, but not at", listen=f"127.0.0.1:{unused}")

    def test_the_servers_own_user_who_may_not_look_into_it_finds_the_port_its_own(self):
        user = UserRuns(self.home)
        server = user.server(self.data)
        self.addCleanup(server.remove)
        server.start()

        def port_of(listen):
            done = user.run("doctor", "--json", "--data", self.data, "--without-sync", flags.listen(listen))
            return next(check for check in json.loads(done.stdout)["checks"] if check["name"] == "port")

        self.assertEqual("ok", port_of(f"127.0.0.1:{server.port}")["verdict"])
        with socket.socket() as other:
            other.bind(("127.0.0.1", 0))
            other.listen()
            if IS_ROOT:
                self.assertEqual("warning", port_of(f"127.0.0.1:{other.getsockname()[1]}")["verdict"])
        self.assertEqual(0, server.stop(), server.stderr_text())

    def test_unix_sockets_too(self):
        path = self.home / "hongbao.sock"
        listen = f"unix:{path}"
        self.assert_found("ok", "port", "is free", listen=listen)
        server = self.serve(flags.listen(listen))
        self.assert_found("ok", "port", "the running server", listen=listen)
        server.kill()
        self.assert_found("ok", "port", "a start replaces it", listen=listen)
        path.unlink()
        with socket.socket(socket.AF_UNIX) as other:
            other.bind(str(path))
            other.listen()
            self.assert_found("fault", "port", "somebody else", listen=listen)
        path.unlink()
        path.write_text("")
        self.assert_found("fault", "port", "no socket", listen=listen)


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
