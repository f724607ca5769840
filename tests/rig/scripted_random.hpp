// Role: random numbers that a test writes down beforehand, and a walk through all possible scripts.
#pragma once

#include "domain/values/invariant.hpp"
#include "domain/values/random.hpp"

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace hongbao::testing {

/// Answers with the script, then with zeros, and notes the bounds it was asked for.
class ScriptedRandom final : public domain::Random {
  public:
    ScriptedRandom() = default;
    explicit ScriptedRandom(std::vector<std::uint64_t> script) : script_(std::move(script)) {}

    std::uint64_t below(std::uint64_t bound) override {
        const std::size_t turn = bounds_.size();
        const std::uint64_t answer = turn < script_.size() ? script_[turn] : 0;
        domain::invariant(answer < bound, "the script stays below the bound it is asked for");
        bounds_.push_back(bound);
        return answer;
    }

    /// The bounds asked for so far.
    const std::vector<std::uint64_t>& bounds() const { return bounds_; }

  private:
    std::vector<std::uint64_t> script_;
    std::vector<std::uint64_t> bounds_;
};

/// Calls run(random) once for every sequence of draws that it can meet, depth first.
template <class Run>
void for_every_luck(Run run) {
    std::vector<std::uint64_t> script;
    do {
        ScriptedRandom random{script};
        run(random);
        script.resize(random.bounds().size(), 0);
        // The next script: the last draw that can still grow does; those after it start again.
        while (!script.empty() && script.back() + 1 == random.bounds()[script.size() - 1]) {
            script.pop_back();
        }
        if (!script.empty()) {
            script.back() += 1;
        }
    } while (!script.empty());
}

} // namespace hongbao::testing
