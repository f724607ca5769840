"""Role: the lane of shakes over HTTP by wrk: one campaign, many users, every shake a prize."""
from harness.hongbao import Hongbao
from harness.load import Load
from harness.lanes.opens import OpenLane
from harness.peers.side import Target, claim_problems, repeat_problems
from harness.workload import MEAN_SHARE_FEN


class ShakeLane(OpenLane):
    """Like a lane of opens with one packet, but users share a campaign's budget, and each of them shakes
    once. The workload's shares are the prizes."""
    action = "shake"
    side: Hongbao

    def prepare(self) -> Target:
        client = self.side.http()
        campaign = self.side.fund_campaign(client, self.workload.shares, MEAN_SHARE_FEN)
        self.side.remember(client)
        return Target(self.side.port, [campaign], self.workload)

    def repeat_problems(self, target: Target, load: Load) -> list[str]:
        return repeat_problems(target, load, "campaigns", self.action, {"request_id": "r"})

    def work_problems(self, target: Target, answered: int, sent: int) -> list[str]:
        client = self.side.http()
        campaign = client.ask("GET", f"/v1/campaigns/{target.packet_ids[0]}")
        wins, spent_fen = campaign["win_count"], campaign["spent_fen"]
        found = claim_problems(wins, answered, sent)
        if campaign["shake_count"] != wins or spent_fen != wins * MEAN_SHARE_FEN:
            found.append(f"{campaign['shake_count']} shakes, {wins} wins, {spent_fen} fen spent")
        return found + self.side.book_problems(client, wins, spent_fen)
