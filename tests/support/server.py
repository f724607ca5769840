"""Starts the real binary on a free port in a data directory of its own, and ends it in any way.

The binary's path comes from HONGBAO_BINARY. Every server runs in its own process group, so a kill
also reaches one that runs under a tracer. Standard error is kept in a file beside the data
directory and can be read after the end.
"""

import atexit
import os
import pathlib
import re
import shutil
import signal
import subprocess
import tempfile
import threading

READY = re.compile(r"hongbao is ready on (?:https?://127\.0\.0\.1:(\d+)|unix:\S+)")
START_DEADLINE_S = 90
STOP_DEADLINE_S = 90

_running = set()


def _end_leftovers():
    for server in list(_running):
        server.kill()


atexit.register(_end_leftovers)


def binary():
    path = os.environ.get("HONGBAO_BINARY")
    if not path:
        raise SystemExit("set HONGBAO_BINARY to the server's binary")
    return os.path.abspath(path)


def clean_environment(**more):
    """The environment without the tests' own variables, which are no settings of the server."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("HONGBAO_")}
    return {**kept, **more}


def run_command(*arguments, timeout_s=180, environment=None, cwd=None):
    """Runs one of the binary's commands to its end; stdout and stderr come back as text."""
    return subprocess.run([binary(), *map(str, arguments)], capture_output=True, text=True,
                          timeout=timeout_s, env=environment or clean_environment(), cwd=cwd,
                          stdin=subprocess.DEVNULL)


def copy_data(source, target):
    """Copies a data directory; the socket that a killed server left behind cannot be copied."""
    shutil.copytree(source, target, ignore=shutil.ignore_patterns("*.sock"))


class StartFailed(Exception):
    """The process ended, or stayed silent, before it said that it was ready."""


def read_stdout(process, lines, ready):
    """Collects a process's output; `ready` is set by its ready line, at the latest by its end."""
    for line in process.stdout:
        if len(lines) < 100_000:
            lines.append(line.decode("utf-8", "replace").rstrip("\n"))
            if READY.search(lines[-1]):
                ready.set()
    process.stdout.close()
    ready.set()


class Server:
    def __init__(self, *flags, data=None, wrapper=()):
        self.home = pathlib.Path(tempfile.mkdtemp(prefix="hongbao-test-"))
        self.data = pathlib.Path(data) if data else self.home / "data"
        self.flags = list(flags)
        self.wrapper = list(wrapper)
        self.stderr = None  # a descriptor to use instead of a file
        self.program = binary()
        self.process = None
        self.port = None
        self._stderr_path = self.home / "stderr"
        self._stdout_lines = []

    def start(self, *extra_flags):
        """Starts the process and waits until it is ready. Extra flags count for this start only."""
        assert self.process is None or self.process.poll() is not None, "still running"
        self.port = None
        self._stdout_lines = lines = []
        ready = threading.Event()
        flags = [*self.flags, *extra_flags]
        if not any(flag.startswith("--listen") for flag in flags):
            flags.append("--listen=127.0.0.1:0")
        command = [*self.wrapper, self.program, "serve", "--data", str(self.data), *flags]
        with open(self._stderr_path, "ab") as stderr:
            self.process = subprocess.Popen(command, stdout=subprocess.PIPE,
                                            stderr=stderr if self.stderr is None else self.stderr,
                                            stdin=subprocess.DEVNULL, env=clean_environment(),
                                            start_new_session=True)
        _running.add(self)
        threading.Thread(target=read_stdout, args=(self.process, lines, ready), daemon=True).start()
        ready.wait(START_DEADLINE_S)
        found = next(filter(None, map(READY.search, list(lines))), None)
        if found is None:
            # If it ends by itself, its status says more than the kill's would.
            if ready.is_set():
                self.process.wait(STOP_DEADLINE_S)
            self.kill()
            raise StartFailed(f"exit status {self.process.returncode}, stdout "
                              f"{self._stdout_lines[-5:]}, stderr: {self.stderr_text()[-2000:]}")
        self.port = int(found.group(1)) if found.group(1) else None  # none: a unix socket
        return self

    def stderr_text(self):
        return self._stderr_path.read_text("utf-8", "replace") if self._stderr_path.exists() else ""

    def stdout_text(self):
        return "\n".join(self._stdout_lines)

    def terminate(self):
        """Asks for an orderly end (SIGTERM) without waiting for it."""
        self.process.send_signal(signal.SIGTERM)

    def wait(self, timeout_s=STOP_DEADLINE_S):
        """Waits for the end and returns the exit status."""
        status = self.process.wait(timeout_s)
        _running.discard(self)
        return status

    def stop(self):
        """SIGTERM, and the exit status."""
        self.terminate()
        try:
            return self.wait()
        except subprocess.TimeoutExpired:
            self.kill()
            raise

    def kill(self):
        """kill -9 for the whole group; the data directory stays as it is."""
        if self.process is not None and self.process.poll() is None:
            try:
                os.killpg(self.process.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
            self.process.wait(STOP_DEADLINE_S)
        _running.discard(self)

    def restart(self, *extra_flags):
        """An orderly stop and a start on the same data directory."""
        status = self.stop()
        assert status == 0, f"exit status {status}: {self.stderr_text()[-2000:]}"
        return self.start(*extra_flags)

    def crash_and_restart(self, *extra_flags):
        self.kill()
        return self.start(*extra_flags)

    def is_running(self):
        return self.process is not None and self.process.poll() is None

    def remove(self):
        """Ends whatever still runs and removes the temporary directory."""
        self.kill()
        shutil.rmtree(self.home, ignore_errors=True)

    def dump_lines(self):
        """The journal as `hongbao dump` prints it; the server must not be running."""
        done = run_command("dump", "--data", self.data)
        assert done.returncode == 0, f"dump exit {done.returncode}: {done.stderr[-2000:]}"
        return done.stdout.splitlines()

    def verify(self):
        return run_command("verify", "--data", self.data)
