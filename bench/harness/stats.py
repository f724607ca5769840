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
    """`result` is of the medians, `pair_results` are of the runs made next to each other: ratios,
    differences, or the side's own figures where there is no peer."""
    side: Span
    peer: Span | None
    result: float
    pair_results: Span
    pairs: int

    def as_json(self) -> dict:
        return asdict(self)


JUDGED = {"ratio": lambda ours, theirs: ours / theirs, "difference": lambda ours, theirs: ours - theirs}


def compare(judged: str, side: list[float], peer: list[float]) -> Comparison:
    """From figures taken in pairs, in the same order; `peer` is empty where a figure stands alone."""
    ours = span(side)
    if judged == "figure":
        return Comparison(ours, None, ours.median, ours, len(side))
    assert len(side) == len(peer) > 0
    theirs, judge = span(peer), JUDGED[judged]
    return Comparison(ours, theirs, judge(ours.median, theirs.median), span(list(map(judge, side, peer))),
                      len(side))
