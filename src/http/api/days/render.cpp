// Role: writes a day's sums, which may be wider than 64 bits.
#include "http/api/days/render.hpp"

#include "domain/event_type.hpp"
#include "http/api/render.hpp"

#include <algorithm>

namespace hongbao::http {

namespace {

/// In ascending order of instants: the first day began before there were any.
domain::InstantMs starts_at(std::int64_t day) {
    constexpr std::int64_t ahead_ms = 8 * 3'600'000; // UTC+8
    return std::max<domain::InstantMs>(0, day * domain::ms_per_day - ahead_ms);
}

std::string render_type(const persistence::BooksDay::OfType& of) {
    return std::string(R"({"type":")").append(domain::event_type_word(of.type)) + R"(","count":)" +
           std::to_string(of.sums.count) + R"(,"amount_fen":)" + decimal(of.sums.amount_fen) + "}";
}

} // namespace

std::string render_day(const persistence::BooksDay& day) {
    const persistence::DayRow& sums = day.sums;
    std::string text = R"({"day":")" + day_text(day.day) + R"(","starts_at":")" +
                       domain::to_rfc3339(starts_at(day.day)) + R"(","record_count":)" +
                       std::to_string(sums.count) + R"(,"deposited_fen":)" +
                       decimal(sums.deposited_fen) + R"(,"withdrawn_fen":)" +
                       decimal(sums.withdrawn_fen) + R"(,"accounts_change_fen":)" +
                       decimal(sums.accounts_change_fen) + R"(,"escrow_change_fen":)" +
                       decimal(sums.escrow_change_fen) + R"(,"suspended_change_fen":)" +
                       decimal(sums.suspended_change_fen) + R"(,"types":[)";
    for (const auto& of : day.types) {
        text.append(text.back() == '[' ? "" : ",").append(render_type(of));
    }
    return text + "]}";
}

} // namespace hongbao::http
