"""Role: gives a process a part of one processor, so that one machine can send more than it can answer.

A control group of its own, of either version; it takes rights that root has. Periods are short, so that the
process is held up for milliseconds at most.
"""
import contextlib
import os
import subprocess
from pathlib import Path

PERIOD_US = 4_000
WEIGHT_V1 = 200_000     # so that others on the same processor take nothing of the part
ROOT = Path("/sys/fs/cgroup")


class NoShare(Exception):
    """This machine lets us make no control group."""


@contextlib.contextmanager
def share_of_processor(pid: int, percent: int):
    quota_us = PERIOD_US * percent // 100
    old = ROOT / "cpu" / "cgroup.procs"
    group = (ROOT / "cpu" if old.exists() else ROOT) / f"hongbao-bench-{os.getpid()}"
    before = old if old.exists() else ROOT / "cgroup.procs"
    try:
        group.mkdir()
    except OSError as error:
        raise NoShare(f"no control group can be made: {error}") from error
    try:
        if old.exists():
            (group / "cpu.cfs_period_us").write_text(str(PERIOD_US))
            (group / "cpu.cfs_quota_us").write_text(str(quota_us))
            (group / "cpu.shares").write_text(str(WEIGHT_V1))
        else:
            (group / "cpu.max").write_text(f"{quota_us} {PERIOD_US}")
        (group / "cgroup.procs").write_text(str(pid))
        yield
    except OSError as error:
        raise NoShare(f"the control group takes no part of a processor: {error}") from error
    finally:
        with contextlib.suppress(OSError):
            before.write_text(str(pid))
        with contextlib.suppress(OSError):
            group.rmdir()


def pin(pid: int, processor: int):
    """All its threads."""
    subprocess.run(["taskset", "-apc", str(processor), str(pid)], stdout=subprocess.DEVNULL, check=True)
