// Role: the check of each kind of field in a JSON object.
#include "http/api/body/fields.hpp"

#include "domain/values/rfc3339.hpp"

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>

namespace hongbao::http {

using nlohmann::json;

std::size_t count_characters(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
    }));
}

Fields::Fields(const json& object, std::string where) : object_(object), where_(std::move(where)) {
    if (!object_.is_object()) {
        problem_ =
            invalid_request((where_.empty() ? "The body" : where_) + " must be a JSON object.");
    }
}

void Fields::complain(std::string_view name, std::string_view what) {
    if (!problem_) {
        problem_ = invalid_request(where_ + std::string(name) + " " + std::string(what));
    }
}

void Fields::adopt(const std::optional<Problem>& problem) {
    if (!problem_) {
        problem_ = problem;
    }
}

const json* Fields::find(std::string_view name) {
    asked_.push_back(name);
    if (!object_.is_object()) {
        return nullptr;
    }
    const auto found = object_.find(name);
    return found == object_.end() || found->is_null() ? nullptr : &*found;
}

const json* Fields::require(std::string_view name) {
    const json* value = find(name);
    if (value == nullptr) {
        complain(name, "is missing.");
    }
    return value;
}

std::optional<std::int64_t> Fields::optional_integer(std::string_view name, std::int64_t least,
                                                     std::int64_t largest) {
    const json* value = find(name);
    if (value == nullptr) {
        return std::nullopt;
    }
    const auto right = "must be an integer from " + std::to_string(least) + " to " +
                       std::to_string(largest) + ", written without quotes, point or exponent.";
    if (!value->is_number_integer()) {
        complain(name, right);
        return least;
    }
    const bool too_large_for_64_bits =
        value->is_number_unsigned() &&
        value->get<std::uint64_t>() >
            static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
    const std::int64_t number = too_large_for_64_bits ? 0 : value->get<std::int64_t>();
    if (too_large_for_64_bits || number < least || number > largest) {
        complain(name, right);
        return least;
    }
    return number;
}

std::int64_t Fields::integer(std::string_view name, std::int64_t least, std::int64_t largest) {
    const auto number = optional_integer(name, least, largest);
    if (!number) {
        complain(name, "is missing.");
    }
    return number.value_or(least);
}

domain::InstantMs Fields::instant(std::string_view name) {
    const json* value = require(name);
    if (value == nullptr) {
        return 0;
    }
    const auto at = value->is_string() ? domain::parse_rfc3339(value->get_ref<const std::string&>())
                                       : std::nullopt;
    if (!at) {
        complain(name, "must be an instant in UTC like \"2026-11-21T05:53:14.123Z\".");
    }
    return at.value_or(0);
}

std::optional<bool> Fields::optional_boolean(std::string_view name) {
    const json* value = find(name);
    if (value == nullptr) {
        return std::nullopt;
    }
    if (!value->is_boolean()) {
        complain(name, "must be true or false.");
        return false;
    }
    return value->get<bool>();
}

std::string Fields::text_of(std::string_view name, const json& value, const TextRule& rule) {
    if (!value.is_string()) {
        complain(name, "must be a string.");
        return {};
    }
    const auto& text = value.get_ref<const std::string&>();
    const std::size_t characters = count_characters(text);
    if (characters < rule.characters_min || characters > rule.characters_max) {
        complain(name, "must have " + std::to_string(rule.characters_min) + " to " +
                           std::to_string(rule.characters_max) + " characters.");
    } else if (const auto fault = fault_of_text(text, rule.use); !fault.empty()) {
        complain(name, fault);
    }
    return text;
}

std::string Fields::text(std::string_view name, const TextRule& rule) {
    const json* value = require(name);
    return value == nullptr ? std::string{} : text_of(name, *value, rule);
}

std::optional<std::string> Fields::optional_text(std::string_view name, const TextRule& rule) {
    const json* value = find(name);
    return value == nullptr ? std::nullopt : std::optional(text_of(name, *value, rule));
}

std::string Fields::visible_text(std::string_view name, const TextRule& rule) {
    std::string value = text(name, rule);
    if (!std::all_of(value.begin(), value.end(), [](char c) { return c > ' ' && c <= '~'; })) {
        complain(name, "must have visible ASCII characters only.");
    }
    return value;
}

std::string Fields::optional_picture_url(std::string_view name) {
    std::string value = optional_text(name, picture_url_rule).value_or("");
    if (const auto fault = fault_of_picture_url(value); !fault.empty()) {
        complain(name, fault);
    }
    return value;
}

domain::UserId Fields::user_id(std::string_view name) {
    const json* value = require(name);
    if (value == nullptr) {
        return {};
    }
    if (!value->is_string() || !domain::is_valid_user_id(value->get_ref<const std::string&>())) {
        complain(name, "must be a string of 1 to 64 of A-Za-z0-9._:@-");
        return {};
    }
    return value->get<std::string>();
}

std::vector<domain::UserId> Fields::optional_user_ids(std::string_view name,
                                                      std::size_t count_max) {
    const json* value = find(name);
    std::vector<domain::UserId> user_ids;
    if (value == nullptr) {
        return user_ids;
    }
    const auto is_user_id = [](const json& item) {
        return item.is_string() && domain::is_valid_user_id(item.get_ref<const std::string&>());
    };
    if (!value->is_array() || value->empty() || value->size() > count_max ||
        !std::all_of(value->begin(), value->end(), is_user_id)) {
        complain(name, "must be an array of 1 to " + std::to_string(count_max) + " user ids.");
        return user_ids;
    }
    user_ids = value->get<std::vector<domain::UserId>>();
    std::sort(user_ids.begin(), user_ids.end());
    if (std::adjacent_find(user_ids.begin(), user_ids.end()) != user_ids.end()) {
        complain(name, "names a user twice.");
    }
    return user_ids;
}

std::size_t Fields::choice(std::string_view name, const std::vector<std::string_view>& words,
                           std::optional<std::size_t> otherwise) {
    const json* value = otherwise ? find(name) : require(name);
    if (value == nullptr) {
        return otherwise.value_or(0);
    }
    const auto found = value->is_string() ? std::find(words.begin(), words.end(),
                                                      value->get_ref<const std::string&>())
                                          : words.end();
    if (found == words.end()) {
        std::string right = "must be one of:";
        for (const auto word : words) {
            right += " " + std::string(word);
        }
        complain(name, right + ".");
        return 0;
    }
    return static_cast<std::size_t>(found - words.begin());
}

const json* Fields::object(std::string_view name) {
    const json* value = find(name);
    if (value != nullptr && !value->is_object()) {
        complain(name, "must be an object.");
        return nullptr;
    }
    return value;
}

const json* Fields::array(std::string_view name, std::size_t least, std::size_t largest) {
    const json* value = require(name);
    if (value == nullptr) {
        return nullptr;
    }
    if (!value->is_array() || value->size() < least || value->size() > largest) {
        complain(name, "must be an array of " + std::to_string(least) + " to " +
                           std::to_string(largest) + " items.");
        return nullptr;
    }
    return value;
}

void Fields::each(std::string_view name, std::size_t least, std::size_t largest,
                  const std::function<void(Fields& item)>& read) {
    const json* const items = array(name, least, largest);
    for (std::size_t i = 0; items != nullptr && i < items->size(); ++i) {
        Fields item((*items)[i], std::string(name) + "[" + std::to_string(i) + "].");
        read(item);
        adopt(item.problem());
    }
}

std::optional<Problem> Fields::problem() {
    if (!object_.is_object()) {
        return problem_;
    }
    for (const auto& [name, value] : object_.items()) {
        if (std::find(asked_.begin(), asked_.end(), name) == asked_.end()) {
            // Told first: a misspelt name says more than the field that is missing because of it.
            return invalid_request(where_ + shown_back(name) + " is not a field of this request.");
        }
    }
    return problem_;
}

} // namespace hongbao::http
