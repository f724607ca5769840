// Role: texts of keys: what make_key makes is read back, and nothing else is a key.
#include "http/api/access/key_text.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

using namespace hongbao;
using namespace hongbao::http;

namespace {

TEST(KeyText, WhatIsMadeIsReadBack) {
    std::set<std::string> texts;
    for (int i = 0; i < 100; ++i) {
        const MadeKey made = make_key();
        EXPECT_TRUE(is_access_id(made.key_id)) << made.key_id;
        EXPECT_EQ(made.text.size(), 3U + 16 + 1 + 43);
        const auto read = read_key(made.text);
        ASSERT_TRUE(read.has_value()) << made.text;
        EXPECT_EQ(read->key_id, made.key_id);
        EXPECT_TRUE(are_equal(read->secret_hash, made.secret_hash));
        texts.insert(made.text);
    }
    EXPECT_EQ(texts.size(), 100U);
}

TEST(KeyText, ARotatedKeyHasItsIdAndAnotherSecret) {
    const MadeKey first = make_key();
    const MadeKey second = make_key_again(first.key_id);
    EXPECT_EQ(first.key_id, second.key_id);
    EXPECT_FALSE(are_equal(first.secret_hash, second.secret_hash));
    EXPECT_NE(first.text, second.text);
}

// The hash is in the journal for ever: BLAKE2b-256 of the 32 bytes, not of their text.
TEST(KeyText, TheHashIsThatOfTheBytes) {
    const std::string zeros(32, '\0');
    const auto hash = hash_of_secret_text(std::string(43, 'A'));
    ASSERT_TRUE(hash.has_value());
    EXPECT_TRUE(are_equal(*hash, hash_of_secret(zeros)));
    EXPECT_EQ((*hash)[0], 0x89); // b2sum -l 256 of 32 zero bytes
    EXPECT_EQ((*hash)[1], 0xeb);
    EXPECT_EQ((*hash)[31], 0xc3);
}

TEST(KeyText, WhatIsNoKeyIsNotRead) {
    const std::string id = "0123456789abcdef";
    const std::string secret(43, 'A');
    ASSERT_TRUE(read_key("hb_" + id + "_" + secret).has_value());
    const std::vector<std::string> others{
        "",
        "hb_",
        "hb_" + id + "_",
        "hb_" + id + "_" + std::string(42, 'A'),
        "hb_" + id + "_" + std::string(44, 'A'),
        "hb_" + id + "_" + std::string(42, 'A') + "=",
        "hb_" + id + "_" + std::string(42, 'A') + " ",
        "hb_" + id + "_" + std::string(42, 'A') + "+", // the other alphabet
        "hb_" + id + "_" + std::string(42, 'A') + "B", // bits behind the last byte
        "hb_" + id + "-" + secret,
        "hb_0123456789ABCDEF_" + secret,
        "hb_0123456789abcde_A" + secret,
        "HB_" + id + "_" + secret,
        " hb_" + id + "_" + secret,
        "hb_" + id + "_" + secret + "\n",
        std::string("hb_0123456789abcde\0_", 20) + secret,
    };
    for (const std::string& text : others) {
        EXPECT_FALSE(read_key(text).has_value()) << text;
    }
}

} // namespace
