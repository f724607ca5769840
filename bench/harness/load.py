"""Role: one run of wrk against one side, and what it counted."""
import json
import subprocess
from dataclasses import dataclass
from pathlib import Path

SCRIPT = Path(__file__).resolve().parent.parent / "wrk" / "open.lua"


class LoadFailed(Exception):
    """wrk did not run; the text is what it wrote."""


@dataclass(frozen=True)
class Load:
    """Counts of one run. first_pair … next_pair-1 were composed; those answered are `answers`."""
    answers: int
    seconds: float
    first_pair: int
    next_pair: int
    connections: int
    non_2xx: int
    socket_errors: int
    p50_us: int
    p99_us: int
    max_us: int

    @property
    def per_second(self) -> float:
        return self.answers / self.seconds

    def problems(self) -> list[str]:
        found = []
        if self.answers == 0:
            found.append("no answer at all")
        if self.non_2xx:
            found.append(f"{self.non_2xx} answers were not 2xx")
        if self.socket_errors:
            found.append(f"{self.socket_errors} socket errors or timeouts")
        unanswered = self.next_pair - self.first_pair - self.answers
        if not 0 <= unanswered <= self.connections:
            found.append(f"{unanswered} requests without an answer on {self.connections} connections")
        return found


def run_wrk(port: int, connections: int, seconds: int, packets_file: Path, users: int,
            first_pair: int) -> Load:
    """wrk with one thread; `seconds` is whole, wrk knows no other."""
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "10s", "-s", str(SCRIPT),
               f"http://127.0.0.1:{port}", "--", str(packets_file), str(users), str(first_pair)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=seconds + 60)
    lines = [line for line in done.stdout.splitlines() if line.startswith("result ")]
    if done.returncode != 0 or not lines:
        raise LoadFailed(f"wrk ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    result = json.loads(lines[-1].removeprefix("result "))
    errors = sum(result[f"{kind}_errors"] for kind in ("connect", "read", "write"))
    return Load(answers=result["requests"], seconds=result["duration_us"] / 1e6,
                first_pair=first_pair, next_pair=result["next"], connections=connections,
                non_2xx=result["non_2xx"], socket_errors=errors + result["timeouts"],
                p50_us=result["p50_us"], p99_us=result["p99_us"], max_us=result["max_us"])
