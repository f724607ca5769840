"""Role: facts about the machine and the disk, without which a figure means nothing."""
import os
import platform
import re
import subprocess
from dataclasses import asdict, dataclass
from pathlib import Path

IN_MEMORY = {"tmpfs", "ramfs", "devtmpfs"}


class NotADisk(Exception):
    """The data folder lies in memory, where a sync costs nothing."""


@dataclass(frozen=True)
class Disk:
    """Where the data of every side lies. `device` is None if /proc/diskstats does not know it."""
    filesystem: str
    options: str
    source: str
    device: str | None

    def flushes(self) -> int | None:
        """Cache flushes that the device has completed since boot; None if the kernel does not count them."""
        if self.device is None:
            return None
        for line in Path("/proc/diskstats").read_text().splitlines():
            fields = line.split()
            if fields[2] == self.device:
                return int(fields[18]) if len(fields) >= 20 else None
        return None


def disk_of(folder: Path, may_be_in_memory: bool = False) -> Disk:
    """Raises NotADisk for a file system in memory, unless that is allowed."""
    number = os.stat(folder).st_dev
    wanted = f"{os.major(number)}:{os.minor(number)}"
    for line in Path("/proc/self/mountinfo").read_text().splitlines():
        left, _, right = line.partition(" - ")
        if left.split()[2] == wanted:
            filesystem, source, _ = right.split(maxsplit=2)
            options = left.split()[5]
            break
    else:
        filesystem, source, options = "unknown", "unknown", ""
    if filesystem in IN_MEMORY and not may_be_in_memory:
        raise NotADisk(f"{folder} lies on {filesystem}: choose a folder on a disk with --data")
    device = None
    for line in Path("/proc/diskstats").read_text().splitlines():
        fields = line.split()
        if f"{fields[0]}:{fields[1]}" == wanted:
            device = fields[2]
    return Disk(filesystem, options, source, device)


def busy_s() -> float:
    """Processor time that the whole machine has used since boot, including what its host has stolen."""
    user, nice, system, _, _, irq, softirq, steal = map(
        int, Path("/proc/stat").read_text().splitlines()[0].split()[1:9])
    return (user + nice + system + irq + softirq + steal) / os.sysconf("SC_CLK_TCK")


def first_line(command: list[str]) -> str:
    """The first line that a command writes, on either of its outputs."""
    done = subprocess.run(command, capture_output=True, text=True)
    lines = (done.stdout + done.stderr).strip().splitlines()
    return lines[0].strip() if lines else ""


def package_version(name: str) -> str:
    done = subprocess.run(["dpkg-query", "-W", "-f=${Version}", name], capture_output=True, text=True)
    return done.stdout.strip() or "not from a package"


def machine_facts(disk: Disk) -> dict:
    cpuinfo = Path("/proc/cpuinfo").read_text()
    model = re.search(r"^model name\s*:\s*(.*)$", cpuinfo, re.MULTILINE)
    memory = re.search(r"^MemTotal:\s*(\d+) kB", Path("/proc/meminfo").read_text(), re.MULTILINE)
    release = re.search(r'^PRETTY_NAME="(.*)"', Path("/etc/os-release").read_text(), re.MULTILINE)
    return {
        "cpu": model.group(1) if model else platform.machine(),
        "cores": len(os.sched_getaffinity(0)),
        "memory_mb": int(memory.group(1)) // 1024 if memory else None,
        "kernel": platform.release(),
        "system": release.group(1) if release else platform.system(),
        "load_before": os.getloadavg()[0],
        "disk": asdict(disk),
    }
