"""Role: lanes of S7: everybody at once, in the three scenes that flash sales are known for. Speed is
measured, and counts must be exact."""
import os
import random
from dataclasses import dataclass
from pathlib import Path

from harness.goods import Goods
from harness.hongbao import Hongbao
from harness.lanes.lane import Lane, Meter, Plan, Run
from harness.load import result_of
from harness.machine import Disk
from harness.peers.side import Side
from harness.workload import user_id


@dataclass(frozen=True)
class Scene:
    """`users` different users want one unit of each of the goods, each of them `times` times."""
    name: str
    goods: int
    units: int
    users: int
    times: int = 1

    @property
    def requests(self) -> int:
        return self.goods * self.users * self.times

    @property
    def winners(self) -> int:
        return self.goods * min(self.units, self.users)

    def expected(self, goods: Goods) -> dict[str, int]:
        """How many answers there are of each kind."""
        refused = self.goods * max(0, self.users - self.units) * self.times
        return {"answers": self.requests, goods.got: self.winners, goods.refused: refused,
                goods.again: self.requests - self.winners - refused, "other": 0}


SCENES = (
    Scene("7,000 users, 100 units", goods=1, units=100, users=7000),
    Scene("20 identical requests", goods=1, units=100, users=1, times=20),
    Scene("3 times 50 units, 1,000 users each", goods=3, units=50, users=1000),
)
USERS = max(scene.users for scene in SCENES)


class BurstLane(Lane):
    """A connection for each request, all of them open before the first is sent. The figure is requests
    per second from the first one sent to the last answer, all scenes together."""

    def __init__(self, key: str, side: Side, goods: Goods, client: Path, plan: Plan, disk: Disk):
        self.key, self.title, self.side = key, f"{side.title}, burst on {goods.units}", side
        self._goods, self._client, self._plan, self._disk = goods, client, plan, disk

    def run(self, round_number: int) -> Run:
        self.side.settle()
        os.sync()
        meter = Meter(self._disk, self.side)
        requests, seconds, problems, scenes = 0, 0.0, [], []
        for number in range(self._plan.bursts):
            for scene in SCENES:
                result, found = self._burst(scene, seed=1000 * round_number + number)
                requests, seconds = requests + result["answers"], seconds + result["seconds"]
                problems += [f"{scene.name}: {problem}" for problem in found]
                scenes.append({"scene": scene.name, **result})
        spent = meter.spent()
        bursts = len(scenes)
        if spent.flushes is not None and spent.flushes < bursts:
            problems.append(f"the disk was flushed {spent.flushes} times in {bursts} durable bursts")
        # Processor time includes connecting, so it does not measure a request: left out.
        return Run(self.key, self.title, requests, seconds, None, spent.others_percent,
                   spent.flushes, self.side.settle(), detail={"scenes": scenes}, problems=problems)

    def _burst(self, scene: Scene, seed: int) -> tuple[dict, list[str]]:
        goods, side = self._goods, self.side
        ids = (goods.fresh(side, scene) if isinstance(side, Hongbao) else
               [str(7398046511104000001 + number) for number in range(scene.goods)])
        requests = [(goods.path(name), user_id(user)) for name in ids
                    for user in range(scene.users) for _ in range(scene.times)]
        random.Random(seed).shuffle(requests)
        result = result_of([str(self._client), "burst", str(side.port)], 120,
                           "".join(f"{path} {user}\n" for path, user in requests))
        if not isinstance(side, Hongbao):
            missing = scene.requests - result[goods.got]
            return result, [f"{missing} constant answers are missing"] if missing else []
        found = [f"{result[kind]} {kind} instead of {count}"
                 for kind, count in scene.expected(goods).items() if result[kind] != count]
        return result, found + goods.problems(side, scene, ids, result)
