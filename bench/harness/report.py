"""Role: the tables for people, and the same as JSON."""
import json
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from statistics import median

from harness.lanes.lane import Run
from harness.rows import RUNS_MIN, Row
from harness.stats import Comparison, Span, compare, span

OTHERS_PERCENT_MAX = 10


@dataclass(frozen=True)
class Line:
    """One line of the table. No comparison if a run failed."""
    row: Row
    titles: tuple[str, str | None]
    comparison: Comparison | None
    problems: list[str]

    @property
    def verdict(self) -> str:
        if self.comparison is None:
            return "FAILED"
        result, row = self.comparison.result, self.row
        if row.bar is None:
            return "–"
        met = ("aim" if row.reaches(result, row.aim) else
               "bar" if row.reaches(result, row.bar) else "no")
        return met if self.comparison.pairs >= row.runs_min else f"{met}?"

    def as_json(self) -> dict:
        return {
            "row": self.row.id, "what": self.row.what, "figure": self.row.figure,
            "judged": self.row.judged, "unit": self.row.unit, "less_is_better": self.row.less_is_better, "lane": self.titles[0],
            "compared_with": self.titles[1], "bar": self.row.bar, "aim": self.row.aim,
            "verdict": self.verdict, "problems": self.problems,
            "comparison": self.comparison and self.comparison.as_json(),
        }


def line_for(row: Row, runs: list[Run]) -> Line:
    ours, theirs = ([run for run in runs if run.lane == key] for key in (row.ours, row.theirs))
    problems = [f"{run.title}: {problem}" for run in ours + theirs for problem in run.problems]
    titles = (ours[0].title, theirs[0].title if theirs else None)
    if problems:
        return Line(row, titles, None, problems)
    figures = [[run.figure(row.figure) for run in lane] for lane in (ours, theirs)]
    return Line(row, titles, compare(row.judged, *figures), [])


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 1000 else f"{value:.3g}"


def _figures(value: Span) -> str:
    around = "" if value.least == value.most else f" [{_number(value.least)}–{_number(value.most)}]"
    return _number(value.median) + around


def _result(row: Row, comparison: Comparison) -> str:
    if row.judged == "figure":
        return "–"
    pairs, sign = comparison.pair_results, "+" if row.judged == "difference" else ""
    return f"{comparison.result:{sign}.2f} [{pairs.least:{sign}.2f}–{pairs.most:{sign}.2f}]"


def _wanted(row: Row, value: float | None) -> str:
    if value is None:
        return "–"
    more = " more" if row.judged == "difference" else ""
    unit = f" {row.unit}" if row.unit else ""
    return f"{'≤' if row.less_is_better else '≥'} {_number(value)}{unit}{more}"


def _text_table(head: list[str], body: list[list[str]]) -> str:
    widths = [max(len(cells[i]) for cells in [head, *body]) for i in range(len(head))]
    rule = "-+-".join("-" * width for width in widths)
    lines = [" | ".join(cell.ljust(width) for cell, width in zip(cells, widths)).rstrip()
             for cells in [head, *body]]
    return "\n".join([lines[0], rule, *lines[1:]])


def table(lines: list[Line]) -> str:
    """Opens per second, or what the row says; ratio (or difference) of the medians [least–most of the
    pairs]."""
    body = []
    for line in lines:
        shown, row = line.comparison, line.row
        unit = f" {row.unit}" if row.unit else ""
        body.append([
            row.id, row.what, _figures(shown.side) + unit if shown else "–", line.titles[1] or "–",
            _figures(shown.peer) + unit if shown and shown.peer else "–",
            _result(row, shown) if shown else "–", _wanted(row, row.bar), _wanted(row, row.aim),
            line.verdict])
    text = _text_table(["row", "what", "hongbao", "compared with", "its figure", "ratio", "bar", "aim",
                        "met"], body)
    if any(line.verdict.endswith("?") for line in lines):
        text += f"\n? fewer than {RUNS_MIN} pairs: a hint, no result"
    return text


def lane_table(runs: list[Run]) -> str:
    """Every lane of opens by itself, with what explains its figure; empty if there is none."""
    body = []
    for key in dict.fromkeys(run.lane for run in runs if run.opens):
        own = [run for run in runs if run.lane == key]
        flushes = [run.flushes for run in own if run.flushes is not None]
        per_flush = ("–" if not flushes or not sum(flushes) else
                     f"{sum(run.opens for run in own) / sum(flushes):.1f}")
        others = span([run.others_percent for run in own])
        body.append([own[0].title, _figures(span([run.per_second for run in own])),
                     *(_median(own, name, 2) for name in ("p50_ms", "p99_ms", "p999_ms")),
                     _median(own, "server_cpu_us_per_open", 1), _median(own, "put_off_s", 2), per_flush,
                     f"{others.median:.0f} [{others.least:.0f}–{others.most:.0f}]"])
    if not body:
        return ""
    return _text_table(["lane", "opens/s", "p50 ms", "p99 ms", "p99.9 ms", "server CPU µs/open",
                        "put off s", "opens per disk flush", "others' CPU %"], body)


def _median(runs: list[Run], name: str, digits: int) -> str:
    values = [getattr(run, name) for run in runs]
    return "–" if None in values else f"{median(values):.{digits}f}"


def notes(runs: list[Run]) -> str:
    """Further notes of lanes: those of the last run, since runs differ only in figures."""
    last = {run.lane: run for run in runs if run.notes}
    return "\n".join(f"note      {run.title}: {note}" for run in last.values() for note in run.notes)


def environment(machine: dict, versions: dict[str, str]) -> str:
    disk = machine["disk"]
    return "\n".join([
        f"machine   {machine['cpu']}, {machine['cores']} cores, {machine['memory_mb']} MB, "
        f"{machine['system']}, Linux {machine['kernel']}",
        f"disk      {disk['filesystem']} on {disk['source']} ({disk['options']}), data of all sides",
        "versions  " + ", ".join(f"{name} {version}" for name, version in versions.items()),
    ])


def noise(runs: list[Run]) -> str | None:
    """A warning if other work on the machine has influenced the figures."""
    percent = median(run.others_percent for run in runs)
    if percent <= OTHERS_PERCENT_MAX:
        return None
    return (f"noise     other processes used {percent:.0f} % of the cores in the median run: "
            "repeat on a quieter machine")


def write_results(folder: Path, document: dict, plot: str | None) -> list[Path]:
    """The files written; latest.json and latest.svg are copies."""
    folder.mkdir(parents=True, exist_ok=True)
    now = datetime.now(timezone.utc)
    text = json.dumps({"at": now.isoformat(timespec="seconds"), **document}, indent=2,
                      ensure_ascii=False) + "\n"
    written = []
    for suffix, content in (("json", text), ("svg", plot)):
        if content:
            written.append(folder / f"bench-{now:%Y%m%dT%H%M%SZ}.{suffix}")
            for path in (written[-1], folder / f"latest.{suffix}"):
                path.write_text(content)
    return written
