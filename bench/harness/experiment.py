"""Role: what an experiment is, and what it is given."""
from abc import ABC, abstractmethod
from argparse import Namespace
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from harness.goods import Goods, Shares
from harness.hongbao import Hongbao
from harness.lanes.lane import Lane, Plan
from harness.machine import Disk
from harness.peers.nginx_constant import NginxConstant
from harness.peers.nginx_redis import NginxRedis
from harness.peers.redis_alone import RedisAlone
from harness.peers.side import Side
from harness.rows import Row

PACKETS = 64


@dataclass(frozen=True)
class Setting:
    """What every experiment is given: the arguments, the lengths, the disk and an empty folder of its own."""
    chosen: Namespace
    plan: Plan
    disk: Disk
    folder: Path
    stack: ExitStack

    def hongbao(self, users: int, name: str = "H", kind: type[Hongbao] = Hongbao) -> Hongbao:
        return self._started(kind(self.folder / name, users, self.chosen.hongbao.resolve(),
                                  self.chosen.hongbao_arg))

    def nginx_redis(self, users: int) -> NginxRedis:
        return self._started(NginxRedis(self.folder / "N", users))

    def redis_alone(self, users: int) -> RedisAlone:
        return self._started(RedisAlone(self.folder / "R", users))

    def nginx_constant(self, like: Side | None, goods: Goods = Shares()) -> NginxConstant:
        """Answers like `like` does to a user who gets one of the goods."""
        side = NginxConstant(self.folder / "L", 0)
        side.status = goods.status
        if like:
            like.resume()
            side.sample = goods.sample_answer(like)
            like.pause()
        return self._started(side)

    def _started(self, side: Side):
        self.stack.callback(side.stop)
        side.start()
        side.settle()
        side.pause()
        return side


class Experiment(ABC):
    name: str
    rows: list[Row]
    needs_peers = True

    def rounds(self, plan: Plan) -> int:
        return plan.pairs

    def keys(self, rows: list[Row]) -> list[str]:
        """The lanes that the rows need, in order."""
        return list(dict.fromkeys(key for row in rows if row in self.rows
                                  for key in row.lanes))

    @abstractmethod
    def lanes(self, setting: Setting, keys: list[str]) -> list[Lane]:
        """Started and paused, in the order in which they are to run."""
