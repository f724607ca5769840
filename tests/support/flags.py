"""Names of the server's settings as the tests pass them, in one place.

A test never writes a flag's name itself: a setting that is renamed changes here only.
"""


def flag(name, value):
    return f"--{name}={value}"


def manual_clock():
    return flag("clock", "manual")


def token_issuer(key_file, algorithm="ES256", **others):
    """`others`: token_issuer, token_audience, token_user_claim."""
    return [flag("token-issuer-key-file", key_file), flag("token-issuer-algorithm", algorithm),
            *(flag(name.replace("_", "-"), value) for name, value in others.items())]


def sends_per_day_max(count):
    return flag("sends-per-day-max", count)


def send_sum_per_day_fen_max(amount_fen):
    return flag("send-sum-per-day-fen-max", amount_fen)


def share_fen_max(amount_fen):
    return flag("share-fen-max", amount_fen)


def shares_per_packet_max(count):
    return flag("shares-per-packet-max", count)


def merchant_shares_per_packet_max(count):
    return flag("merchant-shares-per-packet-max", count)


def merchant_sends_per_day_max(count):
    return flag("merchant-sends-per-day-max", count)


def merchant_send_sum_per_day_fen_max(amount_fen):
    return flag("merchant-send-sum-per-day-fen-max", amount_fen)


def packet_life_s_default(seconds):
    return flag("packet-life-s-default", seconds)


def commands_in_flight_max(count):
    return flag("commands-in-flight-max", count)


def connections_max(count):
    return flag("connections-max", count)


def shutdown_delay_s(seconds):
    return flag("shutdown-delay-s", seconds)


def streams_max(count):
    return flag("streams-max", count)


def journal_map_bytes(size):
    return flag("journal-map-bytes", size)


def router_count(count):
    return flag("router-count", count)


def commit_batch_bytes_max(size):
    return flag("commit-batch-bytes-max", size)


def campaign_slices_max(count):
    return flag("campaign-slices-max", count)


def sale_refund_period_s(seconds):
    return flag("sale-refund-period-s", seconds)


def external_credit_fen_max(amount_fen):
    return flag("external-credit-fen-max", amount_fen)


def money_in_system_fen_max(amount_fen):
    return flag("money-in-system-fen-max", amount_fen)


def event_loop_count(count):
    return flag("event-loop-count", count)


def awake_bytes_max(count):
    return flag("awake-bytes-max", count)


def request_deadline_s(seconds):
    return flag("request-deadline-s", seconds)


def idle_timeout_s(seconds):
    return flag("idle-timeout-s", seconds)


def debuggable():
    return flag("debuggable", "on")


def insecure_plain_http():
    return flag("insecure-plain-http", "on")


def listen(address):
    return flag("listen", address)


# Sends and sums per day are caps for people; a test that sends all day long needs room.
def no_daily_limits():
    return [sends_per_day_max(1_000_000), send_sum_per_day_fen_max(10**13)]


def commit_stall_s(seconds):
    return flag("commit-stall-s", seconds)


def drain_timeout_s(seconds):
    return flag("drain-timeout-s", seconds)


def allowed_hosts(names):
    return flag("allowed-hosts", names)


def allowed_origins(names):
    return flag("allowed-origins", names)


def tls_certificate_file(path):
    return flag("tls-certificate-file", path)


def tls_key_file(path):
    return flag("tls-key-file", path)


def behind_proxy(addresses):
    return flag("behind-proxy", addresses)


def shed_delay_ms(ms):
    return flag("shed-delay-ms", ms)


def requests_per_s_per_user(count):
    return flag("requests-per-s-per-user", count)


def requests_per_s_per_key(count):
    return flag("requests-per-s-per-key", count)


def requests_per_s_per_address(count):
    return flag("requests-per-s-per-address", count)


def request_burst_s(seconds):
    return flag("request-burst-s", seconds)


def failed_attempts_per_min_per_address(count):
    return flag("failed-attempts-per-min-per-address", count)


def log_level(word):
    return flag("log-level", word)


def log_json():
    return flag("log-format", "json")


def log_file(path):
    return flag("log-file", path)


def log_slow_ms(ms):
    return flag("log-slow-ms", ms)


def log_lines_per_s_max(lines):
    return flag("log-lines-per-s-max", lines)


def backup_dir(folder):
    return flag("backup-dir", folder)


def backup_due_s(seconds):
    return flag("backup-due-s", seconds)
