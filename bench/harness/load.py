"""Role: one run of wrk against one side, and what it counted."""
import json
import subprocess
from dataclasses import dataclass
from pathlib import Path

SCRIPTS = Path(__file__).resolve().parent.parent / "wrk"


class LoadFailed(Exception):
    """The load generator did not run; the text is what it wrote."""


@dataclass(frozen=True)
class Load:
    """Counts of one run. first_pair … next_pair-1 were composed, `batch` pairs to a request."""
    requests: int           # requests answered
    seconds: float
    first_pair: int
    next_pair: int
    connections: int
    batch: int
    bytes: int              # of all answers, heads included
    refused: int            # answers with a status of 400 or more
    socket_errors: int
    p50_us: float
    p99_us: float
    max_us: float

    @property
    def opens(self) -> int:
        return self.requests * self.batch

    @property
    def opens_sent(self) -> int:
        return self.next_pair - self.first_pair

    def problems(self, refused_expected: bool = False) -> list[str]:
        found = []
        if self.requests == 0:
            found.append("no answer at all")
        if refused_expected and self.refused != self.requests:
            found.append(f"{self.requests - self.refused} of {self.requests} answers were no refusals")
        if not refused_expected and self.refused:
            found.append(f"{self.refused} answers were not 2xx")
        if self.socket_errors:
            found.append(f"{self.socket_errors} socket errors or timeouts")
        unanswered = self.opens_sent // self.batch - self.requests
        if not 0 <= unanswered <= self.connections:
            found.append(f"{unanswered} requests without an answer on {self.connections} connections")
        return found


def result_of(command: list[str], timeout_s: float, text: str | None = None) -> dict:
    """Runs a load generator that prints one line `result {JSON}`; `text` is its input."""
    try:
        done = subprocess.run(command, input=text, capture_output=True, text=True, timeout=timeout_s)
    except subprocess.TimeoutExpired as late:
        raise LoadFailed(f"{command[0]} did not end within {timeout_s:.0f} s") from late
    lines = [line for line in done.stdout.splitlines() if line.startswith("result ")]
    if done.returncode != 0 or not lines:
        raise LoadFailed(f"{command[0]} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return json.loads(lines[-1].removeprefix("result "))


def run_wrk(port: int, connections: int, seconds: int, packets_file: Path, users: int,
            first_pair: int, batch: int = 1, action: str = "open",
            credentials_file: Path | None = None, secure: bool = False) -> Load:
    """Runs wrk with one thread; `seconds` is whole, since wrk knows nothing else. A batch above 1 means
    POST /v1/opens. The action is open, or shake. Of the credentials there is one, or one for each user."""
    script = "open.lua" if batch == 1 else "opens.lua"
    result = result_of(
        ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "10s", "-s",
         str(SCRIPTS / script), f"{'https' if secure else 'http'}://127.0.0.1:{port}", "--", str(packets_file), str(users),
         str(first_pair), str(batch), action,
         *([str(credentials_file)] if credentials_file else [])], seconds + 60)
    errors = sum(result[f"{kind}_errors"] for kind in ("connect", "read", "write"))
    return Load(requests=result["requests"], seconds=result["duration_us"] / 1e6,
                first_pair=first_pair, next_pair=result["next"], connections=connections, batch=batch,
                bytes=result["bytes"], refused=result["non_2xx"],
                socket_errors=errors + result["timeouts"],
                p50_us=result["p50_us"], p99_us=result["p99_us"], max_us=result["max_us"])
