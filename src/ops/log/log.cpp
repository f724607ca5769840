// Role: two loggers of spdlog's, and the bounds around them.
#include "ops/log/log.hpp"

#include "ops/log/file_sink.hpp"
#include "ops/log/output_relay.hpp"
#include "ops/log/repeats.hpp"

#include <poll.h>
#include <pthread.h>
#include <spdlog/async.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <mutex>
#include <vector>

namespace hongbao::ops {

namespace {

/// Lines on their way to the file. Each takes about 400 bytes.
constexpr std::uint64_t queued_max = 8'192;
constexpr int file_patience_ms = 500;
constexpr int look_interval_ms = 2;

std::atomic<Log*> open_log{nullptr};

constexpr const char* json_pattern = R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l",%v})";
constexpr const char* sentence_pattern = "hongbao: %v";
constexpr const char* sentence_in_file_pattern = "%Y-%m-%dT%H:%M:%S.%eZ %l %v";

spdlog::level::level_enum level_in_spdlog(Level level) {
    switch (level) {
    case Level::error: return spdlog::level::err;
    case Level::warning: return spdlog::level::warn;
    case Level::info: return spdlog::level::info;
    case Level::debug: break;
    }
    return spdlog::level::debug;
}

std::unique_ptr<spdlog::formatter> formatter_of(const char* pattern) {
    return std::make_unique<spdlog::pattern_formatter>(pattern, spdlog::pattern_time_type::utc);
}

std::int64_t now_ms() {
    using namespace std::chrono;
    return duration_cast<milliseconds>(steady_clock::now().time_since_epoch()).count();
}

/// stderr, whose queue is the relay's.
class RelaySink final : public spdlog::sinks::base_sink<std::mutex> {
    void sink_it_(const spdlog::details::log_msg& message) override {
        spdlog::memory_buf_t line;
        formatter_->format(message, line);
        put(STDERR_FILENO, {line.data(), line.size()});
    }
    void flush_() override {}
};

} // namespace

struct Log::State {
    const LogOptions options;
    std::shared_ptr<spdlog::logger> on_stderr;

    // With a file:
    std::shared_ptr<FileSink> file;
    std::shared_ptr<spdlog::details::thread_pool> thread;
    std::shared_ptr<spdlog::async_logger> in_file;
    std::atomic<std::uint64_t> queued{0};
    std::atomic<std::uint64_t> lost{0}; // found the queue full

    std::mutex mutex; // guards the next
    Repeats repeats;

    explicit State(const LogOptions& wanted) : options(wanted) {
        const bool is_json = options.format == LogFormat::json;
        auto sink = std::make_shared<RelaySink>();
        sink->set_formatter(formatter_of(is_json ? json_pattern : sentence_pattern));
        on_stderr = std::make_shared<spdlog::logger>("stderr", std::move(sink));
        on_stderr->set_level(spdlog::level::trace); // this class decides
    }

    std::string open_file() {
        file = std::make_shared<FileSink>(options.file);
        if (std::string fault = file->open(); !fault.empty()) {
            return fault;
        }
        const bool is_json = options.format == LogFormat::json;
        file->set_formatter(formatter_of(is_json ? json_pattern : sentence_in_file_pattern));
        thread = std::make_shared<spdlog::details::thread_pool>(
            queued_max, 1, [] { pthread_setname_np(pthread_self(), "log"); });
        in_file = std::make_shared<spdlog::async_logger>(
            "file", file, thread, spdlog::async_overflow_policy::overrun_oldest);
        in_file->set_level(spdlog::level::trace);
        return {};
    }

    /// Never more than spdlog's queue holds, so that it drops none by itself.
    void queue_for_file(Level level, std::string_view words) {
        if (queued.fetch_add(1) - file->done() >= queued_max) {
            queued.fetch_sub(1);
            lost.fetch_add(1);
            return;
        }
        in_file->log(level_in_spdlog(level), words);
    }

    bool has_settled() const { return !file || file->done() >= queued.load(); }

    /// False if the file takes nothing for a while. Only atomics: also for signal handlers.
    bool settle() const {
        std::uint64_t done_before = 0;
        for (int still_ms = 0; !has_settled(); still_ms += look_interval_ms) {
            const std::uint64_t done = file->done();
            if (std::exchange(done_before, done) != done) {
                still_ms = 0;
            } else if (still_ms >= file_patience_ms) {
                return false;
            }
            ::poll(nullptr, 0, look_interval_ms);
        }
        return true;
    }
};

Log::Log(const LogOptions& options) : state_(std::make_unique<State>(options)) {}

std::variant<std::unique_ptr<Log>, std::string> Log::open(const LogOptions& options) {
    std::unique_ptr<Log> log(new Log(options));
    if (!options.file.empty()) {
        if (std::string fault = log->state_->open_file(); !fault.empty()) {
            return fault;
        }
    }
    open_log = log.get();
    return log;
}

Log::~Log() {
    if (open_log.load() == this) {
        for (const std::string& sentence : state_->repeats.take(now_ms(), true)) {
            write(Level::info, words_of(format(), sentence));
        }
        tick();
        open_log = nullptr;
    }
    if (!state_->settle()) {
        // Its thread waits for a disk: to join it would be to wait, too.
        static std::atomic<State*> left_behind{nullptr};
        left_behind = state_.release();
    }
}

Log* Log::current() {
    return open_log.load(std::memory_order_acquire);
}

bool Log::writes(Level level) const {
    return level <= state_->options.level;
}

LogFormat Log::format() const {
    return state_->options.format;
}

bool Log::has_file() const {
    return state_->file != nullptr;
}

void Log::tell(Level level, std::string_view sentence) {
    if (!writes(level)) {
        return;
    }
    if (level != Level::error) {
        const std::lock_guard lock(state_->mutex);
        if (!state_->repeats.admits(sentence, now_ms())) {
            return;
        }
    }
    write(level, words_of(format(), sentence));
}

void Log::write(Level level, std::string_view words) {
    if (!writes(level)) {
        return;
    }
    if (!state_->file || level == Level::error) {
        state_->on_stderr->log(level_in_spdlog(level), words);
    }
    if (state_->file) {
        state_->queue_for_file(level, words);
    }
}

std::string Log::line_on_stderr(Level level, std::string_view sentence) const {
    const std::string words = words_of(format(), sentence);
    const spdlog::details::log_msg message(spdlog::source_loc{}, "stderr", level_in_spdlog(level),
                                           words);
    spdlog::memory_buf_t line;
    formatter_of(format() == LogFormat::json ? json_pattern : sentence_pattern)
        ->format(message, line);
    return {line.data(), line.size()};
}

void Log::reopen() {
    if (state_->file) {
        state_->file->reopen_soon();
        state_->queue_for_file(Level::info, {}); // so that it does not wait for a line
    }
}

void Log::tick() {
    std::vector<std::string> counts;
    {
        const std::lock_guard lock(state_->mutex);
        counts = state_->repeats.take(now_ms(), false);
    }
    for (const std::string& sentence : counts) {
        write(Level::info, words_of(format(), sentence));
    }
    if (!state_->file) {
        return;
    }
    if (const auto news = state_->file->take_news()) {
        write(Level::error, words_of(format(), *news)); // so on stderr as well
    }
    if (const std::uint64_t lines = state_->has_settled() ? state_->lost.exchange(0) : 0) {
        write(Level::warning,
              words_of(format(), std::to_string(lines) +
                                     (lines == 1 ? " line was lost" : " lines were lost") +
                                     ": log_file could not be written as fast as they came"));
    }
}

void Log::settle() const {
    state_->settle();
}

void tell(Level level, std::string_view sentence) {
    if (Log* const log = Log::current()) {
        log->tell(level, sentence);
    } else {
        put(STDERR_FILENO, line_on_stderr(level, sentence));
    }
}

std::string line_on_stderr(Level level, std::string_view sentence) {
    if (const Log* const log = Log::current()) {
        return log->line_on_stderr(level, sentence);
    }
    return "hongbao: " + words_of(LogFormat::text, sentence) + "\n";
}

void settle_log() {
    if (const Log* const log = Log::current()) {
        log->settle();
    }
}

} // namespace hongbao::ops
