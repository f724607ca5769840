"""Role: the experiments: which rows are measured together, and the lanes they need.

An experiment starts its servers with empty data, runs its lanes in turn and stops them. Lanes of one
experiment share servers, and rows that compare with the same lane share its runs.
"""
from harness.lanes.beside import BesideLane
from harness.lanes.bursts import USERS as BURST_USERS, BurstLane
from harness.entrance import Credentials, Secure
from harness.experiment import PACKETS, Experiment, Setting
from harness.goods import Goods, Shares, Tickets
from harness.hongbao import SecureHongbao
from harness.lanes.idle import IdleLane, bytes_per_connection
from harness.lanes.lane import Lane, Plan
from harness.lanes.large_sale import LargeSaleLane
from harness.lanes.latency import SteadyLane, full_speed
from harness.load_data import LoadData
from harness.lanes.opens import ExhaustedLane, OpenLane
from harness.lanes.pipelined import EngineLane, PipelinedLane
from harness.lanes.overload import OverloadLane, Peak
from harness.rows import Row
from harness.lanes.shakes import ShakeLane
from harness.lanes.starts import GrowthLane, RebuildLane, ReplayLane, StartLane
from harness.workload import OPENS_PER_SECOND_MAX, Workload, users_for
from harness.lanes.worst_client import KINDS as WORST_KINDS, KINDS_OF_TLS as WORST_KINDS_OF_TLS

BATCH = 100
BATCH_CONNECTIONS = 64
HOT_SHARES = 1_000_000
CAMPAIGN_PRIZES = 2_000_000
HOT_OPENS_PER_SECOND_MAX = 100_000
IDLE_CONNECTIONS = 10_000
PIPELINED_OPENS_PER_SECOND_MAX = 1_000_000


class Opens(Experiment):
    """S1 and S2 at one number of connections."""

    def __init__(self, connections: int):
        c = self.connections = connections
        self.name = f"opens c{c}"
        self.rows = [
            Row("S1", f"durable opens over HTTP, c{c}", f"H c{c}", f"N c{c}", 1.3, 2.0),
            Row("S2", f"the same, against the limit of HTTP, c{c}", f"H c{c}", f"L c{c}", 0.35, 0.5)]

    def lanes(self, setting: Setting, keys: list[str]) -> list[Lane]:
        plan, c = setting.plan, self.connections
        users = users_for(PACKETS, setting.chosen.users, plan.seconds_per_run * OPENS_PER_SECOND_MAX)
        sides = {}
        if f"H c{c}" in keys:
            sides["H"] = setting.hongbao(users)
        if f"N c{c}" in keys:
            sides["N"] = setting.nginx_redis(users)
        if f"L c{c}" in keys:
            sides["L"] = setting.nginx_constant(sides.get("H") or sides.get("N"))
        return [OpenLane(f"{key} c{c}", f"{side.title}, c{c}", side, Workload(PACKETS, users), c, plan,
                         setting.disk) for key, side in sides.items()]


class Pipelined(Experiment):
    """S3 and S4: whatever saves round trips, against Redis pipelined."""
    name = "pipelined"
    rows = [Row("S3", f"durable opens over HTTP in batches of {BATCH}", "H batch", "R", 3, 8),
            Row("S4", "durable opens inside the process", "H engine", "R", 4, 10)]

    def lanes(self, setting: Setting, keys: list[str]) -> list[Lane]:
        plan, disk = setting.plan, setting.disk
        most = plan.seconds_per_run * PIPELINED_OPENS_PER_SECOND_MAX
        users = users_for(PACKETS, setting.chosen.users, most)
        lanes = []
        if "H batch" in keys:
            lanes.append(OpenLane("H batch", f"hongbao, batches of {BATCH}, c{BATCH_CONNECTIONS}",
                                  setting.hongbao(users), Workload(PACKETS, users), BATCH_CONNECTIONS,
                                  plan, disk, BATCH))
        if "R" in keys:
            shares = plan.seconds_per_run * OPENS_PER_SECOND_MAX // PACKETS + 1000
            lanes.append(PipelinedLane("R", setting.redis_alone(users), Workload(PACKETS, users, shares),
                                       plan, disk))
        if "H engine" in keys:
            lanes.append(EngineLane("H engine", setting.chosen.hongbao.resolve(),
                                    setting.folder / "engine", Workload(PACKETS, users), plan, disk))
        return lanes


class Variations(Experiment):
    """S5, S6 and S8, and a campaign: the same server and accounts as in S1, under other circumstances."""

    def __init__(self, connections: int):
        c = self.connections = connections
        self.name = f"variations c{c}"
        self.base, self.hot = f"H base c{c}", f"H hot c{c}"
        self.campaign = f"H campaign c{c}"
        self.exhausted, self.idle = f"H exhausted c{c}", f"H idle c{c}"
        self.rows = [
            Row("S5", f"one packet of {HOT_SHARES:,} shares, c{c}", self.hot, self.base, 0.9, 1.0),
            Row("S5b", f"one campaign of {CAMPAIGN_PRIZES:,} prizes, c{c}", self.campaign, self.base,
                0.9, 1.0),
            Row("S6", f"refusals by exhausted packets, c{c}", self.exhausted, self.base, 1.2, 1.5),
            Row("S8", f"{IDLE_CONNECTIONS:,} idle connections besides, c{c}", self.idle, self.base,
                0.9, 1.0)]

    def lanes(self, setting: Setting, keys: list[str]) -> list[Lane]:
        c, plan, disk = self.connections, setting.plan, setting.disk
        # With one packet no user may come back within a run.
        client, bytes_each = setting.chosen.client.resolve(), 0.0
        if self.idle in keys:
            fresh = setting.hongbao(0, "H-fresh")
            fresh.resume()
            bytes_each = bytes_per_connection(fresh, client, IDLE_CONNECTIONS)
            fresh.stop()
        users = users_for(1, setting.chosen.users, plan.seconds_per_run * HOT_OPENS_PER_SECOND_MAX)
        side = setting.hongbao(users)

        def lane(kind, key: str, title: str, workload: Workload, **more):
            return kind(key, f"hongbao, {title}, c{c}", side, workload, c, plan, disk, **more)

        made = [
            lane(OpenLane, self.base, f"{users:,} accounts", Workload(PACKETS, users)),
            lane(OpenLane, self.hot, "one packet", Workload(1, users, HOT_SHARES)),
            lane(ShakeLane, self.campaign, "one campaign", Workload(1, users, CAMPAIGN_PRIZES)),
            lane(ExhaustedLane, self.exhausted, "exhausted", Workload(PACKETS, users, 1)),
            lane(IdleLane, self.idle, "idle ones besides", Workload(PACKETS, users),
                 client=client, idle=IDLE_CONNECTIONS, bytes_each=bytes_each)]
        return [lane for lane in made if lane.key in keys]


class Bursts(Experiment):
    """S7 with one kind of goods."""

    def __init__(self, row_id: str, goods: Goods, **more):
        self.goods = goods
        self.name = f"bursts on {goods.units}"
        self.ours, self.limit = f"H burst on {goods.units}", f"L burst on {goods.units}"
        self.rows = [Row(row_id, f"7,000 users at once on 100 {goods.units}, 20 identical, "
                                 "3 × 50 × 1,000", self.ours, self.limit, 0.35, 0.5, **more)]

    def lanes(self, setting: Setting, keys: list[str]) -> list[Lane]:
        side = setting.hongbao(max(BURST_USERS, setting.chosen.users)) if self.ours in keys else None
        sides = {self.ours: side, self.limit: setting.nginx_constant(side, self.goods)}
        return [BurstLane(key, sides[key], self.goods, setting.chosen.client.resolve(), setting.plan,
                          setting.disk) for key in keys]


class Latency(Experiment):
    """S9: at half of hongbao's own full speed, which N may not reach, so also at half of N's."""

    def __init__(self, connections: int):
        self.name, self.connections = "latency", connections
        self.rows = [
            Row("S9", "p99 in ms at half of S1's rate", "H half", "N half", 1, 0.5, "p99_ms"),
            Row("S9b", "the same at half of N's rate", "H half of N", "N half of N", 1, 0.5, "p99_ms",
                full_only=True)]

    def lanes(self, setting: Setting, keys: list[str]) -> list[Lane]:
        plan = setting.plan
        users = users_for(PACKETS, setting.chosen.users, plan.seconds_per_run * OPENS_PER_SECOND_MAX)
        workload = Workload(PACKETS, users)
        sides = {"H": setting.hongbao(users), "N": setting.nginx_redis(users)}
        rates = {}
        for half, key in (("half", "H"), ("half of N", "N")):
            if f"H {half}" in keys:
                sides[key].resume()
                rates[half] = int(full_speed(sides[key], workload, self.connections, plan) / 2)
                sides[key].pause()
        return [SteadyLane(f"{key} {half}", f"{side.title} at {rate:,}/s", side, workload, rate,
                           setting.chosen.client.resolve(), plan, setting.disk)
                for half, rate in rates.items() for key, side in sides.items()]


class Beside(Experiment):
    """S16: what one client can do to another that asks for little."""
    name = "beside"
    needs_peers = False
    rows = [Row("S16", f"p99 of small requests beside {kind}", f"H beside {kind}", "H alone", 20, 5,
                "p99_ms", judged="difference", unit="ms") for kind in WORST_KINDS]

    def lanes(self, setting: Setting, keys: list[str]) -> list[Lane]:
        side = setting.hongbao(setting.chosen.users)
        return [BesideLane(key, side, None if key == "H alone" else key.removeprefix("H beside "),
                           setting.plan, setting.disk) for key in keys]


class BesideTls(Experiment):
    """S16 over TLS."""
    name = "beside TLS"
    needs_peers = False
    rows = [Row("S16", f"p99 of small requests over TLS beside {kind}", f"H TLS beside {kind}",
                "H TLS alone", 20, 5, "p99_ms", judged="difference", unit="ms")
            for kind in WORST_KINDS_OF_TLS]

    def lanes(self, setting: Setting, keys: list[str]) -> list[Lane]:
        side = setting.hongbao(setting.chosen.users, "H-TLS", SecureHongbao)
        return [BesideLane(key, side, None if key == "H TLS alone" else key.removeprefix("H TLS beside "),
                           setting.plan, setting.disk) for key in keys]


class Overloaded(Experiment):
    """S17: what is left for opens when everybody wants everything."""
    name = "overload"
    needs_peers = False
    rows = [Row("S17", "opens beside nine times as many other requests as can be answered", "H overloaded",
                "H not overloaded", 0.9, 1, full_only=True)]

    def lanes(self, setting: Setting, keys: list[str]) -> list[Lane]:
        plan = setting.plan
        users = users_for(PACKETS, setting.chosen.users, plan.seconds_per_run * OPENS_PER_SECOND_MAX)
        side, peak = setting.hongbao(users), Peak()
        client = setting.chosen.client.resolve().parent / "overload"
        return [OverloadLane(key, side, Workload(PACKETS, users), client, plan, setting.disk, peak, is_beside)
                for key, is_beside in (("H not overloaded", False), ("H overloaded", True)) if key in keys]


class Scale(Experiment):
    """S1 with more accounts and with fewer or more packets: the cost of an open must not grow."""
    name = "scale"
    accounts = {"10k": 10_001, "100k": 100_001, "1m": 1_000_001}
    lane_of = {"H 10k": ("10k", PACKETS), "H 100k": ("100k", PACKETS), "H 1m": ("1m", PACKETS),
               "H 1m p1": ("1m", 1), "H 1m p10000": ("1m", 10_000)}
    rows = [
        Row("S1a", "S1 with 100,000 accounts instead of 10,000", "H 100k", "H 10k", 0.8, 1, full_only=True),
        Row("S1b", "S1 with 1,000,000 accounts instead of 10,000", "H 1m", "H 10k", 0.8, 1,
            full_only=True),
        Row("S1c", "S1 with 1 packet instead of 64, 1,000,000 accounts", "H 1m p1", "H 1m", 0.8, 1,
            full_only=True),
        Row("S1d", "S1 with 10,000 packets instead of 64, 1,000,000 accounts", "H 1m p10000", "H 1m",
            0.8, 1, full_only=True)]

    def __init__(self, connections: int):
        self.connections = connections

    def lanes(self, setting: Setting, keys: list[str]) -> list[Lane]:
        plan, c = setting.plan, self.connections
        sides = {size: setting.hongbao(users_for(10 * PACKETS, users, 0), f"H-{size}")
                 for size, users in self.accounts.items()
                 if any(self.lane_of[key][0] == size for key in keys)}
        lanes = []
        for key, (size, packets) in self.lane_of.items():
            if key not in keys:
                continue
            side = sides[size]
            # Shares for one run: 10,000 packets with a share for each of a million users are too many.
            opens = plan.seconds_per_run * HOT_OPENS_PER_SECOND_MAX
            shares = min(side.users, opens // packets + 1)
            lanes.append(OpenLane(key, f"hongbao, {side.users:,} accounts, {packets:,} packet(s), c{c}",
                                  side, Workload(packets, side.users, shares), c, plan, setting.disk))
        return lanes


class Starts(Experiment):
    """S10 to S12 and growth: what a large data directory costs. It is made once and kept."""
    name = "starts"
    rows = [
        Row("S10", "records per second of a replay with all checks", "H replay", "H s1", 10, 20),
        Row("S10b", "the same with a new read model written", "H rebuild", "H s1", 10, 20),
        Row("S11", "seconds from start to ready, many accounts", "H full start", "H empty start", 2, 0.5,
            "seconds", judged="difference", unit="s"),
        Row("S12", "resident memory (VmRSS) after that start", "H full start", None, 400, 200,
            "resident_mb", judged="figure", unit="MB"),
        Row("S12", "memory (RssAnon) per account awake", "H full start", None, 2000, 1000,
            "bytes_per_awake_account", judged="figure", unit="bytes"),
        Row("growth", "journal, per million records", "H growth", None, None, None,
            "journal_mb", judged="figure", unit="MB"),
        Row("growth", "read model, per million records", "H growth", None, None, None,
            "model_mb", judged="figure", unit="MB")]

    def __init__(self, connections: int):
        self.connections = connections

    def lanes(self, setting: Setting, keys: list[str]) -> list[Lane]:
        plan, disk, chosen = setting.plan, setting.disk, setting.chosen
        binary = chosen.hongbao.resolve()
        data = LoadData(binary, chosen.load, chosen.out.resolve())
        data.make()
        users = users_for(PACKETS, chosen.users, plan.seconds_per_run * OPENS_PER_SECOND_MAX)
        lanes: list[Lane] = []
        if "H replay" in keys:
            lanes.append(ReplayLane("H replay", binary, data, disk))
        if "H rebuild" in keys:
            lanes.append(RebuildLane("H rebuild", binary, data, disk))
        if "H s1" in keys:
            lanes.append(OpenLane("H s1", f"hongbao, {users:,} accounts, c{self.connections}",
                                  setting.hongbao(users), Workload(PACKETS, users), self.connections,
                                  plan, disk))
        if "H full start" in keys:
            lanes.append(StartLane("H full start", f"start with {data.size}", binary, data.folder,
                                   chosen.hongbao_arg, disk, setting.folder, data))
        if "H empty start" in keys:
            lanes.append(StartLane("H empty start", "start with an empty one", binary,
                                   setting.folder / "empty", chosen.hongbao_arg, disk, setting.folder))
        if "H growth" in keys:
            lanes.append(GrowthLane("H growth", data))
        for lane in lanes:
            if isinstance(lane, StartLane):
                lane.warm_up()
        return lanes


class LargeSale(Experiment):
    """S13: the cost of the largest kind of sale. Run once: it takes long, and memory varies little."""
    name = "large sale"
    needs_peers = False
    key = "H large sale"
    quiet_s = 2.5           # the read model is written once nothing has come for a second

    def __init__(self):
        def row(what: str, figure: str, unit: str, bar: float | None = None, aim: float | None = None):
            return Row("S13", what, self.key, None, bar, aim, figure, judged="figure", unit=unit, runs_min=1)

        self.rows = [
            row("large sale: the most memory of all (RssAnon)", "most_mb", "MB", 1074, 537),
            row("memory (RssAnon) per order", "bytes_per_order", "bytes"),
            row("memory (RssAnon) per user who waits", "bytes_per_waiter", "bytes"),
            row("reservations", "reservations_per_second", "/s"),
            row("users who join the waiting list", "joins_per_second", "/s"),
            row("refusals, sold out", "refusals_per_second", "/s"),
            row("from a cancellation to the first waiter's order", "offer_ms", "ms"),
            row("from kill -9 and start to ready", "killed_ready_s", "s"),
            row("from ready until the sale answers, all of it woken", "killed_answer_s", "s"),
            row("from stop and start to ready", "restarted_ready_s", "s"),
            row("from ready until the sale answers, all of it woken", "restarted_answer_s", "s")]

    def rounds(self, plan: Plan) -> int:
        return 1

    def lanes(self, setting: Setting, keys: list[str]) -> list[Lane]:
        chosen = setting.chosen
        return [LargeSaleLane(self.key, chosen.sale, chosen.hongbao.resolve(), chosen.hongbao_arg,
                              chosen.client.resolve(), setting.disk, setting.folder,
                              0.1 if chosen.smoke else self.quiet_s)]


def experiments(quick: bool) -> list[Experiment]:
    """In the order of the table. Rows that compare hongbao with itself use one number of connections."""
    return [*(Opens(c) for c in (64, 256)), Pipelined(),
            *(Variations(c) for c in ((64,) if quick else (64, 256))), Credentials(),
            *(Secure(c) for c in ((64,) if quick else (64, 256))),
            Bursts("S7", Tickets()), Bursts("S7b", Shares(), full_only=True), Latency(64), Scale(64),
            Starts(64), LargeSale(), Beside(), BesideTls(), Overloaded()]
