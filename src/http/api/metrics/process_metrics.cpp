// Role: the process, as the kernel sees it, by the names that Prometheus' own libraries use.
#include "http/api/metrics/metrics.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <sys/resource.h>
#include <system_error>
#include <unistd.h>

namespace hongbao::http {

namespace {

using prometheus::MetricType;

constexpr double us_per_s = 1e6;

double seconds_of(const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / us_per_s;
}

/// The fields of /proc/self/stat behind the name, which may have blanks: the first is the state.
std::vector<std::string> read_stat() {
    std::ifstream file("/proc/self/stat");
    const std::string text(std::istreambuf_iterator<char>(file), {});
    const auto name_end = text.rfind(')');
    if (name_end == std::string::npos) {
        return {};
    }
    std::istringstream fields(text.substr(name_end + 1));
    return {std::istream_iterator<std::string>(fields), {}};
}

/// When the machine was started, in seconds since 1970; 0 if that cannot be told.
double boot_time_s() {
    std::ifstream file("/proc/stat");
    for (std::string word; file >> word;) {
        if (double seconds = 0; word == "btime" && file >> seconds) {
            return seconds;
        }
    }
    return 0;
}

void add_memory(Families& families) {
    std::ifstream file("/proc/self/statm");
    std::uint64_t virtual_pages = 0, resident_pages = 0;
    if (file >> virtual_pages >> resident_pages) {
        const auto page_bytes = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
        families.shared("process_resident_memory_bytes", "Memory that the process has.",
                        MetricType::Gauge);
        families.value(resident_pages * page_bytes);
        families.shared("process_virtual_memory_bytes", "Addresses that the process has.",
                        MetricType::Gauge);
        families.value(virtual_pages * page_bytes);
    }
}

/// The kernel shows the descriptors of a process that keeps its memory secret to root alone.
void add_descriptors(Families& families) {
    std::error_code error;
    const std::filesystem::directory_iterator entries("/proc/self/fd", error);
    if (!error) {
        families.shared("process_open_fds", "Open file descriptors.", MetricType::Gauge);
        families.value(static_cast<std::int64_t>(std::distance(begin(entries), end(entries))));
    }
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        families.shared("process_max_fds", "How many there may be.", MetricType::Gauge);
        families.value(static_cast<double>(limit.rlim_cur));
    }
}

} // namespace

void add_process(Families& families, const std::string& version) {
    families.gauge("build_info", "Always 1; the version is in the label.")
        .value(std::int64_t{1}, {{"version", version}});
    rusage usage{};
    if (::getrusage(RUSAGE_SELF, &usage) == 0) {
        families.shared("process_cpu_seconds_total", "Processor time, of the kernel as well.",
                        MetricType::Counter);
        families.value(seconds_of(usage.ru_utime) + seconds_of(usage.ru_stime));
    }
    add_memory(families);
    add_descriptors(families);
    // proc(5), counted from the third field on: threads are the 20th, the start is the 22nd.
    const auto stat = read_stat();
    if (stat.size() > 19) {
        families.shared("process_threads", "Threads.", MetricType::Gauge);
        families.value(std::stod(stat[17]));
        families.shared("process_start_time_seconds", "When the process began, since 1970.",
                        MetricType::Gauge);
        families.value(boot_time_s() +
                       std::stod(stat[19]) / static_cast<double>(::sysconf(_SC_CLK_TCK)));
    }
}

} // namespace hongbao::http
