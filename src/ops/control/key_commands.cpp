// Role: `hongbao key create|list|revoke|rotate`. A secret goes to stdout alone, all else to stderr,
// so that KEY=$(hongbao key create …) is the key.
#include "ops/cli/command_parts.hpp"
#include "ops/cli/exit_status.hpp"
#include "ops/cli/say.hpp"
#include "ops/cli/standard_streams.hpp"
#include "ops/control/control_place.hpp"
#include "ops/control/text_table.hpp"

namespace hongbao::ops {

namespace {

using nlohmann::json;

std::string described(const json& key) {
    const json& account = key.at("account");
    return shown(key.at("key_id")) + " (" + shown(key.at("scope")) +
           (account.is_null() ? "" : " of " + shown(account)) + ", \"" + shown(key.at("name")) +
           "\")";
}

void print_secret(const json& key, const std::string& done) {
    say(done + " " + described(key) + ", " +
        (key.at("expires_at").is_null() ? "which does not expire"
                                        : "which expires at " + shown(key.at("expires_at"))) +
        "; it is shown this once");
    print_text(shown(key.at("key")) + "\n");
}

Command create_command(CLI::App& parent) {
    struct Options {
        std::string name, scope, account, from, reason;
        DurationOption expires_in;
    };
    auto* command = parent.add_subcommand(
        "create", "make a key, and print it on stdout\n"
                  "Also while no server runs: then on the journal itself, which is made if the "
                  "folder is empty. From the\nfirst key on, everybody needs one.");
    const auto options = std::make_shared<Options>();
    const ControlPlace place(*command);
    command->add_option("--name", options->name, "what people know it by")->required();
    command
        ->add_option("--scope", options->scope,
                     "what it allows: service (any user's business), merchant (one shop's), "
                     "gateway (money in), reader (looking), operator (everything)")
        ->required()
        ->check(CLI::IsMember({"service", "merchant", "gateway", "reader", "operator"}));
    command->add_option("--account", options->account, "the shop of a merchant's key")
        ->type_name("USER");
    options->expires_in.add_to(*command, "--expires-in",
                               "when it ends, like 90d; without it the key does not expire");
    command
        ->add_option("--from", options->from,
                     "the only addresses that may use it, like 10.0.0.0/8,2001:db8::/32")
        ->type_name("RANGES");
    command->add_option("--reason", options->reason, "why, for the audit trail");
    return {command, [place, options] {
                json body{{"name", options->name}, {"scope", options->scope}};
                put_text(body, "account", options->account);
                put_text(body, "reason", options->reason);
                put_list(body, "address_ranges", options->from);
                options->expires_in.put(body, "expires_in_s");
                return place.ask(WithoutServer::start_one, "POST", "/v1/keys", body,
                                 [](const json& key) { print_secret(key, "created"); });
            }};
}

void print_keys(const json& answer) {
    std::vector<std::vector<std::string>> rows{
        {"KEY_ID", "SCOPE", "STATUS", "CREATED", "EXPIRES", "FROM", "ACCOUNT", "NAME"}};
    for (const json& key : answer.at("items")) {
        rows.push_back({shown(key.at("key_id")), shown(key.at("scope")), shown(key.at("status")),
                        shown(key.at("created_at")), shown(key.at("expires_at")),
                        shown(key.at("address_ranges")), shown(key.at("account")),
                        shown(key.at("name"))});
    }
    if (rows.size() == 1) {
        say("there are no keys: everybody on this machine is the operator");
        return;
    }
    print_text(text_table(rows));
}

Command list_command(CLI::App& parent) {
    auto* command = parent.add_subcommand("list", "all keys, without their secrets");
    return {command, [place = ControlPlace(*command)] {
                return place.ask(WithoutServer::start_one_if_journal, "GET", "/v1/keys", nullptr,
                                 print_keys);
            }};
}

Command revoke_command(CLI::App& parent) {
    struct Options {
        std::string key_id, reason;
    };
    auto* command = parent.add_subcommand("revoke", "end a key for good, at the next request");
    const auto options = std::make_shared<Options>();
    const ControlPlace place(*command);
    command->add_option("key_id", options->key_id, "its id")->required()->type_name("KEY_ID");
    command->add_option("--reason", options->reason, "why, for the audit trail");
    return {command, [place, options] {
                return place.ask(
                    WithoutServer::start_one_if_journal, "DELETE",
                    "/v1/keys/" + escaped(options->key_id) + "?reason=" + escaped(options->reason),
                    nullptr,
                    [](const json& key) { print_text("revoked " + described(key) + "\n"); });
            }};
}

Command rotate_command(CLI::App& parent) {
    struct Options {
        std::string key_id, reason;
        DurationOption overlap, expires_in;
    };
    auto* command = parent.add_subcommand(
        "rotate", "give a key another secret, and print it on stdout\nThe former one is valid for "
                  "24h, or as long as --overlap says.");
    const auto options = std::make_shared<Options>();
    const ControlPlace place(*command);
    command->add_option("key_id", options->key_id, "its id")->required()->type_name("KEY_ID");
    options->overlap.add_to(*command, "--overlap",
                            "how long the former secret stays valid; 0s: not at all");
    options->expires_in.add_to(*command, "--expires-in", "when the key ends; without it as before");
    command->add_option("--reason", options->reason, "why, for the audit trail");
    return {command, [place, options] {
                json body = json::object();
                options->overlap.put(body, "overlap_s");
                options->expires_in.put(body, "expires_in_s");
                put_text(body, "reason", options->reason);
                return place.ask(WithoutServer::start_one_if_journal, "POST",
                                 "/v1/keys/" + escaped(options->key_id) + "/rotation", body,
                                 [](const json& key) {
                                     const json& until = key.at("previous_until");
                                     print_secret(key, (until.is_null()
                                                            ? "the former secret is over"
                                                            : "the former secret is valid until " +
                                                                  shown(until)) +
                                                           "; rotated");
                                 });
            }};
}

} // namespace

void add_key_commands(CLI::App& app, Commands& commands) {
    auto* parent = app.add_subcommand("key", "create, list, rotate and revoke keys");
    parent->require_subcommand(0, 1);
    for (const auto make : {create_command, list_command, revoke_command, rotate_command}) {
        commands.push_back(make(*parent));
    }
    commands.push_back({parent, [] {
                            return complain(
                                "hongbao key needs create, list, rotate or revoke after it",
                                exit_misconfigured);
                        }});
}

} // namespace hongbao::ops
