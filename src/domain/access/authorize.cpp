// Role: the table of scopes and actions.
#include "domain/access/authorize.hpp"

#include <algorithm>
#include <array>

namespace hongbao::domain {

namespace {

constexpr Grant no = Grant::none;
constexpr Grant own = Grant::own;
constexpr Grant any = Grant::any;

struct Row {
    Action action;
    std::array<Grant, scope_count> grants; // nobody user merchant gateway service reader operator
    bool with_restricted_token = false;    // also by a token for one packet, campaign or sale
};

// Read it like the table of SECURITY.md. `own` of an action that names no owner is `any`.
constexpr std::array<Row, action_count> table{{
    // clang-format off
    //                              nobody user merch. gatew. serv. read. oper.
    {Action::see_pages,             {any,  any,  any,  any,  any,  any,  any}, true},
    {Action::read_metrics,          {no,   no,   no,   no,   no,   any,  any}},
    {Action::accept_invitation,     {any,  any,  any,  any,  any,  any,  any}, true},
    {Action::open_account,          {no,   no,   no,   no,   any,  no,   any}},
    {Action::read_account,          {no,   own,  own,  no,   any,  any,  any}},
    {Action::read_history,          {no,   own,  own,  no,   any,  any,  any}},
    {Action::change_profile,        {no,   own,  own,  no,   any,  no,   any}},
    {Action::transfer,              {no,   own,  own,  no,   any,  no,   any}},
    {Action::send_packet,           {no,   own,  own,  no,   any,  no,   any}},
    {Action::preview_packet,        {no,   own,  own,  no,   any,  no,   any}},
    {Action::look,                  {no,   any,  any,  no,   any,  any,  any}, true},
    {Action::read_claims,           {no,   own,  own,  no,   any,  any,  any}, true},
    {Action::grab_share,            {no,   own,  no,   no,   any,  no,   any}, true},
    {Action::open_share,            {no,   own,  no,   no,   any,  no,   any}, true},
    {Action::shake,                 {no,   own,  no,   no,   any,  no,   any}, true},
    {Action::reserve,               {no,   own,  no,   no,   any,  no,   any}, true},
    {Action::wait,                  {no,   own,  no,   no,   any,  no,   any}, true},
    {Action::pay_order,             {no,   own,  no,   no,   any,  no,   any}, true},
    {Action::cancel_order,          {no,   own,  no,   no,   any,  no,   any}, true},
    {Action::read_order,            {no,   own,  own,  no,   any,  any,  any}, true},
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

std::optional<Denial> authorize(const Principal& principal, Action action) {
    if (grant_of(principal.scope, action) == Grant::none) {
        return principal.scope == Scope::nobody ? Denial::credential_missing : Denial::not_allowed;
    }
    if (principal.only_entity != 0 && !row_of(action).with_restricted_token) {
        return Denial::not_allowed;
    }
    return std::nullopt;
}

std::optional<Denial> authorize(const Principal& principal, Action action, const Object& object) {
    if (auto denial = authorize(principal, action)) {
        return denial;
    }
    const Denial kept_apart = object.is_named_by_user ? Denial::not_yours : Denial::not_visible;
    if (principal.only_entity != 0 && object.entity != 0 &&
        object.entity != principal.only_entity) {
        return Denial::not_allowed;
    }
    if (grant_of(principal.scope, action) == Grant::own &&
        std::ranges::find(object.owners, principal.user_id) == object.owners.end()) {
        return kept_apart;
    }
    return std::nullopt;
}

} // namespace hongbao::domain
