// Role: what an operator can set: the values, and the one table that describes each of them.
// Flags, environment variables, file keys, --help, `config print`, `config check` and the shipped
// hongbao.toml are all derived from the table, so none can drift from the others.
// Immutable after start; may be read from any thread. Knows nothing of the layers it configures.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>

namespace hongbao::config {

enum class ClockKind { wall, manual };

/// A value of this type holds the defaults. Only values that loader.hpp accepted are to be used:
/// then every range in the table holds.
struct Settings {
    std::string data_dir = "./data";
    std::string listen = "127.0.0.1:8080";
    std::string allowed_hosts;
    std::string allowed_origins;
    std::string tls_certificate_file;
    std::string tls_key_file;
    std::string behind_proxy;
    bool insecure_plain_http = false;
    bool debuggable = false;
    ClockKind clock = ClockKind::wall;

    std::string token_issuer_key_file;
    std::string token_issuer_algorithm = "ES256";
    std::string token_issuer;
    std::string token_audience = "hongbao";
    std::string token_user_claim = "sub";
    std::int64_t token_cache_max = 65'536;
    bool webhooks = true;
    std::string webhook_private_addresses;

    std::string log_level = "info";
    std::string log_format = "text";
    std::string log_file;
    std::int64_t log_slow_ms = 1'000;
    std::int64_t log_lines_per_s_max = 10;

    std::string backup_dir;
    std::int64_t backup_due_s = 26 * 3'600;

    std::int64_t scheduler_threads = 0;
    std::int64_t router_count = 1;
    std::int64_t event_loop_count = 1;
    std::int64_t awake_bytes_max = std::int64_t{1} << 30;
    std::int64_t campaign_slices_max = 16;

    std::int64_t connections_max = 12'000;
    std::int64_t streams_max = 4'000;
    std::int64_t commands_in_flight_max = 20'000;
    std::int64_t body_bytes_max = std::int64_t{1} << 20;
    std::int64_t batch_body_bytes_max = std::int64_t{4} << 20;
    std::int64_t buffered_bytes_max = std::int64_t{256} << 20;
    std::int64_t request_deadline_s = 10;
    std::int64_t idle_timeout_s = 75;
    std::int64_t shutdown_delay_s = 0;
    std::int64_t drain_timeout_s = 10;
    std::int64_t shed_delay_ms = 50;

    std::int64_t requests_per_s_per_user = 50;
    std::int64_t requests_per_s_per_key = 0;
    std::int64_t requests_per_s_per_address = 5'000;
    std::int64_t request_burst_s = 10;
    std::int64_t failed_attempts_per_min_per_address = 600;

    std::int64_t commit_batch_bytes_max = std::int64_t{4} << 20;
    std::int64_t journal_map_bytes = std::int64_t{64} << 30;
    std::int64_t commit_stall_s = 5;
    std::int64_t unprojected_records_max = 1'000'000;
    std::int64_t query_wait_s = 5;
    std::int64_t idempotency_keep_s = 604'800;
    std::int64_t idempotency_keys_max = 10'000'000;

    std::int64_t share_fen_max = 20'000;
    std::int64_t shares_per_packet_max = 100;
    std::int64_t merchant_shares_per_packet_max = 2'000'000;
    std::int64_t sends_per_day_max = 1'000;
    std::int64_t send_sum_per_day_fen_max = 20'000'000;
    std::int64_t merchant_sends_per_day_max = 100'000;
    std::int64_t merchant_send_sum_per_day_fen_max = 10'000'000'000'000;
    std::int64_t money_in_system_fen_max = 9'007'199'254'740'991;
    std::int64_t external_credit_fen_max = 100'000;
    std::int64_t packet_life_s_default = 86'400;
    std::int64_t sale_refund_period_s = 7 * 86'400;

    bool operator==(const Settings&) const = default;
};

/// What a setting's value is, and so how it is written and checked.
enum class Kind {
    folder,       // a path, not empty
    file,         // a path; empty: none
    word,         // up to 256 visible ASCII characters
    choice,       // one of Setting::choices
    address,      // HOST:PORT or unix:/PATH
    hosts,        // HOST or HOST:PORT, with commas between
    origins,      // http://HOST[:PORT] or https, with commas between
    proxies,      // ADDRESS, ADDRESS/BITS or unix, with commas between
    ranges,       // the same without unix
    clock,        // wall or manual
    on_off,       // on or off
    count,        // an integer
    power_of_two, // an integer that is a power of two
    bytes,        // an integer, or a string with a unit: "64GiB"
    seconds,      // an integer
    fen,          // an integer, 1/100 yuan
};

struct Setting {
    using Member = std::variant<std::string Settings::*, ClockKind Settings::*, bool Settings::*,
                                std::int64_t Settings::*>;

    std::string_view name; // the key in the file
    std::string_view group;
    std::string_view description; // one line, no full stop
    Kind kind;
    Member member;
    std::int64_t minimum = 0;   // inclusive, in the unit of the kind; unused for kinds of text
    std::int64_t maximum = 0;   // inclusive
    std::string_view choices{}; // of the kind `choice`: "one|another"
};

/// Every setting, in the order in which they are shown; those of a group stand together.
std::span<const Setting> all_settings();

/// nullptr if no setting has this name.
const Setting* find_setting(std::string_view name);

/// "--journal-map-bytes"; "--data" for data_dir.
std::string flag_of(const Setting& setting);

/// "HONGBAO_JOURNAL_MAP_BYTES"
std::string variable_of(const Setting& setting);

} // namespace hongbao::config
