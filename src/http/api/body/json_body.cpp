// Role: builds the value from the parser's events, so that a body that breaks a limit is refused
// while it is read.
#include "http/api/body/json_body.hpp"

#include "http/text/shown_text.hpp"

#include <iterator>
#include <nlohmann/json.hpp>
#include <vector>

namespace hongbao::http {

namespace {

using nlohmann::json;

Problem breaks_at(std::size_t position) {
    return Problem{"invalid_json", "The JSON is broken at byte " + std::to_string(position) + "."};
}

/// Walks over a text and pauses after each slice.
class Sliced {
  public:
    using iterator_category = std::input_iterator_tag;
    using value_type = char;
    using difference_type = std::ptrdiff_t;
    using pointer = const char*;
    using reference = const char&;

    Sliced(const char* at, const std::function<void()>& pause) : at_(at), pause_(&pause) {}

    reference operator*() const { return *at_; }
    Sliced& operator++() {
        ++at_;
        if (--left_ == 0) {
            left_ = json_slice_bytes;
            (*pause_)();
        }
        return *this;
    }
    bool operator==(const Sliced& other) const { return at_ == other.at_; }

  private:
    const char* at_;
    const std::function<void()>* pause_;
    std::size_t left_ = json_slice_bytes;
};

class StrictReader final : public nlohmann::json_sax<json> {
  public:
    json root;
    std::optional<Problem> problem;

    bool null() override { return add(nullptr); }
    bool boolean(bool value) override { return add(value); }
    bool number_integer(number_integer_t value) override { return add(value); }
    bool number_unsigned(number_unsigned_t value) override { return add(value); }
    bool number_float(number_float_t value, const string_t& /*text*/) override {
        return add(value);
    }
    bool string(string_t& value) override { return add(std::move(value)); }
    bool binary(binary_t& /*value*/) override { return false; }
    bool start_object(std::size_t /*size*/) override { return open(json::object()); }
    bool start_array(std::size_t /*size*/) override { return open(json::array()); }
    bool end_object() override { return close(); }
    bool end_array() override { return close(); }
    bool key(string_t& name) override {
        json& object = *open_values_.back();
        if (name.size() > json_key_bytes_max) {
            return refuse("The name of the field " + shown_back(name) + " is too long.");
        }
        if (object.size() == json_fields_per_object_max) {
            return refuse("An object has more than " + std::to_string(json_fields_per_object_max) +
                          " fields.");
        }
        if (object.contains(name)) {
            return refuse("The field " + shown_back(name) + " occurs twice.");
        }
        slot_ = &object[name];
        return true;
    }
    bool parse_error(std::size_t position, const std::string& /*token*/,
                     const nlohmann::detail::exception& /*error*/) override {
        problem = breaks_at(position);
        return false;
    }

  private:
    bool refuse(std::string detail) {
        problem = invalid_request(std::move(detail));
        return false;
    }
    /// Puts a value where the parser stands; returns that place.
    json& place(json&& value) {
        if (open_values_.empty()) {
            root = std::move(value);
            return root;
        }
        json& parent = *open_values_.back();
        if (parent.is_array()) {
            parent.push_back(std::move(value));
            return parent.back();
        }
        *slot_ = std::move(value);
        return *slot_;
    }
    bool add(json&& value) {
        if (!count()) {
            return false;
        }
        place(std::move(value));
        return true;
    }
    bool count() {
        return ++values_ <= json_values_max ||
               refuse("The JSON has more than " + std::to_string(json_values_max) + " values.");
    }
    bool open(json&& value) {
        if (open_values_.size() == json_depth_max) {
            return refuse("The JSON nests deeper than " + std::to_string(json_depth_max) + ".");
        }
        if (!count()) {
            return false;
        }
        open_values_.push_back(&place(std::move(value)));
        return true;
    }
    bool close() {
        open_values_.pop_back();
        return true;
    }

    std::vector<json*> open_values_;
    std::size_t values_ = 0;
    json* slot_ = nullptr; // of the object field being read
};

/// One long string, or a million values, would cost far more to read than to look at.
std::optional<Problem> find_excess(std::string_view text, const std::function<void()>& pause) {
    JsonShape shape;
    while (!text.empty()) {
        const std::string_view piece = text.substr(0, json_slice_bytes);
        if (auto sentence = shape.look_at(piece)) {
            return invalid_request(std::move(*sentence));
        }
        text.remove_prefix(piece.size());
        if (pause) {
            pause();
        }
    }
    return std::nullopt;
}

} // namespace

std::variant<json, Problem> read_json(std::string_view text, const std::function<void()>& pause) {
    if (text.size() > json_slice_bytes) {
        if (auto problem = find_excess(text, pause)) {
            return std::move(*problem);
        }
    }
    // The parser takes a NUL for the end of the text, and skips a byte order mark.
    if (const std::size_t nul = text.find('\0'); nul != text.npos) {
        return breaks_at(nul + 1);
    }
    if (text.starts_with("\xEF\xBB\xBF")) {
        return breaks_at(1);
    }
    StrictReader reader;
    const bool whole = pause && text.size() > json_slice_bytes
                           ? json::sax_parse(Sliced(text.data(), pause),
                                             Sliced(text.data() + text.size(), pause), &reader)
                           : json::sax_parse(text.begin(), text.end(), &reader);
    if (!whole) {
        return reader.problem ? *reader.problem : invalid_request("The JSON is not accepted.");
    }
    return std::move(reader.root);
}

} // namespace hongbao::http
