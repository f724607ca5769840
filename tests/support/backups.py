"""The backup and restore commands in the tests' words, with what their last lines say."""

import re

from server import run_command

BACKED_UP = re.compile(r"^backup is complete: (\d+) records, last sequence (\d+), "
                       r"hash ([0-9a-f]{64})$")
RESTORED = re.compile(r"^restored (\d+) records, last sequence (\d+), hash ([0-9a-f]{64}); "
                      r"start it with: hongbao serve --data (.+)$")
SOUND = re.compile(r"^journal is sound: (\d+) records, last sequence (\d+), hash ([0-9a-f]{64})$")


def run_backup(data, to):
    return run_command("backup", "--data", data, "--to", to)


def run_restore(backup, data, until=None):
    more = [] if until is None else ["--until", until]
    return run_command("restore", "--from", backup, "--data", data, *more)


def back_up(data, to):
    """Makes a backup, which must work; returns its last sequence and its hash."""
    return end_told(run_backup(data, to), BACKED_UP)


def restore(backup, data, until=None):
    """Likewise for a restore."""
    return end_told(run_restore(backup, data, until), RESTORED)


def verify(data):
    """Likewise for a journal, which must be sound."""
    return end_told(run_command("verify", "--data", data), SOUND)


def dump(data):
    done = run_command("dump", "--data", data)
    assert done.returncode == 0, f"dump exit {done.returncode}: {done.stderr[-2000:]}"
    return done.stdout.splitlines()


def end_told(done, pattern):
    assert done.returncode == 0, f"{done.args}: {done.returncode}, {done.stdout}{done.stderr}"
    found = pattern.match(done.stdout.splitlines()[-1])
    assert found, done.stdout
    assert found.group(1) == found.group(2), "sequences have a gap"
    return int(found.group(2)), found.group(3)


def everything_in(folder):
    """Each file and folder below, with the bytes of the files."""
    return {path.relative_to(folder): path.read_bytes() if path.is_file() else None
            for path in sorted(folder.rglob("*"))}
