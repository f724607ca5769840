"""Role: what a burst is for, tickets of sales or shares of packets: how they are made, asked for and
looked at afterwards."""
from abc import ABC, abstractmethod

from harness.hongbao import Hongbao
from harness.http_client import HttpFailed
from harness.peers.side import Side, Target
from harness.workload import MEAN_SHARE_FEN, Workload, user_id

ITEMS_PER_PAGE = 200
USERS_LOOKED_AT = 100


class Goods(ABC):
    """`got`, `again` and `refused` are bench/burst.cpp's kinds of answers: to a user who gets a unit, who
    has one already, and who comes when none is left."""
    units: str
    status: int     # of the answer to a user who gets one
    got: str
    again: str
    refused: str

    @abstractmethod
    def path(self, name: str) -> str:
        """The path at which to ask for a unit of the goods with this id."""

    @abstractmethod
    def fresh(self, side: Hongbao, scene) -> list[str]:
        """The ids of fresh goods for a scene."""

    @abstractmethod
    def problems(self, side: Hongbao, scene, ids: list[str], result: dict) -> list[str]:
        """What is wrong with what a burst has left behind."""

    @abstractmethod
    def _one(self, side: Side) -> str:
        """The id of goods of which one unit is left."""

    def sample_answer(self, side: Side) -> bytes:
        """The body of the answer to a user who gets a unit, for L's constant answer."""
        path = self.path(self._one(side))
        status, text = side.http().exchange("POST", path, {"user_id": user_id(0)})
        if status != self.status:
            raise HttpFailed(f"a first request was answered {status} {text[:500]!r}")
        return text


class Tickets(Goods):
    units, status = "tickets", 201
    got, again, refused = "reserved", "already_reserved", "sold_out"

    def path(self, name: str) -> str:
        return f"/v1/sales/{name}/reservations"

    def fresh(self, side: Hongbao, scene) -> list[str]:
        client = side.http()
        ids = side.open_sales(client, scene.goods, scene.units, MEAN_SHARE_FEN)
        side.remember(client)
        return ids

    def _one(self, side: Hongbao) -> str:
        return side.open_sales(side.http(), 1, 1, MEAN_SHARE_FEN)[0]

    def problems(self, side: Hongbao, scene, ids: list[str], result: dict) -> list[str]:
        """Whether the sales, the orders of some users and the journal show what the clients were told."""
        client, found = side.http(), []
        for name in ids:
            sale = client.ask("GET", f"/v1/sales/{name}")
            taken = min(scene.units, scene.users)
            told = tuple(sale[field] for field in ("available", "reserved", "sold", "waiting", "status"))
            state = "running" if scene.units > taken else "sold_out"
            if told != (scene.units - taken, taken, 0, 0, state):
                found.append(f"sale {name} shows {told}")
        for user in range(0, scene.users, max(1, scene.users // USERS_LOOKED_AT)):
            orders = client.ask("GET", f"/v1/accounts/{user_id(user)}/orders?limit={ITEMS_PER_PAGE}")
            sales = [order["sale_id"] for order in orders["items"] if order["sale_id"] in ids]
            if len(sales) != len(set(sales)):
                found.append(f"user {user} has {len(sales)} orders in {len(set(sales))} sales")
        return found + side.book_problems(client, claims=scene.winners, claimed_fen=0)


class Shares(Goods):
    units, status = "shares", 200
    got, again, refused = "fresh", "repeats", "packet_exhausted"

    def path(self, name: str) -> str:
        return f"/v1/packets/{name}/open"

    def fresh(self, side: Hongbao, scene) -> list[str]:
        return side.prepare(self._workload(scene)).packet_ids

    def _workload(self, scene) -> Workload:
        return Workload(scene.goods, scene.users, scene.units)

    def _one(self, side: Side) -> str:
        return side.prepare(Workload(1, 1)).packet_ids[0]

    def problems(self, side: Hongbao, scene, ids: list[str], result: dict) -> list[str]:
        """Whether packets, claims and journal show as many different winners, and the sums, that clients were told."""
        found = side.problems(Target(side.port, ids, self._workload(scene)), scene.winners, scene.winners)
        if scene.users == 1 and result["repeats_sum"] != result["repeats"] * result["fresh_sum"]:
            found.append("the identical requests were told different amounts")
        claimed_fen, client = 0, side.http()
        for name in ids:
            users, page = [], {"next_cursor": ""}
            while page["next_cursor"] is not None:
                cursor = f"&cursor={page['next_cursor']}" if page["next_cursor"] else ""
                page = client.ask("GET", f"/v1/packets/{name}/claims?limit={ITEMS_PER_PAGE}{cursor}")
                users += [item["user_id"] for item in page["items"]]
                claimed_fen += sum(item["amount_fen"] for item in page["items"])
            if not len(users) == len(set(users)) == scene.winners // scene.goods:
                found.append(f"{len(users)} claims by {len(set(users))} users")
        client.close()
        if claimed_fen != result["fresh_sum"]:
            found.append(f"claims of {claimed_fen} fen, the clients were told of {result['fresh_sum']}")
        return found
