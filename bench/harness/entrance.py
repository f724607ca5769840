"""Role: the experiments on what it costs to come in: credentials, TLS."""
from harness.experiment import PACKETS, Experiment, Setting
from harness.hongbao import SecureHongbao
from harness.lanes.lane import Lane
from harness.lanes.opens import CredentialLane, OpenLane
from harness.rows import Row
from harness.workload import OPENS_PER_SECOND_MAX, Workload, users_for


class Credentials(Experiment):
    """S1k and S1j: what it costs to ask each request who it is from."""
    name = "credentials"
    keyless, key, token = "H keyless", "H key", "H token"
    rows = [Row("S1k", "S1 with a key, c64", key, keyless, 0.95, 1),
            Row("S1j", "S1 with each user's own token, c64", token, keyless, 0.9, 1)]
    needs_peers = False

    def lanes(self, setting: Setting, keys: list[str]) -> list[Lane]:
        plan, disk, c = setting.plan, setting.disk, 64
        users = users_for(PACKETS, setting.chosen.users, plan.seconds_per_run * OPENS_PER_SECOND_MAX)
        shut = setting.hongbao(users, "H-keys")
        shut.resume()
        shut.require_keys()
        made = [OpenLane(self.keyless, f"hongbao, no credentials, c{c}", setting.hongbao(users),
                         Workload(PACKETS, users), c, plan, disk)]
        for key, title, credentials in ((self.key, "a key", lambda: [shut.credential]),
                                        (self.token, "tokens", shut.tokens)):
            if key in keys:
                made.append(CredentialLane(key, f"hongbao, {title}, c{c}", shut,
                                           Workload(PACKETS, users), c, plan, disk,
                                           credentials=credentials()))
        shut.pause()
        return [lane for lane in made if lane.key in keys]


class Secure(Experiment):
    """S1t: what TLS costs on connections that are kept."""
    needs_peers = False

    def __init__(self, connections: int):
        c = self.connections = connections
        self.name = f"TLS c{c}"
        self.plain, self.tls = f"H plain c{c}", f"H TLS c{c}"
        self.rows = [Row("S1t", f"S1 over TLS, c{c}", self.tls, self.plain, 0.8, 0.9)]

    def lanes(self, setting: Setting, keys: list[str]) -> list[Lane]:
        plan, c = setting.plan, self.connections
        users = users_for(PACKETS, setting.chosen.users, plan.seconds_per_run * OPENS_PER_SECOND_MAX)
        sides = {self.plain: setting.hongbao(users),
                 self.tls: setting.hongbao(users, "H-TLS", SecureHongbao)}
        return [OpenLane(key, f"{sides[key].title}, c{c}", sides[key], Workload(PACKETS, users), c, plan,
                         setting.disk) for key in keys]
