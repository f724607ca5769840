"""Role: lanes of S7: everybody at once, in the three scenes that flash sales are known for. The speed is
measured, and the counts must be exact."""
import os
import random
from dataclasses import dataclass
from pathlib import Path

from harness.hongbao import Hongbao
from harness.lane import Lane, Meter, Plan, Run
from harness.load import result_of
from harness.machine import Disk
from harness.side import Side
from harness.workload import Workload, user_id

CLAIMS_PER_PAGE = 200


@dataclass(frozen=True)
class Scene:
    """`users` different users open each of the packets, each of them `times` times."""
    name: str
    packets: int
    shares: int
    users: int
    times: int = 1

    @property
    def opens(self) -> int:
        return self.packets * self.users * self.times

    @property
    def winners(self) -> int:
        return self.packets * min(self.shares, self.users)

    def expected(self) -> dict[str, int]:
        """How many answers are of which kind. Somebody who asks again is told the same share again."""
        exhausted = self.packets * max(0, self.users - self.shares) * self.times
        return {"answers": self.opens, "fresh": self.winners, "exhausted": exhausted,
                "repeats": self.opens - self.winners - exhausted, "other": 0}


SCENES = (
    Scene("7,000 users, 100 shares", packets=1, shares=100, users=7000),
    Scene("20 identical requests", packets=1, shares=100, users=1, times=20),
    Scene("3 packets of 50 shares, 1,000 users each", packets=3, shares=50, users=1000),
)
USERS = max(scene.users for scene in SCENES)


class BurstLane(Lane):
    """A connection for each open, all of them open before the first request is sent. The figure is opens
    per second from the first request sent to the last answer, all scenes together."""

    def __init__(self, key: str, side: Side, client: Path, plan: Plan, disk: Disk):
        self.key, self.title, self.side = key, f"{side.title}, burst", side
        self._client, self._plan, self._disk = client, plan, disk

    def run(self, round_number: int) -> Run:
        self.side.settle()
        os.sync()
        meter = Meter(self._disk, self.side)
        opens, seconds, problems, scenes = 0, 0.0, [], []
        for number in range(self._plan.bursts):
            for scene in SCENES:
                result, found = self._burst(scene, seed=1000 * round_number + number)
                opens, seconds = opens + result["answers"], seconds + result["seconds"]
                problems += [f"{scene.name}: {problem}" for problem in found]
                scenes.append({"scene": scene.name, **result})
        spent = meter.spent()
        bursts = len(scenes)
        if spent.flushes is not None and spent.flushes < bursts:
            problems.append(f"the disk was flushed {spent.flushes} times in {bursts} durable bursts")
        # Connecting is in the processor time, so it is no measure of an open: left out.
        return Run(self.key, self.title, opens, seconds, None, spent.others_percent,
                   spent.flushes, self.side.settle(), detail={"scenes": scenes}, problems=problems)

    def _burst(self, scene: Scene, seed: int) -> tuple[dict, list[str]]:
        target = self.side.prepare(Workload(scene.packets, scene.users, scene.shares))
        opens = [(packet, user_id(user)) for packet in target.packet_ids
                 for user in range(scene.users) for _ in range(scene.times)]
        random.Random(seed).shuffle(opens)
        result = result_of([str(self._client), "burst", str(target.port)], 120,
                           "".join(f"{packet} {user}\n" for packet, user in opens))
        if not isinstance(self.side, Hongbao):
            missing = scene.opens - result["fresh"]
            return result, [f"{missing} constant answers are missing"] if missing else []
        found = [f"{result[kind]} {kind} instead of {count}"
                 for kind, count in scene.expected().items() if result[kind] != count]
        if scene.users == 1 and result["repeat_fen"] != result["repeats"] * result["fresh_fen"]:
            found.append("the identical requests were told different amounts")
        found += self.side.problems(target, scene.winners, scene.winners)
        return result, found + self._claim_problems(scene, target.packet_ids, result["fresh_fen"])

    def _claim_problems(self, scene: Scene, packets: list[str], told_fen: int) -> list[str]:
        """Whether the packets' own lists show as many different winners, and what the clients were told."""
        found, claimed_fen = [], 0
        client = self.side.http()
        for packet in packets:
            users, page = [], {"next_cursor": ""}
            while page["next_cursor"] is not None:
                cursor = f"&cursor={page['next_cursor']}" if page["next_cursor"] else ""
                page = client.ask("GET", f"/v1/packets/{packet}/claims?limit={CLAIMS_PER_PAGE}{cursor}")
                users += [item["user_id"] for item in page["items"]]
                claimed_fen += sum(item["amount_fen"] for item in page["items"])
            if not len(users) == len(set(users)) == scene.winners // scene.packets:
                found.append(f"{len(users)} claims by {len(set(users))} users")
        client.close()
        if claimed_fen != told_fen:
            found.append(f"claims of {claimed_fen} fen, the clients were told of {told_fen}")
        return found
