// Role: reads times by their parts; days turn into instants by the date arithmetic of the domain.
#include "ops/books/time_window.hpp"

#include "domain/values/rfc3339.hpp"

#include <array>
#include <charconv>
#include <cstdint>

namespace hongbao::ops {

namespace {

constexpr std::int64_t ms_per_minute = 60'000;
constexpr std::int64_t local_ahead_ms = 8 * 60 * ms_per_minute; // UTC+8

/// The text that is still to be read.
class Reading {
  public:
    explicit Reading(std::string_view text) : left_(text) {}

    /// A number of so many digits.
    std::optional<int> number(std::size_t digits_min, std::size_t digits_max) {
        std::size_t digits = 0;
        while (digits < left_.size() && digits < digits_max && left_[digits] >= '0' &&
               left_[digits] <= '9') {
            digits += 1;
        }
        if (digits < digits_min) {
            return std::nullopt;
        }
        int value = 0;
        std::from_chars(left_.data(), left_.data() + digits, value);
        left_.remove_prefix(digits);
        return value;
    }
    /// The next character, if it is one of these; else 0.
    char one_of(std::string_view characters) {
        if (left_.empty() || characters.find(left_.front()) == std::string_view::npos) {
            return 0;
        }
        const char found = left_.front();
        left_.remove_prefix(1);
        return found;
    }
    bool is_at_end() const { return left_.empty(); }

  private:
    std::string_view left_;
};

/// Civil date and time as if it were UTC; nothing if there is no such day or time.
std::optional<domain::InstantMs> civil(int year, int month, int day, int hour, int minute,
                                       int second, int ms) {
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", year, month, day,
                  hour, minute, second, ms);
    return domain::parse_rfc3339(text.data());
}

/// Behind the time: "Z", "+08:00", "+0800" or nothing.
std::optional<std::int64_t> zone_ahead_ms(Reading& reading) {
    if (reading.is_at_end()) {
        return local_ahead_ms;
    }
    if (reading.one_of("Zz") != 0) {
        return 0;
    }
    const char sign = reading.one_of("+-");
    const auto hours = sign != 0 ? reading.number(2, 2) : std::nullopt;
    reading.one_of(":");
    const auto minutes = hours ? reading.number(2, 2) : std::nullopt;
    if (!minutes || *hours > 23 || *minutes > 59) {
        return std::nullopt;
    }
    const std::int64_t ahead_ms = (*hours * 60 + *minutes) * ms_per_minute;
    return sign == '-' ? -ahead_ms : ahead_ms;
}

struct Read {
    domain::InstantMs at = 0;
    bool is_day = false;
};

/// Milliseconds, from the digits of a fraction; further ones are dropped.
std::optional<int> fraction_ms(Reading& reading) {
    int ms = 0;
    int weight = 100;
    bool is_any = false;
    while (const auto digit = reading.number(1, 1)) {
        ms += *digit * weight;
        weight /= 10;
        is_any = true;
    }
    return is_any ? std::optional(ms) : std::nullopt;
}

std::optional<Read> read_time(std::string_view text) {
    Reading reading(text);
    const auto year = reading.number(4, 4);
    const char joint = year ? reading.one_of("-/") : '\0';
    const auto month = joint != 0 ? reading.number(1, 2) : std::nullopt;
    const bool goes_on = month && reading.one_of(std::string_view(&joint, 1)) != 0;
    const auto day = goes_on ? reading.number(1, 2) : std::nullopt;
    if (!day) {
        return std::nullopt;
    }
    if (reading.is_at_end()) {
        const auto at = civil(*year, *month, *day, 0, 0, 0, 0);
        return at ? std::optional(Read{*at - local_ahead_ms, true}) : std::nullopt;
    }
    const auto hour = reading.one_of("T t") != 0 ? reading.number(1, 2) : std::nullopt;
    const auto minute = hour && reading.one_of(":") != 0 ? reading.number(2, 2) : std::nullopt;
    if (!minute) {
        return std::nullopt;
    }
    std::optional<int> second = 0;
    std::optional<int> ms = 0;
    if (reading.one_of(":") != 0) {
        second = reading.number(2, 2);
        if (second && reading.one_of(".,") != 0) {
            ms = fraction_ms(reading);
        }
    }
    const auto ahead_ms = second && ms ? zone_ahead_ms(reading) : std::nullopt;
    if (!ahead_ms || !reading.is_at_end()) {
        return std::nullopt;
    }
    const auto at = civil(*year, *month, *day, *hour, *minute, *second, *ms);
    return at ? std::optional(Read{*at - *ahead_ms, false}) : std::nullopt;
}

} // namespace

std::optional<domain::InstantMs> parse_time(std::string_view text) {
    const auto read = read_time(text);
    return read ? std::optional(read->at) : std::nullopt;
}

std::variant<TimeWindow, std::string> parse_window(const std::string& from, const std::string& to) {
    TimeWindow window;
    for (const auto* text : {&from, &to}) {
        const bool is_from = text == &from;
        const auto read = read_time(*text);
        if (!text->empty() && !read) {
            return std::string(is_from ? "--from" : "--to") + " is " + *text + "; it must be " +
                   time_form;
        }
        if (read && is_from) {
            window.from = read->at;
        } else if (read) {
            window.to = read->at + (read->is_day ? domain::ms_per_day : 0);
        }
    }
    if (window.from && window.to && *window.from >= *window.to) {
        return "--from " + from + " is not before --to " + to;
    }
    return window;
}

std::string local_text(domain::InstantMs at) {
    std::string text = domain::to_rfc3339(at + local_ahead_ms); // "2026-11-21T08:30:00.250Z"
    text.pop_back();
    text[sizeof "2026-11-21" - 1] = ' ';
    if (text.ends_with(".000")) {
        text.resize(text.size() - 4);
    }
    return text;
}

} // namespace hongbao::ops
