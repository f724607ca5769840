// Role: builds the value from the parser's events, so that what is refused is refused while
// reading.
#include "http/json_body.hpp"

#include "http/shown_text.hpp"

#include <vector>

namespace hongbao::http {

namespace {

using nlohmann::json;

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
        if (object.contains(name)) {
            problem = invalid_request("The field " + shown_back(name) + " stands twice.");
            return false;
        }
        slot_ = &object[name];
        return true;
    }
    bool parse_error(std::size_t position, const std::string& /*token*/,
                     const nlohmann::detail::exception& /*error*/) override {
        problem =
            Problem{"invalid_json", "The JSON breaks at byte " + std::to_string(position) + "."};
        return false;
    }

  private:
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
        place(std::move(value));
        return true;
    }
    bool open(json&& value) {
        if (open_values_.size() == json_depth_max) {
            problem = invalid_request("The JSON nests deeper than " +
                                      std::to_string(json_depth_max) + ".");
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
    json* slot_ = nullptr; // of the object field being read
};

} // namespace

std::variant<json, Problem> read_json(std::string_view text) {
    StrictReader reader;
    if (!json::sax_parse(text.begin(), text.end(), &reader)) {
        return reader.problem ? *reader.problem : invalid_request("The JSON is not accepted.");
    }
    return std::move(reader.root);
}

} // namespace hongbao::http
