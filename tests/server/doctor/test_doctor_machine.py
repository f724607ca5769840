"""`hongbao doctor` and the machine: disks, room, limits, clock. Each check is fed a fault that it has to name."""

import json
import pathlib
import shutil
import subprocess
import unittest

import faults
import flags
from api import Api
from doctor_cases import MachineCase
from users import UserRuns

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


if __name__ == "__main__":
    unittest.main()
