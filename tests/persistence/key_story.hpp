// Role: a story of keys: one for every kind of request that may have one, a batch's whole answer,
// a waiter's place, and a reference that an older program took twice.
#pragma once

#include "tests/persistence/sale_story.hpp"

namespace hongbao::testing {

/// 13 records, each following from those before. Sale 95, of one phone, has order 101 reserved and
/// bob waiting. In the end ann holds 5,400 fen; 100 of her packet 77 are in escrow.
inline std::vector<domain::Record> key_story() {
    using namespace domain;
    SaleOpened phone = phones();
    phone.stock = 1;
    phone.per_user_limit = 1;
    std::vector<Record> records = records_of({
        AccountOpened{"shop", "Shop", "", AccountType::merchant},
        AccountOpened{"ann", "Ann", "", AccountType::personal},
        AccountOpened{"bob", "Bob", "", AccountType::personal},
        Deposited{"ann", 5'000, "bank 7"},
        Deposited{"ann", 500, "bank 7"},
        PacketSent{{77},
                   "ann",
                   PacketKind::equal,
                   200,
                   2,
                   "",
                   {},
                   {},
                   true,
                   20'000,
                   story_begins + 86'400'000},
        ShareOpened{{77}, "ann", 100},
        phone,
        OrderReserved{{95}, {101}, "ann", 1, story_at(18), false},
        WaitlistJoined{{95}, "bob", 1},
        AnswerKept{200, R"({"results":[{"user_id":"carol"}]})"},
        OrderCancelled{{95}, {101}, "ann"},
        OrderReserved{{95}, {102}, "bob", 1, story_at(22), true},
    });
    for (const std::size_t place : {1U, 3U, 6U, 8U, 9U, 10U, 11U}) {
        records[place].idempotency = IdempotencyTag{
            "key-" + std::to_string(place + 1), sample_digest(static_cast<std::uint8_t>(place))};
    }
    return records;
}

} // namespace hongbao::testing
