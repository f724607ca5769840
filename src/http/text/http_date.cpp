// Role: keeps the text of a Date header per thread, for a second.
#include "http/text/http_date.hpp"

#include <array>
#include <cstdio>
#include <ctime>

namespace hongbao::http {

namespace {

struct Written {
    std::time_t second = -1;
    std::array<char, 64> text{};
    std::size_t size = 0;
};

/// Names of its own, since strftime's follow the locale.
void write(Written& written, std::time_t second) {
    constexpr std::array days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    constexpr std::array months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    std::tm at{};
    gmtime_r(&second, &at);
    const int size = std::snprintf(written.text.data(), written.text.size(),
                                   "%s, %02d %s %04d %02d:%02d:%02d GMT",
                                   days[static_cast<std::size_t>(at.tm_wday)], at.tm_mday,
                                   months[static_cast<std::size_t>(at.tm_mon)], at.tm_year + 1900,
                                   at.tm_hour, at.tm_min, at.tm_sec);
    written.second = second;
    written.size = static_cast<std::size_t>(size);
}

} // namespace

std::string_view http_date_now() {
    thread_local Written written;
    std::timespec now{};
    clock_gettime(CLOCK_REALTIME_COARSE, &now);
    if (now.tv_sec != written.second) {
        write(written, now.tv_sec);
    }
    return {written.text.data(), written.size};
}

} // namespace hongbao::http
