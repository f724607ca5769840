"""Role: lanes without HTTP, for S3 and S4: Redis pipelined, and hongbao's engine inside one process."""
import json
import os
import shutil
import subprocess
from dataclasses import asdict
from pathlib import Path

from harness.lanes.lane import Lane, Meter, Plan, Run, sync_problems
from harness.load import LoadFailed
from harness.machine import Disk, first_line
from harness.peers.redis_alone import CONNECTIONS, PIPELINE, RedisAlone
from harness.workload import Workload

SOUNDING_OPENS = 50_000
CLAIMS_PERCENT_MIN = 90
JOURNAL_BYTES_PER_OPEN_MIN = 32


class PipelinedLane(Lane):
    """R. Its figure counts only the commands that really claimed a share."""

    def __init__(self, key: str, side: RedisAlone, workload: Workload, plan: Plan, disk: Disk):
        self.key, self.title, self.side = key, f"{side.title} -P {PIPELINE}", side
        self.workload, self.plan, self.disk = workload, plan, disk
        self._per_second = 0.0

    def run(self, round_number: int) -> Run:
        warm_up_s = self.plan.warm_up_in(round_number)
        if warm_up_s or not self._per_second:
            commands = int(self._per_second * warm_up_s) or SOUNDING_OPENS
            warm_up = self.side.pipelined_opens(self.side.prepare(self.workload), commands)
            self._per_second = commands / warm_up.seconds
        # The run has packets of its own: redis-benchmark may draw the warm-up's pairs again, since its
        # seed is made of the second and the process.
        target = self.side.prepare(self.workload)
        self.side.settle()
        os.sync()
        room = self.workload.packets * self.workload.shares * 9 // 10
        meter = Meter(self.disk, self.side)
        run = self.side.pipelined_opens(target, min(room, int(self._per_second * self.plan.run_s)))
        spent = meter.spent()
        put_off_s = self.side.settle()

        problems = sync_problems(run.claims, spent.flushes, CONNECTIONS * PIPELINE)
        if 100 * run.claims < CLAIMS_PERCENT_MIN * run.commands:
            problems.append(f"only {run.claims} claims by {run.commands} commands")
        problems += self.side.problems(target, run.claims, run.claims)
        return Run(self.key, self.title, run.claims, run.seconds, spent.side_s,
                   spent.others_percent, spent.flushes, put_off_s, detail=asdict(run),
                   problems=problems)


class EngineLane(Lane):
    """`hongbao bench engine`, a process of its own for each run, with its own empty journal."""
    title = "hongbao's engine, in process"

    def __init__(self, key: str, binary: Path, folder: Path, workload: Workload, plan: Plan, disk: Disk):
        self.key, self._binary, self._folder, self._workload = key, binary, folder, workload
        self._plan, self._disk = plan, disk
        self._per_second = 0.0

    def run(self, round_number: int) -> Run:
        if not self._per_second:
            result, _ = self._engine(SOUNDING_OPENS)
            self._per_second = result["opens_per_s"]
        opens = min(int(self._per_second * self._plan.run_s), self._workload.pairs)
        meter = Meter(self._disk)
        result, problems = self._engine(opens)
        spent = meter.spent()
        if result["opens"] != opens:
            problems.append(f"{result['opens']} opens instead of {opens}")
        if spent.flushes is not None and spent.flushes < result["commits"]:
            problems.append(f"{result['commits']} commits, but the disk was flushed {spent.flushes} times")
        return Run(self.key, self.title, opens, opens / result["opens_per_s"], None,
                   spent.others_percent, spent.flushes, 0.0, detail=result, problems=problems)

    def _engine(self, opens: int) -> tuple[dict, list[str]]:
        """What it printed, and what is wrong with it."""
        data = self._folder / "data"
        shutil.rmtree(data, ignore_errors=True)
        data.mkdir(parents=True)
        os.sync()
        told = self._lines("bench", "engine", "--data", str(data), "--accounts",
                           str(self._workload.users), "--packets", str(self._workload.packets),
                           "--opens", str(opens))
        problems = []
        written = sum(file.stat().st_blocks * 512 for file in data.rglob("*") if file.is_file())
        if written < opens * JOURNAL_BYTES_PER_OPEN_MIN:
            problems.append(f"{written} bytes of journal on disk for {opens} opens")
        verdict = self._lines("verify", "--data", str(data))[-1]
        if not verdict.startswith("journal is sound: "):
            problems.append(f"verify said {verdict!r}")
        shutil.rmtree(data)
        try:
            return json.loads(told[-1]), problems
        except ValueError as failure:
            raise LoadFailed(f"hongbao bench engine ended with {told[-1]!r}") from failure

    def _lines(self, *arguments: str) -> list[str]:
        done = subprocess.run([str(self._binary), *arguments], capture_output=True, text=True,
                              timeout=600)
        if done.returncode != 0 or not done.stdout.strip():
            raise LoadFailed(f"hongbao {arguments[0]} ended with {done.returncode}:\n"
                             f"{done.stdout[-2000:]}{done.stderr[-2000:]}")
        return done.stdout.strip().splitlines()

    def versions(self) -> dict[str, str]:
        return {"hongbao": first_line([str(self._binary), "--version"])}
