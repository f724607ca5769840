"""Role: what one run asks for: which packets and users, in which order, with which shares.

Pair number i is packet i mod P and user i mod U (bench/wrk/open.lua walks the same way). P and U are
coprime, so no pair returns within P*U requests. Every packet has one share per user: it cannot run dry.
"""
import math
import random
from dataclasses import dataclass

MEAN_SHARE_FEN = 100
PAIRS_PER_SECOND_MAX = 200_000  # no side on two cores comes near; more would wrap round and show


@dataclass(frozen=True)
class Workload:
    packets: int
    users: int

    def __post_init__(self):
        if math.gcd(self.packets, self.users) != 1:
            raise ValueError(f"{self.packets} packets and {self.users} users must be coprime")

    @property
    def pairs(self) -> int:
        return self.packets * self.users

    @property
    def total_fen(self) -> int:
        """Of one packet. Mean 100 fen keeps every double_mean share far below the cap of 20,000."""
        return self.users * MEAN_SHARE_FEN

    def user_id(self, index: int) -> str:
        return f"u{index:07d}"

    def pair(self, index: int) -> tuple[int, str]:
        """The packet's index and the user id of pair number `index`."""
        return index % self.packets, self.user_id(index % self.users)


def workload_for(packets: int, users: int, seconds_per_run: float) -> Workload:
    """At least `users`, more if a run of that length could otherwise use up the pairs."""
    users = max(users, math.ceil(seconds_per_run * PAIRS_PER_SECOND_MAX / packets))
    while math.gcd(packets, users) != 1:
        users += 1
    return Workload(packets, users)


def double_mean(total_fen: int, count: int, seed: int) -> list[int]:
    """The shares of a packet, drawn beforehand (rule 11): uniform on 1 … 2*floor(R/n)-1."""
    generator = random.Random(seed)
    rest_fen, shares = total_fen, []
    for left in range(count, 1, -1):
        share = 1 + int(generator.random() * (2 * (rest_fen // left) - 1))
        shares.append(share)
        rest_fen -= share
    return shares + [rest_fen]
