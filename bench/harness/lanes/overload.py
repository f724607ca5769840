"""Role: lanes of S17: opens alone at full speed, and the same opens beside nine times as many other requests.

The server has a quarter of one processor and the clients have the others, or they could not send ten times
what it can answer.
"""
import json
import os
import subprocess
import time
from pathlib import Path

from harness.cpu_share import NoShare, pin, share_of_processor
from harness.hongbao import Hongbao
from harness.lanes.lane import Lane, Meter, Plan, Run
from harness.lanes.opens import write_packets
from harness.load import LoadFailed, result_of
from harness.machine import Disk
from harness.workload import Workload

PERCENT = 25
OPENS_CONNECTIONS = 256
OTHERS_CONNECTIONS = 4_096
OVERLOAD = 10               # times the peak, opens included
PEAK_RATE = 1_000_000       # more than any server answers: an open goes out as soon as another is answered
RAISING_S = 4               # until everything is shed that has to be
RECOVERY_S_MAX = 5
RECOVERY_S_END = 60
KINDS = ("opens", "history", "looks", "sends")


class Peak:
    """What the lane alone has done in this round, for the lane beside it."""
    opens_per_s = 0.0


class OverloadLane(Lane):
    def __init__(self, key: str, side: Hongbao, workload: Workload, client: Path, plan: Plan, disk: Disk,
                 peak: Peak, is_beside: bool):
        self.key, self.side, self.workload = key, side, workload
        self.title = "hongbao, opens beside 10 times the load" if is_beside else "hongbao, opens alone"
        self._client, self._plan, self._disk = client, plan, disk
        self._peak, self._is_beside = peak, is_beside

    def run(self, round_number: int) -> Run:
        target = self.side.prepare(self.workload)
        packets_file = write_packets(self.side, target)
        self.side.settle()
        os.sync()
        pid, processors = self.side.groups[0].pid, sorted(os.sched_getaffinity(0))
        try:
            with share_of_processor(pid, PERCENT):
                pin(pid, processors[0])
                return self._measured(target, packets_file, processors[1:] or processors)
        except NoShare as reason:
            raise LoadFailed(str(reason)) from reason

    def _command(self, clients: list[int], target, packets_file: Path, seconds: int, *rates: int) -> list[str]:
        return ["taskset", "-c", ",".join(map(str, clients)), str(self._client), str(target.port),
                str(packets_file), str(self.workload.users), "0", str(seconds), *map(str, rates)]

    def _measured(self, target, packets_file: Path, clients: list[int]) -> Run:
        meter = Meter(self._disk, self.side)
        memory_mb = self._memory_mb()
        others = None
        if self._is_beside:
            rate = round((OVERLOAD - 1) * self._peak.opens_per_s)
            others = subprocess.Popen(
                self._command(clients, target, packets_file, self._plan.run_s + RAISING_S + 1, 0, 0, rate,
                              OTHERS_CONNECTIONS), stdout=subprocess.PIPE, text=True)
            time.sleep(RAISING_S)
        try:
            told = result_of(self._command(clients, target, packets_file, self._plan.run_s,
                                           round(self._peak.opens_per_s) if others else PEAK_RATE,
                                           OPENS_CONNECTIONS, 0, 0), self._plan.run_s + 60)
        finally:
            text = others.communicate()[0] if others else ""
        if others:
            if "result " not in text:
                raise LoadFailed("the others' client told nothing")
            told = {**json.loads(text.split("result ", 1)[1]), "opens": told["opens"],
                    "opens_each_second": told["opens_each_second"]}
        spent = meter.spent()
        grown_mb = self._memory_mb() - memory_mb
        recovery_s = self._recovery_s()
        put_off_s = self.side.settle()
        opens, seconds = told["opens"]["done"], self._plan.run_s
        if not others:
            self._peak.opens_per_s = opens / seconds
        return Run(self.key, self.title, opens, seconds, spent.side_s, spent.others_percent, None, put_off_s,
                   detail=told, notes=self._notes(told, grown_mb, recovery_s),
                   problems=self._problems(target, told, recovery_s))

    def _notes(self, told: dict, grown_mb: int, recovery_s: float) -> list[str]:
        if not self._is_beside:
            return []
        counts = ", ".join(f"{kind} {told[kind]['done']:,} done and {told[kind]['shed']:,} shed" for kind in KINDS)
        return [f"{told['others_due']:,} others were due; {counts}; RssAnon grew by {grown_mb} MB; everything was "
                f"served again after {recovery_s:.1f} s"]

    def _problems(self, target, told: dict, recovery_s: float) -> list[str]:
        found = [f"{told[kind]['other']} {kind} were answered otherwise" for kind in KINDS if told[kind]["other"]]
        if told["opens"]["shed"]:
            found.append(f"{told['opens']['shed']} opens were refused")
        if recovery_s > RECOVERY_S_MAX:
            found.append(f"served everything again only after {recovery_s:.1f} s")
        client = self.side.http()
        packets = [client.ask("GET", f"/v1/packets/{packet}") for packet in target.packet_ids]
        claims = sum(packet["count"] - packet["remaining_count"] for packet in packets)
        if not told["opens"]["done"] <= claims <= told["opens"]["sent"]:
            found.append(f"{claims} claims for {told['opens']['done']} answers to {told['opens']['sent']} opens")
        if difference_fen := client.ask("GET", "/v1/audit")["difference_fen"]:
            found.append(f"the audit's difference is {difference_fen} fen")
        client.close()
        return found

    def _memory_mb(self) -> int:
        status = Path(f"/proc/{self.side.groups[0].pid}/status").read_text()
        return int(status.split("RssAnon:")[1].split()[0]) // 1024

    def _recovery_s(self) -> float:
        began = time.monotonic()
        client = self.side.http()
        while client.ask("GET", "/readyz")["shedding"] and time.monotonic() - began < RECOVERY_S_END:
            time.sleep(0.05)
        client.close()
        return time.monotonic() - began
