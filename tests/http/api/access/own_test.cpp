// Role: a handler that does not say whose its object is gets nothing from the engine, whichever way
// it asks; and what paths, fields and filters name.
#include "tests/http/transport_fixture.hpp"

#include "actors/protocol/claims/request_key.hpp"
#include "http/api/access/own.hpp"
#include "http/api/ask.hpp"
#include "http/api/batch.hpp"
#include "http/api/body/fields.hpp"
#include "http/api/dispatcher.hpp"
#include "http/api/limits/limits.hpp"
#include "http/api/live/live_stream.hpp"

#include <functional>
#include <nlohmann/json.hpp>

namespace hongbao::http {
namespace {

using domain::Principal;
using domain::Scope;
using nlohmann::json;

const Principal alice{Scope::user, "user:alice", "alice", 0};
const Principal alice_in_7{Scope::user, "user:alice", "alice", 7};
const Principal shop{Scope::merchant, "key:1", "shop", 0};
const Principal backend{Scope::service, "key:2", {}, 0};
const Principal nobody{};

class Own : public Transport {
  protected:
    /// Calls `check` within a request, with a context in which there is no engine: whatever gets as
    /// far as that ends the test.
    void with(const Principal& principal, Action action, std::function<void(RouteContext&)> check,
              std::array<std::string_view, 2> parameters = {}) {
        start([&](Exchange& exchange) {
            Dispatcher dispatcher;
            AccessBoard board;
            Limits limits(RequestLimits{}, board, {});
            ServerContext server;
            server.limits = &limits;
            RouteContext context{exchange, dispatcher, server, principal, action, parameters};
            check(context);
            exchange.respond(200, "", "text/plain");
        });
        EXPECT_EQ(ask(get("/")).status, 200);
        drain();
        loop_.reset();
    }
};

template <typename Outcome>
std::string code_of(const Outcome& outcome) {
    const auto* problem = std::get_if<Problem>(&outcome);
    return problem != nullptr ? std::string(problem->code) : "";
}
std::string code_of(const std::optional<Problem>& problem) {
    return problem ? std::string(problem->code) : "";
}

actors::Request read_alice() {
    return actors::Request{actors::ReadAccount{"alice"}, {}, actors::Hop::owner};
}
actors::Requests only(actors::Request&& request) {
    actors::Requests one;
    one.push_back(std::move(request));
    return one;
}
std::unique_ptr<actors::RequestKey> key() {
    return std::make_unique<actors::RequestKey>(domain::IdempotencyTag{"key", {}});
}
BatchText no_text(const std::vector<actors::Answer>&) {
    return {};
}

/// Whichever way a handler asks.
void expect_nothing_asked(RouteContext& context) {
    EXPECT_EQ(code_of(http::ask(context, read_alice(), Purpose::read)), "not_allowed");
    EXPECT_EQ(code_of(ask_all(context, only(read_alice()), Purpose::write)), "not_allowed");
    EXPECT_EQ(code_of(query(context, actors::ReadAudit{})), "not_allowed");
    EXPECT_EQ(code_of(ask_account(context, domain::Withdraw{"alice", 1, ""}, nullptr)),
              "not_allowed");
    EXPECT_EQ(code_of(ask_sale(context, {domain::CancelOrder{{7}}}, nullptr)), "not_allowed");
    EXPECT_EQ(code_of(answer_batch(context, only(read_alice()), nullptr, 1, no_text)),
              "not_allowed");
    EXPECT_EQ(code_of(answer_batch(context, only(read_alice()), key(), 1, no_text)), "not_allowed");
    EXPECT_EQ(code_of(answer_with_events(context, actors::topic_of(domain::PacketId{7}))),
              "not_allowed");
    EXPECT_EQ(code_of(account_missing(context, "alice")), "not_allowed");
}

TEST_F(Own, AHandlerThatNamesNothingIsNotAnswered) {
    with(alice, Action::open_share, expect_nothing_asked);
    with(shop, Action::list_packets, expect_nothing_asked);
    with(alice_in_7, Action::look, expect_nothing_asked);
    with(alice_in_7, Action::open_share, [](RouteContext& context) {
        EXPECT_EQ(code_of(find_denial_within(context, 7)), "") << "half of what decides";
        expect_nothing_asked(context);
    });
}

TEST_F(Own, AHandlerThatWasDeniedIsNotAnsweredWhateverItNamesThen) {
    with(alice, Action::open_share, [](RouteContext& context) {
        const json body{{"user_id", "bob"}};
        Fields fields(body);
        acting_user(context, fields, "user_id");
        const json own{{"user_id", "alice"}};
        Fields more(own);
        acting_user(context, more, "user_id");
        expect_nothing_asked(context);
    });
    with(alice, Action::create_sale, [](RouteContext& context) {
        EXPECT_EQ(code_of(find_denial_of_path(context, path_facts_of("/v1/sales"))), "not_allowed");
        expect_nothing_asked(context);
    });
    with(nobody, Action::look, [](RouteContext& context) {
        EXPECT_EQ(code_of(find_denial_of_path(context, path_facts_of("/v1/packets/{id}"))),
                  "credential_missing");
        expect_nothing_asked(context);
    });
}

TEST_F(Own, WhoeverActsForAllNeedsToNameNothing) {
    with(backend, Action::open_share,
         [](RouteContext& context) { EXPECT_EQ(code_of(find_unnamed(context)), ""); });
    with(alice, Action::look,
         [](RouteContext& context) { EXPECT_EQ(code_of(find_unnamed(context)), ""); });
    with(alice_in_7, Action::see_pages,
         [](RouteContext& context) { EXPECT_EQ(code_of(find_unnamed(context)), ""); });
}

TEST_F(Own, PathsNameUsersAndEntities) {
    const auto code = [this](const Principal& principal, Action action, std::string_view pattern,
                             std::array<std::string_view, 2> parameters) {
        std::string found;
        with(
            principal, action,
            [&](RouteContext& context) {
                found = code_of(find_denial_of_path(context, path_facts_of(pattern)));
                EXPECT_EQ(found.empty(), !context.named.is_denied);
            },
            parameters);
        return found;
    };
    EXPECT_EQ(code(alice, Action::read_account, "/v1/accounts/{user_id}", {"alice"}), "");
    EXPECT_EQ(code(alice, Action::read_account, "/v1/accounts/{user_id}", {"bob"}), "not_yours");
    EXPECT_EQ(code(alice, Action::read_account, "/v1/accounts/{user_id}", {"Alice"}), "not_yours");
    EXPECT_EQ(code(backend, Action::read_account, "/v1/accounts/{user_id}", {"bob"}), "");
    constexpr std::string_view place = "/v1/sales/{id}/waitlist/{user_id}";
    EXPECT_EQ(code(alice, Action::wait, place, {"7", "alice"}), "");
    EXPECT_EQ(code(alice, Action::wait, place, {"alice", "bob"}), "not_yours");
    EXPECT_EQ(code(alice_in_7, Action::wait, place, {"7", "alice"}), "");
    EXPECT_EQ(code(alice_in_7, Action::wait, place, {"7", "bob"}), "not_yours");
    EXPECT_EQ(code(alice_in_7, Action::wait, place, {"8", "alice"}), "not_allowed");
    EXPECT_EQ(code(alice_in_7, Action::look, "/v1/packets/{id}/events", {"7"}), "");
    EXPECT_EQ(code(alice_in_7, Action::look, "/v1/campaigns/{id}", {"8"}), "not_allowed");
    EXPECT_EQ(code(alice_in_7, Action::look, "/v1/sales/{id}", {"x"}), "not_allowed");
}

TEST_F(Own, AFieldMayBeLeftOutByWhoeverActsForItself) {
    const auto named = [this](const Principal& principal, const json& body) {
        std::pair<std::string, std::string> found; // the user, and the problem's code
        with(principal, Action::transfer, [&](RouteContext& context) {
            Fields fields(body);
            found.first = acting_user(context, fields, "from");
            const auto problem = fields.problem();
            found.second = code_of(problem);
            EXPECT_EQ(!find_unnamed(context), found.second.empty());
        });
        return found;
    };
    using Found = std::pair<std::string, std::string>;
    EXPECT_EQ(named(alice, json::object()), Found("alice", ""));
    EXPECT_EQ(named(alice, {{"from", nullptr}}), Found("alice", ""));
    EXPECT_EQ(named(alice, {{"from", "alice"}}), Found("alice", ""));
    EXPECT_EQ(named(alice, {{"from", "bob"}}).second, "not_yours");
    EXPECT_EQ(named(alice, {{"from", "bob"}, {"strange", 1}}).second, "not_yours")
        << "whatever else is wrong";
    EXPECT_EQ(named(alice, {{"from", 5}}).second, "invalid_request");
    EXPECT_EQ(named(shop, json::object()), Found("shop", ""));
}

TEST_F(Own, WhoeverActsForOthersMustNameThem) {
    with(backend, Action::transfer, [](RouteContext& context) {
        const json none = json::object();
        Fields fields(none);
        acting_user(context, fields, "from");
        const auto problem = fields.problem();
        ASSERT_EQ(code_of(problem), "invalid_request");
        EXPECT_EQ(problem->errors.front().where, "/from");
        EXPECT_EQ(problem->errors.front().code, "missing");
    });
}

TEST_F(Own, AnItemOfAnotherRefusesTheWholeBatch) {
    with(alice, Action::open_share, [](RouteContext& context) {
        const json body{
            {"opens", {{{"user_id", "alice"}}, {{"user_id", "bob"}}, {{"user_id", 5}}}}};
        Fields fields(body);
        fields.each("opens", 1, 10, [&](Fields& item) { acting_user(context, item, "user_id"); });
        EXPECT_EQ(code_of(fields.problem()), "not_yours");
    });
}

TEST_F(Own, FiltersAreNarrowedToOnesOwn) {
    with(shop, Action::list_sales, [](RouteContext& context) {
        std::optional<domain::UserId> merchant;
        EXPECT_EQ(code_of(narrow_to_own(context, merchant)), "");
        EXPECT_EQ(merchant, "shop");
        merchant = "other";
        EXPECT_EQ(code_of(narrow_to_own(context, merchant)), "not_yours");
    });
    with(backend, Action::list_sales, [](RouteContext& context) {
        std::optional<domain::UserId> merchant;
        EXPECT_EQ(code_of(narrow_to_own(context, merchant)), "");
        EXPECT_EQ(merchant, std::nullopt);
    });
}

TEST_F(Own, WhatIsAnothersIsAnsweredLikeWhatDoesNotExist) {
    with(alice, Action::read_order, [](RouteContext& context) {
        const auto denied =
            find_denial_of(context, {"bob", ""}, domain::Rejection::order_not_found);
        ASSERT_TRUE(denied.has_value());
        EXPECT_EQ(render_problem(*denied, "id"),
                  render_problem(problem_of(domain::Rejection::order_not_found), "id"));
        expect_nothing_asked(context);
    });
}

} // namespace
} // namespace hongbao::http
