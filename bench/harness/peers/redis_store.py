"""Role: Redis with its append-only file synced before every answer, as sides N and R use it: accounts
as one hash of balances, a packet as a list of prepared shares, a hash of claims and a log."""
from abc import abstractmethod
from pathlib import Path

from harness.machine import package_version
from harness.peers.nginx import PEERS
from harness.processes import Group
from harness.peers.resp import RedisClient, RedisError
from harness.peers.side import Side, Target, claim_problems
from harness.workload import Workload, double_mean

AOF_BYTES_PER_CLAIM_MIN = 100  # LPOP, HSET, HINCRBY and RPUSH, each with its key
WORDS_PER_COMMAND = 10_000


class RedisStore(Side):
    durable = True

    def start(self):
        self.socket = self.folder / "redis.sock"
        data = self.folder / "redis"
        data.mkdir()
        group = Group("redis-server", [
            "redis-server", "--port", "0", "--unixsocket", str(self.socket), "--unixsocketperm", "700",
            "--dir", str(data), "--save", "", "--appendonly", "yes", "--appendfsync", "always",
            "--auto-aof-rewrite-percentage", "0", "--maxclients", "12000"],
            self.folder / "redis.log", self.folder)
        self.groups.append(group)
        self.redis = group.wait_until(lambda: _connected(self.socket), 10)
        self._audit_sha = self.load_script((PEERS / "audit.lua").read_text())
        for first in range(0, self.users, WORDS_PER_COMMAND):
            users = range(first, min(first + WORDS_PER_COMMAND, self.users))
            self.redis.ask("HSET", "balances",
                           *(word for user in users for word in (self.user_key(user), 0)))
        self._packets_sent, self._shares_prepared = 0, set()

    @abstractmethod
    def user_key(self, index: int) -> str:
        """The name of account number `index`."""

    @abstractmethod
    def packet_key(self, index: int) -> str:
        """The name of the packet sent after `index` others."""

    def load_script(self, text: str) -> str:
        return self.redis.ask("SCRIPT", "LOAD", text).decode()

    def prepare(self, workload: Workload) -> Target:
        prepared = f"prepared:{workload.shares}"
        if workload.shares not in self._shares_prepared:
            self._shares_prepared.add(workload.shares)
            shares = double_mean(workload.total_fen, workload.shares, seed=1)
            for first in range(0, len(shares), WORDS_PER_COMMAND):
                self.redis.ask("RPUSH", prepared, *shares[first:first + WORDS_PER_COMMAND])
        ids = [self.packet_key(self._packets_sent + i) for i in range(workload.packets)]
        self._packets_sent += len(ids)
        for packet in ids:
            self.redis.ask("COPY", prepared, f"shares:{packet}")
        self._balances_fen, self._aof_bytes = self._sum_of_balances(), self._aof_size()
        return Target(self.port, ids, workload)

    def problems(self, target: Target, opens_answered: int, opens_sent: int) -> list[str]:
        found = []
        workload, claims, claimed_fen = target.workload, 0, 0
        for packet in target.packet_ids:
            count, logged, left, fen, logged_fen, rest_fen = self.redis.ask(
                "EVALSHA", self._audit_sha, 0, packet)
            if not (count == logged == workload.shares - left
                    and fen == logged_fen == workload.total_fen - rest_fen):
                found.append(f"packet {packet}: {count} claims of {fen} fen, {logged} log lines of "
                             f"{logged_fen} fen, {left} shares and {rest_fen} fen left")
            claims, claimed_fen = claims + count, claimed_fen + fen
        found += claim_problems(claims, opens_answered, opens_sent)
        credited_fen = self._sum_of_balances() - self._balances_fen
        if credited_fen != claimed_fen:
            found.append(f"{claimed_fen} fen claimed, {credited_fen} fen credited")
        return found + self._aof_problems(claims)

    def claims(self, target: Target) -> int:
        return sum(self.redis.ask("HLEN", f"claims:{packet}") for packet in target.packet_ids)

    def _aof_problems(self, claims: int) -> list[str]:
        found = []
        if self.redis.ask("CONFIG", "GET", "appendfsync")[1] != b"always":
            found.append("appendfsync is not always")
        status = self.redis.info("persistence")
        if status["aof_enabled"] != "1" or status["aof_last_write_status"] != "ok":
            found.append(f"AOF: enabled {status['aof_enabled']}, {status['aof_last_write_status']}")
        grown = self._aof_size() - self._aof_bytes
        if grown < claims * AOF_BYTES_PER_CLAIM_MIN:
            found.append(f"the AOF grew by {grown} bytes for {claims} claims")
        return found

    def _aof_size(self) -> int:
        """In bytes, as it is on disk, not as Redis says."""
        return sum(file.stat().st_size for file in (self.folder / "redis").rglob("*.aof"))

    def _sum_of_balances(self) -> int:
        return sum(int(balance) for balance in self.redis.ask("HVALS", "balances"))

    def versions(self) -> dict[str, str]:
        return {"redis-server": package_version("redis-server")}


def _connected(path: Path) -> RedisClient | None:
    try:
        client = RedisClient(str(path))
        client.ask("PING")
        return client
    except (OSError, RedisError):
        return None
