#!/usr/bin/env python3
"""./dev bench: measures hongbao against its peers on this machine and prints one table.

Exit status: 0 every side did the work it was measured by, 1 one did not (its rows are FAILED),
2 something needed is missing. A bar that is not reached is shown, not an error. See README.md.
"""
import argparse
import re
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from harness import plot, report
from harness.experiments import Experiment, Setting, experiments
from harness.http_client import HttpFailed
from harness.lanes.lane import Plan, Run, run_in_turn
from harness.lanes.large_sale import SaleSize
from harness.load import LoadFailed
from harness.load_data import LoadSize
from harness.machine import Disk, NotADisk, disk_of, machine_facts, package_version
from harness.processes import StartFailed
from harness.rows import Row

BENCH = Path(__file__).resolve().parent
DEFAULT_BINARY = BENCH.parent / "build" / "release" / "hongbao"
PACKAGES = {  # program or file needed -> its Debian package
    "/usr/bin/wrk": "wrk",
    "/usr/sbin/nginx": "nginx-light",
    "/usr/lib/nginx/modules/ngx_http_lua_module.so": "libnginx-mod-http-lua",
    "/usr/bin/redis-server": "redis-server",
    "/usr/bin/redis-benchmark": "redis-tools",
}
FULL = Plan(pairs=5, run_s=5, warm_up_s=1, warm_every_run=True, bursts=3)
QUICK = Plan(pairs=3, run_s=1, warm_up_s=1, warm_every_run=False, bursts=1)
SMOKE = Plan(pairs=1, run_s=1, warm_up_s=0, warm_every_run=False, bursts=1)
LOAD_FULL, LOAD_QUICK, LOAD_SMOKE = (LoadSize(accounts, 5 * accounts) for accounts in (10**6, 10**5, 2000))

SALE_FULL, SALE_QUICK, SALE_SMOKE = (SaleSize(units, 2 * units) for units in (10**6, 10**4, 2000))


def size_of(kind: type) -> Callable:
    """Makes one of the text ABOUT/ABOUT."""
    def parse(text: str):
        first, slash, second = text.partition("/")
        if not (slash and first.isdigit() and second.isdigit()):
            raise argparse.ArgumentTypeError(f"{text!r} is not like 1000000/5000000")
        try:
            return kind(int(first), int(second))
        except ValueError as failure:
            raise argparse.ArgumentTypeError(f"{text!r}: {failure}") from failure
    return parse


def arguments() -> argparse.Namespace:
    known = list(dict.fromkeys(row.id for each in experiments(False) for row in each.rows))
    parser = argparse.ArgumentParser(prog="./dev bench", description=__doc__.split("\n\n")[0])
    parser.add_argument("rows", nargs="*", metavar="ROW", help=f"of {', '.join(known)}; all by default")
    parser.add_argument("--quick", action="store_true", help="all but S7b, S9b and the scale of S1, three "
                        "short pairs: under two minutes in all")
    parser.add_argument("--smoke", action="store_true",
                        help="one short pair: checks that the benchmark works, measures nothing")
    parser.add_argument("--pairs", type=int, help="pairs of runs per row (5; quick 3)")
    parser.add_argument("--seconds", type=int, help="length of a run, whole seconds (5; quick 1)")
    parser.add_argument("--users", type=int, default=20_001, help="accounts at least (20,001)")
    parser.add_argument("--hongbao", type=Path, default=DEFAULT_BINARY, help="the binary to measure")
    parser.add_argument("--client", type=Path, help="the load client for S7 to S9 and S13 (bench/burst "
                        "beside the binary)")
    parser.add_argument("--hongbao-arg", action="append", default=[], metavar="ARG",
                        help="one more argument for `hongbao serve`; may be repeated")
    parser.add_argument("--data", type=Path, default=Path("/var/tmp"),
                        help="where the temporary folder goes; must be on a disk (/var/tmp)")
    parser.add_argument("--load", type=size_of(LoadSize), metavar="ACCOUNTS/RECORDS",
                        help="of the data directory that S10 to S12 and growth are measured on "
                        "(1000000/5000000; quick 100000/500000). It is made once, in --out, and kept")
    parser.add_argument("--sale", type=size_of(SaleSize), metavar="UNITS/WAITERS",
                        help="of the large sale of S13 (1000000/2000000; quick 10000/20000)")
    parser.add_argument("--out", type=Path, default=BENCH / "out", help="folder of the JSON and the plot")
    parser.add_argument("--keep", action="store_true", help="keep the temporary folder")
    chosen = parser.parse_args()
    unknown = [name for name in chosen.rows if name not in known]
    if unknown:
        parser.error(f"no such row: {', '.join(unknown)}; there are {', '.join(known)}")
    chosen.load = chosen.load or (LOAD_SMOKE if chosen.smoke else LOAD_QUICK if chosen.quick else LOAD_FULL)
    chosen.sale = chosen.sale or (SALE_SMOKE if chosen.smoke else SALE_QUICK if chosen.quick else SALE_FULL)
    chosen.client = chosen.client or chosen.hongbao.parent / "bench" / "burst"
    return chosen


def plan_of(chosen: argparse.Namespace) -> Plan:
    plan = SMOKE if chosen.smoke else QUICK if chosen.quick else FULL
    return Plan(chosen.pairs or plan.pairs, chosen.seconds or plan.run_s, plan.warm_up_s,
                plan.warm_every_run, plan.bursts)


def wanted(chosen: argparse.Namespace) -> list[tuple[Experiment, list[Row]]]:
    short = chosen.quick or chosen.smoke
    picked = [(each, [row for row in each.rows if row.id in chosen.rows
                      or not (chosen.rows or short and row.full_only)])
              for each in experiments(short)]
    return [(each, rows) for each, rows in picked if rows]


def missing(chosen: argparse.Namespace) -> list[str]:
    found = []
    packages = [package for path, package in PACKAGES.items()
                if not Path(path).exists() and any(each.needs_peers for each, _ in wanted(chosen))]
    if packages:
        found.append("the peers are Debian packages; install them with\n"
                     f"    apt-get install --no-install-recommends {' '.join(packages)}")
    found += [f"{path} does not exist; build it with\n    ./dev build release"
              for path in (chosen.hongbao, chosen.client) if not path.is_file()]
    return found


class Progress:
    """Says on stderr what was measured, and how long the rest will take."""

    def __init__(self, runs: int):
        self._runs, self._done, self._began = runs, 0, time.monotonic()

    def say(self, text: str):
        print(f"bench: {text}", file=sys.stderr, flush=True)

    def tell(self, run: Run):
        self._done += 1
        left_s = int((time.monotonic() - self._began) / self._done * (self._runs - self._done))
        state = f"FAILED: {'; '.join(run.problems)}" if run.problems else run.shown
        if run.p999_ms is not None:
            state += f", p99 {run.p99_ms:.2f} ms"
        self.say(f"run {self._done} of {self._runs}, {run.title}: {state}"
                 f" ({left_s // 60} min {left_s % 60:02} s left)")


def measure_all(chosen: argparse.Namespace, plan: Plan, disk: Disk, folder: Path):
    """The lines of the table, all runs, and the versions of what ran."""
    picked = wanted(chosen)
    progress = Progress(sum(each.rounds(plan) * len(each.keys(rows)) for each, rows in picked))
    lines, runs, versions = [], [], {"wrk": package_version("wrk")}
    for experiment, rows in picked:
        progress.say(f"setting up {experiment.name}")
        own_folder = folder / experiment.name.replace(" ", "-")
        with ExitStack() as stack:
            lanes = experiment.lanes(Setting(chosen, plan, disk, own_folder, stack),
                                     experiment.keys(rows))
            for lane in lanes:
                versions |= lane.versions()
            runs += run_in_turn(lanes, experiment.rounds(plan), progress.tell)
        lines += [report.line_for(row, runs) for row in rows]
        if not chosen.keep:
            shutil.rmtree(own_folder, ignore_errors=True)
    return sorted(lines, key=lambda line: place_of(line.row.id)), runs, versions


def place_of(row_id: str) -> tuple:
    """S2 before S10, S1 before S1a, rows without a number last."""
    found = re.fullmatch(r"[A-Z](\d+)(.*)", row_id)
    return (0, int(found[1]), found[2]) if found else (1, 0, row_id)


def main() -> int:
    chosen = arguments()
    gaps = missing(chosen)
    if gaps:
        print("\n".join(f"bench: {gap}" for gap in gaps), file=sys.stderr)
        return 2
    for number in (signal.SIGINT, signal.SIGTERM):  # unwinds, so that everything started is stopped
        signal.signal(number, lambda received, _: sys.exit(128 + received))
    plan = plan_of(chosen)
    folder = Path(tempfile.mkdtemp(prefix="hongbao-bench-", dir=chosen.data))
    try:
        disk = disk_of(folder, may_be_in_memory=chosen.smoke)
        machine = machine_facts(disk)
        lines, runs, versions = measure_all(chosen, plan, disk, folder)
    except (NotADisk, StartFailed, HttpFailed, LoadFailed) as failure:
        print(f"bench: {failure}", file=sys.stderr)
        return 2 if isinstance(failure, NotADisk) else 1
    finally:
        if not chosen.keep:
            shutil.rmtree(folder, ignore_errors=True)

    environment = report.environment(machine, versions)
    remarks = "\n".join(filter(None, (report.notes(runs), report.noise(runs))))
    print(*filter(None, (report.table(lines), report.lane_table(runs), environment)), sep="\n\n")
    if remarks:
        print(remarks)
    caption = f"{machine['cpu']}, {machine['cores']} cores; pairs of runs: {plan.pairs}; ratios of medians"
    for path in report.write_results(chosen.out, {
            "machine": machine, "versions": versions, "plan": vars(plan),
            "rows": [line.as_json() for line in lines], "runs": [run.as_json() for run in runs]},
            plot.svg(lines, caption)):
        print(f"written   {path}")
    failed = [f"{run.title}: {problem}" for run in runs for problem in run.problems]
    for problem in dict.fromkeys(failed):
        print(f"bench: FAILED: {problem}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
