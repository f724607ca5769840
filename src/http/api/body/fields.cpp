// Role: the check of each kind of field in a JSON object.
#include "http/api/body/fields.hpp"

#include "domain/values/rfc3339.hpp"

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>
#include <numeric>

namespace hongbao::http {

using nlohmann::json;

namespace {

constexpr std::string_view user_id_form = "must be a string of 1 to 64 of A-Za-z0-9._:@-";

} // namespace

std::size_t count_characters(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
    }));
}

namespace {

/// "opens[3]." as a JSON pointer: "/opens/3"; "" is the whole body.
std::string pointer_to(std::string_view where) {
    std::string pointer;
    bool is_new_part = true;
    for (const char c : where) {
        if (c == '.' || c == '[') {
            is_new_part = true;
        } else if (c != ']') {
            pointer.append(is_new_part ? "/" : "").push_back(c);
            is_new_part = false;
        }
    }
    return pointer;
}

Fault fault_in_body(std::string&& pointer, std::string_view code, std::string&& detail) {
    return Fault{Fault::In::body, std::move(pointer), code, std::move(detail)};
}

bool is_user_id(const json& value) {
    return value.is_string() && domain::is_valid_user_id(value.get_ref<const std::string&>());
}

/// Of the texts of an array, the places that repeat an earlier one, in order.
std::vector<std::size_t> repeats_in(const json& texts) {
    std::vector<std::size_t> places(texts.size());
    std::iota(places.begin(), places.end(), std::size_t{0});
    const auto text_at = [&texts](std::size_t place) -> const std::string& {
        return texts[place].get_ref<const std::string&>();
    };
    std::ranges::stable_sort(places, {}, text_at);
    std::vector<std::size_t> repeats;
    for (std::size_t i = 1; i < places.size(); ++i) {
        if (text_at(places[i]) == text_at(places[i - 1])) {
            repeats.push_back(places[i]);
        }
    }
    std::ranges::sort(repeats);
    return repeats;
}

bool is_visible_ascii(char c) {
    return c > ' ' && c <= '~';
}

} // namespace

Fields::Fields(const json& object, std::string where) : object_(object), where_(std::move(where)) {
    if (!object_.is_object()) {
        const std::string name =
            where_.empty() ? "The body" : where_.substr(0, where_.find_last_not_of('.') + 1);
        faults_.add(fault_in_body(pointer_to(where_), fault_code::wrong_type,
                                  name + " must be a JSON object."));
    }
}

void Fields::complain(std::string_view name, std::string_view what, std::string_view code) {
    if (object_.is_object() && !faults_.is_full()) {
        faults_.add(fault_in_body(pointer_to(where_) + "/" + pointer_part(name), code,
                                  where_ + std::string(name) + " " + std::string(what)));
    }
}

void Fields::complain_about_item(std::string_view name, std::size_t index, std::string_view what,
                                 std::string_view code) {
    const std::string item = std::string(name) + "[" + std::to_string(index) + "]";
    faults_.add(
        fault_in_body(pointer_to(where_ + item), code, where_ + item + " " + std::string(what)));
}

void Fields::adopt(const std::optional<Problem>& problem) {
    if (!problem) {
        return;
    }
    faults_.add(problem->errors);
    if (problem->errors.empty()) { // an item was refused as a whole
        refuse(Problem(*problem));
    }
}

void Fields::refuse(Problem&& problem) {
    if (!refusal_) {
        refusal_ = std::move(problem);
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
        complain(name, "is missing.", fault_code::missing);
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
        complain(name, right, fault_code::wrong_type);
        return least;
    }
    const bool too_large_for_64_bits =
        value->is_number_unsigned() &&
        value->get<std::uint64_t>() >
            static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
    const std::int64_t number = too_large_for_64_bits ? 0 : value->get<std::int64_t>();
    if (too_large_for_64_bits || number < least || number > largest) {
        complain(name, right, fault_code::out_of_range);
        return least;
    }
    return number;
}

std::int64_t Fields::integer(std::string_view name, std::int64_t least, std::int64_t largest) {
    const auto number = optional_integer(name, least, largest);
    if (!number) {
        complain(name, "is missing.", fault_code::missing);
    }
    return number.value_or(least);
}

domain::InstantMs Fields::instant(std::string_view name) {
    return require(name) == nullptr ? 0 : optional_instant(name).value_or(0);
}

std::optional<domain::InstantMs> Fields::optional_instant(std::string_view name) {
    const json* value = find(name);
    if (value == nullptr) {
        return std::nullopt;
    }
    const auto at = value->is_string() ? domain::parse_rfc3339(value->get_ref<const std::string&>())
                                       : std::nullopt;
    if (!at) {
        complain(name, "must be an instant in UTC like \"2026-11-21T05:53:14.123Z\".",
                 value->is_string() ? fault_code::invalid_format : fault_code::wrong_type);
    }
    return at;
}

std::optional<bool> Fields::optional_boolean(std::string_view name) {
    const json* value = find(name);
    if (value == nullptr) {
        return std::nullopt;
    }
    if (!value->is_boolean()) {
        complain(name, "must be true or false.", fault_code::wrong_type);
        return false;
    }
    return value->get<bool>();
}

std::string Fields::text_of(std::string_view name, const json& value, const TextRule& rule) {
    if (!value.is_string()) {
        complain(name, "must be a string.", fault_code::wrong_type);
        return {};
    }
    const auto& text = value.get_ref<const std::string&>();
    const std::size_t characters = count_characters(text);
    if (characters < rule.characters_min || characters > rule.characters_max) {
        complain(name,
                 "must have " + std::to_string(rule.characters_min) + " to " +
                     std::to_string(rule.characters_max) + " characters.",
                 characters < rule.characters_min ? fault_code::too_short : fault_code::too_long);
    } else if (const auto fault = fault_of_text(text, rule.use); !fault.empty()) {
        complain(name, fault, fault_code::invalid_format);
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
    if (!std::ranges::all_of(value, is_visible_ascii)) {
        complain(name, "must have visible ASCII characters only.", fault_code::invalid_format);
    }
    return value;
}

std::optional<std::string> Fields::optional_picture_url(std::string_view name) {
    std::optional<std::string> value = optional_text(name, picture_url_rule);
    if (const auto fault = fault_of_picture_url(value.value_or("")); !fault.empty()) {
        complain(name, fault, fault_code::invalid_format);
    }
    return value;
}

domain::UserId Fields::user_id(std::string_view name) {
    auto user_id = optional_user_id(name);
    if (!user_id) {
        complain(name, "is missing.", fault_code::missing);
    }
    return user_id.value_or(domain::UserId());
}

std::optional<domain::UserId> Fields::optional_user_id(std::string_view name) {
    const json* value = find(name);
    if (value == nullptr) {
        return std::nullopt;
    }
    if (!is_user_id(*value)) {
        complain(name, user_id_form,
                 value->is_string() ? fault_code::invalid_format : fault_code::wrong_type);
        return domain::UserId();
    }
    return value->get<std::string>();
}

std::vector<std::string> Fields::optional_words(std::string_view name, std::size_t count_max,
                                                std::size_t characters_max) {
    const json* value = find(name) == nullptr ? nullptr : array(name, 1, count_max, "texts");
    std::vector<std::string> words;
    for (std::size_t i = 0; value != nullptr && i < value->size() && !faults_.is_full(); ++i) {
        const json& item = (*value)[i];
        const auto* const word = item.get_ptr<const std::string*>();
        if (word == nullptr) {
            complain_about_item(name, i, "must be a string.", fault_code::wrong_type);
        } else if (word->empty() || word->size() > characters_max ||
                   !std::ranges::all_of(*word, is_visible_ascii)) {
            complain_about_item(name, i,
                                "must have 1 to " + std::to_string(characters_max) +
                                    " visible ASCII characters.",
                                fault_code::invalid_format);
        } else {
            words.push_back(*word);
        }
    }
    return words;
}

std::vector<domain::UserId> Fields::optional_user_ids(std::string_view name,
                                                      std::size_t count_max) {
    const json* value = find(name) == nullptr ? nullptr : array(name, 1, count_max, "user ids");
    if (value == nullptr) {
        return {};
    }
    bool all_are_user_ids = true;
    for (std::size_t i = 0; i < value->size() && !faults_.is_full(); ++i) {
        const json& item = (*value)[i];
        if (!is_user_id(item)) {
            all_are_user_ids = false;
            complain_about_item(name, i, user_id_form,
                                item.is_string() ? fault_code::invalid_format
                                                 : fault_code::wrong_type);
        }
    }
    if (!all_are_user_ids || faults_.is_full()) {
        return {};
    }
    auto user_ids = value->get<std::vector<domain::UserId>>();
    std::sort(user_ids.begin(), user_ids.end());
    if (std::adjacent_find(user_ids.begin(), user_ids.end()) != user_ids.end()) {
        for (const std::size_t place : repeats_in(*value)) {
            complain_about_item(name, place, "names a user for the second time.",
                                fault_code::duplicate);
        }
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
        complain(name, right + ".",
                 value->is_string() ? fault_code::not_allowed : fault_code::wrong_type);
        return 0;
    }
    return static_cast<std::size_t>(found - words.begin());
}

const json* Fields::object(std::string_view name) {
    const json* value = find(name);
    if (value != nullptr && !value->is_object()) {
        complain(name, "must be an object.", fault_code::wrong_type);
        return nullptr;
    }
    return value;
}

const json* Fields::array(std::string_view name, std::size_t least, std::size_t largest,
                          std::string_view of_what) {
    const json* value = require(name);
    if (value == nullptr) {
        return nullptr;
    }
    if (!value->is_array() || value->size() < least || value->size() > largest) {
        complain(name,
                 "must be an array of " + std::to_string(least) + " to " + std::to_string(largest) +
                     " " + std::string(of_what) + ".",
                 !value->is_array()      ? fault_code::wrong_type
                 : value->size() < least ? fault_code::too_short
                                         : fault_code::too_long);
        return nullptr;
    }
    return value;
}

void Fields::each(std::string_view name, std::size_t least, std::size_t largest,
                  const std::function<void(Fields& item)>& read) {
    const json* const items = array(name, least, largest);
    for (std::size_t i = 0; items != nullptr && i < items->size() && !faults_.is_full(); ++i) {
        Fields item((*items)[i], where_ + std::string(name) + "[" + std::to_string(i) + "].");
        read(item);
        adopt(item.problem());
    }
}

void Fields::name_strangers(Faults& faults) const {
    for (const auto& [name, value] : object_.items()) {
        if (std::find(asked_.begin(), asked_.end(), name) == asked_.end()) {
            faults.add(fault_in_body(
                pointer_to(where_) + "/" + pointer_part(name), fault_code::unknown_field,
                where_ + shown_back(name) + " is not a field of this request."));
        }
    }
}

std::optional<Problem> Fields::problem() {
    if (refusal_) {
        return std::move(refusal_);
    }
    auto complaints = faults_.take_problem();
    if (!object_.is_object()) {
        return complaints;
    }
    name_strangers(faults_);
    adopt(complaints);
    return faults_.take_problem();
}

} // namespace hongbao::http
