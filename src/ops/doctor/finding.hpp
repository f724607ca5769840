// Role: what a check has found: a verdict, a sentence, what to do about it, and what may be mended
// without asking.
#pragma once

#include <cstdint>
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hongbao::ops::doctor {

/// From the best to the worst.
enum class Verdict : std::uint8_t {
    ok,
    note,    // could not be looked at: by this user, or because it was not to be
    warning, // a server works, and something should be done
    fault,   // none starts, or will not go on for long, or loses what it holds
};

/// "ok", "note", "warning", "fault": as it is printed.
std::string_view word_of(Verdict verdict);

/// Something that cannot harm: no record is touched by it.
struct Fix {
    std::string what; // as it will be told: "removed /srv/hongbao/control.sock"
    bool needs_stopped_server = false;
    std::function<std::optional<std::string>()> apply; // why it could not be done
};

struct Finding {
    Verdict verdict = Verdict::ok;
    std::string says;
    std::string advice{}; // empty: there is nothing to do
    nlohmann::json figures = nlohmann::json::object();
    std::vector<Fix> fixes{};
};

using Findings = std::vector<Finding>;

inline Finding fine(std::string says) {
    return {Verdict::ok, std::move(says)};
}
inline Finding note(std::string says, std::string advice = {}) {
    return {Verdict::note, std::move(says), std::move(advice)};
}
inline Finding warning(std::string says, std::string advice) {
    return {Verdict::warning, std::move(says), std::move(advice)};
}
inline Finding fault(std::string says, std::string advice) {
    return {Verdict::fault, std::move(says), std::move(advice)};
}

/// Whether a sentence of this program ends in the kernel's word that this user may not.
bool is_about_rights(std::string_view sentence);

/// Something could not be looked at: a note if this user may not, else what stops a start, too.
Finding out_of_reach(std::string sentence);

/// A sentence of another part of the program that already says what mends it.
inline Finding told(Verdict verdict, std::string sentence) {
    return {verdict, std::move(sentence)};
}

} // namespace hongbao::ops::doctor
