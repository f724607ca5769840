// Role: looks at the server at a steady pace in a thread of its own, so that keys and signals are
// heeded also while the server does not answer. Owner thread: main's.
#pragma once

#include "ops/top/source.hpp"

#include <chrono>
#include <memory>
#include <optional>

namespace hongbao::ops::top {

class Scraper {
  public:
    Scraper(Source&& source, std::chrono::duration<double> every);
    /// Does not wait for a look that is under way: its thread may be left behind, and the process
    /// has to end (see end_at_once).
    ~Scraper();
    Scraper(const Scraper&) = delete;
    Scraper& operator=(const Scraper&) = delete;

    /// Readable while there is a look to take.
    int descriptor() const;
    std::optional<Look> take();

  private:
    struct Shared;
    std::shared_ptr<Shared> shared_; // with the thread
};

} // namespace hongbao::ops::top
