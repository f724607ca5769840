// Role: a story of a waiting list that users leave wherever they are in it.
#pragma once

#include "tests/persistence/sale_story.hpp"

namespace hongbao::testing {

/// 23 records, each following from those before. In the end three wait for sale 95: of the seven
/// who have ever joined the first three and the fifth have left.
inline std::vector<domain::Record> left_story() {
    using namespace domain;
    std::vector<Event> events{AccountOpened{"shop", "Shop", "", AccountType::merchant}};
    for (const char* user_id : {"ann", "bob", "carol", "dave", "eve", "fay", "gus"}) {
        events.push_back(AccountOpened{user_id, user_id, "", AccountType::personal});
    }
    events.push_back(phones());
    events.push_back(OrderReserved{{95}, {101}, "ann", 2, story_at(19)});
    events.push_back(OrderReserved{{95}, {102}, "bob", 1, story_at(20)});
    std::uint64_t position = 0;
    for (const char* user_id : {"carol", "dave", "eve", "fay", "gus"}) {
        events.push_back(WaitlistJoined{{95}, user_id, ++position});
    }
    const std::vector<Event> rest{
        WaitlistLeft{{95}, "dave", 2},
        WaitlistLeft{{95}, "gus", 5},
        OrderCancelled{{95}, {102}, "bob"},
        OrderReserved{{95}, {103}, "carol", 1, story_at(29), true},
        WaitlistJoined{{95}, "dave", 3},
        WaitlistLeft{{95}, "eve", 3},
        WaitlistJoined{{95}, "gus", 3},
    };
    events.insert(events.end(), rest.begin(), rest.end());
    return records_of(std::move(events));
}

} // namespace hongbao::testing
