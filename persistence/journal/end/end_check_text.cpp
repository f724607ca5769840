// Role: the answer as JSON, through a pipe.
#include "persistence/journal/end/end_check_text.hpp"

#include "persistence/files/in_child.hpp"
#include "persistence/files/sight.hpp"

#include <cstring>
#include <nlohmann/json.hpp>

namespace hongbao::persistence {

namespace {

using Json = nlohmann::json;

std::string to_text(const EndCheck& check) {
    Json json;
    if (check.failure) {
        json["sentence"] = check.failure->sentence;
        json["first_bad"] = check.failure->first_bad_sequence;
        json["damaged"] = check.failure->damaged;
        json["of_segment"] = check.failure->is_of_segment;
        json["of_machine"] = check.failure->is_of_machine;
    }
    json["older_meta_is_whole"] = check.older_meta_is_whole;
    if (check.last_commit) {
        json["first"] = check.last_commit->first;
        json["last"] = check.last_commit->last;
        if (check.last_commit->at) {
            json["at"] = *check.last_commit->at;
        }
    }
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

EndCheck from_text(const std::string& text) {
    const Json json = Json::parse(text);
    EndCheck check;
    if (json.contains("sentence")) {
        check.failure = Failure{json["sentence"], json["first_bad"], json["damaged"]};
        check.failure->is_of_segment = json["of_segment"];
        check.failure->is_of_machine = json["of_machine"];
    }
    check.older_meta_is_whole = json["older_meta_is_whole"];
    if (json.contains("last")) {
        check.last_commit = LastCommit{json["first"], json["last"], {}};
        if (json.contains("at")) {
            check.last_commit->at = json["at"].get<domain::InstantMs>();
        }
    }
    return check;
}

} // namespace

EndCheck end_check_in_child(const std::string& name, const std::function<EndCheck()>& check) {
    const ChildAnswer answer = run_in_child([&check] { return to_text(check()); });
    if (answer.signal == 0 && answer.error == 0) {
        return from_text(answer.text);
    }
    EndCheck ended;
    ended.read_to_its_end = false;
    const bool crashed = is_a_crash(answer.signal);
    ended.failure = Failure{
        .sentence = name + ": " +
                    (crashed ? "reading it ended the process that read it (" : "not checked (") +
                    (answer.signal != 0 ? strsignal(answer.signal) : words_of(answer.error)) + ")",
        .damaged = crashed,
        .is_of_machine = !crashed};
    return ended;
}

} // namespace hongbao::persistence
