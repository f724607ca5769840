// Role: the lines, counts and requests of all stories, and crowds of threads.
#include "ops/demo/stage.hpp"

#include "actors/environment/secure_random.hpp"
#include "ops/cli/standard_streams.hpp"

#include <chrono>
#include <cstdio>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace hongbao::ops {

using nlohmann::json;

void tell(const std::string& line) {
    std::printf("%s\n", line.c_str());
    if (!flush_stdout()) {
        throw DemoFailed{"the story cannot be written to stdout"};
    }
}

std::string yuan(std::int64_t fen) {
    char text[32];
    std::snprintf(text, sizeof text, "%lld.%02lld", static_cast<long long>(fen / 100),
                  static_cast<long long>(fen % 100));
    return std::string("¥") + text;
}

void expect_count(const std::string& what, std::int64_t expected, std::int64_t counted) {
    if (counted != expected) {
        throw DemoFailed{what + ": expected " + std::to_string(expected) + ", counted " +
                         std::to_string(counted)};
    }
}

void expect_word(const std::string& what, const std::string& expected, const std::string& told) {
    if (told != expected) {
        throw DemoFailed{what + ": expected " + expected + ", got " + told};
    }
}

DemoStage::DemoStage(const DemoTarget& target)
    : target_(target), client_(target),
      tag_("demo-" + std::to_string(actors::SecureRandom().below(1'000'000'000)) + "-") {}

json DemoStage::make(const std::string& path, const json& body) {
    return DemoClient::expect(201, client_.post(path, body, next_key()));
}

json DemoStage::look(const std::string& path) {
    return DemoClient::expect(200, client_.get(path));
}

json DemoStage::look_until(const std::string& path, const std::function<bool(const json&)>& holds,
                           const std::string& otherwise) {
    constexpr int tries_max = 1'000;
    for (int i = 0; i < tries_max; ++i) {
        auto seen = look(path);
        if (holds(seen)) {
            return seen;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    throw DemoFailed{otherwise};
}

json DemoStage::deposit(const std::string& user_id, std::int64_t amount_fen) {
    return make("/v1/accounts/" + user_id + "/deposits",
                {{"amount_fen", amount_fen}, {"reference", "demo " + next_key()}});
}

void DemoStage::advance(std::int64_t by_ms) {
    DemoClient::expect(200, client_.post("/v1/clock/advance", {{"advance_ms", by_ms}}));
}

void DemoStage::at_once(std::size_t count, std::size_t connections,
                        const std::function<void(DemoClient&, std::size_t)>& act) const {
    std::mutex mutex;
    std::exception_ptr failure;
    std::vector<std::thread> threads;
    for (std::size_t first = 0; first < connections; ++first) {
        threads.emplace_back([&, first] {
            try {
                DemoClient own(target_);
                for (std::size_t i = first; i < count; i += connections) {
                    act(own, i);
                }
            } catch (...) { // carried over to the thread that tells the story
                const std::lock_guard lock(mutex);
                failure = std::current_exception();
            }
        });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    if (failure) {
        std::rethrow_exception(failure);
    }
}

void DemoStage::audit(const std::string& held_in) {
    const auto audit = look("/v1/audit");
    tell("The audit: deposited " + yuan(audit.at("deposited_fen")) + ", withdrawn " +
         yuan(audit.at("withdrawn_fen")) + ", in accounts " + yuan(audit.at("accounts_fen")) +
         ", in " + held_in + " " + yuan(audit.at("escrow_fen")) + ".");
    tell("Journal: " + audit.at("journal_sequence").dump() + " records, hash " +
         std::string(audit.at("journal_hash")).substr(0, 16) + "…");
    tell("difference_fen: " + audit.at("difference_fen").dump());
    if (audit.at("difference_fen") != 0) {
        throw DemoFailed{"the books do not balance"};
    }
}

} // namespace hongbao::ops
