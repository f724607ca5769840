// Role: the API's description says who may do what as the table in src/domain/access does, and what
// credential each operation takes.
#include "tests/http/api/openapi/action_words.hpp"
#include "tests/http/openapi_document.hpp"

#include "domain/access/authorize.hpp"

#include <string>

using namespace hongbao;
using namespace hongbao::http;
using namespace hongbao::testing;

namespace {

constexpr const char* actions_name = "x-hongbao-actions";

/// How the description words a grant: an `own` says what becomes of what is not.
bool says(const std::string& word, domain::Grant grant) {
    switch (grant) {
    case domain::Grant::none: return word.empty();
    case domain::Grant::own: return word == "own" || word == "found" || word == "seen";
    case domain::Grant::any: return word == "any";
    }
    return false;
}

TEST(OpenApiAccess, SaysOfEachActionWhatTheTableSays) {
    const json& actions = document().at(actions_name);
    EXPECT_EQ(actions.size(), domain::action_count);
    for (std::size_t i = 0; i < domain::action_count; ++i) {
        const auto action = static_cast<Action>(i);
        const json& grants = actions.at(std::string(word_of(action)));
        for (std::size_t s = 0; s < domain::scope_count; ++s) {
            const auto scope = static_cast<domain::Scope>(s);
            const std::string scope_word(domain::word_of(scope));
            const auto said = grants.value(scope_word, "");
            EXPECT_TRUE(says(said, domain::grant_of(scope, action)))
                << word_of(action) << " " << scope_word << ": " << said;
        }
    }
}

TEST(OpenApiAccess, NamesTheActionOfEachRoute) {
    const Operations operations = described_operations();
    for (const Route& route : served_routes()) {
        const auto name = std::string(route.method) + " " + std::string(route.pattern);
        EXPECT_EQ(operations.at(name).at("x-hongbao-action"), word_of(route.action)) << name;
    }
}

TEST(OpenApiAccess, AsksForAKeyOrATokenWhereOneIsNeeded) {
    EXPECT_EQ(keys_of(document().at("components").at("securitySchemes")), (Words{"key", "token"}));
    const Operations operations = described_operations();
    for (const Route& route : served_routes()) {
        const auto name = std::string(route.method) + " " + std::string(route.pattern);
        Words schemes;
        for (const json& one : operations.at(name).at("security")) {
            schemes.merge(keys_of(one));
        }
        const bool is_open =
            domain::grant_of(domain::Scope::nobody, route.action) == domain::Grant::any;
        const bool is_for_users =
            domain::grant_of(domain::Scope::user, route.action) != domain::Grant::none;
        EXPECT_EQ(schemes.contains("key"), !is_open) << name;
        EXPECT_EQ(schemes.contains("token"), !is_open && is_for_users) << name;
    }
}

} // namespace
