"""Role: lanes of S16: small requests of one client, alone or while another client does its worst."""
import json
import os
import subprocess
import sys
from pathlib import Path

from harness.hongbao import Hongbao
from harness.lanes.lane import Lane, Meter, Plan, Run
from harness.load import LoadFailed
from harness.machine import Disk

HERE = Path(__file__).resolve().parent
LEAD_S = 0.3                # the other client is at work before the first request is timed
SHARES = 100_000


class BesideLane(Lane):
    """`worst`: a kind of worst_client.py; None: alone."""

    def __init__(self, key: str, side: Hongbao, worst: str | None, plan: Plan, disk: Disk):
        self.key, self.title, self.side = key, f"hongbao, small requests, {worst or 'alone'}", side
        self._worst, self._plan, self._disk = worst, plan, disk

    def run(self, round_number: int) -> Run:
        client = self.side.http()
        packet = self.side.send_packets(client, 1, SHARES, 100 * SHARES)[0]
        self.side.settle()
        os.sync()
        meter = Meter(self._disk, self.side)
        told, problems = self._measure(packet)
        spent = meter.spent()
        put_off_s = self.side.settle()
        client = self.side.http()
        opened = SHARES - client.ask("GET", f"/v1/packets/{packet}")["remaining_count"]
        if opened != told["opens"] - told["refused"]:
            problems.append(f"{told['opens']} opens, {told['refused']} refusals, {opened} shares gone")
        difference_fen = client.ask("GET", "/v1/audit")["difference_fen"]
        if difference_fen:
            problems.append(f"the audit's difference is {difference_fen} fen")
        client.close()
        note = f"p50 {told['p50_ms']:.2f} ms, p99 {told['p99_ms']:.2f} ms, at most {told['max_ms']:.1f} ms"
        return Run(self.key, self.title, 0, self._plan.run_s, spent.side_s, spent.others_percent, None,
                   put_off_s, p50_ms=told["p50_ms"], p99_ms=told["p99_ms"], p999_ms=told["p999_ms"],
                   detail=told, notes=[note], problems=problems)

    def _measure(self, packet: str) -> tuple[dict, list[str]]:
        port, seconds = str(self.side.port), self._plan.run_s
        worst = self._worst and subprocess.Popen(
            [sys.executable, str(HERE / "worst_client.py"), self._worst, port, str(seconds + 2 * LEAD_S)])
        try:
            if worst:
                try:
                    raise LoadFailed(f"the other client ended with {worst.wait(LEAD_S)}")
                except subprocess.TimeoutExpired:
                    pass
            done = subprocess.run(
                [sys.executable, str(HERE / "small_requests.py"), port, str(seconds), packet, "0",
                 str(self.side.users), *(["tls"] if self.side.secure else [])], capture_output=True, text=True)
            if done.returncode:
                raise LoadFailed(f"small requests: {done.stderr}")
            problems = []
            if worst and worst.wait(60):
                problems.append(f"the other client ended with {worst.returncode}")
            return json.loads(done.stdout), problems
        finally:
            if worst and worst.poll() is None:
                worst.kill()
                worst.wait()
