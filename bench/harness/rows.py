"""Role: the rows of the table: what is compared with what, and what it has to reach."""
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """`bar` and `aim` are ratios hongbao / peer. `peer` is the key of a side (harness/side.py)."""
    id: str
    what: str
    peer: str
    bar: float
    aim: float
    connections: tuple[int, ...]


ROWS = (
    Row("S1", "durable opens over HTTP, distinct users, 64 packets", "N", 1.3, 2.0, (64, 256)),
    Row("S2", "the same, against the limit of HTTP", "L", 0.35, 0.5, (64, 256)),
)
