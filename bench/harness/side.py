"""Role: what every side of a comparison offers: start, a fresh target per run, checks, stop."""
from abc import ABC, abstractmethod
from dataclasses import dataclass
from pathlib import Path

from harness.http_client import HttpFailed, ask, exchange
from harness.load import Load
from harness.processes import Group
from harness.workload import Workload

REPEATS_ASKED = 50


@dataclass(frozen=True)
class Target:
    """Where one run (its warm-up included) is aimed: fresh packets that nobody has opened yet."""
    port: int
    packet_ids: list[str]


class Side(ABC):
    """One server with its data, alive for all runs at one number of connections."""
    key: str            # "H", "N", "L"
    title: str
    durable: bool       # whether an answer promises a sync, so that syncs are counted

    def __init__(self, folder: Path, workload: Workload):
        self.folder, self.workload = folder, workload
        self.groups: list[Group] = []
        folder.mkdir(parents=True)

    @abstractmethod
    def start(self):
        """Starts the servers and sets up the users; raises StartFailed or HttpFailed."""

    @abstractmethod
    def prepare(self) -> Target:
        """Fresh packets, one share per user in each."""

    @abstractmethod
    def problems(self, target: Target, loads: list[Load]) -> list[str]:
        """What is wrong with the work done on `target` by these runs; nothing if all is as told."""

    @abstractmethod
    def versions(self) -> dict[str, str]:
        """Programs and the versions that were measured."""

    def sample_answer(self, target: Target) -> bytes:
        """The body of one fresh open, for the constant answer of L. Uses up the walk's last pair."""
        packet, user = self.workload.pair(self.workload.pairs - 1)
        status, text = exchange(target.port, "POST",
                                f"/v1/packets/{target.packet_ids[packet]}/open", {"user_id": user})
        if status != 200:
            raise HttpFailed(f"a first open was answered {status} {text[:500]!r}")
        return text

    def pause(self):
        for group in self.groups:
            group.pause()

    def resume(self):
        for group in self.groups:
            group.resume()

    def cpu_s(self) -> float:
        return sum(group.cpu_s() for group in self.groups)

    def stop(self):
        for group in reversed(self.groups):
            group.stop()


def claim_problems(claims: int, loads: list[Load]) -> list[str]:
    """Every 200 must be a claim. wrk drops what is under way when its time is up, at most one request
    per connection, and the server may or may not have done those."""
    answered = sum(load.answers - load.non_2xx for load in loads)
    sent = sum(load.next_pair - load.first_pair for load in loads)
    if answered <= claims <= sent:
        return []
    return [f"{claims} claims for {answered} answers 200 and {sent} requests sent"]


def repeat_problems(target: Target, workload: Workload, load: Load) -> list[str]:
    """Asks some opens again, twice: each must be told as a repeat, with the same amount."""
    found = []
    answered = load.answers - load.connections  # the first ones: none of them was still under way
    for number in range(min(REPEATS_ASKED, answered)):
        packet, user = workload.pair(load.first_pair + number * answered // REPEATS_ASKED)
        path = f"/v1/packets/{target.packet_ids[packet]}/open"
        first, second = (ask(target.port, "POST", path, {"user_id": user}) for _ in range(2))
        if first != second or first["repeat"] is not True or first["user_id"] != user:
            found.append(f"asked again for {path} by {user}: {first}, then {second}")
    return found[:3]
