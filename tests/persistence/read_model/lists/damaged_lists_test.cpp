// Role: a place on a list that is missing, surplus or another is found: by the check behind a start
// if the numbers of places no longer fit, by verify whatever it is. A list never leads to something
// that is not there.
#include "persistence/read_model/self_check.hpp"
#include "tests/persistence/campaign_story.hpp"
#include "tests/persistence/sale_story.hpp"
#include "tests/persistence/verified_model.hpp"

#include <gtest/gtest.h>

namespace hongbao::persistence {
namespace {

using namespace hongbao::testing;

using Records = std::vector<domain::Record>;

class DamagedLists : public VerifyModelTest, public ::testing::WithParamInterface<Records (*)()> {
  protected:
    DamagedLists() : VerifyModelTest(GetParam()()) {}

    std::vector<ListedKey> places() const {
        std::vector<ListedKey> places;
        for (const auto& [key, row] : RawJournal(model_path()).entries("listed")) {
            places.push_back(key_in<ListedKey>(key).value());
        }
        return places;
    }
    void put_place(const ListedKey& key) {
        RowBytes bytes;
        encode(ListedRow{}, key, bytes);
        put("listed", place_key(key), bytes);
    }
    void remove_place(const ListedKey& key) {
        RawJournal(model_path()).remove("listed", place_key(key));
    }
    std::string what_the_check_says() const {
        const auto opened = ModelStore::open(model_path(), sample_id(), true);
        const auto wrong = check_model(*std::get<std::unique_ptr<ModelStore>>(opened), false);
        return wrong ? wrong->sentence : "";
    }
    static constexpr const char* check_sentence =
        "the read model's lists do not have what its rows say that they have";
};
INSTANTIATE_TEST_SUITE_P(Stories, DamagedLists,
                         ::testing::Values(&story, &campaign_story, &sale_story));

TEST_P(DamagedLists, APlaceThatIsMissingIsFound) {
    ASSERT_FALSE(places().empty());
    for (const ListedKey& place : places()) {
        remove_place(place);
        EXPECT_EQ(what_the_check_says(), check_sentence);
        expect_differs("table listed, key " + text_of(place));
        expect_differs("the row is missing");
        put_place(place);
    }
    EXPECT_EQ(what_the_check_says(), "");
    EXPECT_EQ(verdict().state, ModelState::agrees);
}

TEST_P(DamagedLists, APlaceThatIsSurplusIsFound) {
    for (const ListedKey& place : places()) {
        ListedKey of_another = place;
        of_another.part.owner += 1'000;
        ListedKey in_another_phase = place;
        in_another_phase.part.phase += 1;
        ListedKey of_another_item = place;
        of_another_item.item += 1'000;
        for (const ListedKey& surplus : {of_another, in_another_phase, of_another_item}) {
            put_place(surplus);
            EXPECT_EQ(what_the_check_says(), check_sentence) << text_of(surplus);
            expect_differs("table listed, key " + text_of(surplus));
            expect_differs("no record of the journal has made this row");
            remove_place(surplus);
        }
    }
}

TEST_P(DamagedLists, APlaceThatIsAnotherIsFound) {
    for (const ListedKey& place : places()) {
        ListedKey moved = place;
        moved.part.phase += 1;
        remove_place(place);
        put_place(moved);
        // The numbers of a sale's orders in each phase are not among what the check reads.
        if (place.part.list != List::orders_of_sale && place.part.list != List::orders_of_account) {
            EXPECT_EQ(what_the_check_says(), check_sentence) << text_of(place);
        }
        expect_differs("table listed, key " + text_of(place));
        remove_place(moved);
        put_place(place);
    }
}

TEST_P(DamagedLists, APlaceWhoseBytesAreDamagedIsFound) {
    for (const ListedKey& place : places()) {
        const auto key = place_key(place);
        RowBytes bytes = get("listed", key);
        bytes.front() ^= std::byte{1};
        put("listed", key, bytes);
        EXPECT_EQ(what_the_check_says(),
                  "the read model has a damaged row among its places on lists");
        expect_differs("table listed, key " + text_of(place));
        put_place(place);
    }
}

using DamagedListsDeathTest = DamagedLists;
INSTANTIATE_TEST_SUITE_P(Stories, DamagedListsDeathTest, ::testing::Values(&story, &sale_story));

TEST_P(DamagedListsDeathTest, WhatIsListedAndNotThereIsNotTold) {
    // The first record opens an account.
    const bool is_of_sales = GetParam() == &sale_story;
    put_place({{is_of_sales ? List::sales : List::packets, everybody, 0}, 1});
    ReadModelOptions options;
    options.path = model_path();
    options.journal_id = sample_id();
    auto opened = ReadModel::open(options);
    const ReadModel& model = *std::get<std::unique_ptr<ReadModel>>(opened);
    const auto ask = [&] {
        if (is_of_sales) {
            static_cast<void>(model.sales({}, {}, story_begins));
        } else {
            static_cast<void>(model.packets({}, {}, story_begins));
        }
    };
    EXPECT_DEATH(ask(), "start again: the next start builds it anew");
}

} // namespace
} // namespace hongbao::persistence
