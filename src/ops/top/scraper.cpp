// Role: one look at a time; one that nobody took is replaced by the next.
#include "ops/top/scraper.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <condition_variable>
#include <csignal>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>

namespace hongbao::ops::top {

using std::chrono::steady_clock;

struct Scraper::Shared {
    Shared(Source&& from, std::chrono::duration<double> pause)
        : source(std::move(from)), every(std::chrono::duration_cast<steady_clock::duration>(pause)),
          ready(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
        if (ready < 0) {
            throw std::system_error(errno, std::generic_category(), "eventfd");
        }
    }
    ~Shared() { ::close(ready); }
    Shared(const Shared&) = delete;
    Shared& operator=(const Shared&) = delete;

    /// Returns once nobody wants looks any more.
    void run() {
        auto next = steady_clock::now();
        for (;;) {
            Look found = look_once();
            next = std::max(next + every, steady_clock::now()); // missed ones are left out
            std::unique_lock lock(mutex);
            look = std::move(found);
            ::eventfd_write(ready, 1);
            if (wake.wait_until(lock, next, [this] { return is_over; })) {
                return;
            }
        }
    }

    /// What goes wrong ends the view, but not before the terminal is as it was.
    Look look_once() {
        try {
            return source.look();
        } catch (const std::exception& error) {
            return Absent{std::string("the server cannot be asked: ") + error.what(), true};
        }
    }

    Source source; // the thread's
    const steady_clock::duration every;
    const int ready;
    std::mutex mutex;
    std::condition_variable wake;
    bool is_over = false;
    std::optional<Look> look;
};

/// Signals are main's: also the stop by Ctrl-Z, before which ncurses puts the terminal right.
Scraper::Scraper(Source&& source, std::chrono::duration<double> every)
    : shared_(std::make_shared<Shared>(std::move(source), every)) {
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    std::thread([shared = shared_] { shared->run(); }).detach();
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

Scraper::~Scraper() {
    const std::lock_guard lock(shared_->mutex);
    shared_->is_over = true;
    shared_->wake.notify_all();
}

int Scraper::descriptor() const {
    return shared_->ready;
}

std::optional<Look> Scraper::take() {
    const std::lock_guard lock(shared_->mutex);
    eventfd_t count = 0;
    ::eventfd_read(shared_->ready, &count);
    return std::exchange(shared_->look, std::nullopt);
}

} // namespace hongbao::ops::top
