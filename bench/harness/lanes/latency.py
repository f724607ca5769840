"""Role: lanes of S9: an open loop at a given rate, for the latency of opens at half of S1's speed."""
import os
from pathlib import Path

from harness.http_client import HttpFailed
from harness.lanes.lane import Lane, Meter, Plan, Run, sync_problems
from harness.load import Load, result_of, run_wrk
from harness.machine import Disk
from harness.lanes.opens import write_packets
from harness.peers.side import Side, repeat_problems
from harness.workload import Workload

CONNECTIONS = 256  # enough for every due request to find a free one
KEPT_UP_MIN = 0.99


def full_speed(side: Side, workload: Workload, connections: int, plan: Plan) -> float:
    """Opens per second of S1, to choose a rate. The side has been resumed, and stays so."""
    target = side.prepare(workload)
    packets_file = write_packets(side, target)
    side.settle()
    warm_up = run_wrk(target.port, connections, 1, packets_file, workload.users, 0)
    load = run_wrk(target.port, connections, plan.run_s, packets_file, workload.users, warm_up.next_pair)
    side.settle()
    return load.opens / load.seconds


class SteadyLane(Lane):
    """Opens that are due at fixed times. An answer's latency counts from when its request was due."""

    def __init__(self, key: str, title: str, side: Side, workload: Workload, rate: int, client: Path,
                 plan: Plan, disk: Disk):
        self.key, self.title, self.side, self.workload = key, title, side, workload
        self._rate, self._client, self._plan, self._disk = rate, client, plan, disk

    def run(self, round_number: int) -> Run:
        target = self.side.prepare(self.workload)
        packets_file = write_packets(self.side, target)
        self.side.settle()
        os.sync()

        def load(seconds: int, first_pair: int) -> dict:
            return result_of([str(self._client), "steady", str(target.port), str(packets_file),
                              str(self.workload.users), str(first_pair), str(self._rate), str(seconds),
                              str(CONNECTIONS)], seconds + 60)

        warm_up_s = self._plan.warm_up_in(round_number)
        loads = [load(warm_up_s, 0)] if warm_up_s else []
        meter = Meter(self._disk, self.side)
        run = load(self._plan.run_s, loads[-1]["next"] if loads else 0)
        spent = meter.spent()
        put_off_s = self.side.settle()
        loads.append(run)

        refused = sum(each["non_2xx"] for each in loads)
        problems = [f"{refused} answers were not 2xx"] if refused else []
        problems += sync_problems(run["answers"], spent.flushes, CONNECTIONS)
        answers = sum(each["answers"] for each in loads)
        first = loads[-2]["next"] if len(loads) > 1 else 0
        try:
            problems += repeat_problems(target, _as_load(run, first))
            problems += self.side.problems(target, answers, answers)
        except HttpFailed as failure:
            problems.append(str(failure))
        notes = []
        if run["answers"] < KEPT_UP_MIN * run["planned"]:
            notes.append(f"could not keep up with {self._rate:,}/s: {run['answers']:,} of "
                         f"{run['planned']:,} opens were made in time")
        return Run(self.key, self.title, run["answers"], run["seconds"], spent.side_s,
                   spent.others_percent, spent.flushes, put_off_s,
                   p50_ms=run["p50_us"] / 1000, p99_ms=run["p99_us"] / 1000,
                   p999_ms=run["p999_us"] / 1000, detail=run, notes=notes, problems=problems)


def _as_load(result: dict, first_pair: int) -> Load:
    return Load(requests=result["answers"], seconds=result["seconds"], first_pair=first_pair,
                next_pair=result["next"], connections=0, batch=1, bytes=0, refused=result["non_2xx"],
                socket_errors=0, p50_us=result["p50_us"], p99_us=result["p99_us"],
                max_us=result["max_us"])
