"""Role: what one run asks for: which packets and users, in which order, with which shares.

Pair number i is packet i mod P and user i mod U (bench/wrk/*.lua and bench/burst.cpp walk the same way).
P and U are coprime, so no pair returns within P*U requests.
"""
import math
import random
from dataclasses import dataclass

MEAN_SHARE_FEN = 100
OPENS_PER_SECOND_MAX = 200_000  # no side on two cores comes near this by HTTP; more would show as a failure


@dataclass(frozen=True)
class Workload:
    """`shares` are those of each packet; by default one for every user, so that none runs dry."""
    packets: int
    users: int
    shares: int = 0

    def __post_init__(self):
        if math.gcd(self.packets, self.users) != 1:
            raise ValueError(f"{self.packets} packets and {self.users} users must be coprime")
        if not self.shares:
            object.__setattr__(self, "shares", self.users)

    @property
    def pairs(self) -> int:
        """Opens of which each is another pair and finds a share."""
        return self.packets * min(self.users, self.shares)

    @property
    def total_fen(self) -> int:
        """Of one packet. A mean of 100 fen keeps every double_mean share far below the cap of 20,000."""
        return self.shares * MEAN_SHARE_FEN

    def pair(self, index: int) -> tuple[int, str]:
        """The packet's index and the user id of pair number `index`."""
        return index % self.packets, user_id(index % self.users)


def user_id(index: int) -> str:
    return f"u{index:07d}"


def users_for(packets: int, users: int, opens: float) -> int:
    """At least `users`; more if this many opens could use up the pairs otherwise. Odd, and coprime."""
    users = max(users, math.ceil(opens / packets))
    while math.gcd(2 * packets, users) != 1:
        users += 1
    return users


def double_mean(total_fen: int, count: int, seed: int) -> list[int]:
    """The shares of a packet, drawn beforehand (rule 11): uniform on 1 … 2*floor(R/n)-1."""
    generator = random.Random(seed)
    rest_fen, shares = total_fen, []
    for left in range(count, 1, -1):
        share = 1 + int(generator.random() * (2 * (rest_fen // left) - 1))
        shares.append(share)
        rest_fen -= share
    return shares + [rest_fen]
