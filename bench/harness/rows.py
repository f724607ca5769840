"""Role: the rows of the table: which two lanes are compared, and what the ratio has to reach."""
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """`bar` and `aim` are ratios of `figure` of the lanes `ours` / `theirs`. Opens per second shall be
    at least that, a latency at most. `full_only`: not measured by --quick unless it is named."""
    id: str
    what: str
    ours: str
    theirs: str
    bar: float
    aim: float
    figure: str = "per_second"
    full_only: bool = False

    @property
    def less_is_better(self) -> bool:
        return self.figure == "p99_ms"

    def reaches(self, ratio: float, wanted: float) -> bool:
        return ratio <= wanted if self.less_is_better else ratio >= wanted
