// Role: days to civil dates and back. Years are counted from March, so that the leap day is the
// last of its year; 400 years are 146,097 days.
#include "domain/values/rfc3339.hpp"

#include "domain/values/invariant.hpp"

#include <array>

namespace hongbao::domain {

namespace {

constexpr std::int64_t days_per_era = 146'097;
/// From 0000-03-01 to 1970-01-01.
constexpr std::int64_t days_before_1970 = 719'468;

struct Date {
    std::int64_t year = 0;
    std::int64_t month = 0; // 1–12
    std::int64_t day = 0;   // 1–31
};

Date date_of(std::int64_t days_since_1970) {
    const std::int64_t days = days_since_1970 + days_before_1970;
    const std::int64_t era = days / days_per_era;
    const std::int64_t day_of_era = days % days_per_era;
    const std::int64_t year_of_era =
        (day_of_era - day_of_era / 1'460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
    const std::int64_t day_of_year =
        day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    const std::int64_t month_from_march = (5 * day_of_year + 2) / 153;
    const std::int64_t month = month_from_march < 10 ? month_from_march + 3 : month_from_march - 9;
    return Date{era * 400 + year_of_era + (month <= 2 ? 1 : 0), month,
                day_of_year - (153 * month_from_march + 2) / 5 + 1};
}

std::int64_t days_since_1970(const Date& date) {
    const std::int64_t year = date.year - (date.month <= 2 ? 1 : 0);
    const std::int64_t era = year / 400;
    const std::int64_t year_of_era = year % 400;
    const std::int64_t month_from_march = date.month > 2 ? date.month - 3 : date.month + 9;
    const std::int64_t day_of_year = (153 * month_from_march + 2) / 5 + date.day - 1;
    const std::int64_t day_of_era =
        year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * days_per_era + day_of_era - days_before_1970;
}

bool is_leap(std::int64_t year) {
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

std::int64_t days_in_month(std::int64_t year, std::int64_t month) {
    constexpr std::array<std::int64_t, 12> days = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return month == 2 && is_leap(year) ? 29 : days[static_cast<std::size_t>(month - 1)];
}

void put_digits(char* where, std::int64_t value, int digits) {
    for (int place = digits - 1; place >= 0; --place) {
        where[place] = static_cast<char>('0' + value % 10);
        value /= 10;
    }
}

/// The number that `digits` characters at `where` make, or -1.
std::int64_t take_digits(std::string_view text, std::size_t where, std::size_t digits) {
    std::int64_t value = 0;
    for (const char c : text.substr(where, digits)) {
        if (c < '0' || c > '9') {
            return -1;
        }
        value = value * 10 + (c - '0');
    }
    return value;
}

/// Milliseconds from ".1", ".12" or ".123"; 0 from nothing; -1 from anything else.
std::int64_t take_fraction(std::string_view text) {
    if (text.empty()) {
        return 0;
    }
    if (text.front() != '.' || text.size() < 2 || text.size() > 4) {
        return -1;
    }
    std::int64_t value = take_digits(text, 1, text.size() - 1);
    for (std::size_t size = text.size(); size < 4 && value >= 0; ++size) {
        value *= 10;
    }
    return value;
}

} // namespace

std::string to_rfc3339(InstantMs at) {
    invariant(at >= 0 && at <= instant_ms_max, "an instant lies in the years 1970–9999");
    const Date date = date_of(at / ms_per_day);
    const std::int64_t ms_of_day = at % ms_per_day;
    std::string text = "0000-00-00T00:00:00.000Z";
    put_digits(&text[0], date.year, 4);
    put_digits(&text[5], date.month, 2);
    put_digits(&text[8], date.day, 2);
    put_digits(&text[11], ms_of_day / 3'600'000, 2);
    put_digits(&text[14], ms_of_day / 60'000 % 60, 2);
    put_digits(&text[17], ms_of_day / 1'000 % 60, 2);
    put_digits(&text[20], ms_of_day % 1'000, 3);
    return text;
}

std::optional<InstantMs> parse_rfc3339(std::string_view text) {
    constexpr std::string_view shortest = "0000-00-00T00:00:00Z";
    if (text.size() < shortest.size() || text.back() != 'Z' || text[4] != '-' || text[7] != '-' ||
        text[10] != 'T' || text[13] != ':' || text[16] != ':') {
        return std::nullopt;
    }
    const Date date{take_digits(text, 0, 4), take_digits(text, 5, 2), take_digits(text, 8, 2)};
    const std::int64_t hour = take_digits(text, 11, 2);
    const std::int64_t minute = take_digits(text, 14, 2);
    const std::int64_t second = take_digits(text, 17, 2);
    const std::int64_t ms = take_fraction(text.substr(19, text.size() - shortest.size()));
    if (date.year < 1970 || date.month < 1 || date.month > 12 || date.day < 1 ||
        date.day > days_in_month(date.year, date.month) || hour < 0 || hour > 23 || minute < 0 ||
        minute > 59 || second < 0 || second > 59 || ms < 0) {
        return std::nullopt;
    }
    return days_since_1970(date) * ms_per_day + ((hour * 60 + minute) * 60 + second) * ms_per_s +
           ms;
}

} // namespace hongbao::domain
