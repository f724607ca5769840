// Role: bytes and their one text.
#include "http/text/base64url.hpp"

#include <gtest/gtest.h>

#include <string>

using namespace hongbao::http;

namespace {

TEST(Base64Url, BytesHaveOneText) {
    std::string bytes;
    for (int i = 0; i < 300; ++i) {
        const std::string text = to_base64url(bytes);
        EXPECT_EQ(text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                         "0123456789-_"),
                  text.npos)
            << text;
        EXPECT_EQ(from_base64url(text), bytes);
        bytes += static_cast<char>(i * 37);
    }
    EXPECT_EQ(to_base64url("f"), "Zg"); // RFC 4648, section 10, without padding
    EXPECT_EQ(to_base64url("foobar"), "Zm9vYmFy");
    EXPECT_EQ(to_base64url("\xFB\xFF"), "-_8");
}

TEST(Base64Url, OtherTextsAreNone) {
    for (const char* text : {"Z", "Zg=", "Zg==", "Zh", "Zm9vYmFyZ", "Zm9v YmFy", "Zm9vYmFy\n",
                             "+_8", "-/8", "Zg.", "\xC3\xA9"}) {
        EXPECT_EQ(from_base64url(text), std::nullopt) << text;
    }
    EXPECT_EQ(from_base64url(std::string("Zg\0", 3)), std::nullopt);
    EXPECT_EQ(from_base64url(""), "");
}

} // namespace
