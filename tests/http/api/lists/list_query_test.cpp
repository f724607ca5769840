// Role: what the query of a list may say, what a cursor of it belongs to, and how wrong ones are
// told.
#include "http/api/lists/list_query.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

using namespace hongbao::http;
using hongbao::persistence::ListOrder;

namespace {

std::variant<ListQuery, Problem> read(const QueryParameters& parameters,
                                      ListOrder order_default = ListOrder::desc) {
    return list_query_of(hongbao::domain::local_operator(), "/v1/things", parameters,
                         order_default);
}

ListQuery good(const QueryParameters& parameters, ListOrder order_default = ListOrder::desc) {
    return std::get<ListQuery>(read(parameters, order_default));
}

TEST(ListQueries, HaveLimitOrderTimesAndCursor) {
    const ListQuery plain = good({});
    EXPECT_EQ(plain.page.limit, 50U);
    EXPECT_EQ(plain.page.order, ListOrder::desc);
    EXPECT_FALSE(plain.page.from || plain.page.to || plain.page.cursor);
    const QueryParameters all{{"to", "1970-01-01T00:00:02Z"},
                              {"order", "asc"},
                              {"limit", "200"},
                              {"from", "1970-01-01T00:00:01.5Z"}};
    const ListQuery some = good(all);
    EXPECT_EQ(some.page.limit, 200U);
    EXPECT_EQ(some.page.order, ListOrder::asc);
    EXPECT_EQ(some.page.from, 1'500);
    EXPECT_EQ(some.page.to, 2'000);
    QueryParameters next = all;
    next.emplace_back("cursor", cursor_text(some.list, 77));
    EXPECT_EQ(good(next).page.cursor, 77U);
}

TEST(ListQueries, NameAListByMeaning) {
    EXPECT_EQ(good({}).list, "/v1/things");
    EXPECT_EQ(good({{"limit", "3"}, {"order", "desc"}}).list, "/v1/things");
    const ListQuery one = good({{"status", "open"}, {"from", "1970-01-01T00:00:01Z"}});
    EXPECT_EQ(one.list, "/v1/things\nfrom=1000\nstatus=open");
    EXPECT_EQ(good({{"from", "1970-01-01T00:00:01.000Z"}, {"status", "open"}}).list, one.list)
        << "in any order, and however an instant is written";
}

TEST(ListQueries, TellTheDefaultOrderFromTheOther) {
    EXPECT_EQ(good({}, ListOrder::asc).page.order, ListOrder::asc);
    EXPECT_EQ(good({{"order", "asc"}}, ListOrder::asc).list, "/v1/things");
    EXPECT_EQ(good({{"order", "desc"}}, ListOrder::asc).list, "/v1/things\norder=desc");
    EXPECT_EQ(good({{"order", "asc"}}).list, "/v1/things\norder=asc");
}

// What one may see of a list is not what another may.
TEST(ListQueries, GiveACursorToOnePrincipalOnly) {
    const auto read_as = [](const char* name, const QueryParameters& parameters) {
        hongbao::domain::Principal principal;
        principal.name = name;
        return list_query_of(principal, "/v1/things", parameters, ListOrder::desc);
    };
    const auto list_as = [&](const char* name) {
        return std::get<ListQuery>(read_as(name, {})).list;
    };
    EXPECT_EQ(list_as("local"), "/v1/things") << "as before there were principals";
    const QueryParameters of_ann{{"cursor", cursor_text(list_as("user:ann"), 77)}};
    EXPECT_EQ(std::get<ListQuery>(read_as("user:ann", of_ann)).page.cursor, 77U);
    for (const char* other : {"user:bob", "user:an", "key:0123456789abcdef", "local", "nobody"}) {
        const auto answer = read_as(other, of_ann);
        ASSERT_TRUE(std::holds_alternative<Problem>(answer)) << other;
        EXPECT_EQ(std::get<Problem>(answer).code, "invalid_cursor");
    }
}

TEST(ListQueries, GiveACursorToOneListOnly) {
    const std::vector<QueryParameters> lists{{},
                                             {{"order", "asc"}},
                                             {{"from", "1970-01-01T00:00:01Z"}},
                                             {{"to", "1970-01-01T00:00:01Z"}},
                                             {{"from", "1970-01-01T00:00:01.001Z"}},
                                             {{"status", "open"}},
                                             {{"status", "closed"}},
                                             {{"merchant", "open"}},
                                             {{"status", "open"}, {"order", "asc"}}};
    for (const auto& list : lists) {
        const std::string cursor = cursor_text(good(list).list, 5);
        for (const auto& other : lists) {
            auto asked = other;
            asked.emplace_back("cursor", cursor);
            const auto answer = read(asked);
            if (&other == &list) {
                EXPECT_EQ(std::get<ListQuery>(answer).page.cursor, 5U);
            } else {
                EXPECT_EQ(std::get<Problem>(answer).code, "invalid_cursor");
            }
        }
    }
}

TEST(ListQueries, SayWhatWouldBeRight) {
    struct Case {
        QueryParameters parameters;
        const char* sentence;
    };
    const char* const limit = "limit must be an integer from 1 to 200.";
    const char* const order = "order must be desc (newest first) or asc (oldest first).";
    const Case cases[] = {
        {{{"limit", "0"}}, limit},
        {{{"limit", "201"}}, limit},
        {{{"limit", "1.0"}}, limit},
        {{{"limit", ""}}, limit},
        {{{"order", ""}}, order},
        {{{"order", "ASC"}}, order},
        {{{"from", "yesterday"}}, "from must be an instant like 2026-11-21T00:00:00.000Z."},
        {{{"to", ""}}, "to must be an instant like 2026-11-21T00:00:00.000Z."},
        {{{"from", "1970-01-01T00:00:01.001Z"}, {"to", "1970-01-01T00:00:01Z"}},
         "from must not be later than to: the list has what happened at or after from, and before "
         "to."},
    };
    for (const auto& [parameters, sentence] : cases) {
        const auto answer = read(parameters);
        ASSERT_TRUE(std::holds_alternative<Problem>(answer)) << parameters.front().second;
        EXPECT_EQ(std::get<Problem>(answer).code, "invalid_request");
        EXPECT_EQ(std::get<Problem>(answer).detail, sentence);
    }
    EXPECT_NO_THROW(good({{"from", "1970-01-01T00:00:01Z"}, {"to", "1970-01-01T00:00:01Z"}}))
        << "of no length: an empty list";
}

} // namespace
