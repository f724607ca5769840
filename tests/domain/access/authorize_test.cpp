// Role: the table of who may do what, row by row against a second one that was written from the
// page on access and not from the code; and what `own` and a restricted token mean.
#include "domain/access/authorize.hpp"

#include <array>
#include <gtest/gtest.h>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace hongbao::domain {
namespace {

struct Row {
    Action action;
    /// nobody user merchant gateway service reader operator: - none, o its own, a any.
    std::string_view grants;
    bool with_restricted_token = false;
};

const std::vector<Row> expected{
    {Action::see_pages, "aaaaaaa", true},
    {Action::read_metrics, "-----aa"},
    {Action::accept_invitation, "aaaaaaa", true},
    {Action::open_account, "----a-a"},
    {Action::read_account, "-oo-aaa"},
    {Action::read_history, "-oo-aaa"},
    {Action::change_profile, "-oo-a-a"},
    {Action::transfer, "-oo-a-a"},
    {Action::send_packet, "-oo-a-a"},
    {Action::preview_packet, "-oo-a-a"},
    {Action::look, "-aa-aaa", true},
    {Action::read_claims, "-oo-aaa", true},
    {Action::grab_share, "-oo-a-a", true},
    {Action::open_share, "-oo-a-a", true},
    {Action::shake, "-oo-a-a", true},
    {Action::reserve, "-oo-a-a", true},
    {Action::wait, "-oo-a-a", true},
    {Action::pay_order, "-oo-a-a", true},
    {Action::cancel_order, "-oo-a-a", true},
    {Action::read_order, "-oo-aaa", true},
    {Action::read_trade, "-oo-aaa"},
    {Action::create_campaign, "--o-a-a"},
    {Action::create_sale, "--o-a-a"},
    {Action::list_sale_orders, "--o-aaa"},
    {Action::deposit, "---a--a"},
    {Action::take_external_payment, "---a--a"},
    {Action::withdraw, "------a"},
    {Action::change_status, "------a"},
    {Action::read_suspended, "-----aa"}, // auditors read it, too
    {Action::decide_suspended, "------a"},
    {Action::read_switches, "-----aa"}, // the same
    {Action::change_switch, "------a"},
    {Action::read_keys, "------a"},
    {Action::change_keys, "------a"},
    {Action::use_clock, "------a"},
    {Action::issue_token, "----a-a"},
    {Action::issue_invitation, "----a-a"},
    {Action::list_accounts, "--o-aaa"},
    {Action::list_packets, "--o-aaa"},
    {Action::list_campaigns, "--o-aaa"},
    {Action::list_sales, "--o-aaa"},
    {Action::read_audit, "----aaa"}, // of everything, so no merchant's own
    {Action::list_operations, "-----aa"},
    {Action::read_events, "--o-aaa"},
    {Action::read_webhooks, "----aaa"},
    {Action::change_webhooks, "----a-a"},
    {Action::export_books, "-----aa"},
};

using Names = std::vector<std::string_view>;

Principal principal_of(std::size_t scope, std::uint64_t only_entity = 0) {
    Principal principal{static_cast<Scope>(scope), "somebody", {}, only_entity};
    if (principal.scope == Scope::user || principal.scope == Scope::merchant) {
        principal.user_id = "alice";
    }
    return principal;
}

std::string name_of(const Row& row, std::size_t scope) {
    return "action " + std::to_string(static_cast<int>(row.action)) + " as " +
           std::string(word_of(static_cast<Scope>(scope)));
}

TEST(Authorize, KnowsEachActionOnce) {
    std::set<Action> actions;
    for (const Row& row : expected) {
        EXPECT_TRUE(actions.insert(row.action).second);
        EXPECT_EQ(row.grants.size(), scope_count);
    }
    EXPECT_EQ(actions.size(), action_count);
}

TEST(Authorize, GrantsWhatThePageOnAccessSays) {
    for (const Row& row : expected) {
        for (std::size_t scope = 0; scope < scope_count; ++scope) {
            const Principal principal = principal_of(scope);
            const auto denial = authorize(principal, row.action);
            if (row.grants[scope] == '-') {
                EXPECT_EQ(denial, scope == 0 ? Denial::credential_missing : Denial::not_allowed)
                    << name_of(row, scope);
            } else {
                EXPECT_EQ(denial, std::nullopt) << name_of(row, scope);
            }
            EXPECT_EQ(deciding(principal, row.action).owners, row.grants[scope] == 'o')
                << name_of(row, scope);
        }
    }
}

TEST(Authorize, GivesItsOwnToWhomItBelongsAlone) {
    const Names own{"bob", "alice"};
    const Names foreign{"bob", ""};
    for (const Row& row : expected) {
        for (std::size_t scope = 0; scope < scope_count; ++scope) {
            const Principal principal = principal_of(scope);
            const auto first = authorize(principal, row.action);
            EXPECT_EQ(authorize(principal, row.action, {own}), first) << name_of(row, scope);
            const bool is_own = row.grants[scope] == 'o';
            EXPECT_EQ(authorize(principal, row.action, {foreign}),
                      is_own ? Denial::not_yours : first)
                << name_of(row, scope);
            EXPECT_EQ(authorize(principal, row.action, {foreign, 0, false}),
                      is_own ? Denial::not_visible : first)
                << name_of(row, scope);
            EXPECT_EQ(authorize(principal, row.action, {}), is_own ? Denial::not_yours : first)
                << name_of(row, scope);
        }
    }
}

TEST(Authorize, ATokenForOneEntityIsForNothingElse) {
    const Names own{"alice"};
    const auto user = static_cast<std::size_t>(Scope::user);
    const Principal principal = principal_of(user, 7);
    for (const Row& row : expected) {
        const bool may = row.grants[user] != '-' && row.with_restricted_token;
        const bool is_always =
            row.action == Action::see_pages || row.action == Action::accept_invitation;
        EXPECT_EQ(authorize(principal, row.action),
                  may ? std::nullopt : std::optional(Denial::not_allowed))
            << name_of(row, user);
        EXPECT_EQ(authorize(principal, row.action, {own, 7}),
                  may ? std::nullopt : std::optional(Denial::not_allowed))
            << name_of(row, user);
        for (const std::uint64_t other : {0, 8}) {
            EXPECT_EQ(authorize(principal, row.action, {own, other}),
                      is_always ? std::nullopt : std::optional(Denial::not_allowed))
                << name_of(row, user);
        }
    }
}

TEST(Authorize, DoesNotTellThatAnothersThingExistsElsewhere) {
    const Names foreign{"bob"};
    const Principal principal = principal_of(static_cast<std::size_t>(Scope::user), 7);
    EXPECT_EQ(authorize(principal, Action::read_order, {foreign, 8, false}), Denial::not_visible);
}

TEST(Authorize, SomebodyWithoutANameOwnsNothing) {
    Principal principal = principal_of(static_cast<std::size_t>(Scope::merchant));
    principal.user_id.clear();
    const Names nameless{""};
    EXPECT_EQ(authorize(principal, Action::read_account, {nameless}), Denial::not_yours);
}

// A deposit is from outside, and an order's payment to order:7: no user's own, whatever a token
// says.
TEST(Authorize, NobodyOwnsWhatTheSystemCallsByItsName) {
    Principal principal = principal_of(static_cast<std::size_t>(Scope::user));
    for (const char* const name : {"outside", "order:7", "suspended", "."}) {
        principal.user_id = name;
        const Names sides{"alice", name};
        EXPECT_EQ(authorize(principal, Action::read_trade, {sides, 0, false}), Denial::not_visible)
            << name;
    }
}

TEST(Authorize, TheOperatorAtTheMachineMayDoEverything) {
    for (const Row& row : expected) {
        EXPECT_EQ(authorize(local_operator(), row.action, {}), std::nullopt);
    }
}

} // namespace
} // namespace hongbao::domain
