// Role: which route a request takes, and what is said of a path's methods.
#include "http/api/paths/path_router.hpp"

#include "tests/http/openapi_document.hpp"

#include <gtest/gtest.h>

using namespace hongbao::http;
using hongbao::testing::served_routes;

namespace {

Result nothing(RouteContext& /*context*/) {
    return Response{204, {}};
}

TEST(PathRouter, HeadGoesWhereGetGoes) {
    const PathRouter router({Route{"POST", "/a", Action::see_pages, nothing},
                             Route{"GET", "/a/{id}", Action::see_pages, nothing}});
    ASSERT_NE(router.match("HEAD", "/a/7").route, nullptr);
    EXPECT_EQ(router.match("HEAD", "/a/7").route, router.match("GET", "/a/7").route);
    EXPECT_EQ(router.match("HEAD", "/a/7").parameters[0], "7");
    EXPECT_EQ(router.match("HEAD", "/a").route, nullptr);
}

TEST(PathRouter, NamesTheMethodsOfAPath) {
    const PathRouter router({Route{"POST", "/a", Action::see_pages, nothing},
                             Route{"GET", "/b", Action::see_pages, nothing},
                             Route{"GET", "/c", Action::see_pages, nothing},
                             Route{"PUT", "/c", Action::see_pages, nothing},
                             Route{"POST", "/c", Action::see_pages, nothing}});
    const auto allowed = [&router](const char* path) {
        return router.match("BREW", path).allowed_methods;
    };
    EXPECT_EQ(allowed("/a"), "POST, OPTIONS");
    EXPECT_EQ(allowed("/b"), "GET, HEAD, OPTIONS");
    EXPECT_EQ(allowed("/c"), "GET, HEAD, PUT, POST, OPTIONS");
    EXPECT_EQ(allowed("/d"), "");
    EXPECT_EQ(allowed("/a/"), "");
    EXPECT_EQ(router.match("HEAD", "/a").allowed_methods, "POST, OPTIONS");
    EXPECT_EQ(router.all_methods(), "POST, GET, HEAD, PUT, OPTIONS");
}

/// Also those whose second segment is a parameter, of whatever length.
TEST(PathRouter, FindsEachRouteAmongAllOthers) {
    const auto routes = served_routes();
    const PathRouter router({routes.begin(), routes.end()});
    for (std::size_t i = 0; i < routes.size(); ++i) {
        const Match match = router.match(routes[i].method, routes[i].pattern);
        ASSERT_NE(match.route, nullptr) << routes[i].pattern;
        EXPECT_EQ(match.route->pattern, routes[i].pattern);
        EXPECT_EQ(match.number, i);
    }
    for (const std::size_t length : {1U, 15U, 16U, 64U, 500U}) {
        const std::string name(length, 'x');
        EXPECT_EQ(router.match("GET", "/problems/" + name).parameters[0], name);
        EXPECT_EQ(router.match("GET", "/" + name).route, nullptr);
        EXPECT_EQ(router.match("GET", "/v1/" + name).route, nullptr);
        EXPECT_EQ(router.match("GET", "/v1/packets/" + name).parameters[0], name);
    }
    for (const char* path : {"*", "/", "//", "/v1", "/v1/", "/v1//", "/v1/packets/",
                             "/v1/packets/1/claims/2/3/4", "/v1/packets/1/claims/2/3/4/5/6/7"}) {
        EXPECT_EQ(router.match("GET", path).route, nullptr) << path;
    }
}

} // namespace
