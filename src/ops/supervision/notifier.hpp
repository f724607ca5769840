// Role: tells the service manager how the server is (sd_notify(3)): starting, ready, reloading,
// stopping, and alive. Without NOTIFY_SOCKET in the environment it does nothing. Any thread may
// call it and none waits: what is told goes out on a thread of its own, in order. Invariant: a
// WATCHDOG=1 is sent only right after nothing was found that stands still.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <thread>

namespace hongbao::ops {

class Notifier {
  public:
    /// Empty, or a sentence about what stands still.
    using FindFault = std::function<std::string()>;

    /// `is_on` = false: for commands that are no service.
    explicit Notifier(bool is_on);
    /// Sends what is queued, unless the service manager takes nothing for half a second.
    ~Notifier();
    Notifier(const Notifier&) = delete;
    Notifier& operator=(const Notifier&) = delete;

    /// Long work of the start goes on, "replaying the journal: 40 %": the start may take longer.
    void progressed(const std::string& sentence);
    /// The start is over. From now on, twice per WATCHDOG_USEC, `find_fault` is asked; while it
    /// finds something, that is the status, and the watchdog is not told that all is well.
    void become_ready(const std::string& sentence, FindFault find_fault);
    /// Before and after what SIGHUP asks for.
    void begin_reload();
    void end_reload();
    /// The stop begins, and takes so long at the most.
    void begin_stop(const std::string& sentence, std::int64_t ms_max);
    /// `find_fault` is not asked any more once this has returned.
    void stop_looking();

  private:
    struct State;
    std::shared_ptr<State> state_; // shared with the thread, which may have to be left behind
    std::thread thread_;
};

} // namespace hongbao::ops
