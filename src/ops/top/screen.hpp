// Role: draws pictures on a terminal. Owner thread: main's; one at a time. Invariant: whenever it
// is gone, the terminal is as it was before.
#pragma once

#include "ops/top/view/picture.hpp"

#include <memory>

namespace hongbao::ops::top {

class Screen {
  public:
    /// nullptr if stdout is no terminal that can be drawn on.
    static std::unique_ptr<Screen> open(bool has_colours, bool has_utf8);
    virtual ~Screen() = default;

    /// As the terminal is now.
    virtual Size size() = 0;
    virtual void draw(const Picture& picture) = 0;
    /// The next time everything is drawn, whatever should be there already.
    virtual void forget() = 0;
    /// The next key that was pressed, without waiting; 0: there is none.
    virtual int key() = 0;
};

} // namespace hongbao::ops::top
