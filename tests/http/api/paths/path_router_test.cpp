// Role: which route a request takes, and what is said of a path's methods.
#include "http/api/paths/path_router.hpp"

#include <gtest/gtest.h>

using namespace hongbao::http;

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

} // namespace
