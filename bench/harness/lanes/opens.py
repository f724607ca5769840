"""Role: lanes of opens over HTTP by wrk, one at a time or in batches: S1, S2, S3, S5, S6, S8, scale."""
import os
from dataclasses import asdict
from pathlib import Path

from harness.hongbao import SENDER, Hongbao
from harness.http_client import HttpFailed
from harness.lanes.lane import Lane, Meter, Plan, Run, sync_problems
from harness.load import Load, run_wrk
from harness.machine import Disk
from harness.peers.side import Side, Target, repeat_problems
from harness.workload import Workload

REFUSALS_ASKED = 50
REFUSAL_HEAD_BYTES = 140  # about


def write_packets(side: Side, target: Target) -> Path:
    """The packet ids of a run, as the load generators read them."""
    file = side.folder / "packets.txt"
    file.write_text("".join(f"{packet}\n" for packet in target.packet_ids))
    return file


class OpenLane(Lane):
    """Every request is another pair, every answer a fresh share."""
    refused_expected = False
    action = "open"
    credentials_file: Path | None = None    # what requests carry: one for all, or one for each user

    def __init__(self, key: str, title: str, side: Side, workload: Workload, connections: int,
                 plan: Plan, disk: Disk, batch: int = 1):
        self.key, self.title, self.side, self.workload = key, title, side, workload
        self.connections, self.plan, self.disk, self.batch = connections, plan, disk, batch

    def prepare(self) -> Target:
        return self.side.prepare(self.workload)

    def run(self, round_number: int) -> Run:
        target = self.prepare()
        packets_file = write_packets(self.side, target)
        self.side.settle()
        os.sync()  # what earlier runs left in the page cache burdens no run

        def load(seconds: int, first_pair: int) -> Load:
            return run_wrk(target.port, self.connections, seconds, packets_file, self.workload.users,
                           first_pair, self.batch, self.action, self.credentials_file, target.secure)

        warm_up_s = self.plan.warm_up_in(round_number)
        # Rounds begin with different users, so that all accounts, however many, have their turn.
        first_pair = round_number * self.workload.users // self.plan.pairs
        loads = [load(warm_up_s, first_pair)] if warm_up_s else []
        meter = Meter(self.disk, self.side)
        run = load(self.plan.run_s, loads[-1].next_pair if loads else first_pair)
        spent = meter.spent()
        put_off_s = self.side.settle()
        loads.append(run)

        problems = [problem for each in loads for problem in each.problems(self.refused_expected)]
        flushes = None if self.refused_expected else spent.flushes
        problems += sync_problems(run.opens, flushes, self.connections * self.batch)
        try:
            problems += self.problems(target, loads)
        except HttpFailed as failure:
            problems.append(str(failure))
        return Run(self.key, self.title, run.opens, run.seconds, spent.side_s,
                   spent.others_percent, flushes, put_off_s,
                   p50_ms=run.p50_us / 1000, p99_ms=run.p99_us / 1000, detail=asdict(run),
                   problems=problems)

    def problems(self, target: Target, loads: list[Load]) -> list[str]:
        found = []
        opens_sent = sum(load.opens_sent for load in loads)
        if opens_sent > self.workload.pairs:
            found.append(f"{opens_sent} opens, but only {self.workload.pairs} distinct pairs")
        if self.side.durable:
            found += self.repeat_problems(target, loads[-1])
        answered = sum(load.opens for load in loads)
        return found + self.work_problems(target, answered, opens_sent)

    def repeat_problems(self, target: Target, load: Load) -> list[str]:
        return repeat_problems(target, load)

    def work_problems(self, target: Target, answered: int, sent: int) -> list[str]:
        return self.side.problems(target, answered, sent)


class CredentialLane(OpenLane):
    """Every request carries a credential."""

    def __init__(self, *arguments, credentials: list[str]):
        super().__init__(*arguments)
        self.credentials_file = self.side.folder / f"{len(credentials)}-credentials.txt"
        self.credentials_file.write_text("".join(f"{one}\n" for one in credentials))


class ExhaustedLane(OpenLane):
    """Every request is refused: each packet had one share, and the sender has it."""
    refused_expected = True
    side: Hongbao

    def prepare(self) -> Target:
        target = super().prepare()
        client = self.side.http()
        for packet in target.packet_ids:
            client.ask("POST", f"/v1/packets/{packet}/open", {"user_id": SENDER})
        self.side.remember(client)
        return target

    def problems(self, target: Target, loads: list[Load]) -> list[str]:
        found, last = [], loads[-1]
        client = self.side.http()
        for number in range(REFUSALS_ASKED):
            packet, user = self.workload.pair(last.first_pair + number * last.requests // REFUSALS_ASKED)
            status, text = client.exchange("POST", f"/v1/packets/{target.packet_ids[packet]}/open",
                                           {"user_id": user})
            if status != 409 or b'"packet_exhausted"' not in text:
                found.append(f"an exhausted packet answered {status} {text[:300]!r}")
        # All answers are as long as such a refusal, give or take the digits of the request's number.
        if abs(last.bytes / max(last.requests, 1) - len(text) - REFUSAL_HEAD_BYTES) > 60:
            found.append(f"answers of {last.bytes / max(last.requests, 1):.0f} bytes, a refusal's body "
                         f"has {len(text)}")
        for packet in target.packet_ids:
            left = client.ask("GET", f"/v1/packets/{packet}")["remaining_count"]
            if left:
                found.append(f"packet {packet} has {left} shares left")
        return found[:3] + self.side.book_problems(client, claims=0, claimed_fen=0)
