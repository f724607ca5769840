// Role: zeros ahead of the journal: as many as wanted, and never over what somebody has written.
#include "persistence/lmdb/room_ahead.hpp"

#include "temporary_folder.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <fstream>
#include <functional>
#include <thread>

namespace hongbao::persistence {
namespace {

constexpr std::uint64_t mib = 1U << 20U;

struct RoomAheadTest : ::testing::Test {
    hongbao::testing::TemporaryFolder folder;
    std::filesystem::path file = folder.path() / "data.mdb";

    void make_file(std::uint64_t bytes) {
        std::ofstream(file, std::ios::binary) << std::string(bytes, 'x');
    }
    std::uint64_t file_bytes() const { return std::filesystem::file_size(file); }
};

/// The zeros are written by another thread: asks until they are there. If they never are, the
/// test's own time limit ends it.
void eventually(const std::function<bool()>& holds) {
    while (!holds()) {
        std::this_thread::yield();
    }
}

TEST(RoomAheadBytes, AreHalfOfWhatIsInUseBetweenOneAndThirtyTwoMebibytes) {
    EXPECT_EQ(RoomAhead::wanted_bytes(0), mib);
    EXPECT_EQ(RoomAhead::wanted_bytes(2 * mib), mib);
    EXPECT_EQ(RoomAhead::wanted_bytes(10 * mib), 5 * mib);
    EXPECT_EQ(RoomAhead::wanted_bytes(64 * mib), 32 * mib);
    EXPECT_EQ(RoomAhead::wanted_bytes(1'000 * mib), 32 * mib);
}

TEST_F(RoomAheadTest, IsMadeForASmallCommit) {
    make_file(4'096);
    RoomAhead room(file, 64 * mib);
    room.in_use(4'096);
    eventually([&] { return file_bytes() >= 4'096 + mib; });
    std::ifstream read(file, std::ios::binary);
    std::string bytes((std::istreambuf_iterator<char>(read)), {});
    EXPECT_EQ(bytes.substr(0, 4'096), std::string(4'096, 'x'));
    EXPECT_EQ(bytes.find_first_not_of('\0', 4'096), std::string::npos);
    EXPECT_EQ(room.failure(), "");
}

TEST_F(RoomAheadTest, IsNotMadeForALargeCommitNorIfThereIsEnough) {
    make_file(4 * mib);
    {
        RoomAhead room(file, 64 * mib);
        room.in_use(4 * mib); // four mebibytes in one commit
        room.in_use(2 * mib); // two are left, one is wanted
    }
    EXPECT_EQ(file_bytes(), 4 * mib);
}

TEST_F(RoomAheadTest, NeverMakesTheFileLongerThanTheMap) {
    make_file(4'096);
    constexpr std::uint64_t map_bytes = 2 * mib + 8'192;
    {
        RoomAhead room(file, map_bytes);
        for (std::uint64_t used = 4'096; used < map_bytes; used += 4'096) {
            room.in_use(used);
            if (used < mib) {
                eventually([&] { return file_bytes() > mib; });
            }
        }
    }
    EXPECT_GT(file_bytes(), mib);
    EXPECT_LE(file_bytes(), map_bytes);
}

TEST_F(RoomAheadTest, ZerosNeverMeetWhatIsWrittenAtTheSameTime) {
    make_file(0);
    constexpr std::size_t page_bytes = 4'096;
    constexpr std::uint64_t pages = 8'000;
    const int descriptor = ::open(file.c_str(), O_RDWR);
    ASSERT_GE(descriptor, 0);
    {
        RoomAhead room(file, 64 * mib);
        std::array<char, page_bytes> page{};
        for (std::uint64_t i = 0; i < pages; ++i) {
            page.fill(static_cast<char>('a' + i % 26));
            ASSERT_EQ(
                ::pwrite(descriptor, page.data(), page.size(), static_cast<off_t>(i * page_bytes)),
                static_cast<ssize_t>(page_bytes));
            room.in_use((i + 1) * page_bytes);
        }
        eventually([&] { return file_bytes() > pages * page_bytes; });
    }
    std::array<char, page_bytes> page{};
    for (std::uint64_t i = 0; i < pages; ++i) {
        ASSERT_EQ(::pread(descriptor, page.data(), page.size(), static_cast<off_t>(i * page_bytes)),
                  static_cast<ssize_t>(page_bytes));
        for (const char byte : page) {
            ASSERT_EQ(byte, static_cast<char>('a' + i % 26)) << "page " << i;
        }
    }
    ::close(descriptor);
}

} // namespace
} // namespace hongbao::persistence
