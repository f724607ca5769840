"""Makes system calls of the binary fail, or ends it at one of them, by strace's injections."""

import contextlib
import pathlib
import shutil
import subprocess
import tempfile
import time

ATTACH_DEADLINE_S = 30


def strace(calls, injection, when):
    """A wrapper in front of a command: from the given call on, counted per process, injects once
    (when is a number) or again and again (a number and "+")."""
    return [shutil.which("strace"), "-f", "-qq", "-o", "/dev/null", "-e", f"trace={calls}",
            "-e", f"inject={calls}:{injection}:when={when}"]


def failing(calls, error, when):
    return strace(calls, f"error={error}", when)


def killed_at(calls, when):
    """kill -9 for the process that makes the call; the call itself is not made."""
    return strace(calls, "signal=KILL", when)


def stopped_at(calls, when):
    """The process that makes the call stops there, as by Ctrl-Z."""
    return strace(calls, "signal=STOP", when)


def slowed(calls, seconds):
    """Delays each of these calls by that much."""
    return strace(calls, f"delay_enter={round(seconds * 1_000_000)}", "1+")


@contextlib.contextmanager
def attached(process, calls, injection):
    """The same to a process that runs already, all its threads, from the next such call on."""
    tracer = subprocess.Popen([shutil.which("strace"), "-f", "-qq", "-o", "/dev/null", "-p",
                               str(process.pid), "-e", f"trace={calls}", "-e",
                               f"inject={calls}:{injection}:when=1+"], stderr=subprocess.DEVNULL)
    try:
        tasks = pathlib.Path(f"/proc/{process.pid}/task")
        deadline = time.monotonic() + ATTACH_DEADLINE_S
        while any("\nTracerPid:\t0\n" in (task / "status").read_text()
                  for task in tasks.iterdir()):
            assert time.monotonic() < deadline and tracer.poll() is None, "strace cannot attach"
            time.sleep(0.01)
        yield
    finally:
        tracer.kill()
        tracer.wait()


def can_trace():
    """Whether this machine lets one process trace another and change its calls."""
    if shutil.which("strace") is None:
        return False
    with tempfile.NamedTemporaryFile() as file:
        return subprocess.run([*failing("fdatasync", "EIO", "1"), shutil.which("sync"), "-d",
                               file.name], stderr=subprocess.DEVNULL).returncode == 1
