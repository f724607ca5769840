"""Role: side H: hongbao itself, over its public API only (see README.md)."""
import re
import subprocess
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone
from pathlib import Path

from harness.http_client import HttpClient
from harness.machine import first_line
from harness.processes import Group
from harness.peers.side import Side, Target, claim_problems
from harness.workload import Workload, user_id

SENDER = "bench-shop"
DEPOSIT_FEN = 10**12
ACCOUNTS_PER_BATCH = 1000
ACCOUNT_CONNECTIONS = 4
TOKEN_S = 86_400
ACCOUNTS_PATIENCE_S = 60    # millions of them may be too fast for the read model
JOURNAL_BYTES_PER_CLAIM_MIN = 32
READY = re.compile(r"^hongbao is ready on https?://127\.0\.0\.1:(\d+)", re.MULTILINE)


def hours_around_now() -> dict[str, str]:
    now = datetime.now(timezone.utc)
    return {name: (now + timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M:%SZ")
            for name, hours in (("starts_at", -1), ("ends_at", 12))}


def sale_terms(stock: int, price_fen: int) -> dict:
    """The terms of a sale that runs for hours; orders have three days to be paid."""
    return {"merchant": SENDER, "title": "Bench tickets", "price_fen": price_fen, "stock": stock,
            "payment_window_s": 72 * 3600, **hours_around_now()}


def open_merchant(client: HttpClient):
    client.ask("POST", "/v1/accounts", {"user_id": SENDER, "username": "Bench shop", "type": "merchant"})


def open_accounts(port: int, users: int, secure: bool = False):
    """In batches, over a few connections at once."""
    def every_nth_batch(number: int):
        client = HttpClient(port, secure=secure)
        for first in range(number * ACCOUNTS_PER_BATCH, users, ACCOUNT_CONNECTIONS * ACCOUNTS_PER_BATCH):
            batch = range(first, min(first + ACCOUNTS_PER_BATCH, users))
            results = client.ask("POST", "/v1/accounts/batch", {"accounts": [
                {"user_id": user_id(user), "username": f"User {user}"} for user in batch]},
                patience_s=ACCOUNTS_PATIENCE_S)["results"]
            refused = [result for result in results if "user_id" not in result]
            assert len(results) == len(batch) and not refused, refused[:1]
        client.close()

    with ThreadPoolExecutor(ACCOUNT_CONNECTIONS) as pool:
        list(pool.map(every_nth_batch, range(ACCOUNT_CONNECTIONS)))


class Hongbao(Side):
    key, title, durable = "H", "hongbao", True

    def __init__(self, folder: Path, users: int, binary: Path, arguments: list[str]):
        super().__init__(folder, users)
        self.binary, self.arguments = binary, arguments

    def start(self):
        self.data = self.folder / "data"
        server = Group("hongbao", [str(self.binary), "serve", "--data", str(self.data), "--listen",
                                   "127.0.0.1:0", *self.arguments], self.folder / "output.log",
                       self.folder)
        self.groups.append(server)
        self._log = server.log
        self.port = int(server.wait_until(self._ready_line, 30).group(1))
        self._keys = 0
        client = self.http()
        open_merchant(client)
        client.ask("POST", f"/v1/accounts/{SENDER}/deposits", {"amount_fen": DEPOSIT_FEN},
                   self._fresh_key())
        client.close()
        open_accounts(self.port, self.users, self.secure)

    def _ready_line(self):
        return READY.search(self._log.read_text(errors="replace"))

    def _fresh_key(self) -> dict[str, str]:
        self._keys += 1
        return {"Idempotency-Key": f"bench-{self._keys}"}

    def require_keys(self):
        """From now on whoever asks needs a credential: this key, or a user's own token."""
        client = self.http()
        self.credential = client.ask("POST", "/v1/keys", {"name": "bench", "scope": "service",
                                                          "reason": "the benchmark"})["key"]
        client.close()

    def tokens(self) -> list[str]:
        """One for each user, in order."""
        def every_nth(number: int) -> list[str]:
            client = self.http()
            found = [client.ask("POST", "/v1/tokens", {"user_id": user_id(user),
                                                       "expires_in_s": TOKEN_S})["token"]
                     for user in range(number, self.users, ACCOUNT_CONNECTIONS)]
            client.close()
            return found

        with ThreadPoolExecutor(ACCOUNT_CONNECTIONS) as pool:
            parts = list(pool.map(every_nth, range(ACCOUNT_CONNECTIONS)))
        return [parts[user % ACCOUNT_CONNECTIONS][user // ACCOUNT_CONNECTIONS]
                for user in range(self.users)]

    def send_packets(self, client: HttpClient, packets: int, shares: int, total_fen: int) -> list[str]:
        """The ids of fresh lucky packets."""
        body = {"sender": SENDER, "kind": "lucky", "total_fen": total_fen, "count": shares}
        return [client.ask("POST", "/v1/packets", body, self._fresh_key())["id"]
                for _ in range(packets)]

    def fund_campaign(self, client: HttpClient, prizes: int, prize_fen: int) -> str:
        """The id of a fresh campaign in which every shake wins; it runs for hours."""
        body = {"merchant": SENDER, "name": "Bench rain", "budget_fen": prizes * prize_fen,
                "wins_per_user": 1, "rounds": [
                    {**hours_around_now(), "win_permille": 1000, "share_fen_min": prize_fen,
                     "share_fen_max": prize_fen, "wins_per_user": 1}]}
        return client.ask("POST", "/v1/campaigns", body, self._fresh_key())["id"]

    def open_sales(self, client: HttpClient, sales: int, stock: int, price_fen: int) -> list[str]:
        """The ids of fresh sales."""
        body = sale_terms(stock, price_fen)
        return [client.ask("POST", "/v1/sales", body, self._fresh_key())["id"] for _ in range(sales)]

    def prepare(self, workload: Workload) -> Target:
        client = self.http()
        ids = self.send_packets(client, workload.packets, workload.shares, workload.total_fen)
        self.remember(client)
        return Target(self.port, ids, workload, self.credential, self.secure)

    def remember(self, client: HttpClient):
        """What the books say now, for book_problems()."""
        self._audit = client.ask("GET", "/v1/audit")
        self._written_bytes = self._bytes_written()
        client.close()

    def problems(self, target: Target, opens_answered: int, opens_sent: int) -> list[str]:
        client = self.http()
        packets = [client.ask("GET", f"/v1/packets/{packet}") for packet in target.packet_ids]
        claims = sum(packet["count"] - packet["remaining_count"] for packet in packets)
        claimed_fen = sum(packet["total_fen"] - packet["remaining_fen"] for packet in packets)
        found = claim_problems(claims, opens_answered, opens_sent)
        return found + self.book_problems(client, claims, claimed_fen)

    def book_problems(self, client: HttpClient, claims: int, claimed_fen: int) -> list[str]:
        """Whether audit, journal and disk show this many claims of this sum since remember()."""
        found = []
        before, after = self._audit, client.ask("GET", "/v1/audit")
        client.close()
        if after["difference_fen"] != 0:
            found.append(f"the audit's difference is {after['difference_fen']} fen")
        records = after["journal_sequence"] - before["journal_sequence"]
        if records != claims:
            found.append(f"{records} journal records for {claims} claims")
        credited_fen = after["accounts_fen"] - before["accounts_fen"]
        released_fen = before["escrow_fen"] - after["escrow_fen"]
        if not claimed_fen == credited_fen == released_fen:
            found.append(f"{claimed_fen} fen claimed, {credited_fen} credited, {released_fen} released")
        written = self._bytes_written() - self._written_bytes
        if written < claims * JOURNAL_BYTES_PER_CLAIM_MIN:
            found.append(f"{written} bytes written to disk for {claims} claims")
        return found

    def _bytes_written(self) -> int:
        """Bytes that the server has written towards the disk, by the kernel's count."""
        for line in Path(f"/proc/{self.groups[0].pid}/io").read_text().splitlines():
            if line.startswith("write_bytes:"):
                return int(line.split()[1])
        raise AssertionError("no write_bytes in /proc/PID/io")

    def versions(self) -> dict[str, str]:
        return {"hongbao": first_line([str(self.binary), "--version"])}


class SecureHongbao(Hongbao):
    """The same over TLS, with a certificate of its own: ECDSA on P-256, as authorities issue them."""
    title, secure = "hongbao over TLS", True

    def start(self):
        files = {name: self.folder / f"{name}.pem" for name in ("certificate", "key")}
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
                        "-nodes", "-keyout", files["key"], "-out", files["certificate"], "-days", "30",
                        "-subj", "/CN=localhost"], check=True, capture_output=True, timeout=60)
        files["key"].chmod(0o600)
        self.arguments = [*self.arguments, "--tls-certificate-file", str(files["certificate"]),
                          "--tls-key-file", str(files["key"])]
        super().start()
