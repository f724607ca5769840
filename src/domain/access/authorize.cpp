// Role: the table of scopes and actions.
#include "domain/access/authorize.hpp"

#include <algorithm>
#include <array>

namespace hongbao::domain {

namespace {

constexpr Grant no = Grant::none;
constexpr Grant own = Grant::own;
constexpr Grant any = Grant::any;

/// What a token for one packet, campaign or sale is good for.
enum class Restricted : std::uint8_t { never, there, always };
constexpr Restricted there = Restricted::there;
constexpr Restricted always = Restricted::always;

struct Row {
    Action action;
    std::array<Grant, scope_count> grants; // nobody user merchant gateway service reader operator
    Restricted restricted = Restricted::never;
};

// Read it like the table of SECURITY.md.
constexpr std::array<Row, action_count> table{{
    // clang-format off
    //                              nobody user merch. gatew. serv. read. oper.
    {Action::see_pages,             {any,  any,  any,  any,  any,  any,  any}, always},
    {Action::read_metrics,          {no,   no,   no,   no,   no,   any,  any}},
    {Action::accept_invitation,     {any,  any,  any,  any,  any,  any,  any}, always},
    {Action::open_account,          {no,   no,   no,   no,   any,  no,   any}},
    {Action::read_account,          {no,   own,  own,  no,   any,  any,  any}},
    {Action::read_history,          {no,   own,  own,  no,   any,  any,  any}},
    {Action::change_profile,        {no,   own,  own,  no,   any,  no,   any}},
    {Action::transfer,              {no,   own,  own,  no,   any,  no,   any}},
    {Action::send_packet,           {no,   own,  own,  no,   any,  no,   any}},
    {Action::preview_packet,        {no,   own,  own,  no,   any,  no,   any}},
    {Action::look,                  {no,   any,  any,  no,   any,  any,  any}, there},
    {Action::read_claims,           {no,   own,  own,  no,   any,  any,  any}, there},
    {Action::grab_share,            {no,   own,  own,  no,   any,  no,   any}, there},
    {Action::open_share,            {no,   own,  own,  no,   any,  no,   any}, there},
    {Action::shake,                 {no,   own,  own,  no,   any,  no,   any}, there},
    {Action::reserve,               {no,   own,  own,  no,   any,  no,   any}, there},
    {Action::wait,                  {no,   own,  own,  no,   any,  no,   any}, there},
    {Action::pay_order,             {no,   own,  own,  no,   any,  no,   any}, there},
    {Action::cancel_order,          {no,   own,  own,  no,   any,  no,   any}, there},
    {Action::read_order,            {no,   own,  own,  no,   any,  any,  any}, there},
    {Action::read_trade,            {no,   own,  own,  no,   any,  any,  any}},
    {Action::create_campaign,       {no,   no,   own,  no,   any,  no,   any}},
    {Action::create_sale,           {no,   no,   own,  no,   any,  no,   any}},
    {Action::list_sale_orders,      {no,   no,   own,  no,   any,  any,  any}},
    {Action::deposit,               {no,   no,   no,   any,  no,   no,   any}},
    {Action::take_external_payment, {no,   no,   no,   any,  no,   no,   any}},
    {Action::withdraw,              {no,   no,   no,   no,   no,   no,   any}},
    {Action::change_status,         {no,   no,   no,   no,   no,   no,   any}},
    {Action::read_suspended,        {no,   no,   no,   no,   no,   any,  any}},
    {Action::decide_suspended,      {no,   no,   no,   no,   no,   no,   any}},
    {Action::read_switches,         {no,   no,   no,   no,   no,   any,  any}},
    {Action::change_switch,         {no,   no,   no,   no,   no,   no,   any}},
    {Action::read_keys,             {no,   no,   no,   no,   no,   no,   any}},
    {Action::change_keys,           {no,   no,   no,   no,   no,   no,   any}},
    {Action::use_clock,             {no,   no,   no,   no,   no,   no,   any}},
    {Action::issue_token,           {no,   no,   no,   no,   any,  no,   any}},
    {Action::issue_invitation,      {no,   no,   no,   no,   any,  no,   any}},
    {Action::list_accounts,         {no,   no,   own,  no,   any,  any,  any}},
    {Action::list_packets,          {no,   no,   own,  no,   any,  any,  any}},
    {Action::list_campaigns,        {no,   no,   own,  no,   any,  any,  any}},
    {Action::list_sales,            {no,   no,   own,  no,   any,  any,  any}},
    {Action::read_audit,            {no,   no,   no,   no,   any,  any,  any}},
    {Action::list_operations,       {no,   no,   no,   no,   no,   any,  any}},
    {Action::read_events,           {no,   no,   own,  no,   any,  any,  any}},
    {Action::read_webhooks,         {no,   no,   no,   no,   any,  any,  any}},
    {Action::change_webhooks,       {no,   no,   no,   no,   any,  no,   any}},
    {Action::export_books,          {no,   no,   no,   no,   no,   any,  any}},
    // clang-format on
}};
static_assert(
    [] {
        for (std::size_t i = 0; i < action_count; ++i) {
            if (static_cast<std::size_t>(table[i].action) != i) {
                return false;
            }
        }
        return true;
    }(),
    "each action has its row, in the order of the enum");

const Row& row_of(Action action) {
    return table[static_cast<std::size_t>(action)];
}

} // namespace

Grant grant_of(Scope scope, Action action) {
    return row_of(action).grants[static_cast<std::size_t>(scope)];
}

Deciding deciding(const Principal& principal, Action action) {
    return {.owners = grant_of(principal.scope, action) == Grant::own,
            .entity =
                principal.only_entity != 0 && row_of(action).restricted != Restricted::always};
}

std::optional<Denial> authorize(const Principal& principal, Action action) {
    if (grant_of(principal.scope, action) == Grant::none) {
        return principal.scope == Scope::nobody ? Denial::credential_missing : Denial::not_allowed;
    }
    if (principal.only_entity != 0 && row_of(action).restricted == Restricted::never) {
        return Denial::not_allowed;
    }
    return std::nullopt;
}

std::optional<Denial> authorize(const Principal& principal, Action action, const Object& object) {
    if (auto denial = authorize_owners(principal, action, object.owners, object.is_named_by_user)) {
        return denial;
    }
    return authorize_entity(principal, action, object.entity);
}

// Before the entity: a token for another sale must not tell that somebody's order exists.
std::optional<Denial> authorize_owners(const Principal& principal, Action action,
                                       std::span<const std::string_view> owners,
                                       bool is_named_by_user) {
    if (auto denial = authorize(principal, action)) {
        return denial;
    }
    if (!deciding(principal, action).owners) {
        return std::nullopt;
    }
    // An issuer of the operator's may name anybody, also by a name that statements give to others.
    const bool can_own = !principal.user_id.empty() && !is_reserved_user_id(principal.user_id);
    if (can_own && std::ranges::find(owners, principal.user_id) != owners.end()) {
        return std::nullopt;
    }
    return is_named_by_user ? Denial::not_yours : Denial::not_visible;
}

std::optional<Denial> authorize_entity(const Principal& principal, Action action,
                                       std::uint64_t entity) {
    if (auto denial = authorize(principal, action)) {
        return denial;
    }
    if (deciding(principal, action).entity && entity != principal.only_entity) {
        return Denial::not_allowed;
    }
    return std::nullopt;
}

} // namespace hongbao::domain
