// Role: what journal, read model, actors and limits say of themselves.
#include "domain/event_type.hpp"
#include "http/api/metrics/metrics.hpp"
#include "http/api/render.hpp"
#include "http/webhooks/deliverer.hpp"

#include <algorithm>

namespace hongbao::http {

namespace {

constexpr double ms_per_s = 1e3;

void add_audit(Families& families, const persistence::Audit& audit) {
    const auto sum = [&](std::string_view name, std::string_view help, domain::FenSum fen) {
        families.gauge(name, help).value(static_cast<double>(fen));
    };
    sum("audit_deposited_fen", "Money that has come in, ever.", audit.deposited_fen);
    sum("audit_withdrawn_fen", "Money that has gone out, ever.", audit.withdrawn_fen);
    sum("audit_accounts_fen", "Money in accounts.", audit.accounts_fen);
    sum("audit_escrow_fen", "Money in packets, campaigns and orders.", audit.escrow_fen);
    sum("audit_suspended_fen", "Money that waits for an operator's decision.", audit.suspended_fen);
    sum("audit_difference_fen", "What the books are out of balance by: 0, always.",
        audit.difference_fen());
}

} // namespace

void add_commits(Families& families, actors::Engine& engine) {
    actors::JournalWriter& writer = engine.writer();
    const actors::CommitFigures& figures = writer.figures();
    const actors::Pressure pressure = engine.pressure();
    families.histogram("commit_records", "Records that were written by one commit.")
        .value(figures.records.read(), actors::commit_records_bounds, 1);
    families.histogram("commit_duration_seconds", "Time that a commit took, its sync included.")
        .value(figures.duration_ns.read(), actors::duration_bounds_ns, ns_per_s);
    families.gauge("commit_busy_seconds", "How long the commit under way has taken; 0 if none is.")
        .value(static_cast<double>(pressure.journal_busy_ms) / ms_per_s);
    families.gauge("journal_queue_items", "Records and answers that wait for a commit.")
        .value(static_cast<std::uint64_t>(writer.queued_items()));
    families.gauge("journal_sequence", "The last synced record.").value(writer.last_sequence());
    families.gauge("journal_used_bytes", "What the journal takes of its largest size.")
        .value(figures.used_bytes.value());
    families.gauge("journal_left_bytes", "Room for records, in the map or on the disk.")
        .value(figures.left_bytes.value());
    families.gauge("journal_map_bytes", "The journal's largest size.")
        .value(figures.map_bytes.value());
    families.gauge("journal_has_room", "1, or 0 while writes are refused for lack of room.")
        .value(std::int64_t{pressure.journal_has_room});
    families.counter("facts_total", "Records written since the start, by kind.");
    for (std::size_t kind = 0; kind < figures.facts.size(); ++kind) {
        families.value(figures.facts[kind].value(), {{"type", domain::event_type_word(kind)}});
    }
    families.gauge("projector_lag_records", "Records that the read model's file does not have yet.")
        .value(pressure.unprojected_records);
    families.gauge("idempotency_keys", "Idempotency keys that are kept.")
        .value(pressure.idempotency_keys);
}

void add_entities(Families& families, const actors::Engine& engine) {
    families.gauge("awake_entities", "Accounts, packets, campaigns and sales in memory.")
        .value(static_cast<std::uint64_t>(engine.awake_entities()));
    families.gauge("awake_bytes", "What they weigh; compare with awake_bytes_max.")
        .value(engine.awake_bytes());
}

void add_stores(Families& families, const actors::StoreFigures& stores) {
    const auto both = [&](std::string_view name, std::string_view help, auto member) {
        families.gauge(name, help)
            .value(static_cast<std::uint64_t>(stores.journal.*member), {{"store", "journal"}})
            .value(static_cast<std::uint64_t>(stores.read_model.*member), {{"store", "model"}});
    };
    using persistence::StorageFigures;
    both("store_file_bytes", "What is used of the file, free pages included.",
         &StorageFigures::file_bytes);
    both("store_free_bytes", "Free pages in the file, for the next commits.",
         &StorageFigures::free_bytes);
    both("store_kept_bytes", "Free pages that somebody still reads.", &StorageFigures::kept_bytes);
    both("store_readers", "Readers of the file, in all processes.", &StorageFigures::readers);
    both("disk_free_bytes", "What the disk under the file has left.",
         &StorageFigures::disk_free_bytes);
    families.gauge("archive_sequence", "The last record that only the archive has; 0 for none.")
        .value(stores.journal.archived);
    add_audit(families, stores.audit);
}

void add_limits(Families& families, const Limits& limits) {
    families
        .gauge("shedding_level", "Classes of requests refused for load: 0 none, 1 history, 2 "
                                 "looks as well, 3 sends as well.")
        .value(static_cast<std::uint64_t>(limits.load.shed().size()));
    families.gauge("switch_on", "0 while an operator has the switch off.");
    const auto off = limits.switches.off();
    for (const std::string_view word : domain::switch_words) {
        families.value(std::int64_t{std::ranges::find(off, word) == off.end()}, {{"switch", word}});
    }
    families.gauge("limiter_bytes", "Memory for the allowances of users, keys and addresses.")
        .value(static_cast<std::uint64_t>(limits.limiter.bytes()));
}

void add_webhooks(Families& families, const DeliveryFigures& figures) {
    families.gauge("webhooks", "Webhooks by status.")
        .value(figures.active.load(), {{"status", "active"}})
        .value(figures.paused.load(), {{"status", "paused"}});
    families.gauge("webhooks_failing", "Active webhooks whose last delivery was not taken.")
        .value(figures.failing.load());
    families.counter("webhook_deliveries_total", "Messages sent, by what became of them.")
        .value(figures.delivered.load(), {{"result", "taken"}})
        .value(figures.failed.load(), {{"result", "failed"}});
    families.gauge("webhook_lag_records", "How far the slowest active webhook is behind.")
        .value(figures.lag_records.load());
}

} // namespace hongbao::http
