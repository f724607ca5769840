"""Role: side N: nginx + Lua in front of Redis over a unix socket, AOF synced before every answer."""
from harness.load import Load
from harness.machine import package_version
from harness.nginx import PEERS, start_nginx
from harness.processes import Group
from harness.resp import RedisClient, RedisError
from harness.side import Side, Target, claim_problems, repeat_problems
from harness.workload import double_mean

AOF_BYTES_PER_CLAIM_MIN = 100  # LPOP, HSET, HINCRBY and RPUSH, each with its key
SHARES_PER_PUSH = 10_000
FIRST_PACKET_ID = 7398046511104000000


class NginxRedis(Side):
    key, title, durable = "N", "nginx + Lua + Redis", True
    workers = 1

    def start(self):
        socket = self.folder / "redis.sock"
        data = self.folder / "redis"
        data.mkdir()
        redis = Group("redis-server", [
            "redis-server", "--port", "0", "--unixsocket", str(socket), "--unixsocketperm", "700",
            "--dir", str(data), "--save", "", "--appendonly", "yes", "--appendfsync", "always",
            "--auto-aof-rewrite-percentage", "0", "--maxclients", "12000"],
            self.folder / "redis.log", self.folder)
        self.groups.append(redis)
        self._redis = redis.wait_until(lambda: _connected(str(socket)), 10)
        open_sha = self._load("open.lua")
        self._audit_sha = self._load("audit.lua")
        nginx, self.port = start_nginx(
            "nginx (N)", self.folder, self.workers,
            location=f"            content_by_lua_file {PEERS / 'open_handler.lua'};",
            http=("    lua_package_path '/usr/share/lua/5.1/?.lua;;';\n"
                  f"    init_by_lua_block {{ peer = {{ socket = 'unix:{socket}', sha = '{open_sha}' }} }}"),
            modules=("ndk_http_module.so", "ngx_http_lua_module.so"))
        self.groups.append(nginx)
        for first in range(0, self.workload.users, 1000):
            users = range(first, min(first + 1000, self.workload.users))
            self._redis.ask("HSET", "balances", *(
                word for user in users for word in (self.workload.user_id(user), 0)))
        shares = double_mean(self.workload.total_fen, self.workload.users, seed=1)
        for first in range(0, len(shares), SHARES_PER_PUSH):
            self._redis.ask("RPUSH", "shares:prepared", *shares[first:first + SHARES_PER_PUSH])
        self._packets_sent = 0

    def _load(self, script: str) -> str:
        return self._redis.ask("SCRIPT", "LOAD", (PEERS / script).read_text()).decode()

    def prepare(self) -> Target:
        ids = [str(FIRST_PACKET_ID + self._packets_sent + i) for i in range(self.workload.packets)]
        self._packets_sent += len(ids)
        for packet in ids:
            self._redis.ask("COPY", "shares:prepared", f"shares:{packet}")
        self._balances_fen, self._aof_bytes = self._sum_of_balances(), self._aof_size()
        return Target(self.port, ids)

    def problems(self, target: Target, loads: list[Load]) -> list[str]:
        found = repeat_problems(target, self.workload, loads[-1])
        claims = claimed_fen = 0
        for packet in target.packet_ids:
            count, logged, left, fen, logged_fen, rest_fen = self._redis.ask(
                "EVALSHA", self._audit_sha, 0, packet)
            if not (count == logged == self.workload.users - left
                    and fen == logged_fen == self.workload.total_fen - rest_fen):
                found.append(f"packet {packet}: {count} claims of {fen} fen, {logged} log lines of "
                             f"{logged_fen} fen, {left} shares and {rest_fen} fen left")
            claims, claimed_fen = claims + count, claimed_fen + fen
        found += claim_problems(claims, loads)
        credited_fen = self._sum_of_balances() - self._balances_fen
        if credited_fen != claimed_fen:
            found.append(f"{claimed_fen} fen claimed, {credited_fen} fen credited")
        return found + self._aof_problems(claims)

    def _aof_problems(self, claims: int) -> list[str]:
        found = []
        if self._redis.ask("CONFIG", "GET", "appendfsync")[1] != b"always":
            found.append("appendfsync is not always")
        status = self._redis.info("persistence")
        if status["aof_enabled"] != "1" or status["aof_last_write_status"] != "ok":
            found.append(f"AOF: enabled {status['aof_enabled']}, {status['aof_last_write_status']}")
        grown = self._aof_size() - self._aof_bytes
        if grown < claims * AOF_BYTES_PER_CLAIM_MIN:
            found.append(f"the AOF grew by {grown} bytes for {claims} claims")
        return found

    def _aof_size(self) -> int:
        """In bytes, as the disk has it, not as Redis says."""
        return sum(file.stat().st_size for file in (self.folder / "redis").rglob("*.aof"))

    def _sum_of_balances(self) -> int:
        return sum(int(balance) for balance in self._redis.ask("HVALS", "balances"))

    def versions(self) -> dict[str, str]:
        return {"redis-server": package_version("redis-server"), "nginx": package_version("nginx"),
                "libnginx-mod-http-lua": package_version("libnginx-mod-http-lua")}


def _connected(path: str) -> RedisClient | None:
    try:
        client = RedisClient(path)
        client.ask("PING")
        return client
    except (OSError, RedisError):
        return None
