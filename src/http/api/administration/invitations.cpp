// Role: routes of invitations: whoever has the link of one may sign up.
#include "actors/environment/clock.hpp"
#include "http/api/access/key_text.hpp"
#include "http/api/administration/administer.hpp"
#include "http/api/administration/guests.hpp"
#include "http/api/administration/operation.hpp"
#include "http/api/administration/render.hpp"
#include "http/api/body/request_body.hpp"
#include "http/api/paths/path_ids.hpp"

namespace hongbao::http {

namespace {

using actors::AdministrationReceipt;
using actors::AdministrationView;

constexpr std::int64_t invitation_s_default = 86'400;
constexpr TextRule id_rule{1, 20};

std::optional<Problem> find_missing_campaign(RouteContext& context, domain::CampaignId campaign) {
    const auto outcome = query(context, actors::ReadCampaign{campaign});
    if (const auto* problem = std::get_if<Problem>(&outcome)) {
        return *problem;
    }
    return problem_in(std::get<actors::Answer>(outcome));
}

Result create_invitation(RouteContext& context) {
    auto body = read_keyed_body(context, KeyNeed::optional);
    if (auto* problem = std::get_if<Problem>(&body)) {
        return std::move(*problem);
    }
    auto& [json, key] = std::get<KeyedBody>(body);
    Fields fields(json);
    domain::InvitationCreated invitation;
    const std::string campaign_text = fields.text("campaign_id", id_rule);
    const auto campaign_id = read_campaign_id(campaign_text);
    if (!campaign_id && !campaign_text.empty()) {
        fields.complain("campaign_id", "must be an id as the server gave it, as a string.",
                        fault_code::invalid_format);
    }
    invitation.guests_max = fields.integer("guests_max", 1, domain::invitation_guests_max);
    invitation.expires_at =
        read_expiry(fields, context)
            .value_or(context.server.clock->now() + invitation_s_default * domain::ms_per_s);
    ReadRanges ranges = read_address_ranges(fields, "invalid_invitation");
    std::string reason = fields.optional_text("reason", note_rule).value_or("");
    if (auto problem = fields.problem()) {
        return *problem;
    }
    if (ranges.problem) {
        return std::move(*ranges.problem);
    }
    invitation.address_ranges = std::move(ranges.ranges);
    if (auto problem = find_missing_campaign(context, *campaign_id)) {
        return *problem;
    }
    invitation.campaign_id = *campaign_id;
    invitation.invitation_id = make_access_id();
    const MadeSecret secret = make_secret();
    invitation.secret_hash = secret.hash;
    return answered<AdministrationReceipt>(
        ask_administration(context, domain::CreateInvitation{std::move(invitation)},
                           operation_of(context, std::move(reason)), std::move(key)),
        [&](const AdministrationReceipt& receipt) -> Result {
            domain::Invitation made;
            made.made = std::get<domain::InvitationCreated>(receipt.record.event);
            made.created_at = receipt.record.at;
            Json json_text = render(made);
            json_text["secret"] = receipt.replayed ? Json(nullptr) : Json(secret.text);
            json_text["note"] = receipt.replayed
                                    ? Json("The secret was shown once, in the first answer to this "
                                           "request. If it was lost, create another invitation.")
                                    : Json(nullptr);
            return Response{201, json_text.dump(), receipt.replayed,
                            "/v1/invitations/" + made.made.invitation_id};
        });
}

Result list_invitations(RouteContext& context) {
    return answered<AdministrationView>(
        ask_invitations(context), [](const AdministrationView& view) -> Result {
            Json items = Json::array();
            for (const domain::Invitation& invitation : view.invitations) {
                items.push_back(render(invitation));
            }
            return Response{200, Json{{"items", std::move(items)}}.dump()};
        });
}

Result answer_with_invitation(RouteContext& context) {
    return answered<AdministrationView>(
        ask_invitations(context, domain::AccessId(context.parameters[0])),
        [](const AdministrationView& view) -> Result {
            return Response{200, render(view.invitations.front()).dump()};
        });
}

Result revoke_invitation(RouteContext& context) {
    auto reason = read_reason(context);
    if (auto* problem = std::get_if<Problem>(&reason)) {
        return std::move(*problem);
    }
    return answered<AdministrationReceipt>(
        ask_administration(context,
                           domain::RevokeInvitation{domain::AccessId(context.parameters[0])},
                           operation_of(context, std::move(std::get<std::string>(reason)))),
        [&](const AdministrationReceipt& /*receipt*/) { return answer_with_invitation(context); });
}

} // namespace

std::span<const Route> invitation_routes() {
    static constexpr std::array routes{
        Route{"POST", "/v1/invitations", Action::issue_invitation, create_invitation},
        Route{"GET", "/v1/invitations", Action::issue_invitation, list_invitations},
        Route{"GET", "/v1/invitations/{invitation_id}", Action::issue_invitation,
              answer_with_invitation},
        Route{"DELETE", "/v1/invitations/{invitation_id}", Action::issue_invitation,
              revoke_invitation, false, reason_query},
        Route{"POST", "/v1/invitations/{invitation_id}/guests", Action::accept_invitation,
              accept_invitation},
    };
    return routes;
}

} // namespace hongbao::http
