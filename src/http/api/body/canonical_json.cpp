// Role: writes canonical JSON piece by piece, so that a long body can be done in slices.
#include "http/api/body/canonical_json.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace hongbao::http {

namespace {

using nlohmann::json;

constexpr std::size_t bytes_between_pauses = std::size_t{16} << 10;

bool has_null_field(const json& value) {
    return value.is_structured() &&
           std::any_of(value.begin(), value.end(), [&value](const json& part) {
               return (value.is_object() && part.is_null()) || has_null_field(part);
           });
}

class Writer {
  public:
    explicit Writer(const std::function<void()>& pause) : pause_(pause) {}

    // As deep as bodies may nest: see json_depth_max.
    void write(const json& value) {
        switch (value.type()) {
        case json::value_t::object: write_object(value); break;
        case json::value_t::array: write_array(value); break;
        default: write_text(value.dump()); break;
        }
    }
    std::string take() { return std::move(text_); }

  private:
    void write_object(const json& object) {
        text_ += '{';
        bool first = true;
        for (const auto& [name, value] : object.items()) {
            if (!value.is_null()) {
                text_ += first ? "" : ",";
                first = false;
                write_text(json(name).dump());
                text_ += ':';
                write(value);
            }
        }
        text_ += '}';
    }
    void write_array(const json& array) {
        text_ += '[';
        bool first = true;
        for (const json& value : array) {
            text_ += first ? "" : ",";
            first = false;
            write(value);
        }
        text_ += ']';
    }
    void write_text(const std::string& text) {
        text_ += text;
        if (pause_ && text_.size() >= next_pause_) {
            next_pause_ = text_.size() + bytes_between_pauses;
            pause_();
        }
    }

    const std::function<void()>& pause_;
    std::string text_;
    std::size_t next_pause_ = bytes_between_pauses;
};

} // namespace

std::string canonical_text(const json& body, const std::function<void()>& pause) {
    if (!pause && !has_null_field(body)) {
        return body.dump(); // what the writer would write, in half the time
    }
    Writer writer(pause);
    writer.write(body);
    return writer.take();
}

} // namespace hongbao::http
