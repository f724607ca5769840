// Role: reads the lists in headers about what a client has and accepts.
#include "http/text/negotiation.hpp"

#include "http/text/ascii.hpp"

#include <algorithm>
#include <optional>

namespace hongbao::http {

namespace {

/// Cuts the first member off a list, without the blanks around it.
std::string_view next_member(std::string_view& list, char separator) {
    const std::size_t end = std::min(list.find(separator), list.size());
    const std::string_view member = ascii::trim(list.substr(0, end));
    list.remove_prefix(std::min(end + 1, list.size()));
    return member;
}

/// 500 for "q=0.5". A malformed weight counts as none.
int permille_of(std::string_view weight) {
    constexpr int most = 1'000;
    if (weight.size() < 3 || ascii::lower(weight[0]) != 'q' || weight[1] != '=') {
        return most;
    }
    if (weight[2] != '0') {
        return most;
    }
    int permille = 0;
    int place = most / 10;
    for (const char c : weight.substr(std::min<std::size_t>(4, weight.size()))) {
        if (!ascii::digit(c)) {
            break;
        }
        permille += (c - '0') * place;
        place /= 10;
    }
    return permille;
}

/// The weight among a member's parameters; the most if there is none.
int permille_among(std::string_view parameters) {
    int permille = permille_of({});
    while (!parameters.empty()) {
        const std::string_view parameter = next_member(parameters, ';');
        if (parameter.starts_with("q=") || parameter.starts_with("Q=")) {
            permille = permille_of(parameter);
        }
    }
    return permille;
}

} // namespace

/// An entity tag may contain a comma, but ours do not: a tag that is cut in two is not ours.
bool none_match_names(std::string_view if_none_match, std::string_view etag) {
    if (ascii::trim(if_none_match) == "*") {
        return true;
    }
    while (!if_none_match.empty()) {
        std::string_view tag = next_member(if_none_match, ',');
        if (tag.starts_with("W/")) {
            tag.remove_prefix(2);
        }
        if (tag == etag) {
            return true;
        }
    }
    return false;
}

bool takes_gzip(std::string_view accept_encoding) {
    std::optional<int> gzip, identity, others;
    while (!accept_encoding.empty()) {
        std::string_view member = next_member(accept_encoding, ',');
        const std::string_view coding = next_member(member, ';');
        const int permille = permille_of(ascii::trim(member));
        if (ascii::equal_without_case(coding, "gzip") ||
            ascii::equal_without_case(coding, "x-gzip")) {
            gzip = permille;
        } else if (ascii::equal_without_case(coding, "identity")) {
            identity = permille;
        } else if (coding == "*") {
            others = permille;
        }
    }
    const int liked = gzip.value_or(others.value_or(0));
    return liked > 0 && liked >= identity.value_or(0);
}

bool names_json_before_html(std::string_view accept) {
    int json = 0;
    int html = 0;
    while (!accept.empty()) {
        std::string_view member = next_member(accept, ',');
        const std::string_view type = next_member(member, ';');
        const int permille = permille_among(member);
        if (ascii::equal_without_case(type, "text/html")) {
            html = permille;
        } else if (ascii::equal_without_case(type, "application/json") ||
                   ascii::equal_without_case(type, "application/problem+json")) {
            json = std::max(json, permille);
        }
    }
    return json > html;
}

bool names_events_before_json(std::string_view accept) {
    int events = 0;
    int json = 0;
    while (!accept.empty()) {
        std::string_view member = next_member(accept, ',');
        const std::string_view type = next_member(member, ';');
        const int permille = permille_among(member);
        if (ascii::equal_without_case(type, "text/event-stream")) {
            events = permille;
        } else if (ascii::equal_without_case(type, "application/json")) {
            json = permille;
        }
    }
    return events > json;
}

bool names_chinese_before_english(std::string_view accept_language) {
    int chinese = 0;
    int english = 0;
    while (!accept_language.empty()) {
        std::string_view member = next_member(accept_language, ',');
        std::string_view range = next_member(member, ';');
        const int permille = permille_among(member);
        const std::string_view language = next_member(range, '-');
        if (ascii::equal_without_case(language, "zh") && permille > english) {
            chinese = std::max(chinese, permille);
        } else if (ascii::equal_without_case(language, "en")) {
            english = std::max(english, permille);
        }
    }
    return chinese > 0 && chinese >= english;
}

} // namespace hongbao::http
