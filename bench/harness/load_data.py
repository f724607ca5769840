"""Role: the large data directory that starts are measured on: made once by the binary, then kept."""
import json
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from harness.load import LoadFailed

SEED = 1
STORY = 1       # raised when `hongbao bench load-data` makes other data


@dataclass(frozen=True)
class LoadSize:
    accounts: int
    records: int

    def __str__(self) -> str:
        return f"{self.accounts:,} accounts, {self.records:,} records"


class LoadData:
    """`OUT/load-ACCOUNTS-RECORDS/data`, and beside it what the generator said of it: written last, so
    that a directory without it is made again."""

    def __init__(self, binary: Path, size: LoadSize, out: Path):
        self.size = size
        self._binary = binary
        self._home = out / f"load-{size.accounts}-{size.records}"
        self.folder = self._home / "data"
        self.told: dict = {}

    def make(self):
        marker = self._home / "told.json"
        wanted = {"story": STORY, "seed": SEED, "accounts": self.size.accounts,
                  "records": self.size.records}
        if marker.is_file():
            self.told = json.loads(marker.read_text())
            if wanted.items() <= self.told.items() and (self.folder / "journal" / "data.mdb").is_file():
                return
        shutil.rmtree(self._home, ignore_errors=True)
        self._home.mkdir(parents=True)
        print(f"bench: making a data directory of {self.size}, once", file=sys.stderr, flush=True)
        done = subprocess.run(
            [str(self._binary), "bench", "load-data", "--data", str(self.folder), "--accounts",
             str(self.size.accounts), "--records", str(self.size.records), "--seed", str(SEED)],
            stdout=subprocess.PIPE, text=True)  # its progress goes to stderr
        if done.returncode != 0:
            raise LoadFailed(f"hongbao bench load-data ended with {done.returncode}: {done.stdout[-500:]}")
        self.told = {**json.loads(done.stdout.splitlines()[-1]), **wanted}
        marker.write_text(json.dumps(self.told, indent=2) + "\n")

    @property
    def users(self) -> int:
        """Accounts called u0000000 and so on."""
        return self.size.accounts - self.told["merchants"]
