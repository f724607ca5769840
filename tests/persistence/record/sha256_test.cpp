// Role: the library's SHA-256 agrees with the standard's, which plain_sha256.hpp implements.
#include "persistence/record/sha256.hpp"

#include "tests/rig/plain_sha256.hpp"
#include "tests/rig/seeded_random.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace hongbao::persistence {
namespace {

TEST(Sha256, IsTheStandardsForMessagesOfEveryLength) {
    testing::SeededRandom random{256};
    for (std::size_t bytes = 0; bytes <= 300; ++bytes) {
        std::vector<std::uint8_t> message(bytes);
        for (std::uint8_t& byte : message) {
            byte = static_cast<std::uint8_t>(random.below(256));
        }
        EXPECT_EQ(sha256(message), testing::plain_sha256(message)) << bytes;
    }
}

} // namespace
} // namespace hongbao::persistence
