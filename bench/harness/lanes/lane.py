"""Role: a lane is one of the things that are run in turn and compared: a server with a kind of load."""
import os
import resource
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import asdict, dataclass, field

from harness.http_client import HttpFailed
from harness.load import LoadFailed
from harness.machine import Disk, busy_s
from harness.peers.side import Side


@dataclass(frozen=True)
class Plan:
    """Lengths in whole seconds; with warm_every_run false only a lane's first run is warmed up."""
    pairs: int
    run_s: int
    warm_up_s: int
    warm_every_run: bool
    bursts: int             # of each kind in one run of S7

    def warm_up_in(self, round_number: int) -> int:
        return self.warm_up_s if self.warm_every_run or round_number == 0 else 0

    @property
    def seconds_per_run(self) -> int:
        return self.run_s + self.warm_up_s


@dataclass(frozen=True)
class Run:
    """One measured run of one lane. The figure of a lane that loads the server fully is `per_second`, that
    of an open loop `p99_ms`. Times of answers are None where no client measured them.
    `others_percent` is the share of all cores that neither the server nor the load used: noise.
    `flushes` of the disk are None where nothing is durable or the kernel does not count;
    `put_off_s` is the processor time the server spent after the run on what it had put off."""
    lane: str
    title: str
    opens: int
    seconds: float
    server_cpu_s: float | None
    others_percent: float
    flushes: int | None
    put_off_s: float
    p50_ms: float | None = None
    p99_ms: float | None = None
    p999_ms: float | None = None
    detail: dict = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    @property
    def per_second(self) -> float:
        return self.opens / self.seconds

    def figure(self, name: str) -> float:
        """A field of its own, or one that only its kind of lane has."""
        return getattr(self, name) if hasattr(self, name) else self.detail[name]

    @property
    def shown(self) -> str:
        """For the line of progress."""
        return f"{self.per_second:,.0f}/s" if self.opens else f"{self.seconds:.2f} s"

    @property
    def server_cpu_us_per_open(self) -> float | None:
        return None if self.server_cpu_s is None else 1e6 * self.server_cpu_s / max(self.opens, 1)

    def as_json(self) -> dict:
        return {**asdict(self), "opens_per_second": self.per_second}


class Lane(ABC):
    key: str
    title: str
    side: Side | None = None    # None if the lane starts its own process for each run

    @abstractmethod
    def run(self, round_number: int) -> Run:
        """Fresh packets, warm-up, run, checks. The side has been resumed."""

    def versions(self) -> dict[str, str]:
        return self.side.versions() if self.side else {}


@dataclass(frozen=True)
class Spent:
    side_s: float           # processor time of the side
    load_s: float           # of the load generators that have ended, and of this program
    machine_s: float        # of everything
    seconds: float          # by the clock, the start of the load generator included
    flushes: int | None

    @property
    def others_percent(self) -> float:
        used = self.side_s + self.load_s
        cores = len(os.sched_getaffinity(0))
        return 100 * max(0.0, self.machine_s - used) / (self.seconds * cores)


class Meter:
    """Takes the state of the machine before a run; `spent` gives what the run added to it."""

    def __init__(self, disk: Disk, side: Side | None = None):
        self._side, self._disk = side, disk
        self._before = self._now()

    def _now(self) -> tuple[float, float, float, float, int]:
        load_s = sum(usage.ru_utime + usage.ru_stime for usage in map(
            resource.getrusage, (resource.RUSAGE_CHILDREN, resource.RUSAGE_SELF)))
        return (self._side.cpu_s() if self._side else 0.0, load_s, busy_s(), time.monotonic(),
                self._disk.flushes() or 0)

    def spent(self) -> Spent:
        *times, flushes = (after - before for before, after in zip(self._before, self._now()))
        durable = self._disk.flushes() is not None and (self._side is None or self._side.durable)
        return Spent(*times, flushes if durable else None)


def sync_problems(opens: int, flushes: int | None, opens_per_sync_max: int) -> list[str]:
    """At most this many opens can be under way at once and so share a sync: if the disk has flushed less
    often than that allows, answers came before their sync."""
    needed = opens / opens_per_sync_max
    if flushes is None or flushes >= needed:
        return []
    return [f"the disk was flushed {flushes} times, {needed:.0f} is the least for {opens} durable "
            f"opens with {opens_per_sync_max} under way"]


def run_in_turn(lanes: list[Lane], pairs: int, tell: Callable[[Run], None]) -> list[Run]:
    """Runs all lanes in turn, for this many rounds; every side has been started and paused."""
    runs = []
    for round_number in range(pairs):
        for lane in lanes:
            if lane.side:
                lane.side.resume()
            try:
                runs.append(lane.run(round_number))
            except (LoadFailed, HttpFailed) as failure:  # this lane's rows; the others can go on
                runs.append(Run(lane.key, lane.title, 0, 1.0, None, 0.0, None, 0.0,
                                problems=[str(failure)]))
            finally:
                if lane.side:
                    lane.side.pause()
            tell(runs[-1])
    return runs
