"""Role: side R: Redis alone, spoken to in its own protocol, pipelined, by redis-benchmark."""
import subprocess
import time
from dataclasses import dataclass

from harness.load import LoadFailed
from harness.machine import package_version
from harness.peers.nginx import PEERS
from harness.peers.redis_store import RedisStore
from harness.peers.side import Target

PIPELINE = 16
CONNECTIONS = 50  # redis-benchmark's own default

# redis-benchmark can only vary numbers, all of one range: it draws the user, and another number from which
# the packet is made here. The rest of the script is the one that N runs.
CHOOSE_PACKET = "ARGV[1] = string.format('%d', ARGV[4] + ARGV[1] % {packets})\n"


@dataclass(frozen=True)
class PipelinedLoad:
    """`seconds` are redis-benchmark's own, without its start. `claims` are what the script really did:
    of the commands sent, those whose random pair was new."""
    commands: int
    claims: int
    seconds: float


class RedisAlone(RedisStore):
    key, title = "R", "Redis, pipelined"
    port = 0  # a unix socket

    def user_key(self, index: int) -> str:
        return f"u{index:012d}"  # as redis-benchmark writes __rand_int__

    def packet_key(self, index: int) -> str:
        return str(index)

    def pipelined_opens(self, target: Target, commands: int) -> PipelinedLoad:
        packets = len(target.packet_ids)
        sha = self.load_script(CHOOSE_PACKET.format(packets=packets)
                               + (PEERS / "open.lua").read_text())
        before = self.claims(target)
        command = ["redis-benchmark", "-s", str(self.socket), "-c", str(CONNECTIONS), "-P",
                   str(PIPELINE), "-n", str(commands), "-r", str(self.users), "--csv", "EVALSHA", sha,
                   "0", "__rand_int__", "u__rand_int__", str(time.time_ns() // 1_000_000),
                   target.packet_ids[0]]
        done = subprocess.run(command, capture_output=True, text=True, timeout=300)
        lines = done.stdout.strip().splitlines()
        if done.returncode != 0 or len(lines) < 2 or "rror" in done.stdout + done.stderr:
            raise LoadFailed(f"redis-benchmark ended with {done.returncode}:\n{done.stdout}{done.stderr}")
        column = lines[-2].replace('"', "").split(",").index("rps")
        per_second = float(lines[-1].replace('"', "").split(",")[column])
        return PipelinedLoad(commands, self.claims(target) - before, commands / per_second)

    def versions(self) -> dict[str, str]:
        return {**super().versions(), "redis-tools": package_version("redis-tools")}
