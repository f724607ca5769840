"""Role: the lanes of S10 to S12 and growth: a rebuild, a start with its memory, sizes on disk."""
import re
import subprocess
import time
from pathlib import Path

from harness.http_client import HttpClient
from harness.lanes.lane import Lane, Meter, Run
from harness.load import LoadFailed
from harness.load_data import LoadData
from harness.machine import Disk, first_line
from harness.processes import Group
from harness.workload import user_id

READY = re.compile(r"^hongbao is ready on http://127\.0\.0\.1:(\d+)\n.* (\d+) records, (\d+) of them replayed",
                   re.MULTILINE)
READY_S_MAX = 600
LOOK_S = 0.002
ACCOUNTS_WOKEN = 10_000
READS_BEFORE = 500          # of one account, so that the HTTP side has its memory
MB = 1_000_000


class Server:
    """A process for each run, in the shape of a side for Meter."""
    durable = True

    def __init__(self, binary: Path, data: Path, arguments: list[str], log: Path):
        self._command = [str(binary), "serve", "--data", str(data), "--listen", "127.0.0.1:0", *arguments]
        self._log = log
        self._group: Group | None = None

    def start(self) -> float:
        """Seconds until it says that it is ready."""
        began = time.monotonic()
        self._group = Group("hongbao", self._command, self._log, self._log.parent)
        while not (found := READY.search(self._log.read_text(errors="replace"))):
            if not self._group.alive() or time.monotonic() > began + READY_S_MAX:
                raise LoadFailed(f"the server did not come up; it wrote:\n{self._group.tail()}")
            time.sleep(LOOK_S)
        seconds = time.monotonic() - began
        self.port, self.records, self.replayed = map(int, found.groups())
        return seconds

    def cpu_s(self) -> float:
        return self._group.cpu_s() if self._group else 0.0

    def memory_bytes(self, name: str) -> int:
        """VmRSS: all resident pages, those of mapped files among them; RssAnon: its own memory only."""
        status = Path(f"/proc/{self._group.pid}/status").read_text()
        return 1024 * int(re.search(rf"^{name}:\s*(\d+) kB", status, re.MULTILINE).group(1))

    def settle(self, quiet_s: float = 0.2):
        """Waits until it has had nothing to do for this long."""
        before_s = -1.0
        while self.cpu_s() - before_s > 0.05 * quiet_s:
            before_s = self.cpu_s()
            time.sleep(quiet_s)

    def stop(self):
        if self._group:
            self._group.stop()

    def kill(self):
        self._group.kill()


class StartLane(Lane):
    """From the start of the process to its ready line; the page cache is warm. With a large directory also
    the memory: after the start, and for each account that is woken by a read."""

    def __init__(self, key: str, title: str, binary: Path, data: Path, arguments: list[str], disk: Disk,
                 folder: Path, load: LoadData | None = None):
        self.key, self.title, self._binary = key, title, binary
        self._disk, self._load = disk, load
        folder.mkdir(parents=True, exist_ok=True)
        self._server = lambda: Server(binary, data, arguments, folder / f"{key.replace(' ', '-')}.log")

    def warm_up(self):
        """Makes an empty directory, takes what became due since a large one was made, and has the pages
        read."""
        server = self._server()
        try:
            server.start()
        finally:
            server.stop()

    def run(self, round_number: int) -> Run:
        server = self._server()
        meter = Meter(self._disk, server)
        try:
            seconds = server.start()
            spent = meter.spent()
            detail, notes, problems = self._look(server)
        finally:
            server.stop()
        return Run(self.key, self.title, 0, seconds, None, spent.others_percent, None, 0.0,
                   detail=detail, notes=notes, problems=problems)

    def _look(self, server: Server) -> tuple[dict, list[str], list[str]]:
        problems = [f"{server.replayed} records were replayed"] if server.replayed else []
        server.settle()
        detail = {"records": server.records, "resident_mb": server.memory_bytes("VmRSS") / MB,
                  "anonymous_mb": server.memory_bytes("RssAnon") / MB}
        if not self._load:
            return detail, [], problems
        if server.records < self._load.size.records:
            problems.append(f"{server.records} records, {self._load.size.records} were written")
        client = HttpClient(server.port)
        difference_fen = client.ask("GET", "/v1/audit")["difference_fen"]
        if difference_fen:
            problems.append(f"the audit's difference is {difference_fen} fen")
        woken = min(ACCOUNTS_WOKEN, self._load.users // 2)
        for _ in range(READS_BEFORE):
            client.ask("GET", f"/v1/accounts/{user_id(0)}")
        before = server.memory_bytes("RssAnon")
        for number in range(woken):
            client.ask("GET", f"/v1/accounts/{user_id(1 + number * (self._load.users - 1) // woken)}")
        grown = server.memory_bytes("RssAnon") - before
        client.close()
        detail |= {"accounts_woken": woken, "bytes_per_awake_account": grown / woken}
        note = (f"VmRSS {detail['resident_mb']:,.0f} MB, of it RssAnon {detail['anonymous_mb']:,.0f} MB; "
                f"{woken:,} accounts woken by reading them; page cache warm")
        return detail, [note], problems

    def versions(self) -> dict[str, str]:
        return {"hongbao": first_line([str(self._binary), "--version"])}


class FoldLane(Lane):
    """A command that reads the whole journal with all checks and folds it; its process's whole time."""
    command: list[str]
    told: str

    def __init__(self, key: str, binary: Path, data: LoadData, disk: Disk):
        self.key, self.title = key, f"{self.command[0]}, {data.size}"
        self._binary, self._data, self._disk = binary, data, disk

    def run(self, round_number: int) -> Run:
        meter = Meter(self._disk)
        began = time.monotonic()
        done = subprocess.run([str(self._binary), *self.command, "--data", str(self._data.folder)],
                              capture_output=True, text=True)
        seconds = time.monotonic() - began
        spent = meter.spent()
        told = re.search(self.told, done.stdout)
        if done.returncode != 0 or not told:
            raise LoadFailed(f"hongbao {self.command[0]} ended with {done.returncode}: "
                             f"{done.stdout}{done.stderr}")
        records = int(told.group(1))
        problems = ([] if records >= self._data.size.records else
                    [f"{records} records, {self._data.size.records} were written"])
        return Run(self.key, self.title, records, seconds, None, spent.others_percent, None, 0.0,
                   problems=problems)

    def versions(self) -> dict[str, str]:
        return {"hongbao": first_line([str(self._binary), "--version"])}


class ReplayLane(FoldLane):
    """Folds the journal into the state, with all checks."""
    command, told = ["verify", "--without-model"], r"journal is sound: (\d+) records"


class RebuildLane(FoldLane):
    """The same, and a new read model written and synced."""
    command, told = ["rebuild"], r"read model is rebuilt: (\d+) records\n"


class GrowthLane(Lane):
    """Pages in use when the generator had ended, by its own account; it does not vary from run to run."""

    def __init__(self, key: str, data: LoadData):
        self.key, self.title, self._data = key, f"sizes of {data.size}", data

    def run(self, round_number: int) -> Run:
        told, millions = self._data.told, self._data.size.records / 1_000_000
        return Run(self.key, self.title, 0, 1.0, None, 0.0, None, 0.0, detail={
            "journal_mb": told["journal_bytes"] / MB / millions,
            "model_mb": told["model_bytes"] / MB / millions})
