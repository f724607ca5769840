// Role: a story of campaigns: one that ends with a refund, one that is spent, one still running.
#pragma once

#include "tests/persistence/journals.hpp"

namespace hongbao::testing {

/// 15 records, each following from those before. Campaign 91 pays 200 of 500 and refunds 300, 92
/// is spent, 93 has 60 left and runs for another minute. In the end shop holds 360 fen, bob 240,
/// carol 40.
inline std::vector<domain::Record> campaign_story() {
    using namespace domain;
    const auto round = [](InstantMs begin_s, InstantMs end_s, Fen least_fen, Fen largest_fen) {
        return CampaignRound{story_begins + begin_s * 1'000,
                             story_begins + end_s * 1'000,
                             500,
                             least_fen,
                             largest_fen,
                             2};
    };
    const CampaignFunded rain{{91}, "shop", "Rain 红包雨",
                              500,  3,      {round(5, 10, 10, 100), round(12, 20, 10, 90)}};
    const CampaignFunded spent{{92}, "shop", "Once", 50, 1, {round(9, 30, 50, 50)}};
    const CampaignFunded running{{93}, "shop", "", 90, 1, {round(0, 90, 30, 30)}};
    std::vector<Record> records = records_of({
        AccountOpened{"shop", "Shop", "", AccountType::merchant},
        AccountOpened{"bob", "Bob", "", AccountType::personal},
        AccountOpened{"carol", "Carol", "", AccountType::personal},
        Deposited{"shop", 700, ""},
        rain,
        ShakeDrawn{{91}, "bob", "r1", 1, 100},
        ShakeDrawn{{91}, "carol", "r1", 1, 0},
        ShakeDrawn{{91}, "bob", "r2", 1, 0},
        ShakeDrawn{{91}, "carol", "r2", 1, 10},
        spent,
        ShakeDrawn{{92}, "bob", "x", 1, 50},
        running,
        ShakeDrawn{{91}, "bob", "r3", 2, 90},
        ShakeDrawn{{93}, "carol", "only", 1, 30},
        CampaignClosed{{91}, "shop", 300, 5},
    });
    records[4].idempotency = IdempotencyTag{"rain-1", sample_digest(0x40)};
    records[14].at = story_begins + 20'000;
    return records;
}

} // namespace hongbao::testing
