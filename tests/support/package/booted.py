"""A Debian root with systemd running in it as process 1 of namespaces of its own, without any service but those that a
test starts. This machine keeps its own; where it does not let root make namespaces and mount, nothing can be booted."""

import functools
import os
import pathlib
import signal
import subprocess
import tempfile
import time

from debian_root import DEADLINE_S, DebianRoot, run

# Its own cgroup; then mounts that only it sees; then what is outside is let go of. /proc/sys belongs to this machine.
ENTERING = r"""
set -e
echo $$ >"$2/cgroup.procs"
exec unshare --mount --pid --fork --uts --ipc --cgroup --kill-child sh -c '
set -e
mount --make-rprivate /
mount --bind "$0" "$0"
cd "$0"
mkdir -p dev proc sys run old
mount -t proc proc proc
mount --bind proc/sys proc/sys
mount -o remount,bind,ro proc/sys
mount -t sysfs -o ro sysfs sys
mount -t cgroup2 cgroup2 sys/fs/cgroup
mount -t tmpfs tmpfs run
mount -t tmpfs tmpfs dev
mkdir dev/shm dev/pts
for device in null zero full random urandom tty; do
    touch dev/$device
    mount --bind /dev/$device dev/$device
done
mount -t devpts -o newinstance,ptmxmode=0666 devpts dev/pts
ln -s pts/ptmx dev/ptmx
touch dev/console
pivot_root . old
umount -l /old
exec env -i container=test "$@"' "$1" $3
"""
SYSTEMD = "/lib/systemd/systemd --system --log-target=console"
QUIET_TARGET = "[Unit]\nDescription=Nothing but what is asked for\nDefaultDependencies=no\n"


def cgroup_here():
    """Where version 2 is mounted, also beside version 1; none if it is not."""
    for path in ("/sys/fs/cgroup", "/sys/fs/cgroup/unified"):
        if os.access(f"{path}/cgroup.procs", os.W_OK) and os.path.exists(f"{path}/cgroup.controllers"):
            return pathlib.Path(path)
    return None


def make_cgroup():
    return pathlib.Path(tempfile.mkdtemp(prefix="hongbao-test-", dir=cgroup_here()))


def remove_cgroup(cgroup):
    for folder, _, _ in os.walk(cgroup, topdown=False):
        os.rmdir(folder)


def why_not(root):
    """Empty, or why nothing can be booted in that root."""
    if cgroup_here() is None:
        return "there is no cgroup of version 2 to write to"
    cgroup = make_cgroup()
    try:
        done = subprocess.run(["sh", "-c", ENTERING, "sh", root.folder, cgroup, "/bin/true"], stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, timeout=DEADLINE_S, check=False)
        return "" if done.returncode == 0 else done.stdout.strip() or f"exit status {done.returncode}"
    finally:
        remove_cgroup(cgroup)


class Booted:
    def __init__(self, root: DebianRoot):
        self.root = root
        target = root.path("etc/systemd/system/default.target")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(QUIET_TARGET)
        root.path("etc/machine-id").write_text(f"{1:032x}\n")
        self.cgroup = make_cgroup()
        self.log = tempfile.TemporaryFile("w+")
        self.process = subprocess.Popen(["sh", "-c", ENTERING, "sh", root.folder, self.cgroup, SYSTEMD],
                                        stdin=subprocess.DEVNULL, stdout=self.log, stderr=subprocess.STDOUT)
        try:
            self.wait_until("systemd runs", self.runs)
        except BaseException:
            self.end()
            raise

    def runs(self):
        assert self.process.poll() is None, f"it has ended: {self.said()}"
        return self.init() is not None and self.attempt("systemctl", "is-system-running").stdout == "running\n"

    def end(self):
        if (init := self.init()) is not None:
            os.kill(init, signal.SIGKILL)  # and everything in its namespace
        self.process.kill()
        self.process.wait(DEADLINE_S)
        self.wait_until("its processes have gone", lambda: "populated 0" in (self.cgroup / "cgroup.events").read_text())
        remove_cgroup(self.cgroup)
        self.log.close()

    def init(self):
        """The process that is number 1 inside."""
        try:
            told = run("cat", f"/proc/{self.process.pid}/task/{self.process.pid}/children", stderr=subprocess.DEVNULL)
        except subprocess.CalledProcessError:
            return None
        return int(told.split()[0]) if told.strip() else None

    def attempt(self, *words):
        init = self.init()
        assert init is not None, f"it has ended: {self.said()}"
        return subprocess.run(["nsenter", "-t", str(init), "-m", "-p", "-u", "-i", "-C", "-r", "-w", *map(str, words)],
                              env=self.root.environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              stdin=subprocess.DEVNULL, timeout=DEADLINE_S, check=False)

    def do(self, *words):
        done = self.attempt(*words)
        assert done.returncode == 0, f"{words}: exit status {done.returncode}\n{done.stdout}{self.said()}"
        return done.stdout

    def show(self, name):
        """A property of the service."""
        return self.do("systemctl", "show", "--value", "-p", name, "hongbao").strip()

    def inside(self, path):
        """A path as it is seen inside."""
        return pathlib.Path(f"/proc/{self.init()}/root") / path.lstrip("/")

    def said(self):
        self.log.seek(0)
        return self.log.read()[-2_000:]

    def wait_until(self, what, holds):
        deadline = time.monotonic() + DEADLINE_S
        while not holds():
            assert time.monotonic() < deadline, f"never happened: {what}\n{self.said()}"
            time.sleep(0.02)
