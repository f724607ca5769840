#!/usr/bin/env python3
"""./dev bench: measures hongbao against its peers on this machine and prints one table.

Exit status: 0 every side did the work it was measured by, 1 one did not (its rows are FAILED),
2 something needed is missing. A bar that is not reached is shown, not an error. See README.md.
"""
import argparse
import shutil
import signal
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from harness import report
from harness.hongbao import Hongbao
from harness.http_client import HttpFailed
from harness.load import LoadFailed
from harness.machine import Disk, NotADisk, disk_of, machine_facts, package_version
from harness.nginx_constant import NginxConstant
from harness.nginx_redis import NginxRedis
from harness.opens import Plan, Run, measure
from harness.processes import StartFailed
from harness.rows import ROWS, Row
from harness.side import Side
from harness.workload import Workload, workload_for

BENCH = Path(__file__).resolve().parent
DEFAULT_BINARY = BENCH.parent / "build" / "release" / "hongbao"
TITLES = {"H": Hongbao.title, NginxRedis.key: NginxRedis.title, NginxConstant.key: NginxConstant.title}
PACKAGES = {  # what has to be there -> the Debian package it comes from
    "/usr/bin/wrk": "wrk",
    "/usr/sbin/nginx": "nginx-light",
    "/usr/lib/nginx/modules/ngx_http_lua_module.so": "libnginx-mod-http-lua",
    "/usr/bin/redis-server": "redis-server",
}
FULL = Plan(pairs=5, run_s=5, warm_up_s=1, warm_every_run=True)
QUICK = Plan(pairs=5, run_s=2, warm_up_s=1, warm_every_run=False)
SMOKE = Plan(pairs=1, run_s=1, warm_up_s=0, warm_every_run=False)


def arguments() -> argparse.Namespace:
    known = {row.id for row in ROWS}
    parser = argparse.ArgumentParser(prog="./dev bench", description=__doc__.split("\n\n")[0])
    parser.add_argument("rows", nargs="*", metavar="ROW",
                        help=f"of {', '.join(sorted(known))}; all by default")
    parser.add_argument("--quick", action="store_true", help="shorter runs, under two minutes in all")
    parser.add_argument("--smoke", action="store_true",
                        help="one short pair: checks that the benchmark works, measures nothing")
    parser.add_argument("--pairs", type=int, help="pairs of runs per row (5)")
    parser.add_argument("--seconds", type=int, help="length of a run, whole seconds (5; quick 2)")
    parser.add_argument("--users", type=int, default=20_001, help="accounts at least (20,001)")
    parser.add_argument("--hongbao", type=Path, default=DEFAULT_BINARY, help="the binary to measure")
    parser.add_argument("--hongbao-arg", action="append", default=[], metavar="ARG",
                        help="one more argument for `hongbao serve`; may be repeated")
    parser.add_argument("--peers-only", action="store_true", help="only the peers, no ratios")
    parser.add_argument("--data", type=Path, default=Path("/var/tmp"),
                        help="where the temporary folder goes; must be on a disk (/var/tmp)")
    parser.add_argument("--out", type=Path, default=BENCH / "out", help="folder of the JSON")
    parser.add_argument("--keep", action="store_true", help="keep the temporary folder")
    chosen = parser.parse_args()
    unknown = [name for name in chosen.rows if name not in known]
    if unknown:
        parser.error(f"no such row: {', '.join(unknown)}; there are {', '.join(sorted(known))}")
    return chosen


def plan_of(chosen: argparse.Namespace) -> Plan:
    plan = SMOKE if chosen.smoke else QUICK if chosen.quick else FULL
    return Plan(chosen.pairs or plan.pairs, chosen.seconds or plan.run_s, plan.warm_up_s,
                plan.warm_every_run)


def missing(chosen: argparse.Namespace) -> list[str]:
    found = []
    packages = [package for path, package in PACKAGES.items() if not Path(path).exists()]
    if packages:
        found.append("the peers are Debian packages; install them with\n"
                     f"    apt-get install --no-install-recommends {' '.join(packages)}")
    if not chosen.peers_only and not chosen.hongbao.is_file():
        found.append(f"{chosen.hongbao} does not exist; build it with\n    ./dev build release")
    return found


class Progress:
    """Tells on stderr what was measured, and how long the rest will take."""

    def __init__(self, runs: int):
        self._runs, self._done, self._began = runs, 0, time.monotonic()

    def say(self, text: str):
        print(f"bench: {text}", file=sys.stderr, flush=True)

    def tell(self, run: Run):
        self._done += 1
        left_s = (time.monotonic() - self._began) / self._done * (self._runs - self._done)
        state = f"FAILED: {'; '.join(run.problems)}" if run.problems else f"{run.load.per_second:,.0f}/s"
        self.say(f"run {self._done} of {self._runs}, {TITLES[run.side]}, c{run.connections}: {state}"
                 f" ({left_s / 60:.0f} min {left_s % 60:02.0f} s left)")


def sides_for(keys: list[str], folder: Path, workload: Workload, chosen: argparse.Namespace,
              stack: ExitStack) -> list[Side]:
    """Started and paused, in the order of `keys`; L last, since it answers what hongbao answers."""
    sides, sample = [], None
    for key in keys:
        if key == Hongbao.key:
            side = Hongbao(folder / key, workload, chosen.hongbao.resolve(), chosen.hongbao_arg)
        elif key == NginxRedis.key:
            side = NginxRedis(folder / key, workload)
        else:
            side = NginxConstant(folder / key, workload)
            side.sample = sample or side.sample
        stack.callback(side.stop)
        side.start()
        if side.durable and sample is None:
            sample = side.sample_answer(side.prepare())
        side.pause()
        sides.append(side)
    return sides


def measure_all(rows: list[Row], chosen: argparse.Namespace, plan: Plan, disk: Disk, folder: Path):
    """All runs, and the versions of what ran. Sides are started anew for each number of connections."""
    wanted = {row.peer for row in rows}
    keys = [key for key in TITLES if key in wanted or (key == "H" and not chosen.peers_only)]
    connections = sorted({number for row in rows for number in row.connections})
    if chosen.smoke:
        connections = connections[:1]
    workload = workload_for(64, chosen.users, plan.run_s + plan.warm_up_s)
    progress = Progress(len(connections) * plan.pairs * len(keys))
    runs, versions = [], {"wrk": package_version("wrk")}
    for number in connections:
        progress.say(f"setting up {workload.users:,} users for {number} connections")
        with ExitStack() as stack:
            sides = sides_for(keys, folder / f"c{number}", workload, chosen, stack)
            for side in sides:
                versions |= side.versions()
            runs += measure(sides, workload, plan, number, disk, progress.tell)
        if not chosen.keep:
            shutil.rmtree(folder / f"c{number}", ignore_errors=True)
    return runs, versions


def main() -> int:
    chosen = arguments()
    gaps = missing(chosen)
    if gaps:
        print("\n".join(f"bench: {gap}" for gap in gaps), file=sys.stderr)
        return 2
    for number in (signal.SIGINT, signal.SIGTERM):  # unwinds, so that everything started is stopped
        signal.signal(number, lambda received, _: sys.exit(128 + received))
    plan = plan_of(chosen)
    rows = [row for row in ROWS if not chosen.rows or row.id in chosen.rows]
    folder = Path(tempfile.mkdtemp(prefix="hongbao-bench-", dir=chosen.data))
    try:
        disk = disk_of(folder)
        machine = machine_facts(disk)
        runs, versions = measure_all(rows, chosen, plan, disk, folder)
    except (NotADisk, StartFailed, HttpFailed, LoadFailed) as failure:
        print(f"bench: {failure}", file=sys.stderr)
        return 2 if isinstance(failure, NotADisk) else 1
    finally:
        if not chosen.keep:
            shutil.rmtree(folder, ignore_errors=True)

    measured = {run.connections for run in runs}
    lines = [] if chosen.peers_only else [
        report.line_for(row, number, runs)
        for row in rows for number in row.connections if number in measured]
    if lines:
        print(report.table(lines, TITLES), end="\n\n")
    print(report.side_table(runs, TITLES), end="\n\n")
    print(report.environment(machine, versions))
    if warning := report.noise(runs):
        print(warning)
    path = report.write_json(chosen.out, {
        "machine": machine, "versions": versions, "plan": vars(plan),
        "rows": [line.as_json() for line in lines], "runs": [run.as_json() for run in runs]})
    print(f"json      {path}")
    failed = [f"{run.side} c{run.connections}: {problem}" for run in runs for problem in run.problems]
    for problem in dict.fromkeys(failed):
        print(f"bench: FAILED: {problem}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
