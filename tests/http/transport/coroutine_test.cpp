// Role: switching stacks: jobs run to their end, however they interleave, and stacks are reused.
#include "http/transport/coroutine.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

using namespace hongbao::http;

namespace {

struct Script {
    Coroutine* coroutine = nullptr;
    int suspensions = 0;
    std::string told;

    static void run(void* self) {
        auto& script = *static_cast<Script*>(self);
        for (int i = 0; i < script.suspensions; ++i) {
            script.told += std::to_string(i);
            script.coroutine->suspend();
        }
        script.told += "end";
    }
};

} // namespace

TEST(Coroutine, RunsAJobWithoutSuspensionAtOnce) {
    Coroutine coroutine(64 * 1024);
    Script script{&coroutine, 0, ""};
    coroutine.start(Script::run, &script);
    EXPECT_FALSE(coroutine.busy());
    EXPECT_EQ(script.told, "end");
}

TEST(Coroutine, ReturnsToItsCallerAtEachSuspension) {
    Coroutine coroutine(64 * 1024);
    Script script{&coroutine, 2, ""};
    coroutine.start(Script::run, &script);
    EXPECT_TRUE(coroutine.busy());
    EXPECT_EQ(script.told, "0");
    coroutine.resume();
    EXPECT_EQ(script.told, "01");
    coroutine.resume();
    EXPECT_FALSE(coroutine.busy());
    EXPECT_EQ(script.told, "01end");
}

TEST(Coroutine, RunsManyJobsOneAfterAnother) {
    Coroutine coroutine(64 * 1024);
    for (int i = 0; i < 1000; ++i) {
        Script script{&coroutine, i % 3, ""};
        coroutine.start(Script::run, &script);
        while (coroutine.busy()) {
            coroutine.resume();
        }
        ASSERT_TRUE(script.told.ends_with("end"));
    }
}

TEST(Coroutine, ManyInterleaveInRandomOrder) {
    const unsigned seed = std::random_device{}();
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random(seed);
    CoroutinePool pool(64 * 1024, 16);
    std::vector<std::unique_ptr<Coroutine>> coroutines;
    std::vector<std::unique_ptr<Script>> scripts;
    for (int i = 0; i < 100; ++i) {
        coroutines.push_back(pool.take());
        ASSERT_NE(coroutines.back(), nullptr);
        scripts.push_back(std::make_unique<Script>());
        scripts.back()->coroutine = coroutines.back().get();
        scripts.back()->suspensions = static_cast<int>(random() % 10) + 1;
        coroutines.back()->start(Script::run, scripts.back().get());
    }
    while (!coroutines.empty()) {
        const std::size_t chosen = random() % coroutines.size();
        coroutines[chosen]->resume();
        if (coroutines[chosen]->busy()) {
            continue;
        }
        EXPECT_TRUE(scripts[chosen]->told.ends_with("end"));
        pool.give_back(std::move(coroutines[chosen]));
        coroutines.erase(coroutines.begin() + static_cast<std::ptrdiff_t>(chosen));
        scripts.erase(scripts.begin() + static_cast<std::ptrdiff_t>(chosen));
    }
}

TEST(Coroutine, CatchesItsOwnExceptions) {
    Coroutine coroutine(64 * 1024);
    std::string caught;
    coroutine.start(
        [](void* argument) {
            try {
                throw std::runtime_error("inside");
            } catch (const std::exception& e) {
                *static_cast<std::string*>(argument) = e.what();
            }
        },
        &caught);
    EXPECT_EQ(caught, "inside");
}

TEST(CoroutinePool, HandsOutTheStackThatWasUsedLast) {
    CoroutinePool pool(64 * 1024, 2);
    auto first = pool.take();
    auto second = pool.take();
    const Coroutine* const used_last = second.get();
    pool.give_back(std::move(first));
    pool.give_back(std::move(second));
    EXPECT_EQ(pool.take().get(), used_last);
}

TEST(CoroutinePool, HasNoneWhenTheSystemHasNoRoom) {
    CoroutinePool pool(std::size_t{1} << 46, 2);
    EXPECT_EQ(pool.take(), nullptr);
}

TEST(CoroutineDeathTest, AnExceptionThatEscapesEndsTheProcess) {
    EXPECT_DEATH(
        {
            Coroutine coroutine(64 * 1024);
            coroutine.start([](void*) { throw std::runtime_error("escaped"); }, nullptr);
        },
        "escaped");
}

TEST(CoroutineDeathTest, DestructionInTheMiddleOfAJobAborts) {
    EXPECT_DEATH(
        {
            Coroutine coroutine(64 * 1024);
            Script script;
            script.coroutine = &coroutine;
            script.suspensions = 1;
            coroutine.start(Script::run, &script);
        },
        "no coroutine is destroyed in the middle of a job");
}

TEST(CoroutineDeathTest, SuspensionWithinACatchBlockAborts) {
    EXPECT_DEATH(
        {
            Coroutine coroutine(64 * 1024);
            coroutine.start(
                [](void* self) {
                    try {
                        throw 1;
                    } catch (...) {
                        static_cast<Coroutine*>(self)->suspend();
                    }
                },
                &coroutine);
        },
        "while it handles an exception");
}
