"""Role: the lane of S8: the usual opens while thousands of connections stay open and silent."""
import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from harness.lanes.lane import Run
from harness.load import LoadFailed
from harness.lanes.opens import OpenLane
from harness.peers.side import Side


@contextmanager
def idle_connections(client: Path, port: int, count: int) -> Iterator[None]:
    """Connections that had one request answered and then stay silent. LoadFailed if they cannot be
    opened, or if one of them is no longer open at the end."""
    keeper = subprocess.Popen([str(client), "idle", str(port), str(count)], stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        if keeper.stdout.readline() != "ready\n":
            raise LoadFailed(f"{count} idle connections: {keeper.communicate()[1]}")
        yield
        output, errors = keeper.communicate(input="", timeout=60)
        if keeper.returncode != 0:
            raise LoadFailed(f"idle connections: {errors}")
        still_open = json.loads(output.removeprefix("result "))["open"]
        if still_open != count:
            raise LoadFailed(f"only {still_open} of {count} idle connections stayed open")
    finally:
        if keeper.poll() is None:
            keeper.kill()
            keeper.wait()


def bytes_per_connection(side: Side, client: Path, count: int) -> float:
    """Resident bytes per idle connection of a server that has done nothing yet: one that has worked takes
    memory for them from what it has kept. The side has been resumed."""
    before = side.memory_bytes()
    with idle_connections(client, side.port, count):
        return (side.memory_bytes() - before) / count


class IdleLane(OpenLane):
    """The same opens as its base class, beside the idle connections."""

    def __init__(self, *arguments, client: Path, idle: int, bytes_each: float):
        super().__init__(*arguments)
        self._client, self._idle, self._bytes_each = client, idle, bytes_each

    def run(self, round_number: int) -> Run:
        with idle_connections(self._client, self.side.port, self._idle):
            run = super().run(round_number)
        run.detail["idle_connections"] = self._idle
        run.detail["bytes_per_idle_connection"] = self._bytes_each
        run.notes.append(f"{self._bytes_each:,.0f} bytes of resident memory per idle connection")
        return run
