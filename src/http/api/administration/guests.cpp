// Role: the route of guests: whoever has an invitation signs up, and gets an account and a token of
// its own.
//
// A place is taken by one record, the account opened by the next; the token is made last and is in
// neither. So what a guest sees of a lost answer is mended by asking again with the same
// Idempotency-Key: the same place, the same account, another token. Nobody has proved to be that
// guest, so the key is a secret of its own: it must be long enough that nobody guesses it, and the
// body, of which the journal keeps a digest alone, has the invitation's secret as well.
#include "http/api/administration/guests.hpp"
#include "actors/environment/clock.hpp"
#include "domain/values/rfc3339.hpp"
#include "http/api/access/key_text.hpp"
#include "http/api/accounts/render.hpp"
#include "http/api/administration/administer.hpp"
#include "http/api/body/request_body.hpp"
#include "http/api/tokens/token.hpp"
#include "http/api/tokens/token_board.hpp"
#include "http/text/address_ranges.hpp"
#include "http/transport/exchange.hpp"

namespace hongbao::http {

namespace {

using actors::AccountView;
using actors::AdministrationReceipt;
using actors::AdministrationView;

/// 128 random bits in base64.
constexpr std::size_t key_of_guest_characters_min = 22;
constexpr TextRule invitation_secret_rule{1, 64, TextUse::secret};

bool is_within(const std::vector<std::string>& ranges, const IpAddress& address) {
    return ranges.empty() || std::ranges::any_of(ranges, [&](const std::string& text) {
               const auto range = AddressRange::parse(text);
               const auto* read = std::get_if<AddressRange>(&range);
               return read != nullptr && read->contains(address);
           });
}

/// Whether the guest has the link, and may use it from where it is.
std::optional<Problem> find_fault_of_link(RouteContext& context, const domain::AccessId& id,
                                          const std::string& secret) {
    const auto hash = hash_of_secret_text(secret);
    if (!hash || !is_access_id(id)) {
        return problem_of(domain::Rejection::invitation_not_found);
    }
    const auto outcome = ask_invitations(context, id);
    if (const auto* problem = std::get_if<Problem>(&outcome)) {
        return *problem;
    }
    const auto& answer = std::get<actors::Answer>(outcome);
    if (auto problem = problem_in(answer)) {
        return problem;
    }
    const auto& invitation = answer.get<AdministrationView>().invitations.front();
    const auto& made = invitation.made;
    if (!are_equal(*hash, made.secret_hash)) {
        return problem_of(domain::Rejection::invitation_not_found);
    }
    if (!is_within(made.address_ranges, context.exchange.client().address)) {
        return Problem{"not_allowed", "This invitation is for other addresses."};
    }
    if (invitation.is_over(context.server.clock->now())) { // nor is a guest welcomed again
        return problem_of(domain::Rejection::invitation_over);
    }
    return std::nullopt;
}

std::optional<Problem> find_guessable_key(const RouteContext& context) {
    const auto key = context.exchange.header("Idempotency-Key");
    if (!key || key->size() >= key_of_guest_characters_min) {
        return std::nullopt;
    }
    return Problem{"idempotency_key_invalid",
                   "Whoever guesses it gets a token of this guest: it must have at least 22 "
                   "characters, drawn at random."};
}

/// With a token of its own, which no record has.
Result welcome(RouteContext& context, const AccountView& view, bool replayed) {
    const domain::InstantMs now = context.server.clock->now();
    TokenGrant grant;
    grant.user_id = view.account.profile.user_id;
    grant.issued_at = now - now % domain::ms_per_s;
    grant.expires_at = grant.issued_at + token_life_s_max * domain::ms_per_s;
    const Json body{{"account", render(view)},
                    {"token", sign_token(grant, context.server.tokens->secrets()->current())},
                    {"expires_at", domain::to_rfc3339(grant.expires_at)}};
    return Response{201, body.dump(), replayed, "/v1/accounts/" + grant.user_id};
}

/// Of a guest who asks again: whatever has become of its account, which may not have been opened
/// yet.
Result welcome_again(RouteContext& context, domain::OpenAccount&& account) {
    auto outcome =
        ask(context, actors::Request{actors::ReadAccount{account.user_id}, {}, actors::Hop::owner},
            Purpose::read);
    const auto* answer = std::get_if<actors::Answer>(&outcome);
    const auto* rejection = answer != nullptr ? answer->get_if<domain::Rejection>() : nullptr;
    if (rejection != nullptr && *rejection == domain::Rejection::account_not_found) {
        outcome = ask_account(context, std::move(account), nullptr);
    }
    return answered<AccountView>(
        std::move(outcome), [&](const AccountView& view) { return welcome(context, view, true); });
}

} // namespace

Result accept_invitation(RouteContext& context) {
    auto body = read_keyed_body(context, KeyNeed::optional);
    if (auto* problem = std::get_if<Problem>(&body)) {
        return std::move(*problem);
    }
    auto& [json, key] = std::get<KeyedBody>(body);
    Fields fields(json);
    const std::string secret = fields.text("secret", invitation_secret_rule);
    domain::OpenAccount account;
    account.username = fields.text("username", username_rule);
    account.avatar_url = fields.optional_picture_url("avatar_url").value_or("");
    if (auto problem = fields.problem()) {
        return *problem;
    }
    if (auto problem = find_guessable_key(context)) {
        return *problem;
    }
    domain::AccessId id(context.parameters[0]);
    if (auto problem = find_fault_of_link(context, id, secret)) {
        return *problem;
    }
    account.user_id = "guest-" + make_access_id() + make_access_id();
    return answered<AdministrationReceipt>(
        ask_administration(context, domain::AcceptInvitation{std::move(id), account.user_id},
                           nullptr, std::move(key)),
        [&](const AdministrationReceipt& receipt) -> Result {
            if (receipt.replayed) {
                account.user_id =
                    std::get<domain::InvitationAccepted>(receipt.record.event).user_id;
                return welcome_again(context, std::move(account));
            }
            return answered<AccountView>(
                ask_account(context, std::move(account), nullptr),
                [&](const AccountView& view) { return welcome(context, view, false); });
        });
}

} // namespace hongbao::http
