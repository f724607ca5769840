// Role: a stackful coroutine that runs one job after another on one guarded stack, and a pool of
// them. The only file that switches stacks, and tells the sanitizers about it.
// Owner: one event loop, its thread. A job runs to its end on the thread that started it.
// Invariant: a coroutine is never destroyed in the middle of a job: unwinding a suspended stack is
// an exception in disguise, which cpp-httplib's catch (...) would swallow.
#pragma once

#include <boost/context/fiber.hpp>
#include <boost/context/stack_context.hpp>

#include <cstddef>
#include <memory>
#include <vector>

namespace hongbao::http {

class Coroutine {
  public:
    using Job = void (*)(void* argument);

    /// Throws std::bad_alloc if the system has no room for the stack and its guard page.
    explicit Coroutine(std::size_t stack_bytes);
    Coroutine(const Coroutine&) = delete;
    Coroutine& operator=(const Coroutine&) = delete;
    /// Aborts if busy.
    ~Coroutine();

    /// Runs `job(argument)` until it ends or suspends: afterwards busy() tells which. An exception
    /// that leaves the job ends the process.
    void start(Job job, void* argument);
    /// Continues a suspended job until it ends or suspends again. Not from inside a coroutine.
    void resume();
    /// Inside the job: returns to the caller of start() or resume(), until the next resume(). Not
    /// within a catch block: the list of caught exceptions belongs to the thread.
    void suspend();

    bool busy() const { return job_ != nullptr; }

  private:
    void serve_jobs() noexcept;
    void switch_in();
    void switch_out();

    Job job_ = nullptr;
    void* argument_ = nullptr;
    bool running_ = false;
    bool ending_ = false;
    boost::context::stack_context stack_;
    boost::context::fiber inside_;
    boost::context::fiber caller_;

    /// Only sanitizer builds use these.
    void* sanitizer_fiber_ = nullptr;
    void* sanitizer_caller_ = nullptr;
    const void* caller_stack_ = nullptr;
    std::size_t caller_stack_bytes_ = 0;
};

class CoroutinePool {
  public:
    CoroutinePool(std::size_t stack_bytes, std::size_t kept_max);

    /// A coroutine that is not busy, or null if the system has no room for another stack.
    std::unique_ptr<Coroutine> take();
    void give_back(std::unique_ptr<Coroutine> coroutine);

  private:
    std::size_t stack_bytes_;
    std::size_t kept_max_;
    std::vector<std::unique_ptr<Coroutine>> free_; // last in, first out: its stack is still cached
};

} // namespace hongbao::http
