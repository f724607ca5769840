"""The archive command in the tests' words, with what its last line says."""

import re
import subprocess
import time

from server import binary, clean_environment, run_command

COMPLETE = re.compile(r"^archive is complete to record (\d+): (\d+) records moved, (\d+) new "
                      r"segments with (\d+) bytes of records in (\d+) bytes; (\d+) bytes of the "
                      r"journal are free for new records, its file keeps its size$")
DEADLINE_S = 60


def run_archive(data, keep=0):
    return run_command("archive", "--data", data, "--keep-records", keep)


def start_archive(data, keep=0):
    """Starts archiving beside the test; its standard output and error are one text."""
    return subprocess.Popen([binary(), "archive", "--data", str(data), "--keep-records", str(keep)],
                            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                            stdin=subprocess.DEVNULL, env=clean_environment())


def archived_to(done):
    """The last archived record that a command named; it must have worked. 0: nothing to do."""
    assert done.returncode == 0, f"{done.args}: {done.returncode}, {done.stdout}{done.stderr}"
    last = done.stdout.splitlines()[-1]
    if last.startswith("nothing to archive: "):
        return 0
    found = COMPLETE.match(last)
    assert found, done.stdout
    return int(found.group(1))


def archive(data, keep=0):
    """Archives, repeatedly until the read model has written something that can be archived."""
    deadline = time.monotonic() + DEADLINE_S
    while True:
        last = archived_to(run_archive(data, keep))
        if last > 0:
            return last
        assert time.monotonic() < deadline, "the read model is never written"
        time.sleep(0.2)


def segments(data):
    return sorted((data / "journal" / "archive").glob("segment-*.zst"))
