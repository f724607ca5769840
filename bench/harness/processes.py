"""Role: starts, pauses, measures and stops the processes of one side. Each runs in a group of its own.

A side that is not being measured is stopped with SIGSTOP, so that its timers and polling cost the
other side nothing.
"""
import ctypes
import os
import signal
import socket
import subprocess
import time
from pathlib import Path

CLOCK_TICKS_PER_S = os.sysconf("SC_CLK_TCK")
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None)


class StartFailed(Exception):
    """A server did not come up; the text says which one, and what it wrote."""


def _die_with_parent():
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


class Group:
    """One started command and its children: a process group, but no session of its own, since the
    kernel shares the processor between sessions (autogroup) and wrk must compete on equal terms."""

    def __init__(self, name: str, command: list[str], log: Path, cwd: Path):
        self.name, self.log = name, log
        with open(log, "wb") as output:
            self._process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, cwd=cwd,
                process_group=0, preexec_fn=_die_with_parent)

    @property
    def pid(self) -> int:
        return self._process.pid

    def alive(self) -> bool:
        return self._process.poll() is None

    def wait_until(self, ready, timeout_s: float):
        """Returns the first true value of ready(); StartFailed if the process ends or time is up."""
        deadline = time.monotonic() + timeout_s
        while True:
            value = ready()
            if value:
                return value
            if not self.alive() or time.monotonic() > deadline:
                state = "is not ready" if self.alive() else f"ended with {self._process.returncode}"
                raise StartFailed(f"{self.name} {state}; it wrote:\n{self.tail()}")
            time.sleep(0.02)

    def tail(self) -> str:
        return self.log.read_text(errors="replace")[-2000:]

    def pause(self):
        os.killpg(self.pid, signal.SIGSTOP)

    def resume(self):
        os.killpg(self.pid, signal.SIGCONT)

    def pids(self) -> list[int]:
        found = []
        for entry in os.listdir("/proc"):
            if entry.isdigit():
                try:
                    if os.getpgid(int(entry)) == self.pid:
                        found.append(int(entry))
                except ProcessLookupError:
                    pass
        return found

    def cpu_s(self) -> float:
        """Processor time used so far, user and kernel, by all processes of the group."""
        ticks = 0
        for pid in self.pids():
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])
        return ticks / CLOCK_TICKS_PER_S

    def memory_bytes(self) -> int:
        """Resident memory; pages shared between processes count in each."""
        return sum(int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE_BYTES
                   for pid in self.pids())

    def stop(self, timeout_s: float = 30):
        if not self.alive():
            return
        self.resume()
        self._process.terminate()
        try:
            self._process.wait(timeout_s)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self):
        os.killpg(self.pid, signal.SIGKILL)
        self._process.wait()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
