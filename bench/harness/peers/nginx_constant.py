"""Role: side L: nginx answering every request with one constant, the practical limit of HTTP here."""
from harness.machine import package_version
from harness.peers.nginx import start_nginx
from harness.peers.side import Side, Target
from harness.workload import Workload

# An open's answer, with ids as long as real ones.
SAMPLE = (b'{"packet_id":"7398046511104000001","user_id":"u0000001","amount_fen":100,'
          b'"opened_at":"2026-11-21T05:53:14.123Z","repeat":false}')


class NginxConstant(Side):
    key, title, durable = "L", "nginx, constant", False
    workers = 1
    status, sample = 200, SAMPLE  # set before start() to the answer that it is to resemble

    def start(self):
        body = self.sample.decode().strip()
        assert "'" not in body and "$" not in body, body
        group, self.port = start_nginx("nginx (L)", self.folder, self.workers,
                                       f"            return {self.status} '{body}';")
        self.groups.append(group)

    def prepare(self, workload: Workload) -> Target:
        return Target(self.port, [str(7398046511104000001 + i) for i in range(workload.packets)],
                      workload)

    def problems(self, target: Target, opens_answered: int, opens_sent: int) -> list[str]:
        return []  # it keeps nothing; that every answer is a success is checked for all sides

    def versions(self) -> dict[str, str]:
        return {"nginx": package_version("nginx")}
