// Role: follows one server from look to look: figures, their history, and whether it is there.
// Owner thread: main's. Invariant: there are figures or a reason why not, never both.
#pragma once

#include "ops/top/figures/figures.hpp"
#include "ops/top/figures/history.hpp"

#include <optional>
#include <string>
#include <variant>

namespace hongbao::ops::top {

/// The server told nothing.
struct Absent {
    std::string sentence;  // why
    bool is_final = false; // asking again does not help
};

using Look = std::variant<Scrape, Absent>;

class Watch {
  public:
    void take(Look&& look);

    /// Of the last interval; absent while nobody answers.
    const std::optional<Figures>& figures() const { return figures_; }
    /// Why there are none; empty before the first look.
    const std::string& waits_for() const { return waits_for_; }

    const History& requests() const { return requests_; }
    const History& opens() const { return opens_; }
    const History& commits() const { return commits_; } // their time, p99

  private:
    void remember();

    std::optional<Scrape> last_;
    std::optional<Figures> figures_;
    std::string waits_for_;
    History requests_;
    History opens_;
    History commits_;
};

} // namespace hongbao::ops::top
