"""Role: the table for people, and the same as JSON."""
import json
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from statistics import median

from harness.opens import Run
from harness.rows import Row
from harness.stats import Comparison, Span, compare, span

PAIRS_MIN = 5
OTHERS_PERCENT_MAX = 10


@dataclass(frozen=True)
class Line:
    """One line of the table: a row at one number of connections. No comparison if a run failed."""
    row: Row
    connections: int
    comparison: Comparison | None
    problems: list[str]

    @property
    def verdict(self) -> str:
        if self.comparison is None:
            return "FAILED"
        if self.comparison.pairs < PAIRS_MIN:
            return "too few pairs"
        if self.comparison.ratio >= self.row.aim:
            return "aim"
        return "bar" if self.comparison.ratio >= self.row.bar else "no"

    def as_json(self) -> dict:
        return {
            "row": self.row.id, "what": self.row.what, "peer": self.row.peer,
            "connections": self.connections, "bar": self.row.bar, "aim": self.row.aim,
            "verdict": self.verdict, "problems": self.problems,
            "comparison": self.comparison and self.comparison.as_json(),
        }


def line_for(row: Row, connections: int, runs: list[Run]) -> Line:
    ours, theirs = ([run for run in runs if run.side == key and run.connections == connections]
                    for key in ("H", row.peer))
    problems = [f"{run.side}: {problem}" for run in ours + theirs for problem in run.problems]
    rates = [[run.load.per_second for run in side] for side in (ours, theirs)]
    return Line(row, connections, None if problems else compare(*rates), problems)


def _figures(value: Span) -> str:
    return f"{value.median:,.0f} [{value.least:,.0f}–{value.most:,.0f}]"


def _ratios(comparison: Comparison) -> str:
    pairs = comparison.pair_ratios
    return f"{comparison.ratio:.2f} [{pairs.least:.2f}–{pairs.most:.2f}]"


def _text_table(head: list[str], body: list[list[str]]) -> str:
    widths = [max(len(cells[i]) for cells in [head, *body]) for i in range(len(head))]
    rule = "-+-".join("-" * width for width in widths)
    lines = [" | ".join(cell.ljust(width) for cell, width in zip(cells, widths)).rstrip()
             for cells in [head, *body]]
    return "\n".join([lines[0], rule, *lines[1:]])


def table(lines: list[Line], titles: dict[str, str]) -> str:
    """Requests per second; ratio of the medians [least–most of the pairs]."""
    body = []
    for line in lines:
        shown = line.comparison
        body.append([
            line.row.id, f"{line.row.what}, c{line.connections}",
            _figures(shown.side) if shown else "–",
            titles[line.row.peer], _figures(shown.peer) if shown else "–",
            _ratios(shown) if shown else "–", f"{line.row.bar:g}", f"{line.row.aim:g}", line.verdict])
    head = ["row", "what", "hongbao/s", "peer", "peer/s", "ratio", "bar", "aim", "met"]
    return _text_table(head, body)


def side_table(runs: list[Run], titles: dict[str, str]) -> str:
    """Every side by itself, with what explains its figure."""
    body = []
    for key, connections in dict.fromkeys((run.side, run.connections) for run in runs):
        own = [run for run in runs if (run.side, run.connections) == (key, connections)]
        rates, cpu, others, p50, p99 = (span(values) for values in (
            [run.load.per_second for run in own], [run.server_cpu_us_per_request for run in own],
            [run.others_percent for run in own],
            [run.load.p50_us / 1000 for run in own], [run.load.p99_us / 1000 for run in own]))
        flushes = [run.flushes for run in own if run.flushes is not None]
        per_flush = ("–" if not flushes or not sum(flushes) else
                     f"{sum(run.load.answers for run in own) / sum(flushes):.1f}")
        body.append([key, titles[key], f"c{connections}", _figures(rates), f"{p50.median:.2f}",
                     f"{p99.median:.2f}", f"{cpu.median:.1f}", per_flush,
                     f"{others.median:.0f} [{others.least:.0f}–{others.most:.0f}]"])
    return _text_table(["side", "what", "conns", "requests/s", "p50 ms", "p99 ms", "server CPU µs/req",
                        "answers per disk flush", "others' CPU %"], body)


def environment(machine: dict, versions: dict[str, str]) -> str:
    disk = machine["disk"]
    return "\n".join([
        f"machine   {machine['cpu']}, {machine['cores']} cores, {machine['memory_mb']} MB, "
        f"{machine['system']}, Linux {machine['kernel']}",
        f"disk      {disk['filesystem']} on {disk['source']} ({disk['options']}), data of all sides",
        "versions  " + ", ".join(f"{name} {version}" for name, version in versions.items()),
    ])


def noise(runs: list[Run]) -> str | None:
    """A warning if other work on the machine took part in the figures."""
    percent = median(run.others_percent for run in runs)
    if percent <= OTHERS_PERCENT_MAX:
        return None
    return (f"noise     other processes used {percent:.0f} % of the cores in the median run: "
            "repeat on a quieter machine")


def write_json(folder: Path, document: dict) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    now = datetime.now(timezone.utc)
    path = folder / f"bench-{now:%Y%m%dT%H%M%SZ}.json"
    text = json.dumps({"at": now.isoformat(timespec="seconds"), **document}, indent=2,
                      ensure_ascii=False) + "\n"
    path.write_text(text)
    (folder / "latest.json").write_text(text)
    return path
