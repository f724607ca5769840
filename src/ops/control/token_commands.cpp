// Role: `hongbao token` and `hongbao invitation`: what lets users in. A secret goes to stdout
// alone.
#include "ops/cli/command_parts.hpp"
#include "ops/cli/exit_status.hpp"
#include "ops/cli/say.hpp"
#include "ops/cli/standard_streams.hpp"
#include "ops/control/control_place.hpp"
#include "ops/control/text_table.hpp"

namespace hongbao::ops {

namespace {

using nlohmann::json;

Command rotate_secret_command(CLI::App& parent) {
    struct Options {
        std::string reason;
        DurationOption overlap;
    };
    auto* command = parent.add_subcommand(
        "rotate-secret", "sign tokens with another secret from now on\nTokens signed with the "
                         "former one stay valid for a while, or as long as --overlap says.");
    const auto options = std::make_shared<Options>();
    const ControlPlace place(*command);
    options->overlap.add_to(*command, "--overlap",
                            "how long those tokens stay valid; 0s: not at all");
    options->overlap.text = "24h";
    command->add_option("--reason", options->reason, "why, for the audit trail")->required();
    return {command, [place, options] {
                json body = json::object();
                options->overlap.put(body, "overlap_s");
                put_text(body, "reason", options->reason);
                return place.ask(WithoutServer::refuse, "POST", "/v1/tokens/secret/rotation", body,
                                 [](const json& answer) {
                                     print_text("tokens have another secret; those of the former "
                                                "one are valid until " +
                                                shown(answer.at("formers_until")) + "\n");
                                 });
            }};
}

Command token_command(CLI::App& app, CLI::App*& command) {
    struct Options {
        std::string user_id, packet, campaign, sale;
        DurationOption expires_in;
    };
    command =
        app.add_subcommand("token", "make a token for a user's own device, and print it on stdout");
    const auto options = std::make_shared<Options>();
    const ControlPlace place(*command);
    command->require_subcommand(0, 1);
    command->add_option("user_id", options->user_id, "the user, who has an account")
        ->type_name("USER");
    options->expires_in.add_to(*command, "--expires-in", "from 1m to 30d; without it 1h");
    for (const auto& [flag, id] :
         {std::pair("--packet", &options->packet), std::pair("--campaign", &options->campaign),
          std::pair("--sale", &options->sale)}) {
        command->add_option(flag, *id, "the only one that it is good for")->type_name("ID");
    }
    return {command, [place, options] {
                if (options->user_id.empty()) {
                    return complain("hongbao token needs a user, or rotate-secret, after it",
                                    exit_misconfigured);
                }
                json body{{"user_id", options->user_id}};
                options->expires_in.put(body, "expires_in_s");
                put_text(body, "packet_id", options->packet);
                put_text(body, "campaign_id", options->campaign);
                put_text(body, "sale_id", options->sale);
                return place.ask(WithoutServer::refuse, "POST", "/v1/tokens", body,
                                 [](const json& answer) {
                                     say("a token of " + shown(answer.at("user_id")) +
                                         ", which expires at " + shown(answer.at("expires_at")));
                                     print_text(shown(answer.at("token")) + "\n");
                                 });
            }};
}

Command invite_command(CLI::App& parent) {
    struct Options {
        std::string campaign_id, from, reason;
        std::int64_t guests = 0;
        DurationOption expires_in;
    };
    auto* command = parent.add_subcommand(
        "create", "make a link by which guests sign up, and print its secret on stdout");
    const auto options = std::make_shared<Options>();
    const ControlPlace place(*command);
    command->add_option("campaign_id", options->campaign_id, "the campaign that it is for")
        ->required()
        ->type_name("CAMPAIGN");
    command->add_option("--guests", options->guests, "how many may sign up")
        ->required()
        ->check(CLI::Range(std::int64_t{1}, std::int64_t{1'000'000}))
        ->type_name("NUMBER");
    options->expires_in.add_to(*command, "--expires-in", "when it ends; without it after 24h");
    command->add_option("--from", options->from, "the only addresses that may use it")
        ->type_name("RANGES");
    command->add_option("--reason", options->reason, "why, for the audit trail");
    return {command, [place, options] {
                json body{{"campaign_id", options->campaign_id}, {"guests_max", options->guests}};
                put_text(body, "reason", options->reason);
                put_list(body, "address_ranges", options->from);
                options->expires_in.put(body, "expires_in_s");
                return place.ask(WithoutServer::refuse, "POST", "/v1/invitations", body,
                                 [](const json& answer) {
                                     say("guests sign up with this secret at /v1/invitations/" +
                                         shown(answer.at("invitation_id")) + "/guests until " +
                                         shown(answer.at("expires_at")));
                                     print_text(shown(answer.at("secret")) + "\n");
                                 });
            }};
}

void print_invitations(const json& answer) {
    std::vector<std::vector<std::string>> rows{
        {"INVITATION_ID", "CAMPAIGN", "GUESTS", "OF", "EXPIRES", "REVOKED", "FROM"}};
    for (const json& one : answer.at("items")) {
        rows.push_back({shown(one.at("invitation_id")), shown(one.at("campaign_id")),
                        shown(one.at("guests")), shown(one.at("guests_max")),
                        shown(one.at("expires_at")), shown(one.at("revoked_at")),
                        shown(one.at("address_ranges"))});
    }
    if (rows.size() == 1) {
        say("there are no invitations");
    } else {
        print_text(text_table(rows));
    }
}

Command list_invitations_command(CLI::App& parent) {
    auto* command = parent.add_subcommand("list", "invitations and how many have come");
    return {command, [place = ControlPlace(*command)] {
                return place.ask(WithoutServer::refuse, "GET", "/v1/invitations", nullptr,
                                 print_invitations);
            }};
}

Command revoke_invitation_command(CLI::App& parent) {
    struct Options {
        std::string invitation_id, reason;
    };
    auto* command = parent.add_subcommand("revoke", "end an invitation; its guests stay");
    const auto options = std::make_shared<Options>();
    const ControlPlace place(*command);
    command->add_option("invitation_id", options->invitation_id, "its id")
        ->required()
        ->type_name("INVITATION_ID");
    command->add_option("--reason", options->reason, "why, for the audit trail");
    return {command, [place, options] {
                return place.ask(WithoutServer::refuse, "DELETE",
                                 "/v1/invitations/" + escaped(options->invitation_id) +
                                     "?reason=" + escaped(options->reason),
                                 nullptr, [](const json& answer) {
                                     print_text("revoked " + shown(answer.at("invitation_id")) +
                                                ", which brought " + shown(answer.at("guests")) +
                                                " guests\n");
                                 });
            }};
}

} // namespace

void add_token_commands(CLI::App& app, Commands& commands) {
    CLI::App* token = nullptr;
    Command issue = token_command(app, token);
    commands.push_back(rotate_secret_command(*token));
    commands.push_back(std::move(issue));
    auto* invitation = app.add_subcommand("invitation", "links by which guests sign up");
    invitation->require_subcommand(0, 1);
    for (const auto make : {invite_command, list_invitations_command, revoke_invitation_command}) {
        commands.push_back(make(*invitation));
    }
    commands.push_back({invitation, [] {
                            return complain(
                                "hongbao invitation needs create, list or revoke after it",
                                exit_misconfigured);
                        }});
}

} // namespace hongbao::ops
