"""Role: what every server of a comparison offers: start, fresh packets per run, checks, stop."""
import time
from abc import ABC, abstractmethod
from dataclasses import dataclass
from pathlib import Path

from harness.http_client import HttpClient
from harness.load import Load
from harness.processes import Group
from harness.workload import Workload

REPEATS_ASKED = 50
SETTLE_S_MAX = 20


@dataclass(frozen=True)
class Target:
    """What one run, with its warm-up, is aimed at: fresh packets that nobody has opened yet."""
    port: int
    packet_ids: list[str]
    workload: Workload
    credential: str | None = None   # to check it with
    secure: bool = False            # over TLS


class Side(ABC):
    """One server with its data and `users` accounts."""
    key: str            # "H", "N", "L", "R"
    title: str
    durable: bool       # whether an answer promises a sync, so that syncs are counted
    port: int
    credential: str | None = None   # what it is set up and checked with
    secure = False                  # speaks TLS

    def __init__(self, folder: Path, users: int):
        self.folder, self.users = folder, users
        self.groups: list[Group] = []
        folder.mkdir(parents=True)

    @abstractmethod
    def start(self):
        """Starts the servers and sets up the users; raises StartFailed or HttpFailed."""

    @abstractmethod
    def prepare(self, workload: Workload) -> Target:
        """Fresh packets."""

    @abstractmethod
    def problems(self, target: Target, opens_answered: int, opens_sent: int) -> list[str]:
        """What is wrong with the work done on `target` since it was prepared, if every answer was a
        fresh share; nothing if all agrees."""

    @abstractmethod
    def versions(self) -> dict[str, str]:
        """Programs and the versions that were measured."""

    def http(self) -> HttpClient:
        return HttpClient(self.port, self.credential, self.secure)

    def settle(self) -> float:
        """Waits until the side has done what it put off. Returns the processor time that this took."""
        began_s, deadline = self.cpu_s(), time.monotonic() + SETTLE_S_MAX
        before_s = began_s
        while True:
            time.sleep(0.1)
            now_s = self.cpu_s()
            if now_s - before_s <= 0.02 or time.monotonic() > deadline:
                return now_s - began_s
            before_s = now_s

    def memory_bytes(self) -> int:
        """Resident memory of all its processes."""
        return sum(group.memory_bytes() for group in self.groups)

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


def claim_problems(claims: int, opens_answered: int, opens_sent: int) -> list[str]:
    """Every answer must be a claim. When its time is up, wrk drops what is under way, at most one request
    per connection, and the server may or may not have done it."""
    if opens_answered <= claims <= opens_sent:
        return []
    return [f"{claims} claims for {opens_answered} opens answered and {opens_sent} sent"]


def repeat_problems(target: Target, load: Load, things: str = "packets", action: str = "open",
                    more: dict | None = None) -> list[str]:
    """Asks some opens (or shakes, whose bodies have `more`) again, twice: each answer must be a repeat
    with the same amount."""
    found = []
    client = HttpClient(target.port, target.credential, target.secure)
    answered = load.opens - load.connections * load.batch  # the first ones: none was still under way
    for number in range(min(REPEATS_ASKED, answered)):
        packet, user = target.workload.pair(load.first_pair + number * answered // REPEATS_ASKED)
        path = f"/v1/{things}/{target.packet_ids[packet]}/{action}"
        body = {"user_id": user, **(more or {})}
        first, second = (client.ask("POST", path, body) for _ in range(2))
        if first != second or first["repeat"] is not True or first["user_id"] != user:
            found.append(f"asked again for {path} by {user}: {first}, then {second}")
    client.close()
    return found[:3]
