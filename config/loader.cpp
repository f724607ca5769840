// Role: applies the sources from the weakest to the strongest, and collects every complaint.
#include "config/loader.hpp"

#include "config/nearest.hpp"
#include "config/settings_file.hpp"
#include "config/value.hpp"

#include <cstddef>
#include <unistd.h>

namespace hongbao::config {
namespace {

/// Where a value stands, as a person finds it: "flag --listen", "variable HONGBAO_LISTEN".
std::string place_of(const Setting& setting, Source source, const std::string& file) {
    switch (source) {
    case Source::flag: return "flag " + flag_of(setting);
    case Source::environment: return "variable " + variable_of(setting);
    case Source::file: return "file " + file;
    case Source::defaults: break;
    }
    return "default";
}

class Gathering {
  public:
    explicit Gathering(Loaded& loaded) : loaded_(loaded) {}

    void take(const Setting& setting, Source source, std::string_view text) {
        if (const auto complaint = assign(loaded_.settings, setting, text)) {
            loaded_.errors.push_back(std::string(setting.name) + " = \"" + std::string(text) +
                                     "\" (" + place_of(setting, source, loaded_.config_file) +
                                     ") is not accepted: " + *complaint + ".");
            return;
        }
        const auto index = static_cast<std::size_t>(&setting - all_settings().data());
        loaded_.sources[index] = source;
    }

    void take_file() {
        if (loaded_.config_file.empty()) {
            return;
        }
        SettingsFile file = read_settings_file(loaded_.config_file);
        for (std::string& error : file.errors) {
            loaded_.errors.push_back(std::move(error));
        }
        for (const auto& [setting, text] : file.values) {
            take(*setting, Source::file, text);
        }
    }

    /// Unknown variables are reported only if they look like a misspelt setting: others may belong
    /// to whatever starts the server.
    void take_environment(const TextMap& environment) {
        std::vector<std::string> known{std::string(config_file_variable)};
        for (const Setting& setting : all_settings()) {
            known.push_back(variable_of(setting));
            const auto found = environment.find(known.back());
            if (found != environment.end() && !found->second.empty()) {
                take(setting, Source::environment, found->second);
            }
        }
        for (const auto& [variable, value] : environment) {
            const auto near = nearest(variable, known);
            if (near && *near != variable) {
                loaded_.notices.push_back("The variable " + variable +
                                          " has no effect; did you mean " + *near + "?");
            }
        }
    }

    void take_flags(const TextMap& flags) {
        std::vector<std::string> known;
        for (const Setting& setting : all_settings()) {
            known.emplace_back(setting.name);
        }
        for (const auto& [name, text] : flags) {
            if (const Setting* setting = find_setting(name)) {
                take(*setting, Source::flag, text);
            } else {
                loaded_.errors.push_back("The flag for \"" + name + "\" names no setting" +
                                         did_you_mean(name, known) + ".");
            }
        }
    }

    /// Rules between two settings, each of which is in its own range.
    void check_together() {
        const Settings& s = loaded_.settings;
        if (s.batch_body_bytes_max < s.body_bytes_max) {
            refuse_pair("batch_body_bytes_max", "body_bytes_max", "it must not be the smaller one");
        }
        if (s.commit_batch_bytes_max > s.journal_map_bytes / 4) {
            refuse_pair("commit_batch_bytes_max", "journal_map_bytes",
                        "it may be at most a quarter of that");
        }
        if (!s.token_issuer_key_file.empty() &&
            (s.token_audience.empty() || s.token_user_claim.empty())) {
            loaded_.errors.push_back(
                "With token_issuer_key_file, token_audience and token_user_claim must not be "
                "empty: a token says whom it is for, and which user.");
        }
        check_tls();
        check_shares_of_loops();
    }

  private:
    void check_tls() {
        const Settings& s = loaded_.settings;
        if (s.tls_certificate_file.empty() != s.tls_key_file.empty()) {
            const bool has_key = s.tls_certificate_file.empty();
            refuse_pair(has_key ? "tls_key_file" : "tls_certificate_file",
                        has_key ? "tls_certificate_file" : "tls_key_file",
                        "TLS takes both: the certificate and its key");
        } else if (!s.tls_key_file.empty() && s.listen.starts_with("unix:")) {
            loaded_.notices.push_back(described(*find_setting("tls_certificate_file")) +
                                      " has no effect with " + described(*find_setting("listen")) +
                                      ": a unix socket is reached without TLS.");
        }
    }

    /// Connections, and the memory for what they send, are divided among the event loops.
    void check_shares_of_loops() {
        constexpr std::int64_t connections_each = 2; // one for a stream, one for requests
        constexpr std::int64_t batches_each = 2;
        Settings& s = loaded_.settings;
        const std::int64_t connections_min = s.event_loop_count * connections_each;
        const std::int64_t buffered_min =
            s.event_loop_count * batches_each * s.batch_body_bytes_max;
        const std::int64_t kept = std::max<std::int64_t>(1, s.connections_max / 4);
        const std::int64_t streams_most = std::max<std::int64_t>(1, s.connections_max - kept);
        if (source_of("streams_max") ==
            Source::defaults) { // setting one should not require the other
            s.streams_max = std::min(s.streams_max, streams_most);
        }
        if (s.connections_max < connections_min) {
            refuse_pair("connections_max", "event_loop_count",
                        "each loop has its share of the connections and needs " +
                            std::to_string(connections_each) + ", so it has to be at least " +
                            std::to_string(connections_min));
        } else if (s.streams_max > streams_most) {
            refuse_pair("streams_max", "connections_max",
                        "a quarter of the connections is kept for requests, so it may be at most " +
                            std::to_string(streams_most));
        }
        if (s.buffered_bytes_max < buffered_min) {
            refuse_pair("buffered_bytes_max", "batch_body_bytes_max",
                        "each of the " + std::to_string(s.event_loop_count) +
                            " event loops has its share and needs room for " +
                            std::to_string(batches_each) +
                            " such bodies, so it has to be at least " +
                            std::to_string(buffered_min));
        }
    }

    Source source_of(std::string_view name) const {
        const auto index = static_cast<std::size_t>(find_setting(name) - all_settings().data());
        return loaded_.sources[index];
    }

    std::string described(const Setting& setting) const {
        const std::string value = value_text(loaded_.settings, setting);
        return std::string(setting.name) + " = " + (value.empty() ? "\"\"" : value) + " (" +
               place_of(setting, source_of(setting.name), loaded_.config_file) + ")";
    }

    void refuse_pair(std::string_view name, std::string_view other, const std::string& rule) {
        loaded_.errors.push_back(described(*find_setting(name)) + " does not go with " +
                                 described(*find_setting(other)) + ": " + rule + ".");
    }

    Loaded& loaded_;
};

std::string chosen_file(const Inputs& inputs) {
    if (!inputs.config_file.empty()) {
        return inputs.config_file;
    }
    const auto found = inputs.environment.find(config_file_variable);
    return found == inputs.environment.end() ? std::string() : found->second;
}

} // namespace

Loaded load(const Inputs& inputs) {
    Loaded loaded;
    loaded.sources.assign(all_settings().size(), Source::defaults);
    loaded.config_file = chosen_file(inputs);
    Gathering gathering(loaded);
    gathering.take_file();
    gathering.take_environment(inputs.environment);
    gathering.take_flags(inputs.flags);
    if (loaded.errors.empty()) {
        gathering.check_together();
    }
    return loaded;
}

TextMap environment_of_process() {
    TextMap variables;
    for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
        const std::string_view text = *entry;
        const auto equals = text.find('=');
        if (text.starts_with("HONGBAO_") && equals != std::string_view::npos) {
            variables.emplace(text.substr(0, equals), text.substr(equals + 1));
        }
    }
    return variables;
}

} // namespace hongbao::config
