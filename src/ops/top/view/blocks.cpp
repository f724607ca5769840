// Role: names for figures, and what is out of the ordinary.
#include "ops/top/view/blocks.hpp"

#include "ops/top/view/columns.hpp"
#include "ops/top/view/units.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace hongbao::ops::top {

namespace {

constexpr std::size_t shown_min = 3; // refusals and hot entities, also on a small screen
constexpr double room_is_short = 0.1;
constexpr double just_started_s = 60;
constexpr double commit_is_slow_s = 0.1; // as HongbaoCommitsSlow has it
constexpr double commit_hangs_s = 2;     // as HongbaoCommitHangs

Style warn_if(bool is_odd) {
    return is_odd ? Style::warning : Style::plain;
}

/// Rates of 0 are faint: what goes on stands out.
Line rate_line(const char* name, const Figure& per_s, Style style = Style::plain) {
    return {name, rate_in_words(per_s), per_s.value_or(0) > 0 ? style : Style::faint};
}

Line count_line(const char* name, const Figure& count) {
    return {name, count_in_words(count)};
}

Style style_of(const std::optional<Quantile>& commit_s) {
    return warn_if(commit_s && (commit_s->is_beyond || commit_s->value > commit_is_slow_s));
}

} // namespace

Block requests_block(const Figures& figures) {
    const RequestFigures& requests = figures.requests;
    return {"REQUESTS",
            rate_in_words(requests.per_s),
            {rate_line("done (2xx, 3xx)", requests.done_per_s),
             rate_line("refused (4xx)", requests.refused_per_s),
             rate_line("failed (5xx)", requests.failed_per_s, Style::alarm),
             {"time p50", time_in_words(requests.p50_s)},
             {"time p99", time_in_words(requests.p99_s)},
             count_line("being answered", requests.in_flight)},
            6};
}

Block refusals_block(const Figures& figures) {
    Block block{"REFUSALS", rate_in_words(figures.refusals_per_s), {}, shown_min};
    for (const Rate& rate : figures.refusals) {
        block.lines.push_back({harmless(rate.name), rate_in_words(rate.per_s)});
    }
    return block;
}

Block facts_block(const Figures& figures) {
    return {"FACTS",
            rate_in_words(figures.facts_per_s),
            {rate_line("packets sent", figures.rate_of("packet_sent")),
             rate_line("shares opened", figures.rate_of("share_opened")),
             rate_line("shakes", figures.rate_of("shake_drawn")),
             rate_line("reservations", figures.rate_of("order_reserved")),
             rate_line("orders paid", figures.rate_of("order_paid"))},
            0};
}

Block hottest_block(const Figures& figures) {
    Block block{"HOTTEST", "", {}, shown_min};
    for (const Hot& hot : figures.hottest) {
        block.lines.push_back({harmless(hot.kind + " " + hot.id), rate_in_words(hot.per_s)});
    }
    return block;
}

Block commits_block(const Figures& figures) {
    const CommitFigures& commits = figures.commits;
    std::string records = count_in_words(commits.records_mean);
    if (commits.records_p99) {
        records += ", p99 " + count_in_words(commits.records_p99->value);
    }
    return {"COMMITS",
            rate_in_words(commits.per_s),
            {{"records each", records},
             {"write and sync p50", time_in_words(commits.p50_s), style_of(commits.p50_s)},
             {"write and sync p99", time_in_words(commits.p99_s), style_of(commits.p99_s)}},
            3};
}

Block waiting_block(const Figures& figures) {
    return {"WAITING",
            "",
            {count_line("for a commit", figures.journal_queue_items),
             count_line("for an answer", figures.commands_in_flight),
             count_line("for the read model", figures.projector_lag_records)},
            3};
}

Block memory_block(const Figures& figures) {
    return {"IN MEMORY",
            bytes_in_words(figures.resident_bytes),
            {{"awake",
              count_in_words(figures.awake_entities) + ", " + bytes_in_words(figures.awake_bytes)},
             count_line("idempotency keys", figures.idempotency_keys),
             {"connections, streams",
              count_in_words(figures.connections) + ", " + count_in_words(figures.streams)},
             {"processors busy", count_in_words(figures.processors)}},
            3};
}

Block room_block(const Figures& figures) {
    const RoomFigures& room = figures.room;
    Block block{"ROOM LEFT", "", {}, 2};
    const bool is_short = room.journal_left_bytes && room.journal_map_bytes &&
                          *room.journal_left_bytes < *room.journal_map_bytes * room_is_short;
    block.lines.push_back({"for records", bytes_in_words(room.journal_left_bytes),
                           room.is_full ? Style::alarm : warn_if(is_short)});
    for (const DiskRoom& disk : room.disks) {
        block.lines.push_back(
            {"disk of the " + harmless(disk.store), bytes_in_words(disk.free_bytes)});
    }
    block.lines.push_back({"journal's size", bytes_in_words(room.journal_used_bytes) + " of " +
                                                 bytes_in_words(room.journal_map_bytes)});
    return block;
}

Row signs_of(const Figures& figures) {
    Row alarms;
    Row warnings;
    Row calm;
    if (figures.difference_fen.value_or(0) != 0) {
        alarms.push_back(
            {"BOOKS OUT OF BALANCE BY " + fen_in_words(*figures.difference_fen) + " FEN",
             Style::alarm});
    } else if (figures.difference_fen) {
        calm.push_back({"books balanced: 0 fen", Style::good});
    } else {
        warnings.push_back({"books unknown", Style::warning});
    }
    if (figures.room.is_full) {
        alarms.push_back({"NO ROOM: writes are refused", Style::alarm});
    }
    if (figures.commits.busy_s.value_or(0) >= commit_hangs_s) {
        alarms.push_back(
            {"A COMMIT HANGS: " + time_in_words(figures.commits.busy_s), Style::alarm});
    }
    std::string off;
    for (const std::string& name : figures.switches_off) {
        off += (off.empty() ? "" : ", ") + harmless(name);
    }
    off.empty() ? calm.push_back({"switches on", Style::good})
                : warnings.push_back({"OFF: " + off, Style::warning});
    constexpr std::array<std::string_view, 4> shed{
        "no shedding", "SHEDS history", "SHEDS history, looks", "SHEDS history, looks, sends"};
    const double level = std::clamp(figures.shedding_level.value_or(0), 0.0, shed.size() - 1.0);
    (level > 0 ? warnings : calm)
        .push_back({std::string(shed[static_cast<std::size_t>(level)]),
                    level > 0 ? Style::warning : Style::good});
    if (figures.suspended_fen.value_or(0) > 0) {
        warnings.push_back(
            {"suspended: " + fen_in_words(*figures.suspended_fen) + " fen", Style::warning});
    }
    if (figures.up_s && *figures.up_s < just_started_s) {
        warnings.push_back({"started " + uptime_in_words(figures.up_s) + " ago", Style::warning});
    }
    Row signs = alarms;
    signs.insert(signs.end(), warnings.begin(), warnings.end());
    signs.insert(signs.end(), calm.begin(), calm.end());
    return signs;
}

} // namespace hongbao::ops::top
