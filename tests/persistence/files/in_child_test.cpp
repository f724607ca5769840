// Role: work in a process of its own ends when its parent is asked to stop.
#include "persistence/files/in_child.hpp"

#include <gtest/gtest.h>

#include <csignal>
#include <unistd.h>

namespace hongbao::testing {
namespace {

TEST(InChild, AStopThatTheParentHoldsEndsTheChild) {
    for (const int stop : {SIGTERM, SIGINT}) {
        sigset_t held;
        sigset_t before;
        sigemptyset(&held);
        sigaddset(&held, stop);
        pthread_sigmask(SIG_BLOCK, &held, &before);
        ::kill(::getpid(), stop);
        const auto answer = persistence::run_in_child([] {
            while (true) {
                ::pause();
            }
            return std::string();
        });
        int taken = 0;
        sigwait(&held, &taken);
        pthread_sigmask(SIG_SETMASK, &before, nullptr);
        EXPECT_EQ(taken, stop);
        EXPECT_EQ(answer.signal, SIGTERM);
        EXPECT_EQ(answer.text, "");
    }
}

TEST(InChild, WhatTheWorkReturnsIsTheAnswer) {
    const std::string text(100'000, 'a');
    const auto answer = persistence::run_in_child([&] { return text; });
    EXPECT_EQ(answer.text, text);
    EXPECT_EQ(answer.signal, 0);
    EXPECT_EQ(answer.error, 0);
}

} // namespace
} // namespace hongbao::testing
