// Role: requests with a head of the test's choice, as the framer reads them.
#pragma once

#include "http/transport/framing/framing.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace hongbao::http {

class FramedRequest {
  public:
    /// `lines`: of the head, each with its line break.
    explicit FramedRequest(const std::string& lines)
        : text_("GET /v1/audit HTTP/1.1\r\nHost: localhost\r\n" + lines + "\r\n") {
        const auto outcome =
            framer_->advance(text_, [](std::string_view, std::string_view) { return 0UL; });
        EXPECT_EQ(outcome, Framer::Outcome::complete) << text_;
    }
    const Framer& framer() const { return *framer_; }

    static FramedRequest with(const std::string& credential) {
        return FramedRequest("Authorization: Bearer " + credential + "\r\n");
    }

  private:
    std::string text_;
    std::unique_ptr<Framer> framer_ = std::make_unique<Framer>();
};

} // namespace hongbao::http
