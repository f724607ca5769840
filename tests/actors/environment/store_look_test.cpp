// Tests: a disk that hangs takes nothing from operators but what it alone could say.
#include "actors/environment/store_look.hpp"

#include "tests/actors/engine_rig.hpp"
#include "tests/persistence/temporary_folder.hpp"
#include "tests/rig/fake_journal.hpp"

#include <gtest/gtest.h>

namespace hongbao::actors {
namespace {

using namespace hongbao::testing;

TEST(StoreLook, TellsWhatItSeesAndOfADiskThatHangsWhatItSawLast) {
    const TemporaryFolder folder;
    const auto model = new_read_model(folder.path());
    FakeJournal journal;
    StoreLook stores(journal, *model);
    const auto first = stores.look();
    ASSERT_TRUE(first);
    EXPECT_EQ(first->journal.file_bytes, 1U);
    EXPECT_GT(first->read_model.file_bytes, 0U);
    EXPECT_EQ(first->audit.difference_fen(), 0);
    EXPECT_EQ(stores.look()->journal.file_bytes, 2U);

    journal.set_disk_hangs(true);
    EXPECT_EQ(stores.look()->journal.file_bytes, 2U);
    EXPECT_EQ(stores.look()->journal.file_bytes,
              2U); // there is one look, however often it is asked
    journal.set_disk_hangs(false);
    while (stores.look()->journal.file_bytes < 4) { // the one that hung, and one of its own
    }
}

TEST(StoreLook, TellsNothingBeforeTheDiskHasAnswered) {
    const TemporaryFolder folder;
    const auto model = new_read_model(folder.path());
    FakeJournal journal;
    journal.set_disk_hangs(true);
    StoreLook stores(journal, *model);
    EXPECT_FALSE(stores.look());
    journal.set_disk_hangs(false);
    while (!stores.look()) {
    }
}

} // namespace
} // namespace hongbao::actors
