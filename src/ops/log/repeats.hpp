// Role: keeps a sentence that is said again and again from filling the log. Within a window the
// first few are written, the others counted; the count is told when the window is over. Owner: the
// log, which guards it. Invariant: it remembers at most sentences_max; beyond them all is written.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace hongbao::ops {

class Repeats {
  public:
    static constexpr std::uint64_t written_max = 5; // in a window
    static constexpr std::int64_t window_ms = 10'000;
    static constexpr std::size_t sentences_max = 64;

    /// Whether to write the sentence; otherwise it has been counted.
    bool admits(std::string_view sentence, std::int64_t now_ms);
    /// "SENTENCE … repeated N times" for each whose window is over, or of all `at_end`.
    std::vector<std::string> take(std::int64_t now_ms, bool at_end);

  private:
    struct Said {
        std::int64_t since_ms = 0;
        std::uint64_t times = 0;
    };
    std::map<std::string, Said, std::less<>> said_;
};

} // namespace hongbao::ops
