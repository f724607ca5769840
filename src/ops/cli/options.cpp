// Role: settings as the layers' options: one line per setting.
#include "ops/cli/options.hpp"

#include "config/web_names.hpp"
#include "http/transport/socket/mapping_limit.hpp"
#include "ops/cli/say.hpp"
#include "ops/cli/version.hpp"

#include <algorithm>
#include <thread>

namespace hongbao::ops {

namespace {

std::size_t scheduler_threads(std::int64_t wanted) {
    if (wanted > 0) {
        return static_cast<std::size_t>(wanted);
    }
    // Half the processors are left to the event loop and the journal writer.
    return std::max<std::size_t>(1, std::thread::hardware_concurrency() / 2);
}

} // namespace

actors::EngineOptions engine_options(const config::Settings& settings) {
    actors::EngineOptions options;
    options.router_count = static_cast<std::size_t>(settings.router_count);
    options.scheduler_threads = scheduler_threads(settings.scheduler_threads);
    options.awake_bytes_max = static_cast<std::uint64_t>(settings.awake_bytes_max);
    options.campaign_slices_max = static_cast<std::size_t>(settings.campaign_slices_max);
    options.query_wait_ms = settings.query_wait_s * domain::ms_per_s;
    options.limits.share_fen_max = settings.share_fen_max;
    options.limits.sale_refund_period_s = settings.sale_refund_period_s;
    options.limits.external_credit_fen_max = settings.external_credit_fen_max;
    options.money_in_system_fen_max = settings.money_in_system_fen_max;
    options.limits.shares_max_personal = settings.shares_per_packet_max;
    options.limits.shares_max_merchant = settings.merchant_shares_per_packet_max;
    options.limits.daily_personal = {settings.sends_per_day_max, settings.send_sum_per_day_fen_max};
    options.limits.daily_merchant = {settings.merchant_sends_per_day_max,
                                     settings.merchant_send_sum_per_day_fen_max};
    options.idempotency_keep_ms = settings.idempotency_keep_s * domain::ms_per_s;
    options.writer.commit_batch_bytes_max =
        static_cast<std::size_t>(settings.commit_batch_bytes_max);
    options.warn = ops::warn;
    return options;
}

persistence::BringUp bring_up_options(const config::Settings& settings,
                                      const std::filesystem::path& read_model_path,
                                      const persistence::JournalId& journal_id) {
    persistence::BringUp wanted;
    wanted.model.path = read_model_path;
    wanted.model.journal_id = journal_id;
    wanted.model.idempotency_keep_ms = settings.idempotency_keep_s * domain::ms_per_s;
    wanted.model.warn = ops::warn;
    wanted.on_rebuild = [](const std::string& why) {
        warn(why + "; it is rebuilt from the journal");
    };
    return wanted;
}

http::ServerOptions server_options(const config::Settings& settings,
                                   const config::ListenAddress& address) {
    http::ServerOptions options;
    options.host = address.host;
    options.port = address.port;
    options.unix_socket = address.unix_path;
    if (auto proxies = http::TrustedProxies::parse(settings.behind_proxy);
        auto* trusted = std::get_if<http::TrustedProxies>(&proxies)) {
        options.proxies = std::move(*trusted); // the setting was checked: it is one
    }
    options.webhooks.is_on = settings.webhooks;
    options.webhooks.user_agent = "hongbao/" + std::string(version);
    if (auto ranges = http::AddressRanges::parse(settings.webhook_private_addresses);
        auto* found = std::get_if<http::AddressRanges>(&ranges)) {
        options.webhooks.reach.private_ranges = std::move(*found); // checked as well
    }
    options.allowed_hosts = config::split_list(settings.allowed_hosts);
    options.allowed_origins = config::split_list(settings.allowed_origins);
    options.event_loop_count = static_cast<std::size_t>(settings.event_loop_count);
    options.transport.body_bytes_max = static_cast<std::size_t>(settings.body_bytes_max);
    // Settings are for the whole server, transport limits for each loop.
    http::TransportLimits& transport = options.transport;
    transport.connections_max =
        static_cast<std::size_t>(settings.connections_max / settings.event_loop_count);
    transport.streams_max =
        transport.connections_max - std::max<std::size_t>(1, transport.connections_max / 4);
    transport.requests_in_flight_max =
        std::min(transport.connections_max,
                 http::stacks_max(http::mappings_max()) / options.event_loop_count);
    transport.buffered_bytes_max =
        static_cast<std::size_t>(settings.buffered_bytes_max / settings.event_loop_count);
    options.transport.request_ms_max = settings.request_deadline_s * domain::ms_per_s;
    options.transport.idle_ms_max = settings.idle_timeout_s * domain::ms_per_s;
    options.transport.drain_ms_max = settings.drain_timeout_s * domain::ms_per_s;
    options.batch_body_bytes_max = static_cast<std::size_t>(settings.batch_body_bytes_max);
    options.admission.commands_in_flight_max = settings.commands_in_flight_max;
    options.admission.streams_max = settings.streams_max;
    options.admission.commit_stall_ms = settings.commit_stall_s * domain::ms_per_s;
    options.admission.unprojected_records_max =
        static_cast<std::uint64_t>(settings.unprojected_records_max);
    options.admission.idempotency_keys_max =
        static_cast<std::uint64_t>(settings.idempotency_keys_max);
    options.limits = {settings.requests_per_s_per_user,
                      settings.requests_per_s_per_key,
                      settings.requests_per_s_per_address,
                      settings.request_burst_s,
                      settings.failed_attempts_per_min_per_address,
                      settings.shed_delay_ms};
    options.warn = ops::warn;
    options.packet_life_s_default = settings.packet_life_s_default;
    options.version = std::string(version);
    return options;
}

} // namespace hongbao::ops
