// Role: entering and leaving stacks, as Boost.Context and the sanitizers want it.
#include "http/transport/coroutine.hpp"

#include <boost/context/preallocated.hpp>
#include <boost/context/protected_fixedsize_stack.hpp>

#include <exception>
#include <new>
#include <utility>

#include "domain/values/invariant.hpp"

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#endif
#if defined(__SANITIZE_THREAD__)
#include <sanitizer/tsan_interface.h>
#endif

namespace hongbao::http {

namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr std::size_t stack_factor = 4; // instrumented frames are larger
#else
constexpr std::size_t stack_factor = 1;
#endif

/// The stack outlives the fiber and is freed by ~Coroutine.
struct KeptStack {
    boost::context::stack_context allocate() { std::abort(); }
    void deallocate(boost::context::stack_context&) {}
};

[[maybe_unused]] const void* lowest_address(const boost::context::stack_context& stack) {
    return static_cast<const char*>(stack.sp) - stack.size;
}

} // namespace

Coroutine::Coroutine(std::size_t stack_bytes)
    : stack_(boost::context::protected_fixedsize_stack(stack_bytes * stack_factor).allocate()) {
    // The constructor of a fiber already enters the new stack for a moment.
#if defined(__SANITIZE_THREAD__)
    sanitizer_fiber_ = __tsan_create_fiber(0);
    void* const caller = __tsan_get_current_fiber();
    __tsan_switch_to_fiber(sanitizer_fiber_, 0);
#endif
    inside_ = boost::context::fiber(std::allocator_arg,
                                    boost::context::preallocated(stack_.sp, stack_.size, stack_),
                                    KeptStack{}, [this](boost::context::fiber&& caller_of_start) {
                                        caller_ = std::move(caller_of_start);
                                        serve_jobs();
                                        return std::move(caller_);
                                    });
#if defined(__SANITIZE_THREAD__)
    __tsan_switch_to_fiber(caller, 0);
#endif
}

Coroutine::~Coroutine() {
    domain::invariant(!busy(), "no coroutine is destroyed in the middle of a job");
    ending_ = true;
    switch_in(); // the fiber returns from serve_jobs() and ends
#if defined(__SANITIZE_THREAD__)
    __tsan_destroy_fiber(sanitizer_fiber_);
#endif
#if defined(__SANITIZE_ADDRESS__)
    __asan_unpoison_memory_region(lowest_address(stack_), stack_.size);
#endif
    boost::context::protected_fixedsize_stack(stack_.size).deallocate(stack_);
}

void Coroutine::start(Job job, void* argument) {
    domain::invariant(!busy() && job != nullptr, "a coroutine runs one job at a time");
    job_ = job;
    argument_ = argument;
    switch_in();
}

void Coroutine::resume() {
    domain::invariant(busy() && !running_, "only a suspended coroutine is resumed");
    switch_in();
}

void Coroutine::suspend() {
    domain::invariant(running_, "only a running coroutine suspends");
    domain::invariant(std::uncaught_exceptions() == 0 && std::current_exception() == nullptr,
                      "no coroutine suspends while it handles an exception");
    switch_out();
}

void Coroutine::serve_jobs() noexcept {
#if defined(__SANITIZE_ADDRESS__)
    __sanitizer_finish_switch_fiber(nullptr, &caller_stack_, &caller_stack_bytes_);
#endif
    while (!ending_) {
        job_(argument_);
        job_ = nullptr;
        switch_out();
    }
#if defined(__SANITIZE_ADDRESS__)
    __sanitizer_start_switch_fiber(nullptr, caller_stack_, caller_stack_bytes_);
#endif
}

void Coroutine::switch_in() {
    running_ = true;
#if defined(__SANITIZE_ADDRESS__)
    void* fake_stack = nullptr;
    __sanitizer_start_switch_fiber(&fake_stack, lowest_address(stack_), stack_.size);
#endif
#if defined(__SANITIZE_THREAD__)
    sanitizer_caller_ = __tsan_get_current_fiber();
    __tsan_switch_to_fiber(sanitizer_fiber_, 0);
#endif
    inside_ = std::move(inside_).resume();
#if defined(__SANITIZE_THREAD__)
    // At its end the fiber returns through frames that ThreadSanitizer counts as its own, so the
    // last switch is told here, after it.
    if (ending_)
        __tsan_switch_to_fiber(sanitizer_caller_, 0);
#endif
#if defined(__SANITIZE_ADDRESS__)
    __sanitizer_finish_switch_fiber(fake_stack, nullptr, nullptr);
#endif
    running_ = false;
}

void Coroutine::switch_out() {
#if defined(__SANITIZE_ADDRESS__)
    void* fake_stack = nullptr;
    __sanitizer_start_switch_fiber(&fake_stack, caller_stack_, caller_stack_bytes_);
#endif
#if defined(__SANITIZE_THREAD__)
    __tsan_switch_to_fiber(sanitizer_caller_, 0);
#endif
    caller_ = std::move(caller_).resume();
#if defined(__SANITIZE_ADDRESS__)
    __sanitizer_finish_switch_fiber(fake_stack, &caller_stack_, &caller_stack_bytes_);
#endif
}

CoroutinePool::CoroutinePool(std::size_t stack_bytes, std::size_t kept_max)
    : stack_bytes_(stack_bytes), kept_max_(kept_max) {
    free_.reserve(kept_max);
}

std::unique_ptr<Coroutine> CoroutinePool::take() {
    if (!free_.empty()) {
        auto coroutine = std::move(free_.back());
        free_.pop_back();
        return coroutine;
    }
    try {
        return std::make_unique<Coroutine>(stack_bytes_);
    } catch (const std::bad_alloc&) {
        return nullptr;
    }
}

void CoroutinePool::give_back(std::unique_ptr<Coroutine> coroutine) {
    domain::invariant(!coroutine->busy(), "only a free coroutine goes back to the pool");
    if (free_.size() < kept_max_) {
        free_.push_back(std::move(coroutine));
    }
}

} // namespace hongbao::http
