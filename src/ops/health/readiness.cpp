// Role: reads the answer: ready, ready but refusing some things, or why not.
#include "ops/health/readiness.hpp"

namespace hongbao::ops::health {

namespace {

using nlohmann::json;

/// The member's text; empty if there is none.
std::string text_in(const json& body, const char* name) {
    const auto found = body.is_object() ? body.find(name) : body.end();
    return found != body.end() && found->is_string() ? found->get<std::string>() : std::string();
}

/// A list of words, empty if there is none.
json words_in(const json& body, const char* name) {
    const auto found = body.find(name);
    return found != body.end() && found->is_array() ? *found : json::array();
}

std::string listed(const json& words) {
    std::string text;
    for (const json& word : words) {
        text += (text.empty() ? "" : ", ") + (word.is_string() ? word.get<std::string>() : "?");
    }
    return text;
}

Readiness ready(const json& body) {
    const json off = words_in(body, "switched_off");
    const json shed = words_in(body, "shedding");
    std::string sentence = "ready";
    if (!off.empty()) {
        sentence += "; switched off: " + listed(off);
    }
    if (!shed.empty()) {
        sentence += "; refused for now: " + listed(shed);
    }
    return {true, sentence, json{{"ready", true}, {"switched_off", off}, {"shedding", shed}}};
}

Readiness refused(const std::string& place, const ServerAnswer& answer) {
    const std::string code = text_in(answer.body, "code");
    if (code.empty()) {
        return not_ready("what answers on " + place + " is no hongbao server: it said " +
                         std::to_string(answer.status) + " to GET /readyz");
    }
    const std::string detail = text_in(answer.body, "detail");
    Readiness outcome = not_ready("the server on " + place + " is not ready (" + code + ")" +
                                  (detail.empty() ? "" : ": " + detail));
    outcome.shown["code"] = code;
    return outcome;
}

} // namespace

Readiness not_ready(const std::string& sentence) {
    return {false, sentence, json{{"ready", false}, {"code", nullptr}, {"reason", sentence}}};
}

Readiness judge(const std::string& place, const std::variant<ServerAnswer, NoServer>& outcome) {
    if (const auto* none = std::get_if<NoServer>(&outcome)) {
        return not_ready(place + ": " + none->sentence);
    }
    const auto& answer = std::get<ServerAnswer>(outcome);
    return answer.status == 200 && text_in(answer.body, "status") == "ready"
               ? ready(answer.body)
               : refused(place, answer);
}

} // namespace hongbao::ops::health
