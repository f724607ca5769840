"""Role: the lane of S13: one sale of a million units with two million users in its waiting list, through
a kill and a restart. What it takes is measured, and every count must be exact."""
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from harness.hongbao import open_accounts, open_merchant, sale_terms
from harness.http_client import HttpClient
from harness.lanes.lane import Lane, Meter, Run, Spent, sync_problems
from harness.load import LoadFailed, result_of
from harness.machine import Disk, first_line
from harness.lanes.starts import MB, Server
from harness.workload import MEAN_SHARE_FEN, user_id

CONNECTIONS = 64
CONNECTIONS_BESIDE = 4      # for users who are refused while others join the waiting list
FREED = 20                  # orders cancelled one by one, for the head of the waiting list
LOOKED_AT = 100             # users of each kind, evenly spread
LOOK_S = 0.05
CROWD_S_MAX = 3600
ANSWER_S_MAX = 300
PROBLEMS_MAX = 10


@dataclass(frozen=True)
class SaleSize:
    """The waiters come after the buyers, and after them those who join just before the kill."""
    units: int
    waiters: int

    def __post_init__(self):
        if min(self.units, self.waiters) < LOOKED_AT:
            raise ValueError(f"at least {LOOKED_AT} units and waiters")

    @property
    def latecomers(self) -> int:
        return max(FREED, self.waiters // 100)

    @property
    def accounts(self) -> int:
        return self.units + self.waiters + self.latecomers

    def __str__(self) -> str:
        return f"{self.units:,} units, {self.waiters:,} users waiting"


class MemoryWatch(threading.Thread):
    """The largest RssAnon, the memory of its own, that a server is seen to have."""

    def __init__(self, server: Server):
        super().__init__(daemon=True)
        self._server, self._over = server, threading.Event()
        self.most_bytes = 0

    def run(self):
        while not self._over.wait(LOOK_S):
            try:
                self.most_bytes = max(self.most_bytes, self._server.memory_bytes("RssAnon"))
            except (OSError, AttributeError):
                return  # the server has ended: the next request will show it

    def end(self):
        self._over.set()
        self.join()


class Story:
    """One run: `detail` has what was measured, `problems` what was wrong."""

    def __init__(self, server: Server, size: SaleSize, client: Path, disk: Disk, quiet_s: float):
        self._server, self._size, self._client, self._disk = server, size, client, disk
        self._quiet_s = quiet_s     # before memory is measured
        self._waiting = size.waiters
        self.detail: dict = {}
        self.problems: list[str] = []

    def expect(self, what: str, found, wanted):
        if found != wanted:
            self.problems.append(f"{what}: {found!r} instead of {wanted!r}")

    # ---- asking ----

    def _http(self) -> HttpClient:
        return HttpClient(self._server.port)

    def _wait(self, client: HttpClient, user: int) -> dict:
        """Joins the waiting list; for a user who waits already it shows the place."""
        return client.ask("POST", f"{self._path}/waitlist", {"user_id": user_id(user)},
                          patience_s=ANSWER_S_MAX)

    def _orders(self, client: HttpClient, user: int) -> list[dict]:
        return client.ask("GET", f"/v1/accounts/{user_id(user)}/orders")["items"]

    def _crowd(self, what: str, kind: str, first: int, users: int, connections: int = CONNECTIONS) -> dict:
        """This many users ask once each; all of them must get this kind of answer."""
        result = result_of([str(self._client), "crowd", str(self._server.port), f"{self._path}/{what}",
                            str(first), str(users), str(connections)], CROWD_S_MAX)
        if result[kind] != users:
            self.problems.append(f"{result[kind]} {kind} instead of {users}, {result['other']} others")
        return result

    def _tell(self, name: str, crowd: dict):
        self.detail |= {f"{name}_per_second": crowd["answers"] / crowd["seconds"], name: crowd}

    # ---- memory ----

    def _measure_memory(self, when: str):
        self._server.settle(self._quiet_s)
        for name, key in (("RssAnon", "anonymous"), ("VmRSS", "resident")):
            self.detail[f"{when}_{key}_mb"] = self._server.memory_bytes(name) / MB

    @contextmanager
    def _watched(self):
        """While a server runs: `most_mb` is of all of them."""
        watch = MemoryWatch(self._server)
        watch.start()
        try:
            yield
        finally:
            watch.end()
            self.detail["most_mb"] = max(self.detail.get("most_mb", 0), watch.most_bytes / MB)

    # ---- the story ----

    def open_all_accounts(self):
        """By a server of its own, so that what this leaves in memory is not counted for the sale."""
        self._server.start()
        client = self._http()
        open_merchant(client)
        began = time.monotonic()
        open_accounts(self._server.port, self._size.accounts)
        self.detail["accounts_per_second"] = self._size.accounts / (time.monotonic() - began)
        self._audit = client.ask("GET", "/v1/audit")
        self._server.stop()

    def sell_all(self) -> Spent:
        """Until the server is killed."""
        self._server.start()
        with self._watched():
            self._measure_memory("before")
            meter = Meter(self._disk, self._server)
            self._open_sale(self._size.units)
            self._reserve_all()
            self._refuse()
            self._join_all()
            spent = meter.spent()
            self._look()
            self._free_some()
            self._join_late()
        self._server.kill()
        self.problems += sync_problems(self._size.units + self._size.waiters, spent.flushes, CONNECTIONS)
        return spent

    def _open_sale(self, units: int):
        sale_id = self._http().ask("POST", "/v1/sales", sale_terms(units, MEAN_SHARE_FEN),
                                   {"Idempotency-Key": f"sale-of-{units}"})["id"]
        self._sale_id, self._path = sale_id, f"/v1/sales/{sale_id}"
        self._records = 1

    def _reserve_all(self):
        units = self._size.units
        self._tell("reservations", self._crowd("reservations", "reserved", 0, units))
        self._records += units
        self._measure_memory("reserved")

    def _refuse(self):
        """Users who hold nothing: the front ends answer them by themselves."""
        crowd = self._crowd("reservations", "sold_out", self._size.units, self._size.waiters // 4)
        self._tell("refusals", crowd)

    def _join_all(self):
        """The first ones join one by one, so that their places are known; others are refused meanwhile."""
        first, waiters = self._size.units, self._size.waiters
        client = self._http()
        for place in range(FREED):
            told = self._wait(client, first + place)
            self.expect("a place in the waiting list", told["position"], place + 1)
        with ThreadPoolExecutor() as pool:
            refused = pool.submit(self._crowd, "reservations", "sold_out", first, waiters // 20,
                                  CONNECTIONS_BESIDE)
            joined = self._crowd("waitlist", "waiting", first + FREED, waiters - FREED)
            refused.result()
        self._tell("joins", joined)
        self.expect("the sum of all positions", joined["waiting_sum"],
                    (waiters + FREED + 1) * (waiters - FREED) // 2)
        self._records += waiters
        self._measure_memory("waiting")

    def _look(self, left: int = 0):
        """Checks counts, and the orders and places of some users; this many have left the list by now."""
        size, client = self._size, self._http()
        sale = client.ask("GET", self._path)
        told = [sale[name] for name in ("stock", "available", "reserved", "sold", "waiting", "status")]
        self.expect("the sale", told, [size.units, 0, size.units, 0, self._waiting, "sold_out"])
        audit = client.ask("GET", "/v1/audit")
        self.expect("the audit's difference", audit["difference_fen"], 0)
        records = audit["journal_sequence"] - self._audit["journal_sequence"]
        self.expect("records of the sale", records, self._records)
        for number in range(LOOKED_AT):
            buyer = FREED + number * (size.units - FREED) // LOOKED_AT
            orders = [(order["sale_id"], order["status"]) for order in self._orders(client, buyer)]
            self.expect(f"orders of {user_id(buyer)}", orders, [(self._sale_id, "reserved")])
        if not left:
            users = (size.units + FREED + number * (size.waiters - FREED) // LOOKED_AT
                     for number in range(LOOKED_AT))
            self._places = {user: self._wait(client, user)["position"] for user in users}
        for user, place in self._places.items():
            self.expect(f"orders of {user_id(user)}", self._orders(client, user), [])
            told = self._wait(client, user)
            self.expect(f"the place of {user_id(user)}", (told["position"], told["repeat"]),
                        (place - left, True))

    def _free_some(self):
        """A cancelled order's unit goes to the head of the waiting list: the time from the cancellation until
        that user's orders show it."""
        client, spans_ms = self._http(), []
        for place in range(FREED):
            order_id = self._orders(client, place)[0]["id"]
            began = time.monotonic()
            cancelled = client.ask("POST", f"/v1/orders/{order_id}/cancellation")
            while not (offered := self._orders(client, self._size.units + place)):
                if time.monotonic() > began + ANSWER_S_MAX:
                    raise LoadFailed(f"{user_id(self._size.units + place)} was offered nothing")
            spans_ms.append(1000 * (time.monotonic() - began))
            self.expect("what was cancelled", cancelled["status"], "cancelled")
            offers = [(order["sale_id"], order["status"], order["quantity"]) for order in offered]
            self.expect("what was offered", offers, [(self._sale_id, "reserved", 1)])
        self.detail |= {"offer_ms": median(spans_ms), "offer_ms_max": max(spans_ms)}
        self._waiting -= FREED
        self._records += 2 * FREED
        self._look(left=FREED)

    def _join_late(self):
        """Right before a kill: what these users are told must hold after it."""
        self._crowd("waitlist", "waiting", self._size.units + self._size.waiters, self._size.latecomers)
        self._waiting += self._size.latecomers
        self._records += self._size.latecomers

    def come_up_after_kill(self):
        self._come_up("killed")
        self._server.stop()

    def come_up_after_stop(self):
        self._come_up("restarted")
        self.expect("records replayed after a stop", self.detail["restarted_replayed"], 0)

    def _come_up(self, name: str):
        """A first request wakes the sale with all its rows."""
        self.detail[f"{name}_ready_s"] = self._server.start()
        with self._watched():
            user, place = max(self._places.items(), key=lambda each: each[1])
            began = time.monotonic()
            told = self._wait(self._http(), user)
            self.detail[f"{name}_answer_s"] = time.monotonic() - began
            self.expect("the last place after a start", told["position"], place - FREED)
            self.detail[f"{name}_replayed"] = self._server.replayed
            self._measure_memory(name)
            self._look(left=FREED)

    def weigh(self):
        """What a woken order and a woken waiter take, by another start with a second sale, of orders only."""
        orders, size, detail = self._size.units // 4, self._size, self.detail
        self._open_sale(orders)
        self._crowd("reservations", "reserved", 0, orders)
        self._server.stop()
        self._server.start()
        self._measure_memory("second_sale")
        self._server.stop()
        before, first, second = (MB * detail[f"{when}_anonymous_mb"]
                                 for when in ("before", "restarted", "second_sale"))
        detail["bytes_per_order"] = (second - first) / orders
        of_waiters = first - before - (size.units + FREED) * detail["bytes_per_order"]
        detail["bytes_per_waiter"] = of_waiters / self._waiting


class LargeSaleLane(Lane):
    """A server of its own for each run."""

    def __init__(self, key: str, size: SaleSize, binary: Path, arguments: list[str], client: Path,
                 disk: Disk, folder: Path, quiet_s: float):
        self.key, self.title = key, f"one sale of {size}"
        self._size, self._binary, self._arguments = size, binary, arguments
        self._client, self._disk, self._folder, self._quiet_s = client, disk, folder, quiet_s
        folder.mkdir(parents=True, exist_ok=True)

    def run(self, round_number: int) -> Run:
        data = self._folder / f"data-{round_number}"
        server = Server(self._binary, data, self._arguments, self._folder / "output.log")
        story = Story(server, self._size, self._client, self._disk, self._quiet_s)
        began = time.monotonic()
        try:
            story.open_all_accounts()
            spent = story.sell_all()
            story.come_up_after_kill()
            story.come_up_after_stop()
            story.weigh()
        finally:
            server.stop()
        checked = subprocess.run([str(self._binary), "verify", "--data", str(data)], capture_output=True,
                                 text=True)
        if checked.returncode != 0:
            story.problems.append(f"verify: {checked.stdout[-500:]}{checked.stderr[-500:]}")
        return Run(self.key, self.title, 0, time.monotonic() - began, None, spent.others_percent,
                   spent.flushes, 0.0, detail=story.detail, notes=self._notes(story.detail),
                   problems=story.problems[:PROBLEMS_MAX])

    def _notes(self, told: dict) -> list[str]:
        memory = [f"{when} {told[f'{key}_anonymous_mb']:,.0f} ({told[f'{key}_resident_mb']:,.0f})"
                  for key, when in (("before", f"before, {self._size.accounts:,} accounts asleep"),
                                    ("reserved", f"{self._size.units:,} orders"),
                                    ("waiting", f"{self._size.waiters:,} waiters, too"),
                                    ("killed", "woken after kill -9"), ("restarted", "after a stop"))]
        times = [" ".join([name, *(f"{told[name][at] / 1000:.2f}" for at in ("p50_us", "p99_us", "max_us"))])
                 for name in ("reservations", "joins", "refusals")]
        return [f"RssAnon (VmRSS) in MB: {'; '.join(memory)}",
                f"p50, p99 and longest in ms: {'; '.join(times)}",
                f"{told['killed_replayed']:,} records replayed after kill -9"]

    def versions(self) -> dict[str, str]:
        return {"hongbao": first_line([str(self._binary), "--version"])}
