#!/usr/bin/env python3
"""Role: the client of S16 that is measured: PORT SECONDS PACKET FIRST_USER USERS [tls]. GET /livez and an
open in turn, a few hundred a second; their times go to stdout as JSON."""
import http.client
import json
import math
import ssl
import sys
import time

PAUSE_S = 0.002


def percentile(times_ms: list[float], share: float) -> float:
    return times_ms[min(len(times_ms) - 1, math.ceil(share * len(times_ms)) - 1)]


def connection(port: int, tls: bool) -> http.client.HTTPConnection:
    if not tls:
        return http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    return http.client.HTTPSConnection("127.0.0.1", port, timeout=60,
                                       context=ssl._create_unverified_context())


def main(port: int, seconds: float, packet: str, first_user: int, users: int, tls: bool):
    line = connection(port, tls)
    line.connect()
    times_ms, refused, number = [], 0, 0
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        began = time.perf_counter()
        if number % 2:
            user = f"u{(first_user + number // 2) % users:07d}"
            line.request("POST", f"/v1/packets/{packet}/open", json.dumps({"user_id": user}),
                         {"Content-Type": "application/json"})
        else:
            line.request("GET", "/livez")
        answer = line.getresponse()
        answer.read()
        times_ms.append(1000 * (time.perf_counter() - began))
        refused += answer.status != 200
        number += 1
        time.sleep(PAUSE_S)
    times_ms.sort()
    print(json.dumps({"answers": number, "opens": number // 2, "refused": refused,
                      **{name: percentile(times_ms, share) for name, share in
                         (("p50_ms", 0.5), ("p99_ms", 0.99), ("p999_ms", 0.999), ("max_ms", 1.0))}}))


if __name__ == "__main__":
    main(int(sys.argv[1]), float(sys.argv[2]), sys.argv[3], int(sys.argv[4]), int(sys.argv[5]),
         sys.argv[6:] == ["tls"])
