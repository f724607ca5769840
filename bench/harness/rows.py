"""Role: the rows of the table: which lanes are compared, and what the result has to reach."""
from dataclasses import dataclass

LESS_IS_BETTER = {"p99_ms", "seconds", "resident_mb", "bytes_per_awake_account", "most_mb"}
RUNS_MIN = 5


@dataclass(frozen=True)
class Row:
    """`bar` and `aim` are of the row's result, made of `figure` of the lanes `ours` and `theirs`: their
    ratio, their difference, or the figure of `ours` itself; then there may be no `theirs`, and no bar.
    Opens and records per second are to be at least that; times, memory and latencies at most. `full_only`:
    not measured by --quick unless named. `unit` is that of the figure, where it needs one. Of fewer
    runs than `runs_min` a verdict is a hint only."""
    id: str
    what: str
    ours: str
    theirs: str | None
    bar: float | None
    aim: float | None
    figure: str = "per_second"
    full_only: bool = False
    judged: str = "ratio"       # or "difference", "figure"
    unit: str = ""
    runs_min: int = RUNS_MIN

    @property
    def less_is_better(self) -> bool:
        return self.figure in LESS_IS_BETTER

    @property
    def lanes(self) -> list[str]:
        return [key for key in (self.ours, self.theirs) if key]

    def reaches(self, result: float, wanted: float) -> bool:
        return result <= wanted if self.less_is_better else result >= wanted
