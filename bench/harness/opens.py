"""Role: measures single opens over HTTP (rows S1 and S2): all sides in turn, round after round."""
import os
import resource
from collections.abc import Callable
from dataclasses import asdict, dataclass

from harness.http_client import HttpFailed
from harness.load import Load, run_wrk
from harness.machine import Disk, busy_s
from harness.side import Side
from harness.workload import Workload


@dataclass(frozen=True)
class Plan:
    """Lengths in whole seconds; with warm_every_run false only a side's first run is warmed up."""
    pairs: int
    run_s: int
    warm_up_s: int
    warm_every_run: bool

    def warm_up_in(self, round_number: int) -> int:
        return self.warm_up_s if self.warm_every_run or round_number == 0 else 0

    def seconds(self) -> int:
        """Of one side at one number of connections, setting up and checking not included."""
        return sum(self.run_s + self.warm_up_in(number) for number in range(self.pairs))


@dataclass(frozen=True)
class Run:
    """One measured run of one side. `flushes` is None for L and where the kernel does not count;
    `others_percent` is the share of all cores that neither the side nor wrk used: noise."""
    side: str
    connections: int
    load: Load
    server_cpu_us_per_request: float
    others_percent: float
    flushes: int | None
    problems: list[str]

    def as_json(self) -> dict:
        return {**asdict(self), "requests_per_second": self.load.per_second}


class Meter:
    """Takes the state of the machine before a run; `taken` gives what the run added to it."""

    def __init__(self, side: Side, disk: Disk):
        self._side, self._disk = side, disk
        self._before = self._now()

    def _now(self) -> tuple[float, float, float, int]:
        children = resource.getrusage(resource.RUSAGE_CHILDREN)
        return (self._side.cpu_s(), children.ru_utime + children.ru_stime, busy_s(),
                self._disk.flushes() or 0)

    def taken(self) -> tuple[float, float, float, int]:
        """Seconds of processor time of the side, of wrk and of the machine; flushes of the disk."""
        return tuple(after - before for before, after in zip(self._before, self._now()))


def sync_problems(load: Load, flushes: int | None) -> list[str]:
    """A connection has one request under way, so one sync covers at most one open per connection:
    fewer flushes of the disk than answers / connections mean answers before their sync."""
    needed = load.answers / load.connections
    if flushes is None or flushes >= needed:
        return []
    return [f"the disk was flushed {flushes} times, {needed:.0f} is the least for {load.answers} "
            f"durable answers on {load.connections} connections"]


def measure_once(side: Side, workload: Workload, plan: Plan, round_number: int, connections: int,
                 disk: Disk) -> Run:
    """Fresh packets, warm-up, run, checks. The side runs only from here to the return."""
    side.resume()
    try:
        target = side.prepare()
        packets_file = side.folder / "packets.txt"
        packets_file.write_text("".join(f"{packet}\n" for packet in target.packet_ids))
        os.sync()  # what earlier runs left in the page cache is nobody's burden now

        def load(seconds: int, first_pair: int) -> Load:
            return run_wrk(target.port, connections, seconds, packets_file, workload.users, first_pair)

        warm_up_s = plan.warm_up_in(round_number)
        loads = [load(warm_up_s, 0)] if warm_up_s else []
        meter = Meter(side, disk)
        run = load(plan.run_s, loads[-1].next_pair if loads else 0)
        side_s, wrk_s, machine_s, flushes = meter.taken()
        if not side.durable or disk.flushes() is None:
            flushes = None
        loads.append(run)

        problems = [problem for each in loads for problem in each.problems()]
        if run.next_pair > workload.pairs:
            problems.append(f"{run.next_pair} requests, but only {workload.pairs} distinct pairs")
        problems += sync_problems(run, flushes)
        try:
            problems += side.problems(target, loads)
        except HttpFailed as failure:
            problems.append(str(failure))
        others = max(0.0, machine_s - side_s - wrk_s) / (run.seconds * len(os.sched_getaffinity(0)))
        return Run(side.key, connections, run, 1e6 * side_s / max(run.answers, 1), 100 * others,
                   flushes, problems)
    finally:
        side.pause()


def measure(sides: list[Side], workload: Workload, plan: Plan, connections: int, disk: Disk,
            tell: Callable[[Run], None]) -> list[Run]:
    """plan.pairs rounds of all sides in turn; every side has been started and paused."""
    runs = []
    for round_number in range(plan.pairs):
        for side in sides:
            runs.append(measure_once(side, workload, plan, round_number, connections, disk))
            tell(runs[-1])
    return runs
