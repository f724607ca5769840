"""Role: medians, spans and ratios of paired runs."""
from dataclasses import asdict, dataclass
from statistics import median


@dataclass(frozen=True)
class Span:
    median: float
    least: float
    most: float


def span(values: list[float]) -> Span:
    return Span(median(values), min(values), max(values))


@dataclass(frozen=True)
class Comparison:
    """`ratio` is that of the medians; `pair_ratios` are of the runs made next to each other."""
    side: Span
    peer: Span
    ratio: float
    pair_ratios: Span
    pairs: int

    def as_json(self) -> dict:
        return asdict(self)


def compare(side: list[float], peer: list[float]) -> Comparison:
    """Of figures taken in pairs, in the same order, larger being better."""
    assert len(side) == len(peer) > 0
    ratios = [ours / theirs for ours, theirs in zip(side, peer)]
    ours, theirs = span(side), span(peer)
    return Comparison(ours, theirs, ours.median / theirs.median, span(ratios), len(ratios))
