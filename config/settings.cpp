// Role: the table of settings: everything about a setting but its default, which stands in the
// struct.
#include "config/settings.hpp"

#include <algorithm>
#include <array>

namespace hongbao::config {
namespace {

constexpr std::int64_t kib = std::int64_t{1} << 10;
constexpr std::int64_t mib = std::int64_t{1} << 20;
constexpr std::int64_t gib = std::int64_t{1} << 30;
constexpr std::int64_t tib = std::int64_t{1} << 40;
constexpr std::int64_t million = 1'000'000;
constexpr std::int64_t day_s = 86'400;
/// The largest balance: every integer up to it is exact in a JSON reader that uses doubles.
constexpr std::int64_t balance_fen_max = (std::int64_t{1} << 53) - 1;

using S = Settings;
using enum Kind;

constexpr std::string_view place = "Place";
constexpr std::string_view access = "Access";
constexpr std::string_view log = "Log";
constexpr std::string_view backup = "Backup";
constexpr std::string_view machine = "Machine";
constexpr std::string_view load = "Load: past these bounds clients get a 4xx or 503";
constexpr std::string_view limits = "Limits: past these a client gets a 429";
constexpr std::string_view journal = "Journal";
constexpr std::string_view rules = "Rules of red packets and sales";

// clang-format off
constexpr auto table = std::to_array<Setting>({
    {"data_dir", place, "Folder of the journal; created if it does not exist", folder, &S::data_dir},
    {"listen", place,
     "HTTP server's address, or unix:/PATH; beyond loopback with key and TLS; port 0: any",
     address, &S::listen},
    {"allowed_hosts", place,
     "Names besides localhost that clients may reach the server by; others get a 421; none: any name, "
     "once there is a key",
     hosts, &S::allowed_hosts},
    {"allowed_origins", place,
     "Sites whose pages may use the server from a browser; other sites get a 403",
     origins, &S::allowed_origins},
    {"tls_certificate_file", place,
     "Certificate in PEM, then those that it hangs on; with it the server speaks TLS; SIGHUP reloads",
     file, &S::tls_certificate_file},
    {"tls_key_file", place,
     "Its private key in PEM, not encrypted, in a file that only the server's user can read",
     file, &S::tls_key_file},
    {"behind_proxy", place,
     "Addresses of proxies whose X-Forwarded-For or Forwarded is believed, or unix; nobody else's is",
     proxies, &S::behind_proxy},
    {"insecure_plain_http", place,
     "on: keys may cross the network readable, as in one of trusted machines alone",
     on_off, &S::insecure_plain_http},
    {"debuggable", place,
     "on: cores are written, and debuggers and profilers of the same user see all secrets",
     on_off, &S::debuggable},
    {"clock", place, "wall, or manual for tests and demos: time moves by POST /v1/clock/advance",
     Kind::clock, &S::clock},

    {"token_issuer_key_file", access,
     "PEM file with the public key of an issuer of your own, whose tokens are good here, too",
     file, &S::token_issuer_key_file},
    {"token_issuer_algorithm", access, "What that issuer signs by: ES256 (P-256) or RS256 (RSA)",
     choice, &S::token_issuer_algorithm, 0, 0, "ES256|RS256"},
    {"token_issuer", access, "What its tokens must have as iss; empty: anything",
     word, &S::token_issuer},
    {"token_audience", access, "What its tokens must have as aud, or in it",
     word, &S::token_audience},
    {"token_user_claim", access, "Which claim of its tokens is the user id",
     word, &S::token_user_claim},
    {"token_cache_max", access,
     "Tokens whose signature is remembered as right; each takes about 250 bytes",
     count, &S::token_cache_max, 4, 10 * million},

    {"webhooks", access, "off: webhooks are kept, and nothing is delivered", on_off, &S::webhooks},
    {"webhook_private_addresses", access,
     "Addresses that are not public and that webhooks may reach all the same, also by plain HTTP",
     ranges, &S::webhook_private_addresses},

    {"log_level", log,
     "Least urgent lines to write; debug: one for every request, with personal data",
     choice, &S::log_level, 0, 0, "error|warn|info|debug"},
    {"log_format", log, "What a line is: a sentence, or a JSON object",
     choice, &S::log_format, 0, 0, "text|json"},
    {"log_file", log,
     "File for the lines, which then are on stderr only if they are errors; SIGHUP opens it again",
     file, &S::log_file},
    {"log_slow_ms", log, "Milliseconds from which on a request is called slow; 0: never",
     count, &S::log_slow_ms, 0, 3'600'000},
    {"log_lines_per_s_max", log,
     "Lines a second about requests, for each code of a refusal and for slow ones; the rest is counted",
     count, &S::log_lines_per_s_max, 0, million},

    {"backup_dir", backup,
     "Folder that backups are made in, for hongbao doctor to look at the newest; a server never does",
     file, &S::backup_dir},
    {"backup_due_s", backup, "Age of the newest backup from which on hongbao doctor says that another is due",
     seconds, &S::backup_due_s, 60, 366 * day_s},

    {"scheduler_threads", machine, "Threads that run actors; 0: chosen for the machine",
     count, &S::scheduler_threads, 0, 256},
    {"router_count", machine, "Router actors that share the shards; a power of two",
     power_of_two, &S::router_count, 1, 1024},
    {"event_loop_count", machine, "Threads that serve HTTP connections",
     count, &S::event_loop_count, 1, 64},
    {"awake_bytes_max", machine,
     "Memory for accounts, packets, campaigns and sales with all their rows; the least recently "
     "used sleep on disk",
     bytes, &S::awake_bytes_max, 1, 16 * tib},

    {"campaign_slices_max", machine,
     "Actors that a large campaign is spread over; each takes some of the users and of the budget",
     count, &S::campaign_slices_max, 1, 256},

    {"connections_max", load,
     "Open HTTP connections; the one idle longest makes room for the next",
     count, &S::connections_max, 1, million},
    {"streams_max", load,
     "Open event streams, each on its own connection; at most three quarters of connections_max",
     count, &S::streams_max, 1, million},
    {"commands_in_flight_max", load, "Commands accepted and not yet answered",
     count, &S::commands_in_flight_max, 1, 10 * million},
    {"body_bytes_max", load, "Body of a request",
     bytes, &S::body_bytes_max, kib, 64 * mib},
    {"batch_body_bytes_max", load, "Body of a batch request; not below body_bytes_max",
     bytes, &S::batch_body_bytes_max, kib, 64 * mib},
    {"buffered_bytes_max", load,
     "Large requests under way, and answers that clients do not read; past it the slowest are cut "
     "off",
     bytes, &S::buffered_bytes_max, mib, 16 * tib},
    {"request_deadline_s", load, "Time for a whole request to arrive",
     seconds, &S::request_deadline_s, 1, 3600},
    {"idle_timeout_s", load, "Time a connection may stay without a request",
     seconds, &S::idle_timeout_s, 1, day_s},
    {"shutdown_delay_s", load,
     "Time before a stop in which /readyz says that the server is draining, while it still serves",
     seconds, &S::shutdown_delay_s, 0, 3600},
    {"drain_timeout_s", load, "Time for requests under way when the server is told to stop",
     seconds, &S::drain_timeout_s, 1, 3600},
    {"shed_delay_ms", load,
     "Milliseconds that requests may wait for their turn; longer, and history, looks and sends are "
     "refused until opens have room; 0: never",
     count, &S::shed_delay_ms, 0, 60'000},

    {"requests_per_s_per_user", limits,
     "Requests of a user with a token, an open or a look as one; 0: no limit",
     count, &S::requests_per_s_per_user, 0, million},
    {"requests_per_s_per_key", limits, "The same of a key; 0: no limit",
     count, &S::requests_per_s_per_key, 0, million},
    {"requests_per_s_per_address", limits,
     "The same of an address of another machine (IPv6: a network of 64 bits); 0: no limit",
     count, &S::requests_per_s_per_address, 0, million},
    {"request_burst_s", limits, "How many seconds' worth of requests may come at once",
     seconds, &S::request_burst_s, 1, 3600},
    {"failed_attempts_per_min_per_address", limits,
     "Wrong credentials from an address of another machine before no unknown one is checked; 0: no "
     "limit",
     count, &S::failed_attempts_per_min_per_address, 0, million},

    {"commit_batch_bytes_max", journal,
     "Records committed by one sync; at most a quarter of journal_map_bytes",
     bytes, &S::commit_batch_bytes_max, 4 * kib, 128 * mib},
    {"journal_map_bytes", journal,
     "Largest size of the journal; the file is sparse and only takes what is written",
     bytes, &S::journal_map_bytes, 16 * mib, 16 * tib},
    {"commit_stall_s", journal,
     "Time a commit may take; while one takes longer, /readyz and writes get a 503",
     seconds, &S::commit_stall_s, 1, 3600},
    {"unprojected_records_max", journal, "Records the read model may lag behind the journal",
     count, &S::unprojected_records_max, 1, 1000 * million},
    {"query_wait_s", journal,
     "Time a query waits for the read model to reach the journal; then it gets a 503",
     seconds, &S::query_wait_s, 1, 3600},
    {"idempotency_keep_s", journal, "Time an Idempotency-Key and its answer are kept",
     seconds, &S::idempotency_keep_s, day_s, 365 * day_s},
    {"idempotency_keys_max", journal, "Idempotency keys kept at once",
     count, &S::idempotency_keys_max, 1, 1000 * million},

    {"share_fen_max", rules, "Largest share of a packet",
     fen, &S::share_fen_max, 1, balance_fen_max},
    {"shares_per_packet_max", rules, "Shares in a packet that a person sends",
     count, &S::shares_per_packet_max, 1, 10 * million},
    {"merchant_shares_per_packet_max", rules, "Shares in a packet that a merchant sends",
     count, &S::merchant_shares_per_packet_max, 1, 10 * million},
    {"sends_per_day_max", rules, "Packets a person may send in a day; days turn at 00:00 UTC+8",
     count, &S::sends_per_day_max, 1, 1000 * million},
    {"send_sum_per_day_fen_max", rules, "Sum a person may send in a day",
     fen, &S::send_sum_per_day_fen_max, 1, balance_fen_max},
    {"merchant_sends_per_day_max", rules, "Packets a merchant may send in a day",
     count, &S::merchant_sends_per_day_max, 1, 1000 * million},
    {"merchant_send_sum_per_day_fen_max", rules, "Sum a merchant may send in a day",
     fen, &S::merchant_send_sum_per_day_fen_max, 1, balance_fen_max},
    {"money_in_system_fen_max", rules,
     "Most money in accounts, in escrow and suspended; what would bring in more is refused",
     fen, &S::money_in_system_fen_max, 1, balance_fen_max},
    {"external_credit_fen_max", rules,
     "Most that gateway payments which do not pay their order may credit, per order; anything "
     "beyond is suspended",
     fen, &S::external_credit_fen_max, 0, balance_fen_max},
    {"packet_life_s_default", rules, "Lifetime of a packet whose sender names none",
     seconds, &S::packet_life_s_default, 60, 3 * day_s},
    {"sale_refund_period_s", rules,
     "Time after a sale's end in which paid orders may still be refunded; then the merchant is paid",
     seconds, &S::sale_refund_period_s, 0, 365 * day_s},
});
// clang-format on

} // namespace

std::span<const Setting> all_settings() {
    return table;
}

const Setting* find_setting(std::string_view name) {
    const auto found = std::ranges::find(table, name, &Setting::name);
    return found == table.end() ? nullptr : &*found;
}

std::string flag_of(const Setting& setting) {
    if (setting.name == "data_dir") {
        return "--data";
    }
    std::string flag = "--" + std::string(setting.name);
    std::ranges::replace(flag, '_', '-');
    return flag;
}

std::string variable_of(const Setting& setting) {
    std::string variable = "HONGBAO_" + std::string(setting.name);
    std::ranges::transform(variable, variable.begin(),
                           [](char c) { return c >= 'a' && c <= 'z' ? char(c - 'a' + 'A') : c; });
    return variable;
}

} // namespace hongbao::config
